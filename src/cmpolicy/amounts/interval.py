"""Intervals: days, weeks, months and years by the calendar on the wall."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from cmpolicy.nearest import amounts

MONTHS_A_YEAR: Final = 12
MONTHS_LIMIT: Final = 100 * MONTHS_A_YEAR
DAYS_LIMIT: Final = 36_525
"""The most that 100 years can have."""
DAYS_A_WEEK: Final = 7
INDEFINITELY: Final = "indefinitely"
"""What is longer than any interval."""
MONTHS_A_CYCLE: Final = 400 * MONTHS_A_YEAR
"""After 400 years the Gregorian calendar repeats."""
DAYS_A_MONTH: Final = 146_097 / MONTHS_A_CYCLE
SLACK: Final = 8
"""Days by which months, with ends clamped, differ from their mean at the very most."""

_UNITS: Final = {"day": (0, 1), "week": (0, DAYS_A_WEEK), "month": (1, 0), "year": (12, 0)}
_TEXT: Final = re.compile(r"([0-9]{1,6}) ?(day|week|month|year)s?")
_EXPECTED: Final = "write a number of days, weeks, months or years, as in 30 days or 3 months"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A number of calendar months, then of days; years are 12 months and weeks 7 days."""

    months: int
    days: int
    text: str = field(compare=False)
    """As the file says it."""

    def after(self, day: date) -> date:
        """Return the date that lies this interval after `day`; the ends of months are clamped.

        So a month after 31 January is the last day of February. `date.max` where the calendar
        ends before.
        """
        index = day.year * MONTHS_A_YEAR + day.month - 1 + self.months
        year, month = divmod(index, MONTHS_A_YEAR)
        try:
            clamped = min(day.day, monthrange(year, month + 1)[1])
            return date(year, month + 1, clamped) + timedelta(days=self.days)
        except (ValueError, OverflowError):
            return date.max

    def before(self, day: date) -> date:
        """Return the date that lies this interval before `day`; the ends of months are clamped.

        `date.min` where the calendar begins after.
        """
        index = day.year * MONTHS_A_YEAR + day.month - 1 - self.months
        year, month = divmod(index, MONTHS_A_YEAR)
        try:
            clamped = min(day.day, monthrange(year, month + 1)[1])
            return date(year, month + 1, clamped) - timedelta(days=self.days)
        except (ValueError, OverflowError):
            return date.min

    @property
    def longest_days(self) -> int:
        """The most days that it can last: 1 month is 31, 1 year 366."""
        return _most(self.months, 0) + self.days

    def exceeds(self, other: Recurrence, grace_days: int = 0) -> bool:
        """Say whether from some date it ends later than `other` and that many days of grace."""
        days = self.days - other.days - grace_days
        rough = (self.months - other.months) * DAYS_A_MONTH + days
        if abs(rough) > SLACK:
            return rough > 0
        return _most(self.months, other.months) + days > 0


@lru_cache(maxsize=256)
def _most(months: int, others: int) -> int:
    """Return the most days by which the one number of months can end after the other.

    Over all dates: the calendar repeats after 400 years, and within a month no day makes more of
    a difference than the first, where no end is clamped. (At a month's last day the ends are at
    most the last days of their months, as far apart as firsts of months are.)
    """
    if months == others:
        return 0
    first = _month_starts(MONTHS_A_CYCLE + max(months, others))
    return max(first[start + months] - first[start + others] for start in range(MONTHS_A_CYCLE))


@lru_cache(maxsize=16)
def _month_starts(count: int) -> list[int]:
    """Return the ordinals of so many firsts of months, from January 2000."""
    years = ((2000 + index // MONTHS_A_YEAR, index % MONTHS_A_YEAR) for index in range(count))
    return [date(year, month + 1, 1).toordinal() for year, month in years]


def parse_period(text: str) -> Recurrence:
    """Read an interval after which something recurs, so not `0 days`; ValueError otherwise."""
    found = parse_interval(text)
    if found.months == found.days == 0:
        raise ValueError(f"invalid interval {text!r}: {_EXPECTED}")
    return found


def parse_interval(text: str) -> Recurrence:
    """Read an interval, as in `30 days`, `6 years` or `0 days`; ValueError, in words for people."""
    plain = " ".join(text.lower().split())
    found = _TEXT.fullmatch(plain)
    if found is None:
        meant = next(filter(_TEXT.fullmatch, amounts(text)), None)
        hint = f"write {meant}" if meant else _EXPECTED
        raise ValueError(f"cannot read the interval {text!r}: {hint}")
    count, (months, days) = int(found[1]), _UNITS[found[2]]
    if count * months > MONTHS_LIMIT or count * days > DAYS_LIMIT:
        raise ValueError(f"the interval {text!r} is longer than 100 years")
    return Recurrence(count * months, count * days, text.strip())
