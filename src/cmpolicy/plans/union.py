"""One set of rows made of plans, the shared files that they use, and an agreement's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cmpolicy.document import Document, Placed
from cmpolicy.document.tree import Borrowed, Node, children_of, with_children
from cmpolicy.errors import Location, Problem
from cmpolicy.plans.model import MAPPINGS, PLANNED
from cmpolicy.terms import EVERYWHERE, ROW_RECORD
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import ROW_KEYS, SECTIONS, row_key

DIFFERS: Final = "write it under `differs`"
ONCE: Final = "say it once"


@dataclass(frozen=True, slots=True)
class Union:
    """Rows and facts gathered so far, each with its place."""

    values: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node | Borrowed] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _index: dict[tuple[str, str], int] = field(default_factory=dict)
    """Of each row its index, by the name of its list and its key."""

    @classmethod
    def of(cls, document: Document) -> Union:
        """Start from what a document says that was united before."""
        made = cls(dict(document.value), dict(_children(document.tree)))
        for section in SECTIONS:
            made._enter(section)
        return made

    def add(self, document: Document, *, own: bool = False) -> None:
        """Add what a plan or a shared file says, or (`own`) the agreement."""
        nodes = _children(document.tree)
        for name, value in document.value.items():
            placed = Placed(value, _borrowed(document, nodes[name]))
            if name in SECTIONS:
                self._add_rows(name, placed, own=own)
            elif name in MAPPINGS:
                self._add_facts(name, placed, own=own)
            elif name in PLANNED:
                self._add_value(name, placed, own=own)

    def document(self, main: Document, more: Mapping[str, Any] | None = None) -> Document:
        """Return all of it as a document whose head is that of another one.

        Args:
            main: the document whose places stand in for what is not there.
            more: further values of `main`, which stand in it under the same keys.
        """
        nodes = _children(main.tree)
        values = {**(more or {}), **self.values}
        places = {name: nodes[name] for name in more or ()} | self.nodes
        return Document(values, main.source, (*main.tree[:4], places), before=main)

    def _enter(self, section: str) -> None:
        rows = self.values.get(section)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            key = row_key(section, row) if isinstance(row, dict) else None
            if key is not None:
                self._index.setdefault((section, key), index)

    def _add_rows(self, section: str, placed: Placed, *, own: bool) -> None:
        if not isinstance(placed.value, list) or not isinstance(self.values.get(section, []), list):
            self._add_value(section, placed, own=own)
            self._enter(section)
            return
        there = self.nodes.get(section, with_children(placed.node, []))
        values, nodes = list(self.values.get(section, ())), list(_items(there))
        for row, node in zip(placed.value, _items(placed.node), strict=True):
            spot = _moved(placed.node, node)
            key = row_key(section, row) if isinstance(row, dict) else None
            at = self._index.get((section, key)) if key is not None else None
            if key is None or at is None:
                self._index.setdefault((section, key or ""), len(values))
                values.append(row)
                nodes.append(spot)
            elif own and _is_record(section, row):
                values[at], nodes[at] = _laid_over(Placed(values[at], nodes[at]), row, spot)
            else:
                self._twice(f"{section}[{key}]", nodes[at], spot, own=own)
        self.values[section] = values
        self.nodes[section] = with_children(there, nodes)

    def _add_facts(self, name: str, placed: Placed, *, own: bool) -> None:
        """Add the keys of a mapping; those of a framework are facts, which may agree."""
        standing = self.values.get(name, {})
        if not isinstance(placed.value, dict) or not isinstance(standing, dict):
            self._add_value(name, placed, own=own)
            return
        there = self.nodes.get(name, with_children(placed.node, {}))
        values, nodes = dict(standing), dict(_children(there))
        for key, value in placed.value.items():
            spot = _moved(placed.node, _children(placed.node)[key])
            if key not in values or (key in EVERYWHERE and own):
                values[key], nodes[key] = value, spot
            elif key in EVERYWHERE:
                continue
            elif name == "frameworks":
                old = Placed(values[key], nodes[key])
                values[key], nodes[key] = self._agreed(f"{name}.{key}", old, Placed(value, spot))
            else:
                self._twice(f"{name}.{key}", nodes[key], spot, own=own)
        self.values[name], self.nodes[name] = values, with_children(there, nodes)

    def _agreed(self, path: str, old: Placed, new: Placed) -> Placed:
        """Return the facts of a framework that two files name."""
        if not isinstance(old.value, dict) or not isinstance(new.value, dict):
            if old.value != new.value:
                self._disagree(path, old, new)
            return old
        values = dict(old.value)
        nodes: dict[str, Any] = {
            key: _moved(old.node, node) for key, node in _children(old.node).items()
        }
        for key, value in new.value.items():
            spot = _moved(new.node, _children(new.node)[key])
            if key not in values:
                values[key], nodes[key] = value, spot
            elif values[key] != value and key not in EVERYWHERE:
                self._disagree(
                    f"{path}.{key}", Placed(values[key], nodes[key]), Placed(value, spot)
                )
        return Placed(values, with_children(old.node, nodes))

    def _add_value(self, name: str, placed: Placed, *, own: bool) -> None:
        """Add a value that cannot be united: what is absent, or a placeholder, gives way."""
        if name not in self.values or _is_blank(name, self.values[name]):
            self.values[name], self.nodes[name] = placed
        elif not _is_blank(name, placed.value):
            self._twice(name, self.nodes[name], placed.node, own=own)

    def _twice(self, path: str, old: Any, new: Any, *, own: bool) -> None:
        place = _location(new)
        message = f"`{path}` is said twice: here, and in {_where(_location(old))}"
        self.problems.append(Problem(message, place, DIFFERS if own else ONCE))

    def _disagree(self, path: str, old: Placed, new: Placed) -> None:
        message = (
            f"`{path}` is {new.value!r} here, and {old.value!r} in {_where(_location(old.node))}"
        )
        self.problems.append(Problem(message, _location(new.node), "make the two agree"))


def _is_blank(name: str, value: Any) -> bool:
    """Say whether a placeholder stands where rows or facts belong: it counts as absent."""
    if name not in SECTIONS and name not in MAPPINGS:
        return value is None
    return not isinstance(value, (list, dict)) and value != UNKNOWN.value


def _is_record(section: str, row: Any) -> bool:
    """Say whether a row holds, besides its key, only what is not a term; and some of that."""
    key = {"id"} if "id" in row else set(ROW_KEYS.get(section, ()))
    record = ROW_RECORD.get(section, frozenset()) | EVERYWHERE
    fields = set(row) - key
    return bool(fields) and fields <= record


def _laid_over(standing: Placed, row: Mapping[str, Any], spot: Borrowed) -> Placed:
    nodes = _children(spot)
    for name, value in row.items():
        if name not in standing.value or standing.value[name] != value:
            standing = standing.with_item(name, Placed(value, _moved(spot, nodes[name])))
    return standing


def _children(node: Any) -> dict[str, Any]:
    found = children_of(node)
    return found if isinstance(found, dict) else {}


def _items(node: Any) -> list[Any]:
    found = children_of(node)
    return found if isinstance(found, list) else []


def _borrowed(document: Document, node: Any) -> Borrowed:
    return node if isinstance(node, Borrowed) else Borrowed(document.source, node)


def _moved(parent: Any, node: Any) -> Borrowed:
    """Return a position taken out from below another one, together with its file."""
    return node if isinstance(node, Borrowed) else Borrowed(parent.source, node)


def _location(node: Any) -> Location:
    return Placed(None, node).location()


def _where(place: Location) -> str:
    return f"line {place.line} of {place.file}"
