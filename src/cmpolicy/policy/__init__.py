"""Packs, rules, and what the configuration makes of them."""

from __future__ import annotations

from cmpolicy.policy.config import Config, load_config
from cmpolicy.policy.load import load_pack
from cmpolicy.policy.pack import Edit, Example, NotJudged, Pack, Rule
from cmpolicy.policy.select import why_not

__all__ = [
    "Config",
    "Edit",
    "Example",
    "NotJudged",
    "Pack",
    "Rule",
    "load_config",
    "load_pack",
    "why_not",
]
