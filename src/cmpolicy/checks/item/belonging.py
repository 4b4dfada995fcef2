"""Who engages a party, and what a party reaches: answers of the agreement as a whole to `item`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from cmpolicy import reach
from cmpolicy.agreement import Agreement, Party, Row, Service
from cmpolicy.checks.asking import shortened
from cmpolicy.checks.doubts import of_member
from cmpolicy.checks.kinds import Context
from cmpolicy.unknown import UNKNOWN, Answer, Unknown

ENGAGER: Final = "engager"
"""As a value: the party that engages the one that a rule asks of."""
REACH: Final = "reach"
LET_IN: Final = "let_in"
REACHING: Final = frozenset({REACH, LET_IN})
"""Tests of a party that the access and the work of the whole agreement answer."""


def engager(party: Party | Service | None) -> str:
    """Return who engages a party, as far as it is said: the customer where nobody is."""
    found = party.engaged_by if isinstance(party, Party) else None
    return found if isinstance(found, str) else "customer"


def is_engaged_by(agreement: Agreement, party: Party, who: str) -> bool:
    """Say whether a party kind, a party, or somebody who belongs to one engages a party."""
    if isinstance(party.engaged_by, Unknown):
        return agreement.optimistic
    if party.engaged_by is None:
        kind = agreement.kind_of(who)
        return "customer" in (who, kind) or (kind is None and agreement.optimistic)
    engaging = agreement.party_of(party.engaged_by)
    if engaging == agreement.party_of(who):
        return True
    kind = agreement.kind_of(engaging)
    # Of a party kind, as in `or_by`.
    return who not in agreement.parties and kind == who


def is_sole(agreement: Agreement, party: Party, by: str, kinds: Collection[str]) -> bool:
    """Say whether a party is the only one of its kind, and engaged by a party of the kind `by`.

    Args:
        agreement: as read.
        party: of one of the kinds, or perhaps.
        by: a party kind.
        kinds: which it may be of where its kind is unknown.
    """
    if not is_engaged_by(agreement, party, by):
        return False
    same: set[Any] = set(kinds) if isinstance(party.kind, Unknown) else {party.kind}
    same |= set() if agreement.optimistic else {UNKNOWN}
    others = (one for one in agreement.parties.values() if one.id != party.id)
    return not any(one.kind in same for one in others)


def of_selection(agreement: Agreement, party: Party, context: Context) -> tuple[str, ...]:
    """Return what is unknown of whether a rule asks of a party: its kind, what it can touch."""
    paths = [f"{party.path}.kind"] if isinstance(party.kind, Unknown) else []
    data = context.when.get("party_handles")
    if data and reach.touches(agreement, party, data) is UNKNOWN:
        paths += reach.doubts(agreement, party, data)
    return tuple(dict.fromkeys(paths))


def of_engager(agreement: Agreement, party: Party) -> Iterator[str]:
    """Yield what is unknown of who engages a party."""
    if isinstance(party.engaged_by, Unknown):
        yield f"{party.path}.engaged_by"
    elif party.engaged_by is not None:
        yield from of_member(agreement, party.engaged_by)


def answer_reach(row: Row, test: str, asked: Any, agreement: Agreement) -> Answer:
    """Say whether a party says all that it reaches, or is let in to what it works on."""
    party = agreement.parties[row.key]
    if test == LET_IN:
        return reach.is_let_in(agreement, party)
    return reach.says_all(agreement, party, _classes(asked))


def of_reach(row: Row, test: str, asked: Any, agreement: Agreement) -> tuple[str, ...]:
    """Return what is unknown of it."""
    party = agreement.parties[row.key]
    if test == LET_IN:
        return reach.doubts_of_work(agreement, party)
    return reach.doubts(agreement, party, _classes(asked))


def describe_reach(row: Row, test: str, asked: Any, agreement: Agreement) -> str:
    """Describe what a party does not say that it reaches, or works on without being let in."""
    party = agreement.parties[row.key]
    if test == LET_IN:
        work = shortened(reach.work_of(agreement, party)) or "what may be its work"
        return f"{party.id} works on systems ({work}) and has no row in `access`"
    lost = reach.unsaid(agreement, party, _classes(asked))
    if not lost:
        return f"`{party.path}.handles` must name all data that {party.id} reaches"
    ways = shortened(reach.ways_to(agreement, party, lost))
    return f"{party.id} reaches {', '.join(lost)} ({ways}), and its `handles` does not say so"


def _classes(asked: Any) -> tuple[str, ...] | None:
    return tuple(asked) if isinstance(asked, list) else None
