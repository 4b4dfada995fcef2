"""The calendars of an agreement, parsed for the engine that compiles them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cmpolicy.agreement.fields import Fields, Notes, suggestion
from cmpolicy.calendars import (
    Calendar,
    Holidays,
    Window,
    check_region,
    parse_windows,
    zone_exists,
    zone_names,
)
from cmpolicy.unknown import Unknown

BUILT_IN: Final = frozenset({"24x7"})
"""Calendars that every agreement has; a file cannot give their names another meaning."""
NO_HOLIDAYS = Holidays(None, frozenset(), frozenset())
DEEPEST: Final = 16
"""So many calendars may each be outside the next; every two of them come to the same hours."""


def build_calendars(value: Mapping[str, Any], notes: Notes) -> None:
    """Add the file's calendars to `notes.calendars`; those reported by `outside` come last."""
    rows = value.get("calendars")
    defined = {row["id"]: row for row in rows if "id" in row} if isinstance(rows, list) else {}
    for identity in defined:
        if identity in BUILT_IN:
            hint = "give it another id, and name that where it is meant"
            notes.wrong(f"calendars[{identity}].id", f"the calendar `{identity}` is built in", hint)
            continue
        _define(identity, defined, value["timezone"], notes, ())


def _define(
    identity: str,
    rows: Mapping[str, Any],
    zone: str,
    notes: Notes,
    within: tuple[str, ...],
) -> Calendar | None:
    if identity in notes.calendars:
        return notes.calendars[identity]
    if identity not in rows:
        return None
    row = Fields(rows[identity], f"calendars[{identity}]", notes)
    if identity in within:
        circle = " is outside ".join((*within, identity))
        notes.wrong(row.at("outside"), f"calendars in a circle: {circle}")
        return None
    if len(within) > DEEPEST:
        _too_deep(row)
        return None
    calendar = _calendar(row, rows, zone, notes, (*within, identity))
    notes.calendars[identity] = calendar
    return calendar


def _calendar(
    row: Fields, rows: Mapping[str, Any], zone: str, notes: Notes, within: tuple[str, ...]
) -> Calendar:
    place = row.text("timezone", zone)
    if isinstance(place, Unknown):
        # Without its zone nobody knows when it is open.
        return Calendar(None, zone, NO_HOLIDAYS, id=within[-1])
    place = _zone(place, row) if place and place != zone else zone
    outside = row.value("outside")
    if isinstance(outside, str):
        other = _define(outside, rows, zone, notes, within)
        if _depth(other) >= DEEPEST:
            _too_deep(row)
            other = None
        return Calendar((), place, NO_HOLIDAYS, outside=other)
    if isinstance(outside, Unknown):
        return Calendar(None, place, NO_HOLIDAYS, id=within[-1])
    windows, holidays = _windows(row), _holidays(row)
    unsaid = windows is None or holidays is None
    return Calendar(windows, place, holidays, id=within[-1] if unsaid else "")


def _too_deep(row: Fields) -> None:
    message = f"more than {DEEPEST} calendars are each outside the next"
    row.notes.wrong(row.at("outside"), message, "write the hours of this one")


def _depth(calendar: Calendar | None) -> int:
    """Return how many calendars this one is outside of, one by way of the other."""
    depth = 0
    while calendar is not None and calendar.outside is not None:
        calendar, depth = calendar.outside, depth + 1
    return depth


def _zone(zone: str, row: Fields) -> str:
    if zone_exists(zone):
        return zone
    hint = suggestion(zone, zone_names()) or "use an IANA name such as America/Toronto"
    row.notes.wrong(row.at("timezone"), f"`timezone`: there is no time zone {zone!r}", hint)
    return "UTC"


def _windows(row: Fields) -> tuple[Window, ...] | None:
    hours = row.value("hours")
    if isinstance(hours, Unknown) or (hours is None and not row.lost("hours")):
        row.notes.unknowns = True
        return None
    try:
        return parse_windows([hours] if isinstance(hours, str) else hours or [])
    except ValueError as error:
        row.notes.wrong(row.at("hours"), f"`hours`: {error}")
        return ()


def _holidays(row: Fields) -> Holidays | None:
    found = row.value("holidays")
    if found == "none":
        return NO_HOLIDAYS
    if not isinstance(found, dict):
        row.notes.unknowns = True
        return None
    days = Fields(found, row.at("holidays"), row.notes)
    region = days.value("region")
    also, excepted = _dates(days, "also"), _dates(days, "except")
    if isinstance(region, Unknown) or (region is None and not also):
        row.notes.unknowns = True
        return None
    if region is not None:
        unfit = check_region(str(region))
        if unfit is not None:
            row.notes.wrong(days.at("region"), f"`region`: {unfit}")
            region = None
    return Holidays(region, also, excepted)


def _dates(days: Fields, name: str) -> frozenset[date]:
    words = days.words(name)
    found = set()
    for text in () if isinstance(words, Unknown) else words:
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            message = f"`{name}`: invalid date {text!r}, expected YYYY-MM-DD"
            days.notes.wrong(days.at(name), message)
    return frozenset(found)
