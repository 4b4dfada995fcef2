"""The semantic diff: what a change does to the promises, not to the text.

Two versions of an agreement are looked at under one as-of date and one horizon. Their derived
promises (`promises`) are compared key by key, each component by the order of its type; what
moved is reported by the edits behind it, and the verdicts that turned by the changes behind them.
"""

from __future__ import annotations

from cmpolicy.compare.model import (
    AGREEMENT,
    FAIL_ON,
    POLICY,
    TEXT,
    Cases,
    Change,
    Comparison,
    Detail,
    Effect,
    Measure,
    Side,
    Turned,
)
from cmpolicy.compare.pairs import Pair, PairResult, compare, compare_pair
from cmpolicy.compare.policies import policy_changes
from cmpolicy.compare.turning import VerdictTransition
from cmpolicy.text_edit import TextEdit

__all__ = [
    "AGREEMENT",
    "FAIL_ON",
    "POLICY",
    "TEXT",
    "Cases",
    "Change",
    "Comparison",
    "Detail",
    "Effect",
    "Measure",
    "Pair",
    "PairResult",
    "Side",
    "TextEdit",
    "Turned",
    "VerdictTransition",
    "compare",
    "compare_pair",
    "policy_changes",
]
