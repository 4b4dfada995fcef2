"""Reporters: pure functions from a report to the text of a format. `REPORTERS` is their list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cmpolicy.reporters import json, junit, text
from cmpolicy.verdict import Report


@dataclass(frozen=True, slots=True)
class Look:
    """How the output is to look, where a format has a choice."""

    colour: bool = False
    width: int = 100
    junit_flavor: str = "ant"


Reporter = Callable[[Report, Look], str]

REPORTERS: Final[Mapping[str, Reporter]] = {
    "text": lambda report, look: text.render(report, colour=look.colour, width=look.width),
    "junit": lambda report, look: junit.render(report, flavor=look.junit_flavor),
    "json": lambda report, _: json.render(report),
    "jsonl": lambda report, _: json.render_lines(report),
}
