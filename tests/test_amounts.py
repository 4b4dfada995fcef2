"""Intervals, promises and sums, and how amounts of time are described."""

from datetime import UTC, date, datetime

import pytest

from cmpolicy.amounts import (
    NEVER,
    Recurrence,
    TimeLimit,
    TimeLimitKind,
    format_duration,
    format_instant,
    parse_interval,
    parse_period,
    parse_promise,
    parse_sum,
)
from cmpolicy.calendars import ALWAYS, Calendar, Holidays, parse_windows
from cmpolicy.unknown import UNKNOWN

HOUR = 3600
TORONTO = "America/Toronto"
NONE = Holidays(None, frozenset(), frozenset())
ONTARIO = Holidays("CA-ON", frozenset(), frozenset())


def made(*texts, holidays=NONE, tz=TORONTO):
    return Calendar(parse_windows(texts), tz, holidays)


OFFICE = made("mon-fri 08:00-17:00", holidays=ONTARIO)
PLAIN = made("mon-fri 08:00-17:00")


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("30 days", 0, 30),
        ("1 day", 0, 1),
        ("2 weeks", 0, 14),
        ("1 month", 1, 0),
        ("3 Months", 3, 0),
        ("6 years", 72, 0),
        (" 100  years ", 1200, 0),
        ("36525 days", 0, 36525),
        ("0 days", 0, 0),
    ],
)
def test_intervals(text, months, days):
    found = parse_interval(text)
    assert (found.months, found.days, found.text) == (months, days, text.strip())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quarterly", "write 3 months"),
        ("annually", "write 1 year"),
        ("3", "days, weeks, months or years"),
        ("24 hours", "write 1 day"),
        ("36 hours", "days, weeks, months or years"),
        ("10 business days", "days, weeks, months or years"),
        ("1.5 years", "days, weeks, months or years"),
        ("101 years", "longer than 100 years"),
        ("36526 days", "longer than 100 years"),
        ("9" * 5000 + " days", "days, weeks, months or years"),
        ("-1 days", "days, weeks, months or years"),
    ],
)
def test_intervals_that_cannot_be_read_say_why(text, words):
    with pytest.raises(ValueError, match="interval") as raised:
        parse_interval(text)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2028-01-31", "2028-02-29"),
        ("1 year", "2028-02-29", "2029-02-28"),
        ("3 months", "2026-11-30", "2027-02-28"),
        ("30 days", "2026-01-31", "2026-03-02"),
        ("2 weeks", "2026-12-24", "2027-01-07"),
        ("12 months", "2026-12-31", "2027-12-31"),
        ("100 years", "9950-01-01", "9999-12-31"),
    ],
)
def test_an_interval_ends_on_a_date(text, start, end):
    assert parse_interval(text).after(date.fromisoformat(start)) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("text", "end", "start"),
    [
        ("60 days", "2026-09-30", "2026-08-01"),
        ("1 month", "2026-03-31", "2026-02-28"),
        ("3 months", "2027-02-28", "2026-11-28"),
        ("1 year", "2028-02-29", "2027-02-28"),
        ("0 days", "2026-12-31", "2026-12-31"),
        ("100 years", "0050-01-01", "0001-01-01"),
    ],
)
def test_an_interval_begins_on_a_date(text, end, start):
    assert parse_interval(text).before(date.fromisoformat(end)) == date.fromisoformat(start)


@pytest.mark.parametrize("text", ["0 days", "0 months"])
def test_nothing_recurs_after_no_time(text):
    with pytest.raises(ValueError, match="invalid interval"):
        parse_period(text)

    assert parse_period("1 day") == parse_interval("1 day")


@pytest.mark.parametrize(
    ("text", "days"),
    [("1 month", 31), ("2 months", 62), ("3 months", 92), ("1 year", 366), ("2 weeks", 14)],
)
def test_the_most_days_of_an_interval(text, days):
    assert parse_interval(text).longest_days == days


@pytest.mark.parametrize(
    ("one", "other", "grace", "exceeds"),
    [
        ("3 months", "3 months", 0, False),
        ("1 year", "12 months", 0, False),
        ("7 days", "1 week", 0, False),
        ("3 months", "90 days", 0, True),
        ("3 months", "92 days", 0, False),
        ("3 months", "91 days", 0, True),
        ("90 days", "3 months", 0, True),
        ("89 days", "3 months", 0, False),
        ("1 month", "30 days", 0, True),
        ("30 days", "1 month", 0, True),
        ("28 days", "1 month", 0, False),
        ("1 year", "365 days", 0, True),
        ("365 days", "1 year", 0, False),
        ("366 days", "1 year", 0, True),
        ("3 months", "90 days", 2, False),
        ("3 months", "90 days", 1, True),
        ("6 months", "3 months", 0, True),
        ("1 day", "100 years", 0, False),
    ],
)
def test_an_interval_exceeds_another_if_from_some_date_it_ends_later(one, other, grace, exceeds):
    assert parse_interval(one).exceeds(parse_interval(other), grace) is exceeds


def test_intervals_that_mean_the_same_are_equal():
    assert parse_interval("1 year") == parse_interval("12 months") == Recurrence(12, 0, "a year")


OPEN, DAYS, NOTHING = TimeLimitKind.OPEN_TIME, TimeLimitKind.BUSINESS_DAYS, TimeLimitKind.NONE


@pytest.mark.parametrize(
    ("text", "kind", "amount", "wall", "business"),
    [
        ("30 minutes", OPEN, 1800, False, False),
        ("1 minute", OPEN, 60, False, False),
        ("15m", OPEN, 900, False, False),
        ("4h", OPEN, 14400, False, False),
        ("4 hours", OPEN, 14400, False, False),
        ("1 Hour", OPEN, 3600, False, False),
        ("0 minutes", OPEN, 0, False, False),
        ("2 days", OPEN, 172_800, True, False),
        ("2d", OPEN, 172_800, True, False),
        ("1 week", OPEN, 604_800, True, False),
        ("1w", OPEN, 604_800, True, False),
        ("4 business hours", OPEN, 14400, False, True),
        ("1 business hour", OPEN, 3600, False, True),
        ("3 business days", DAYS, 3, False, False),
        ("Next  business day", DAYS, 1, False, False),
        ("same business day", DAYS, 0, False, False),
        ("best effort", NOTHING, 0, False, False),
        ("none", NOTHING, 0, False, False),
    ],
)
def test_promises(text, kind, amount, wall, business):
    assert parse_promise(text) == TimeLimit(kind, amount, text, wall, business)
    assert parse_promise(text).text == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "as in 30 minutes"),
        ("soon", "as in 30 minutes"),
        ("4", "as in 30 minutes"),
        ("1.5 hours", "90 minutes"),
        ("2 months", "write days"),
        ("2 business weeks", "business days"),
        ("15 business m", "business hours"),
        ("nbd", "next business day"),
        ("1h30m", "as in 30 minutes"),
        ("101 weeks hence", "as in 30 minutes"),
        ("36526 days", "longer than 100 years"),
        ("36526 business days", "longer than 100 years"),
        ("9" * 5000 + " hours", "as in 30 minutes"),
    ],
)
def test_promises_that_cannot_be_read_say_why(text, words):
    with pytest.raises(ValueError, match="promise") as raised:
        parse_promise(text)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("text", "calendar", "words"),
    [
        ("4 business hours", ALWAYS, "write 4 hours"),
        ("4 business hours", made("daily 00:00-24:00"), "write 4 hours"),
        ("4 business hours", OFFICE, None),
        ("4 hours", ALWAYS, None),
        ("4 hours", OFFICE, None),
        ("2 days", ALWAYS, None),
        ("2 days", OFFICE, "business days"),
        ("1 week", OFFICE, "not 24x7"),
        ("2 days", Calendar(None, TORONTO, None), None),
        ("next business day", ALWAYS, None),
        ("best effort", OFFICE, None),
    ],
)
def test_which_promises_run_on_which_calendars(text, calendar, words):
    said = parse_promise(text).fits(calendar)
    assert (said is None) if words is None else (said is not None and words in said)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (45, "45 s"),
        (1800, "30 min"),
        (5400, "1 h 30 min"),
        (112 * HOUR, "112 h"),
        (672 * HOUR, "672 h"),
        (673 * HOUR, "28 days 1 h"),
        (60 * 24 * HOUR, "60 days"),
        (NEVER, "never"),
    ],
)
def test_durations_are_told_in_the_units_of_limits(seconds, text):
    assert format_duration(seconds) == text


def test_instants_are_told_in_wall_time():
    moment = int(datetime(2026, 7, 1, 3, 4, tzinfo=UTC).timestamp())
    assert format_instant(moment, "UTC") == "Wednesday 2026-07-01 03:04"
    assert format_instant(moment, TORONTO) == "Tuesday 2026-06-30 23:04"
    assert format_instant(moment, "Asia/Kathmandu") == "Wednesday 2026-07-01 08:49"


# --- sums -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("USD 2 million", "USD 2,000,000"),
        ("USD 2.5 million", "USD 2500000.00"),
        ("CHF 250 thousand", "CHF 250,000"),
        ("USD 0.1 billion", "USD 100 million"),
        ("1 year of fees", "12 months of fees"),
        ("unlimited", " unlimited "),
    ],
)
def test_sums_are_equal_whatever_their_words(one, other):
    assert parse_sum(one) == parse_sum(other)


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("USD 2 million", "USD 1,999,999.99", True),
        ("USD 0.1", "USD 0.3", False),
        ("USD 900000000000000000", "USD 899999999999999999", True),
        ("unlimited", "EUR 1", True),
        ("EUR 1", "unlimited", False),
        ("unlimited", "unlimited", True),
        ("EUR 2 million", "USD 1", UNKNOWN),
        ("12 months of fees", "USD 1", UNKNOWN),
        ("11 months of fees", "1 year of fees", False),
    ],
)
def test_sums_are_compared_exactly_and_in_one_unit_alone(one, other, answer):
    assert parse_sum(one).at_least(parse_sum(other)) is answer


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("USF 2 million", "there is no currency USF"),
        ("USD 2,00", "cannot read the sum"),
        ("USD 1,0000", "cannot read the sum"),
        ("USD -1", "cannot read the sum"),
        ("two million", "as in USD 2 million"),
    ],
)
def test_what_is_no_sum_says_what_is(text, says):
    with pytest.raises(ValueError, match=says):
        parse_sum(text)
