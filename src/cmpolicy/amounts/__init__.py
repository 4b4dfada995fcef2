"""Amounts of time: intervals by the date, promises by a clock, and what they come to at worst.

Everything here is pure. Rules compare worst cases in wall-clock time, never the words.
"""

from __future__ import annotations

from cmpolicy.amounts.interval import Interval, parse_interval, parse_period
from cmpolicy.amounts.promise import Promise, PromiseKind, parse_promise
from cmpolicy.amounts.telling import tell_duration, tell_instant, tell_worst
from cmpolicy.amounts.worst import (
    NEVER,
    Worst,
    unknown_clocks,
    worst_case,
    worst_from,
    worst_of_unknown_clock,
)

__all__ = [
    "NEVER",
    "Interval",
    "Promise",
    "PromiseKind",
    "Worst",
    "parse_interval",
    "parse_period",
    "parse_promise",
    "tell_duration",
    "tell_instant",
    "tell_worst",
    "unknown_clocks",
    "worst_case",
    "worst_from",
    "worst_of_unknown_clock",
]
