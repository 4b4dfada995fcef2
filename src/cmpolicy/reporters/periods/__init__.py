"""Reporters of periods: pure functions, one for each format of `cmpolicy timeline`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cmpolicy.reporters import Look
from cmpolicy.timeline import Timeline

PeriodReporter = Callable[[Timeline, Look], str]


def _text(found: Timeline, look: Look) -> str:
    from cmpolicy.reporters.periods import text

    return text.render(found, colour=look.colour, width=look.width)


def _markdown(found: Timeline, _: Look) -> str:
    from cmpolicy.reporters.periods import markdown

    return markdown.render(found)


def _json(found: Timeline, _: Look) -> str:
    from cmpolicy.reporters.periods import json

    return json.render(found)


PERIOD_REPORTERS: Final[Mapping[str, PeriodReporter]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
}
