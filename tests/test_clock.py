"""The clock knows between which days its answers stay the same."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmpolicy.clock import Clock

DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_deadline_is_inclusive():
    clock = Clock(date(2026, 11, 24))

    assert not clock.passed(date(2026, 11, 24))
    assert clock.passed(date(2026, 11, 23))
    assert clock.holds_from == date(2026, 11, 24)
    assert clock.holds_until == date(2026, 11, 24)


def test_a_clock_that_was_asked_nothing_holds_for_good():
    clock = Clock(date(2026, 11, 24))

    assert clock.holds_from is None
    assert clock.holds_until is None


def test_asking_for_the_year_ends_with_it():
    clock = Clock(date(2026, 11, 24))

    assert clock.year() == 2026
    assert (clock.holds_from, clock.holds_until) == (date(2026, 1, 1), date(2026, 12, 31))


@given(DAYS, st.lists(DAYS, min_size=1), st.integers(-400, 400))
def test_answers_are_the_same_on_every_day_of_the_interval_and_on_no_other(as_of, asked, shift):
    clock = Clock(as_of)
    answers = [clock.passed(day) for day in asked]
    other = as_of + timedelta(days=shift)
    first = clock.holds_from or date.min
    last = clock.holds_until or date.max

    same = [Clock(other).passed(day) for day in asked] == answers

    assert same == (first <= other <= last)
