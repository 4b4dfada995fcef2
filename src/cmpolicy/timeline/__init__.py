"""Compliance over a period: commits behind today, deadlines behind and ahead of it.

Each distinct content of a file is judged once for each interval on which its verdicts hold, not
once a day. The result is the same as judging every day by itself; tests hold the two equal.
"""

from __future__ import annotations

from cmpolicy.timeline.making import Asked, policy_days, timeline
from cmpolicy.timeline.model import (
    BAD,
    LIMITS,
    By,
    Cause,
    Effort,
    Interval,
    Span,
    Standing,
    Timeline,
)

__all__ = [
    "BAD",
    "LIMITS",
    "Asked",
    "By",
    "Cause",
    "Effort",
    "Interval",
    "Span",
    "Standing",
    "Timeline",
    "policy_days",
    "timeline",
]
