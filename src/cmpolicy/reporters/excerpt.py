"""The offending line of a file, with a caret under what is meant."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.reporters.escape import one_line, visible
from cmpolicy.reporters.style import Style

LEAST: Final = 24
"""Columns of a source line that are shown however narrow the terminal is."""
LONGEST_WORD: Final = 200
"""Characters of a word at most, a path among them."""
_LEAD: Final = 30
_ENDLESS: Final = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


def excerpt(
    location: Location, messages: Sequence[str], style: Style, paint: str, width: int
) -> list[str]:
    """Return the lines of an excerpt: where, the source line, and the messages at a caret.

    A place without text is the file as a whole, or a line that cannot be shown.
    """
    gutter = " " * len(str(location.line))
    whole = not location.text.strip() and (location.line, location.column) == (1, 1)
    where = location.file if whole else str(location)
    first, *others = wrap(where, width - len(gutter) - 4)
    lines = [f"{gutter}{style('blue', '-->')} {first}"]
    lines += [f"{gutter}    {row}" for row in others]
    if not location.text.strip():
        rows = [row for message in messages for row in wrap(message, width - len(gutter) - 5)]
        return lines + [f"{gutter}{style('blue', '  =')} {style(paint, row)}" for row in rows]
    bar = style("blue", "|")
    lines += source(location, style, paint, width)
    rows = [row for message in messages for row in wrap(message, width - len(gutter) - 4)]
    lines += [f"{gutter} {bar} {style(paint, row)}" for row in rows]
    return lines


def source(location: Location, style: Style, paint: str, width: int) -> list[str]:
    """Return the source line, cut to the width around what is meant, with a caret under it."""
    number = str(location.line)
    bar = style("blue", "|")
    shown, start, length = _window(location, max(LEAST, width - len(number) - 3))
    caret = " " * start + style(paint, "^" * length)
    return [f"{style('blue', number)} {bar} {shown}", f"{' ' * len(number)} {bar} {caret}"]


def wrap(text: str, width: int) -> list[str]:
    """Wrap text at words, and inside one only where it is wider than a line.

    An endless word is cut: nobody reads it, and it would push the rest off the screen.
    """
    whole = _ENDLESS.sub(lambda word: f"{word[0][: LONGEST_WORD - 1]}…", one_line(text))
    return textwrap.wrap(whole, max(20, width), break_on_hyphens=False) or [""]


def _window(location: Location, width: int) -> tuple[str, int, int]:
    """Return the line as shown, the cells before the caret, and the length of the caret."""
    text = visible(location.text).replace("\t", " ")
    start = min(location.column - 1, len(text))
    end = location.end_column - 1 if location.end_column > location.column else start + 1
    end = max(start + 1, min(end, len(text)))
    if _cells(text) > width:
        left = max(0, min(start - _LEAD, len(text) - width + 1))
        right = min(len(text), left + width - 2)
        while right > left + 1 and _cells(text[left:right]) > width - 2:
            right -= 1
        head, tail = ("…" if left else ""), ("…" if right < len(text) else "")
        text, shift = f"{head}{text[left:right]}{tail}", left - len(head)
        start, end = start - shift, min(end, right) - shift
        start = min(start, len(text) - 1)
    return text, _cells(text[:start]), max(1, _cells(text[start:end]))


def _cells(text: str) -> int:
    """Count the terminal cells that text takes: wide characters take two, marks none."""
    wide = sum(1 for char in text if unicodedata.east_asian_width(char) in "WF")
    return len(text) + wide - sum(1 for char in text if unicodedata.combining(char))
