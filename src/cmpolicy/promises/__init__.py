"""An agreement's derived promises, by key, independent of its wording."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cmpolicy.agreement import Agreement
from cmpolicy.promises import evidence, guards, scope, undertaken
from cmpolicy.promises.clauses import clauses
from cmpolicy.promises.facts import BY_NAME, PASSING, facts
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.hours import hours
from cmpolicy.promises.levels import levels
from cmpolicy.promises.model import Component, DerivedPromise, Key, Move, Order
from cmpolicy.promises.owners import owners
from cmpolicy.promises.routes import routes
from cmpolicy.promises.sources import EVERYTHING
from cmpolicy.promises.uncomputed import is_computed
from cmpolicy.promises.uptime import uptime
from cmpolicy.unknown import UNKNOWN, Unknown

__all__ = [
    "BY_NAME",
    "EVERYTHING",
    "KINDS",
    "PASSING",
    "Component",
    "DerivedPromise",
    "Frame",
    "Key",
    "Move",
    "Order",
    "doubtful",
    "is_computed",
    "promises",
]

Derive = Callable[[Agreement, Frame], Iterator[tuple[Key, DerivedPromise]]]

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "framework": ("frameworks", ""),
    "service": ("services", ""),
    "severity": ("severities", ""),
    "party": ("parties", ""),
    "status": ("", ""),
    "model": ("", ""),
    "engagement": ("parties", ""),
    "person": ("people", ""),
    "rota": ("rotas", ""),
    "coverage": ("coverage", ""),
    "target": ("targets", ""),
    "uptime": ("uptime", ""),
    "route": ("escalations", ""),
    "hand-over": ("escalations", ""),
    "notice": ("notices", "event from to"),
    "owner": ("responsibilities", ""),
    "task": ("responsibilities", ""),
    "access": ("access", "kind"),
    "grant": ("access", ""),
    "tool": ("tools", ""),
    "tooling": ("tools", ""),
    "review": ("reviews", "kind"),
    "clause": ("clauses", "topic by"),
    "allocation": ("allocations", ""),
    "attestation": ("attestations", "party scheme"),
    "document": ("documents", ""),
    "phase": ("setup", "phase"),
    "capacity": ("capacity", ""),
    "term": ("", ""),
    "signature": ("signatures", "party"),
}
"""Every kind of promise, in the order in which they are reported: the section that says them, and
the fields of its rows that key them (a row in which one is unknown may be any of them)."""

DERIVES: Final[tuple[Derive, ...]] = (
    scope.frameworks,
    scope.services,
    scope.severities,
    scope.parties,
    scope.force,
    hours,
    levels,
    uptime,
    routes,
    undertaken.notices,
    owners,
    facts,
    guards.guards,
    guards.tools,
    undertaken.reviews,
    clauses,
    evidence.allocations,
    evidence.attestations,
    evidence.signatures,
)


def promises(agreement: Agreement, frame: Frame) -> dict[Key, DerivedPromise]:
    """Return what an agreement promises, under its reading of unknowns."""
    return {key: promise for derive in DERIVES for key, promise in derive(agreement, frame)}


def doubtful(agreement: Agreement) -> frozenset[str]:
    """Return the promise kinds that may contain unidentified promises."""
    return frozenset(
        kind
        for kind, (section, keys) in KINDS.items()
        if agreement.document.value.get(section) == UNKNOWN.value
        or any(
            isinstance(row.fields.get(key), Unknown)
            for key in keys.split()
            for row in agreement.rows[section]
        )
    )
