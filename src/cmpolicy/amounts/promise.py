"""Promises: how long something may take, in the words of an agreement."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import Final

from cmpolicy.amounts.interval import DAYS_LIMIT
from cmpolicy.calendars import Calendar, is_always, may_be_always
from cmpolicy.nearest import amounts

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

_UNITS: Final = {
    "minute": MINUTE,
    "m": MINUTE,
    "hour": HOUR,
    "h": HOUR,
    "day": DAY,
    "d": DAY,
    "week": WEEK,
    "w": WEEK,
}
_SPAN: Final = re.compile(r"([0-9]{1,9}) ?(business )?(minutes?|hours?|days?|weeks?|[mhdw])")
_EXPECTED: Final = (
    "write a number of minutes, hours, days, weeks, business hours or business days, "
    "as in 30 minutes or 2 business days; next business day, same business day, "
    "best effort or none"
)


class TimeLimitKind(enum.Enum):
    """What a promise counts."""

    OPEN_TIME = "open time"
    BUSINESS_DAYS = "business days"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long something may take, on a calendar that is its clock."""

    kind: TimeLimitKind
    amount: int
    """Seconds of open time, or the number of business days; 0 where nothing is promised."""
    text: str = field(compare=False)
    """As the file says it."""
    wall: bool = False
    """Given in days or weeks of 24 and 168 hours, which only a 24x7 clock can count."""
    business: bool = False
    """Given in business hours, which a 24x7 clock does not have."""

    def fits(self, calendar: Calendar) -> str | None:
        """Say, for people, why the promise cannot run on that calendar; None: it can."""
        if self.business and is_always(calendar):
            hours = self.text.lower().replace("business ", "")
            return f"{self.text!r} needs business hours, and its calendar is 24x7: write {hours}"
        if self.wall and not may_be_always(calendar):
            return (
                f"{self.text!r} counts days of 24 hours, and its calendar is not 24x7: "
                "write hours or business days, or let it run on the calendar 24x7"
            )
        return None


def parse_promise(text: str) -> TimeLimit:
    """Read a promise, as in `4 hours` or `next business day`; ValueError, in words for people."""
    plain = " ".join(text.lower().split())
    found = _read(plain, text.strip())
    if found is None:
        raise ValueError(f"cannot read the promise {text!r}: {_hint(plain)}")
    if found.kind is TimeLimitKind.OPEN_TIME and found.amount > DAYS_LIMIT * DAY:
        raise ValueError(f"the promise {text!r} is longer than 100 years")
    return found


def _read(plain: str, shown: str) -> TimeLimit | None:
    """Return the promise that a text is, None where it is none; `shown` is how the file has it."""
    if plain in {"best effort", "best-effort", "none"}:
        return TimeLimit(TimeLimitKind.NONE, 0, shown)
    if plain in {"next business day", "same business day"}:
        return TimeLimit(TimeLimitKind.BUSINESS_DAYS, int(plain.startswith("next")), shown)
    found = _SPAN.fullmatch(plain)
    if found is None or (found[2] and found[3].rstrip("s") not in {"hour", "day"}):
        return None
    count, business, unit = int(found[1]), bool(found[2]), found[3].rstrip("s")
    if business and unit == "day" and count <= DAYS_LIMIT:
        return TimeLimit(TimeLimitKind.BUSINESS_DAYS, count, shown)
    wall = unit in {"day", "d", "week", "w"}
    return TimeLimit(TimeLimitKind.OPEN_TIME, count * _UNITS[unit], shown, wall, business)


def _hint(plain: str) -> str:
    if re.match(r"[0-9]+[.,][0-9]", plain):
        return "write whole numbers, as in 90 minutes"
    if re.fullmatch(r"[0-9]+ ?(month|year|mo|y)s?", plain):
        return "write days, since a month has no fixed number of hours"
    meant = next((one for one in amounts(plain) if _read(one, one) is not None), None)
    return f"write {meant}" if meant else _EXPECTED
