"""The interface of a check kind: how it is made, its context, and its observations.

A check kind is a module of this package with `KIND`, `BEYOND` (the evidence that no agreement
holds), `PARAMETERS` (a Cerberus schema: the parameters as data, each with a `meta: {doc: ...}`),
`make` and a docstring that is its reference page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cmpolicy.agreement import Agreement
from cmpolicy.clock import Clock
from cmpolicy.framework import Framework
from cmpolicy.verdict import Observation


class NotApplicable(Exception):  # noqa: N818 - no error: the answer that nothing is left to judge
    """Nothing that `when` selects is left for the check; the text is the reason reported."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check knows of the rule it belongs to, besides its own parameters."""

    basis: str = "practice"
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The rule's selectors, each as a tuple; `party_kind` and `party_handles` narrow parties."""
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    """The catalogs, by id."""


class Check(Protocol):
    """A check made from its parameters; pure, and usable for any number of agreements."""

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Yield at least one observation, the evidence of a pass included.

        The agreement is read under `agreement.reading`; dates go through `clock.passed` alone.

        Raises:
            NotApplicable: where `when` leaves no party to judge.
        """
        ...


class CheckKind(Protocol):
    """A module of this package."""

    KIND: str
    BEYOND: str
    PARAMETERS: Mapping[str, Any]
    __doc__: str | None

    def make(self, parameters: Mapping[str, Any], context: Context) -> Check:
        """Make a check from normalised parameters.

        Raises:
            ValueError: where parameters that are valid one by one do not go together, or a
                duration or interval cannot be read; the message is reported at the rule.
        """
        ...
