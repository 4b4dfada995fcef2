"""From hours as people write them to instants: exact, also where clocks change."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from typing import Final

from cmpolicy.calendars.intervals import Intervals
from cmpolicy.calendars.model import Calendar, Holidays, day_parts, is_always
from cmpolicy.calendars.public import closed_days, holiday_region_exists
from cmpolicy.calendars.zones import DAY, EPOCH, country, year_of, year_start, year_stretches
from cmpolicy.unknown import Reading

MINUTE: Final = 60
FIRST_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday."""


@lru_cache(maxsize=256)
def open_intervals(calendar: Calendar, reading: Reading, first: int, last: int) -> Intervals:
    """Return when the calendar is open in [first, last), UTC seconds.

    It is open at an instant if its local wall time lies in a window of its local date and that
    date is not a holiday. Memoised by year, so that agreements share what they have in common.
    """
    if first >= last:
        return Intervals()
    if calendar.outside is not None:
        return open_intervals(calendar.outside, reading, first, last).complement(first, last)
    if is_always(calendar) or (calendar.windows is None and reading is Reading.OPTIMISTIC):
        return Intervals((first,), (last,))
    if not calendar.windows:
        return Intervals()
    years = range(year_of(first), year_of(last - 1) + 1)
    return _join([_year(calendar, reading, year) for year in years]).clip(first, last)


def _join(parts: list[Intervals]) -> Intervals:
    """Put sets that follow one another together, and merge what touches at the joints."""
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        touches = bool(part) and bool(ends) and ends[-1] == part.starts[0]
        if touches:
            ends.pop()
        starts.extend(part.starts[1:] if touches else part.starts)
        ends.extend(part.ends)
    return Intervals(tuple(starts), tuple(ends))


@lru_cache(maxsize=512)
def _year(calendar: Calendar, reading: Reading, year: int) -> Intervals:
    """Compile one UTC year."""
    first, last = year_start(year), year_start(year + 1)
    # Local dates begin up to a day before or after those of UTC.
    wall = _wall_hours(
        calendar, first // DAY - 1, last // DAY + 1, _closed(calendar, reading, year)
    )
    parts = []
    for since, until, ahead in year_stretches(calendar.timezone, year):
        # Within a stretch, wall time and UTC run in step: a window in a skipped hour falls
        # between two stretches, one in a repeated hour into both.
        parts.append(wall.clip(since + ahead, until + ahead).shift(-ahead))
    return _join(parts)


def _wall_hours(
    calendar: Calendar, first_day: int, last_day: int, closed: Container[int]
) -> Intervals:
    """Return the open wall time of local dates, days since 1970-01-01 [first_day, last_day)."""
    week = [
        [(start * MINUTE, end * MINUTE) for start, end in spans]
        for spans in day_parts(calendar.windows or ())
    ]
    return Intervals.of(
        (day * DAY + start, day * DAY + end)
        for day in range(first_day, last_day)
        if day not in closed
        for start, end in week[(day + FIRST_WEEKDAY) % len(week)]
    )


@lru_cache(maxsize=128)
def country_holidays(timezone: str) -> Holidays:
    """Return the national public holidays of a zone's country; none where it has none."""
    region = country(timezone)
    known = region if region is not None and holiday_region_exists(region) else None
    return Holidays(known, frozenset(), frozenset())


def _closed(calendar: Calendar, reading: Reading, year: int) -> frozenset[int]:
    """Return the holidays from a day before to a day after the year, as days since 1970-01-01."""
    holidays = calendar.holidays
    if holidays is None:
        if reading is Reading.OPTIMISTIC:
            return frozenset()
        holidays = country_holidays(calendar.timezone)
    days = {day.toordinal() for day in holidays.also}
    if holidays.region is not None:
        for near in (year - 1, year, year + 1):
            days |= closed_days(holidays.region, near)
    days -= {day.toordinal() for day in holidays.excepted}
    return frozenset(day - EPOCH.toordinal() for day in days)
