"""The sections of an agreement, row by row, from plain values to parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cmpolicy.agreement.fields import Fields, Notes
from cmpolicy.agreement.who import Party, Person, Rota, Service, SeverityLevel
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.vocabulary import row_key

Keyed = tuple[str, Fields]


def rows(value: Any, section: str, prefix: str, notes: Notes) -> Iterator[Keyed]:
    """Yield (key, fields) for each row of a list; `unknown` in the place of a list is noted."""
    if value == UNKNOWN.value:
        notes.unknowns = True
    if not isinstance(value, list):
        return
    seen: dict[str, int] = {}
    for row in value:
        key = row_key(section, row) or "*"
        seen[key] = seen.get(key, 0) + 1
        shown = key if seen[key] == 1 else f"{key}~{seen[key]}"
        yield shown, Fields(row, f"{prefix}[{shown}]", notes)


def party(key: str, row: Fields) -> Party:
    """Build a party; what it can touch is unknown where it does not say."""
    handles = row.words("handles") if "handles" in row.data else row.notes.unknown()
    if handles == ("none",):
        handles = ()
    without_keys = row.words("without_keys")
    if not isinstance(handles, Unknown) and not isinstance(without_keys, Unknown):
        for data in without_keys:
            if data not in (*handles, UNKNOWN.value) and UNKNOWN.value not in handles:
                message = f"`without_keys`: `{data}` is not among what {key} handles"
                row.notes.wrong(row.at("without_keys"), message, "add it to `handles` as well")
    return Party(
        key,
        row.path,
        row.text("name"),
        row.text("kind"),
        handles,
        row.text("engaged_by"),
        without_keys,
    )


def person(key: str, row: Fields) -> Person:
    """Build a person; hours are unknown where no calendar says them."""
    return Person(
        key,
        row.path,
        row.text("name"),
        row.text("party"),
        row.words("roles"),
        row.text("deputy"),
        row.text("phone"),
        row.calendar("calendar", UNKNOWN),
    )


def rota(key: str, row: Fields) -> Rota:
    """Build a rota."""
    rostered = row.text("roster") is not None
    members = row.selection("members")
    if members is None:
        members = () if rostered else row.notes.unknown()
    return Rota(
        key,
        row.path,
        row.text("party"),
        row.calendar("calendar", UNKNOWN),
        members,
        row.text("phone"),
        rostered and "members" not in row.data,
    )


def severity(key: str, row: Fields) -> SeverityLevel:
    """Build a severity."""
    return SeverityLevel(key, row.path, int(row.data["rank"]))


def service(key: str, row: Fields) -> Service:
    """Build a service."""
    return Service(
        key,
        row.path,
        row.text("name"),
        row.text("criticality"),
        row.words("data"),
        row.text("owner"),
    )
