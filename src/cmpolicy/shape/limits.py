"""Which lists and mappings of a file have more entries than their schema allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmpolicy.shape.schema import resolve

Raw = tuple[str | int, ...]
Found = tuple[Raw, Any, Mapping[str, Any]]
"""The raw path of a list or mapping that is too long, its value, and its schema."""


def past_limits(value: Any, schema: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what has more entries than `maxItems` or `maxProperties`; not what is inside it.

    It looks at each value of the file once, whatever else is wrong there.
    """
    yield from _look(value, schema, schema, ())


def _look(
    value: Any, node: Mapping[str, Any], root: Mapping[str, Any], path: Raw
) -> Iterator[Found]:
    node = resolve(node, root)
    if isinstance(value, list):
        if len(value) > node.get("maxItems", len(value)):
            yield path, value, node
        elif isinstance(node.get("items"), Mapping):
            for index, item in enumerate(value):
                yield from _look(item, node["items"], root, (*path, index))
    elif isinstance(value, dict):
        if len(value) > node.get("maxProperties", len(value)):
            yield path, value, node
            return
        fields, rest = node.get("properties", {}), node.get("additionalProperties")
        for key, item in value.items():
            part = fields.get(key, rest)
            if isinstance(item, (list, dict)) and isinstance(part, Mapping):
                yield from _look(item, part, root, (*path, key))
