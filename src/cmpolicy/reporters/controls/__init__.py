"""The state of every control, as text, Markdown, JSON and CSV; the denominator is always shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cmpolicy.controls import ControlsReport
from cmpolicy.reporters.controls import data, markdown, text

SHOWN: Final = ("worst", "all")
"""How much text and Markdown list: see `ControlsLook.everything`."""


@dataclass(frozen=True, slots=True)
class ControlsLook:
    """How the output is to look, where a format has a choice."""

    colour: bool = False
    width: int = 100
    everything: bool = False
    """List every control of every agreement, and not only what is open or partly shown."""


Format = Callable[[ControlsReport, ControlsLook], str]

FORMATS: Final[Mapping[str, Format]] = {
    "text": lambda found, look: text.render(
        found, colour=look.colour, width=look.width, everything=look.everything
    ),
    "json": lambda found, _: data.as_json(found),
    "markdown": lambda found, look: markdown.render(found, everything=look.everything),
    "csv": lambda found, _: data.as_csv(found),
}
