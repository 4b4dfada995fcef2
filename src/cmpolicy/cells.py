"""Which cells no row distinguishes: a cell is a service at a severity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from cmpolicy.agreement import Service, SeverityLevel
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, contains

Cell: TypeAlias = tuple[Service, SeverityLevel]
Words: TypeAlias = tuple[str, ...] | Unknown | None
Named: TypeAlias = tuple[Words, Words]
"""The services and the severities that a row names; None: all."""
Marks: TypeAlias = tuple[tuple[int, Answer], ...]
"""Rows by their number that speak for something, or may."""

EVERY: Final[Named] = (None, None)


def alike(
    services: Iterable[Service], severities: Sequence[SeverityLevel], rows: Iterable[Named]
) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of services and severities, those together for which the same rows speak.

    In the order of the file, of each group's first cell.
    """
    named = tuple(row for row in dict.fromkeys(rows) if row != EVERY)
    listed = _by_service(named)
    # A row that names services speaks for none that it does not name; the others for any.
    beside = _by_severity(named, severities)
    groups: defaultdict[tuple[Marks, Marks], list[Cell]] = defaultdict(list)
    for service in services:
        own = listed.get(service.id, ())
        for severity in severities:
            marks = _marks((at, contains(named[at][1], severity.id)) for at in own)
            groups[beside[severity.id], marks].append((service, severity))
    return tuple(map(tuple, groups.values()))


def _by_service(named: Sequence[Named]) -> Mapping[str, Sequence[int]]:
    """Return the numbers of the rows that list a service, by its id."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, (services, _) in enumerate(named):
        for service in dict.fromkeys(services) if isinstance(services, tuple) else ():
            found[service].append(at)
    return found


def _by_severity(
    named: Sequence[Named], severities: Sequence[SeverityLevel]
) -> Mapping[str, Marks]:
    """Return the marks of the rows that may speak for any service, by the severity's id."""
    everywhere: list[int] = []
    listed: defaultdict[str, list[int]] = defaultdict(list)
    for at, (services, ids) in enumerate(named):
        if not _may_be_any(services):
            continue
        if isinstance(ids, tuple) and UNKNOWN.value not in ids:
            for one in dict.fromkeys(ids):
                listed[one].append(at)
        else:
            everywhere.append(at)
    return {
        severity.id: _marks(
            (at, all_of(_any(named[at][0]), contains(named[at][1], severity.id)))
            for at in sorted((*everywhere, *listed[severity.id]))
        )
        for severity in severities
    }


def _may_be_any(services: Words) -> bool:
    return not isinstance(services, tuple) or UNKNOWN.value in services


def _any(services: Words) -> Answer:
    """Say whether a row speaks for a service that it does not list."""
    return True if services is None else UNKNOWN


def _marks(answers: Iterable[tuple[int, Answer]]) -> Marks:
    return tuple(pair for pair in answers if pair[1] is not False)
