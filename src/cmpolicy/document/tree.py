"""Positions: a tree parallel to the values, and how places are found in it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from cmpolicy.document.source import Source
from cmpolicy.errors import Location

Raw: TypeAlias = tuple[str | int, ...]
"""A path of keys and list indices, as JSON Schema errors speak."""

Children: TypeAlias = "dict[str, Node | Borrowed] | list[Node | Borrowed] | None"
"""Positions by key, or by index; None for a scalar."""

Node: TypeAlias = tuple[int, int, int, int, Children]
"""Where a value stands, as indices into the text: its key's start and end, its own start and
end, and its children. Plain tuples, because one is made for every value of every file."""

NO_KEY: Final = -1
"""The key's start and end of what has no key: an item of a list, or the whole document."""


class Borrowed(NamedTuple):
    """A position in another file than the tree around it: a row from a shared file."""

    source: Source
    node: Node


def children_of(node: Node | Borrowed) -> Children:
    """Return the positions below a position."""
    return node.node[4] if isinstance(node, Borrowed) else node[4]


def with_children(node: Node | Borrowed, children: Children) -> Node | Borrowed:
    """Return the same position with other positions below it."""
    if isinstance(node, Borrowed):
        return Borrowed(node.source, (*node.node[:4], children))
    return (*node[:4], children)


class Spot(NamedTuple):
    """A position together with the file it is in."""

    source: Source
    node: Node

    def location(self) -> Location:
        """Return what a finding about this value should point at.

        A scalar itself; the key of a mapping or list, or of an empty value; an item of a list
        from its start.
        """
        key_start, key_end, start, end, children = self.node
        if key_start != NO_KEY and (children is not None or start == end):
            return self.source.location(key_start, key_end)
        return self.source.location(start, end)

    def key_location(self) -> Location:
        """Return where the key stands, or the start of what has none."""
        key_start, key_end, _, _, _ = self.node
        if key_start == NO_KEY:
            return self.location()
        return self.source.location(key_start, key_end)

    def text(self) -> str:
        """Return the value's own text, as the file has it."""
        _, _, start, end, _ = self.node
        return self.source.text[start:end]


def find(source: Source, root: Node, raw: Raw) -> Spot:
    """Return the position at a raw path, or that of the nearest ancestor that exists."""
    node = root
    for step in raw:
        children: Any = node[4]
        try:
            below = children[step]
        except (KeyError, IndexError, TypeError):  # not there, or no mapping or list at all
            break
        if isinstance(below, Borrowed):
            source, below = below
        node = below
    return Spot(source, node)
