"""What a contract does not say: the value, how it is read, and logic with three answers."""

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
