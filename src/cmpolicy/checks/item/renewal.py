"""An agreement that renews itself: its end rolls on, and what falls due is the day for notice."""

from __future__ import annotations

from datetime import date
from typing import Final

from cmpolicy.agreement import Term
from cmpolicy.amounts import Recurrence
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN

AUTOMATIC: Final = "automatic"


def renews(term: Term) -> bool:
    """Say whether an agreement surely goes on after its end unless notice is given."""
    return term.renewal == AUTOMATIC


def may_renew(term: Term) -> bool:
    """Say whether an agreement goes on after its end, or nobody knows."""
    return term.renewal in (AUTOMATIC, UNKNOWN)


def last_day_for_notice(term: Term, clock: Clock) -> tuple[date, date] | None:
    """Return the next last day for notice, and the end that it is for.

    None where the file does not say it all, or the calendar is at its end.
    """
    notice = term.notice
    if not isinstance(notice, Recurrence):
        return None
    end = term.first_end(lambda end: not clock.passed(notice.before(end)))
    return None if end is None else (notice.before(end), end)
