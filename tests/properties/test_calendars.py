"""Compiled calendars against brute force by the minute."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_strategies import HARD_DAYS, ZONES, calendars
from cmpolicy.calendars import Calendar, Holidays, Intervals, horizon, open_intervals, parse_windows
from cmpolicy.unknown import Reading
from minutes import as_minutes, walk, whole

DAY = 24 * 60 * 60
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@settings(max_examples=60)
@given(calendars(), st.sampled_from(HARD_DAYS), st.integers(-600, 600), st.integers(1, 12))
def test_a_calendar_is_open_in_exactly_the_minutes_that_its_definition_says(
    calendar, day, minutes, length
):
    first = whole(day) + minutes * 60
    last = first + length * DAY
    found = open_intervals(calendar, Reading.PESSIMISTIC, first, last)
    assert as_minutes(found, first, last) == walk(calendar, Reading.PESSIMISTIC, first, last).open
    assert all(end < start for end, start in zip(found.ends, found.starts[1:], strict=False))


HARD_CASES = {
    "observed days": (["mon-fri 08:00-17:00"], "America/Toronto", "CA-ON"),
    "nights over holidays": (["daily 18:00-08:00"], "Europe/London", "GB-ENG"),
    "half-hour shift, skipped and repeated": (
        ["sun 01:45-02:15", "sun 01:15-01:40"],
        "Australia/Lord_Howe",
        "AU-NSW",
    ),
    "an offset of 5:45": (["fri-mon 22:30-24:00"], "Asia/Kathmandu", None),
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_the_whole_horizon_is_right_to_the_minute(case):
    texts, zone, region = HARD_CASES[case]
    also = frozenset({date(2026, 12, 24)})
    rule = Holidays(region, also, frozenset({date(2027, 1, 1)}))
    calendar = Calendar(parse_windows(texts), zone, rule)
    span = horizon(2026, zone)
    found = open_intervals(calendar, Reading.PESSIMISTIC, span.start, span.end)
    brute = walk(calendar, Reading.PESSIMISTIC, span.start, span.end)
    assert as_minutes(found, span.start, span.end) == brute.open


@settings(max_examples=40)
@given(calendars(), st.integers(0, 700), st.integers(0, 100), st.integers(0, 100))
def test_parts_compiled_apart_are_the_whole(calendar, offset, before, after):
    start = whole(date(2026, 1, 1)) + offset * DAY + 1234
    cut, end = start + before * 54321, start + (before + after) * 54321
    one = open_intervals(calendar, Reading.PESSIMISTIC, start, cut)
    two = open_intervals(calendar, Reading.PESSIMISTIC, cut, end)
    assert one | two == open_intervals(calendar, Reading.PESSIMISTIC, start, end)


@settings(max_examples=40)
@given(calendars())
def test_outside_is_the_exact_complement(calendar):
    outside = Calendar((), calendar.timezone, calendar.holidays, outside=calendar)
    first = whole(date(2026, 3, 1))
    last = first + 300 * DAY
    for reading in Reading:
        inside = open_intervals(calendar, reading, first, last)
        beyond = open_intervals(outside, reading, first, last)
        assert not inside & beyond
        assert inside | beyond == Intervals((first,), (last,))


@given(SPANS, SPANS, st.integers(0, 60), st.integers(0, 60))
def test_intervals_are_sets(ones, others, low, high):
    def members(spans):
        return {instant for start, end in spans for instant in range(start, end)}

    one, other = Intervals.of(ones), Intervals.of(others)
    within = set(range(low, high))
    assert members(one) == members(ones)
    assert members(one | other) == members(ones) | members(others)
    assert members(one & other) == members(ones) & members(others)
    assert members(one - other) == members(ones) - members(others)
    assert members(one.clip(low, high)) == members(ones) & within
    assert members(one.complement(low, high)) == within - members(ones)
    assert one.total(low, high) == len(members(ones) & within)
    assert members(one.shift(5)) == {instant + 5 for instant in members(ones)}
    for result in (one, one | other, one & other, one - other, one.complement(low, high)):
        assert result == Intervals.of(result), "a set has one form"
    assert one.contains(low) == (low in members(ones))


@pytest.mark.parametrize("zone", ZONES)
def test_every_instant_of_a_full_week_is_open_across_every_change_of_clocks(zone):
    days = parse_windows(["mon-sun 00:00-24:00"])
    closed = Holidays(None, frozenset({date(2030, 1, 1)}), frozenset())
    first = whole(date(2026, 1, 1) - timedelta(days=3))
    last = first + 900 * DAY
    found = open_intervals(Calendar(days, zone, closed), Reading.PESSIMISTIC, first, last)
    assert found == Intervals((first,), (last,))
