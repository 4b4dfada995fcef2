"""Packs and rules: judgement as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from cmpolicy.checks import Check
from cmpolicy.errors import Location
from cmpolicy.rule_facts import PackFacts, RuleFacts

if TYPE_CHECKING:
    from cmpolicy.edits import Edit  # compiled packs have no examples

When = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """An agreement that passes or fails a rule, described as edits of the base agreement."""

    edits: tuple[Edit, ...]
    says: tuple[str, ...] = ()
    """Words that the message of a failing example holds."""
    as_of: date | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One judgement: when it applies, what is checked with which parameters, and why."""

    facts: RuleFacts
    when: When
    parameters: Mapping[str, Any]
    """`with:`, normalised."""
    check: Check
    locked: bool = False
    """Neither `set` nor `disable` touches it; only a waiver does."""
    passing: tuple[Example, ...] = ()
    failing: tuple[Example, ...] = ()
    location: Location | None = None
    lapsed: date | None = None
    """The last day of a disable that is over."""
    same_as: str | None = None
    """The rule whose question it asks."""

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.facts.id

    @property
    def question(self) -> str:
        """The id of the rule that owns the question: its own, or the one it is `same_as`."""
        return self.same_as or self.id


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A duty that no rule can judge, why, and the evidence that it would take."""

    id: str
    because: str
    evidence: str
    obligations: tuple[str, ...] = ()
    """Tags of the rows of the obligations list that it stands for."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A set of rules."""

    id: str
    title: str
    version: str
    framework: str | None
    digest: str
    rules: tuple[Rule, ...]
    not_judged: tuple[NotJudged, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What it adds to the vocabularies."""
    examples_as_of: date | None = None
    examples_setup: tuple[Edit, ...] = ()
    """What is edited of the base before every example."""
    file: str = ""
    description: str = ""
    """What it is for; of a compiled pack it is left out, as examples are."""

    @property
    def facts(self) -> PackFacts:
        """What a report says of it."""
        return PackFacts(self.id, self.version, self.digest)
