"""Who covers an area and stage, for a service and severity, and when.

No row means nobody. Only what is promised covers: best effort, on request, and a commitment
that is a placeholder do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cmpolicy.agreement import Agreement, Coverage
from cmpolicy.calendars import Calendar, Intervals
from cmpolicy.duty import always, on_duty, open_hours
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, contains, decide, equals


def selects(row: Coverage, area: str | None, stage: str, service: str, severity: str) -> Answer:
    """Say whether a row names this area (None: any area counts), stage, service, severity."""
    return all_of(
        is_about(row, area, stage),
        contains(row.services, service),
        contains(row.severities, severity),
    )


def is_about(row: Coverage, area: str | None, stage: str) -> Answer:
    """Say whether a row names this area (None: any area counts) and stage."""
    return all_of(equals(row.area, area), equals(row.stage, stage))


def rows_for(
    agreement: Agreement, area: str | None, stage: str, service: str, severity: str
) -> tuple[Coverage, ...]:
    """Return the rows that name this area (None: any area counts), stage, service, severity.

    Whatever they are worth: `promises` says whether one may satisfy a required window. Where it is
    unknown whether a row does, the reading decides.
    """
    return tuple(
        row
        for row in agreement.coverage
        if decide(selects(row, area, stage, service, severity), agreement.reading)
    )


def promises(agreement: Agreement, row: Coverage) -> bool:
    """Say whether a row promises anything; an unknown commitment is read as the reading says."""
    return decide(row.promised, agreement.reading)


def hours(agreement: Agreement, row: Coverage, first: int, last: int) -> Intervals:
    """Return a row's hours in [first, last), UTC seconds, whatever its commitment.

    Its calendar intersected with the hours of its rota or person; without a calendar, theirs
    alone. An organisation has no hours of its own: without a calendar they are unknown.
    """
    if row.by is None:
        return Intervals()
    if row.calendar is None:
        if row.by in agreement.parties:
            return open_hours(agreement, UNKNOWN, first, last)
        return on_duty(agreement, row.by, first, last)
    own = open_hours(agreement, row.calendar, first, last)
    if row.by in agreement.parties:
        return own
    theirs = on_duty(agreement, row.by, first, last)
    if theirs in (own, always(first, last)):
        return own
    return theirs if own == always(first, last) else _both(agreement, own, theirs)


def _both(agreement: Agreement, own: Intervals, theirs: Intervals) -> Intervals:
    # Many rows and rules ask about the same hours: they are kept for the agreement.
    known: dict[Any, Intervals] = agreement.known.setdefault(hours, {})
    if (own, theirs) not in known:
        known[own, theirs] = own & theirs
    return known[own, theirs]


def union(agreement: Agreement, rows: Iterable[Coverage], first: int, last: int) -> Intervals:
    """Return when any of the rows covers, in [first, last), UTC seconds."""
    found = {hours(agreement, row, first, last) for row in rows}
    whole = always(first, last)
    if whole in found:
        return whole
    return Intervals.of(pair for some in found for pair in some)


def covered(  # noqa: PLR0913 - a cell of the format's table has four sides, a span two
    agreement: Agreement,
    area: str | None,
    stage: str,
    service: str,
    severity: str,
    first: int,
    last: int,
    *,
    promised_only: bool = True,
) -> Intervals:
    """Return when somebody covers this area (None: any), stage, service, severity.

    In [first, last), UTC seconds. A file that says `coverage: unknown` is read as the reading
    says: always, or never.
    """
    if agreement.optimistic and unsaid(agreement):
        return always(first, last)
    rows = rows_for(agreement, area, stage, service, severity)
    if promised_only:
        rows = tuple(row for row in rows if promises(agreement, row))
    return union(agreement, rows, first, last)


def unsaid(agreement: Agreement) -> bool:
    """Say whether the file says `coverage: unknown`."""
    return bool(agreement.document.value.get("coverage") == UNKNOWN.value)


def calendars(agreement: Agreement, rows: Iterable[Coverage]) -> Iterator[Calendar | Unknown]:
    """Yield the calendars on which the hours of the rows hang."""
    for row in rows:
        if row.calendar is not None:
            yield row.calendar
        member = agreement.people.get(str(row.by)) or agreement.rotas.get(str(row.by))
        if member is not None:
            yield member.calendar
