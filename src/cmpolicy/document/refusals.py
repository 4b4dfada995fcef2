"""YAML features that strict YAML refuses, with their error messages."""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.events import AliasEvent, MappingStartEvent

from cmpolicy.document.source import Source
from cmpolicy.document.tree import Node
from cmpolicy.errors import DocumentError

DEPTH: Final = 64
"""How many mappings and lists may stand one in another."""

QUOTE_IT: Final = "if it is meant as text, put quotes around it"
_WORD: Final = re.compile(r"[^\s,\[\]{}]*")
_NAME_LENGTH: Final = 60


def _at(source: Source, event: Any, message: str, hint: str) -> DocumentError:
    return source.error(message, hint, event.start_mark.index, event.end_mark.index)


def _name(text: str) -> str:
    return f"`{text if len(text) <= _NAME_LENGTH else text[:_NAME_LENGTH] + '…'}`"


def empty(source: Source) -> DocumentError:
    """The file has no content."""
    return source.error("the file is empty", "write a mapping of keys and values", 0)


def second_document(source: Source, event: Any) -> DocumentError:
    """Something follows the end of the document."""
    return _at(
        source,
        event,
        "a second document begins here",
        "keep one document in a file: delete this line, or move what follows to another file",
    )


def too_deep(source: Source, event: Any) -> DocumentError:
    """A mapping or list too many, one in another."""
    return _at(
        source,
        event,
        f"mappings and lists are more than {DEPTH} deep in one another here",
        "brackets that are not closed are the usual cause; else write it flatter",
    )


def alias(source: Source, event: Any) -> DocumentError:
    """`*name`."""
    message = f"{_name('*' + event.anchor)} is an alias, and aliases are not used here"
    return _at(source, event, message, f"write the value out; {QUOTE_IT}")


def marked(source: Source, event: Any) -> DocumentError:
    """`!tag` or `&anchor`."""
    start = event.start_mark.index
    found = _WORD.match(source.text, start)
    word = found.group() if found else ""
    kind = "an anchor, and anchors" if word.startswith("&") else "a tag, and tags"
    message = f"{_name(word)} is {kind} are not used here"
    return source.error(message, f"delete it; {QUOTE_IT}", start, start + len(word))


def glued_comment(source: Source, event: Any) -> DocumentError:
    """`|#` or `>#`."""
    start = event.start_mark.index
    message = f"{_name(source.text[start : start + 2])} is neither a block of text nor a comment"
    hint = "put a space in front of the #, or quotes around the text"
    return source.error(message, hint, start, start + 2)


def number(source: Source, event: Any, problem: str) -> DocumentError:
    """A number that cannot be kept."""
    return _at(source, event, problem, QUOTE_IT)


def merge_key(source: Source, event: Any) -> DocumentError:
    """An unquoted `<<`."""
    message = "`<<` is a merge key, and merge keys are not used here"
    return _at(source, event, message, "write out the keys that it would merge")


def typed_key(source: Source, event: Any) -> DocumentError:
    """A key that is a number, true, false or null."""
    text = event.value
    if not text:
        return _at(source, event, "a key is missing here", 'write "key: value"')
    message = f"the key {_name(text)} is not text"
    return _at(source, event, message, f'quote it: "{text[:_NAME_LENGTH]}"')


def key(source: Source, event: Any) -> DocumentError:
    """A mapping, list or alias in the place of a key."""
    if isinstance(event, AliasEvent):
        return alias(source, event)
    start = event.start_mark.index
    if source.text[max(start - 1, 0) : start + 1] == "{{":
        message = "`{{` begins a mapping inside a mapping, which is not a valid key"
        end = source.text.find("}}", start, start + _NAME_LENGTH)
        hint = 'quote it: "{{…}}"' if end < 0 else f'quote it: "{source.text[start - 1 : end + 2]}"'
        return source.error(message, hint, start - 1, start + 1)
    kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
    return _at(
        source, event, f"a {kind} stands where a key is expected", f"keys are text; {QUOTE_IT}"
    )


def duplicate(source: Source, event: Any, first: Node) -> DocumentError:
    """A key that its mapping has already."""
    place = source.location(first[0])
    return _at(
        source,
        event,
        f"the key {_name(event.value)} is here twice; it stands first in line {place.line}, "
        f"column {place.column}",
        "keep one of the two",
    )
