"""What is wrong with one row of the customer responsibility matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.agreement import Agreement, Allocation
from cmpolicy.checks.doubts import of_member
from cmpolicy.checks.select import asks, handles
from cmpolicy.unknown import UNKNOWN, Reading, Unknown

NOT_APPLICABLE: Final = "not-applicable"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a row lacks, and where."""

    path: str
    text: str
    doubts: tuple[str, ...] = ()
    """The unknown values that decide; none where it is wrong whatever they are."""


def judge(
    row: Allocation, data: Sequence[str], agreement: Agreement, *, evidence: bool
) -> Iterator[Fault]:
    """Yield what is wrong with a row, under the reading of the agreement.

    Args:
        row: the row.
        data: what the framework protects; where it names none, a control may be inherited from
            any party.
        agreement: where the row stands.
        evidence: whether who holds the evidence must be said.
    """
    origins = row.origins
    if not origins or isinstance(origins, Unknown):
        yield from _said(row, "origin", UNKNOWN if origins else None, agreement)
        return
    if UNKNOWN.value in origins:
        yield from _said(row, "origin", UNKNOWN, agreement)
    if "shared" in origins:
        yield from _said(row, "customer", row.customer, agreement)
        yield from _said(row, "provider", row.provider, agreement)
        yield from _parted(row)
    if "inherited" in origins:
        yield from _sources(row, data, agreement)
    if NOT_APPLICABLE in origins:
        yield from _said(row, "because", row.because, agreement)
    if evidence and not {"shared", "provider"}.isdisjoint(origins):
        yield from _said(row, "evidence", row.evidence, agreement)


def _said(
    row: Allocation, field: str, value: str | Unknown | None, agreement: Agreement
) -> Iterator[Fault]:
    if not asks(value, bool, agreement):
        path = f"{row.path}.{field}"
        unsaid_ = isinstance(value, Unknown)
        lack = "is unknown" if unsaid_ else agreement.lack(path)
        yield Fault(path, f"`{field}` {lack}", (path,) if unsaid_ else ())


def _parted(row: Allocation) -> Iterator[Fault]:
    """Find whether both halves of a shared control are the same words, which part nothing."""
    customer, provider = row.customer, row.provider
    if isinstance(customer, Unknown) or isinstance(provider, Unknown):
        return
    if customer and provider and _plain(customer) == _plain(provider):
        yield Fault(f"{row.path}.provider", "both halves say the same, and not who does what")


def _plain(text: str) -> str:
    """Return a text without what looks different and says nothing: case, spaces and points."""
    return "".join(filter(str.isalnum, text.casefold()))


def _sources(row: Allocation, data: Sequence[str], agreement: Agreement) -> Iterator[Fault]:
    """Yield what is wrong with whom a control is inherited from.

    Of a control that is shared as well, one of several parties may be who shares it.
    """
    sources = row.sources
    if not sources or isinstance(sources, Unknown):
        yield from _said(row, "from", UNKNOWN if sources else None, agreement)
        return
    each = [list(_inherited(row, source, data, agreement)) for source in sources]
    if isinstance(row.origins, Unknown) or "shared" not in row.origins or all(each):
        yield from (fault for faults in each for fault in faults)


def _inherited(
    row: Allocation, source: str, data: Sequence[str], agreement: Agreement
) -> Iterator[Fault]:
    path = f"{row.path}.from"
    if source == UNKNOWN.value:
        yield from _said(row, "from", UNKNOWN, agreement)
        return
    found = agreement.party_of(source)
    party = agreement.parties.get(found) if found else None
    if party is None:
        if not agreement.optimistic:
            text = f"it is inherited from {source}, whose party is unknown"
            yield Fault(path, text, tuple(of_member(agreement, source)))
    elif party.kind == "customer":
        yield Fault(path, f"it is inherited from {party.id}, which is the customer itself")
    elif not asks(party.kind, bool, agreement):
        text = f"it is inherited from {party.id}, whose kind is unknown"
        yield Fault(path, text, (f"{party.path}.kind",))
    elif data and not handles(party, data, agreement):
        unsaid_ = handles(party, data, agreement.read_as(Reading.OPTIMISTIC))
        lack = "is unknown" if unsaid_ else f"holds no {' or '.join(data)}"
        text = f"it is inherited from {party.id}, whose `handles` {lack}"
        yield Fault(path, text, (f"{party.path}.handles",) if unsaid_ else ())
