"""What shows that promises are kept, and what an agreement is held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmpolicy.agreement.who import Maybe, Words
from cmpolicy.amounts import Interval
from cmpolicy.vocabulary import Unknown


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
    renewal: Maybe[str] = None
    renews_for: Maybe[Interval] = None
    """How long each further term lasts; None: as long as the first."""
    notice: Maybe[Interval] = None
    """How long ahead of its end it must be ended."""


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
