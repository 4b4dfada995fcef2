"""What a catalog holds: controls, the rules around them, and which of them an agreement owes.

Which controls are in scope follows from a table in the catalog itself, so that no control id
and no level appears in code.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmpolicy.unknown import UNKNOWN, Answer, Unknown


@dataclass(frozen=True, slots=True)
class Control:
    """One control, criterion, standard or requirement of a framework."""

    framework: str
    id: str
    """The source's own: `CC7.2`, `164.308(a)(2)`, `AC.L2-3.1.1`."""
    title: str
    """In this project's own words."""
    group: str | None
    """A key of the framework's `groups`; None where the catalog has no groups."""
    level: int | None
    category: str | None
    citation: str
    beyond: str
    """What evidence it would take where an agreement cannot show the control, or not all of it."""
    facts: Mapping[str, Any]
    """What only this framework says of a control, such as `designation` or `sprs_points`."""

    @property
    def reference(self) -> str:
        """The id with its prefix: `soc2:CC7.2`."""
        return f"{self.framework}:{self.id}"

    @property
    def only_for(self) -> str | None:
        """Whom alone it binds, in words; None: everybody that its scope takes in."""
        return self.facts.get("only_for")

    @property
    def term_of(self) -> str | None:
        """The kind of document that holds it, where it is a term of a contract."""
        return self.facts.get("term_of")

    def fact(self, name: str) -> Any:
        """Return the fact called `name`, of any framework; None where it has none."""
        if name in ("level", "category", "group"):
            return getattr(self, name)
        return self.facts.get(name)


@dataclass(frozen=True, slots=True)
class ProgramRule:
    """A rule of the programme around a framework that has no control id."""

    framework: str
    id: str
    """Its number without spaces: `32CFR170.19(c)(2)(ii)`."""
    title: str
    citation: str
    also: tuple[str, ...]
    """Other numbers of the same duty: where a clause moved, or its twin elsewhere."""
    beyond: str
    note: str | None = None

    @property
    def reference(self) -> str:
        """The id with its prefix: `cmmc:32CFR170.19(c)(2)(ii)`."""
        return f"{self.framework}:{self.id}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the facts come from. `date` is as exact as it is known: a year or a day."""

    name: str
    revision: str | None = None
    date: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated event of a framework, and how well it is known."""

    on: date
    event: str
    source_quality: str
    state: str


@dataclass(frozen=True, slots=True)
class ScopeTable:
    """Which controls an agreement's own entry for the framework puts in scope.

    The entry's value of `asks` (`level`, `categories`, `standing`) selects, by `takes`, values
    of the controls' fact `compares`; those of `always` come with every entry.
    """

    asks: str
    compares: str
    always: frozenset[Any]
    takes: Mapping[str, frozenset[Any]]


@dataclass(frozen=True, slots=True)
class Framework:
    """A catalog: every control of a framework, and the rules around them."""

    id: str
    title: str
    as_of: date
    """The day on which the facts were as stated."""
    source: Citation
    scope: ScopeTable | None
    """None: every control binds every agreement that is held to the framework."""
    groups: Mapping[str, str]
    """What a group of controls is about, in the catalog's order."""
    controls: Mapping[str, Control]
    """By id, in the catalog's order."""
    program_rules: Mapping[str, ProgramRule]
    """By id."""
    data: tuple[str, ...] = ()
    """Classes of data that it protects, in the words of `handles`."""
    dates: tuple[Milestone, ...] = ()
    notes: tuple[str, ...] = ()
    """What is contested or often misstated."""

    def find(self, reference: str) -> Control | ProgramRule | None:
        """Return what a prefixed reference such as `soc2:CC7.2` names, or None.

        A program rule is found by each of its numbers, written with or without spaces
        (`cmmc:FAR 52.240-93`).
        """
        prefix, colon, number = reference.partition(":")
        if not colon or prefix != self.id:
            return None
        control = self.controls.get(number)
        if control is not None:
            return control
        number = "".join(number.split())
        for rule in self.program_rules.values():
            if number == rule.id or number in rule.also:
                return rule
        return None

    def in_scope(
        self, facts: Mapping[str, Any], *, optimistic: bool = False
    ) -> tuple[Control, ...]:
        """Return the controls that an agreement is held to, in the catalog's order.

        Args:
            facts: the agreement's own entry: `{"level": 2}`, `{"categories": ["common"]}`,
                `{"standing": "covered-entity"}`.
            optimistic: how a value is read that is missing, unknown, or not in the table: if
                optimistic, it adds nothing; otherwise every control is in scope.
        """
        if self.scope is None:
            return tuple(self.controls.values())
        said = facts.get(self.scope.asks)
        wanted = set(self.scope.always)
        for value in said if isinstance(said, Sequence) and not isinstance(said, str) else (said,):
            taken = self.scope.takes.get(str(value))
            if taken is not None:
                wanted |= taken
            elif not optimistic:
                return tuple(self.controls.values())
        return self._controls_where(self.scope, wanted)

    def binds(self, control: Control, facts: Mapping[str, Any]) -> Answer:
        """Say whether a control is in scope of an agreement; UNKNOWN: an unknown value decides.

        A value that is missing or not in the table takes in every control: leaving it out excuses
        nothing. An unknown one is known where all values that it can have agree.
        """
        if self.scope is None:
            return True
        value, takes = control.fact(self.scope.compares), self.scope.takes
        found = facts.get(self.scope.asks)
        said = (
            list(found) if isinstance(found, Sequence) and not isinstance(found, str) else [found]
        )
        known = [item for item in said if not _is_unknown(item)]
        if value in self.scope.always or any(
            str(item) not in takes or value in takes[str(item)] for item in known
        ):
            return True
        if len(known) == len(said):
            return False
        possible = {value in taken for taken in takes.values()}
        return UNKNOWN if len(possible) > 1 else possible == {True}

    def _controls_where(self, scope: ScopeTable, wanted: Collection[Any]) -> tuple[Control, ...]:
        found = self.controls.values()
        return tuple(control for control in found if control.fact(scope.compares) in wanted)


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown) or value == UNKNOWN.value
