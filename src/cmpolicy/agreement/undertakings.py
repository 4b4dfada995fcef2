"""What the parties undertake: coverage, tasks, escalations, targets, notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cmpolicy.agreement.who import Maybe, Words
from cmpolicy.amounts import Recurrence, Sum, TimeLimit
from cmpolicy.calendars import Calendar
from cmpolicy.unknown import UNKNOWN, Unknown


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who watches or acts, for an area and stage, in which hours."""

    key: str
    path: str
    area: Maybe[str]
    stage: Maybe[str]
    by: Maybe[str]
    services: Words | Unknown | None
    """None: all."""
    severities: Words | Unknown | None
    calendar: Calendar | Unknown | None
    """None: the hours of the rota or person alone (of a party: unknown)."""
    commitment: Maybe[str]
    """`promised` where the row says nothing; None for a placeholder, which promises nothing."""
    mode: Maybe[str] = None
    tools: Words | Unknown = ()

    @property
    def promised(self) -> bool | Unknown:
        """Say whether it may satisfy a required window."""
        if isinstance(self.commitment, Unknown):
            return self.commitment
        return self.commitment == "promised"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is accountable, and for which part where the task is split."""

    who: Maybe[str]
    services: Words | Unknown | None = None
    """None: all."""
    severities: Words | Unknown | None = None
    subject: Maybe[str] = None
    """A split in free text: nobody can judge whether such parts are disjoint and complete."""


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the responsibility matrix."""

    id: str
    path: str
    areas: Words | Unknown
    task: Maybe[str]
    accountable: tuple[Holder, ...] | Unknown
    responsible: Words | Unknown
    split: Mapping[str, Any] | Unknown
    kept: Maybe[Recurrence]


@dataclass(frozen=True, slots=True)
class Allocation:
    """A control of a framework, shared out between the parties."""

    key: str
    path: str
    control: Maybe[str]
    origins: Words | Unknown
    """Who meets it; of several, all of them. Empty: the file does not say."""
    sources: Words | Unknown
    """`from`: the parties it is inherited from, or shared with."""
    customer: Maybe[str]
    provider: Maybe[str]
    evidence: Maybe[str]
    state: Maybe[str]
    because: Maybe[str]
    services: Words | Unknown | None = None
    """The services that it is for; None: all."""
    subject: Maybe[str] = None
    """A part in free text: nobody can judge whether such parts are complete."""

    @property
    def whole(self) -> bool:
        """Say whether it surely is for all of the scope."""
        return self.services is None and self.subject is None


@dataclass(frozen=True, slots=True)
class Share:
    """An escalation wait given as a share of a target: `75% of respond`."""

    percent: int
    stage: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call of an escalation path."""

    path: str
    notify: Maybe[str]
    via: Maybe[str]
    after: TimeLimit | Share | Unknown | None
    """The wait after the step ahead; None: at once."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is called next, and how work is handed over."""

    id: str
    path: str
    severities: Words | Unknown | None
    """None: the path does not select by severity (`events` alone selects none)."""
    services: Words | Unknown | None
    events: Words | Unknown | None
    """None: the path says nothing of events. With events alone it selects no severity."""
    source: Maybe[str]
    """`from`: who hands over."""
    hand_over: Maybe[str]
    steps: tuple[Step, ...]
    repeat: int | Unknown
    """Extra rounds."""
    wait: TimeLimit | Unknown | None
    """Between the last step of a round and the next round."""


@dataclass(frozen=True, slots=True)
class Pause:
    """What a service level's clock stops for, and for how long at most."""

    path: str
    reason: Maybe[str]
    """`for`: whom or what it waits for."""
    at_most: TimeLimit | Unknown | None
    """In wall-clock time, in all; None: any time."""


@dataclass(frozen=True, slots=True)
class Target:
    """A service level."""

    key: str
    path: str
    severity: Maybe[str]
    """None: every severity, unless `selects_nothing` (a placeholder selects none)."""
    stage: Maybe[str]
    services: Words | Unknown | None
    """None: all."""
    within: TimeLimit | Unknown | None
    calendar: Calendar | Unknown
    """The clock; omitted: unknown."""
    commitment: Maybe[str]
    attainment: float | Unknown | None
    raised: Calendar | Unknown | None
    """Only for cases raised in these hours; None: whenever."""
    selects_nothing: bool = False
    """Its severity is a placeholder."""
    pauses: tuple[Pause, ...] | Unknown = ()
    """What its clock stops for; a placeholder is a pause of which nothing is said."""

    def paused(self, *, optimistic: bool) -> tuple[int, bool]:
        """Return for how many seconds its clock may stand, and whether for any time besides."""
        if isinstance(self.pauses, Unknown):
            return 0, not optimistic
        limits = [pause.at_most for pause in self.pauses]
        known = sum(limit.amount for limit in limits if isinstance(limit, TimeLimit))
        unlimited = None in limits or (UNKNOWN in limits and not optimistic)
        return known, unlimited


@dataclass(frozen=True, slots=True)
class Notice:
    """A deadline by which one party notifies another."""

    key: str
    path: str
    event: Maybe[str]
    source: Maybe[str]
    to: Maybe[str]
    contacts: Words | Unknown
    """Who receives it, each of them; empty: the file names nobody."""
    within: TimeLimit | Unknown | None
    starts: Maybe[str]
    before: bool | Unknown
    calendar: Calendar | Unknown
    """The clock: 24x7 where the row says nothing."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What is credited where the availability of a period is below a percentage."""

    path: str
    below: float | Unknown | None
    percent: float | Unknown | None
    """Of the fees of the period."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Planned work that does not count as down."""

    calendar: Calendar | Unknown | None
    """When it may be; None: at any time."""
    at_most: TimeLimit | Unknown | None
    """How much of each period; None: any."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """A promise that services are available."""

    id: str
    path: str
    by: Maybe[str]
    services: Words | Unknown | None
    """None: all."""
    percent: float | Unknown | None
    per: Recurrence | Unknown | None
    """The period over which it is measured."""
    measured: Maybe[str]
    commitment: Maybe[str]
    maintenance: Maintenance | Unknown | None
    """None: nothing is left out."""
    credits: tuple[Credit, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Clause:
    """An undertaking of the legal text."""

    key: str
    path: str
    topic: Maybe[str]
    by: Maybe[str]
    where: Maybe[str]
    within: Maybe[Recurrence]
    amount: Maybe[Sum]
    each: Maybe[str]
    """What the amount is for each of; None: it is one for all."""
    at_most_every: Maybe[Recurrence]
    """How long after one use a right may be used again; None: at once."""
    notice: Maybe[Recurrence]
    """How long ahead it must be asked for; None: it need not be."""
    charged: bool | Unknown | None
    """Whether it costs extra; None: the file does not say."""
    paid_by: Words | Unknown
    only_if: Maybe[str]
    """A condition that it depends on."""
    survives: Recurrence | str | Unknown | None
    """How long it outlasts the agreement: an interval, or `indefinitely`."""
