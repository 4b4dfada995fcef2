"""Sources of a promise: the symbolic paths of what states it, and of what that depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from cmpolicy.agreement import Agreement, Row
from cmpolicy.unknown import Unknown

ALWAYS_OPEN: Final = "24x7"
EVERYTHING: Final = ""
"""The path of all of the terms, which a signature binds."""


def fields(path: str, *names: str) -> tuple[str, ...]:
    """Return the paths of fields of a row."""
    return tuple(f"{path}.{name}" for name in names)


def by_key(agreement: Agreement, section: str) -> dict[str, Row]:
    """Return the plain rows of a section by their keys; made once for an agreement."""
    known: dict[Any, dict[str, Row]] = agreement.known.setdefault(by_key, {})
    if section not in known:
        # Of rows with one key the first counts.
        known[section] = {row.key: row for row in reversed(agreement.rows[section])}
    return known[section]


def calendar(agreement: Agreement, name: Any) -> Iterator[str]:
    """Yield the path of a calendar, and of those that it is outside of.

    Which hours count where none is named depends on every calendar of the file.
    """
    rows = by_key(agreement, "calendars")
    seen = set()
    if not isinstance(name, str):
        yield "calendars"
    while isinstance(name, str) and name != ALWAYS_OPEN and name not in seen:
        seen.add(name)
        yield f"calendars[{name}]"
        name = rows[name].fields.get("outside") if name in rows else None


def duty(agreement: Agreement, who: str | Unknown | None) -> Iterator[str]:
    """Yield the paths of what says when a person or rota is on duty, and who stands behind it."""
    for section, members in (("people", agreement.people), ("rotas", agreement.rotas)):
        if isinstance(who, str) and who in members:
            path = f"{section}[{who}]"
            yield from fields(path, "calendar", "members", "roster", "name", "party")
            yield from calendar(agreement, by_key(agreement, section)[who].fields.get("calendar"))


def case(service: str | None, severity: str | None) -> Iterator[str]:
    """Yield the paths that make a case exist."""
    if service is not None:
        yield f"services[{service}].id"
    if severity is not None:
        yield f"severities[{severity}].id"


def unique(paths: Iterable[str]) -> tuple[str, ...]:
    """Return paths, each once."""
    return tuple(dict.fromkeys(paths))
