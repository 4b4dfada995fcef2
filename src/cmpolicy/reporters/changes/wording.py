"""Words that the formats of a comparison share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmpolicy.compare import (
    AGREEMENT,
    POLICY,
    TEXT,
    Change,
    Comparison,
    Detail,
    Effect,
    Side,
    TextEdit,
    Turned,
)
from cmpolicy.errors import Location
from cmpolicy.findings import evidence
from cmpolicy.reporters.escape import cut
from cmpolicy.reporters.wording import described as message_of
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Outcome

CHECKED: Final = ("framework", "service", "severity", "party", "status", "model", AGREEMENT)
"""Promises of what is looked at: what is gone of them is no longer checked."""

EXCUSES: Final = ("disable", "waiver", "release")
"""Entries of the policy under which something does not count."""
UNMOVED: Final = "Edits that move no promise"
UNCOMPUTED: Final = "Other edits (not computed)"
SHORT: Final = 7
"""Characters of a commit's id."""
SUBJECT: Final = 72
"""Characters of a commit's subject at most."""
UNCHANGED: Final = "Unchanged: no promise, no verdict and no word differs"


def listed(parts: Sequence[str], most: int, noun: str = "") -> str:
    """List words, and count those beyond the first `most`."""
    rest = len(parts) - most
    if rest == 1 and most > 1:  # to count one takes as much room as to name it
        rest, most = 0, len(parts)
    more = f" and {rest} more{f' {noun}' if noun else ''}" if rest > 0 else ""
    return ", ".join(parts[:most]) + more


def counted(count: int, noun: str, many: str = "") -> str:
    """Count things: `1 edit`, `2 edits`."""
    return f"{count} {noun if count == 1 else many or f'{noun}s'}"


def controls(every: Sequence[str], allocated: Sequence[str], most: int) -> str:
    """List the controls concerned; those whose allocation changed stand apart from the others.

    The rules on allocations map to every control of a framework.
    """
    if not allocated:
        return listed(every, most)
    rest = len(set(every) - set(allocated))
    more = f"; the rules on allocations judge {rest} more" if rest else ""
    return listed(allocated, most) + more


def title(edit: TextEdit | None, change: Change) -> str:
    """Name an item in a sentence without its end: what was edited, or what came, went or moved."""
    if change.promise == POLICY:
        return _policy(change)
    if change.promise == AGREEMENT:
        return _agreement(change)
    if edit is None:
        return named(change)
    if edit.sentence:
        return edit.sentence
    texts = edited(edit, "->")
    return f"`{edit.path}`: {texts}" if texts else f"`{edit.path}`"


def _agreement(change: Change) -> str:
    if change.before is None:
        return f"agreement `{change.key}` is new: {change.after}"
    if change.after is None:
        return f"agreement `{change.key}` is gone: {change.before}"
    return f"agreement `{change.key}`: {change.after}"


def _policy(change: Change) -> str:
    kind, _, name = change.key.partition("/")
    if kind in EXCUSES:
        return f"policy: {_excused(kind, name)} is {_state(change)}"
    lead = f"policy: {kind} `{name}`" if name else f"policy: `{kind}`"
    if change.before is None or change.after is None:
        word = "new" if change.before is None else "gone"
        return ": ".join(filter(None, (f"{lead} is {word}", change.after or change.before)))
    return f"{lead}: {change.after} instead of {change.before}"


def _excused(kind: str, name: str) -> str:
    first, _, rest = name.partition("/")
    if kind == "release":
        return f"`{rest}` of agreement `{first}`"
    return f"rule `{first}` on `{rest}`" if rest else f"rule `{first}`"


def _state(change: Change) -> str:
    """Describe a disable, a waiver or a release; their texts say how something is excused."""
    if change.after is None:
        return f"no longer {change.before}"
    return change.after if change.before is None else f"{change.after}; it was {change.before}"


def result(comparison: Comparison, effects: Sequence[Effect]) -> str:
    """Say what came of the comparison, in a sentence without its end.

    Args:
        comparison: what was found.
        effects: the worst effect of each item.
    """
    if comparison.result == "unchanged":
        return UNCHANGED
    said = [f"{effects.count(effect)} {effect}" for effect in Effect if effect in effects]
    still = "no computed promise moved" if comparison.uncomputed else "no promise moved"
    moved = ", ".join(said) or still
    if comparison.not_compared:
        files = counted(len(comparison.not_compared), "file")
        return f"Not compared: {files}; of the rest {moved}"
    return f"Changed: {moved}"


def turned(comparison: Comparison) -> str:
    """Count the verdicts that turned, the worst by themselves; empty where none did."""
    said = []
    for found, name in (
        (comparison.newly_failing, "newly failing"),
        (comparison.dropped, "dropped"),
        (comparison.fixed, "fixed"),
    ):
        if found:
            bad = sum(1 for one in found if one.verdict.rule.severity is Severity.CRITICAL)
            critical = f" ({bad} critical)" if bad and name != "fixed" else ""
            said.append(f"{len(found)} {name}{critical}")
    return f"Rules: {', '.join(said)}" if said else ""


def signatures(comparison: Comparison) -> str:
    """Say how many signatures match no longer, or again; empty where none does."""
    effects: Counter[Effect] = Counter()
    for change in comparison.changes:
        for detail in change.details:
            if detail.promise == "signature" and not any(
                edit.path.startswith("signatures") for edit in change.causes
            ):
                effects[detail.effect] += 1
    words = {
        Effect.WEAKENED: "no longer match{} the terms",
        Effect.STRENGTHENED: "match{} the terms again",
        Effect.UNCLEAR: "may no longer match the terms",
    }
    said = [
        f"{counted(effects[effect], 'signature')} {text.format('es' * (effects[effect] == 1))}"
        for effect, text in words.items()
        if effects[effect]
    ]
    return "; ".join(said)


def gate(comparison: Comparison) -> str:
    """Say whether the gate passed."""
    if comparison.fail_on == "never":
        return "The gate is off"
    return f"Gate {'passed' if comparison.passed else 'failed'} at {comparison.fail_on}"


def between(comparison: Comparison) -> str:
    """Name the sides."""
    return f"{_side(comparison.base)} to {_side(comparison.head)}"


def _side(side: Side) -> str:
    """Name a side: the revision as it was given, its commit in short, the day and its subject."""
    label = side.label[:60]
    if side.commit is None:
        return label
    short = side.commit[:SHORT]
    name = short if side.commit.startswith(label) else f"{label} ({short})"
    day = f" of {side.day}" if side.day else ""
    return f'{name}{day} "{cut(side.subject, SUBJECT)}"' if side.subject else f"{name}{day}"


def provenance(comparison: Comparison) -> str:
    """Say what it was judged with."""
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in comparison.packs)
    data = ", ".join(f"{name} {version}" for name, version in comparison.data.items())
    return f"cmpolicy {comparison.version} as of {comparison.as_of}; packs {packs}; {data}"


def before_after(change: Change | Detail, arrow: str) -> str:
    """Say what it came to before and after."""
    gone = "dropped" if change.promise in CHECKED else "gone"
    if change.before is None and change.after is None:
        return gone
    old = "nothing" if change.before is None else change.before
    return f"{old} {arrow} {gone if change.after is None else change.after}"


def edited(edit: TextEdit, arrow: str) -> str:
    """Describe an edit by its texts; the path stands apart."""
    if edit.before is None and edit.after is None:
        return ""
    if edit.before is None:
        return f"added: {edit.after}"
    if edit.after is None:
        return f"removed: {edit.before}"
    return f"{edit.before} {arrow} {edit.after}"


def words(change: Change, arrow: str) -> tuple[str, str, str]:
    """Describe a change that moves no promise: what was edited, its texts, and where."""
    edit = change.causes[0]
    texts = before_after(change, arrow) if change.promise == POLICY else edited(edit, arrow)
    return edit.path, texts, place(edit)


def once(changes: Iterable[Change]) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """Yield the same change of several agreements once, with their ids."""
    together: dict[object, list[Change]] = {}
    for change in changes:
        same = change.promise, change.key, change.before, change.after, change.causes
        together.setdefault(same, []).append(change)
    for found in together.values():
        yield found[0], tuple(dict.fromkeys(one.agreement for one in found if one.agreement))


def place(edit: TextEdit) -> str:
    """Name the line of an edit: where it is now, or was before it was removed."""
    found = location(edit)
    return f"{found.file}:{found.line}" if found else ""


def location(edit: TextEdit) -> Location | None:
    """Return where an edit is to be seen."""
    removed = edit.before is not None and edit.after is None
    return edit.old if removed and edit.old else edit.new or edit.old


def details(found: Iterable[Detail]) -> tuple[tuple[Detail, tuple[str, ...]], ...]:
    """Return promises that moved, those that moved in the same words once, with their keys."""
    together: dict[object, list[Detail]] = {}
    for detail in found:
        same = detail.promise, detail.effect, detail.before, detail.after
        together.setdefault(same, []).append(detail)
    return tuple((found[0], tuple(one.key for one in found)) for found in together.values())


def named(change: Change) -> str:
    """Name a change, as in `coverage security-monitoring/detect/*/*`."""
    if change.promise in (TEXT, AGREEMENT):
        return change.key
    return f"{change.promise} {change.key}".strip()


def reason(one: Turned) -> str:
    """Say what a verdict that turned found: what is wrong first."""
    if one.verdict.outcome in (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE):
        return one.verdict.rule.title
    return "; ".join(dict.fromkeys(message_of(item) for item in evidence(one.verdict)[:3]))
