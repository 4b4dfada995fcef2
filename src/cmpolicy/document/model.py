"""Document: what a file says, and where it says it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cmpolicy.document.editing import Placed
from cmpolicy.document.paths import first_step, item_names, key_step
from cmpolicy.document.pruning import without
from cmpolicy.document.source import Source
from cmpolicy.document.tree import Borrowed, Node, Raw, Spot, find
from cmpolicy.errors import Location


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The values of a file, plain (dict, list, str, int, float, bool, None), and their places.

    A *raw path* is a tuple of keys and list indices into `value`; a *symbolic path* names the
    items of lists (see `symbolic`). Where there is nothing at a path, the place of the nearest
    ancestor stands in for it.
    """

    value: Any
    source: Source
    tree: Node
    before: Document | None = None
    """The document that this one was made from by `prune` or `merge`: it knows where the values
    stood that are gone."""
    _names: dict[Raw, tuple[list[str], dict[str, int]]] = field(default_factory=dict, repr=False)
    """The names of list items and their indices, by the raw path of the list; filled as they are
    asked for."""

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.source.file

    @property
    def text(self) -> str:
        """The text of the file, without a byte-order mark."""
        return self.source.text

    def locate(self, path: str) -> Location:
        """Return where the value at a symbolic path stands, or stood before it was dropped."""
        document, (raw, rest) = self, self.resolve(path)
        earlier = self.before
        while rest and earlier is not None:
            found, left = earlier.resolve(path)
            if len(left) < len(rest):
                document, raw, rest = earlier, found, left
            earlier = earlier.before
        return document.position(raw)

    def position(self, raw: Raw) -> Location:
        """Return where the value at a raw path stands.

        A scalar itself; the key of a mapping or list, or of an empty value; an item of a list
        from its start.
        """
        return self._find(raw).location()

    def key_position(self, raw: Raw) -> Location:
        """Return where the key of the value at a raw path stands."""
        return self._find(raw).key_location()

    def raw_text(self, raw: Raw) -> str:
        """Return the text of the value at a raw path as the file has it, quotes and all."""
        return self._find(raw).text()

    def symbolic(self, raw: Raw) -> str:
        """Return the symbolic path of a raw path: `targets[p1-respond].within`.

        An item of a list goes by its row key (`vocabulary.row_key`), or by its own text; a
        second one of that name is `name~2`, and what has no name is `#` and its number. A key
        that holds a dot or a bracket stands in brackets too.
        """
        path = ""
        value = self.value
        for depth, step in enumerate(raw):
            if isinstance(step, str):
                path = key_step(path, step)
                value = value.get(step) if isinstance(value, dict) else None
            else:
                items = value if isinstance(value, list) else []
                names, _ = self._item_names(raw[:depth], items)
                here = step < len(names)
                path += f"[{names[step] if here else f'#{step + 1}'}]"
                value = items[step] if here else None
        return path

    def resolve(self, path: str) -> tuple[Raw, str]:
        """Return the raw path of a symbolic path as far as it exists, and the rest of it."""
        raw: Raw = ()
        value = self.value
        start = 0
        while start < len(path):
            names: Mapping[str, Any] = {}
            if isinstance(value, dict):
                names = value
            elif isinstance(value, list) and path[start] == "[":
                _, names = self._item_names(raw, value)
            found = first_step(path, start, names)
            if found is None:
                break
            name, start = found
            step = name if names is value else names[name]
            raw = (*raw, step)
            value = value[step]
        return raw, path[start:]

    def prune(self, drop: Collection[Raw]) -> Document:
        """Return the document without the values at these raw paths.

        What remains keeps its place; what is dropped is still located by its symbolic path.
        """
        if not drop:
            return self
        value, children = without(self.value, self.tree[4], drop)
        return Document(value, self.source, (*self.tree[:4], children), before=self)

    @property
    def whole(self) -> Placed:
        """All of it with its positions, to be changed and handed to `with_whole`."""
        return Placed(self.value, self.tree)

    def placed(self, raw: Raw) -> Placed:
        """Return the value at a raw path, with its position in its own file."""
        value = self.value
        for step in raw:
            value = value[step]
        return Placed(value, self.node(raw))

    def node(self, raw: Raw) -> Borrowed:
        """Return the position of a raw path in its own file, or of the nearest ancestor."""
        return Borrowed(*self._find(raw))

    def with_whole(self, whole: Placed) -> Document:
        """Return the document with other values; it knows where those stood that are gone."""
        node = whole.node
        tree = node.node if isinstance(node, Borrowed) else node
        return Document(whole.value, self.source, tree, before=self)

    def source_of(self, raw: Raw) -> Source:
        """Return the file that says the value at a raw path."""
        return self._find(raw).source

    def _find(self, raw: Raw) -> Spot:
        return find(self.source, self.tree, raw)

    def _item_names(self, raw: Raw, items: list[Any]) -> tuple[list[str], dict[str, int]]:
        found = self._names.get(raw)
        if found is None:
            section = next((step for step in reversed(raw) if isinstance(step, str)), "")
            names = item_names(section, items)
            found = self._names[raw] = names, {name: at for at, name in enumerate(names)}
        return found
