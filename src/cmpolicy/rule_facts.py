"""Facts of rules and packs that results show, and severities."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Severity(enum.StrEnum):
    """How much a rule matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def weight(self) -> int:
        """0 for critical, counting up: sorts the worst first."""
        return list(Severity).index(self)


FAIL_ON: Final = (*(severity.value for severity in Severity), "never")
"""Levels of the gate: the lowest severity that fails it, or never."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a report needs to say of a rule."""

    id: str
    pack: str
    check: str
    title: str
    severity: Severity
    basis: str
    controls: tuple[tuple[str, str], ...]
    """(control id with its prefix, `full` or `partial`)."""
    references: tuple[str, ...]
    why: str
    fix: str
    help: str = ""
    """Markdown: examples and what else a full help text holds."""


@dataclass(frozen=True, slots=True)
class PackFacts:
    """Which pack judged, exactly."""

    id: str
    version: str
    digest: str
