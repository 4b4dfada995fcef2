"""libyaml's parser events, by way of PyYAML.

libyaml takes NEL, LS and PS for line breaks, as YAML 1.1 did; YAML 1.2 takes them for text
(https://yaml.org/spec/1.2.2/#54-line-break-characters). So each is swapped for a character
that the file does not use, and put back into the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import ScalarEvent

from cmpolicy.document.source import Source
from cmpolicy.document.syntax import explain
from cmpolicy.errors import CmpolicyError, DocumentError

Pull = Callable[[], Any]
"""Returns the next event, or raises a `YAMLError`."""

_FOREIGN_BREAKS: Final = "\x85\u2028\u2029"
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")


def begin(text: str) -> Pull:
    """Begin to read: the function returned gives the next event, with YAML 1.2's values.

    Raises:
        CmpolicyError: PyYAML has been built without libyaml.
    """
    present = [character for character in _FOREIGN_BREAKS if character in text]
    if not present:
        return _libyaml(text)
    there = dict(zip(map(ord, present), _unused(text, len(present)), strict=True))
    back = {stand_in: character for character, stand_in in there.items()}
    pull = _libyaml(text.translate(there))

    def restored() -> Any:
        event = pull()
        if isinstance(event, ScalarEvent):
            event.value = event.value.translate(back)
        return event

    return restored


def _libyaml(text: str) -> Pull:
    try:
        # `yaml.cyaml` has the name too, but its type stubs do not say so.
        from yaml._yaml import CParser
    except ImportError:
        raise CmpolicyError(
            "PyYAML has been installed without libyaml, which reads YAML for cmpolicy",
            hint="install its wheel: pip install --force-reinstall --only-binary pyyaml pyyaml",
        ) from None
    pull: Pull = CParser(text).get_event
    return pull


def _unused(text: str, count: int) -> list[int]:
    """Return code points that stand nowhere in the text, not as an escape either.

    There are more of them beyond the basic plane than a file of 1 MiB can use.
    """
    used = {ord(character) for character in set(text)}
    used.update(int(short or long, 16) for short, long in _ESCAPE.findall(text))
    free = (code for code in range(0x10FFFD, 0xFFFF, -1) if code not in used)
    return [next(free) for _ in range(count)]


def too_deep_from(error: YAMLError) -> int | None:
    """Return where libyaml found more levels than it reads; None: the error is another.

    It reads 1,000 levels since version 0.2.6, and up to 1,024 characters ahead of its events.
    """
    if isinstance(error, MarkedYAMLError) and error.problem == "exceeded maximum nesting depth":
        return None if error.problem_mark is None else error.problem_mark.index
    return None


def refuse(source: Source, error: YAMLError) -> DocumentError:
    """Return what a parser's error means, in words for people."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return explain(source, str(error), 0, 0)
    at = error.problem_mark.index
    context_at = error.context_mark.index if error.context_mark else at
    return explain(source, f"{error.context or ''}: {error.problem}", at, context_at)
