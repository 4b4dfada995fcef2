"""Gaps: when nobody who promised it covers what is required, and how a person would say that."""

from __future__ import annotations

from cmpolicy.gaps.runs import Gap, gaps, longest
from cmpolicy.gaps.telling import tell_gaps

__all__ = ["Gap", "gaps", "longest", "tell_gaps"]
