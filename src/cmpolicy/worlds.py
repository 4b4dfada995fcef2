"""An agreement with its unknown hours and holidays filled in, one world for each way that matters.

Of a calendar whose hours the file does not say, more of them are better where it covers, and worse
where it must be covered: each reading takes those that suit it. Where one calendar does both, as
the hours of a desk and as what is left outside them, neither end is the best one. Then the answer
is sought in both worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final, TypeVar, cast

from cmpolicy.agreement import Agreement
from cmpolicy.calendars import ALWAYS, Calendar, Holidays, country_holidays
from cmpolicy.unknown import Reading, Unknown

MOST: Final = 5
"""Calendars that do both at once; of more, the others are read as if they did not."""
NO_HOLIDAYS: Final = Holidays(None, frozenset(), frozenset())

T = TypeVar("T", bound=Calendar | Unknown | None)
Some = Iterable[Calendar | Unknown | None]


@dataclass(frozen=True, slots=True)
class World:
    """An agreement in which certain calendars are known."""

    agreement: Agreement
    fills: Mapping[Calendar, Calendar]
    """What each of those is there."""

    def fill(self, calendar: T) -> T:
        """Return a calendar as it is in the world."""
        return _fill(calendar, self.fills)

    def read_as(self, reading: Reading) -> Agreement:
        """Return the agreement of the world under a reading of all that is unknown besides."""
        return self.agreement.read_as(reading)


def root(calendar: Calendar) -> tuple[Calendar, bool]:
    """Return the calendar whose hours decide, and whether `calendar` is open inside them."""
    inside = True
    while calendar.outside is not None:
        calendar, inside = calendar.outside, not inside
    return calendar, inside


def hours_unknown(calendar: Calendar | Unknown | None) -> bool:
    """Say whether nobody knows at which hours a calendar is open; of none, no."""
    if isinstance(calendar, Calendar):
        return root(calendar)[0].windows is None
    return isinstance(calendar, Unknown)


def worlds(agreement: Agreement, more: Some, less: Some = ()) -> tuple[World, ...]:
    """Return the agreement with each of these calendars known, in every way that matters.

    Args:
        agreement: as read.
        more: calendars of which more hours are better for the answer that is sought.
        less: those of which fewer are.
    """
    signs: dict[Calendar, set[bool]] = {}
    for some, better in ((more, True), (less, False)):
        for calendar in some:
            if isinstance(calendar, Calendar):
                decides, inside = root(calendar)
                if _is_unknown(decides):
                    signs.setdefault(decides, set()).add(better is inside)
    if not signs:
        return (World(agreement, {}),)
    both = [calendar for calendar, found in signs.items() if len(found) > 1][:MOST]
    fixed = {
        calendar: _filled(calendar, generous=(True in found) is agreement.optimistic)
        for calendar, found in signs.items()
        if calendar not in both
    }
    ways = product((True, False), repeat=len(both))
    each = (
        {
            calendar: _filled(calendar, generous=much)
            for calendar, much in zip(both, way, strict=True)
        }
        for way in ways
    )
    return tuple(_world(agreement, fixed | chosen) for chosen in each)


def _is_unknown(calendar: Calendar) -> bool:
    return calendar.windows is None or (bool(calendar.windows) and calendar.holidays is None)


def _filled(calendar: Calendar, *, generous: bool) -> Calendar:
    """Return a calendar with what is unknown of it filled in: as much as possible, or as little."""
    windows, holidays = calendar.windows, calendar.holidays
    if windows is None:
        windows = ALWAYS.windows if generous else ()
    if holidays is None:
        holidays = NO_HOLIDAYS if generous else country_holidays(calendar.timezone)
    return Calendar(windows, calendar.timezone, holidays)


def _world(agreement: Agreement, fills: Mapping[Calendar, Calendar]) -> World:
    """Return the world with these calendars in the place of those; made once."""
    key = agreement.reading, frozenset(fills.items())
    made: dict[Any, World] = agreement.known.setdefault(_world, {})
    if key not in made:
        made[key] = World(_with(agreement, fills), fills)
    return made[key]


def _fill(calendar: T, fills: Mapping[Calendar, Calendar]) -> T:
    found: Any = calendar
    if isinstance(calendar, Calendar):
        if calendar.outside is not None:
            found = replace(calendar, outside=_fill(calendar.outside, fills))
        else:
            found = fills.get(calendar, calendar)
    return cast("T", found)


def _with(agreement: Agreement, fills: Mapping[Calendar, Calendar]) -> Agreement:
    def fill(calendar: T) -> T:
        return _fill(calendar, fills)

    return replace(
        agreement,
        calendars={name: fill(found) for name, found in agreement.calendars.items()},
        people={
            k: replace(row, calendar=fill(row.calendar)) for k, row in agreement.people.items()
        },
        rotas={k: replace(row, calendar=fill(row.calendar)) for k, row in agreement.rotas.items()},
        coverage=tuple(replace(row, calendar=fill(row.calendar)) for row in agreement.coverage),
        targets=tuple(
            replace(row, calendar=fill(row.calendar), raised=fill(row.raised))
            for row in agreement.targets
        ),
    )
