"""Service levels: what the targets of a case come to together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cmpolicy.agreement import Agreement, Pause, Target
from cmpolicy.amounts import NEVER
from cmpolicy.calendars import Intervals
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import (
    ANY,
    COMMITMENT,
    LATE,
    MANY_HOURS,
    PERCENT,
    STOPS,
    Late,
    ManyHours,
)
from cmpolicy.promises.sources import by_key, calendar, case, fields, unique
from cmpolicy.targets import Speaking, answers, clocks, speaking, worst_of
from cmpolicy.unknown import Unknown
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
    "pauses",
)


def levels(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the service levels that end at all: by severity, stage, service and part of the week.

    A part holds the starts for which the same targets speak on either side; each is a promise.
    Where there are too many parts, the targets of a case are one promise.
    """
    source = _Sources(agreement)
    known: dict[tuple[int, int], Sequence[tuple[Intervals | None, DerivedPromise]]] = {}
    for stage in TARGET_STAGES if agreement.targets else ():
        for service, severity in frame.cases(agreement):
            speak = answers(agreement, severity, service, stage)
            if not speak:
                continue
            parts = frame.parts(severity, service, stage)
            # Both are kept, so that what they are says which they are.
            same = id(speak), id(parts)
            if same not in known:
                found = speaking(agreement, speak, frame.horizon(agreement))
                by_part = _by_part(agreement, found, parts, frame, source)
                known[same] = tuple(by_part) if parts else _whole(agreement, found, frame, source)
            for when, level in known[same]:
                key = Key("target", (severity, stage, service), when)
                yield key, replace(level, via=(*level.via, *case(service, severity)))


def _whole(
    agreement: Agreement, found: Sequence[Speaking], frame: Frame, source: _Sources
) -> tuple[tuple[None, DerivedPromise], ...]:
    """Return what targets come to of which nobody compares the hours part by part."""
    here = [one.target for one in found if one.starts]
    if not here:
        return ()
    span = frame.horizon(agreement)
    if all(worst_of(agreement, target, span).seconds == NEVER for target in here):
        return ((None, DerivedPromise((), *source.of(here))),)
    said = frozenset((one.starts, *_terms(agreement, one.target)) for one in found if one.starts)
    value = ManyHours(agreement.timezone, said)
    return ((None, DerivedPromise((Component("", MANY_HOURS, value),), *source.of(here))),)


def _terms(agreement: Agreement, target: Target) -> tuple[object, ...]:
    """Return all that says how late a target is, and how sure."""
    promised = target.within is not None and target.commitment not in (None, "best-effort")
    if not promised:
        return (None,)
    unclear = isinstance(target.calendar, Unknown)
    clock = clocks(agreement, target) if unclear else target.calendar
    return (
        target.within,
        clock,
        target.commitment,
        _attained(agreement, target),
        tuple(sorted(_stops(agreement, [target]).items())),
    )


def _by_part(
    agreement: Agreement,
    found: Sequence[Speaking],
    parts: Sequence[Intervals],
    frame: Frame,
    source: _Sources,
) -> Iterator[tuple[Intervals | None, DerivedPromise]]:
    for part in parts:
        here = [one.target for one in found if one.starts.contains(part.starts[0])]
        if here:
            when = part if len(parts) > 1 else None
            yield when, _promise(agreement, here, frame, part, source)


def _promise(
    agreement: Agreement,
    found: Sequence[Target],
    frame: Frame,
    part: Intervals,
    source: _Sources,
) -> DerivedPromise:
    span = frame.horizon(agreement)
    worsts = [worst_of(agreement, target, span, part) for target in found]
    worst = Late(max(one.seconds for one in worsts), any(one.endless for one in worsts))
    sources = source.of(found)
    if worst.seconds == NEVER:
        return DerivedPromise((), *sources)
    firm = all(_guaranteed(agreement, target) for target in found)
    components = (
        Component("worst case", LATE, worst),
        Component("commitment", COMMITMENT, "guaranteed" if firm else "target"),
        Component("attainment", PERCENT, min(_attained(agreement, target) for target in found)),
        Component("clock stops for", STOPS, _stops(agreement, found)),
    )
    return DerivedPromise(components, *sources)


def _stops(agreement: Agreement, found: Sequence[Target]) -> dict[str, float]:
    """Return what the clocks of targets stop for, each with its longest time."""
    stops: dict[str, float] = {}
    for target in found:
        pauses = target.pauses
        if isinstance(pauses, Unknown):
            pauses = () if agreement.optimistic else (Pause(target.path, pauses, None),)
        for pause in pauses:
            longest = _longest(pause, agreement)
            reason = pause.reason if isinstance(pause.reason, str) else ANY
            stops[reason] = max(longest, stops.get(reason, 0.0))
    return stops


def _longest(pause: Pause, agreement: Agreement) -> float:
    if isinstance(pause.at_most, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    return NEVER if pause.at_most is None else float(pause.at_most.amount)


def _guaranteed(agreement: Agreement, target: Target) -> bool:
    if isinstance(target.commitment, Unknown):
        return agreement.optimistic
    return target.commitment == "guaranteed"


def _attained(agreement: Agreement, target: Target) -> float:
    """Return the percent of cases in which it is kept; 0 where the file does not say."""
    if isinstance(target.attainment, Unknown):
        return 100.0 if agreement.optimistic else 0.0
    return 0.0 if target.attainment is None else float(target.attainment)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The paths of what says each target, and of the calendars that it counts in."""

    agreement: Agreement
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    via: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, found: Sequence[Target]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the paths of several, and of what they depend on, each once."""
        for target in found:
            if target.path not in self.own:
                said = by_key(self.agreement, "targets")[target.key].fields
                raised = (said["raised"],) if "raised" in said else ()
                self.own[target.path] = fields(target.path, *SAYS)
                self.via[target.path] = tuple(
                    path
                    for name in (said.get("calendar"), *raised)
                    for path in calendar(self.agreement, name)
                )
        return (
            unique(path for target in found for path in self.own[target.path]),
            unique(["timezone", *(path for target in found for path in self.via[target.path])]),
        )
