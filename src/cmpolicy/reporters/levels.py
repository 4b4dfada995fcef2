"""Maps severities to the levels of CI servers."""

from __future__ import annotations

import enum
from typing import Final

from cmpolicy.findings import Finding
from cmpolicy.rule_facts import Severity


class Level(enum.StrEnum):
    """How loud a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


LEVELS: Final = {
    Severity.CRITICAL: Level.ERROR,
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.NOTE,
}


def level(finding: Finding) -> Level:
    """Return the level of a finding: what nobody must act on is a note."""
    return Level.NOTE if finding.quiet else LEVELS[finding.severity]
