"""The pages of fields: what the JSON Schemas say of each key of the files that users write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cmpolicy.reference.writing import TERMINAL, Writer, first_sentence
from cmpolicy.shape import load_schema
from cmpolicy.shape.schema import UNKNOWN_ONLY, options, required_of, resolve, types_of
from cmpolicy.vocabulary import VOCABULARIES

Node = Mapping[str, Any]

FILES: Final = (
    "agreement",
    "shared",
    "plan",
    "config",
    "waivers",
    "releases",
    "pack",
    "framework",
)
"""The kinds of files that users write, in the order in which a page names them."""
_DEEPEST: Final = 10
"""Keys below keys; no file goes deeper."""
_ROW: Final = re.compile(r"\[[^\]]*\]")
_TYPES: Final = {
    "string": "text",
    "object": "a mapping",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_KINDS: Final = {words: name for name, words in VOCABULARIES.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a kind of file, as its schema has it."""

    path: str
    file: str
    node: Node
    """With what it refers to resolved."""
    required: bool = False


@cache
def _fields() -> Mapping[str, tuple[Field, ...]]:
    """Return every field by its path."""
    found: dict[str, list[Field]] = {}
    for file in FILES:
        root = load_schema(file)
        for field in _below(Field("", file, root), root, 0):
            found.setdefault(field.path, []).append(field)
    return {path: tuple(fields) for path, fields in found.items()}


def _below(above: Field, root: Node, depth: int) -> Iterator[Field]:
    """Yield the fields below one; entries of lists, and of mappings by id, are passed through."""
    if depth > _DEEPEST:
        return
    for option in options(above.node, root):
        required = required_of(option) if "properties" in option else ()
        for key, given in option.get("properties", {}).items():
            path = f"{above.path}.{key}" if above.path else key
            node = {**resolve(given, root), **given}
            node.pop("$ref", None)
            yield (field := Field(path, above.file, node, key in required))
            yield from _below(field, root, depth + 1)
        if isinstance(option.get("additionalProperties"), Mapping):
            entry = Field(above.path, above.file, option["additionalProperties"])
            yield from _below(entry, root, depth + 1)


def field_names() -> tuple[str, ...]:
    """Return the fields of all files, as `targets.within`; those of an agreement come first."""
    return tuple(_fields())


def fields_of(word: str) -> tuple[str, ...]:
    """Return the fields in which a word of the format may stand."""
    return tuple(
        path
        for path, fields in _fields().items()
        if any(word in _words(one.node, load_schema(one.file)) for one in fields)
    )


def sections() -> tuple[str, ...]:
    """Return the fields at the top of an agreement."""
    return tuple(load_schema("agreement")["properties"])


def field_page(name: str, words: Mapping[str, tuple[str, ...]], writer: Writer = TERMINAL) -> str:
    """Return what a field means in each kind of file that has it; empty: no file has it.

    Args:
        name: its path, with or without ids of rows: `targets[p1].within`.
        words: what packs add to the vocabularies, by vocabulary.
        writer: how it is written.
    """
    path = _ROW.sub("", name)
    while path not in _fields() and "." in path:
        # A key that the file chose itself, as in `tools.access.clinic`.
        path = path.rpartition(".")[0]
        if not any(_is_open(field) for field in _fields().get(path, ())):
            return ""
    variants: dict[tuple[str, ...], list[str]] = {}
    for field in _fields().get(path, ()):
        body = tuple(_body(field, words, writer))
        files = variants.setdefault(body, [])
        files += [] if field.file in files else [field.file]
    lines = [f"# {path}"] if variants else []
    for body, files in variants.items():
        lines += ["", *writer.lines(f"In files of the kind {', '.join(files)}:"), "", *body]
    return "".join(f"{line}\n" for line in lines)


def _is_open(field: Field) -> bool:
    root = load_schema(field.file)
    return any(
        isinstance(one.get("additionalProperties"), Mapping) for one in options(field.node, root)
    )


def file_page(name: str, writer: Writer = TERMINAL) -> str:
    """Return what a kind of file holds."""
    root = load_schema(name)
    lines = [f"# {name}", "", *writer.lines(str(root["description"])), ""]
    lines += _keys(Field("", name, root), root, writer)
    lines += ["", *writer.lines(f"`cmpolicy schema {name}` writes its JSON Schema for editors.")]
    return "\n".join(lines) + "\n"


def _body(field: Field, words: Mapping[str, tuple[str, ...]], writer: Writer) -> Iterator[str]:
    root = load_schema(field.file)
    yield from writer.lines(str(field.node["description"]))
    yield ""
    yield from writer.lines(f"takes: {_takes(field.node, root)}", "- ")
    yield from writer.lines(f"required: {'yes' if field.required else 'no'}", "- ")
    if "x-empty" in field.node:
        yield from writer.lines(f"never an empty list: {field.node['x-empty']}", "- ")
    known = tuple(dict.fromkeys(_words(field.node, root)))
    if known:
        vocabulary = _KINDS.get(tuple(map(str, known)), "")
        yield from ("", "Words:", "", *writer.words((*known, *words.get(vocabulary, ()))))
    keys = list(_keys(field, root, writer))
    if keys:
        yield from ("", *keys)


def _keys(field: Field, root: Node, writer: Writer) -> Iterator[str]:
    """Yield the keys directly below a field, each with what it means."""
    depth = field.path.count(".") + 1 if field.path else 0
    rows: dict[str, str] = {}
    for below in _below(field, root, 0):
        if below.path.count(".") == depth:
            name = f"`{below.path.rpartition('.')[2]}`{' (required)' if below.required else ''}"
            rows.setdefault(name, first_sentence(str(below.node["description"])))
    if rows:
        yield "Keys:"
        yield ""
        yield from writer.table(("key", "meaning"), tuple(rows.items()))


def _takes(node: Node, root: Node) -> str:
    """Return what a value may be, in words."""
    node = resolve(node, root)
    if "x-expected" in node:
        example = f", such as `{node['x-example']}`" if "x-example" in node else ""
        return f"{node['x-expected']}{example}"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return "one of the words below"
    choices = [*node.get("oneOf", ()), *node.get("anyOf", ())]
    kinds = [_takes(one, root) for one in choices if isinstance(one, Mapping) and len(one) > 0]
    kinds = kinds or [_kind(name, node, root) for name in types_of(node) if name != "null"]
    if node.get("pattern") == UNKNOWN_ONLY and "string" in node.get("type", ()):
        kinds.append("`unknown`")
    return ", or ".join(dict.fromkeys(kinds)) or "any value"


def _kind(name: str, node: Node, root: Node) -> str:
    if name == "array":
        return f"a list, each entry {_takes(node.get('items', {}), root)}"
    if name == "object" and isinstance(node.get("additionalProperties"), Mapping):
        return f"a mapping, each value {_takes(node['additionalProperties'], root)}"
    if name in {"number", "integer"}:
        least = node.get("minimum", node.get("exclusiveMinimum"))
        low = "" if least is None else f" from {least}" if "minimum" in node else f" above {least}"
        high = f" to {node['maximum']}" if "maximum" in node else ""
        return f"{_TYPES[name]}{low}{high}"
    if name == "string" and any(_words(node, root)):
        return "one of the words below (another one is a warning; a pack may add words)"
    return _TYPES[name]


def _words(node: Node, root: Node) -> Iterator[str]:
    """Yield the words that a value, an entry or the value of a mapping may be."""
    for option in options(node, root):
        for word in (*option.get("enum", ()), *option.get("examples", ())):
            if isinstance(word, bool):
                yield str(word).lower()
            elif isinstance(word, str | int):
                yield str(word)
        further = option.get("additionalProperties")
        if isinstance(further, Mapping):
            yield from _words(further, root)
