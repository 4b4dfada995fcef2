"""The JSON Schemas, read from their files: one for every kind of file that users write.

Beside what JSON Schema says, they carry words for people:

* `x-expected`, `x-example`: what a pattern asks for;
* `x-hints`: how to fix what a pattern refuses and no other words can say, by pattern of the text in
  lower case, whose groups the hint may repeat;
* `x-key`, `x-note`: the key under which text belongs that stands for a mapping, and what to mind;
* `x-empty`: what to do about an empty list;
* `x-elsewhere`: where keys belong that do not belong here;
* `x-message`: what `not` and `oneOf` mean;
* `x-person`: the name of a human being, for which `vacant` is a placeholder;
* `x-entries`: a mapping whose entries may not be placeholders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from cmpolicy.bundled import SCHEMAS

UNKNOWN_ONLY: Final = "^unknown$"
"""The pattern of what is not text, but may be `unknown`."""

_DEFS: Final = "#/$defs/"


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the schema of a file kind: `agreement`, `shared`, `pack`, `config` ...

    Raises:
        FileNotFoundError: there is no such schema.
    """
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def resolve(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a node stands for: itself, or the definition of the schema that it names."""
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Mapping[str, Any] = root["$defs"][reference.removeprefix(_DEFS)]
    return found


def options(node: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a node, and what its value may be instead, the entries of a list among them."""
    node = resolve(node, root)
    yield node
    for key in ("oneOf", "anyOf", "allOf"):
        for below in node.get(key, ()):
            yield from options(below, root)
    if isinstance(node.get("items"), Mapping):
        yield from options(node["items"], root)


def required_of(node: Mapping[str, Any], value: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Return the keys that a mapping must have.

    With a value, only those that its own keys ask for: `if` names keys, and `else` asks for more
    where one of them is left out.
    """
    always = tuple(node.get("required", ()))
    if "if" not in node:
        return always
    wanted = set(always)
    condition = node["if"]["required"]
    if value is None or not all(key in value for key in condition):
        wanted.update(node["else"]["required"])
    return tuple(key for key in node["properties"] if key in wanted)


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON types that a node takes, without text where only `unknown` is meant.

    Empty where it takes any. What an `enum` or `const` lists takes no type beyond its words.
    """
    types = node.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    if node.get("pattern") == UNKNOWN_ONLY and len(types) > 1:
        return tuple(name for name in types if name != "string")
    return types
