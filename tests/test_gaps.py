"""Gaps in coverage, and the words for them."""

import math
from datetime import date, timedelta

import pytest

from cmpolicy.calendars import ALWAYS, Calendar, Holidays, horizon, open_intervals, parse_windows
from cmpolicy.gaps import Gap, describe_gaps, gaps, longest
from cmpolicy.unknown import Reading

HOUR = 3600
TORONTO = "America/Toronto"
SPAN = horizon(2026, TORONTO)
NONE = Holidays(None, frozenset(), frozenset())
ONTARIO = Holidays("CA-ON", frozenset(), frozenset())
CHRISTMAS = Holidays(None, frozenset({date(2026, 12, 25)}), frozenset())


def made(*texts, holidays=NONE, tz=TORONTO):
    return Calendar(parse_windows(texts), tz, holidays)


def hours(calendar):
    return lambda first, last: open_intervals(calendar, Reading.PESSIMISTIC, first, last)


def found(covered, required=ALWAYS, span=SPAN):
    return gaps(hours(required), hours(covered), span)


def phrase(covered, required=ALWAYS, **options):
    return describe_gaps(found(covered, required), SPAN, **options)


def test_the_longest_gap_is_measured_whole():
    office = made("mon-fri 08:00-18:00", holidays=ONTARIO)
    # From Christmas Eve 2026 over Boxing Day, observed on Monday, to Tuesday.
    assert longest(found(office)) == 110 * HOUR
    assert longest(found(office, required=made("mon-fri 08:00-18:00"))) == 10 * HOUR
    assert longest(()) == 0


def test_gaps_go_on_beyond_the_ends_of_the_horizon():
    days = frozenset(date(2025, 12, 1) + timedelta(days=day) for day in range(33))
    missing = found(made("daily 00:00-24:00", holidays=Holidays(None, days, frozenset())))
    assert [gap.seconds / HOUR / 24 for gap in missing] == [33]
    assert missing[0].start < SPAN.start < missing[0].end
    # More than the first look beyond the horizon, on the other side.
    days = frozenset(date(2027, 12, 20) + timedelta(days=day) for day in range(400))
    missing = found(made("daily 00:00-24:00", holidays=Holidays(None, days, frozenset())))
    assert [gap.seconds / HOUR / 24 for gap in missing] == [400]


def test_gaps_that_only_touch_the_horizon_are_outside_it():
    before = Holidays(None, frozenset({date(2025, 12, 31), date(2028, 1, 1)}), frozenset())
    assert found(made("daily 00:00-24:00", holidays=before)) == ()


def test_a_gap_without_end_is_infinite():
    missing = found(Calendar((), TORONTO, NONE))
    assert len(missing) == 1
    assert missing[0].endless
    assert longest(missing) == math.inf
    assert phrase(Calendar((), TORONTO, NONE)) == "at no time"


def test_a_gap_that_never_began_is_infinite_too():
    first = date(2019, 1, 1)
    days = frozenset(first + timedelta(days=day) for day in range(7 * 366))
    missing = found(made("daily 00:00-24:00", holidays=Holidays(None, days, frozenset())))
    assert len(missing) == 1
    assert longest(missing) == math.inf
    assert phrase(made("daily 00:00-24:00", holidays=Holidays(None, days, frozenset()))) == (
        "all of 2026-01-01 to 2026-01-05"
    )


def test_no_gap_needs_no_words():
    assert found(ALWAYS) == ()
    assert describe_gaps((), SPAN) == ""


@pytest.mark.parametrize(
    ("covered", "words"),
    [
        (
            made("mon 08:00-24:00", "tue-fri 00:00-24:00", "sat 00:00-13:00", holidays=CHRISTMAS),
            "Sat 13:00 to Mon 08:00 every week, and all of 2026-12-25",
        ),
        (
            made("mon-fri 08:00-18:00"),
            "Mon-Thu 18:00 to 08:00 the next day and Fri 18:00 to Mon 08:00 every week",
        ),
        (made("daily 08:00-18:00"), "18:00 to 08:00 every night"),
        (made("daily 18:00-08:00"), "08:00 to 18:00 every day"),
        (made("daily 08:00-24:00"), "00:00 to 08:00 every day"),
        (made("daily 00:00-18:00"), "18:00 to 24:00 every day"),
        (made("daily 00:00-24:00", "fri 18:00-18:00"), ""),
        (
            made("tue 00:00-10:46", "wed 09:00-24:00", "thu 00:00-10:46", "fri-mon 00:00-24:00"),
            "Tue 10:46 to Wed 09:00 and Thu 10:46 to 24:00 every week",
        ),
        (made("mon 08:00-09:00"), "Mon 09:00 to the next Mon 08:00 every week"),
        (
            made("mon,thu 08:00-09:00"),
            "Mon 09:00 to Thu 08:00 and Thu 09:00 to Mon 08:00 every week",
        ),
        (
            made("mon,wed,fri 08:00-09:00"),
            "Mon 09:00 to Wed 08:00, Wed 09:00 to Fri 08:00 and Fri 09:00 to Mon 08:00 every week",
        ),
        (made("mon-thu 00:00-24:00", "fri 00:00-18:00"), "Fri 18:00 to Sun 24:00 every week"),
        (made("mon-fri 00:00-24:00"), "all of Sat and Sun every week"),
        (made("wed-thu 00:00-24:00"), "all of Fri-Tue every week"),
        (made("mon-sat 00:00-24:00"), "all of Sun every week"),
        (made("daily 00:00-24:00", holidays=CHRISTMAS), "all of 2026-12-25"),
        (
            made("mon,wed,fri 00:00-24:00", "tue 00:00-12:00", "thu,sat,sun 00:00-24:00"),
            "Tue 12:00 to 24:00 every week",
        ),
        (
            made("daily 08:00-18:00", "daily 20:00-22:00"),
            "18:00 to 20:00 every day, and 22:00 to 08:00 every night",
        ),
        (
            made("daily 06:00-22:00", holidays=CHRISTMAS),
            "22:00 to 06:00 every night, and all of 2026-12-25",
        ),
    ],
)
def test_gaps_are_told_as_a_person_would(covered, words):
    assert phrase(covered) == words


def test_only_the_required_part_of_a_date_is_missing():
    office = made("mon-fri 08:00-18:00")
    covered = made("mon-fri 08:00-18:00", holidays=CHRISTMAS)
    assert phrase(covered, office) == "2026-12-25 08:00 to 18:00"
    evening = Holidays(None, frozenset({date(2026, 12, 24), date(2026, 12, 25)}), frozenset())
    nights = made("daily 16:00-08:00")
    assert phrase(made("daily 16:00-08:00", holidays=evening), nights) == (
        "2026-12-24 00:00 to 08:00, 2026-12-24 16:00 to 2026-12-25 08:00 "
        "and 2026-12-25 16:00 to 24:00"
    )


def test_dates_in_a_row_are_one_and_many_are_counted():
    days = [
        date(2026, 8, 3),
        date(2026, 8, 4),
        date(2026, 8, 10),
        date(2026, 9, 1),
        date(2026, 9, 9),
    ]
    days += [date(2026, 9, 10)]
    covered = made("daily 00:00-24:00", holidays=Holidays(None, frozenset(days), frozenset()))
    assert phrase(covered, limit=9) == (
        "all of 2026-08-03 to 2026-08-04, 2026-08-10, 2026-09-01 and 2026-09-09 to 2026-09-10"
    )
    assert phrase(covered, limit=3) == (
        "all of 2026-08-03 to 2026-08-04, 2026-08-10, 2026-09-01 and 2 more dates"
    )
    assert phrase(covered, limit=0) == "6 more dates"


@pytest.mark.parametrize(("weeks", "weekly"), [(78, True), (77, False)])
def test_three_quarters_of_the_weeks_are_every_week(weeks, weekly):
    # 2026 and 2027 have 104 Mondays.
    mondays = frozenset(date(2026, 1, 5) + timedelta(weeks=week) for week in range(weeks))
    covered = made("daily 00:00-24:00", holidays=Holidays(None, mondays, frozenset()))
    words = phrase(covered)
    assert words.startswith("all of Mon every week" if weekly else "all of 2026-01-05, 2026-01-12")


def test_a_skipped_hour_does_not_break_a_date():
    sunday = Holidays(None, frozenset({date(2026, 3, 8)}), frozenset())
    assert phrase(made("daily 00:00-24:00", holidays=sunday)) == "all of 2026-03-08"


def test_gaps_are_told_in_the_wall_time_of_the_horizon():
    covered = made("daily 00:00-12:00", tz="Asia/Tokyo")
    missing = found(covered, span=horizon(2026, "Asia/Kolkata"))
    assert describe_gaps(missing, horizon(2026, "Asia/Kolkata")) == "08:30 to 20:30 every day"


def test_what_is_missing_nearly_always_is_no_week_with_an_hour():
    covered = Calendar((), TORONTO, NONE, outside=made("daily 00:00-24:00", holidays=CHRISTMAS))
    assert phrase(covered) == "the whole week, nearly every week"


def test_gaps_are_plain_data():
    assert Gap(0, 60).seconds == 60
    assert Gap(0, 60, endless=True).seconds == math.inf
