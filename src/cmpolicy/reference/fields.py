"""The pages of fields: what the JSON Schemas say of each key of the files that users write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from cmpolicy import bundled

SCHEMAS: Final = ("agreement", "plan", "config", "pack", "waivers", "releases")
"""In the order in which a field is looked for."""


@cache
def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(bundled.schemas()[name].read_text(encoding="utf-8"))
    return schema


def field_names() -> tuple[str, ...]:
    """Return the fields of an agreement, as `targets.within`, sorted."""
    return tuple(sorted(path for path, _ in _walk(_schema("agreement"), "agreement", "", 0)))


def field_page(path: str) -> str | None:
    """Return what a field means, or None where no file has it."""
    for name in SCHEMAS:
        for found, schema in _walk(_schema(name), name, "", 0):
            if found == path:
                return _page(path, name, schema)
    return None


def _walk(
    schema: Mapping[str, Any], name: str, path: str, depth: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (path, schema) of every key; items of lists are passed through."""
    if depth > 8:  # noqa: PLR2004 - deeper than any file that users write
        return
    schema = _resolved(schema, name)
    for key, below in schema.get("properties", {}).items():
        inner = f"{path}.{key}" if path else key
        yield inner, {**_resolved(below, name), **below}
        yield from _walk(below, name, inner, depth + 1)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _walk(schema[key], name, path, depth + 1)
    for key in ("oneOf", "anyOf", "allOf"):
        for below in schema.get(key, ()):
            yield from _walk(below, name, path, depth + 1)


def _resolved(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    file, _, pointer = reference.partition("#")
    other = next((known for known in bundled.schemas() if f":{known}:" in file), name)
    found: Any = _schema(other)
    for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
        found = found[step]
    return {**_resolved(found, other), **{k: v for k, v in schema.items() if k != "$ref"}}


def _page(path: str, name: str, schema: Mapping[str, Any]) -> str:
    lines = [f"# {path}", "", str(schema.get("description", "")), "", f"- file: {name}"]
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        lines.append(f"- type: {' or '.join(kinds)}")
    if "enum" in schema:
        lines.append(f"- one of: {', '.join(str(item) for item in schema['enum'])}")
    if "x-expected" in schema:
        lines.append(f"- written as: {schema['x-expected']}")
    if "x-example" in schema:
        lines.append(f"- example: `{schema['x-example']}`")
    return "\n".join(lines) + "\n"
