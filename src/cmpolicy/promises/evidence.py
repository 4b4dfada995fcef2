"""Controls shared out, certificates held, and terms signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from cmpolicy.agreement import Agreement, Allocation, Attestation, Signature
from cmpolicy.promises.facts import several, word
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import (
    ANY,
    CELLS,
    FLAG,
    LATER,
    NOT_SAID,
    SAME,
    STATE,
    STATES,
    WHO,
    WHOSE,
    WORDS,
)
from cmpolicy.promises.sources import EVERYTHING, fields, unique
from cmpolicy.promises.undertaken import words
from cmpolicy.terms import digest
from cmpolicy.unknown import Unknown

ALLOCATION_SAYS: Final = (
    "control",
    "origin",
    "because",
    "from",
    "customer",
    "provider",
    "evidence",
    "state",
    "only",
)


def allocations(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the controls that somebody answers for: by whom, how far, with what evidence."""
    del frame
    by_control: defaultdict[str, list[tuple[Allocation, str]]] = defaultdict(list)
    for row in agreement.allocations:
        origin = _origin(row, agreement)
        if isinstance(row.control, str) and origin is not None:
            by_control[row.control].append((row, origin))
    for control, found in by_control.items():
        rows = [row for row, _ in found]
        origins = sorted({origin for _, origin in found})
        components = (
            Component("", SAME, ANY if ANY in origins else " and ".join(origins)),
            Component("for", CELLS, frozenset().union(*(_part(row, agreement) for row in rows))),
            Component(
                "state", STATE, min((_state(row, agreement) for row in rows), key=STATES.index)
            ),
            Component("both halves stated:", FLAG, all(_whole(row, agreement) for row in rows)),
            Component("evidence held by", WHO, _keepers(rows, agreement)),
        )
        own = unique(path for row in rows for path in fields(row.path, *ALLOCATION_SAYS))
        yield Key("allocation", (control,)), DerivedPromise(components, own)


def _origin(row: Allocation, agreement: Agreement) -> str | None:
    """Return who answers for it; None where nobody does, or it is said not to apply."""
    origins = words(row.origins, agreement)
    met = sorted(dict.fromkeys(one for one in origins if one != "not-applicable"))
    if not met or ANY in met:
        return ANY if met else None
    sources = sorted(dict.fromkeys(words(row.sources, agreement)))
    if ANY in sources:
        return ANY
    phrase = " and ".join(met)
    if sources:
        phrase += f" from {' and '.join(sources)}"
    return phrase if row.whole else f"{phrase} for {_describe_part(row, agreement)}"


def _describe_part(row: Allocation, agreement: Agreement) -> str:
    return ", ".join(sorted(_part(row, agreement))) or "nobody knows what"


def _part(row: Allocation, agreement: Agreement) -> frozenset[str]:
    """Return the services that a row is for, or its part in words; `ANY`: all of the scope."""
    if row.whole:
        return frozenset({ANY})
    services = frozenset(words(row.services, agreement))
    if row.subject is None:
        return services
    subject = word(row.subject, agreement)
    return frozenset(f"{subject} of {name}" for name in services) or frozenset({subject})


def _state(row: Allocation, agreement: Agreement) -> str:
    if isinstance(row.state, Unknown):
        return "in-place" if agreement.optimistic else "not-in-place"
    return row.state or NOT_SAID


def _whole(row: Allocation, agreement: Agreement) -> bool:
    halves = (row.customer, row.provider)
    shared = not isinstance(row.origins, Unknown) and "shared" in row.origins
    return not shared or all(_said(half, agreement) for half in halves)


def _keepers(rows: list[Allocation], agreement: Agreement) -> str:
    """Return who holds the evidence; nobody where a row does not say."""
    found = {word(row.evidence, agreement) for row in rows}
    if found & {NOT_SAID, ANY}:
        return NOT_SAID if NOT_SAID in found else ANY
    return " and ".join(sorted(found))


def _said(found: str | Unknown | None, agreement: Agreement) -> bool:
    return agreement.optimistic if isinstance(found, Unknown) else bool(found)


def attestations(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the certificates and reports of each party: until when, for which areas."""
    del frame
    by_key: defaultdict[tuple[str, ...], list[Attestation]] = defaultdict(list)
    for row in agreement.attestations:
        if isinstance(row.party, str) and isinstance(row.scheme, str):
            by_key[row.party, row.scheme].append(row)
    for key, rows in by_key.items():
        scope = [one for row in rows for one in words(row.scope, agreement)]
        components = (
            Component("until", LATER, max(_until(row, agreement) for row in rows)),
            Component("issued", LATER, max(_day(row.issued, agreement) for row in rows)),
            Component("for", WORDS, frozenset(scope)),
            Component("from", WHO, min(word(row.starts, agreement) for row in rows)),
            Component("verified by", WHOSE, several([row.verified_by for row in rows], agreement)),
            Component("verified on", LATER, max(_day(row.verified_on, agreement) for row in rows)),
        )
        yield Key("attestation", key), DerivedPromise(components, unique(row.path for row in rows))


def _until(row: Attestation, agreement: Agreement) -> date:
    """Return the last day that it covers, a bridge letter included."""
    if row.expires is not None:
        return date.max if str(row.expires) == "open" else _day(row.expires, agreement)
    return max(_day(row.period_ends, agreement), _day(row.bridged_to, agreement))


def _day(day: date | Unknown | None, agreement: Agreement) -> date:
    if isinstance(day, Unknown):
        return date.max if agreement.optimistic else date.min
    return day or date.min


def signatures(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the parties that signed, and whether they signed the terms as they stand."""
    by_party: defaultdict[str, list[Signature]] = defaultdict(list)
    for row in agreement.signatures:
        if isinstance(row.party, str):
            by_party[row.party].append(row)
    now = digest(agreement.document) if any(row.terms for row in agreement.signatures) else ""
    for party, rows in by_party.items():
        last = _last(rows, agreement, frame)
        if last is not None:
            matches = agreement.optimistic if isinstance(last.terms, Unknown) else last.terms == now
            components = (
                Component("matches the terms:", FLAG, matches),
                Component("by", WHO, word(last.by, agreement)),
                Component("on", WHO, word(last.on, agreement)),
            )
            own = unique(row.path for row in rows)
            yield Key("signature", (party,)), DerivedPromise(components, own, via=(EVERYTHING,))


def _last(rows: list[Signature], agreement: Agreement, frame: Frame) -> Signature | None:
    """Return the signature that counts for the digest: the last one up to the as-of date."""
    dated = [
        (row.on, row.key, row) for row in rows if isinstance(row.on, date) and row.on <= frame.as_of
    ]
    undated = [row for row in rows if isinstance(row.on, Unknown) and agreement.optimistic]
    return max(dated)[2] if dated else next(iter(undated), None)
