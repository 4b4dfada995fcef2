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
    for section in SHARED_SECTIONS:
        _append(values, nodes, section, shared)
    tree: Node = (*main.tree[:4], nodes)
    return Document(values, main.source, tree, before=_before(main, shared))


def _append(
    values: dict[str, Any],
    nodes: dict[str, Node | Borrowed],
    section: str,
    shared: Sequence[Document],
) -> None:
    """Append the rows of every shared file to one section."""
    own = values.get(section, [])
    adding = [document for document in shared if _has_rows(document, section)]
    if not isinstance(own, list) or not adding:
        return
    children: list[Any] = [document.tree[4] for document in adding]
    places = [
        _borrowed(document, found[section])
        for document, found in zip(adding, children, strict=True)
    ]
    standing = nodes[section] if section in values else with_children(places[0], [])
    rows, spots = list(own), list(_rows(standing))
    for document, place in zip(adding, places, strict=True):
        rows += document.value[section]
        spots += [_borrowed(document, row) for row in _rows(place)]
    values[section] = rows
    nodes[section] = with_children(standing, spots)


def _has_rows(shared: Document, section: str) -> bool:
    there = isinstance(shared.value, dict) and isinstance(shared.tree[4], dict)
    return there and isinstance(shared.value.get(section), list)


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
