"""The uncovered runs of a required window, measured whole."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cmpolicy.calendars import Horizon, Hours

DAY: Final = 24 * 60 * 60
LOOKS_BEYOND: Final = (45 * DAY, 1827 * DAY)
"""How far beyond both ends of the horizon hours are compiled; the farther only if needed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A maximal run of required instants that nobody covers: [start, end), UTC seconds."""

    start: int
    end: int
    endless: bool = False
    """It goes on for more than five years before or after the horizon; cut there."""

    @property
    def seconds(self) -> float:
        """How long it lasts; infinite where it has no end."""
        return math.inf if self.endless else float(self.end - self.start)


def gaps(required: Hours, covered: Hours, horizon: Horizon) -> tuple[Gap, ...]:
    """Return the gaps that touch the horizon, whole, also where they go beyond its ends.

    `required` and `covered` compile themselves over any span of UTC seconds [first, last), as in
    `lambda first, last: open_intervals(calendar, reading, first, last)`. Both must be exact there
    and hold nothing outside it.
    """
    found: tuple[Gap, ...] = ()
    for beyond in LOOKS_BEYOND:
        first, last = horizon.start - beyond, horizon.end + beyond
        found = tuple(
            Gap(start, end, endless=start == first or end == last)
            for start, end in required(first, last) - covered(first, last)
            if start < horizon.end and end > horizon.start
        )
        if not any(gap.endless for gap in found):
            break
    return found


def longest(found: Iterable[Gap]) -> float:
    """Return the length of the longest gap in seconds: 0 without gaps, possibly infinite."""
    return max((gap.seconds for gap in found), default=0.0)
