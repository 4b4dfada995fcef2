"""Amounts: calendar intervals, time limits by a clock, their worst cases, and sums.

Everything here is pure. Rules compare worst cases in wall-clock time, never the words.
"""

from __future__ import annotations

from cmpolicy.amounts.interval import INDEFINITELY, Recurrence, parse_interval, parse_period
from cmpolicy.amounts.promise import TimeLimit, TimeLimitKind, parse_promise
from cmpolicy.amounts.rendering import describe_worst, format_duration, format_instant
from cmpolicy.amounts.sums import NOTHING, WITHOUT_LIMIT, Sum, parse_sum
from cmpolicy.amounts.worst import (
    NEVER,
    Worst,
    unknown_clocks,
    worst_case,
    worst_from,
    worst_of_unknown_clock,
)

__all__ = [
    "INDEFINITELY",
    "NEVER",
    "NOTHING",
    "WITHOUT_LIMIT",
    "Recurrence",
    "Sum",
    "TimeLimit",
    "TimeLimitKind",
    "Worst",
    "describe_worst",
    "format_duration",
    "format_instant",
    "parse_interval",
    "parse_period",
    "parse_promise",
    "parse_sum",
    "unknown_clocks",
    "worst_case",
    "worst_from",
    "worst_of_unknown_clock",
]
