"""Service levels: what the targets of a case come to together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER
from cmpolicy.calendars import Intervals
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, Key, Promise
from cmpolicy.promises.orders import COMMITMENT, PERCENT, WITHIN
from cmpolicy.promises.sources import calendar, case, fields, unique
from cmpolicy.targets import Speaking, selects, speaking, worst_of
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.vocabulary import TARGET_STAGES

SAYS: Final = (
    "severity",
    "stage",
    "services",
    "within",
    "calendar",
    "commitment",
    "attainment",
    "raised",
)


def levels(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the service levels that end at all: by severity, stage, service and part of the week.

    A part holds the starts for which the same targets speak on either side; each is a promise.
    """
    known: dict[tuple[object, ...], Sequence[tuple[Intervals | None, Promise]]] = {}
    for stage in TARGET_STAGES:
        rows = [target for target in agreement.targets if target.stage in (stage, UNKNOWN)]
        for service, severity in frame.cases(agreement) if rows else ():
            answers = [(target, selects(target, severity, service, stage)) for target in rows]
            speak = [pair for pair in answers if pair[1] is not False]
            if not speak:
                continue
            parts = frame.parts(severity, service, stage)
            same = (parts, *((target.path, answer) for target, answer in speak))
            if same not in known:
                found = speaking(agreement, speak, frame.horizon(agreement))
                known[same] = tuple(_by_part(agreement, found, parts, frame))
            for when, level in known[same]:
                key = Key("target", (severity, stage, service), when)
                yield key, replace(level, via=(*level.via, *case(service, severity)))


def _by_part(
    agreement: Agreement, found: Sequence[Speaking], parts: Sequence[Intervals], frame: Frame
) -> Iterator[tuple[Intervals | None, Promise]]:
    for part in parts:
        here = [one.target for one in found if one.starts.contains(part.starts[0])]
        if here:
            yield (part if len(parts) > 1 else None), _promise(agreement, here, frame, part)


def _promise(
    agreement: Agreement, found: Sequence[Target], frame: Frame, part: Intervals
) -> Promise:
    span = frame.horizon(agreement)
    worst = max(worst_of(agreement, target, span, part).seconds for target in found)
    sources = _sources(agreement, found)
    if worst == NEVER:
        return Promise((), *sources)
    firm = all(_guaranteed(agreement, target) for target in found)
    components = (
        Component("worst case", WITHIN, worst),
        Component("commitment", COMMITMENT, "guaranteed" if firm else "target"),
        Component("attainment", PERCENT, min(_attained(agreement, target) for target in found)),
    )
    return Promise(components, *sources)


def _guaranteed(agreement: Agreement, target: Target) -> bool:
    if isinstance(target.commitment, Unknown):
        return agreement.optimistic
    return target.commitment == "guaranteed"


def _attained(agreement: Agreement, target: Target) -> float:
    """Return the percent of cases in which it is kept; 0 where the file does not say."""
    if isinstance(target.attainment, Unknown):
        return 100.0 if agreement.optimistic else 0.0
    return 0.0 if target.attainment is None else float(target.attainment)


def _sources(
    agreement: Agreement, found: Sequence[Target]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = {row.path: row.fields for row in agreement.rows["targets"]}
    clocks = [said[target.path].get("calendar") for target in found]
    raised = [said[target.path]["raised"] for target in found if "raised" in said[target.path]]
    return (
        unique(path for target in found for path in fields(target.path, *SAYS)),
        unique(
            [
                "timezone",
                *(path for name in (*clocks, *raised) for path in calendar(agreement, name)),
            ]
        ),
    )
