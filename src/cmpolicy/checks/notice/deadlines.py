"""How long a notice may take at worst, in wall-clock time."""

from __future__ import annotations

from cmpolicy.agreement import Agreement
from cmpolicy.amounts import (
    NEVER,
    TimeLimit,
    TimeLimitKind,
    Worst,
    worst_case,
    worst_of_unknown_clock,
)
from cmpolicy.calendars import Calendar, horizon, is_always
from cmpolicy.clock import Clock
from cmpolicy.unknown import Unknown


def worst_of(
    within: TimeLimit, calendar: Calendar | Unknown, agreement: Agreement, clock: Clock
) -> Worst:
    """Return the worst case of a promise on its clock, for whatever happens in the horizon.

    The clock of the rule is asked only where the horizon matters.
    """
    if within.kind is TimeLimitKind.NONE:
        return Worst(NEVER)
    if isinstance(calendar, Unknown):
        own = tuple(agreement.calendars.values())
        zone = agreement.timezone
        span = horizon(clock.year(), zone)
        return worst_of_unknown_clock(within, own, agreement.reading, span, zone)
    if within.kind is TimeLimitKind.OPEN_TIME and is_always(calendar):
        return Worst(float(within.amount))
    span = horizon(clock.year(), agreement.timezone)
    found = worst_case(within, calendar, agreement.reading, span)
    if calendar.outside is None:
        return found
    # Outside of hours that are read as many few are left: either reading may be the longer.
    other = worst_case(within, calendar, agreement.reading.opposite, span)
    chosen = min if agreement.optimistic else max
    return chosen(found, other, key=lambda worst: worst.seconds)
