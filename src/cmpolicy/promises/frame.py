"""The frame of a comparison: horizon, hours and cases that both sides share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cmpolicy.agreement import Agreement, Service, SeverityLevel
from cmpolicy.calendars import Horizon, Intervals, cells, horizon, open_intervals
from cmpolicy.promises.orders import describe_when
from cmpolicy.targets import Answers, answers, raised_in
from cmpolicy.unknown import UNKNOWN, Reading, Unknown

MOST_HOURS: Final = 32
"""Different hours of `raised` for one case, under one reading, that are compared part by part."""
MOST_PARTS: Final = 64
"""Parts of the horizon that are compared one by one."""
IMPLICIT: Final = "*"
"""The service or severity of a file that names none: it stands for whichever there are."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One as-of date and one horizon, and the ids that the sides name together."""

    as_of: date
    start: int
    """UTC seconds of the horizon, which covers that of each side."""
    end: int
    services: tuple[str, ...]
    severities: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    """(area, stage) of every coverage row."""
    events: tuple[str, ...]
    """Of every escalation path."""
    sides: tuple[Agreement, ...] = ()
    """The agreements."""
    cut: dict[tuple[int, ...], tuple[Intervals, ...]] = field(default_factory=dict)
    """What `parts` found, by the answers that show which targets speak on each side."""
    named: dict[Intervals, str] = field(default_factory=dict)
    """The calendars by their hours, once they are asked for; of several the first by name."""

    @classmethod
    def of(cls, agreements: Sequence[Agreement], as_of: date) -> Frame:
        """Make the frame of agreements that are to be compared."""
        spans = [horizon(as_of.year, agreement.timezone) for agreement in agreements]
        rows = [row for agreement in agreements for row in agreement.coverage]
        cells = {
            (row.area, row.stage)
            for row in rows
            if isinstance(row.area, str) and isinstance(row.stage, str)
        }
        events = {
            event
            for agreement in agreements
            for path in agreement.escalations
            if not isinstance(path.events, Unknown)
            for event in path.events or ()
            if event != UNKNOWN.value
        }
        return cls(
            as_of,
            min(span.start for span in spans),
            max(span.end for span in spans),
            _named(item for agreement in agreements for item in agreement.services),
            _named(item for agreement in agreements for item in agreement.severities),
            tuple(sorted(cells)),
            tuple(sorted(events)),
            tuple(agreements),
        )

    def horizon(self, agreement: Agreement) -> Horizon:
        """Return the horizon, shown in the zone of an agreement."""
        return Horizon(self.start, self.end, agreement.timezone)

    def cases(self, agreement: Agreement) -> tuple[tuple[str, str], ...]:
        """Return each (service, severity) of an agreement.

        Where it names none, those of the other side: one implicit service is every service.
        """
        services = _own(agreement.services, self.services)
        severities = _own(agreement.severities, self.severities)
        return tuple((service, severity) for service in services for severity in severities)

    def parts(self, severity: str, service: str, stage: str) -> tuple[Intervals, ...]:
        """Return the parts of the horizon for which targets of a case differ by `raised`.

        Both sides are cut alike, so that worst cases are compared for the same starts. None are
        returned where there are more than anybody would distinguish (`MOST_HOURS`, `MOST_PARTS`).
        """
        speak = tuple(answers(side, severity, service, stage) for side in self.sides)
        # Answers that are shared are found again by what they are, not by comparing every row.
        same = tuple(map(id, speak))
        if same not in self.cut:
            self.cut[same] = self._cut(speak)
        return self.cut[same]

    def _cut(self, speak: Sequence[Answers]) -> tuple[Intervals, ...]:
        raised = [
            dict.fromkeys(raised_in(side, target) for target, _ in found)
            for side, found in zip(self.sides, speak, strict=True)
        ]
        found: dict[Reading, dict[Intervals, None]] = {reading: {} for reading in Reading}
        for side, calendars in zip(self.sides, raised, strict=True):
            for calendar in calendars:
                if calendar is None:
                    continue
                for reading in Reading if side.unknowns else (side.reading,):
                    hours = open_intervals(calendar, reading, self.start, self.end)
                    found[reading][hours] = None
                if any(len(hours) > MOST_HOURS for hours in found.values()):
                    return ()
        every = {hours: None for under in found.values() for hours in under}
        parts = cells(tuple(every), self.start, self.end)
        return parts if len(parts) <= MOST_PARTS else ()

    def describe(self, part: Intervals) -> str:
        """Describe a part of the horizon: by the calendar that is open then, else by its hours."""
        if not self.named:
            self.named.update(self._calendars())
        if part in self.named:
            return self.named[part]
        zones = {side.timezone for side in self.sides}
        zone = zones.pop() if len(zones) == 1 else "UTC"
        return describe_when(part, Horizon(self.start, self.end, zone))

    def _calendars(self) -> Iterator[tuple[Intervals, str]]:
        """Yield the hours of calendars that mean the same on each side that has them."""
        for name in sorted({name for side in self.sides for name in side.calendars}, reverse=True):
            having = [side for side in self.sides if name in side.calendars]
            hours = (self._hours(name, side) for side in having)
            for same in frozenset.intersection(*hours):
                yield same, name

    def _hours(self, name: str, side: Agreement) -> frozenset[Intervals]:
        calendar = side.calendars[name]
        return frozenset(
            open_intervals(calendar, reading, self.start, self.end) for reading in Reading
        )


def _named(items: Iterable[Service | SeverityLevel]) -> tuple[str, ...]:
    found = dict.fromkeys(item.id for item in items)
    return tuple(identity for identity in found if identity != IMPLICIT) or (IMPLICIT,)


def _own(items: Sequence[Service | SeverityLevel], every: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(item.id for item in items if item.id != IMPLICIT)
    return named or every
