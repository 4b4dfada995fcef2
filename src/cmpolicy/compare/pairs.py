"""One agreement on both sides: its changes, the verdicts that turned, and what links them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.compare.edits import edits
from cmpolicy.compare.grouping import group
from cmpolicy.compare.linking import Links
from cmpolicy.compare.model import Cases, Change, Effect, Turned
from cmpolicy.compare.moves import moves
from cmpolicy.compare.turning import VerdictTransition, turn
from cmpolicy.promises import Frame
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Verdict

ALLOCATION = "allocation"
WORSE = (VerdictTransition.NEWLY_FAILING, VerdictTransition.DROPPED)


@dataclass(frozen=True, slots=True)
class Pair:
    """An agreement before and after, and the verdicts on it by rule."""

    before: Agreement | None
    after: Agreement | None
    old: Mapping[str, Verdict] = field(default_factory=dict)
    new: Mapping[str, Verdict] = field(default_factory=dict)
    instead: Change | None = None
    """What there is to say where one side is not there, or cannot be read."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """What a pair differs in."""

    changes: tuple[Change, ...]
    turned: Mapping[VerdictTransition, tuple[Turned, ...]]


def compare(before: Agreement, after: Agreement, as_of: date) -> tuple[Change, ...]:
    """Return what became of an agreement's promises, the worst first, then the other edits."""
    if _same(before, after):
        return ()
    frame = Frame.of((before, after), as_of)
    cases = Cases(frame.services, frame.severities)
    found = group(after.id, moves(before, after, frame), edits(before, after), cases)
    return tuple(sorted(found, key=lambda change: change.sort_key))


def _same(before: Agreement, after: Agreement) -> bool:
    return (
        before.document.value == after.document.value
        and before.placeholders == after.placeholders
        and before.frameworks.keys() == after.frameworks.keys()
    )


def compare_pair(pair: Pair, as_of: date, frameworks: Mapping[str, str | None]) -> PairResult:
    """Compare a pair; `frameworks` is the framework of each pack, by the pack's id."""
    changes: Sequence[Change] = () if pair.instead is None else (pair.instead,)
    if pair.before is not None and pair.after is not None:
        changes = compare(pair.before, pair.after, as_of)
    links = Links.of(changes, frameworks)
    behind: dict[tuple[VerdictTransition, str], tuple[int, ...]] = {}
    concerned: dict[str, tuple[int, ...]] = {}
    for rule in sorted(pair.old.keys() | pair.new.keys()):
        old, new = pair.old.get(rule), pair.new.get(rule)
        concerned[rule] = links.concerned(old, new)
        turned = turn(old, new)
        if turned is not None:
            behind[turned, rule] = links.behind(old, new) or links.alone()
    verdicts = {**pair.old, **pair.new}
    changes = [
        _with_rules(change, number, behind, concerned, verdicts)
        for number, change in enumerate(changes)
    ]
    found: dict[VerdictTransition, list[Turned]] = {kind: [] for kind in VerdictTransition}
    for (kind, rule), numbers in behind.items():
        found[kind].append(Turned(pair.new[rule], tuple(changes[number] for number in numbers)))
    ordered = tuple(sorted(changes, key=lambda change: change.sort_key))
    return PairResult(ordered, {kind: tuple(every) for kind, every in found.items()})


def _with_rules(
    change: Change,
    number: int,
    behind: Mapping[tuple[VerdictTransition, str], tuple[int, ...]],
    concerned: Mapping[str, tuple[int, ...]],
    verdicts: Mapping[str, Verdict],
) -> Change:
    """Return a change with the controls of the rules that look at it, those that turned first."""
    if change.effect is Effect.NEUTRAL:
        return change
    turned = [rule for (_, rule), numbers in behind.items() if number in numbers]
    worse = [
        rule for (kind, rule), numbers in behind.items() if kind in WORSE and number in numbers
    ]
    looking = [rule for rule, numbers in concerned.items() if number in numbers]
    controls = (
        control
        for rule in (*worse, *turned, *looking)
        for control, _ in verdicts[rule].rule.controls
    )
    return replace(
        change,
        controls=tuple(dict.fromkeys((*_named(change), *controls))),
        severity=_worst(verdicts[rule].rule.severity for rule in worse),
    )


def _named(change: Change) -> tuple[str, ...]:
    """Return the controls that a change is itself about: a rule on it maps to all the others."""
    return tuple(one.parts[0] for one in change.details if one.promise == ALLOCATION and one.parts)


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return min(severities, key=lambda severity: severity.weight, default=None)
