"""Availability: how much of the time services are there, what is left out, and what is credited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cmpolicy.agreement import Agreement, Maintenance, Uptime
from cmpolicy.amounts import NEVER, Recurrence, TimeLimit
from cmpolicy.calendars import ALWAYS, Horizon, Intervals, open_intervals
from cmpolicy.promises.facts import said, word
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import (
    ANY,
    CELLS,
    COMMITMENT,
    CREDITS,
    LEFT_OUT,
    PERCENT,
    PERIOD,
    SAID,
    UP_TO,
    WHO,
    Hours,
)
from cmpolicy.promises.sources import by_key, calendar, fields
from cmpolicy.promises.undertaken import words
from cmpolicy.unknown import Unknown

SAYS: Final = (
    "services",
    "by",
    "percent",
    "per",
    "measured",
    "commitment",
    "maintenance",
    "credits",
)
MOST: Final = 100.0
"""Percent."""


def uptime(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the promises of availability by their ids; one of best effort comes to nothing."""
    span = frame.horizon(agreement)
    for row in agreement.uptime:
        plain = by_key(agreement, "uptime")[row.id].fields.get("maintenance")
        named = plain.get("calendar") if isinstance(plain, Mapping) else None
        via = tuple(calendar(agreement, named)) if named is not None else ()
        own = fields(row.path, *SAYS)
        yield Key("uptime", (row.id,)), DerivedPromise(tuple(_says(row, agreement, span)), own, via)


def _says(row: Uptime, agreement: Agreement, span: Horizon) -> Iterator[Component]:
    percent, optimistic = _number(row.percent, agreement, MOST), agreement.optimistic
    firm = "guaranteed" if isinstance(row.commitment, Unknown) and optimistic else row.commitment
    if not percent or firm not in ("guaranteed", "target"):
        return
    yield Component("", PERCENT, percent)
    yield Component("over", PERIOD, _period(row, agreement))
    covered = (ANY,) if row.services is None else words(row.services, agreement)
    yield Component("for", CELLS, frozenset(covered))
    yield Component("by", WHO, word(row.by, agreement))
    yield Component("commitment", COMMITMENT, firm)
    yield Component("says how it is measured:", SAID, said(row.measured, agreement))
    yield Component("maintenance", LEFT_OUT, Hours(_when(row, agreement, span), span))
    yield Component("maintenance up to", UP_TO, _left_out(row, agreement))
    yield Component("credits", CREDITS, _credited(row, agreement))


def _number(found: float | Unknown | None, agreement: Agreement, best: float) -> float:
    if isinstance(found, Unknown):
        return best if agreement.optimistic else 0.0
    return float(found or 0.0)


def _period(row: Uptime, agreement: Agreement) -> float:
    """Return the days of the period at the most; where it is not said, any number."""
    if isinstance(row.per, Recurrence):
        return float(row.per.longest_days)
    return 0.0 if isinstance(row.per, Unknown) and agreement.optimistic else NEVER


def _maintained(row: Uptime, agreement: Agreement) -> Maintenance | None:
    """Return what is left out: of an unknown one nothing, or anything."""
    if isinstance(row.maintenance, Unknown):
        return None if agreement.optimistic else Maintenance(None, None)
    return row.maintenance


def _when(row: Uptime, agreement: Agreement, span: Horizon) -> Intervals:
    """Return the hours in which planned work does not count as down."""
    found = _maintained(row, agreement)
    if found is None or (isinstance(found.calendar, Unknown) and agreement.optimistic):
        return Intervals()
    hours = ALWAYS if isinstance(found.calendar, Unknown) else found.calendar or ALWAYS
    # More hours are worse here: those that nobody knows are read the other way.
    return open_intervals(hours, agreement.reading.opposite, span.start, span.end)


def _left_out(row: Uptime, agreement: Agreement) -> float:
    """Return the seconds of each period that are left out at most."""
    found = _maintained(row, agreement)
    if found is None:
        return 0.0
    if isinstance(found.at_most, TimeLimit):
        return float(found.at_most.amount)
    return 0.0 if isinstance(found.at_most, Unknown) and agreement.optimistic else NEVER


def _credited(row: Uptime, agreement: Agreement) -> dict[float, float]:
    """Return the percent credited below each percentage."""
    if isinstance(row.credits, Unknown):
        return {MOST: MOST} if agreement.optimistic else {}
    steps = (
        (_number(step.below, agreement, MOST), _number(step.percent, agreement, MOST))
        for step in row.credits
    )
    return {below: percent for below, percent in steps if below and percent}
