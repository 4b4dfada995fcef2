"""Plain values of a file in one line, as a person would write them."""

from __future__ import annotations

from typing import Any, Final

LONGEST: Final = 200
"""Characters of a value's text at most."""


def value_text(value: Any, joint: str = ", ") -> str:
    """Return a value in one line, as a person would write it."""
    text = _text(value, joint)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _text(value: Any, joint: str = ", ") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return joint.join(_text(item) for item in value) or "[]"
    if isinstance(value, dict):
        parts = (f"{key}: {_inside(item)}" for key, item in value.items())
        return f"{{{', '.join(parts)}}}"
    return str(value)


def _inside(value: Any) -> str:
    return f"[{_text(value)}]" if isinstance(value, list) else _text(value)
