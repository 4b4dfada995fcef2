"""One document made of an agreement and the files it shares with others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cmpolicy.document.model import Document
from cmpolicy.document.tree import Borrowed, Node, children_of, with_children
from cmpolicy.vocabulary import SHARED_SECTIONS


def merge(main: Document, shared: Sequence[Document]) -> Document:
    """Return `main` with the rows of the shared files appended to its lists, without `uses`.

    Each row is located in the file that says it. Nothing is judged here: rows with the same id
    stand side by side, and a section that is not a list stays as `main` has it, or is passed
    over in a shared file.
    """
    if not isinstance(main.value, dict) or not isinstance(main.tree[4], dict):
        return main
    values = {key: item for key, item in main.value.items() if key != "uses"}
    nodes = dict(main.tree[4])
    for document in shared:
        _append(values, nodes, document)
    tree: Node = (*main.tree[:4], nodes)
    return Document(values, main.source, tree, before=_before(main, shared))


def _append(values: dict[str, Any], nodes: dict[str, Node | Borrowed], shared: Document) -> None:
    if not isinstance(shared.value, dict) or not isinstance(shared.tree[4], dict):
        return
    for section in SHARED_SECTIONS:
        rows = shared.value.get(section)
        own = values.get(section, [])
        if not isinstance(rows, list) or not isinstance(own, list):
            continue
        place = _borrowed(shared, shared.tree[4][section])
        standing = nodes[section] if section in values else with_children(place, [])
        values[section] = [*own, *rows]
        nodes[section] = with_children(
            standing,
            [*_rows(standing), *(_borrowed(shared, row) for row in _rows(place))],
        )


def _rows(node: Node | Borrowed) -> list[Node | Borrowed]:
    children = children_of(node)
    return children if isinstance(children, list) else []


def _borrowed(shared: Document, node: Node | Borrowed) -> Borrowed:
    return node if isinstance(node, Borrowed) else Borrowed(shared.source, node)


def _before(main: Document, shared: Sequence[Document]) -> Document:
    """Return what knows the places of `uses`, and of what was pruned before the merging."""
    if main.before is None and all(document.before is None for document in shared):
        return main
    return merge(main.before or main, [document.before or document for document in shared])
