"""Symbolic paths: `targets[p1-respond].within`.

A list item goes by its row key in brackets (`vocabulary.row_key`), plain text by itself; a
second one with the same key is `key~2`. What has no key goes by `#` and its number.
A key of a mapping stands after a dot, or in brackets where it holds a dot or a bracket itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from cmpolicy.vocabulary import row_key

_BRACKET_ENDS: Final = re.compile(r"\](?=[.\[]|\Z)")
_NAME_ENDS: Final = re.compile(r"(?=[.\[])|\Z")
# No sensible name is longer or holds more brackets; what is not sensible may not cost time.
_LONGEST_NAME: Final = 200
_MOST_ENDS: Final = 50
_NOT_PLAIN: Final = re.compile(r"[.\[\]]|\A\Z")


def item_names(section: str, items: Sequence[Any]) -> list[str]:
    """Return the name of each item of a list; no two are the same.

    `section` is the key that the list stands under.
    """
    taken: set[str] = set()
    counts: dict[str, int] = {}
    names = []
    for index, item in enumerate(items):
        name = _item_name(section, item)
        if name is None or len(name) > _LONGEST_NAME:
            name = f"#{index + 1}"
        unique, count = name, counts.get(name, 1)
        while unique in taken:
            count += 1
            unique = f"{name}~{count}"
        counts[name] = count
        taken.add(unique)
        names.append(unique)
    return names


def _item_name(section: str, item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        return row_key(section, item)
    if item is None or isinstance(item, list):
        return None
    return str(item)


def first_step(path: str, start: int, names: Container[str]) -> tuple[str, int] | None:
    """Return the name that stands at `start` in a path, and where the rest begins.

    A name may hold dots and brackets itself, so the one meant is the shortest of `names`.
    """
    bracket = path[start] == "["
    first = start + 1 if bracket or path[start] == "." else start
    ends = (_BRACKET_ENDS if bracket else _NAME_ENDS).finditer(path, first)
    for end in islice(ends, _MOST_ENDS):
        name = path[first : end.start()]
        if name in names and (name or bracket):
            return name, end.end()
    return None


def key_step(path: str, key: str) -> str:
    """Return the path of a mapping's key below `path`."""
    if _NOT_PLAIN.search(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def beside(file: str, text: str) -> str:
    """Return the path, relative to the root, that a file names relative to itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), text))
