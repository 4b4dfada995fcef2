"""When a review was held, by when it is due, and whether the last one left a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cmpolicy.agreement import Agreement, Held, Review
from cmpolicy.amounts import Recurrence
from cmpolicy.checks.asking import answered, blank
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, any_of
from cmpolicy.verdict import Observation


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

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is unknown of when it was held."""
        if isinstance(self.review.held, Unknown):
            return (self.path,)
        return tuple(f"{item.path}.on" for item in self.undated)


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
    doubts = past.doubts
    start = past.on or agreement.term.effective
    if not isinstance(start, date):
        path = "term.effective"
        unknown = isinstance(start, Unknown)
        lacks = "is unknown" if unknown else agreement.lack(path)
        message = f"{name} has not been held, and when it is first due is unknown: {path} {lacks}"
        answer = UNKNOWN if unknown or doubts else False
        doubts = (*doubts, path) if unknown else doubts
        return answered(agreement, (subject, past.path, message), answer, doubts)
    due = _later(every.after(start), grace)
    overdue = clock.passed(due)
    if past.on is not None:
        tense = "was due" if overdue else "is next due"
        message = f"{name} was last held on {past.on} and {tense} by {due}"
    elif doubts:
        message = f"when {name} was held is unknown"
    else:
        tense = "was first due" if overdue else "is first due"
        message = f"{name} has not been held and {tense} by {due}{blank(agreement, past.path)}"
    # A later day puts off what is due; of one that was never held, any day may have been long ago.
    unsure = doubts and (overdue or past.on is None)
    return answered(
        agreement, (subject, past.path, message), UNKNOWN if unsure else not overdue, doubts
    )


def recorded(past: HeldBefore, agreement: Agreement, *, must_be_held: bool) -> Observation:
    """Say whether the last one names a record of it.

    Where none was held there is none to ask for, but `must_be_held` says that one must be.
    """
    name, subject = past.review.id, f"{past.review.id}/record"
    path, message = past.path, f"{name} has not been held and has no record"
    dated: Answer = not must_be_held
    doubts = list(past.doubts)
    if past.on is not None:
        answers = [_has_record(item, agreement) for item in past.last]
        dated = any_of(*answers)
        item = past.last[answers.index(dated)]
        path = f"{item.path}.record"
        message = f"the record of {name} on {past.on} {_record(item, agreement)}"
        doubts += [path] if isinstance(dated, Unknown) else []
    elif isinstance(past.review.held, Unknown):
        dated, message = UNKNOWN, f"the last record of {name} is unknown"
    else:
        message += blank(agreement, past.path)
    found = {dated, *(_has_record(item, agreement) for item in past.undated)}
    # What was held on an unknown day may have been the last.
    answer = dated if len(found) == 1 else UNKNOWN
    if past.undated and not isinstance(dated, Unknown) and isinstance(answer, Unknown):
        message = f"which record of {name} is the last is unknown"
    return answered(agreement, (subject, path, message), answer, doubts)


def _has_record(item: Held, agreement: Agreement) -> Answer:
    if isinstance(item.record, Unknown):
        return item.record
    return bool(item.record) and f"{item.path}.record" not in agreement.missing_records


def _record(item: Held, agreement: Agreement) -> str:
    """Describe the record of what was held, in words to follow it."""
    path = f"{item.path}.record"
    if isinstance(item.record, Unknown):
        return "is unknown"
    if path in agreement.missing_records:
        return f"names {item.record}, and there is no such file"
    return f"is {item.record}" if item.record else agreement.lack(path)


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max
