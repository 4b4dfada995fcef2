"""Which of two settings of a check's parameters is the stricter, as `PARAMETERS` declare it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cmpolicy.checks.item.comparing import not_less
from cmpolicy.checks.parameters import FEW, LESS, MANY, MORE, Schema


def stricter(
    declared: Mapping[str, Schema], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[bool | None]:
    """Yield of each parameter that differs whether the new value is stricter than the old.

    False: it is laxer. None: no order is declared, or the two cannot be compared.
    """
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield from _moved(declared.get(name, {}), before, after)


def _moved(schema: Schema, old: Any, new: Any) -> Iterator[bool | None]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from stricter(_inside(schema, old.keys() | new.keys()), old, new)
        return
    meta = schema.get("meta", {})
    order = meta.get("stricter")
    if schema.get("type") == "boolean":
        old, new = int(bool(old)), int(bool(new))
    if order and (old is None or new is None):
        yield (old is None) if meta["bounds"] else None
    elif order in (LESS, MORE):
        if not (not_less(old, new) and not_less(new, old)):
            more = _is_more(old, new)
            yield None if more is None else more is (order == MORE)
    elif order in (MANY, FEW) and isinstance(old, list) and isinstance(new, list):
        yield _adds(set(old), set(new), many=order == MANY)
    else:
        yield None


def _inside(schema: Schema, names: Iterable[str]) -> Mapping[str, Schema]:
    """Return what is declared of the keys of a mapping."""
    if "valuesrules" in schema:
        rules: Schema = schema["valuesrules"]
        return dict.fromkeys(names, rules)
    found: Mapping[str, Schema] = schema.get("schema", {})
    return found


def _is_more(old: Any, new: Any) -> bool | None:
    up, down = not_less(new, old), not_less(old, new)
    return None if up is down else bool(up)


def _adds(old: set[Any], new: set[Any], *, many: bool) -> bool | None:
    if old < new:
        return many
    return not many if new < old else None
