"""Plain values as YAML flow text, for the examples that the reference shows.

Only what rules and edits hold: texts, numbers, flags, lists and mappings. It is read by people;
what it writes is YAML 1.2 (JSON is a subset, https://yaml.org/spec/1.2.2/#13-history).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][\w ./%+-]*[\w%+]|[A-Za-z]|\d+ [a-z][a-z ]*")
_WORDS: Final = frozenset({"true", "false", "null"})


def flow(value: Any, most: int | None = None) -> str:
    """Return a value on one line; of lists longer than `most` the beginning, and how many more."""
    if isinstance(value, dict):
        pairs = (f"{_text(key)}: {flow(item, most)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        shown = [flow(item, most) for item in value]
        if most is not None and len(shown) > most:
            shown[most:] = [f"... {len(shown) - most} more"]
        return "[" + ", ".join(shown) + "]"
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value)


def _text(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)
