"""Values and positions without some of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cmpolicy.document.tree import Borrowed, Children, Node, Raw, children_of, with_children

_Plan = dict[Any, Any]
"""The steps to what is dropped: a step leads to None (drop it), or to a further plan."""


def without(value: Any, children: Children, drop: Collection[Raw]) -> tuple[Any, Children]:
    """Return a value, and the positions in it, without what stands at the raw paths in `drop`.

    Only mappings and lists on the way are copied. Positions of dropped keys are kept.
    """
    plan: _Plan = {}
    for raw in drop:
        branch: _Plan | None = plan
        for step in raw[:-1]:
            branch = branch.setdefault(step, {}) if branch is not None else None
        if branch is not None and raw:
            branch[raw[-1]] = None
    return _without(value, children, plan)


def _without(value: Any, children: Children, plan: _Plan) -> tuple[Any, Children]:
    if isinstance(value, dict) and isinstance(children, dict):
        values: dict[str, Any] = {}
        nodes = dict(children)
        for key, item in value.items():
            if key not in plan:
                values[key] = item
            elif plan[key] is not None:
                values[key], nodes[key] = _inside(item, nodes[key], plan[key])
        return values, nodes
    if isinstance(value, list) and isinstance(children, list):
        kept = [
            _inside(item, node, plan[index]) if index in plan else (item, node)
            for index, (item, node) in enumerate(zip(value, children, strict=True))
            if index not in plan or plan[index] is not None
        ]
        return [item for item, _ in kept], [node for _, node in kept]
    return value, children


def _inside(value: Any, node: Node | Borrowed, plan: _Plan) -> tuple[Any, Node | Borrowed]:
    kept, children = _without(value, children_of(node), plan)
    return kept, with_children(node, children)
