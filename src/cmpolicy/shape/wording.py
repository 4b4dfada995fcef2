"""Messages for validation errors: one function for each schema keyword."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cmpolicy.nearest import amounts, nearest
from cmpolicy.shape.schema import UNKNOWN_ONLY, types_of

Words = tuple[str, str | None]
"""A message, and how to fix it."""

_WANTED: Final = {
    "string": "text",
    "array": "a list",
    "object": "a mapping (keys and values)",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_SAID_AS_TRUE: Final = frozenset({"yes", "on", "y"})
_SAID_AS_FALSE: Final = frozenset({"no", "off", "n"})
_FEW: Final = 2
_LONGEST: Final = 60
_NAME: Final = re.compile(r"[\w .-]{1,60}")
"""Text of which a slug can be made without losing what it says."""
_SIMPLE: Final = re.compile(r"[\w./](?:[\w ./-]|:(?! )){0,58}\w")
"""Text that can stand in a YAML list as it is."""


def shown(value: Any) -> str:
    """Return a value as a message shows it: text in quotes, cut where it is long."""
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
    return f"`{_word(value)}`"


def listed(words: Sequence[Any]) -> str:
    """Return words as a message lists them: `a`, `b` or `c`."""
    quoted = [f"`{_word(word)}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def shown_key(key: str) -> str:
    """Return a key as a message shows it."""
    return f"`{key if len(key) <= _LONGEST else f'{key[:_LONGEST]}…'}`"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def expected(node: Mapping[str, Any]) -> str:
    """Say what a node takes: in the schema's own words, or by its types or list of words."""
    if "x-expected" in node:
        example = f", such as `{node['x-example']}`" if "x-example" in node else ""
        return f"{node['x-expected']}{example}"
    if "enum" in node or "const" in node:
        words = node.get("enum", [node.get("const")])
        return listed(words) if len(words) <= _FEW else f"one of {listed(words)}"
    return " or ".join(_WANTED[name] for name in types_of(node) if name != "null")


def wrong_type(label: str, value: Any, node: Mapping[str, Any], raw: str) -> Words:
    """Word a value of a type that the node does not take; `raw` is its text in the file."""
    types = types_of(node)
    if "string" in types and isinstance(value, (bool, int, float)):
        return _quote_it(label, value, node, raw)
    if value is None:
        return f"{label} is empty; it must be {expected(node)}", None
    return f"{label} must be {expected(node)}, not {_got(value)}", _structured(value, types, node)


def _structured(value: Any, types: Sequence[str], node: Mapping[str, Any]) -> str | None:
    """Return how text is written where a list or a mapping belongs; None: nobody can say."""
    if not isinstance(value, str) or not _SIMPLE.fullmatch(value):
        return None
    if "array" in types:
        return f"write a list: [{value}]"
    if "x-key" in node:
        more = f"; {node['x-note']}" if "x-note" in node else ""
        return f"write `{{{node['x-key']}: {value}}}`{more}"
    return None


def _quote_it(label: str, value: Any, node: Mapping[str, Any], raw: str) -> Words:
    what = "true or false" if isinstance(value, bool) else "a number"
    phrase = f"{label[:-1]}: {raw}`" if label.startswith("`") else f"{label}, `{raw}`,"
    if "x-expected" not in node or re.search(node["pattern"], raw):
        return f'{phrase} is {what} here; quote it: "{raw}"', None
    example = f': "{node["x-example"]}"' if "x-example" in node else ""
    return f"{phrase} is {what} here; quote it, as {node['x-expected']}{example}", None


def _got(value: Any) -> str:
    if isinstance(value, str):
        return f"text ({shown(value)})"
    if isinstance(value, (bool, int, float)):
        return shown(value)
    if value is None:
        return "empty"
    return "a list" if isinstance(value, list) else "a mapping"


def wrong_word(label: str, value: Any, node: Mapping[str, Any], raw: str) -> Words:
    """Word a value that is none of the words listed (`enum`, `const`)."""
    if value is None:
        return f"{label} is empty; it must be {expected(node)}", None
    if value == "unknown":
        return f"{label} cannot be `unknown`; it must be {expected(node)}", None
    if isinstance(value, (dict, list)):
        return f"{label} must be {expected(node)}, not {_got(value)}", None
    said = shown(value) if isinstance(value, str) else f"`{raw}`"
    words = node["enum"] if "enum" in node else [node["const"]]
    return f"{label} must be {expected(node)}, not {said}", _meant(str(value), words)


def _meant(said: str, words: Sequence[Any]) -> str | None:
    # Not `True in words`: 1 equals True.
    if any(word is True for word in words) and said.casefold() in _SAID_AS_TRUE | _SAID_AS_FALSE:
        return f"write {'true' if said.casefold() in _SAID_AS_TRUE else 'false'}"
    guess = nearest(said, [_word(word) for word in words])
    return f"did you mean `{guess}`?" if guess else None


def wrong_pattern(label: str, value: Any, node: Mapping[str, Any], raw: str) -> Words:
    """Word text that does not have the form asked for, or stands where no text belongs."""
    if node["pattern"] == UNKNOWN_ONLY and "x-expected" not in node:
        return wrong_type(label, value, node, raw)
    if value == "unknown":
        return f"{label} cannot be `unknown`; it must be {expected(node)}", None
    wanted, hint = expected(node), _rewritten(value, node)
    if hint is not None:
        # It says what to write: what else might stand here need not be listed.
        wanted = wanted.partition(" (")[0]
    return f"{label} must be {wanted}, not {shown(value)}", hint


def _rewritten(value: str, node: Mapping[str, Any]) -> str | None:
    """Return what to write instead of text of the wrong form, where it can be guessed."""
    candidates = [value.casefold(), *amounts(value)]
    if _NAME.fullmatch(value):
        candidates.append(re.sub(r"[^a-z0-9]+", "-", value.casefold()).strip("-"))
    meant = next((text for text in candidates if re.search(node["pattern"], text)), None)
    if meant is not None:
        return f"write `{meant}`"
    for form, text in node.get("x-hints", {}).items():
        for candidate in candidates:
            if found := re.search(form, candidate):
                return found.expand(text)
    return None


def too_few(label: str, value: Any, node: Mapping[str, Any], _raw: str) -> Words:
    """Word a list or mapping that is empty and may not be."""
    if isinstance(value, dict):
        return f"{label} is empty; it must say {listed(tuple(node['properties']))}", None
    return f"{label} is an empty list; it needs at least one entry", node.get("x-empty")


def too_many(label: str, value: Any, node: Mapping[str, Any], _raw: str) -> Words:
    """Word a list, or a mapping, that is too long."""
    limit = node["maxItems" if isinstance(value, list) else "maxProperties"]
    return f"{label} has {len(value)} entries; the limit is {limit}", None


def out_of_range(label: str, _value: Any, node: Mapping[str, Any], raw: str) -> Words:
    """Word a number that is too small or too large."""
    least = node.get("minimum")
    above = node.get("exclusiveMinimum")
    low = f"at least {least}" if least is not None else f"more than {above}"
    if least is None and above is None:
        low = ""
    high = f"at most {node['maximum']}" if "maximum" in node else ""
    return f"{label} must be {' and '.join(filter(None, (low, high)))}, not `{raw}`", None


def by_message(_label: str, _value: Any, node: Mapping[str, Any], _raw: str) -> Words:
    """Word what only the schema itself can say (`not`, `oneOf`)."""
    return node["x-message"], None


WORDINGS: Final[Mapping[str, Callable[[str, Any, Mapping[str, Any], str], Words]]] = {
    "type": wrong_type,
    "enum": wrong_word,
    "const": wrong_word,
    "pattern": wrong_pattern,
    "minItems": too_few,
    "minProperties": too_few,
    "maxItems": too_many,
    "maxProperties": too_many,
    "minimum": out_of_range,
    "exclusiveMinimum": out_of_range,
    "maximum": out_of_range,
    "not": by_message,
    "oneOf": by_message,
}
"""By the keyword of the schema that a value breaks; keys are worded where they are located."""
