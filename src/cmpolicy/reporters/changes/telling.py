"""Words that the formats of a comparison share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from cmpolicy.findings import evidence
from cmpolicy.reporters.wording import described
from cmpolicy.verdict import Outcome

CHECKED: Final = ("framework", "service", "severity", "party", "status", "model", AGREEMENT)
"""Promises of what is looked at: what is gone of them is no longer checked."""

Words = tuple[str, tuple[str, ...], str]
"""A kind of promise (empty: that of the change), keys, and what became of each of them."""
KEYS: Final = 8
"""Promises that moved in the same words that are named; the others are counted."""
LINES: Final = 4
"""Different words for promises of one kind that are shown; the others are counted."""
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
        texts = change.before, change.after, change.details
        same = change.promise, change.key, change.effect, *texts, change.causes
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
        (comparison.dropped, "dropped"),
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
    gone = "dropped" if change.promise in CHECKED else "gone"
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


def details(found: Iterable[Detail]) -> tuple[tuple[Detail, tuple[str, ...]], ...]:
    """Return promises that moved, those that moved in the same words once, with their keys."""
    together: dict[object, list[Detail]] = {}
    for detail in found:
        same = detail.promise, detail.effect, detail.before, detail.after
        together.setdefault(same, []).append(detail)
    return tuple((found[0], tuple(one.key for one in found)) for found in together.values())


def own(change: Change) -> tuple[Detail, ...]:
    """Return the promises of the head's own kind."""
    return tuple(detail for detail in change.details if detail.promise == change.promise)


def said(change: Change, arrow: str) -> tuple[Words, ...]:
    """Say what became of the head's own promises: each value with the keys of which it is true."""
    groups = details(own(change))
    if len(groups) <= 1:
        return (("", (), before_after(change, arrow)),)
    return _first([("", keys, before_after(one, arrow)) for one, keys in groups])


def with_it(change: Change, arrow: str) -> Iterator[Words]:
    """Say what became of promises of other kinds that moved with it, kind by kind."""
    found = others(change)
    for kind in dict.fromkeys(detail.promise for detail in found):
        groups = details(detail for detail in found if detail.promise == kind)
        yield from _first([(kind, keys, before_after(one, arrow)) for one, keys in groups])


def _first(found: Sequence[Words]) -> tuple[Words, ...]:
    """Return the first, and count those beyond them."""
    rest = len(found) - LINES
    more = (found[0][0], (), f"{rest} more in other words") if rest > 0 else None
    return (*found[:LINES], *([more] if more else ()))


def line(words: Words, show: Callable[[str], str], text: Callable[[str], str]) -> str:
    """Put the words of a promise in a line; `show` and `text` write keys and texts in a medium."""
    kind, keys, told = words
    rest = len(keys) - KEYS
    listed = ", ".join(show(key) for key in keys[:KEYS]) + (f" and {rest} more" if rest > 0 else "")
    lead = f"{kind} {listed}".strip()
    return f"{lead}: {text(told)}" if lead else text(told)


def named(change: Change) -> str:
    """Name a change, as in `coverage security-monitoring/detect/*/*`."""
    if change.promise in (TEXT, AGREEMENT):
        return change.key
    return f"{change.promise} {change.key}".strip()


def reason(one: Turned) -> str:
    """Tell what a verdict that turned found: what is wrong first."""
    if one.verdict.outcome in (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE):
        return one.verdict.rule.title
    return "; ".join(dict.fromkeys(described(item) for item in evidence(one.verdict)[:3]))
