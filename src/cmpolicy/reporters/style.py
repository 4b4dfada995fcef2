"""Terminal colours, as ANSI SGR sequences (ECMA-48), or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cmpolicy.rule_facts import Severity

_CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "alarm": "1;31",
    "warn": "1;33",
    "good": "1;32",
}
SEVERITY: Final = {
    Severity.CRITICAL: "alarm",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}


@dataclass(frozen=True, slots=True)
class Style:
    """Paints words where colour is wanted."""

    colour: bool

    def __call__(self, name: str, text: str) -> str:
        """Return the text in a style."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.colour else text
