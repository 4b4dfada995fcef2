"""Words for spans of the local week: `Sat 13:00 to Mon 08:00 every week`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.calendars import Intervals
from cmpolicy.gaps.runs import DAY

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK: Final = len(DAYS) * DAY
RANGE_FROM: Final = 3
"""So many days in a row are written as a range: `Mon-Wed`, but `Mon and Tue`."""


def listed(parts: Sequence[str]) -> str:
    """Join as people do: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else ""


def time_of_day(second: int) -> str:
    """Format a second of the day, 0 to 86,400, as in `08:00` and `24:00`."""
    minutes, seconds = divmod(second, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def describe_week(week: Intervals) -> list[str]:
    """Describe what recurs, in seconds from Monday 00:00: what is daily, then the others."""
    if week == Intervals((0,), (WEEK,)):
        return ["the whole week, nearly every week"]
    groups: defaultdict[tuple[int, int, int | None], list[int]] = defaultdict(list)
    for start, end in _round_the_week(week):
        # What goes on beyond the next day must name the day on which it ends.
        alone = start // DAY if start % DAY + end - start > 2 * DAY else None
        groups[start % DAY, end - start, alone].append(start // DAY)
    daily, weekly = [], []
    for (start, length, _), days in groups.items():
        if len(days) == len(DAYS):
            when = "night" if start + length > DAY else "day"
            daily.append(f"{time_of_day(start)} to {_end_of_day(start + length)} every {when}")
        else:
            weekly.append(_describe(start, length, days))
    # Whole days come last: before others' hours they would read as days of those.
    weekly.sort(key=lambda phrase: phrase.startswith("all of "))
    return [*daily, f"{listed(weekly)} every week"] if weekly else daily


def _round_the_week(week: Intervals) -> Iterator[tuple[int, int]]:
    """Yield the spans in order; the night from Sunday to Monday is one, and comes last."""
    spans = list(week)
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == WEEK:
        spans[-1] = (spans[-1][0], WEEK + spans[0][1])
        del spans[0]
    yield from spans


def _describe(start: int, length: int, days: list[int]) -> str:
    end = start + length
    if start == 0 and length % DAY == 0:
        every = [day + step for day in days for step in range(length // DAY)]
        return f"all of {listed(_day_names(every))}"
    names = listed(_day_names(days))
    if len(days) == 1 and end > DAY:
        last = DAYS[(days[0] + (end - 1) // DAY) % len(DAYS)]
        again = "the next " if last == names else ""
        return f"{names} {time_of_day(start)} to {again}{last} {_end_of_day(end)}"
    after = " the next day" if end > DAY else ""
    return f"{names} {time_of_day(start)} to {_end_of_day(end)}{after}"


def _end_of_day(second: int) -> str:
    return time_of_day((second - 1) % DAY + 1)


def _day_names(days: Sequence[int]) -> list[str]:
    """Name weekdays in order, three or more in a row as a range: `Mon-Thu`, `Sat`."""
    left = {day % len(DAYS) for day in days}
    names = []
    while left:
        # A row begins after a day that is missing; of a full week, on Monday.
        first = next((day for day in sorted(left) if (day - 1) % len(DAYS) not in left), 0)
        row = [first]
        while (row[-1] + 1) % len(DAYS) in left - set(row):
            row.append((row[-1] + 1) % len(DAYS))
        left -= set(row)
        if len(row) >= RANGE_FROM:
            names.append(f"{DAYS[row[0]]}-{DAYS[row[-1]]}")
        else:
            names.extend(DAYS[day] for day in row)
    return names
