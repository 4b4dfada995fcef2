"""Selection for checks: parties by kind, services and severities by selector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from cmpolicy.agreement import Agreement, Party, Service, SeverityLevel
from cmpolicy.checks.kinds import Context, NotApplicable
from cmpolicy.reach import touches
from cmpolicy.unknown import (
    UNKNOWN,
    Answer,
    Unknown,
    all_of,
    any_of,
    decide,
    equals,
    overlaps,
)
from cmpolicy.verdict import Holds

T = TypeVar("T")
IMPLICIT: Final = "*"
"""The id of the service or severity of a file that names none."""


def holds(value: bool | Unknown, agreement: Agreement) -> Holds:
    """Turn an answer into an observation's; an unknown one is read as the reading says."""
    if isinstance(value, Unknown):
        value = agreement.optimistic
    return Holds.YES if value else Holds.NO


def asks(value: T | Unknown | None, test: Callable[[T], bool], agreement: Agreement) -> bool:
    """Test a field: absent fails, unknown is what is asked or not, as the reading says."""
    if value is None:
        return False
    if isinstance(value, Unknown):
        return agreement.optimistic
    return test(value)


def handles(party: Party, data: Sequence[str], agreement: Agreement) -> bool:
    """Say whether a party says that it can touch any of these data classes."""
    return decide(overlaps(party.handles, data), agreement.reading)


def each_party(agreement: Agreement, kind: str, context: Context) -> tuple[Party, ...]:
    """Return each party of a kind of which a rule asks something, in the file's order.

    More parties are more to ask of: who may be one is asked pessimistically, and optimistically
    only where nobody surely is one.

    Raises:
        NotApplicable: where `when` asks about parties, and none is left.
    """
    kinds = context.when.get("party_kind")
    data = context.when.get("party_handles")
    parties = agreement.parties.values() if kinds is None or kind in kinds else ()
    answers = {party: _is_left(agreement, party, kind, data) for party in parties}
    sure = tuple(party for party, answer in answers.items() if answer is True)
    possible = tuple(party for party, answer in answers.items() if answer is not False)
    if sure:
        return sure if agreement.optimistic else possible
    if kinds or data:
        if possible and not agreement.optimistic:
            return possible
        raise none_left([kind], data)
    # Without any, the rule fails: a party may be one, optimistically.
    return possible if agreement.optimistic else ()


def none_left(kinds: Sequence[str], data: Sequence[str] | None) -> NotApplicable:
    """Return the answer that no party is of a kind, and can touch the data that is asked about."""
    asked = f" that can touch {' or '.join(data)}" if data else ""
    return NotApplicable(f"no {' or '.join(kinds)}{asked} among the parties")


def _is_left(agreement: Agreement, party: Party, kind: str, data: Sequence[str] | None) -> Answer:
    of_kind = equals(party.kind, kind)
    if of_kind is False or data is None:
        return of_kind
    return all_of(of_kind, touches(agreement, party, data))


def severities(agreement: Agreement, rank: int | None) -> tuple[SeverityLevel, ...]:
    """Return the severities of this rank and every worse one; without a rank, all."""
    return tuple(
        severity for severity in agreement.severities if rank is None or severity.rank <= rank
    )


def services(
    agreement: Agreement, selector: Mapping[str, Sequence[str]] | None
) -> tuple[Service, ...]:
    """Return the services whose fields match every selector; without one, all.

    The implicit service of a file that names none matches every selector: leaving the list out
    excuses nobody.
    """
    return tuple(
        service
        for service in agreement.services
        if service.id == IMPLICIT
        or all(
            _matches(getattr(service, name), wanted, agreement)
            for name, wanted in (selector or {}).items()
        )
    )


def matches(value: Any, wanted: Sequence[str]) -> Answer:
    """Say whether a field of a service is, or its list holds, one of the words of a selector."""
    if isinstance(value, tuple):
        return overlaps(value, wanted)
    return any_of(*(equals(value, word) for word in wanted))


def _matches(value: Any, wanted: Sequence[str], agreement: Agreement) -> bool:
    """Say whether a selector takes a field; an unknown one is taken where that may hurt.

    Were it taken optimistically instead, a service of unknown criticality with unknown hours would
    pass under both readings: optimistically for its hours, pessimistically for not being asked.
    """
    answer = matches(value, wanted)
    return not agreement.optimistic if isinstance(answer, Unknown) else answer


def belongs(agreement: Agreement, who: str | Unknown | None, kind: str) -> bool:
    """Say whether a party, person or rota belongs to a party of this kind (`any`: to any)."""
    if isinstance(who, Unknown) or who == UNKNOWN.value:
        return agreement.optimistic
    if who is None:
        return False
    member = agreement.people.get(who) or agreement.rotas.get(who)
    if member is not None and isinstance(member.party, Unknown):
        return agreement.optimistic
    if kind == "any":
        return agreement.party_of(who) is not None
    found = agreement.party_of(who)
    party = agreement.parties.get(found) if found else None
    return party is not None and asks(party.kind, lambda value: value == kind, agreement)
