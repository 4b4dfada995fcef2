"""Who must be notified by whom: the counterpart of a party."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.asking import lack_of, missing
from cmpolicy.checks.chosen import Chosen
from cmpolicy.checks.doubts import in_doubt
from cmpolicy.lacks import wrong
from cmpolicy.unknown import UNKNOWN, Unknown, equals
from cmpolicy.verdict import Holds, Observation

ENGAGED: Final = ("subcontractor", "cloud-provider")
"""Party kinds that somebody engages."""


@dataclass(frozen=True, slots=True)
class Counterparts:
    """Whom a party must notify."""

    chosen: tuple[Chosen, ...]
    nobody: Observation | None = None
    """That perhaps there is nobody to be notified, as there must be."""


def receivers(
    source: Party, kind: str, to: str, agreement: Agreement
) -> Counterparts | Observation:
    """Return the counterparts of a party of a kind among those of kind `to`.

    An observation where that cannot be said, or where there is none.
    """
    if kind in ENGAGED:
        engager = _engager(source, kind, agreement)
        if engager is not None:
            return engager
    there = tuple(
        _may_be(party, to)
        for party in agreement.parties.values()
        if party.id != source.id and equals(party.kind, to) is not False
    )
    if not there:
        message = f"there is no {to} among the parties for {source.id} to notify"
        found = missing(agreement, "parties", ("kind",), source.id, message)
        return replace(found, lack=lack_of(agreement, "parties", kind=to))
    nobody = None
    if all(one.doubts for one in there):
        message = f"perhaps there is no {to} among the parties for {source.id} to notify"
        found = Observation(source.id, "parties", message, Holds.NO)
        nobody = in_doubt(agreement, found, [path for one in there for path in one.doubts])
    if to not in ENGAGED:
        return Counterparts(there, nobody)
    engaged = tuple(one for one in (_engaged(source, one, to) for one in there) if one is not None)
    if engaged:
        return Counterparts(engaged, nobody)
    message = f"{source.id} engages no {to}, and so has none to notify"
    return nobody or Observation(source.id, source.path, message, Holds.YES)


def _may_be(party: Party, kind: str) -> Chosen:
    unknown = equals(party.kind, kind) is UNKNOWN
    return Chosen(party, (f"{party.path}.kind",) if unknown else ())


def _engager(source: Party, kind: str, agreement: Agreement) -> Counterparts | Observation | None:
    """Return who engages a party; None for a cloud provider that nobody does."""
    path = f"{source.path}.engaged_by"
    if isinstance(source.engaged_by, Unknown):
        message = f"who engages {source.id} is unknown"
        return in_doubt(agreement, Observation(source.id, path, message, Holds.NO), [path])
    if source.engaged_by is not None:
        return Counterparts((Chosen(agreement.parties[source.engaged_by]),))
    if kind == "cloud-provider" and path not in agreement.placeholders:
        return None
    message = f"{source.id} has no counterpart: who engages it {agreement.lack(path)}"
    return Observation(source.id, path, message, Holds.NO, lack=wrong(path))


def _engaged(source: Party, one: Chosen, kind: str) -> Chosen | None:
    """Return a party if `source` engages it; a cloud provider that nobody does, serves all."""
    party = one.party
    if isinstance(party.engaged_by, Unknown):
        return Chosen(party, (*one.doubts, f"{party.path}.engaged_by"))
    if party.engaged_by is None:
        return one if kind == "cloud-provider" else None
    return one if party.engaged_by == source.id else None
