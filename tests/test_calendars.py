"""Calendars: windows, holidays, clocks that change, and what is unknown."""

from datetime import UTC, date, datetime

import pytest

from cmpolicy.calendars import (
    ALWAYS,
    Calendar,
    Holidays,
    Intervals,
    is_always,
    may_be_always,
    open_intervals,
    parse_windows,
)
from cmpolicy.unknown import Reading

NONE = Holidays(None, frozenset(), frozenset())
DAY = 24 * 60 * 60


def at(text):
    """UTC seconds of an ISO instant, UTC where it says no offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def phrase(calendar, first, last, reading=Reading.PESSIMISTIC):
    """The opening hours of some UTC days, as UTC text."""
    found = open_intervals(calendar, reading, at(first), at(last))
    return [
        tuple(f"{datetime.fromtimestamp(edge, UTC):%m-%d %H:%M}" for edge in span) for span in found
    ]


def made(*texts, tz="UTC", holidays=NONE):
    return Calendar(parse_windows(texts), tz, holidays)


def closed_on(*days, region=None, excepted=()):
    dates = (frozenset(date.fromisoformat(day) for day in group) for group in (days, excepted))
    return Holidays(region, *dates)


def test_a_window_over_midnight_is_two():
    calendar = made("mon 18:00-08:00")
    # 2026-06-01 is a Monday.
    assert phrase(calendar, "2026-06-01", "2026-06-08") == [("06-01 18:00", "06-02 08:00")]
    assert phrase(calendar, "2026-06-01", "2026-06-02") == [("06-01 18:00", "06-02 00:00")]
    week = made("sun 18:00-08:00")
    assert phrase(week, "2026-06-01", "2026-06-08") == [
        ("06-01 00:00", "06-01 08:00"),
        ("06-07 18:00", "06-08 00:00"),
    ]


def test_a_holiday_closes_its_date_and_the_tail_of_the_night_before():
    nights = made("mon,tue 18:00-08:00", holidays=closed_on("2026-06-02"))
    assert phrase(nights, "2026-06-01", "2026-06-05") == [
        ("06-01 18:00", "06-02 00:00"),
        # The evening of the holiday is closed; its tail belongs to the day after.
        ("06-03 00:00", "06-03 08:00"),
    ]


def test_a_full_night_from_eight_to_eight_is_a_whole_day():
    assert phrase(made("mon 08:00-08:00"), "2026-06-01", "2026-06-04") == [
        ("06-01 08:00", "06-02 08:00")
    ]


def test_a_window_in_the_skipped_hour_is_empty_and_one_in_the_repeated_hour_comes_twice():
    skipped = made("sun 02:15-02:45", tz="America/Toronto")
    assert phrase(skipped, "2026-03-08", "2026-03-09") == []
    across = made("sun 01:30-03:30", tz="America/Toronto")
    assert phrase(across, "2026-03-08", "2026-03-09") == [("03-08 06:30", "03-08 07:30")]
    repeated = made("sun 01:15-01:45", tz="America/Toronto")
    assert phrase(repeated, "2026-11-01", "2026-11-02") == [
        ("11-01 05:15", "11-01 05:45"),
        ("11-01 06:15", "11-01 06:45"),
    ]


def test_clocks_may_change_on_the_last_day_of_a_year():
    # Bangladesh ended its daylight saving at midnight on New Year's Eve 2009.
    late = made("daily 23:00-24:00", tz="Asia/Dhaka")
    assert phrase(late, "2009-12-31", "2010-01-02") == [
        ("12-31 16:00", "12-31 18:00"),
        ("01-01 17:00", "01-01 18:00"),
    ]


def test_half_an_hour_is_skipped_and_repeated_on_lord_howe():
    whole = made("sun 01:00-03:00", tz="Australia/Lord_Howe")
    hours = [
        open_intervals(whole, Reading.PESSIMISTIC, at(day), at(day) + 2 * DAY).total(0, 1 << 40)
        / 3600
        for day in ("2026-04-04", "2026-04-11", "2026-10-03")
    ]
    assert hours == [2.5, 2.0, 1.5]


def test_observed_days_and_the_days_themselves_are_closed():
    # Boxing Day 2026 is a Saturday, observed on the Monday.
    office = made("daily 08:00-17:00", tz="America/Toronto", holidays=closed_on(region="CA-ON"))
    assert phrase(office, "2026-12-24", "2026-12-30") == [
        ("12-24 13:00", "12-24 22:00"),
        ("12-27 13:00", "12-27 22:00"),
        ("12-29 13:00", "12-29 22:00"),
    ]
    # New Year's Day 2028 is a Saturday, observed in the year before.
    office = made("daily 00:00-24:00", holidays=closed_on(region="US"))
    assert phrase(office, "2027-12-30", "2028-01-03") == [
        ("12-30 00:00", "12-31 00:00"),
        ("01-02 00:00", "01-03 00:00"),
    ]


def test_also_and_except_change_the_public_holidays():
    holidays = closed_on("2026-12-24", region="CA-ON", excepted=["2026-12-28", "2026-12-25"])
    office = made("daily 00:00-24:00", holidays=holidays)
    assert phrase(office, "2026-12-23", "2026-12-30") == [
        ("12-23 00:00", "12-24 00:00"),
        ("12-25 00:00", "12-26 00:00"),
        ("12-27 00:00", "12-30 00:00"),
    ]


def test_a_date_both_added_and_excepted_is_open():
    assert is_always(
        Calendar(ALWAYS.windows, "UTC", closed_on("2026-01-01", excepted=["2026-01-01"]))
    )


def test_unknown_hours_are_always_kindly_and_never_harshly():
    unknown = Calendar(None, "America/Toronto", NONE)
    whole = Intervals((at("2026-01-01"),), (at("2026-02-01"),))
    assert open_intervals(unknown, Reading.OPTIMISTIC, whole.starts[0], whole.ends[0]) == whole
    assert not open_intervals(unknown, Reading.PESSIMISTIC, whole.starts[0], whole.ends[0])


def test_unknown_holidays_are_none_kindly_and_the_national_ones_harshly():
    office = made("daily 00:00-24:00", tz="Canada/Eastern", holidays=None)
    kind = phrase(office, "2026-06-28", "2026-07-03", Reading.OPTIMISTIC)
    pessimistic = phrase(office, "2026-06-28", "2026-07-03", Reading.PESSIMISTIC)
    assert kind == [("06-28 00:00", "07-03 00:00")]
    assert pessimistic == [("06-28 00:00", "07-01 04:00"), ("07-02 04:00", "07-03 00:00")]
    # Family Day is Ontario's, and nobody said Ontario.
    assert phrase(office, "2026-02-16", "2026-02-17") == [("02-16 00:00", "02-17 00:00")]


def test_a_zone_without_a_country_has_no_holidays_to_be_unknown():
    office = made("daily 00:00-24:00", tz="UTC", holidays=None)
    assert phrase(office, "2026-01-01", "2026-01-02") == [("01-01 00:00", "01-02 00:00")]


def test_outside_is_the_complement_under_the_same_reading():
    inner = made("mon-fri 08:00-18:00", tz="America/Toronto", holidays=None)
    outer = Calendar((), "America/Toronto", NONE, outside=inner)
    for reading in Reading:
        first, last = at("2026-06-28"), at("2026-07-05")
        both = (
            open_intervals(inner, reading, first, last),
            open_intervals(outer, reading, first, last),
        )
        assert both[0] | both[1] == Intervals((first,), (last,))
        assert not both[0] & both[1]


@pytest.mark.parametrize(
    ("calendar", "sure", "possible"),
    [
        (ALWAYS, True, True),
        (made("daily 00:00-24:00"), True, True),
        (made("daily 18:00-08:00", "daily 08:00-18:00"), True, True),
        (made("mon-sat 00:00-24:00", "sun 00:00-00:00"), True, True),
        (made("mon-sat 00:00-24:00"), False, False),
        (made("daily 00:00-23:59"), False, False),
        (made("daily 00:00-24:00", holidays=closed_on(region="US")), False, False),
        (made("daily 00:00-24:00", holidays=None), False, True),
        (Calendar(None, "UTC", NONE), False, True),
        (Calendar((), "UTC", NONE, outside=ALWAYS), False, False),
        (Calendar((), "UTC", NONE, outside=Calendar((), "UTC", NONE)), True, True),
    ],
)
def test_which_calendars_are_24x7_in_effect(calendar, sure, possible):
    assert is_always(calendar) is sure
    assert may_be_always(calendar) is possible
