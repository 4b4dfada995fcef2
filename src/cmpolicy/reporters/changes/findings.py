"""Verdicts that turned, by rule: a rule that fails in three agreements is reported once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import Effect, Turned
from cmpolicy.findings import CAUSES
from cmpolicy.reporters.changes import wording
from cmpolicy.reporters.changes.items import Item
from cmpolicy.reporters.escape import cut
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import DropCause

LONGEST: Final = 160
"""Characters of a headline at most."""


@dataclass(frozen=True, slots=True)
class TurnedRules:
    """A rule, and the agreements in which its verdict turned."""

    rule: RuleFacts
    turned: tuple[Turned, ...]

    @property
    def agreements(self) -> tuple[str, ...]:
        """The agreements, in their order."""
        return tuple(dict.fromkeys(one.verdict.agreement for one in self.turned))

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was found in each agreement, each text once."""
        return tuple(dict.fromkeys(wording.reason(one) for one in self.turned))


def findings(found: Iterable[Turned]) -> tuple[TurnedRules, ...]:
    """Return verdicts that turned by their rules, the worst first."""
    together: dict[str, list[Turned]] = {}
    for one in found:
        together.setdefault(one.verdict.rule.id, []).append(one)
    by_rule = (TurnedRules(some[0].verdict.rule, tuple(some)) for some in together.values())
    return tuple(sorted(by_rule, key=lambda one: (one.rule.severity.weight, -len(one.agreements))))


def drops(found: Iterable[Turned]) -> Iterator[str]:
    """Yield a sentence for what was dropped of each agreement for each cause."""
    together: dict[tuple[str, DropCause | None], list[Turned]] = {}
    for one in found:
        drop = one.verdict.drop
        together.setdefault((one.verdict.agreement, drop.cause if drop else None), []).append(one)
    for (agreement, cause), some in together.items():
        bad = sum(1 for one in some if one.verdict.rule.severity is Severity.CRITICAL)
        critical = f" ({bad} critical)" if bad else ""
        why = CAUSES[cause] if cause else "no longer checked"
        rules = [one.rule.id for one in findings(some)]
        count = wording.counted(len(some), "verdict")
        yield f"{agreement}: {count}{critical}: {why}: {wording.listed(rules, 3)}"


def headline(found: Sequence[Item]) -> str:
    """Say in a sentence, without its end, what is worst."""
    worst = found[0]
    change = worst.changes[0]
    if change.promise == "coverage" and change.effect is Effect.WEAKENED:
        lost = Counter(
            detail.measure.lost
            for one in worst.changes
            for detail in one.details
            if detail.measure and detail.measure.lost
        )
        # What most promises lose; hours given by the clock make no headline.
        for hours, _ in lost.most_common(1):
            if not any(letter.isdigit() for letter in hours):
                return f"{hours} lose cover in {_where(worst)}"
    return cut(wording.title(worst.edit, change), LONGEST)


def _where(item: Item) -> str:
    names = item.agreements
    return f"`{names[0]}`" if len(names) == 1 else wording.counted(len(names), "agreement")
