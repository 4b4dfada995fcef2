"""The plans of a repository, the agreements on each, and how those differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmpolicy.edits import Edit
from cmpolicy.errors import Problem
from cmpolicy.plans.model import EditGroup, Plan

SHARE = 3
"""An edit that more than one in so many customers of a plan make alike belongs in the plan."""
_TWO = 2


@dataclass(frozen=True, slots=True)
class Customer:
    """An agreement on plans."""

    id: str
    file: str
    base: Plan
    add_ons: tuple[Plan, ...]
    differs: tuple[EditGroup, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Its own edits of all groups."""
        return tuple(edit for group in self.differs for edit in group.edits)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that `cmpolicy plans` shows."""

    plans: tuple[Plan, ...]
    customers: tuple[Customer, ...]
    unreadable: tuple[Problem, ...]
    """Why a plan, or an agreement on plans, cannot be read."""

    def on(self, plan: Plan) -> tuple[Customer, ...]:
        """Return the agreements on a plan."""
        return tuple(
            one
            for one in self.customers
            if plan.file in (one.base.file, *(add_on.file for add_on in one.add_ons))
        )


@dataclass(frozen=True, slots=True)
class Alike:
    """An edit that several customers of a plan make alike."""

    edit: Edit
    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the customers of a base plan are from it."""

    plan: Plan
    customers: int
    edits: int
    alike: tuple[Alike, ...]
    """What more than a third of them edit alike, the most frequent first."""

    @property
    def rate(self) -> float:
        """Edits a customer."""
        return self.edits / self.customers


def drifts(survey: Survey) -> Iterator[Drift]:
    """Yield the drift of each base plan that has customers."""
    for plan in survey.plans:
        customers = survey.on(plan) if plan.adds_to is None else ()
        if customers:
            count = sum(len(one.edits) for one in customers)
            yield Drift(plan, len(customers), count, tuple(_alike(customers)))


def _alike(customers: Sequence[Customer]) -> Iterable[Alike]:
    found: dict[str, tuple[Edit, list[str]]] = {}
    for one in customers:
        for edit in one.edits:
            key = json.dumps([edit.action, edit.path, edit.value], sort_keys=True)
            found.setdefault(key, (edit, []))[1].append(one.id)
    often = [
        Alike(edit, tuple(names))
        for edit, names in found.values()
        if len(names) >= _TWO and len(names) * SHARE > len(customers)
    ]
    return sorted(often, key=lambda one: (-len(one.customers), one.edit.path, one.edit.action))


def editions(plans: Iterable[Plan]) -> Mapping[str, tuple[Plan, ...]]:
    """Return plans by what they are sold as, the editions of each in order."""
    found: dict[str, list[Plan]] = {}
    for plan in plans:
        found.setdefault(plan.title, []).append(plan)
    return {
        title: tuple(sorted(found[title], key=lambda plan: (plan.edition, plan.id)))
        for title in sorted(found)
    }
