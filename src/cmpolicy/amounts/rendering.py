"""Formatting amounts of time and instants for people, always in the same words."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from cmpolicy.amounts.promise import DAY, HOUR, MINUTE, WEEK
from cmpolicy.amounts.worst import Worst
from cmpolicy.calendars import zone as zone_of

HOURS_UP_TO: Final = 4 * WEEK
"""Longer spans are written in days; up to this, in hours, as limits are."""

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def format_duration(seconds: float) -> str:
    """Format a span of time, as in `112 h`, `1 h 30 min`, `60 days`, or `never` if infinite."""
    if math.isinf(seconds):
        return "never"
    left = int(seconds)
    units = [(HOUR, "h"), (MINUTE, "min"), (1, "s")]
    if left > HOURS_UP_TO:
        units.insert(0, (DAY, "days"))
    parts = []
    for size, name in units:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 min"


def format_instant(instant: int, zone: str) -> str:
    """Format UTC seconds in the wall time of a zone, as in `Thursday 2026-12-24 16:00`."""
    local = datetime.fromtimestamp(instant, zone_of(zone))
    seconds = f":{local.second:02}" if local.second else ""
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}{seconds}"


def describe_worst(worst: Worst, zone: str) -> str:
    """Describe a worst case, and when it happens, in the wall time of a zone.

    As in `112 h in the worst case, from Thursday 2026-12-24 16:00 to Tuesday 2026-12-29 08:00`;
    `at least 112 h`, where the clock may stand for any time besides.
    """
    span = f"{'at least ' if worst.endless else ''}{format_duration(worst.seconds)}"
    if worst.raised is None or worst.due is None:
        return span
    first, last = format_instant(worst.raised, zone), format_instant(worst.due, zone)
    return f"{span} in the worst case, from {first} to {last}"
