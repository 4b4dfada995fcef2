"""The frame of a comparison: what both sides are looked at through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cmpolicy.agreement import Agreement, Service, Severity
from cmpolicy.calendars import Horizon, Intervals, cells, horizon, open_intervals
from cmpolicy.promises.orders import tell_when
from cmpolicy.targets import selects, starts_of
from cmpolicy.unknown import UNKNOWN, Reading, Unknown

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
    cut: dict[tuple[str, str, str], tuple[Intervals, ...]] = field(default_factory=dict)
    """What `parts` found, by case."""

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
        """Return the horizon, told in the zone of an agreement."""
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

        Both sides are cut alike, so that worst cases are compared for the same starts.
        """
        case = severity, service, stage
        if case not in self.cut:
            found = dict.fromkeys(
                starts_of(read, target, self.horizon(read))
                for side in self.sides
                for target in side.targets
                if target.raised is not None and target.stage in (stage, UNKNOWN)
                if selects(target, *case) is not False
                for read in _readings(side)
            )
            self.cut[case] = cells(tuple(found), self.start, self.end)
        return self.cut[case]

    def describe(self, part: Intervals) -> str:
        """Describe a part of the horizon: by the calendar that is open then, else by its hours."""
        names = {name for side in self.sides for name in side.calendars}
        for name in sorted(names):
            if all(
                part in self._hours(name, side) for side in self.sides if name in side.calendars
            ):
                return name
        zones = {side.timezone for side in self.sides}
        zone = zones.pop() if len(zones) == 1 else "UTC"
        return tell_when(part, Horizon(self.start, self.end, zone))

    def _hours(self, name: str, side: Agreement) -> tuple[Intervals, ...]:
        calendar = side.calendars[name]
        return tuple(open_intervals(calendar, reading, self.start, self.end) for reading in Reading)


def _named(items: Iterable[Service | Severity]) -> tuple[str, ...]:
    found = dict.fromkeys(item.id for item in items)
    return tuple(identity for identity in found if identity != IMPLICIT) or (IMPLICIT,)


def _own(items: Sequence[Service | Severity], every: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(item.id for item in items if item.id != IMPLICIT)
    return named or every


def _readings(side: Agreement) -> tuple[Agreement, ...]:
    """Return an agreement under each reading of what it does not say."""
    return tuple(side.read_as(reading) for reading in Reading) if side.unknowns else (side,)
