"""Measures of a promise that moved: hours without cover, and the longest wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

from cmpolicy.amounts import NEVER, format_duration
from cmpolicy.calendars import Horizon, Intervals, wall_clock
from cmpolicy.compare.model import Measure
from cmpolicy.gaps import Gap, describe_gaps
from cmpolicy.promises import Component, DerivedPromise
from cmpolicy.promises.orders import HOURS, LATE, WITHIN, Hours

HOUR: Final = 60 * 60
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
TO_MONDAY: Final = 3 * DAY
"""1970-01-01 was a Thursday: so much later, weeks begin on a Monday."""
MOST: Final = 0.75
"""The share of weeks in which an hour is lost that is reported as lost."""
NOBODY: Final = "nobody"


def _hours(days: Iterable[int], hours: Iterable[int]) -> frozenset[int]:
    return frozenset(day * 24 + hour for day, hour in product(days, hours))


_WORKDAYS, _WEEKEND = range(5), (5, 6)
_PARTS: Final = (
    (
        "working hours",
        _hours(_WORKDAYS, range(10, 16)),
        _hours(_WORKDAYS, range(6, 20)),
    ),
    (
        "nights",
        _hours(range(1, 5), range(6)) | _hours(range(4), (22, 23)),
        _hours(_WORKDAYS, (*range(9), *range(16, 24))),
    ),
    (
        "weekends",
        _hours(_WEEKEND, range(8, 20)),
        _hours(_WEEKEND, range(24)) | _hours((0,), range(9)) | _hours((4,), range(16, 24)),
    ),
)
"""Parts of the week: their name, hours that all of it has, and hours that any of it may have."""


def measure(
    before: DerivedPromise | None, after: DerivedPromise | None, places: Sequence[int]
) -> Measure | None:
    """Measure what moved of a promise under one reading of its unknowns; None: it cannot be.

    Args:
        before: None: there was none.
        after: None: there is none.
        places: of the components that moved; none: the promise came or went whole.
    """
    old, new = _components(before), _components(after)
    both = old or new
    # Where another side of a level moved too, the worst case alone would mislead.
    alone = len(places) == 1 or any(one.name == "worst reach" for one in both)
    lost: str | None = None
    gained: str | None = None
    worst: tuple[str, str] | None = None
    for place in (places or range(len(both))) if both else ():
        order = both[place].order
        one = old[place].value if old else None
        other = new[place].value if new else None
        if order in (WITHIN, LATE) and old and new and alone and worst is None:
            worst = order.describe(one), order.describe(other)
        elif order is HOURS and not lost and not gained:
            lost, gained = in_words(one, other), in_words(other, one)
            if worst is None and both[place].name == "":
                worst = _longest(one), _longest(other)
    return Measure(lost, gained, worst) if lost or gained or worst else None


def _components(promise: DerivedPromise | None) -> tuple[Component, ...]:
    return () if promise is None else promise.components


def in_words(hours: Hours | None, without: Hours | None) -> str | None:
    """Describe the hours of one set that another one does not have: `nights and weekends`."""
    if hours is None:
        return None
    left = hours.when if without is None else hours.when - without.when
    return _in_words(left, hours.span) if left else None


@lru_cache(maxsize=256)
def _in_words(when: Intervals, span: Horizon) -> str:
    often = _often(when, span)
    if len(often) == WEEK // HOUR:
        return "all hours"
    names = [name for name, least, _ in _PARTS if least <= often]
    reach = frozenset[int]().union(*(most for _, least, most in _PARTS if least <= often))
    if names and often <= reach:
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return describe_gaps([Gap(start, end) for start, end in when], span, limit=1)


def _often(when: Intervals, span: Horizon) -> frozenset[int]:
    """Return the hours of the local week, from Monday 00:00, that are whole in most weeks."""
    local = Intervals.of(
        (start + TO_MONDAY, end + TO_MONDAY) for _, start, end in wall_clock(when, span.zone)
    )
    hours_a_week = WEEK // HOUR
    first, last = -(-(span.start + TO_MONDAY) // WEEK), (span.end + TO_MONDAY) // WEEK
    whole = Counter(
        hour % hours_a_week
        for start, end in local
        for hour in range(-(-start // HOUR), end // HOUR)
        if first * hours_a_week <= hour < last * hours_a_week
    )
    return frozenset(hour for hour, count in whole.items() if count >= MOST * (last - first))


def _longest(hours: Hours | None) -> str:
    """Describe the longest time of the horizon in which nobody is there."""
    if hours is None:
        return NOBODY
    return format_duration(_longest_gap(hours.when, hours.span))


@lru_cache(maxsize=256)
def _longest_gap(when: Intervals, span: Horizon) -> float:
    if not when:
        return NEVER
    away = when.complement(span.start, span.end)
    return float(max((end - start for start, end in away), default=0))
