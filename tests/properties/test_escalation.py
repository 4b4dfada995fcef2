"""Escalations played out, against brute force by the minute."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from build import agreement
from calendar_strategies import HARD_DAYS, calendars
from cmpolicy.agreement import Escalation, Person, Share, Step
from cmpolicy.amounts import NEVER, parse_promise
from cmpolicy.calendars import ALWAYS, Horizon
from cmpolicy.escalation import play, reaches_anybody, worst_reach
from cmpolicy.unknown import Reading
from minutes import walk, whole

DAY = 24 * 60 * 60
RESPOND = 80
"""Minutes of the target behind shares: a quarter of it is whole minutes."""
BASE = agreement(f"targets: [{{stage: respond, within: {RESPOND} minutes, calendar: 24x7}}]\n")
NAMES = ("ann", "bob", "cid")
waits = st.none() | st.sampled_from((1, 5, 30, 61, 240, 600, 1440))
after = waits | st.builds(Share, st.sampled_from((25, 50, 100, 150, 300)), st.just("respond"))
steps = st.tuples(st.sampled_from((*NAMES, "msp")), after)


def promise(minutes):
    return None if minutes is None else parse_promise(f"{minutes} minutes")


def path_of(phrase, repeat, pause):
    made = tuple(
        Step(f"steps[{number}]", who, "phone", wait if isinstance(wait, Share) else promise(wait))
        for number, (who, wait) in enumerate(phrase)
    )
    return Escalation(
        "path", "escalations[path]", None, None, (), None, None, made, repeat, promise(pause)
    )


def calls_of(phrase, repeat, pause):
    """Return (minute, who) of every call, told as a person would play it."""
    calls = []
    begins = 0
    for _ in range(repeat + 1):
        now = begins
        for who, wait in phrase:
            if isinstance(wait, Share):
                now = max(now, begins + RESPOND * wait.percent // 100)
            else:
                now += wait or 0
            calls.append((now, who))
        begins = now + (pause or 0)
    return calls


@settings(max_examples=60)
@given(
    st.lists(steps, min_size=1, max_size=4),
    st.integers(0, 2),
    waits,
    st.lists(calendars() | st.just(ALWAYS), min_size=len(NAMES), max_size=len(NAMES)),
    st.sampled_from(HARD_DAYS),
    st.integers(1, 2),
)
def test_the_worst_reach_is_the_longest_wait_of_any_minute(
    phrase, repeat, pause, clocks, day, days
):
    path = path_of(phrase, repeat, pause)
    read = dataclasses.replace(
        BASE,
        people={
            name: Person(name, "", name, "msp", (), None, None, clock)
            for name, clock in zip(NAMES, clocks, strict=True)
        },
    )
    calls = calls_of(phrase, repeat, pause)
    span = Horizon(whole(day), whole(day) + days * DAY, "UTC")
    last = span.end + (max(minute for minute, _ in calls) + 1) * 60
    duty = {
        name: walk(clock, Reading.PESSIMISTIC, span.start, last).open
        for name, clock in zip(NAMES, clocks, strict=True)
    }
    duty["msp"] = bytearray((last - span.start) // 60)
    in_order = sorted(calls)
    reaches = [
        next((wait * 60 for wait, who in in_order if duty[who][minute + wait]), NEVER)
        for minute in range(days * 1440)
    ]

    found = worst_reach(read, path, "*", "*", span)

    assert found.seconds == max(reaches)
    assert found.at == span.start + reaches.index(max(reaches)) * 60

    anybody = any(wait < NEVER for wait in reaches)
    assert reaches_anybody(read, path, "*", "*", span) is anybody

    played = play(read, path, "*", "*", span.start)
    expected = [(span.start + wait * 60, who, bool(duty[who][wait])) for wait, who in calls]
    assert [(call.at, call.who, call.on_duty) for call in played] == expected
