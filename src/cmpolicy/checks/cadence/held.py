"""When a review was held, by when it is due, and whether the last one left a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cmpolicy.agreement import Agreement, Held, Review
from cmpolicy.amounts import Recurrence
from cmpolicy.checks.asking import blank
from cmpolicy.checks.select import holds
from cmpolicy.clock import Clock
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation


@dataclass(frozen=True, slots=True)
class HeldBefore:
    """What took place of a review up to the as-of date."""

    review: Review
    on: date | None
    """The last day on which it was held."""
    last: tuple[Held, ...]
    """What was held on that day."""
    undated: tuple[Held, ...]
    """What was held on a day that the file does not know."""

    @property
    def path(self) -> str:
        """Where the agreement says when it was held."""
        return f"{self.review.path}.held"


def past(review: Review, clock: Clock) -> HeldBefore:
    """Return what took place; what is still ahead does not count."""
    held = () if isinstance(review.held, Unknown) else review.held
    dated = [(item.on, item) for item in held if isinstance(item.on, date)]
    days = [day for day, _ in dated if clock.reached(day)]
    on = max(days, default=None)
    last = tuple(item for day, item in dated if day == on)
    undated = tuple(item for item in held if isinstance(item.on, Unknown))
    return HeldBefore(review, on, last, undated)


def in_time(
    past: HeldBefore, every: Recurrence, grace: int, agreement: Agreement, clock: Clock
) -> Observation:
    """Say whether the next one is still to come: last held + `every` + `grace` days."""
    name, subject = past.review.id, f"{past.review.id}/held"
    unclear = isinstance(past.review.held, Unknown) or bool(past.undated)
    if unclear and agreement.optimistic:
        message = f"{name} was held on a day that is unknown"
        return Observation(subject, past.path, message, Holds.YES)
    start = past.on or agreement.term.effective
    if not isinstance(start, date):
        path = "term.effective"
        lacks = "is unknown" if isinstance(start, Unknown) else agreement.lack(path)
        message = f"{name} has not been held, and its first due date cannot be told: {path} {lacks}"
        known = start if isinstance(start, Unknown) else False
        return Observation(subject, path, message, holds(known, agreement))
    due = _later(every.after(start), grace)
    overdue = clock.passed(due)
    if past.on is not None:
        tense = "was due" if overdue else "is next due"
        message = f"{name} was last held on {past.on} and {tense} by {due}"
    else:
        tense = "was first due" if overdue else "is first due"
        message = f"{name} has not been held and {tense} by {due}{blank(agreement, past.path)}"
    return Observation(subject, past.path, message, holds(not overdue, agreement))


def recorded(past: HeldBefore, agreement: Agreement, *, must_be_held: bool) -> Observation:
    """Say whether the last one names a record of it.

    Where none was held there is none to ask for, but `must_be_held` says that one must be.
    """
    name, subject = past.review.id, f"{past.review.id}/record"
    unclear = isinstance(past.review.held, Unknown) or any(item.record for item in past.undated)
    if unclear and agreement.optimistic:
        message = f"the last record of {name} is unknown"
        return Observation(subject, past.path, message, Holds.YES)
    if past.on is None:
        message = f"{name} has not been held and has no record{blank(agreement, past.path)}"
        return Observation(subject, past.path, message, holds(not must_be_held, agreement))
    lost = agreement.missing_records
    kept = [item for item in past.last if item.record and f"{item.path}.record" not in lost]
    item = kept[0] if kept else past.last[0]
    path = f"{item.path}.record"
    if isinstance(item.record, Unknown):
        message, found = "is unknown", agreement.optimistic
    elif kept:
        message, found = f"is {item.record}", True
    elif item.record:
        message, found = f"names {item.record}, and there is no such file", False
    else:
        message, found = agreement.lack(path), False
    phrase = f"the record of {name} on {past.on} {message}"
    return Observation(subject, path, phrase, holds(found, agreement))


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max
