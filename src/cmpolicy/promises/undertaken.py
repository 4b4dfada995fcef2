"""Reviews and notices: what is done by when, and who notifies whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from cmpolicy.agreement import Agreement, Notice, Review
from cmpolicy.amounts import (
    NEVER,
    Recurrence,
    worst_case,
    worst_of_unknown_clock,
)
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import (
    AHEAD,
    ANY,
    BEGINS,
    DAYS,
    FLAG,
    NOT_SAID,
    STARTS,
    WHOSE,
    WITHIN,
    WORDS,
    ascending,
)
from cmpolicy.promises.sources import calendar, fields, unique
from cmpolicy.unknown import UNKNOWN, Unknown

BEFOREHAND: Final = "beforehand"
NOTICE_SAYS: Final = (
    "event",
    "from",
    "to",
    "contact",
    "within",
    "starts",
    "before",
    "calendar",
)


def reviews(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the reviews of each kind: how often, with whom, about what."""
    del frame
    by_kind: defaultdict[str, list[Review]] = defaultdict(list)
    for row in agreement.reviews:
        if isinstance(row.kind, str):
            by_kind[row.kind].append(row)
    for kind, rows in by_kind.items():
        attended = [one for row in rows for one in words(row.attended_by, agreement)]
        agenda = [one for row in rows for one in words(row.agenda, agreement)]
        components = (
            Component("every", DAYS, ascending(_every(row, agreement) for row in rows)),
            Component("on change:", FLAG, any(row.every == "on change" for row in rows)),
            Component("with", WORDS, frozenset(_sides(agreement, attended))),
            Component("about", WORDS, frozenset(agenda)),
        )
        own = unique(
            p for row in rows for p in fields(row.path, "kind", "every", "attended_by", "agenda")
        )
        yield (
            Key("review", (kind,)),
            DerivedPromise(components, own, _parties_of(agreement, attended)),
        )


def _sides(agreement: Agreement, who: Iterable[str]) -> Iterator[str]:
    """Yield the parties behind parties, people and rotas."""
    for one in who:
        member = agreement.people.get(one) or agreement.rotas.get(one)
        party = one if member is None else member.party
        if isinstance(party, str):
            yield party
        elif party is not None and agreement.optimistic:
            yield ANY


def _every(row: Review, agreement: Agreement) -> float:
    """Return the most days between two; on request and on change there is no such number."""
    if isinstance(row.every, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    return float(row.every.longest_days) if isinstance(row.every, Recurrence) else NEVER


def notices(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the deadlines by which one party notifies another, by event; of several the slackest.

    A notice before and a notice after the event are two promises.
    """
    by_key: defaultdict[tuple[str, ...], list[Notice]] = defaultdict(list)
    for row in agreement.notices:
        if isinstance(row.event, str) and isinstance(row.source, str) and isinstance(row.to, str):
            source, to = party_behind(agreement, row.source), party_behind(agreement, row.to)
            by_key[(row.event, source, to, *_ahead(row, agreement))].append(row)
    plain = {row.path: row.fields for row in agreement.rows["notices"]}
    for key, rows in by_key.items():
        if BEFOREHAND in key:
            warning = min(_warning(row, agreement, frame) for row in rows)
            length = Component("ahead", AHEAD, warning)
        else:
            worst = max(_length(row, agreement, frame) for row in rows)
            length = Component("worst case", WITHIN, worst)
        begins = [_starts(row, agreement) for row in rows]
        addressees = [who for row in rows for who in words(row.contacts, agreement)]
        components: tuple[Component, ...] = (
            length,
            Component("from", STARTS, min(begins, key=BEGINS.index)),
            Component("addressed to", WHOSE, frozenset(addressees)),
        )
        if length.value == NEVER and length.order is WITHIN:
            components = ()
        own = unique(p for row in rows for p in fields(row.path, *NOTICE_SAYS))
        clocks = [plain[row.path]["calendar"] for row in rows if "calendar" in plain[row.path]]
        via = unique(["timezone", *(p for name in clocks for p in calendar(agreement, name))])
        yield Key("notice", key), DerivedPromise(components, own, via)


def _starts(row: Notice, agreement: Agreement) -> str:
    if isinstance(row.starts, Unknown):
        return BEGINS[-1] if agreement.optimistic else NOT_SAID
    return row.starts or NOT_SAID


def _ahead(row: Notice, agreement: Agreement) -> tuple[str, ...]:
    """Return what the key of a notice that is given beforehand ends with."""
    before = agreement.optimistic if isinstance(row.before, Unknown) else row.before
    return (BEFOREHAND,) if before else ()


def _warning(row: Notice, agreement: Agreement, frame: Frame) -> float:
    """Return the seconds of warning; none where the file does not say how many."""
    if isinstance(row.within, Unknown):
        return NEVER if agreement.optimistic else 0.0
    length = _length(row, agreement, frame)
    return 0.0 if length == NEVER else length


def _length(row: Notice, agreement: Agreement, frame: Frame) -> float:
    if row.within is None:
        return NEVER
    if isinstance(row.within, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    span = frame.horizon(agreement)
    if isinstance(row.calendar, Unknown):
        own = tuple(agreement.calendars.values())
        reading, zone = agreement.reading, agreement.timezone
        return worst_of_unknown_clock(row.within, own, reading, span, zone).seconds
    return worst_case(row.within, row.calendar, agreement.reading, span).seconds


def words(found: Iterable[str] | Unknown | None, agreement: Agreement) -> Iterator[str]:
    """Yield the words of a list; an unknown one is optimistically any, pessimistically none."""
    for word in (UNKNOWN.value,) if isinstance(found, Unknown) else found or ():
        if word != UNKNOWN.value:
            yield word
        elif agreement.optimistic:
            yield ANY


def party_behind(agreement: Agreement, who: str) -> str:
    """Return the party of a person or rota; of what is none of these, itself."""
    return agreement.party_of(who) or who


def _parties_of(agreement: Agreement, who: Iterable[str]) -> tuple[str, ...]:
    members = agreement.people.keys() | agreement.rotas.keys()
    return unique(
        f"{'people' if one in agreement.people else 'rotas'}[{one}].party"
        for one in who
        if one in members
    )
