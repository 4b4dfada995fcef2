"""The parts of an agreement, as the format page names them.

Fields hold what the file says; three things need care everywhere:

* `None`: the file does not say it, or holds a placeholder (`Agreement.lack` words which).
* `UNKNOWN`: the file says `unknown`; a rule then looks at it under the reading it is given.
* Defaults of the format (`commitment`, all services ...) are applied, but never in the place of
  a placeholder.

Every part knows its `path`, by which an observation points at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from cmpolicy.calendars import Calendar
from cmpolicy.unknown import Unknown

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
    without_keys: Words | Unknown = ()
    """Of `handles`, what it holds as cipher text alone. It exempts from nothing."""


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
class SeverityLevel:
    """How bad a case is; rank 1 is the worst."""

    id: str
    path: str
    rank: int


@dataclass(frozen=True, slots=True)
class Service:
    """What is kept running for the customer."""

    id: str
    path: str
    name: Maybe[str]
    criticality: Maybe[str]
    data: Words | Unknown
    owner: Maybe[str]
