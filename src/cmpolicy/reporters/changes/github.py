"""GitHub workflow commands for a comparison: annotations at the lines that did it.

A rule that fails newly is an error, a promise weakened (or mixed, or unclear) a warning, anything
else a notice. GitHub shows ten annotations of a kind for each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import Change, Comparison, Effect, Turned
from cmpolicy.errors import Location
from cmpolicy.findings import evidence
from cmpolicy.reporters.changes import telling
from cmpolicy.reporters.changes.telling import Item
from cmpolicy.reporters.escape import github_data, github_property, plain
from cmpolicy.reporters.github import MOST

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
    notes = [
        *(_skipped(entry.file, entry.because) for entry in comparison.not_compared),
        *map(_failing, comparison.newly_failing),
        *map(_changed, telling.items(comparison.told)),
    ]
    lines: list[str] = []
    for kind in ("error", "warning", "notice"):
        found = [note for note in notes if note.kind == kind]
        lines += map(_command, found[:MOST])
        if len(found) > MOST:
            lines.append(f"... and {len(found) - MOST} more of {kind}; the json form lists them")
    lines.append(f"cmpolicy: {telling.result(comparison)}. {telling.gate(comparison)}.")
    return "\n".join(lines) + "\n"


def _skipped(file: str, because: str) -> _Note:
    return _Note("error", "not compared", (f"{file}: {because}",), Location(file))


def _failing(one: Turned) -> _Note:
    verdict, rule = one.verdict, one.verdict.rule
    lines = [f"{verdict.agreement}: {telling.reason(one)}", rule.title]
    if one.because:
        lines.append(f"because of {', '.join(telling.named(change) for change in one.because[:5])}")
    lines.append(f"fix: {rule.fix}")
    places = (item.location for item in evidence(verdict) if item.location)
    place = next(places, Location(verdict.file))
    return _Note("error", f"newly failing: {rule.id} ({rule.severity})", tuple(lines), place)


def _changed(item: Item) -> _Note:
    change = item.change
    where = f"{', '.join(item.agreements[:5])}: " if item.agreements else ""
    first, *more = (telling.line(words, str, str) for words in telling.said(change, "->"))
    lines = [f"{where}{first}", *more, *_causes(change)]
    if change.controls:
        lines.append(f"controls: {', '.join(change.controls[:12])}")
    kind = "warning" if change.effect in _WARNED else "notice"
    place = next((edit.new or edit.old for edit in change.causes), None)
    return _Note(kind, f"{change.effect}: {telling.named(change)}", tuple(lines), place)


def _causes(change: Change) -> Iterator[str]:
    for edit in change.causes[:5]:
        told = telling.edited(edit, "->")
        yield f"by {edit.path}: {told}" if told else f"by {edit.path}"


def _command(note: _Note) -> str:
    properties = {"title": plain(note.title)}
    if note.place is not None:
        properties = {
            "file": note.place.file,
            "line": str(note.place.line),
            "col": str(note.place.column),
            **properties,
        }
    told = ",".join(f"{name}={github_property(value)}" for name, value in properties.items())
    return f"::{note.kind} {told}::{github_data(chr(10).join(plain(line) for line in note.lines))}"
