"""Targets for parts of the week, compared at every minute at which a case may be raised."""

import json
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_strategies import HARD_DAYS
from cmpolicy.agreement.load import Loader
from cmpolicy.amounts import NEVER, TimeLimitKind
from cmpolicy.calendars import ALWAYS, cells
from cmpolicy.calendars.intervals import Intervals
from cmpolicy.compare import Effect
from cmpolicy.compare.moves import moves
from cmpolicy.document import read
from cmpolicy.promises import Frame
from cmpolicy.unknown import Reading
from minutes import as_minutes, walk, whole, worst_wait

DAY = 24 * 60 * 60
BEYOND = 45 * DAY
HEAD = {
    "apiVersion": "cmpolicy/v1",
    "kind": "Agreement",
    "id": "lakeside",
    "title": "Lakeside",
    "version": "1.0.0",
    "status": "active",
    "model": "co-managed",
    "timezone": "Europe/London",
    "term": {"effective": "2026-01-01"},
    "parties": [{"id": "msp", "kind": "provider", "handles": []}],
}
HOURS = (
    ["mon-fri 09:00-17:00"],
    ["mon-fri 09:00-12:00", "mon-fri 13:00-17:30"],
    ["daily 22:00-02:30"],
    ["sat 10:00-12:00", "mon 01:30-09:00"],
    ["daily 00:00-24:00"],
)
TARGET = st.fixed_dictionaries(
    {
        "stage": st.just("respond"),
        "within": st.sampled_from(
            ("30 minutes", "4 hours", "9 hours", "next business day", "none")
        ),
        "calendar": st.sampled_from(("24x7", "one", "two")),
    },
    optional={"raised": st.sampled_from(("one", "two", "not-one", "not-two"))},
)


@st.composite
def agreements(draw):
    """An agreement of a few targets for one case, on calendars of its own."""
    one, two = draw(st.sampled_from(HOURS)), draw(st.sampled_from(HOURS))
    calendars = [
        {"id": "one", "hours": one, "holidays": "none"},
        {"id": "two", "hours": two, "holidays": {"region": "GB"}, "timezone": "Asia/Tokyo"},
        {"id": "not-one", "outside": "one"},
        {"id": "not-two", "outside": "two"},
    ]
    rows = [{"id": f"t{n}", **row} for n, row in enumerate(draw(st.lists(TARGET, max_size=3)))]
    body = HEAD | {"calendars": calendars, "targets": rows}
    return Loader(lambda _: b"").load(read(json.dumps(body).encode(), "a.yaml"))


def raised(agreement, frame):
    """Return for each target the minutes of the frame at which a case is its."""
    return [
        walk(target.raised or ALWAYS, Reading.PESSIMISTIC, frame.start, frame.end).open
        for target in agreement.targets
    ]


def longest(agreement, speak, minutes, frame):
    """Return the longest wait of reports at these minutes, of the targets that speak then."""
    waits = [NEVER] if not any(speak) else []
    for target, speaks in zip(agreement.targets, speak, strict=True):
        if speaks:
            promise = target.within
            if promise.kind is TimeLimitKind.NONE:
                return NEVER
            days = promise.kind is TimeLimitKind.BUSINESS_DAYS
            clock = walk(target.calendar, Reading.PESSIMISTIC, frame.start, frame.end + BEYOND)
            amount = promise.amount if days else promise.amount // 60
            waits.append(worst_wait(clock, amount, days=days, starts=minutes)[0])
    return max(waits)


def by_minute(before, after, frame):
    """Return the effect at each minute: minutes at which the same targets speak go together."""
    sides = [(side, raised(side, frame)) for side in (before, after)]
    groups = {}
    for minute in range((frame.end - frame.start) // 60):
        speak = tuple(tuple(row[minute] for row in rows) for _, rows in sides)
        groups.setdefault(speak, []).append(minute)
    effects = {}
    for speak, minutes in groups.items():
        old, new = (
            longest(side, here, minutes, frame)
            for (side, _), here in zip(sides, speak, strict=True)
        )
        effect = Effect.WEAKENED if new > old else Effect.STRENGTHENED if new < old else None
        effects.update(dict.fromkeys(minutes, effect))
    return effects


@settings(max_examples=25, deadline=None)
@given(agreements(), agreements(), st.sampled_from(HARD_DAYS))
def test_what_moved_at_each_minute_is_reported_for_its_part_of_the_week(before, after, day):
    start = whole(day)
    end = start + 9 * DAY
    frame = Frame(date(2026, 11, 24), start, end, ("*",), ("*",), (), (), sides=(before, after))

    found = [one for one in moves(before, after, frame) if one.key.kind == "target"]

    effects = dict.fromkeys(range((end - start) // 60))
    for one in found:
        when = one.key.when or Intervals.of([(start, end)])
        for minute, inside in enumerate(as_minutes(when, start, end)):
            if inside:
                assert effects[minute] is None, "a minute in two parts"
                effects[minute] = one.effect
    assert effects == by_minute(before, after, frame)
    texts = [(one.key.parts[:3], one.effect, one.before, one.after) for one in found]
    assert len(set(texts)) == len(texts), "parts that moved alike are one"


SPANS = st.lists(st.tuples(st.integers(-2, 14), st.integers(-2, 14)), max_size=4)


@given(st.lists(SPANS.map(Intervals.of), max_size=4))
def test_cells_are_the_instants_that_lie_in_the_same_sets(sets):
    found = cells(tuple(sets), 0, 12)

    signature = {at: tuple(one.contains(at) for one in sets) for at in range(12)}
    of_cell = [{at for at in range(12) if cell.contains(at)} for cell in found]
    assert sorted(at for cell in of_cell for at in cell) == list(range(12))
    for cell, other in product(of_cell, of_cell):
        same = {signature[at] for at in cell} == {signature[at] for at in other}
        assert same == (cell == other)
    assert all(len({signature[at] for at in cell}) == 1 for cell in of_cell)
