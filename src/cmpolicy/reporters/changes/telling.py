"""Words that the formats of a comparison share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import (
    AGREEMENT,
    POLICY,
    TEXT,
    Change,
    Comparison,
    Detail,
    Edit,
    Effect,
    Side,
    Turned,
)
from cmpolicy.errors import Location
from cmpolicy.reporters.findings import evidence, told
from cmpolicy.verdict import Outcome

CHECKED: Final = ("framework", "service", "severity", "party", "status", "model", AGREEMENT)
"""Promises of what is looked at: what is gone of them is no longer checked."""

UNMOVED: Final = "Edits that move no promise"
UNCOMPUTED: Final = "Other edits (not computed)"
UNCHANGED: Final = "Unchanged: no promise, no verdict and no word differs"


@dataclass(frozen=True, slots=True)
class Item:
    """A change, told once for every agreement in which it is the same: a shared file's."""

    change: Change
    agreements: tuple[str, ...]


def items(changes: Iterable[Change]) -> tuple[Item, ...]:
    """Return changes in their order, each once."""
    together: dict[object, list[Change]] = {}
    for change in changes:
        same = change.promise, change.key, change.effect, change.before, change.after, change.causes
        together.setdefault(same, []).append(change)
    return tuple(
        Item(found[0], tuple(dict.fromkeys(one.agreement for one in found if one.agreement)))
        for found in together.values()
    )


def result(comparison: Comparison) -> str:
    """Tell what came of the comparison, in a sentence without its end."""
    if comparison.result == "unchanged":
        return UNCHANGED
    told = [
        f"{len([item for item in items(comparison.told) if item.change.effect is effect])} {effect}"
        for effect in Effect
        if effect is not Effect.NEUTRAL and comparison.counts()[effect]
    ]
    still = "no computed promise moved" if comparison.uncomputed else "no promise moved"
    moved = ", ".join(told) or still
    if comparison.not_compared:
        count = len(comparison.not_compared)
        files = f"{count} file{'s' * (count != 1)}"
        return f"Not compared: {files}; of the rest {moved}; {turned(comparison)}"
    return f"Changed: {moved}; {turned(comparison)}"


def turned(comparison: Comparison) -> str:
    """Count the verdicts that turned."""
    counts = (
        (comparison.newly_failing, "newly failing"),
        (comparison.fixed, "fixed"),
        (comparison.no_longer_checked, "no longer checked"),
    )
    return "rules " + ", ".join(f"{len(found)} {name}" for found, name in counts)


def gate(comparison: Comparison) -> str:
    """Tell whether the gate passed."""
    if comparison.fail_on == "never":
        return "The gate is off"
    return f"Gate {'passed' if comparison.passed else 'failed'} at {comparison.fail_on}"


def between(comparison: Comparison) -> str:
    """Name the sides."""
    return f"{_side(comparison.base)} to {_side(comparison.head)}"


def _side(side: Side) -> str:
    short = side.commit[:12] if side.commit else None
    return f"{side.label} ({short})" if short and short not in side.label else side.label[:60]


def provenance(comparison: Comparison) -> str:
    """Tell what it was judged with."""
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in comparison.packs)
    data = ", ".join(f"{name} {version}" for name, version in comparison.data.items())
    return f"cmpolicy {comparison.version} as of {comparison.as_of}; packs {packs}; {data}"


def before_after(change: Change | Detail, arrow: str) -> str:
    """Tell what it came to before and after."""
    gone = "no longer checked" if change.promise in CHECKED else "gone"
    if change.before is None and change.after is None:
        return gone
    old = "nothing" if change.before is None else change.before
    return f"{old} {arrow} {gone if change.after is None else change.after}"


def edited(edit: Edit, arrow: str) -> str:
    """Tell an edit by its texts; the path stands apart."""
    if edit.before is None and edit.after is None:
        return ""
    if edit.before is None:
        return f"added: {edit.after}"
    if edit.after is None:
        return f"removed: {edit.before}"
    return f"{edit.before} {arrow} {edit.after}"


def words(item: Item, arrow: str) -> tuple[str, str, str]:
    """Tell a change that moves no promise: what was edited, its texts, and where."""
    change, edit = item.change, item.change.causes[0]
    texts = before_after(change, arrow) if change.promise == POLICY else edited(edit, arrow)
    return edit.path, texts, place(edit)


def place(edit: Edit) -> str:
    """Name the line of an edit: where it is now, or was before it was removed."""
    found = location(edit)
    return f"{found.file}:{found.line}" if found else ""


def location(edit: Edit) -> Location | None:
    """Return where an edit is to be seen."""
    removed = edit.before is not None and edit.after is None
    return edit.old if removed and edit.old else edit.new or edit.old


def others(change: Change) -> tuple[Detail, ...]:
    """Return what moved with the head of a change: promises of other kinds."""
    return tuple(detail for detail in change.details if detail.promise != change.promise)


def details(change: Change) -> tuple[tuple[Detail, tuple[str, ...]], ...]:
    """Return every promise that moved, those that moved in the same words once, with their keys."""
    together: dict[object, list[Detail]] = {}
    for detail in change.details:
        same = detail.promise, detail.effect, detail.before, detail.after
        together.setdefault(same, []).append(detail)
    return tuple((found[0], tuple(one.key for one in found)) for found in together.values())


def more(change: Change) -> int:
    """Count the promises of the head's own kind that moved in other words than the first."""
    own = [detail for detail in change.details if detail.promise == change.promise]
    return len(
        {(detail.before, detail.after) for detail in own[1:]} - {(change.before, change.after)}
    )


def named(change: Change) -> str:
    """Name a change, as in `coverage security-monitoring/detect/*/*`."""
    if change.promise in (TEXT, AGREEMENT):
        return change.key
    return f"{change.promise} {change.key}".strip()


def reason(one: Turned) -> str:
    """Tell what a verdict that turned found: what is wrong first."""
    if one.verdict.outcome in (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE):
        return one.verdict.rule.title
    return "; ".join(dict.fromkeys(told(item) for item in evidence(one.verdict)[:3]))
