"""The paths of what a file does not say and an answer hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cmpolicy.agreement import Agreement, Escalation, Notice, Row, Target
from cmpolicy.calendars import is_always
from cmpolicy.vocabulary import UNKNOWN, Unknown

SPEAKS = ("severity", "services", "stage", "raised")
"""The fields of a target that say for which starts of which cases it speaks."""


def decides(paths: Iterable[str]) -> str:
    """Return the end of a message whose answer hangs on these paths: ` (unknown: a.b)`, or none."""
    listed = ", ".join(dict.fromkeys(paths))
    return f" (unknown: {listed})" if listed else ""


def of_target(agreement: Agreement, target: Target) -> Iterator[str]:
    """Yield what is unknown of a target: its own fields, and the hours of its calendars."""
    yield from of_starts(agreement, target)
    fields = _fields(agreement, "targets", target.path)
    yield from _unknown(target.path, fields, ("within", "commitment"))
    if isinstance(target.calendar, Unknown):
        yield f"{target.path}.calendar"
    yield from of_calendar(agreement, fields.get("calendar"))


def of_starts(agreement: Agreement, target: Target) -> Iterator[str]:
    """Yield what is unknown of when and for what a target speaks."""
    fields = _fields(agreement, "targets", target.path)
    yield from _unknown(target.path, fields, SPEAKS)
    yield from of_calendar(agreement, fields.get("raised"))


def of_calendar(agreement: Agreement, name: Any) -> Iterator[str]:
    """Yield what is unknown of a calendar, by name: its hours, its holidays, those it is outside.

    Of a calendar that is open around the clock the holidays do not matter where they are said.
    """
    rows = {row.key: row for row in agreement.rows["calendars"]}
    seen: set[str] = set()
    while isinstance(name, str) and name in rows and name not in seen:
        seen.add(name)
        row = rows[name]
        found = agreement.calendars.get(name)
        if found is not None and found.outside is None and not is_always(found):
            if found.windows is None:
                yield f"{row.path}.hours"
            if found.holidays is None:
                yield f"{row.path}.holidays"
        name = row.fields.get("outside")


def of_notice(agreement: Agreement, row: Notice) -> Iterator[str]:
    """Yield what is unknown of a notice."""
    fields = _fields(agreement, "notices", row.path)
    yield from _unknown(row.path, fields, ("event", "from", "to", "within", "before", "calendar"))
    yield from of_calendar(agreement, fields.get("calendar"))


def of_duty(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of who is on duty when a path calls."""
    for step in path.steps:
        who = step.notify
        if isinstance(who, Unknown):
            yield f"{step.path}.notify"
        for section in ("people", "rotas"):
            row = next((row for row in agreement.rows[section] if row.key == who), None)
            if row is None:
                continue
            if section == "rotas" and _members_unknown(agreement, str(who)):
                yield f"{row.path}.members"
            if isinstance(row.fields.get("calendar", UNKNOWN), Unknown):
                yield f"{row.path}.calendar"
            yield from of_calendar(agreement, row.fields.get("calendar"))


def _members_unknown(agreement: Agreement, rota: str) -> bool:
    found = agreement.rotas[rota]
    if found.rostered:
        return False
    return isinstance(found.members, Unknown) or UNKNOWN.value in found.members


def _fields(agreement: Agreement, section: str, path: str) -> Mapping[str, Any]:
    found: Row = next(row for row in agreement.rows[section] if row.path == path)
    return found.fields


def _unknown(path: str, fields: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield the paths of the fields that the file calls unknown."""
    for name in names:
        if isinstance(fields.get(name), Unknown):
            yield f"{path}.{name}"
