"""The catalogs: what a framework asks, as facts.

A framework is facts and holds no judgement: severities and limits are in the packs.
"""

from cmpolicy.framework.catalog import (
    Control,
    Framework,
    Milestone,
    ProgramRule,
    ScopeTable,
    Source,
)
from cmpolicy.framework.load import load

__all__ = [
    "Control",
    "Framework",
    "Milestone",
    "ProgramRule",
    "ScopeTable",
    "Source",
    "load",
]
