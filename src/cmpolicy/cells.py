"""Which cells no row distinguishes: a cell is a service at a severity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from cmpolicy.agreement import Service, SeverityLevel
from cmpolicy.unknown import UNKNOWN, Unknown

Cell: TypeAlias = tuple[Service, SeverityLevel]
Words: TypeAlias = tuple[str, ...] | Unknown | None
Named: TypeAlias = tuple[Words, Words]
"""The services and the severities that a row names; None: all."""

EVERY: Final[Named] = (None, None)


def alike(
    services: Iterable[Service], severities: Sequence[SeverityLevel], rows: Iterable[Named]
) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of services and severities, those together for which the same rows speak.

    In the order of the file, of each group's first cell. Whether a row speaks for a cell depends
    only on whether it lists its service, and whether it lists its severity.
    """
    named = tuple(row for row in dict.fromkeys(rows) if row != EVERY)
    by_service, by_severity = (_listing([row[side] for row in named]) for side in (0, 1))
    for_any = [_may_be_any(row[0]) for row in named]
    groups: defaultdict[tuple[object, ...], list[Cell]] = defaultdict(list)
    for service in services:
        listed = by_service.get(service.id, ())
        own = frozenset(listed)
        always = tuple(at for at in listed if _may_be_any(named[at][1]))
        for severity in severities:
            # A row of neither this service nor any is silent, whichever severities it lists.
            there = (at for at in by_severity.get(severity.id, ()) if for_any[at] or at in own)
            marks = tuple((at, at in own) for at in there)
            groups[always, marks].append((service, severity))
    return tuple(map(tuple, groups.values()))


def _listing(words: Sequence[Words]) -> Mapping[str, Sequence[int]]:
    """Return the numbers of the rows that list a word, by the word."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, some in enumerate(words):
        for word in dict.fromkeys(some) if isinstance(some, tuple) else ():
            found[word].append(at)
    return found


def _may_be_any(words: Words) -> bool:
    """Say whether a row speaks, or may, for what it does not list."""
    return not isinstance(words, tuple) or UNKNOWN.value in words
