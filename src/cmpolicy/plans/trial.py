"""What plans come to for every customer."""

from __future__ import annotations

from dataclasses import dataclass

from cmpolicy.errors import Location
from cmpolicy.plans.model import Input, Plan


@dataclass(frozen=True, slots=True)
class Failing:
    """What no customer passes, and why."""

    rule: str
    severity: str
    place: Location | None
    message: str


@dataclass(frozen=True, slots=True)
class Decider:
    """What decides a rule that is undetermined for any customer."""

    name: str
    """An input, a section of the customer's file, or a place of the plans that says `unknown`."""
    input: Input | None
    rules: tuple[str, ...]
    """In the order of the packs."""
    by_default: tuple[str, ...]
    """Those that pass where every input is left to its default."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What plans come to for every customer."""

    plans: tuple[Plan, ...]
    passing: tuple[str, ...]
    """Rules that every customer passes."""
    failing: tuple[Failing, ...]
    """The worst first; a rule may fail in several places."""
    undetermined: tuple[str, ...]
    idle: tuple[str, ...]
    """Rules that apply to no customer."""
    deciders: tuple[Decider, ...]
    """Inputs, in the order of the plans; then sections."""

    @property
    def failed(self) -> tuple[str, ...]:
        """The rules that no customer passes."""
        return tuple(dict.fromkeys(one.rule for one in self.failing))
