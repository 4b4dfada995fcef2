"""Other values in a document, each with the place that says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cmpolicy.document.tree import Borrowed, Node, Raw, Spot, children_of, with_children
from cmpolicy.errors import Location


class Placed(NamedTuple):
    """A value and its position."""

    value: Any
    node: Node | Borrowed

    def at(self, raw: Raw) -> Any:
        """Return the value at a raw path."""
        value = self.value
        for step in raw:
            value = value[step]
        return value

    def location(self) -> Location:
        """Return where it is said; its position must name its file."""
        assert isinstance(self.node, Borrowed)  # noqa: S101 - what came from `Document.placed`
        return Spot(self.node.source, self.node.node).location()

    def items(self) -> list[Placed]:
        """Return the items of a list, each with its own position."""
        nodes = children_of(self.node)
        assert isinstance(nodes, list) and isinstance(self.node, Borrowed)  # noqa: S101, PT018 - as above
        return [
            Placed(value, node if isinstance(node, Borrowed) else Borrowed(self.node.source, node))
            for value, node in zip(self.value, nodes, strict=True)
        ]

    def inside(self, raw: Raw, change: Callable[[Placed], Placed]) -> Placed:
        """Return a copy in which what stands at a raw path is changed; the rest is shared."""
        if not raw:
            return change(self)
        step = raw[0]
        values, nodes = self._copies()
        below = Placed(values[step], nodes[step]).inside(raw[1:], change)
        values[step], nodes[step] = below
        return Placed(values, with_children(self.node, nodes))

    def put(self, raw: Raw, item: Placed) -> Placed:
        """Return a copy in which another value stands at a raw path."""
        return self.inside(raw[:-1], lambda above: above.with_item(raw[-1], item))

    def with_item(self, step: str | int, item: Placed) -> Placed:
        """Return a copy of a mapping or list in which this key or index has another value."""
        values, nodes = self._copies()
        values[step], nodes[step] = item
        return Placed(values, with_children(self.node, nodes))

    def with_appended(self, item: Placed) -> Placed:
        """Return a copy of a list with one more item."""
        values, nodes = self._copies()
        return Placed([*values, item.value], with_children(self.node, [*nodes, item.node]))

    def spliced(self, index: int, items: list[Placed]) -> Placed:
        """Return a copy of a list with other items in the place of one."""
        values, nodes = self._copies()
        values[index : index + 1] = [item.value for item in items]
        nodes[index : index + 1] = [item.node for item in items]
        return Placed(values, with_children(self.node, nodes))

    def renamed(self, key: str, new: str) -> Placed:
        """Return a copy of a mapping with another key in the place of one."""
        values, nodes = self._copies()
        order = [(new if name == key else name, name) for name in values]
        renamed = {name: values[old] for name, old in order}
        kept = {name: nodes[old] for name, old in order}
        return Placed(renamed, with_children(self.node, kept))

    def moved_to(self, place: Placed) -> Placed:
        """Return a mapping that stands where another value stands; what is in it stays."""
        assert isinstance(self.node, Borrowed)  # noqa: S101 - a row of a plan
        source, children = self.node.source, children_of(self.node)
        kept: dict[str, Node | Borrowed] = {
            key: below if isinstance(below, Borrowed) else Borrowed(source, below)
            for key, below in (children.items() if isinstance(children, dict) else ())
        }
        return Placed(self.value, with_children(place.node, kept))

    def _copies(self) -> tuple[Any, Any]:
        nodes: Any = children_of(self.node)
        return self.value.copy(), nodes.copy()


def spread(value: Any, node: Node | Borrowed) -> Placed:
    """Return a value that stands nowhere, with one position for all that is in it."""
    children: dict[str, Node | Borrowed] | list[Node | Borrowed] | None = None
    if isinstance(value, dict):
        children = {key: spread(item, node).node for key, item in value.items()}
    elif isinstance(value, list):
        children = [spread(item, node).node for item in value]
    return Placed(value, with_children(node, children))
