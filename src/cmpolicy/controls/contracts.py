"""Whether the contract exists that a term belongs to.

A clause is a term of a contract only where the contract exists: a document of that kind between
the party that is bound and the one that engages it, dated no later than the work began. A
subcontractor or a cloud may join later: its contract is there once its date has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row
from cmpolicy.errors import Location
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, any_of, contains, equals

LATER: Final = ("subcontractor", "cloud-provider")
"""Kinds of parties that may join after the work began."""


@dataclass(frozen=True, slots=True)
class Contract:
    """Whether a party is bound by a document of a kind, and why not."""

    kind: str
    """The kind of document, such as `business-associate-agreement`."""
    party: str
    """The party that is bound."""
    there: Answer
    because: str = ""
    """What lacks, or is unknown; empty where it is there."""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A document that may be the one."""

    row: Row
    names: Answer
    """Whether it is of the kind, and between the right parties."""
    in_time: Answer


def contracts(agreement: Agreement, kinds: Iterable[str], as_of: date) -> tuple[Contract, ...]:
    """Return, for each kind of document and each party but the customer, whether it is bound."""
    return tuple(
        _contract(agreement, kind, party, as_of)
        for kind in sorted(set(kinds))
        for party in agreement.parties.values()
        if party.kind != "customer"
    )


def _contract(agreement: Agreement, kind: str, party: Party, as_of: date) -> Contract:
    if agreement.document.value.get("documents") == UNKNOWN.value:
        return Contract(kind, party.id, UNKNOWN, "`documents` is unknown")
    begun = as_of if party.kind in LATER else agreement.term.begun
    found = [
        _Candidate(row, _names(agreement, row, kind, party), _in_time(row, begun))
        for row in agreement.rows.get("documents", ())
    ]
    there = any_of(*(all_of(one.names, one.in_time) for one in found))
    if there is True:
        return Contract(kind, party.id, there)
    near = [one for one in found if one.names is not False]
    # What surely is the contract, and is too late, says more than what may be it.
    near.sort(key=lambda one: (one.names is not True, one.in_time is not UNKNOWN))
    if there is UNKNOWN:
        near = [one for one in near if all_of(one.names, one.in_time) is UNKNOWN]
    if not near:
        other = _engager(agreement, party)
        because = f"there is no {kind} between {' or '.join(other) or 'a customer'} and {party.id}"
        return Contract(kind, party.id, there, because, agreement.locate("documents"))
    row = near[0].row
    because = _because(agreement, near[0], begun)
    return Contract(kind, party.id, there, because, agreement.locate(row.path))


def _engager(agreement: Agreement, party: Party) -> tuple[str, ...]:
    """Return who may have engaged a party, as far as it is said: where nobody is, a customer."""
    if isinstance(party.engaged_by, str):
        return (party.engaged_by,)
    return tuple(one.id for one in agreement.parties.values() if one.kind in ("customer", UNKNOWN))


def _names(agreement: Agreement, row: Row, kind: str, party: Party) -> Answer:
    between = row.fields.get("between")
    if isinstance(between, list):
        between = [agreement.party_of(who) if isinstance(who, str) else who for who in between]
    if isinstance(party.engaged_by, Unknown):
        engaged: Answer = UNKNOWN
    else:
        engagers = _engager(agreement, party)
        engaged = any_of(*(contains(between, one, absent=False) for one in engagers))
    of_kind = equals(row.fields.get("kind"), kind)
    return all_of(of_kind, contains(between, party.id, absent=False), engaged)


def _dated(row: Row) -> date | Unknown | None:
    found: Any = row.fields.get("dated")
    if isinstance(found, Unknown):
        return found
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        return None


def _in_time(row: Row, begun: date | Unknown | None) -> Answer:
    dated = _dated(row)
    if dated is None:
        return False
    if not isinstance(dated, date) or not isinstance(begun, date):
        return UNKNOWN
    return dated <= begun


def _because(agreement: Agreement, one: _Candidate, begun: date | Unknown | None) -> str:
    row, dated = one.row, _dated(one.row)
    if one.in_time is False:
        if dated is None:
            return f"`{row.path}.dated` {agreement.lack(f'{row.path}.dated')}"
        since = "the work began on " if begun == agreement.term.begun else ""
        return f"`{row.path}` is dated {dated}, after {since}{begun}"
    unknown = [f"`{row.path}.{name}`" for name in _unknown_fields(row, one)]
    if not isinstance(begun, date) and one.in_time is UNKNOWN:
        unknown.append("`term.starts_work`")
    return f"{', '.join(unknown) or 'who engages the party'} is unknown"


def _unknown_fields(row: Row, one: _Candidate) -> Iterator[str]:
    if one.names is UNKNOWN:
        yield from (name for name in ("kind", "between") if _has_unknown(row.fields.get(name)))
    if isinstance(_dated(row), Unknown):
        yield "dated"


def _has_unknown(value: Any) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, list) and UNKNOWN in value)
