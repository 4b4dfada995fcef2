"""Gaps: required time that nobody covers, and how to describe it."""

from __future__ import annotations

from cmpolicy.gaps.rendering import describe_gaps
from cmpolicy.gaps.runs import Gap, gaps, longest

__all__ = ["Gap", "describe_gaps", "gaps", "longest"]
