"""The parts of an agreement, as the format page names them.

Fields hold what the file says; three things need care everywhere:

* `None`: the file does not say it, or holds a placeholder (`Agreement.lack` words which).
* `UNKNOWN`: the file says `unknown`; a rule then looks at it under the reading it is given.
* Defaults of the format (`commitment`, all services ...) are applied, but never in the place of
  a placeholder.

Every part knows its `path`, by which an observation points at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar

from cmpolicy.amounts import Interval, Promise
from cmpolicy.calendars import Calendar
from cmpolicy.vocabulary import Unknown

T = TypeVar("T")
Maybe: TypeAlias = T | Unknown | None
Words: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation."""

    id: str
    path: str
    name: Maybe[str]
    kind: Maybe[str]
    handles: Words | Unknown
    """Data classes it can touch; empty: none; omitted: unknown."""
    engaged_by: Maybe[str] = None


@dataclass(frozen=True, slots=True)
class Person:
    """A human being, or a post without a named one (`name` is None)."""

    id: str
    path: str
    name: Maybe[str]
    party: Maybe[str]
    roles: Words | Unknown
    deputy: Maybe[str]
    phone: Maybe[str]
    calendar: Calendar | Unknown
    """Hours on duty; omitted: unknown."""


@dataclass(frozen=True, slots=True)
class Rota:
    """An on-call group with hours."""

    id: str
    path: str
    party: Maybe[str]
    calendar: Calendar | Unknown
    members: Words | Unknown
    """`()`: nobody. UNKNOWN: not said, and no roster says it elsewhere."""
    phone: Maybe[str]
    rostered: bool
    """Its people are kept elsewhere: it covers, and counts one human."""


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad a case is; rank 1 is the worst."""

    id: str
    path: str
    rank: int
    means: Maybe[str]


@dataclass(frozen=True, slots=True)
class Service:
    """What is kept running for the customer."""

    id: str
    path: str
    name: Maybe[str]
    criticality: Maybe[str]
    data: Words | Unknown
    owner: Maybe[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who watches or acts, for an area and stage, in which hours."""

    key: str
    path: str
    area: Maybe[str]
    stage: Maybe[str]
    by: Maybe[str]
    services: Words | Unknown
    severities: Words | Unknown
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
    consulted: Words | Unknown
    informed: Words | Unknown
    split: Mapping[str, Any] | Unknown
    escalates_to: Maybe[str]
    keeper: Maybe[str]
    kept: Maybe[Interval]


@dataclass(frozen=True, slots=True)
class Allocation:
    """A control of a framework, shared out between the parties."""

    key: str
    path: str
    control: Maybe[str]
    origin: Maybe[str]
    source: Maybe[str]
    """`from`: the party it is inherited from, or shared with."""
    customer: Maybe[str]
    provider: Maybe[str]
    evidence: Maybe[str]
    state: Maybe[str]
    because: Maybe[str]


@dataclass(frozen=True, slots=True)
class Share:
    """An escalation wait told as a share of a target: `75% of respond`."""

    percent: int
    stage: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call of an escalation path."""

    path: str
    notify: Maybe[str]
    via: Maybe[str]
    after: Promise | Share | Unknown | None
    """The wait after the step ahead; None: at once."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is called next, and how work is handed over."""

    id: str
    path: str
    severities: Words | Unknown | None
    """None: the path does not select by severity (`events` alone selects none)."""
    services: Words | Unknown | None
    events: Words | Unknown
    source: Maybe[str]
    """`from`: who hands over."""
    hand_over: Maybe[str]
    steps: tuple[Step, ...]
    repeat: int
    wait: Promise | Unknown | None
    """Between the last step of a round and the next round."""


@dataclass(frozen=True, slots=True)
class Target:
    """A service level."""

    key: str
    path: str
    severity: Maybe[str]
    """None: every severity, unless `severities_lost` (a placeholder selects none)."""
    stage: Maybe[str]
    services: Words | Unknown | None
    """None: all."""
    within: Promise | Unknown | None
    calendar: Calendar | Unknown
    """The clock; omitted: unknown."""
    commitment: Maybe[str]
    attainment: float | Unknown | None
    raised: Calendar | Unknown | None
    """Only for cases raised in these hours; None: whenever."""
    selects_nothing: bool = False
    """Its severity is a placeholder."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A deadline by which one party tells another."""

    key: str
    path: str
    event: Maybe[str]
    source: Maybe[str]
    to: Maybe[str]
    contact: Maybe[str]
    within: Promise | Unknown | None
    starts: Maybe[str]
    before: bool | Unknown
    calendar: Calendar | Unknown
    """The clock: 24x7 where the row says nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """One occasion on which a review took place."""

    on: date | Unknown
    record: Maybe[str]
    path: str


@dataclass(frozen=True, slots=True)
class Review:
    """A meeting, report, review or test with a cadence."""

    id: str
    path: str
    kind: Maybe[str]
    every: Interval | str | Unknown | None
    """An interval, or `on request`, or `on change`."""
    attended_by: Words | Unknown
    agenda: Words | Unknown
    held: tuple[Held, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Attestation:
    """A certificate or report that a party holds."""

    key: str
    path: str
    party: Maybe[str]
    scheme: Maybe[str]
    starts: date | Unknown | None
    """First day of the period, or the day of issue."""
    period_ends: date | Unknown | None
    issued: date | Unknown | None
    expires: date | Unknown | None
    bridged_to: date | Unknown | None
    scope: Words | Unknown | None
    verified_by: Maybe[str]
    verified_on: date | Unknown | None


@dataclass(frozen=True, slots=True)
class Signature:
    """A record that somebody signed these terms elsewhere; no cryptographic proof."""

    key: str
    path: str
    party: Maybe[str]
    by: Maybe[str]
    on: date | Unknown | None
    terms: Maybe[str]
    """The digest of the terms signed: `sha256:` and 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class CapacityFunction:
    """A function of the capacity audit and who does it now."""

    key: str
    path: str
    area: Maybe[str]
    now: Maybe[str]


@dataclass(frozen=True, slots=True)
class Term:
    """When the agreement is in force."""

    path: str
    effective: date | Unknown | None
    starts_work: date | Unknown | None
    ends: date | str | Unknown | None
    """A date, or `open`."""


@dataclass(frozen=True, slots=True)
class FrameworkScope:
    """What the customer is held to, under one framework."""

    id: str
    path: str
    facts: Mapping[str, Any]
    """The entry's own keys (`level`, `categories`, `standing`, `assessment`), without `from`."""
    starts: date | Unknown | None = None
    """Until this day (`from`) its rules are not applicable."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of any list as plain values, for rules about its fields."""

    key: str
    path: str
    fields: Mapping[str, Any]
    """Text, numbers, lists and mappings as the file says them; `UNKNOWN` where it says so."""
