"""Coverage: when somebody promised to be there, for each area, stage, service and severity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from cmpolicy import coverage
from cmpolicy.agreement import Agreement, Coverage
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import HOURS, Hours
from cmpolicy.promises.shifts import terms
from cmpolicy.promises.sources import calendar, case, duty, fields, unique
from cmpolicy.unknown import decide

SAYS: Final = (
    "area",
    "stage",
    "services",
    "severities",
    "by",
    "calendar",
    "commitment",
    "mode",
    "charged",
    "raised_by",
    "tools",
)


def hours(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the coverage that is promised at any time at all."""
    if coverage.unsaid(agreement):
        return
    reading = agreement.reading
    known: dict[tuple[str, ...], DerivedPromise | None] = {}
    rows = [row for row in agreement.coverage if coverage.promises(agreement, row)]
    for area, stage in frame.cells:
        here = [row for row in rows if coverage.is_about(row, area, stage) is not False]
        for service, severity in frame.cases(agreement) if here else ():
            named = [
                row
                for row in here
                if decide(coverage.selects(row, area, stage, service, severity), reading)
            ]
            paths = tuple(row.path for row in named)
            if paths not in known:
                known[paths] = _promise(agreement, named, frame)
            found = known[paths]
            if found is not None:
                key = Key("coverage", (area, stage, service, severity))
                yield key, replace(found, via=(*found.via, *case(service, severity)))


def _promise(agreement: Agreement, rows: Sequence[Coverage], frame: Frame) -> DerivedPromise | None:
    span = frame.horizon(agreement)
    when = coverage.union(agreement, rows, span.start, span.end)
    if not when:
        return None
    sources = [_sources(agreement, row) for row in rows]
    return DerivedPromise(
        (Component("", HOURS, Hours(when, span)), *terms(agreement, rows, when, span)),
        unique(path for own, _ in sources for path in own),
        unique(["timezone", *(path for _, via in sources for path in via)]),
    )


def _sources(agreement: Agreement, row: Coverage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = next(plain for plain in agreement.rows["coverage"] if plain.path == row.path).fields
    named = calendar(agreement, said["calendar"]) if "calendar" in said else ()
    by = row.by if isinstance(row.by, str) else None
    return fields(row.path, *SAYS), unique([*named, *duty(agreement, by)])
