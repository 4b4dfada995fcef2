"""What is looked at at all: frameworks, services and their data, whether it is in force.

Less of it means that something is no longer checked, which is weaker, whoever's duty it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from cmpolicy.agreement import Agreement
from cmpolicy.promises.frame import IMPLICIT, Frame
from cmpolicy.promises.model import Component, Key, Promise
from cmpolicy.promises.orders import (
    CRITICALITY,
    LATER,
    LEVEL,
    NAMED,
    NOT_SAID,
    RANK,
    SAME,
    SOONER,
    STATUS,
    WORDS,
)
from cmpolicy.promises.sources import fields
from cmpolicy.promises.undertaken import words
from cmpolicy.vocabulary import Unknown


def frameworks(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield what the customer is held to: without a level, to every one."""
    del frame
    for identity, scope in agreement.frameworks.items():
        named = scope.named
        # What the policy alone asks for is not unknown where it leaves a fact out.
        facts = {k: v for k, v in scope.facts.items() if named or not isinstance(v, Unknown)}
        categories = frozenset(words(_listed(facts.get("categories")), agreement))
        components = (
            Component("named:", NAMED, named),
            Component("level", LEVEL, _level(facts.get("level"), agreement)),
            Component("categories", WORDS, categories),
            Component("from", SOONER, _day(scope.starts, agreement, least=True)),
        )
        own = fields(f"frameworks.{identity}", "level", "categories", "from")
        yield Key("framework", (identity,)), Promise(components, own)


def _level(found: Any, agreement: Agreement) -> float:
    if isinstance(found, Unknown):
        return math.inf if agreement.kind else 0.0
    return math.inf if found is None else float(found)


def _listed(found: Any) -> Any:
    return [str(getattr(one, "value", one)) for one in found] if isinstance(found, list) else found


def services(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the services that are named, how critical they are, and the data they hold."""
    del frame
    for service in agreement.services:
        if service.id != IMPLICIT:
            found = service.criticality
            kindly = "critical" if agreement.kind else NOT_SAID
            rating = kindly if isinstance(found, Unknown) else found or NOT_SAID
            components = (
                Component("criticality", CRITICALITY, rating),
                Component("data", WORDS, _data(service.data, agreement)),
            )
            own = fields(service.path, "id", "criticality", "data")
            yield Key("service", (service.id,)), Promise(components, own)


def parties(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the parties that can touch data of any class."""
    del frame
    for party in agreement.parties.values():
        data = _data(party.handles, agreement)
        if data:
            component = Component("handles", WORDS, data)
            own = fields(party.path, "id", "handles")
            yield Key("party", (party.id,)), Promise((component,), own)


def _data(found: Any, agreement: Agreement) -> frozenset[str]:
    return frozenset(words(found, agreement)) - {"none"}


def severities(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the severities that are named: the worse the rank, the more rules look at it."""
    del frame
    for severity in agreement.severities:
        if severity.id != IMPLICIT:
            component = Component("rank", RANK, float(severity.rank))
            own = fields(severity.path, "id", "rank")
            yield Key("severity", (severity.id,)), Promise((component,), own)


def force(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield whether and how long it is in force, and whether it is co-managed."""
    del frame
    status = Component("", STATUS, agreement.status)
    yield Key("status"), Promise((status,), ("status",))
    if agreement.model == "co-managed" or (agreement.model is None and agreement.kind):
        yield Key("model"), Promise((Component("", SAME, "co-managed"),), ("model",))
    term = agreement.term
    ends = date.max if str(term.ends) == "open" else term.ends
    components = (
        Component("until", LATER, _day(ends, agreement)),
        Component("effective", SOONER, _day(term.effective, agreement, least=True)),
        Component("work starts", SOONER, _day(term.starts_work, agreement, least=True)),
    )
    yield Key("term"), Promise(components, fields("term", "ends", "effective", "starts_work"))


def _day(day: Any, agreement: Agreement, *, least: bool = False) -> date:
    """Return a day; where it is not said the first there is, where unknown as it is read."""
    if isinstance(day, Unknown):
        return date.max if agreement.kind is not least else date.min
    return day if isinstance(day, date) else date.min
