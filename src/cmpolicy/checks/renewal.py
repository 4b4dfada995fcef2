"""An agreement that renews itself: its end rolls on, and what falls due is the day for notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from cmpolicy.agreement import Term
from cmpolicy.amounts import Interval
from cmpolicy.clock import Clock
from cmpolicy.vocabulary import UNKNOWN

AUTOMATIC: Final = "automatic"
ONE_DAY: Final = timedelta(days=1)
MOST_TERMS: Final = 1_200
"""How many further terms are looked at: a century of months."""


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
    if not isinstance(term.notice, Interval):
        return None
    for end in _ends(term):
        day = term.notice.before(end)
        if not clock.passed(day):
            return day, end
    return None


def _ends(term: Term) -> Iterator[date]:
    """Yield the last day of the first term and of each that follows."""
    length = _length(term)
    if length is None or not isinstance(term.ends, date):
        return
    yield term.ends
    months, days = length
    for terms in range(1, MOST_TERMS + 1):
        # Counted from the first end, so that the end of a month stays one.
        further = Interval(terms * months, terms * days, "")
        end = further.after(term.ends + ONE_DAY) - ONE_DAY
        if end >= date.max - ONE_DAY:
            return
        yield end


def _length(term: Term) -> tuple[int, int] | None:
    """Return the months and days of each further term; None where nobody knows."""
    if isinstance(term.renews_for, Interval):
        return term.renews_for.months, term.renews_for.days
    first, last = term.effective, term.ends
    if term.renews_for is UNKNOWN or not (isinstance(first, date) and isinstance(last, date)):
        return None
    over = last + ONE_DAY
    if over.day == first.day:
        months = (over.year - first.year) * 12 + over.month - first.month
        return (months, 0) if months else (0, (over - first).days)
    return 0, (over - first).days
