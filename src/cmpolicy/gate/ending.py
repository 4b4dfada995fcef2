"""The term: whether a change ends it sooner than it may, or puts it off once it has begun."""

from __future__ import annotations

from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.unknown import Unknown


def ended_in_time(before: Agreement, after: Agreement, as_of: date) -> bool:
    """Say whether an agreement that has ended could: its term, as it was, is over."""
    if after.status != "ended" or before.status == "ended":
        return after.status == "ended"
    end = before.term.ends_on(as_of)
    return isinstance(end, date) and end < as_of


def put_off(before: Agreement, after: Agreement, as_of: date) -> str | None:
    """Say how a change puts off an agreement that is in force; None: it does not."""
    old, new = before.term.effective, after.term.effective
    if before.status != "active" or not isinstance(new, date) or new <= as_of:
        return None
    if isinstance(old, Unknown) or (old is not None and old > as_of):
        return None
    return f"the term begins on {new} now; it began on {old or 'a day not said'} and is in force"


def term_cut(before: Agreement, after: Agreement, as_of: date) -> str | None:
    """Say how a change brings the end of the term nearer than its notice; None: it does not.

    The earlier revision decides: its end, rolled on where it renews itself, and its notice. Where
    it says no notice, any nearer end is too near. A notice given in time passes.
    """
    if "ended" in (before.status, after.status):
        return None
    old, new = before.term.ends_on(as_of), after.term.ends_on(as_of)
    if not isinstance(new, date) or isinstance(old, Unknown):
        return None
    if isinstance(old, date) and new >= old:
        return None
    notice = before.term.notice
    was = f"it ended on {old}" if isinstance(old, date) else "it had no end"
    if notice is None or isinstance(notice, Unknown):
        return f"the term ends on {new} now; {was}, and no `term.notice` allows to end it sooner"
    first = notice.after(as_of)
    if new >= first:
        return None
    return (
        f"the term ends on {new} now; {was}, and a notice of {notice.text} given on {as_of} "
        f"ends it on {first} at the soonest"
    )
