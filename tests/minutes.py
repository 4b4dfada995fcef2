"""Brute force by the minute: calendars, worst cases and gaps straight from their definitions.

Nothing here shares code with the engines but the types that carry the input. It walks every UTC
minute, looks at the wall clock and tests the windows; so edges must lie on whole minutes.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays

from cmpolicy.calendars import Calendar, Holidays, Intervals
from cmpolicy.unknown import Reading


@dataclass(frozen=True)
class Walk:
    """Every minute from `first` on: whether it is open, and its local date."""

    first: int
    open: bytearray
    dates: list[date]


def _closed(calendar: Calendar, years: range) -> frozenset[date]:
    # Calendars here name their region; reading unknown holidays is tested by example.
    rule = calendar.holidays or Holidays(None, frozenset(), frozenset())
    days = set(rule.also)
    if rule.region:
        country, _, part = rule.region.partition("-")
        for observed in (True, False):
            days |= set(
                holidays.country_holidays(
                    country, subdiv=part or None, years=list(years), observed=observed
                )
            )
    return frozenset(days - rule.excepted)


@cache
def pinned_zone(name: str) -> ZoneInfo:
    """Return the zone by the pinned database, whatever the system has."""
    with (files("tzdata") / "zoneinfo" / name).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _in_a_window(calendar: Calendar, local: datetime) -> bool:
    minute, today = local.hour * 60 + local.minute, local.weekday()
    for window in calendar.windows or ():
        today_too = today in window.days
        if window.end > window.start:
            found = today_too and window.start <= minute < window.end
        else:
            tail = (today - 1) % 7 in window.days and minute < window.end
            found = tail or (today_too and minute >= window.start)
        if found:
            return True
    return False


def walk(calendar: Calendar, reading: Reading, first: int, last: int) -> Walk:
    """Walk the minutes of [first, last); both whole minutes."""
    if calendar.outside is not None:
        # The minutes of the inner calendar, the dates of this one's zone.
        inner = walk(calendar.outside, reading, first, last)
        zone = pinned_zone(calendar.timezone)
        dates = [datetime.fromtimestamp(at, zone).date() for at in range(first, last, 60)]
        return Walk(first, bytearray(1 - minute for minute in inner.open), dates)
    zone = pinned_zone(calendar.timezone)
    minutes = bytearray()
    dates = []
    years = range(datetime.fromtimestamp(first, zone).year - 1, 2030)
    closed = _closed(calendar, years)
    for at in range(first, last, 60):
        local = datetime.fromtimestamp(at, zone)
        day = local.date()
        dates.append(day)
        minutes.append(day not in closed and _in_a_window(calendar, local))
    return Walk(first, minutes, dates)


def as_minutes(instants: Intervals, first: int, last: int) -> bytearray:
    """Paint a set of instants onto the minutes of [first, last)."""
    minutes = bytearray((last - first) // 60)
    for start, end in instants:
        assert start % 60 == end % 60 == 0
        assert first <= start < end <= last
        for minute in range((start - first) // 60, (end - first) // 60):
            assert not minutes[minute], "intervals overlap"
            minutes[minute] = 1
    return minutes


def _waits_for_open_time(clock: Walk, amount: int, minute: int, opens: list[int]) -> float:
    """Return the minutes that a report an instant after the start of `minute` waits."""
    ahead = bisect_left(opens, minute)
    if clock.open[minute]:
        # Not the first `amount` open minutes alone will do: a crumb of the first is gone already.
        last = ahead + amount
        return opens[last] - minute if last < len(opens) else math.inf
    last = ahead + amount - 1
    return opens[last] + 1 - minute if last < len(opens) else math.inf


def _last_of_business_days(clock: Walk, amount: int, opens: list[int]) -> dict[date, float]:
    """Return by the day of receipt the minute at whose end a report is due."""
    closes = {clock.dates[minute]: minute for minute in opens}
    due = {}
    for received in closes:
        later = sorted(day for day in closes if day > received)
        last = received if amount == 0 else later[amount - 1] if len(later) >= amount else None
        due[received] = math.inf if last is None else closes[last] + 1
    return due


def worst_wait(
    clock: Walk, amount: int, *, days: bool, starts: list[int]
) -> tuple[float, list[int]]:
    """Return the longest wait in seconds of reports in `starts`, and all starts that have it.

    `amount` counts minutes of open time (at least one), or business days. `starts` are minutes
    since `clock.first`, and each stands for the instant after it; the wait is the limit.
    """
    opens = [minute for minute, is_open in enumerate(clock.open) if is_open]
    due = _last_of_business_days(clock, amount, opens) if days else {}
    waits: dict[int, float] = {}
    for minute in starts:
        if days:
            ahead = bisect_left(opens, minute)
            received = clock.dates[opens[ahead]] if ahead < len(opens) else None
            waits[minute] = due[received] - minute if received else math.inf
        else:
            waits[minute] = _waits_for_open_time(clock, amount, minute, opens)
    longest = max(waits.values())
    return longest * 60, [minute for minute in starts if waits[minute] == longest]


def whole(day: date) -> int:
    """Return midnight UTC of that date."""
    return (day - date(1970, 1, 1)) // timedelta(days=1) * 24 * 60 * 60
