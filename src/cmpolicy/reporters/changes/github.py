"""GitHub workflow commands for a comparison: annotations at the lines that did it.

A rule that fails newly is an error, an edit that weakens a promise (or mixes, or is unclear) a
warning, any other one a notice. GitHub shows ten annotations of a kind for each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import Comparison, Effect
from cmpolicy.errors import Location
from cmpolicy.findings import evidence
from cmpolicy.reporters.changes import wording
from cmpolicy.reporters.changes.findings import TurnedRules, drops, findings
from cmpolicy.reporters.changes.items import Item, items
from cmpolicy.reporters.changes.rows import first_of_each, rows
from cmpolicy.reporters.escape import github_data, github_property, plain
from cmpolicy.reporters.github import MOST

ROWS: Final = 6
"""Rows of an edit; the others are counted."""
NAMED: Final = 5
_WARNED: Final = (Effect.WEAKENED, Effect.MIXED, Effect.UNCLEAR)


@dataclass(frozen=True, slots=True)
class _Note:
    """An annotation."""

    kind: str
    title: str
    lines: tuple[str, ...]
    place: Location | None


def render(comparison: Comparison) -> str:
    """Return the commands, the worst first, and the totals as plain lines."""
    found = items(comparison)
    notes = [
        *(_skipped(entry.file, entry.because) for entry in comparison.not_compared),
        *map(_failing, findings(comparison.newly_failing)),
        *map(_changed, found),
    ]
    lines: list[str] = []
    for kind in ("error", "warning", "notice"):
        some = [note for note in notes if note.kind == kind]
        lines += map(_command, some[:MOST])
        if len(some) > MOST:
            lines.append(f"... and {len(some) - MOST} more of {kind}; the json form lists them")
    result = wording.result(comparison, [item.effects[0] for item in found])
    totals = (result, wording.turned(comparison), wording.signatures(comparison))
    said = [*filter(None, totals), wording.gate(comparison)]
    lines.append(f"cmpolicy: {'. '.join(said)}.")
    return "\n".join(lines) + "\n"


def _skipped(file: str, because: str) -> _Note:
    return _Note("error", "not compared", (f"{file}: {because}",), Location(file))


def _failing(found: TurnedRules) -> _Note:
    rule = found.rule
    lines = [f"{wording.listed(found.agreements, NAMED)}: {rule.title}", *found.reasons[:1]]
    lines.append(f"fix: {rule.fix}")
    first = found.turned[0].verdict
    places = (item.location for item in evidence(first) if item.location)
    place = next(places, Location(first.file))
    return _Note("error", f"newly failing: {rule.id} ({rule.severity})", tuple(lines), place)


def _changed(item: Item) -> _Note:
    title = wording.title(item.edit, item.changes[0])
    kind = "warning" if item.effects[0] in _WARNED else "notice"
    place = wording.location(item.edit) if item.edit else None
    return _Note(kind, f"{', '.join(item.effects)}: {title}", tuple(_lines(item)), place)


def _lines(item: Item) -> Iterator[str]:
    for edit in item.others[:NAMED]:
        yield f"and {wording.title(edit, item.changes[0])}"
    if len(item.others) > NAMED:
        yield f"and {wording.counted(len(item.others) - NAMED, 'more edit')}"
    every = rows(item)
    shown = first_of_each(every, ROWS)
    for row in shown:
        who = f"{wording.listed(row.agreements, NAMED)}: " if row.agreements else ""
        yield f"{who}{'; '.join(filter(None, (row.what, row.value)))}"
    if len(every) > len(shown):
        yield f"and {len(every) - len(shown)} more"
    yield from (f"dropped: {text}" for text in drops(item.dropped))
    if item.edit and item.edit.sentence:
        texts = wording.edited(item.edit, "->")
        yield f"edit: {item.edit.path}{f': {texts}' if texts else ''}"
    if item.controls:
        yield f"controls: {wording.controls(item.controls, item.allocated, 12)}"


def _command(note: _Note) -> str:
    properties = {"title": plain(note.title)}
    if note.place is not None:
        properties = {
            "file": note.place.file,
            "line": str(note.place.line),
            "col": str(note.place.column),
            **properties,
        }
    said = ",".join(f"{name}={github_property(value)}" for name, value in properties.items())
    return f"::{note.kind} {said}::{github_data(chr(10).join(plain(line) for line in note.lines))}"
