"""Values and their positions, made from parser events in one pass.

This is the hot path of every run over many files: local names, no look-up that can wait, and
positions as plain integers (a line and a column are worked out when somebody asks).
"""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from cmpolicy.document import refusals
from cmpolicy.document.events import Pull
from cmpolicy.document.scalars import NUMBER_STARTS, WORDS, plain
from cmpolicy.document.source import Source
from cmpolicy.document.tree import NO_KEY, Borrowed, Children, Node

_KEY_STARTS: Final = "<" + NUMBER_STARTS
"""What a key begins with that is perhaps no text. (An empty one is "in" any text.)"""

_GLUED_COMMENT: Final = re.compile("[|>][-+0-9]*#")
"""`|#`: libyaml takes the rest of the line for a comment, YAML 1.2 does not allow it."""


class Builder:
    """Builds one document; to be used once."""

    __slots__ = ("_marked", "_pull", "_source")

    def __init__(self, source: Source, pull: Pull) -> None:
        self._source = source
        self._pull = pull
        # Only where one of these stands can a scalar be one that `_scalar` refuses for its marks.
        self._marked = any(mark in source.text for mark in ("!", "&", "|#", ">#"))

    def document(self) -> tuple[Any, Node]:
        """Return the value of the file and its position.

        Raises:
            DocumentError: the file is empty, or uses what strict YAML leaves out.
            yaml.YAMLError: it is not YAML.
        """
        self._pull()  # the start of the stream
        if isinstance(self._pull(), StreamEndEvent):
            raise refusals.empty(self._source)
        value, start, end, children = self._value(self._pull(), 0)
        if value is None and start == end:
            raise refusals.empty(self._source)
        self._pull()  # the end of the document
        after = self._pull()
        if not isinstance(after, StreamEndEvent):
            raise refusals.second_document(self._source, after)
        return value, (NO_KEY, NO_KEY, start, end, children)

    def _value(self, event: Any, depth: int) -> tuple[Any, int, int, Children]:
        """Return a value, the start and end of its text, and the positions of what it holds."""
        start = event.start_mark.index
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event), start, event.end_mark.index, None
        if isinstance(event, AliasEvent):
            raise refusals.alias(self._source, event)
        if event.anchor is not None or event.tag is not None:
            raise refusals.marked(self._source, event)
        if depth == refusals.DEPTH:
            raise refusals.too_deep(self._source, event)
        if kind is MappingStartEvent:
            value, end, children = self._mapping(depth + 1)
            return value, start, end, children
        return self._sequence(start, depth + 1)

    def _mapping(self, depth: int) -> tuple[dict[str, Any], int, Children]:
        """Read up to the end of a mapping: its values, the end of its text, the positions."""
        pull, marked = self._pull, self._marked
        values: dict[str, Any] = {}
        nodes: dict[str, Node | Borrowed] = {}
        end = 0
        while True:
            event = pull()
            kind = type(event)
            if kind is not ScalarEvent:
                if kind is MappingEndEvent:
                    return values, _end(event, end), nodes
                raise refusals.key(self._source, event)
            key = event.value
            key_start = event.start_mark.index
            key_end = event.end_mark.index
            if key in nodes or key[:1] in _KEY_STARTS or key in WORDS or marked:
                self._check_key(event, nodes)
            event = pull()
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                if value[:1] in NUMBER_STARTS or value in WORDS or marked:
                    value = self._scalar(event)
                values[key] = value
                end = event.end_mark.index
                nodes[key] = (key_start, key_end, event.start_mark.index, end, None)
            else:
                values[key], start, end, children = self._value(event, depth)
                nodes[key] = (key_start, key_end, start, end, children)

    def _sequence(self, start: int, depth: int) -> tuple[list[Any], int, int, Children]:
        """Read up to the end of a list that begins at `start`."""
        pull, marked = self._pull, self._marked
        values: list[Any] = []
        nodes: list[Node | Borrowed] = []
        last = 0
        while True:
            event = pull()
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                if value[:1] in NUMBER_STARTS or value in WORDS or marked:
                    value = self._scalar(event)
                values.append(value)
                last = event.end_mark.index
                nodes.append((NO_KEY, NO_KEY, event.start_mark.index, last, None))
            elif kind is SequenceEndEvent:
                return values, start, _end(event, last), nodes
            else:
                value, first, last, children = self._value(event, depth)
                values.append(value)
                nodes.append((NO_KEY, NO_KEY, first, last, children))

    def _scalar(self, event: Any) -> Any:
        """Return the value of a scalar, after a look at its marks."""
        if event.anchor is not None or event.tag is not None:
            raise refusals.marked(self._source, event)
        if event.style:  # quoted, or a block: text
            if _GLUED_COMMENT.match(self._source.text, event.start_mark.index):
                raise refusals.glued_comment(self._source, event)
            return event.value
        try:
            return plain(event.value)
        except ValueError as error:
            raise refusals.number(self._source, event, str(error)) from None

    def _check_key(self, event: Any, before: dict[str, Any]) -> None:
        """Refuse a key that is a duplicate, is not text, or is the merge key."""
        value = self._scalar(event)
        if value == "<<" and not event.style:
            raise refusals.merge_key(self._source, event)
        if not isinstance(value, str):
            raise refusals.typed_key(self._source, event)
        if value in before:
            raise refusals.duplicate(self._source, event, before[value])


def _end(event: Any, last: int) -> int:
    """Return where a mapping or list ends: at its bracket, else with the last thing in it.

    The parser places the end of a block collection at the start of what follows, past comments.
    """
    end: int = event.end_mark.index
    return end if end > event.start_mark.index else last
