"""The value `unknown`, its two readings, and three-valued logic."""

from __future__ import annotations

from cmpolicy.unknown.logic import (
    Answer,
    all_of,
    any_of,
    contains,
    decide,
    equals,
    not_,
    overlaps,
)
from cmpolicy.unknown.value import UNKNOWN, Reading, Unknown

__all__ = [
    "UNKNOWN",
    "Answer",
    "Reading",
    "Unknown",
    "all_of",
    "any_of",
    "contains",
    "decide",
    "equals",
    "not_",
    "overlaps",
]
