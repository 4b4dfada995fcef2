"""What is wrong with one row of the customer responsibility matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmpolicy.agreement import Agreement, Allocation
from cmpolicy.checks.select import asks, handles
from cmpolicy.vocabulary import Unknown

DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "hipaa": ("phi",),
    # 32 CFR 170.19(c)(2)(i): who has security protection data on its assets, passwords among it, is
    # in scope as well.
    "cmmc": ("cui", "fci", "security-data", "credentials"),
}
"""The data that a framework protects; of the others, any party may have controls inherited."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a row lacks, and where."""

    path: str
    text: str


def judge(
    row: Allocation, framework: str, agreement: Agreement, *, evidence: bool
) -> Iterator[Fault]:
    """Yield what is wrong with a row, under the reading of the agreement."""
    if row.origin is None or isinstance(row.origin, Unknown):
        yield from _said(row, "origin", row.origin, agreement)
    elif row.origin == "shared":
        yield from _said(row, "customer", row.customer, agreement)
        yield from _said(row, "provider", row.provider, agreement)
    elif row.origin == "inherited":
        yield from _inherited(row, framework, agreement)
    elif row.origin == "not-applicable":
        yield from _said(row, "because", row.because, agreement)
    if evidence and row.origin in {"shared", "provider"}:
        yield from _said(row, "evidence", row.evidence, agreement)


def _said(
    row: Allocation, field: str, value: str | Unknown | None, agreement: Agreement
) -> Iterator[Fault]:
    if not asks(value, bool, agreement):
        path = f"{row.path}.{field}"
        lack = "is unknown" if isinstance(value, Unknown) else agreement.lack(path)
        yield Fault(path, f"`{field}` {lack}")


def _inherited(row: Allocation, framework: str, agreement: Agreement) -> Iterator[Fault]:
    path = f"{row.path}.from"
    if row.source is None or isinstance(row.source, Unknown):
        yield from _said(row, "from", row.source, agreement)
        return
    found = agreement.party_of(row.source)
    party = agreement.parties.get(found) if found else None
    data = DATA.get(framework, ())
    if party is None:
        if not agreement.kind:
            yield Fault(path, f"it is inherited from {row.source}, whose party is unknown")
    elif party.kind == "customer":
        yield Fault(path, f"it is inherited from {party.id}, which is the customer itself")
    elif not asks(party.kind, bool, agreement):
        yield Fault(path, f"it is inherited from {party.id}, whose kind is unknown")
    elif data and not handles(party, data, agreement):
        lack = (
            "is unknown" if isinstance(party.handles, Unknown) else f"holds no {' or '.join(data)}"
        )
        yield Fault(path, f"it is inherited from {party.id}, whose `handles` {lack}")
