"""An agreement with its unknown hours and holidays filled in, one world for each way that matters.

Of a calendar whose hours the file does not say, more of them are better where it covers, and worse
where it must be covered: each reading takes those that suit it. Where one calendar does both, as
the hours of a desk and as what is left outside them, neither end is the best one. Then the answer
is sought in both worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Final, TypeVar

from cmpolicy.agreement import Agreement
from cmpolicy.calendars import ALWAYS, Calendar, Holidays, country_holidays
from cmpolicy.unknown import Unknown

MOST: Final = 5
"""Calendars that do both at once; of more, the others are read as if they did not."""
NO_HOLIDAYS: Final = Holidays(None, frozenset(), frozenset())

R = TypeVar("R")
Some = Iterable[Calendar | Unknown | None]


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


def worlds(agreement: Agreement, more: Some, less: Some = ()) -> tuple[Agreement, ...]:
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
        return (agreement,)
    both = [calendar for calendar, found in signs.items() if len(found) > 1][:MOST]
    fixed = {
        calendar: _filled(calendar, generous=(True in found) is agreement.optimistic)
        for calendar, found in signs.items()
        if calendar not in both
    }
    return tuple(
        _assumed(
            agreement,
            fixed | {c: _filled(c, generous=much) for c, much in zip(both, ways, strict=True)},
        )
        for ways in product((True, False), repeat=len(both))
    )


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


def _assumed(agreement: Agreement, fills: Mapping[Calendar, Calendar]) -> Agreement:
    """Return the agreement with these calendars in the place of those; made once."""
    key = agreement.reading, frozenset(fills.items())
    made: dict[Any, Agreement] = agreement.known.setdefault(_assumed, {})
    if key not in made:
        made[key] = _with(agreement, fills)
    return made[key]


def _with(agreement: Agreement, fills: Mapping[Calendar, Calendar]) -> Agreement:
    def fill(calendar: Calendar | Unknown | None) -> Any:
        if not isinstance(calendar, Calendar):
            return calendar
        if calendar.outside is not None:
            return replace(calendar, outside=fill(calendar.outside))
        return fills.get(calendar, calendar)

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
