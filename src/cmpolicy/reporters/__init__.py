"""Reporters: pure functions from a report to the text of a format. `REPORTERS` is their list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cmpolicy.reporters import text
from cmpolicy.verdict import Report


@dataclass(frozen=True, slots=True)
class Look:
    """How the output is to look, where a format has a choice."""

    colour: bool = False
    width: int = 100
    junit_flavor: str = "ant"
    show: str = "worst"
    """How much of it the text shows: `worst`, `lines` or `all`."""
    evidence: bool = False
    """Write the observations of what passes too, where a format has room for them."""


Reporter = Callable[[Report, Look], str]


# A format is imported when it is asked for: a hook pays for the text report alone.


def _text(report: Report, look: Look) -> str:
    return text.render(report, colour=look.colour, width=look.width, show=look.show)


def _junit(report: Report, look: Look) -> str:
    from cmpolicy.reporters import junit

    return junit.render(report, flavor=look.junit_flavor, evidence=look.evidence)


def _json(report: Report, look: Look) -> str:
    from cmpolicy.reporters import json

    return json.render(report, evidence=look.evidence)


def _jsonl(report: Report, look: Look) -> str:
    from cmpolicy.reporters import json

    return json.render_lines(report, evidence=look.evidence)


def _sarif(report: Report, _: Look) -> str:
    from cmpolicy.reporters import sarif

    return sarif.render(report)


def _markdown(report: Report, _: Look) -> str:
    from cmpolicy.reporters import markdown

    return markdown.render(report)


def _github(report: Report, _: Look) -> str:
    from cmpolicy.reporters import github

    return github.render(report)


def _gitlab(report: Report, _: Look) -> str:
    from cmpolicy.reporters import gitlab

    return gitlab.render(report)


REPORTERS: Final[Mapping[str, Reporter]] = {
    "text": _text,
    "junit": _junit,
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "markdown": _markdown,
    "github": _github,
    "gitlab": _gitlab,
}
