"""The worst case of a promise in wall-clock time, exactly.

Let O(t) be the open time of the clock since the start and D(t) the first instant by which the
promised open time has passed. The worst case is the supremum of D(t) - t, as a limit from the
right: of reports an instant after closing time, the one nearest to it waits longest.

D never falls, and rises in step with t while both are in open hours, so D(t) - t is constant
there. It falls while t is in closed hours, and jumps where D passes a closing edge. Its greatest
values therefore lie at the first instants of what may be raised, and at those jumps.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final

from cmpolicy.amounts.promise import DAY, TimeLimit, TimeLimitKind
from cmpolicy.calendars import (
    ALWAYS,
    Calendar,
    Horizon,
    Intervals,
    Window,
    is_always,
    open_intervals,
    wall_clock,
)
from cmpolicy.unknown import Reading

NEVER: Final = math.inf
"""The worst case of what need not be done at all."""

YEAR: Final = 366 * DAY
GIVES_UP: Final = 1827 * DAY
"""A clock that does not open for five years has stopped."""
LOOKS_AHEAD: Final = (90 * DAY, YEAR, GIVES_UP, 25 * YEAR, 100 * YEAR, 250 * YEAR)
"""How far beyond the horizon clocks are compiled, as needed. No limit is longer than 100 years."""


@dataclass(frozen=True, slots=True)
class Worst:
    """A worst case: how long, and when."""

    seconds: float
    """`NEVER` where it need not end. 0 where nothing can be raised."""
    raised: int | None = None
    """The first start that takes so long, UTC seconds; None: any start, or none ever ends."""
    due: int | None = None
    """When that one ends."""
    endless: bool = False
    """It is only the least: the clock may stand for any time."""

    def within(self, limit: float) -> bool:
        """Say whether it surely ends by a limit in seconds; without one (`NEVER`), at all.

        Time for which the clock stands is not the promise's own: without a limit it may pass.
        """
        bounded = not self.endless or limit == NEVER
        return bounded and self.seconds < NEVER and self.seconds <= limit


@lru_cache(maxsize=1024)
def worst_case(
    promise: TimeLimit,
    clock: Calendar,
    reading: Reading,
    horizon: Horizon,
    raised: Calendar | None = None,
) -> Worst:
    """Return the longest wall-clock time that the promise allows for starts in the horizon.

    With `raised`, for starts while that calendar is open. The business days of the built-in 24x7
    are those of the horizon's zone.
    """
    starts = Intervals((horizon.start,), (horizon.end,))
    if raised is not None:
        starts = open_intervals(raised, reading, horizon.start, horizon.end)
    return worst_from(promise, clock, reading, horizon, starts)


@lru_cache(maxsize=1024)
def worst_from(
    promise: TimeLimit,
    clock: Calendar,
    reading: Reading,
    horizon: Horizon,
    starts: Intervals,
    paused: int = 0,
) -> Worst:
    """Return the longest wall-clock time that the promise allows for these starts.

    They lie in the horizon. 0 where there are none.

    Args:
        promise: how much of the clock's time it may take.
        clock: the calendar while which time counts.
        reading: of unknown hours and holidays.
        horizon: of the starts.
        starts: when a case may be raised.
        paused: seconds for which the clock may be stopped besides, at the most. They cost most
            while it is open: that many more of its seconds then pass. Business days are counted
            from as much later.
    """
    if promise.kind is TimeLimitKind.NONE:
        return Worst(NEVER)
    if not starts:
        return Worst(0.0)
    open_time = promise.kind is TimeLimitKind.OPEN_TIME
    amount = promise.amount + paused if open_time else promise.amount
    if open_time and (amount == 0 or is_always(clock)):
        return Worst(float(amount))
    measure = _open_time if open_time else _business_days
    zone = horizon.zone if clock == ALWAYS else clock.timezone
    for ahead in LOOKS_AHEAD:
        last = horizon.end + ahead
        hours = open_intervals(clock, reading, horizon.start, last)
        found = measure(amount, hours, starts, zone)
        if found is not None:
            return found if open_time or not paused else _later(found, paused)
        if ahead >= GIVES_UP and not hours.total(last - GIVES_UP, last):
            break
    return Worst(NEVER)


def _later(worst: Worst, seconds: int) -> Worst:
    """Return a worst case that ends so much later."""
    due = None if worst.due is None else worst.due + seconds
    return replace(worst, seconds=worst.seconds + seconds, due=due)


def _greatest(candidates: Iterable[tuple[int, int]]) -> Worst:
    """Return the longest of (start, end) pairs, and of several the first."""
    start, end = max(candidates, key=lambda pair: (pair[1] - pair[0], -pair[0]))
    return Worst(float(end - start), start, end)


def _open_time(amount: int, hours: Intervals, starts: Intervals, _zone: str) -> Worst | None:
    """Measure a promise of open time; None where `hours` do not reach far enough."""
    if hours.total(starts.ends[-1], hours.ends[-1] if hours else 0) <= amount:
        return None
    lengths = [end - start for start, end in hours]
    before = list(accumulate(lengths, initial=0))

    def candidates() -> Iterator[tuple[int, int]]:
        for start, _ in starts:
            yield start, _due(start, amount, hours, before)
        for index in range(len(hours) - 1):
            # The last start that still ends by this closing edge: from it on, at the next opening.
            spent = before[index + 1] - amount
            if spent >= 0:
                found = bisect_right(before, spent) - 1
                start = hours.starts[found] + spent - before[found]
                if starts.contains(start):
                    yield start, hours.starts[index + 1]

    return _greatest(candidates())


def _due(start: int, amount: int, hours: Intervals, before: Sequence[int]) -> int:
    """Return D(start); `amount` is at least a second."""
    index = bisect_right(hours.ends, start)
    spent = before[index] + max(0, start - hours.starts[index]) + amount
    last = bisect_left(before, spent) - 1
    return hours.starts[last] + spent - before[last]


def _business_days(amount: int, hours: Intervals, starts: Intervals, zone: str) -> Worst | None:
    """Measure a promise of business days; None where `hours` do not reach far enough.

    All reports from one last close up to the next are received on one day and due at one
    instant, so the greatest wait is that of the first of them.
    """
    ends, days = _local_days(hours, zone)
    closes: dict[int, int] = {}
    for end, day in zip(ends, days, strict=True):
        closes[day] = max(end, closes.get(day, end))
    dates = sorted(closes)
    position = {day: index for index, day in enumerate(dates)}
    # The last date may go on beyond what was compiled.
    received = bisect_right(ends, starts.ends[-1])
    if received >= len(ends) or position[days[received]] + amount >= len(dates) - 1:
        return None

    def candidates() -> Iterator[tuple[int, int]]:
        edges = (*starts.starts, *(end for end in ends if starts.contains(end)))
        for start in edges:
            day = days[bisect_right(ends, start)]
            yield start, closes[dates[position[day] + amount]]

    return _greatest(candidates())


def _local_days(hours: Intervals, zone: str) -> tuple[list[int], list[int]]:
    """Cut intervals at local midnights: the ends of the pieces, and the date of each.

    Dates are counted in days since 1970-01-01.
    """
    ends: list[int] = []
    days: list[int] = []
    for since, start, end in wall_clock(hours, zone):
        cuts = (*range(start - start % DAY + DAY, end, DAY), end)
        for begin, cut in zip((start, *cuts), cuts, strict=False):
            ends.append(since + cut - start)
            days.append(begin // DAY)
    return ends, days


def worst_of_unknown_clock(
    promise: TimeLimit,
    calendars: Sequence[Calendar],
    reading: Reading,
    horizon: Horizon,
    zone: str,
    *,
    raised: Calendar | None = None,
) -> Worst:
    """Return the worst case of a promise whose clock the file does not name.

    Of the clocks that it may run on (`unknown_clocks`) the longest counts.
    """
    found = (
        worst_case(promise, clock, reading, horizon, raised)
        for clock in unknown_clocks(calendars, reading, zone)
    )
    return max(found, key=lambda worst: worst.seconds)


def unknown_clocks(
    calendars: Sequence[Calendar], reading: Reading, zone: str
) -> tuple[Calendar, ...]:
    """Return the clocks on which a promise may run whose clock the file does not name.

    Optimistically it is 24x7, pessimistically any of the file's own `calendars` (without the
    built-in 24x7), or Monday to Friday 09:00-17:00 in `zone` where it has none.
    """
    if reading is Reading.OPTIMISTIC:
        return (ALWAYS,)
    own = tuple(calendar for calendar in calendars if calendar != ALWAYS)
    office = Calendar((Window(frozenset(range(5)), 9 * 60, 17 * 60),), zone, None)
    return own or (office,)
