"""Which rules judge a control, and how fully."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.framework import Control, Framework, ProgramRule, ScopeTable
from cmpolicy.policy import NotJudged, Pack, Rule

_ALLOCATION: Final = "allocation"


@dataclass(frozen=True, slots=True)
class Judges:
    """The rules of some packs, and what the packs say that no rule judges."""

    packs: tuple[Pack, ...]

    def of(self, reference: str) -> Iterator[tuple[Rule, str]]:
        """Yield (rule, `full` or `partial`) for each rule that names a control, full ones first."""
        found = [
            (rule, how)
            for pack in self.packs
            for rule in pack.rules
            for named, how in rule.facts.controls
            if named == reference
        ]
        yield from sorted(found, key=lambda judged: judged[1] != "full")

    def allocating(self, framework: Framework) -> tuple[Rule, ...]:
        """Return the rules that ask of every control of a framework that it is allocated."""
        return tuple(
            rule
            for pack in self.packs
            for rule in pack.rules
            if rule.facts.check == _ALLOCATION and rule.parameters["framework"] == framework.id
        )

    def allocates(self, control: Control, framework: Framework) -> tuple[Rule, ...]:
        """Return those of them that look at this control."""
        return tuple(
            rule
            for rule in self.allocating(framework)
            if framework.scope is None
            or control.fact(framework.scope.compares) in _reached(rule, framework.scope)
        )

    def duties(self, found: Control | ProgramRule) -> Iterator[NotJudged]:
        """Yield what the packs say of a control that no rule judges."""
        for pack in self.packs:
            yield from (duty for duty in pack.not_judged if duty.id == found.reference)


def _reached(rule: Rule, scope: ScopeTable) -> frozenset[Any]:
    """Return the values of the scope's fact that a rule reaches: those of its `when`, or all."""
    takes: Mapping[str, frozenset[Any]] = scope.takes
    asked = rule.parameters.get(scope.asks)
    wanted = rule.when.get(scope.asks, tuple(takes)) if asked is None else (asked,)
    empty: frozenset[Any] = frozenset()
    return scope.always.union(*(takes.get(str(value), empty) for value in wanted))
