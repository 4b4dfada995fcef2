"""Worst cases against brute force by the minute, and intervals against every date."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calendar_strategies import HARD_DAYS, calendars
from cmpolicy.amounts import NEVER, Recurrence, TimeLimit, TimeLimitKind, worst_case
from cmpolicy.calendars import Calendar, Holidays, Horizon, horizon, open_intervals, parse_windows
from cmpolicy.unknown import Reading
from minutes import walk, whole, worst_wait

DAY = 24 * 60 * 60
BEYOND = 45 * DAY


def compare(promise, clock, span, raised=None):
    """Hold the engine's worst case against every minute's wait, and its own story of it."""
    found = worst_case(promise, clock, Reading.PESSIMISTIC, span, raised)
    days = promise.kind is TimeLimitKind.BUSINESS_DAYS
    brute = walk(clock, Reading.PESSIMISTIC, span.start, span.end + BEYOND)
    starts = range((span.end - span.start) // 60)
    if raised is not None:
        wanted = walk(raised, Reading.PESSIMISTIC, span.start, span.end).open
        starts = [minute for minute in starts if wanted[minute]]
        if not starts:
            assert found.seconds == 0
            return
    amount = promise.amount if days else promise.amount // 60
    longest, when = worst_wait(brute, amount, days=days, starts=starts)
    if longest == NEVER:
        # The brute force does not see as far as the engine.
        assume(not open_intervals(clock, Reading.PESSIMISTIC, span.start, span.end + 6 * 366 * DAY))
    assert found.seconds == longest
    if found.raised is not None:
        assert (found.raised - span.start) // 60 == when[0]
        assert found.due == found.raised + found.seconds


@st.composite
def cases(draw):
    """A clock, a horizon that may begin or end at one of its edges, and what is raised."""
    clock = draw(calendars())
    start = whole(draw(st.sampled_from(HARD_DAYS)))
    end = start + 8 * DAY + 34 * 60
    hours = open_intervals(clock, Reading.PESSIMISTIC, start, end)
    if hours and draw(st.booleans()):
        start = draw(st.sampled_from(hours.starts + hours.ends[:-1]))
        end = draw(st.sampled_from([edge for edge in (*hours.starts, *hours.ends) if edge > start]))
    return clock, Horizon(start, end, clock.timezone), draw(st.none() | calendars(max_windows=2))


@settings(max_examples=30)
@given(cases(), st.data())
def test_the_worst_case_of_open_time_is_the_longest_wait_of_all(case, data):
    clock, span, raised = case
    hours = open_intervals(clock, Reading.PESSIMISTIC, span.start, span.end)
    lengths = st.sampled_from([(end - start) // 60 for start, end in hours] or [1])
    minutes = data.draw(lengths | st.sampled_from((1, 2, 60, 240)) | st.integers(1, 3000))
    compare(TimeLimit(TimeLimitKind.OPEN_TIME, minutes * 60, "some"), clock, span, raised)


@settings(max_examples=25)
@given(cases(), st.integers(0, 6))
def test_the_worst_case_of_business_days_is_the_longest_wait_of_all(case, count):
    clock, span, raised = case
    compare(TimeLimit(TimeLimitKind.BUSINESS_DAYS, count, "some"), clock, span, raised)


ONTARIO = Holidays("CA-ON", frozenset(), frozenset())
OFFICE = Calendar(parse_windows(["mon-fri 08:00-17:00"]), "America/Toronto", ONTARIO)
NIGHTS = Calendar(parse_windows(["daily 22:00-02:30"]), "Europe/London", ONTARIO)
WHOLE_HORIZONS = {
    "an hour": (TimeLimit(TimeLimitKind.OPEN_TIME, 3600, ""), OFFICE, None),
    "two days, of nights": (TimeLimit(TimeLimitKind.BUSINESS_DAYS, 2, ""), NIGHTS, None),
    "raised by night": (
        TimeLimit(TimeLimitKind.OPEN_TIME, 5 * 3600, ""),
        OFFICE,
        Calendar((), "America/Toronto", ONTARIO, outside=OFFICE),
    ),
}


@pytest.mark.parametrize("case", WHOLE_HORIZONS)
def test_the_worst_case_of_the_whole_horizon(case):
    promise, clock, raised = WHOLE_HORIZONS[case]
    year = horizon(2026, clock.timezone)
    # One year of the two: the second is the same code, and Python walks slowly.
    span = Horizon(year.start, year.start + 365 * DAY, clock.timezone)
    compare(promise, clock, span, raised)


@settings(max_examples=30)
@given(calendars(), calendars(), st.integers(1, 3000), st.integers(0, 3000))
def test_more_time_never_makes_a_promise_shorter(clock, raised, minutes, more):
    span = horizon(2026, clock.timezone)
    sooner, later = (
        TimeLimit(TimeLimitKind.OPEN_TIME, amount * 60, "") for amount in (minutes, minutes + more)
    )
    for only in (None, raised):
        one = worst_case(sooner, clock, Reading.PESSIMISTIC, span, only)
        two = worst_case(later, clock, Reading.PESSIMISTIC, span, only)
        assert one.seconds <= two.seconds
    assert (
        worst_case(later, clock, Reading.PESSIMISTIC, span, raised).seconds
        <= worst_case(later, clock, Reading.PESSIMISTIC, span).seconds
    )


DATES = st.dates(date(1990, 1, 1), date(2150, 1, 1))
LENGTHS = st.builds(
    lambda months, days: Recurrence(months, days, ""), st.integers(0, 40), st.integers(0, 400)
)


@settings(max_examples=60)
@given(LENGTHS, LENGTHS, st.integers(0, 40), DATES)
def test_an_interval_exceeds_another_if_it_ever_ends_later(one, other, grace, day):
    def ever():
        days = (date(2096, 1, 1) + timedelta(days=count) for count in range(8 * 366))
        return any(one.after(at) > other.after(at) + timedelta(days=grace) for at in days)

    if one.after(day) > other.after(day) + timedelta(days=grace):
        assert one.exceeds(other, grace)
    if ever():
        assert one.exceeds(other, grace)
    assert (one.after(day) - day).days <= one.longest_days


@settings(max_examples=25)
@given(st.integers(0, 14), st.integers(0, 14), st.integers(-3, 3))
def test_an_interval_exceeds_no_other_that_never_ends_earlier(months, others, near):
    """Near the boundary, where only the whole cycle of the calendar decides."""
    rough = round((months - others) * 30.436875) + near
    assume(rough >= 0)
    one, other = Recurrence(months, 0, ""), Recurrence(others, rough, "")
    ever = any(
        one.after(day) > other.after(day)
        for day in (date(2000, 1, 1) + timedelta(days=count) for count in range(4 * 365 + 1))
    )
    # Any four years with a leap day hold every sequence of months up to fourteen but those
    # around 2100, which are shorter, not longer; as the other one's they can matter.
    around = any(
        one.after(day) > other.after(day)
        for day in (date(2098, 1, 1) + timedelta(days=count) for count in range(4 * 365))
    )
    assert one.exceeds(other) == (ever or around)


def test_the_brute_force_knows_the_wall_clock():
    """A check of the checker: in Toronto an hour is skipped, and one comes twice."""
    never = Holidays(None, frozenset(), frozenset())
    spring, autumn = whole(date(2026, 3, 8)), whole(date(2026, 11, 1))
    for day, text, minutes in (
        (spring, "daily 02:00-03:00", 0),
        (autumn, "daily 01:00-02:00", 120),
        (autumn, "daily 02:00-03:00", 60),
    ):
        calendar = Calendar(parse_windows([text]), "America/Toronto", never)
        assert sum(walk(calendar, Reading.PESSIMISTIC, day, day + DAY).open) == minutes
