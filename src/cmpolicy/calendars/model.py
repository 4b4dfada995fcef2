"""Hours as an agreement writes them: windows of the local week, less holidays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cmpolicy.calendars.intervals import Intervals

DAY_MINUTES: Final = 24 * 60
WEEK: Final = range(7)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that recur every week: [start, end) on each of `days`, local wall time.

    Minutes count from local midnight. An `end` at or before `start` lies on the next day: such a
    window is two, one to 24:00 and one from 00:00 of the date after.
    """

    days: frozenset[int]
    """Weekdays, Monday is 0."""
    start: int
    """0 to 1439."""
    end: int
    """0 to 1440 (24:00)."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """The dates on which a calendar is closed; without region and dates it works on holidays."""

    region: str | None
    """ISO 3166 country and subdivision, such as `CA-ON`, whose public holidays are closed."""
    also: frozenset[date]
    """Closed besides."""
    excepted: frozenset[date]
    """Open although they are holidays."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A set of instants: the hours of a service desk, a rota, a person, a clock."""

    windows: tuple[Window, ...] | None
    """None: the hours are unknown (optimistically read: always open; pessimistically: never)."""
    timezone: str
    """IANA name; whose wall time the windows speak of, and whose dates are business days."""
    holidays: Holidays | None
    """None: unknown (optimistically none, pessimistically the national ones of the country)."""
    outside: Calendar | None = None
    """The exact complement of that calendar; `windows` is then empty."""
    id: str = ""
    """Its id, if its hours or holidays are unknown: two of those are not one because they look
    alike."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The instants that rules look at: UTC seconds from `start` up to, not including, `end`."""

    start: int
    end: int
    zone: str
    """In whose wall time the horizon is shown."""


Hours = Callable[[int, int], Intervals]
"""Something that can be compiled over any span of UTC seconds [first, last)."""

ALWAYS: Final = Calendar(
    (Window(frozenset(WEEK), 0, DAY_MINUTES),),
    "UTC",
    Holidays(None, frozenset(), frozenset()),
)
"""The built-in calendar 24x7: wall clock. Its business days are those of the horizon's zone."""


def day_parts(windows: tuple[Window, ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return for each weekday its merged open spans [start, end) in minutes of the local day.

    The tail of a window over midnight belongs to the weekday after.
    """
    parts: list[list[tuple[int, int]]] = [[] for _ in WEEK]
    for window in windows:
        for day in window.days:
            if window.start < window.end:
                parts[day].append((window.start, window.end))
            else:
                parts[day].append((window.start, DAY_MINUTES))
                parts[(day + 1) % len(WEEK)].append((0, window.end))
    return tuple(tuple(Intervals.of(spans)) for spans in parts)


def is_always(calendar: Calendar) -> bool:
    """Say whether the calendar is 24x7 in effect, under either reading."""
    if calendar.outside is not None:
        return _is_never(calendar.outside)
    return _is_full(calendar.windows) and _closes_never(calendar.holidays)


def may_be_always(calendar: Calendar) -> bool:
    """Say whether the calendar is 24x7, or may be once its unknowns are known."""
    if calendar.outside is not None:
        return calendar.outside.windows is None or is_always(calendar)
    hours = calendar.windows is None or _is_full(calendar.windows)
    return hours and (calendar.holidays is None or _closes_never(calendar.holidays))


def _is_never(calendar: Calendar) -> bool:
    if calendar.outside is not None:
        return is_always(calendar.outside)
    return calendar.windows is not None and not any(day_parts(calendar.windows))


def _is_full(windows: tuple[Window, ...] | None) -> bool:
    return windows is not None and all(spans == ((0, DAY_MINUTES),) for spans in day_parts(windows))


def _closes_never(holidays: Holidays | None) -> bool:
    return holidays is not None and holidays.region is None and holidays.also <= holidays.excepted
