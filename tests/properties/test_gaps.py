"""Gaps and how they are told, against brute force by the minute."""

import re
from datetime import date, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_strategies import HARD_DAYS, ZONES, calendars
from cmpolicy.calendars import (
    ALWAYS,
    Calendar,
    Holidays,
    Horizon,
    horizon,
    open_intervals,
    parse_windows,
)
from cmpolicy.gaps import describe_gaps, gaps
from cmpolicy.unknown import Reading
from minutes import pinned_zone, walk, whole

DAY = 24 * 60 * 60
WEEK_MINUTES = 7 * 24 * 60
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours(calendar):
    return lambda first, last: open_intervals(calendar, Reading.PESSIMISTIC, first, last)


@settings(max_examples=25)
@given(calendars() | st.just(ALWAYS), calendars(), st.sampled_from(HARD_DAYS), st.integers(1, 6))
def test_gaps_are_the_whole_runs_of_required_minutes_that_nobody_covers(
    required, covered, day, length
):
    span = Horizon(whole(day), whole(day) + length * DAY + 17 * 60, "UTC")
    found = gaps(hours(required), hours(covered), span)
    first, last = span.start - 10 * DAY, span.end + 10 * DAY
    wanted = walk(required, Reading.PESSIMISTIC, first, last).open
    there = walk(covered, Reading.PESSIMISTIC, first, last).open
    missing = [want and not have for want, have in zip(wanted, there, strict=True)]
    runs, minute = [], 0
    for lost, group in groupby(missing):
        start, minute = minute, minute + len(list(group))
        run = (first + start * 60, first + minute * 60)
        if lost and run[0] < span.end and run[1] > span.start:
            runs.append(run)
    assert len(found) == len(runs)
    for gap, (start, end) in zip(found, runs, strict=True):
        # At the ends of the brute force a run may go on.
        assert gap.start == start or (start == first and gap.start <= start)
        assert gap.end == end or (end == last and gap.end >= end)
        assert gap.endless or gap.seconds == gap.end - gap.start


def weekly_minutes(phrase):
    """Read back what is told as weekly: the minutes of the week."""
    minutes = set()
    ends = r"(?<=every day), |(?<=every night), |(?<=every week), "
    for listed in re.split(ends, phrase):
        phrase = listed.removeprefix("and ")
        if phrase == "the whole week, nearly every week":
            return set(range(WEEK_MINUTES))
        if found := re.fullmatch(r"(\S+) to (\S+) every (?:night|day)", phrase):
            for day in range(7):
                minutes |= _span(day, found[1], day, found[2])
        elif phrase.endswith(" every week"):
            for part in _parts(phrase.removesuffix(" every week")):
                minutes |= _part(part)
    return minutes


def _parts(text):
    """Split a list at what separates spans, not at what separates the days of one."""
    return re.split(
        r"(?:, | and )(?=all of )|(?<=:\d\d)(?:, | and )|(?<=next day)(?:, | and )", text
    )


def _days(text):
    days = []
    for part in re.split(r", | and ", text):
        first, _, last = part.partition("-")
        length = (NAMES.index(last) - NAMES.index(first)) % 7 if last else 0
        days += [(NAMES.index(first) + step) % 7 for step in range(length + 1)]
    return days


def _part(part):
    if part.startswith("all of "):
        return set().union(
            *(_span(day, "00:00", day, "24:00") for day in _days(part.removeprefix("all of ")))
        )
    span = r"(.+) (\d\d:\d\d) to (the next )?(?:(\w{3}) )?(\d\d:\d\d)( the next day)?"
    days, start, again, last, end, next_day = re.fullmatch(span, part).groups()
    if last:
        return _span(_days(days)[0], start, NAMES.index(last) + (7 if again else 0), end)
    return set().union(*(_span(day, start, day + bool(next_day), end) for day in _days(days)))


def _span(first, start, last, end):
    begin, stop = (
        day * 1440 + int(text[:2]) * 60 + int(text[3:])
        for day, text in ((first, start), (last, end))
    )
    if stop <= begin:
        stop += 1440 if first == last else WEEK_MINUTES
    return {minute % WEEK_MINUTES for minute in range(begin, stop)}


@pytest.mark.parametrize("zone", ["America/Toronto", "Asia/Kathmandu", "Europe/London"])
@settings(max_examples=12)
@given(calendars(zones=ZONES[:2]) | calendars(zones=("UTC", "Asia/Kathmandu")), st.booleans())
def test_what_is_told_as_weekly_is_lost_in_three_quarters_of_the_weeks(zone, calendar, office):
    required = OFFICE if office else ALWAYS
    year = horizon(2026, zone)
    # Exactly 52 local weeks, so that each minute of the week has as many chances.
    monday = year.start + (7 - date(2026, 1, 1).weekday()) * DAY
    span = Horizon(monday, monday + 52 * 7 * DAY, zone)
    found = gaps(hours(required), hours(calendar), span)
    phrase = describe_gaps(found, span)
    place = pinned_zone(zone)
    weeks = [set() for _ in range(WEEK_MINUTES)]
    for gap in found:
        for at in range(max(gap.start, span.start), min(gap.end, span.end), 60):
            local = datetime.fromtimestamp(at, place)
            minute = local.weekday() * 1440 + local.hour * 60 + local.minute
            weeks[minute].add(local.date() - timedelta(days=local.weekday()))
    often = {minute for minute, lost in enumerate(weeks) if len(lost) * 4 >= 52 * 3}
    if phrase == "at no time":
        assert len(often) == WEEK_MINUTES
    else:
        assert weekly_minutes(phrase) == often


OFFICE = Calendar(
    parse_windows(["mon-fri 08:00-18:00"]),
    "America/Toronto",
    Holidays(None, frozenset(), frozenset()),
)
