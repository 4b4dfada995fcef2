"""Packs, rules, and what the configuration makes of them."""

from __future__ import annotations

from cmpolicy.policy.config import Config, load_config
from cmpolicy.policy.load import load_pack
from cmpolicy.policy.pack import Example, NotJudged, Pack, Rule
from cmpolicy.policy.requirements import Requirement, Requirements
from cmpolicy.policy.requiring import Demand, combine, hold
from cmpolicy.policy.select import selection_doubts, why_not
from cmpolicy.policy.sharing import share_checks

__all__ = [
    "Config",
    "Demand",
    "Example",
    "NotJudged",
    "Pack",
    "Requirement",
    "Requirements",
    "Rule",
    "combine",
    "hold",
    "load_config",
    "load_pack",
    "selection_doubts",
    "share_checks",
    "why_not",
]
