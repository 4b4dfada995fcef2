"""Escalation: how long until somebody is reached, and how many people may be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cmpolicy.agreement import Agreement, Escalation, Share
from cmpolicy.amounts import NEVER
from cmpolicy.duty import behind
from cmpolicy.escalation import Reach, offsets, paths_for, people, worst_reach
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, Key, Promise
from cmpolicy.promises.orders import COUNT, WITHIN
from cmpolicy.promises.sources import case, duty, fields, unique
from cmpolicy.vocabulary import UNKNOWN, Unknown


def routes(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, Promise]]:
    """Yield the routes that reach a human being at all, by severity and service, or by event."""
    view = _View(agreement, frame)
    for service, severity in frame.cases(agreement) if agreement.escalations else ():
        found = paths_for(agreement, severity, service)
        yield from view.route(Key("route", (severity, service)), found, severity, service)
    for event in frame.events:
        found = paths_for(agreement, None, None, event)
        yield from view.route(Key("route", (event,)), found, None, None)


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of the paths of one agreement."""

    agreement: Agreement
    frame: Frame
    known: dict[tuple[object, ...], Reach] = field(default_factory=dict)
    sources: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def route(
        self,
        key: Key,
        found: Sequence[Escalation],
        severity: str | None,
        service: str | None,
    ) -> Iterator[tuple[Key, Promise]]:
        """Yield the route along the paths that apply; of several the slackest counts."""
        if not found:
            return
        reach = max(self._reach(path, severity, service) for path in found)
        humans = min(self._humans(path) for path in found)
        calls = min(len(path.steps) * (path.repeat + 1) for path in found)
        if reach == NEVER and not humans:
            return
        components = (
            Component("worst reach", WITHIN, reach),
            Component("distinct people", COUNT, humans),
            Component("calls", COUNT, float(calls)),
        )
        own = unique(p for path in found for p in fields(path.path, "when", "steps", "repeat"))
        paths = tuple(path.path for path in found)
        if paths not in self.sources:
            self.sources[paths] = unique(self._via(found))
        via = (*self.sources[paths], *case(service, severity))
        yield key, Promise(components, own, via)

    def _reach(self, path: Escalation, severity: str | None, service: str | None) -> float:
        late = not self.agreement.kind
        span = self.frame.horizon(self.agreement)
        times = offsets(self.agreement, path, severity, service, late=late)
        key = (path.path, times)
        if key not in self.known:
            self.known[key] = worst_reach(self.agreement, path, severity, service, span, late=late)
        return self.known[key].seconds

    def _humans(self, path: Escalation) -> float:
        found, more = people(self.agreement, path)
        return math.inf if more and self.agreement.kind else float(len(found))

    def _via(self, found: Sequence[Escalation]) -> Iterator[str]:
        yield "timezone"
        for step in (step for path in found for step in path.steps):
            yield from duty(self.agreement, step.notify)
            ids = behind(self.agreement, step.notify)
            if not isinstance(ids, Unknown):
                yield from (f"people[{one}].name" for one in sorted(ids))
            if isinstance(step.after, Share):
                for target in self.agreement.targets:
                    if target.stage in (step.after.stage, UNKNOWN):
                        yield from fields(target.path, "within", "severity", "stage", "services")
