"""The as-of date, and the nearest days it was asked about.

Rules never read a calendar on the wall. They ask `Clock.passed(day)`, and the clock remembers
the nearest day on either side, so that a verdict knows the first and the last day on which it
would be the same: it holds on [latest passed + 1, nearest not passed].
"""

from __future__ import annotations

from datetime import date, timedelta


class Clock:
    """One as-of date, for one agreement and one question; never reused."""

    __slots__ = ("_as_of", "_latest_passed", "_nearest_ahead")

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._latest_passed: date | None = None
        self._nearest_ahead: date | None = None

    def passed(self, day: date) -> bool:
        """Say whether `day`, as an inclusive deadline, lies before the as-of date."""
        if day < self._as_of:
            if self._latest_passed is None or day > self._latest_passed:
                self._latest_passed = day
            return True
        if self._nearest_ahead is None or day < self._nearest_ahead:
            self._nearest_ahead = day
        return False

    def reached(self, day: date) -> bool:
        """Say whether `day` has come: it is the as-of date, or lies before it."""
        return day == date.min or self.passed(day - timedelta(days=1))

    def anew(self) -> Clock:
        """Return a clock of the same date that was asked about no day."""
        return Clock(self._as_of)

    def heed(self, other: Clock) -> None:
        """Take over the days that another clock of the same date was asked about."""
        for day in (other._latest_passed, other._nearest_ahead):
            if day is not None:
                self.passed(day)

    def year(self) -> int:
        """Return the as-of year, from which the horizon starts; the answer ends with the year."""
        year = self._as_of.year
        self.passed(date(year - 1, 12, 31))
        self.passed(date(year, 12, 31))
        return year

    @property
    def holds_from(self) -> date | None:
        """The first day on which every answer so far is the same; None: without a beginning."""
        if self._latest_passed is None:
            return None
        return self._latest_passed + timedelta(days=1)

    @property
    def holds_until(self) -> date | None:
        """The last day on which every answer so far is the same; None: without an end."""
        return self._nearest_ahead
