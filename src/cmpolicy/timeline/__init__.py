"""Compliance over a period: commits behind today, deadlines behind and ahead of it.

Each distinct content of a file is judged once for each interval on which its verdicts hold, not
once a day. The result is the same as judging every day by itself; tests hold the two equal.
"""

from __future__ import annotations

from cmpolicy.snapshot.commits import CommitFacts
from cmpolicy.timeline.building import PeriodRequest, policy_days, timeline
from cmpolicy.timeline.model import (
    BAD,
    LIMITS,
    ONE_DAY,
    Absence,
    By,
    Cause,
    Effort,
    Only,
    Period,
    RuleStanding,
    Span,
    Timeline,
    Unjudged,
    days_in,
)

__all__ = [
    "BAD",
    "LIMITS",
    "ONE_DAY",
    "Absence",
    "By",
    "Cause",
    "CommitFacts",
    "Effort",
    "Only",
    "Period",
    "PeriodRequest",
    "RuleStanding",
    "Span",
    "Timeline",
    "Unjudged",
    "days_in",
    "policy_days",
    "timeline",
]
