"""Evidence that promises are kept, and the frameworks that an agreement is held to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from cmpolicy.agreement.who import Maybe, Words
from cmpolicy.amounts import Recurrence
from cmpolicy.unknown import Unknown

_DAY: Final = timedelta(days=1)
_LAST: Final = date.max - _DAY
"""From here on the calendar is at its end."""
MOST_TERMS: Final = date.max.toordinal()
"""No more terms than days fit into the calendar."""


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
    every: Recurrence | str | Unknown | None
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
    """The last day, or `open`."""
    renewal: Maybe[str] = None
    renews_for: Maybe[Recurrence] = None
    """How long each further term lasts; None: as long as the first."""
    notice: Maybe[Recurrence] = None
    """How long ahead of its end it must be ended."""

    @property
    def begun(self) -> date | Unknown | None:
        """The day on which the work began: the agreement's own first day where it is unsaid."""
        return self.effective if self.starts_work is None else self.starts_work

    def ends_on(self, as_of: date) -> date | str | Unknown | None:
        """Return the end in force on a day: one that renews itself rolls on past it.

        Where it cannot be known how far, that is the end as the file says it.
        """
        if self.renewal != "automatic":
            return self.ends
        return self.first_end(lambda end: end >= as_of) or self.ends

    def first_end(self, wanted: Callable[[date], bool]) -> date | None:
        """Return the first of its ends that is wanted: the last day of a term, renewed as needed.

        None where nobody knows its ends, or the calendar is over before.

        Args:
            wanted: no for the ends up to some day, yes for all that come later.
        """
        if not isinstance(self.ends, date):
            return None
        if self.ends >= _LAST:
            return self.ends if wanted(self.ends) else None
        length = self._length()
        if length is None:
            return None
        months, days, over = *length, self.ends + _DAY

        def end(terms: int) -> date:
            # Counted from the first end, so that the end of a month stays one.
            return Recurrence(terms * months, terms * days, "").after(over) - _DAY

        def is_enough(terms: int) -> bool:
            day = end(terms)
            return day >= _LAST or wanted(day)

        found = bisect_left(range(MOST_TERMS), True, key=is_enough)  # noqa: FBT003 - what is sought
        last = end(found)
        return None if found == MOST_TERMS or last >= _LAST else last

    def _length(self) -> tuple[int, int] | None:
        """Return the months and days of each further term; None where nobody knows."""
        if isinstance(self.renews_for, Recurrence):
            return self.renews_for.months, self.renews_for.days
        first, last = self.effective, self.ends
        unknown = isinstance(self.renews_for, Unknown)
        if unknown or not (isinstance(first, date) and isinstance(last, date)):
            return None
        over = last + _DAY
        if over.day == first.day:
            months = (over.year - first.year) * 12 + over.month - first.month
            return (months, 0) if months else (0, (over - first).days)
        return 0, (over - first).days


HELD_BY_POLICY: Final = "frameworks"
"""The path of a framework that the policy asks for and the file does not name."""
SCOPE_FACTS: Final = ("level", "categories", "standing", "assessment")
"""Facts of a framework by which rules choose; unknown where its whole entry is."""


@dataclass(frozen=True, slots=True)
class FrameworkScope:
    """What the customer is held to, under one framework."""

    id: str
    path: str
    facts: Mapping[str, Any]
    """The entry's own keys (`level`, `categories`, `standing`, `assessment`), without `from`."""
    starts: date | Unknown | None = None
    """Until this day (`from`) its rules are not applicable."""

    @property
    def named(self) -> bool:
        """Say whether the file names it, and not the policy alone."""
        return self.path != HELD_BY_POLICY


@dataclass(frozen=True, slots=True)
class Row:
    """A row of any list as plain values, for rules about its fields."""

    key: str
    path: str
    fields: Mapping[str, Any]
    """Text, numbers, lists and mappings as the file says them; `UNKNOWN` where it says so."""
