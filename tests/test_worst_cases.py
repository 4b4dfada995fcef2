"""What promises come to at worst, by hand."""

from datetime import date, timedelta

import pytest

from cmpolicy.amounts import (
    NEVER,
    Worst,
    describe_worst,
    format_instant,
    parse_promise,
    worst_case,
    worst_of_unknown_clock,
)
from cmpolicy.calendars import ALWAYS, Calendar, Holidays, Horizon, horizon, parse_windows
from cmpolicy.unknown import Reading

HOUR = 3600
TORONTO = "America/Toronto"
NONE = Holidays(None, frozenset(), frozenset())
ONTARIO = Holidays("CA-ON", frozenset(), frozenset())
SPAN = horizon(2026, TORONTO)


def made(*texts, holidays=NONE, tz=TORONTO):
    return Calendar(parse_windows(texts), tz, holidays)


OFFICE = made("mon-fri 08:00-17:00", holidays=ONTARIO)
PLAIN = made("mon-fri 08:00-17:00")


def at_worst(text, clock=OFFICE, raised=None, reading=Reading.PESSIMISTIC):
    return worst_case(parse_promise(text), clock, reading, SPAN, raised)


def test_the_worst_business_hour_of_ontario_is_over_christmas():
    worst = at_worst("1 business hour")
    assert worst.seconds == 112 * HOUR
    assert format_instant(worst.raised, TORONTO) == "Thursday 2026-12-24 16:00"
    assert format_instant(worst.due, TORONTO) == "Tuesday 2026-12-29 08:00"
    assert describe_worst(worst, TORONTO) == (
        "112 h in the worst case, from Thursday 2026-12-24 16:00 to Tuesday 2026-12-29 08:00"
    )


@pytest.mark.parametrize(
    ("text", "clock", "hours"),
    [
        # Just after Friday 16:00 there is a crumb too little left of the day.
        ("1 hour", PLAIN, 64),
        ("9 hours", PLAIN, 72),
        # Just after Friday 08:00, the clock passes Friday's and Monday's closing.
        ("18 hours", PLAIN, 96),
        ("1 minute", PLAIN, 63 + 1 / 60),
        # Received on Friday until 17:00, from then on Monday.
        ("same business day", PLAIN, 72),
        ("next business day", PLAIN, 96),
        ("5 business days", PLAIN, 240),
        # From the eve of Christmas Eve's close: received on the 24th, due at the 29th's close.
        ("next business day", OFFICE, 144),
        # Saturday counts, and its last close is at 13:00: from then to Monday's.
        ("same business day", made("mon-fri 08:00-18:00", "sat 09:00-13:00"), 53),
        # The tail after midnight belongs to its own date, which it makes a business day.
        ("next business day", made("mon 18:00-02:00"), 7 * 24 - 2 + 2),
        ("same business day", made("mon 18:00-02:00"), 7 * 24 - 2),
        ("30 minutes", ALWAYS, 0.5),
        ("0 minutes", PLAIN, 0),
        ("2 days", ALWAYS, 48),
    ],
)
def test_worst_cases_by_hand(text, clock, hours):
    # Without the hour that is added or lost when clocks change, which hides the rule: in UTC.
    utc = clock if clock in (OFFICE, ALWAYS) else Calendar(clock.windows, "UTC", clock.holidays)
    assert at_worst(text, utc).seconds == pytest.approx(hours * HOUR)


def test_a_day_on_which_clocks_go_back_is_longer():
    # From Friday's close, over the Sunday on which an hour comes twice.
    assert at_worst("same business day", PLAIN).seconds == 73 * HOUR
    worst = at_worst("next business day", ALWAYS)
    assert worst.seconds == 49 * HOUR
    assert format_instant(worst.raised, TORONTO) == "Saturday 2026-10-31 00:00"


def test_the_worst_case_may_be_the_start_of_the_horizon():
    closed = frozenset(date(2025, 12, 20) + timedelta(days=day) for day in range(40))
    worst = at_worst(
        "1 hour", made("daily 08:00-09:00", holidays=Holidays(None, closed, frozenset()))
    )
    assert worst.raised == SPAN.start
    assert format_instant(worst.due, TORONTO) == "Thursday 2026-01-29 09:00"


def test_the_worst_case_may_be_the_very_first_opening():
    # On Friday 2026-01-02; a crumb of the day gone, the nine hours end on Monday.
    start = SPAN.start + 31 * HOUR
    span = Horizon(start, start + 5 * HOUR, TORONTO)
    worst = worst_case(parse_promise("9 hours"), PLAIN, Reading.PESSIMISTIC, span)
    assert worst.seconds == 72 * HOUR
    assert format_instant(worst.raised, TORONTO) == "Friday 2026-01-02 08:00"


def test_one_opening_after_the_horizon_is_enough():
    first = date(2027, 12, 2)
    days = {first + timedelta(days=day) for day in range(365)} - {date(2028, 1, 17)}
    clock = made("daily 08:00-17:00", holidays=Holidays(None, frozenset(days), frozenset()))
    worst = at_worst("1 hour", clock)
    assert format_instant(worst.raised, TORONTO) == "Wednesday 2027-12-01 16:00"
    assert format_instant(worst.due, TORONTO) == "Monday 2028-01-17 08:00"


def test_a_date_is_not_over_where_the_look_ahead_ends():
    # Ninety days after the horizon, as far as is looked at first, it is noon.
    span = Horizon(SPAN.start - 5 * HOUR, SPAN.start + 7 * HOUR, "UTC")
    worst = worst_case(parse_promise("90 business days"), ALWAYS, Reading.PESSIMISTIC, span)
    assert worst.seconds == 91 * 24 * HOUR


def test_only_what_is_raised_then_counts():
    nights = Calendar((), TORONTO, NONE, outside=PLAIN)
    # In office hours a report waits at most from Friday 16:00; at night from Friday 17:00.
    assert at_worst("1 hour", PLAIN, made("mon-thu 08:00-16:00")).seconds == HOUR
    assert at_worst("1 hour", PLAIN, made("fri 16:00-16:01")).seconds == 65 * HOUR
    worst = at_worst("1 hour", PLAIN, nights)
    assert worst.seconds == 65 * HOUR
    assert format_instant(worst.raised, TORONTO) in {
        "Friday 2026-03-06 17:00",
        "Friday 2026-10-30 17:00",
    }
    assert at_worst("2 hours", ALWAYS, nights).seconds == 2 * HOUR
    saturdays = made("sat 12:00-13:00", tz="UTC")
    utc = Calendar(PLAIN.windows, "UTC", NONE)
    assert at_worst("next business day", utc, saturdays).seconds == (12 + 24 + 17 + 24) * HOUR


def test_nothing_raised_waits_for_nothing():
    assert at_worst("1 hour", PLAIN, Calendar((), TORONTO, NONE)) == Worst(0.0)


@pytest.mark.parametrize("text", ["1 hour", "next business day"])
def test_what_never_opens_never_ends(text):
    assert at_worst(text, Calendar((), TORONTO, NONE, outside=ALWAYS)).seconds == NEVER
    assert at_worst(text, Calendar(None, TORONTO, NONE)).seconds == NEVER
    assert at_worst("none", ALWAYS).seconds == at_worst("best effort", ALWAYS).seconds == NEVER


@pytest.mark.parametrize(("until", "ends"), [("2032-12-01", True), ("2033-02-01", False)])
@pytest.mark.parametrize("text", ["1 hour", "same business day"])
def test_a_clock_stands_still_for_five_years_after_the_horizon_or_for_good(text, until, ends):
    first, last = date(2026, 6, 1), date.fromisoformat(until)
    days = frozenset(first + timedelta(days=day) for day in range((last - first).days))
    clock = made("daily 08:00-17:00", holidays=Holidays(None, days, frozenset()))
    worst = at_worst(text, clock)
    assert (worst.seconds < NEVER) is ends
    if ends:
        assert format_instant(worst.due, TORONTO).startswith("Wednesday 2032-12-01")


def test_long_promises_look_as_far_ahead_as_they_need():
    assert at_worst("100000 hours", ALWAYS).seconds == 100_000 * HOUR
    worst = at_worst("40000 hours", made("mon-fri 08:00-17:00", tz="UTC"))
    # 40,000 hours are 888 weeks of 45 hours, four days and four hours.
    assert worst.seconds == pytest.approx((888 * 7 * 24 + 4 * 24 + 4 + 63) * HOUR, abs=24 * HOUR)


def test_unknown_hours_of_a_clock_are_read_as_the_reading_says():
    unknown = Calendar(None, TORONTO, NONE)
    assert at_worst("1 hour", unknown, reading=Reading.OPTIMISTIC).seconds == HOUR
    assert at_worst("1 hour", unknown, reading=Reading.PESSIMISTIC).seconds == NEVER


def test_a_missing_clock_is_24x7_or_the_slackest_of_the_file():
    promise = parse_promise("1 hour")
    own = [ALWAYS, PLAIN, OFFICE, made("daily 08:00-17:00")]

    def found(calendars, reading, raised=None):
        worst = worst_of_unknown_clock(promise, calendars, reading, SPAN, TORONTO, raised=raised)
        return worst.seconds / HOUR

    assert found(own, Reading.OPTIMISTIC) == 1
    assert found(own, Reading.PESSIMISTIC) == 112
    # Monday to Friday 09:00-17:00, and closed on national holidays, which are unknown too.
    for none in ([], [ALWAYS]):
        assert (
            found(none, Reading.PESSIMISTIC)
            == worst_case(
                promise, made("mon-fri 09:00-17:00", holidays=None), Reading.PESSIMISTIC, SPAN
            ).seconds
            / HOUR
        )
    # On Monday 2027-12-27, which like the Tuesday is a holiday in Ontario.
    assert found(own, Reading.PESSIMISTIC, made("mon 09:00-10:00")) == 48


def test_the_same_promise_in_other_words_is_the_same_worst_case():
    daily = made("daily 00:00-24:00")
    assert at_worst("24 hours", ALWAYS).seconds == at_worst("1 day", daily).seconds
    assert at_worst("next business day", ALWAYS) == at_worst("1 business days", daily)


def test_a_worst_case_at_any_time_is_told_without_one():
    assert describe_worst(at_worst("4 hours", ALWAYS), TORONTO) == "4 h"
    assert describe_worst(Worst(NEVER), TORONTO) == "never"
