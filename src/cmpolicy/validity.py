"""The days on which an exception counts: from `granted` to `expires`, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cmpolicy.document import Document
from cmpolicy.errors import Problem


@dataclass(frozen=True, slots=True)
class Validity:
    """When an exception was granted, and the last day on which it counts."""

    granted: date
    expires: date


def read_validity(
    document: Document, path: tuple[str | int, ...], longest: timedelta, hint: str
) -> Validity | tuple[Problem, ...]:
    """Return the days of the row at a path, or what is wrong with them.

    Args:
        document: a file of the right shape.
        path: the row, which has `granted` and `expires`.
        longest: `expires - granted` at most.
        hint: what to do where it lasts longer, or ends before it begins.
    """
    row = document.value
    for step in path:
        row = row[step]
    days: dict[str, date] = {}
    problems = []
    for name in ("granted", "expires"):
        try:
            days[name] = date.fromisoformat(row[name])
        except ValueError:
            message = f"`{name}`: invalid date {row[name]!r}, expected YYYY-MM-DD"
            problems.append(Problem(message, document.position((*path, name))))
    if problems:
        return tuple(problems)
    found = Validity(**days)
    lasts = found.expires - found.granted
    if timedelta(0) <= lasts <= longest:
        return found
    if lasts < timedelta(0):
        message = f"`expires: {found.expires}` is before `granted`"
    else:
        limit = f"is more than {longest.days} days after `granted: {found.granted}`"
        message = f"`expires: {found.expires}` {limit}"
    return (Problem(message, document.position((*path, "expires")), hint),)
