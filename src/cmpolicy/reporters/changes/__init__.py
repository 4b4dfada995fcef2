"""Reporters of comparisons: pure functions, one for each format of `cmpolicy diff`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cmpolicy.compare import Comparison
from cmpolicy.reporters import Look

ChangeReporter = Callable[[Comparison, Look], str]


def _text(comparison: Comparison, look: Look) -> str:
    from cmpolicy.reporters.changes import text

    return text.render(comparison, colour=look.colour, width=look.width)


def _markdown(comparison: Comparison, _: Look) -> str:
    from cmpolicy.reporters.changes import markdown

    return markdown.render(comparison)


def _json(comparison: Comparison, _: Look) -> str:
    from cmpolicy.reporters.changes import json

    return json.render(comparison)


def _github(comparison: Comparison, _: Look) -> str:
    from cmpolicy.reporters.changes import github

    return github.render(comparison)


CHANGE_REPORTERS: Final[Mapping[str, ChangeReporter]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "github": _github,
}
