"""The catalogs: what a framework asks, as facts.

A framework is facts and holds no judgement: severities and limits are in the packs.
"""

from cmpolicy.framework.catalog import (
    Citation,
    Control,
    Framework,
    Milestone,
    ProgramRule,
    ScopeTable,
)
from cmpolicy.framework.load import load

__all__ = [
    "Citation",
    "Control",
    "Framework",
    "Milestone",
    "ProgramRule",
    "ScopeTable",
    "load",
]
