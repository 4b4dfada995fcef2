"""What an agreement says where a rule looked: by whom, who keeps the evidence, when last held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Row
from cmpolicy.controls.contracts import Contract
from cmpolicy.errors import Location
from cmpolicy.unknown import UNKNOWN, Answer, Unknown

_WHO: Final[Mapping[str, str]] = {
    "access": "party",
    "allocations": "from",
    "attestations": "party",
    "capacity": "by",
    "clauses": "by",
    "coverage": "by",
    "documents": "between",
    "escalations": "from",
    "notices": "from",
    "people": "party",
    "responsibilities": "accountable",
    "reviews": "attended_by",
    "rotas": "party",
    "services": "owner",
    "setup": "led_by",
    "signatures": "party",
    "tools": "provided_by",
    "uptime": "by",
}
"""The field of a row that says who undertakes or does it, by section."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the row at a path says of who and when."""

    by: tuple[str, ...] = ()
    """Ids of the parties."""
    keeper: str | None = None
    """The party that keeps the evidence."""
    held: date | None = None
    """The last day, up to the day of the run, on which a review was held."""
    cited: Answer = True
    """Of a clause: whether it says where it stands."""
    control: str | None = None
    """Of an allocation: the control that it is about."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place on which the outcome of a rule rests."""

    path: str
    message: str
    location: Location
    said: Said = field(default_factory=Said)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be known of an agreement that is held to a framework, besides its verdicts."""

    file: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What its entry for the framework says."""
    starts: date | Unknown | None = None
    """The day from which it is held to it; None: it is."""
    said: Mapping[str, Said] = field(default_factory=dict)
    """By the paths of its observations."""
    contracts: tuple[Contract, ...] = ()
    broken: bool = False
    """It cannot be read."""


def said(agreement: Agreement, paths: Iterable[str], as_of: date) -> dict[str, Said]:
    """Return what the rows at some paths say, by path; paths of no row are left out."""
    rows = {row.path: row for section in agreement.rows.values() for row in section}
    held = {
        review.path: max(
            (one.on for one in review.held if isinstance(one.on, date) and one.on <= as_of),
            default=None,
        )
        for review in agreement.reviews
        if not isinstance(review.held, Unknown)
    }
    found = {}
    for path in set(paths):
        head, bracket, _ = path.partition("]")
        row = rows.get(head + bracket)
        if row is not None:
            found[path] = _said(agreement, row, held.get(row.path))
    return found


def _said(agreement: Agreement, row: Row, held: date | None) -> Said:
    section = row.path.partition("[")[0].partition(".")[0]
    if section == "parties":
        return Said((row.key,))
    evidence = row.fields.get("evidence")
    keeper = evidence.get("keeper") if isinstance(evidence, dict) else None
    cited: Answer = True
    if section == "clauses":
        where = row.fields.get("where")
        cited = UNKNOWN if isinstance(where, Unknown) else bool(where)
    control = row.fields.get("control") if section == "allocations" else None
    return Said(
        tuple(dict.fromkeys(_parties(agreement, row.fields.get(_WHO.get(section, ""))))),
        next(iter(_parties(agreement, keeper)), None),
        held,
        cited,
        control if isinstance(control, str) else None,
    )


def _parties(agreement: Agreement, who: Any) -> Iterable[str]:
    """Yield the parties of those who are named: an id, a list of ids, or of `{who: id}`."""
    for item in who if isinstance(who, list) else [who]:
        name = item.get("who") if isinstance(item, dict) else item
        if isinstance(name, str):
            party = agreement.party_of(name)
            if party is not None:
                yield party
