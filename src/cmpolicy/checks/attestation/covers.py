"""The days that a certificate or report covers, and whether the as-of date is one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cmpolicy.agreement import Agreement, Attestation
from cmpolicy.amounts import Recurrence
from cmpolicy.checks.asking import blank
from cmpolicy.checks.select import holds
from cmpolicy.clock import Clock
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

Day = tuple[object, str]
"""A date, UNKNOWN, None where the file does not say it, or `open`; and the path of the field."""


def named(row: Attestation, party: str) -> str:
    """Describe which attestation is meant, as in `the iso27001 of northbridge`."""
    return f"the {row.scheme if isinstance(row.scheme, str) else 'attestation'} of {party}"


@dataclass(frozen=True, slots=True)
class Cover:
    """What an attestation covers, under a rule's parameters."""

    row: Attestation
    bridge: bool
    """A bridge letter stretches the period."""
    max_age: Recurrence | None

    def judge(self, party: str, agreement: Agreement, clock: Clock) -> Observation:
        """Say whether the as-of date is covered; the path is that of the day that decides."""
        what = named(self.row, party)
        starts, ends = tuple(self._starts()), tuple(self._ends(agreement))
        for day, path in (*starts, *ends):
            if day is None or (isinstance(day, Unknown) and not agreement.optimistic):
                lack = agreement.lack(path) if day is None else "is unknown"
                message = f"{what} covers no days that could be shown: {path} {lack}"
                if day is not None:
                    message = f"{what} perhaps does not cover this day"
                return Observation(party, path, message, Holds.NO)
        for day, path in starts:
            if isinstance(day, date) and not clock.reached(day):
                message = f"{what} covers nothing before {day}"
                return Observation(party, path, message, Holds.NO)
        known = [(day, path) for day, path in ends if isinstance(day, date)]
        if not known:
            unknown = any(isinstance(day, Unknown) for day, _ in ends)
            message = f"until when {what} covers is unknown" if unknown else f"{what} has no end"
            return Observation(party, self.row.path, message, Holds.YES)
        end, path = min(known)
        over = clock.passed(end)
        message = f"{what} covers until {end}"
        if over:
            message = f"{what} covered until {end} only{blank(agreement, self._expires)}"
        return Observation(party, path, message, holds(not over, agreement))

    @property
    def _expires(self) -> str:
        return f"{self.row.path}.expires"

    def _starts(self) -> Iterator[Day]:
        row = self.row
        if row.period_ends is not None and row.starts is not None:
            yield row.starts, f"{row.path}.period.from"
        if row.issued is not None:
            yield row.issued, f"{row.path}.issued"

    def _ends(self, agreement: Agreement) -> Iterator[Day]:
        row = self.row
        if row.expires is not None:
            yield row.expires, self._expires
        base, path = self._base(agreement)
        if self.max_age is not None:
            yield (self.max_age.after(base) if isinstance(base, date) else base), path
        elif row.expires is None:
            # A day of issue is not an end.
            yield (None, self._expires) if row.period_ends is None else (base, path)

    def _base(self, agreement: Agreement) -> Day:
        """Return the period's end, stretched by a bridge letter, or the day of issue."""
        row = self.row
        if row.period_ends is None:
            return row.issued, f"{row.path}.issued"
        end, path = row.period_ends, f"{row.path}.period.to"
        letter, letter_path = row.bridged_to, f"{row.path}.bridge_letter_to"
        if not self.bridge or letter is None:
            return end, path
        # The later of the two days counts: it is no earlier than the one that is known.
        if isinstance(end, Unknown) or isinstance(letter, Unknown):
            unknown = (end, path) if isinstance(end, Unknown) else (letter, letter_path)
            known = (letter, letter_path) if isinstance(end, Unknown) else (end, path)
            return unknown if agreement.optimistic else known
        return (letter, letter_path) if letter > end else (end, path)
