"""Scope promises: frameworks, services and their data, whether the agreement is in force.

Less of it means that something is no longer checked, which is weaker, no matter whose duty it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.promises.facts import lasting, said, several, word
from cmpolicy.promises.frame import IMPLICIT, Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import (
    ASSESSMENT,
    CRITICALITY,
    LASTS,
    LATER,
    LEVEL,
    NAMED,
    NOT_SAID,
    RANK,
    RENEWAL,
    SAID,
    SAME,
    SOONER,
    STATUS,
    WHO,
    WHOSE,
    WORDS,
    ladder,
)
from cmpolicy.promises.sources import fields
from cmpolicy.promises.undertaken import words
from cmpolicy.unknown import UNKNOWN, Unknown

KNOWN_FACTS: Final = frozenset({"level", "categories", "assessment", "standing", "labels", "note"})
CO_MANAGED: Final = ladder("co-managed")


def frameworks(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
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
            Component("assessment", ASSESSMENT, _assessed(facts.get("assessment"), agreement)),
            Component("standing", SAME, word(facts.get("standing"), agreement)),
            Component("facts", WHOSE, frozenset(_facts(facts, agreement))),
        )
        own = fields(f"frameworks.{identity}", *facts, "level", "categories", "from")
        yield Key("framework", (identity,)), DerivedPromise(components, own)


def _level(found: Any, agreement: Agreement) -> float:
    if isinstance(found, Unknown):
        return math.inf if agreement.optimistic else 0.0
    return math.inf if found is None else float(found)


def _assessed(found: Any, agreement: Agreement) -> str:
    if isinstance(found, Unknown):
        return "dibcac" if agreement.optimistic else NOT_SAID
    return NOT_SAID if found is None else str(found)


def _facts(found: Mapping[str, Any], agreement: Agreement) -> Iterator[str]:
    """Yield what a framework of one's own packs says besides."""
    for name in found.keys() - KNOWN_FACTS:
        values = found[name] if isinstance(found[name], list) else [found[name]]
        yield from (f"{name}: {value}" for value in several(values, agreement))


def _listed(found: Any) -> Any:
    return [str(getattr(one, "value", one)) for one in found] if isinstance(found, list) else found


def services(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the services that are named, how critical they are, and the data they hold."""
    del frame
    for service in agreement.services:
        if service.id != IMPLICIT:
            found = service.criticality
            optimistic = "critical" if agreement.optimistic else NOT_SAID
            rating = optimistic if isinstance(found, Unknown) else found or NOT_SAID
            components = (
                Component("criticality", CRITICALITY, rating),
                Component("data", WORDS, _data(service.data, agreement)),
                Component("owner", WHO, word(service.owner, agreement)),
            )
            own = fields(service.path, "id", "criticality", "data", "owner")
            yield Key("service", (service.id,)), DerivedPromise(components, own)


def parties(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the parties that can touch data of any class."""
    del frame
    for party in agreement.parties.values():
        data = _data(party.handles, agreement)
        if data:
            components = (
                Component("handles", WORDS, data),
                Component("without the keys to", WORDS, _data(party.without_keys, agreement)),
            )
            own = fields(party.path, "id", "handles", "without_keys")
            yield Key("party", (party.id,)), DerivedPromise(components, own)


def _data(found: Any, agreement: Agreement) -> frozenset[str]:
    return frozenset(words(found, agreement)) - {"none"}


def severities(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the severities that are named: the worse the rank, the more rules look at it."""
    del frame
    meanings = {row.path: row.fields.get("means") for row in agreement.rows["severities"]}
    for severity in agreement.severities:
        if severity.id != IMPLICIT:
            components = (
                Component("rank", RANK, float(severity.rank)),
                Component("says what it means:", SAID, said(meanings[severity.path], agreement)),
            )
            own = fields(severity.path, "id", "rank", "means")
            yield Key("severity", (severity.id,)), DerivedPromise(components, own)


def force(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield whether and how long it is in force, and whether it is co-managed."""
    del frame
    status = Component("", STATUS, agreement.status)
    yield Key("status"), DerivedPromise((status,), ("status",))
    if agreement.model == "co-managed" or (agreement.model is None and agreement.optimistic):
        yield Key("model"), DerivedPromise((Component("", CO_MANAGED, "co-managed"),), ("model",))
    term = agreement.term

    def says(name: str) -> Any:
        rows = agreement.rows["term"]
        return rows[0].fields.get(name) if rows else UNKNOWN

    ends = date.max if str(term.ends) == "open" else term.ends
    components = (
        Component("until", LATER, _day(ends, agreement)),
        Component("effective", SOONER, _day(term.effective, agreement, least=True)),
        Component("work starts", SOONER, _day(term.starts_work, agreement, least=True)),
        Component("renewal", RENEWAL, _renewal(says("renewal"), agreement)),
        Component("each renewal", LASTS, lasting(says("renews_for"), agreement)),
        Component("notice", LASTS, lasting(says("notice"), agreement)),
    )
    own = fields("term", "ends", "effective", "starts_work", "renewal", "renews_for", "notice")
    yield Key("term"), DerivedPromise(components, own)


def _renewal(found: Any, agreement: Agreement) -> str:
    if isinstance(found, Unknown):
        return "automatic" if agreement.optimistic else NOT_SAID
    return NOT_SAID if found is None else str(found)


def _day(day: Any, agreement: Agreement, *, least: bool = False) -> date:
    """Return a day; where it is not said the first there is, where unknown as it is read."""
    if isinstance(day, Unknown):
        return date.max if agreement.optimistic is not least else date.min
    return day if isinstance(day, date) else date.min
