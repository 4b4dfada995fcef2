"""Describes gaps: what recurs every week, and the dates besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from cmpolicy.calendars import Horizon, Intervals, wall_clock
from cmpolicy.gaps.runs import DAY, Gap
from cmpolicy.gaps.words import describe_week, listed, time_of_day

WEEK: Final = 7 * DAY
TO_MONDAY: Final = 3 * DAY
"""1970-01-01 was a Thursday: so much later, weeks begin on a Monday."""


def describe_gaps(found: Iterable[Gap], horizon: Horizon, limit: int = 3) -> str:
    """Describe gaps within the horizon, in the wall time of its zone; empty text without gaps.

    A span of the local week that lies inside a gap in at least three quarters of the weeks is shown
    as weekly, the rest as dates, the first `limit` of them: `Sat 13:00 to Mon 08:00 every week,
    and all of 2026-12-25`. Where everything is a gap: `at no time`.
    """
    whole, missing = _on_the_wall(found, horizon)
    if not missing:
        return ""
    if missing == whole:
        return "at no time"
    week = _weekly(missing, whole)
    rest = missing - _every_week(week, whole)
    dated = Intervals.of((*rest, *_whole_dates(missing, rest)))
    texts = [*describe_week(week), *_describe_dates(dated, limit)]
    return ", and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def _on_the_wall(found: Iterable[Gap], horizon: Horizon) -> tuple[Intervals, Intervals]:
    """Return the horizon and the gaps in it, in local wall time counted from a Monday."""
    span = Intervals((horizon.start,), (horizon.end,))
    missing = Intervals.of((gap.start, gap.end) for gap in found) & span
    clock = Intervals.of(
        (start + TO_MONDAY, end + TO_MONDAY) for _, start, end in wall_clock(span, horizon.zone)
    )
    gone = Intervals.of(
        (start + TO_MONDAY, end + TO_MONDAY) for _, start, end in wall_clock(missing, horizon.zone)
    )
    # A skipped hour is in no gap, but nobody would say that a gap around it is interrupted.
    skipped = [
        (before, after)
        for before, after in zip(clock.ends, clock.starts[1:], strict=False)
        if gone.contains(before - 1) and gone.contains(after)
    ]
    return Intervals((clock.starts[0],), (clock.ends[-1],)), Intervals.of((*gone, *skipped))


def _weekly(missing: Intervals, whole: Intervals) -> Intervals:
    """Return the spans of the week, seconds from Monday 00:00, that recur often enough."""
    lost, weeks = _changes(missing), _changes(whole)
    edges = sorted({0, WEEK, *lost, *weeks})
    spans = []
    gone = all_weeks = 0
    for start, end in pairwise(edges):
        gone += lost[start]
        all_weeks += weeks[start]
        if gone and 4 * gone >= 3 * all_weeks:
            spans.append((start, end))
    return Intervals.of(spans)


def _changes(spans: Intervals) -> Counter[int]:
    """Return at which second of the week how many more weeks are inside, or fewer if negative."""
    changes: Counter[int] = Counter()
    for start, end in spans:
        for week in range(start // WEEK, (end - 1) // WEEK + 1):
            changes[max(start - week * WEEK, 0)] += 1
            changes[min(end - week * WEEK, WEEK)] -= 1
    return changes


def _every_week(week: Intervals, whole: Intervals) -> Intervals:
    first, last = whole.starts[0] // WEEK, whole.ends[-1] // WEEK
    return Intervals.of(
        (number * WEEK + start, number * WEEK + end)
        for number in range(first, last + 1)
        for start, end in week
    )


def _whole_dates(missing: Intervals, rest: Intervals) -> Iterator[tuple[int, int]]:
    """Yield the dates of `rest` of which no instant is covered: all of it is worth saying."""
    for start, end in rest:
        for day in range(start // DAY * DAY, end, DAY):
            if missing.total(day, day + DAY) == DAY:
                yield day, day + DAY


def _describe_dates(dated: Intervals, limit: int) -> list[str]:
    """Describe runs of wall time by date: `all of 2026-12-25 and 9 more dates`."""
    spans = list(dated)
    entire = [
        _describe_days(*span) for span in spans[:limit] if not any(edge % DAY for edge in span)
    ]
    partly = [_describe_span(*span) for span in spans[:limit] if any(edge % DAY for edge in span)]
    more = len({day for span in spans[limit:] for day in _dates(*span)})
    rest = [f"{more} more date{'s' if more > 1 else ''}"] if more else []
    if entire and not partly:
        return [f"all of {listed([*entire, *rest])}"]
    texts = [*([f"all of {listed(entire)}"] if entire else []), *partly, *rest]
    return [listed(texts)] if texts else []


def _dates(start: int, end: int) -> Sequence[int]:
    return range(start // DAY, (end - 1) // DAY + 1)


def _describe_days(start: int, end: int) -> str:
    days = _dates(start, end)
    return _day(days[0]) if len(days) == 1 else f"{_day(days[0])} to {_day(days[-1])}"


def _describe_span(start: int, end: int) -> str:
    days = _dates(start, end)
    until = time_of_day(end - days[-1] * DAY)
    other = f"{_day(days[-1])} " if len(days) > 1 else ""
    return f"{_day(days[0])} {time_of_day(start % DAY)} to {other}{until}"


def _day(number: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=number - TO_MONDAY // DAY))
