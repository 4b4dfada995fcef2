"""The customer's access to shared tools, and the guards on the provider's privileged access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import ACCESS, FLAG
from cmpolicy.promises.sources import fields
from cmpolicy.unknown import Unknown

LEVELS: Final = ("none", "read", "full")
GUARDS: Final = (
    ("multi-factor authentication:", "mfa"),
    ("named accounts:", "named_accounts"),
    ("approved by the customer:", "approved_by"),
    ("reviewed:", "reviewed_in"),
)
"""What each guard is called, and the field that says it."""


def tools(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the tools that the customer can reach at all."""
    del frame
    for row in agreement.rows["tools"]:
        found = row.fields.get("access")
        level = _level(agreement, found)
        if level != LEVELS[0]:
            component = Component("access", ACCESS, level)
            via = tuple(f"parties[{party}].kind" for party in agreement.parties)
            yield (
                Key("tool", (row.key,)),
                DerivedPromise((component,), fields(row.path, "access"), via),
            )


def _level(agreement: Agreement, found: Any) -> str:
    """Return the most that anybody of the customer has."""
    if not isinstance(found, dict):
        return LEVELS[-1] if isinstance(found, Unknown) and agreement.optimistic else LEVELS[0]
    levels = [
        (LEVELS[-1] if agreement.optimistic else LEVELS[0]) if isinstance(level, Unknown) else level
        for who, level in found.items()
        if agreement.kind_of(who) == "customer"
    ]
    return max(levels, key=LEVELS.index, default=LEVELS[0])


def guards(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the privileged access that anything guards."""
    del frame
    for row in agreement.rows["access"]:
        if row.fields.get("kind") != "privileged":
            continue
        found = [(name, _guarded(agreement, row.fields.get(said))) for name, said in GUARDS]
        if any(there for _, there in found):
            own = fields(row.path, "kind", *(said for _, said in GUARDS))
            components = tuple(Component(name, FLAG, there) for name, there in found)
            yield Key("access", (row.key,)), DerivedPromise(components, own)


def _guarded(agreement: Agreement, found: Any) -> bool:
    return agreement.optimistic if isinstance(found, Unknown) else bool(found)
