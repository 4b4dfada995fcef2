"""Findings: one for each cause, however many rules and observations it makes fail."""

from __future__ import annotations

from cmpolicy.findings.drops import CAUSES, NAMED, DropGroup, drop_groups
from cmpolicy.findings.grouping import OPEN, evidence, findings, lines
from cmpolicy.findings.model import BASES, Finding, Line, root, row

__all__ = [
    "BASES",
    "CAUSES",
    "NAMED",
    "OPEN",
    "DropGroup",
    "Finding",
    "Line",
    "drop_groups",
    "evidence",
    "findings",
    "lines",
    "root",
    "row",
]
