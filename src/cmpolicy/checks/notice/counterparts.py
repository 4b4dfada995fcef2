"""Who must be told by whom: the counterpart of a party."""

from __future__ import annotations

from typing import Final

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.asking import missing, of_kind
from cmpolicy.checks.select import holds
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

ENGAGED: Final = ("subcontractor", "cloud-provider")
"""Party kinds that somebody engages."""


def receivers(source: Party, to: str, agreement: Agreement) -> tuple[Party, ...] | Observation:
    """Return the counterparts of a party among those of kind `to`.

    An observation where that cannot be said, or where there is none.
    """
    if source.kind in ENGAGED:
        engager = _engager(source, agreement)
        if engager is not None:
            return engager
    phrase = tuple(party for party in of_kind(agreement, to) if party.id != source.id)
    if not phrase:
        message = f"there is no {to} among the parties for {source.id} to tell"
        return missing(agreement, "parties", ("kind",), source.id, message)
    if to not in ENGAGED:
        return phrase
    engaged = tuple(party for party in phrase if _engages(source, party, agreement))
    message = f"{source.id} engages no {to}, and so has none to tell"
    return engaged or Observation(source.id, source.path, message, Holds.YES)


def _engager(source: Party, agreement: Agreement) -> tuple[Party, ...] | Observation | None:
    """Return who engages a party; None for a cloud provider that nobody does."""
    path = f"{source.path}.engaged_by"
    if isinstance(source.engaged_by, Unknown):
        message = f"who engages {source.id} is unknown"
        return Observation(source.id, path, message, holds(source.engaged_by, agreement))
    if source.engaged_by is not None:
        return (agreement.parties[source.engaged_by],)
    if source.kind == "cloud-provider" and path not in agreement.placeholders:
        return None
    message = f"{source.id} has no counterpart: who engages it {agreement.lack(path)}"
    return Observation(source.id, path, message, Holds.NO)


def _engages(source: Party, party: Party, agreement: Agreement) -> bool:
    """Say whether `source` engages a party; a cloud provider that nobody does, serves all."""
    if party.engaged_by is None:
        return party.kind == "cloud-provider"
    if isinstance(party.engaged_by, Unknown):
        # More to be told is harder to satisfy.
        return not agreement.optimistic
    return party.engaged_by == source.id
