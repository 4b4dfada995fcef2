"""Gaps: when nobody who promised it covers what is required, and how a person would say that."""

from __future__ import annotations

from cmpolicy.gaps.rendering import describe_gaps
from cmpolicy.gaps.runs import Gap, gaps, longest

__all__ = ["Gap", "describe_gaps", "gaps", "longest"]
