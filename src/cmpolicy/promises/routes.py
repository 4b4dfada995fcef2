"""Escalation: how long until somebody is reached, who is called when, and who is on duty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cmpolicy.agreement import Agreement, Escalation, Share
from cmpolicy.amounts import NEVER, TimeLimitKind
from cmpolicy.calendars import Intervals
from cmpolicy.duty import behind, on_duty
from cmpolicy.escalation import MOST_ROUNDS, Reach, offsets, paths_for, people, worst_reach
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import CALLED, COUNT, HOURS, PAUSE, WITHIN, Called, Hours, ascending
from cmpolicy.promises.sources import case, duty, fields, unique
from cmpolicy.unknown import UNKNOWN, Unknown


def routes(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
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
    duties: dict[str, Intervals] = field(default_factory=dict)
    sources: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def route(
        self,
        key: Key,
        found: Sequence[Escalation],
        severity: str | None,
        service: str | None,
    ) -> Iterator[tuple[Key, DerivedPromise]]:
        """Yield the route along the paths that apply; of several the slackest counts."""
        if not found:
            return
        components = tuple(self._components(found, severity, service))
        own = unique(p for path in found for p in fields(path.path, "when", "steps", "repeat"))
        paths = tuple(path.path for path in found)
        if paths not in self.sources:
            self.sources[paths] = unique(self._via(found))
        via = (*self.sources[paths], *case(service, severity))
        yield key, DerivedPromise(components, own, via)

    def _components(
        self, found: Sequence[Escalation], severity: str | None, service: str | None
    ) -> Iterator[Component]:
        """Yield what several paths come to together; nothing where no human being is reached."""
        humans = min(self._humans(path) for path in found)
        reach = max(self._reach(path, severity, service) for path in found)
        if reach == NEVER and not humans and not any(self._duty(path) for path in found):
            return
        span = self.frame.horizon(self.agreement)
        duty = Intervals.of([(span.start, span.end)])
        for path in found:
            duty &= self._duty(path)
        called = [self._called(path, severity, service) for path in found]
        calls = min(len(path.steps) * (self._rounds(path) + 1) for path in found)
        yield Component("worst reach", WITHIN, reach)
        yield Component("on duty", HOURS, Hours(duty, span))
        yield Component("distinct people", COUNT, humans)
        yield Component("people called:", CALLED, Called.slackest(called))
        yield Component("calls", COUNT, float(calls))
        yield Component("between rounds", PAUSE, max(self._pause(path) for path in found))

    def _reach(self, path: Escalation, severity: str | None, service: str | None) -> float:
        span = self.frame.horizon(self.agreement)
        times = offsets(self.agreement, path, severity, service)
        key = (path.path, times)
        if key not in self.known:
            self.known[key] = worst_reach(self.agreement, path, severity, service, span)
        return self.known[key].seconds

    def _duty(self, path: Escalation) -> Intervals:
        """Return when anybody is on duty whom the path calls, however late."""
        if path.path not in self.duties:
            span = self.frame.horizon(self.agreement)
            found = (
                on_duty(self.agreement, step.notify, span.start, span.end) for step in path.steps
            )
            self.duties[path.path] = Intervals.of(pair for when in found for pair in when)
        return self.duties[path.path]

    def _called(self, path: Escalation, severity: str | None, service: str | None) -> Called:
        """Return when people are called for the first time, whether or not they are on duty."""
        times = offsets(self.agreement, path, severity, service)
        first: dict[str, float] = {}
        any_number = NEVER
        # In the first round everybody is called once.
        for step, offset in zip(path.steps, times, strict=False):
            ids = behind(self.agreement, step.notify)
            if not isinstance(ids, Unknown):
                for who in ids:
                    first.setdefault(who, offset)
            elif self.agreement.optimistic:
                any_number = min(any_number, offset)
        return Called(ascending(at for at in first.values() if at < NEVER), any_number)

    def _rounds(self, path: Escalation) -> int:
        """Return how many extra rounds there are; of an unknown number the most, or none."""
        if isinstance(path.repeat, Unknown):
            return MOST_ROUNDS if self.agreement.optimistic else 0
        return path.repeat

    def _pause(self, path: Escalation) -> float:
        """Return the seconds between two rounds; never where there is one round."""
        if not self._rounds(path):
            return NEVER
        wait = path.wait
        if wait is None and f"{path.path}.repeat.wait" not in self.agreement.placeholders:
            return 0.0
        if wait is None or isinstance(wait, Unknown) or wait.kind is not TimeLimitKind.OPEN_TIME:
            return 0.0 if self.agreement.optimistic else NEVER
        return float(wait.amount)

    def _humans(self, path: Escalation) -> float:
        found, more = people(self.agreement, path)
        return math.inf if more and self.agreement.optimistic else float(len(found))

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
