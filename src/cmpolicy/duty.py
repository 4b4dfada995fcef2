"""Who is on duty when, and which people an id stands for."""

from __future__ import annotations

from cmpolicy.agreement import Agreement, Rota
from cmpolicy.calendars import Calendar, Intervals, open_intervals
from cmpolicy.unknown import UNKNOWN, Unknown


def open_hours(
    agreement: Agreement, calendar: Calendar | Unknown, first: int, last: int
) -> Intervals:
    """Return when a calendar is open in [first, last), UTC seconds.

    Unknown hours are read as always or never.
    """
    if isinstance(calendar, Unknown):
        return always(first, last) if agreement.optimistic else Intervals()
    return open_intervals(calendar, agreement.reading, first, last)


def always(first: int, last: int) -> Intervals:
    """Return all of [first, last)."""
    return Intervals.of([(first, last)])


def on_duty(agreement: Agreement, who: str | Unknown | None, first: int, last: int) -> Intervals:
    """Return when the person or rota is on duty in [first, last), UTC seconds.

    A rota is on duty by its calendar, whatever hours its members keep, unless it has none. A
    party is an organisation: no human being is reached there, so it never is.
    """
    if isinstance(who, Unknown):
        return always(first, last) if agreement.optimistic else Intervals()
    if who is None:
        return Intervals()
    if who in agreement.people:
        return open_hours(agreement, agreement.people[who].calendar, first, last)
    rota = agreement.rotas.get(who)
    if rota is None or not staffed(agreement, rota):
        return Intervals()
    return open_hours(agreement, rota.calendar, first, last)


def staffed(agreement: Agreement, rota: Rota) -> bool:
    """Say whether anybody is on the rota: members that it names, or a roster kept elsewhere."""
    if rota.rostered:
        return True
    if isinstance(rota.members, Unknown):
        return agreement.optimistic
    known = [who for who in rota.members if who != UNKNOWN.value]
    return bool(known) or (agreement.optimistic and bool(rota.members))


def behind(agreement: Agreement, who: str | Unknown | None) -> frozenset[str] | Unknown:
    """Return the ids of the human beings that an id stands for; UNKNOWN where nobody says.

    A post without a named human is in it by its id; so is, by the rota's id, the one human that
    a roster kept elsewhere counts for. Nobody stands behind a party.
    """
    if isinstance(who, Unknown):
        return who
    if who is not None and who in agreement.people:
        return frozenset({who})
    rota = agreement.rotas.get(who or "")
    if rota is None:
        return frozenset()
    if rota.rostered:
        return frozenset({rota.id})
    if isinstance(rota.members, Unknown) or UNKNOWN.value in rota.members:
        return UNKNOWN
    return frozenset(rota.members)


def named(agreement: Agreement, ids: frozenset[str]) -> frozenset[str]:
    """Return those of the ids that count as a distinct human: not the posts without a name.

    Whether an unknown name is one, the reading says.
    """
    return frozenset(
        who
        for who in ids
        if who not in agreement.people or _has_name(agreement, agreement.people[who].name)
    )


def _has_name(agreement: Agreement, name: str | Unknown | None) -> bool:
    return agreement.optimistic if isinstance(name, Unknown) else bool(name)
