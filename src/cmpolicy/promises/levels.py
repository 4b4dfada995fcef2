"""Service levels: what the targets of a case come to together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, Key, Promise
from cmpolicy.promises.orders import COMMITMENT, PERCENT, WITHIN
from cmpolicy.promises.sources import calendar, case, fields, unique
from cmpolicy.targets import slackest, targets_for
from cmpolicy.vocabulary import TARGET_STAGES, Unknown

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

Said = Mapping[str, Mapping[str, Any]]
"""The fields of each row of `targets`, as the file says them, by its path."""


def levels(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the service levels that end at all, by severity, stage and service."""
    known: dict[tuple[str, ...], Promise | None] = {}
    said = {row.path: row.fields for row in agreement.rows["targets"]}
    for stage in TARGET_STAGES if agreement.targets else ():
        for service, severity in frame.cases(agreement):
            found = targets_for(agreement, severity, service, stage)
            paths = tuple(target.path for target in found)
            if paths not in known:
                known[paths] = _promise(agreement, found, frame, said)
            level = known[paths]
            if level is not None:
                key = Key("target", (severity, stage, service))
                yield key, replace(level, via=(*level.via, *case(service, severity)))


def _promise(
    agreement: Agreement, found: Sequence[Target], frame: Frame, said: Said
) -> Promise | None:
    worst = slackest(agreement, found, frame.horizon(agreement)).worst
    if worst.seconds == NEVER:
        return None
    firm = all(_guaranteed(agreement, target) for target in found)
    components = (
        Component("worst case", WITHIN, worst.seconds),
        Component("commitment", COMMITMENT, "guaranteed" if firm else "target"),
        Component("attainment", PERCENT, min(_attained(agreement, target) for target in found)),
    )
    return Promise(components, *_sources(agreement, found, said))


def _guaranteed(agreement: Agreement, target: Target) -> bool:
    if isinstance(target.commitment, Unknown):
        return agreement.kind
    return target.commitment == "guaranteed"


def _attained(agreement: Agreement, target: Target) -> float:
    """Return the percent of cases in which it is kept; 0 where the file does not say."""
    if isinstance(target.attainment, Unknown):
        return 100.0 if agreement.kind else 0.0
    return 0.0 if target.attainment is None else float(target.attainment)


def _sources(
    agreement: Agreement, found: Sequence[Target], said: Said
) -> tuple[tuple[str, ...], tuple[str, ...]]:
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
