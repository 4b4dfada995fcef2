"""What rows say of somebody or something by name: who does it, in whose place, for how long.

A table: the kind of promise, the rows that say it, and of each field how it is read and compared.
Fields that a promise computes from several rows (hours, deadlines, routes) stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Row
from cmpolicy.amounts import parse_interval
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key, Order
from cmpolicy.promises.orders import (
    ANY,
    EACH,
    LASTS,
    NOT_SAID,
    SAID,
    SAME,
    WHO,
    WHOSE,
    Lasting,
)
from cmpolicy.promises.sources import fields
from cmpolicy.unknown import Unknown
from cmpolicy.vocabulary import row_key

Read = Callable[[Any, Agreement], Any]
"""From the plain value of a field (None: it is not there) to that of a component."""


def word(found: Any, agreement: Agreement) -> str:
    """Read one word: a name, a date, a number, yes or no."""
    if isinstance(found, Unknown):
        return ANY if agreement.optimistic else NOT_SAID
    if isinstance(found, bool):
        return "yes" if found else "no"
    return NOT_SAID if found is None else str(found)


def several(found: Any, agreement: Agreement) -> frozenset[str]:
    """Read a list of words, or the names of a mapping."""
    if isinstance(found, Unknown):
        found = [found]
    names = (name for name in found or () if name not in ("labels", "note"))
    read = (word(name, agreement) for name in names)
    return frozenset(name for name in read if name != NOT_SAID)


def said(found: Any, agreement: Agreement) -> bool:
    """Read whether there are any words."""
    return agreement.optimistic if isinstance(found, Unknown) else bool(found)


def lasting(found: Any, agreement: Agreement) -> Lasting:
    """Read an interval."""
    if isinstance(found, Unknown):
        return Lasting(float("inf"), ANY) if agreement.optimistic else Lasting(0.0)
    if found is None:
        return Lasting(0.0)
    interval = parse_interval(str(found))
    return Lasting(float(interval.longest_days), interval.text)


def _selection(found: Any, agreement: Agreement) -> str:
    names = several(found, agreement)
    return "all" if found is None else ANY if ANY in names else ", ".join(sorted(names))


def _channels(found: Any, agreement: Agreement) -> dict[str, str]:
    """Read by which channel each step of an escalation goes."""
    channels: dict[str, str] = {}
    for step in found if isinstance(found, list) else ():
        key = row_key("steps", step) or ""
        again = sum(name == key or name.startswith(f"{key}~") for name in channels)
        channels[f"{key}~{again + 1}" if again else key] = word(step.get("via"), agreement)
    return channels


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a row as a component of a promise."""

    field: str
    """Its path in the row, such as `evidence.kept`."""
    name: str
    """Its name in reports."""
    order: Order
    read: Read

    def component(self, row: Row, agreement: Agreement) -> Component:
        """Read it from a row."""
        found: Any = row.fields
        for step in self.field.split("."):
            found = found.get(step) if isinstance(found, Mapping) else found
        return Component(self.name, self.order, self.read(found, agreement))


def _who(field: str, name: str) -> Fact:
    return Fact(field, name, WHO, word)


def _whose(field: str, name: str) -> Fact:
    return Fact(field, name, WHOSE, several)


def _said(field: str, name: str) -> Fact:
    return Fact(field, name, SAID, said)


FACTS: Final[tuple[tuple[str, str, tuple[Fact, ...]], ...]] = (
    ("engagement", "parties", (_who("kind", "as"), _who("engaged_by", "engaged by"))),
    (
        "person",
        "people",
        (
            _said("name", "named:"),
            _who("party", "of"),
            _whose("roles", "as"),
            _who("deputy", "deputy"),
            _said("phone", "telephone number:"),
            _said("email", "mail address:"),
        ),
    ),
    (
        "rota",
        "rotas",
        (
            _who("party", "of"),
            _whose("members", "members"),
            _said("phone", "telephone number:"),
            _said("roster", "roster:"),
        ),
    ),
    (
        "task",
        "responsibilities",
        (
            _whose("responsible", "responsible"),
            _whose("consulted", "consulted"),
            _whose("informed", "informed"),
            _whose("split", "parts described for"),
            _who("escalates_to", "escalates to"),
            _who("evidence.keeper", "evidence kept by"),
            Fact("evidence.kept", "evidence kept", LASTS, lasting),
        ),
    ),
    (
        "hand-over",
        "escalations",
        (
            _who("from", "from"),
            _said("hand_over", "says what goes along:"),
            Fact("steps", "by", EACH, _channels),
        ),
    ),
    ("tooling", "tools", (_who("kind", "for"), _who("provided_by", "provided by"))),
    (
        "grant",
        "access",
        (
            _who("party", "to"),
            _who("kind", "kind"),
            Fact("services", "on", SAME, _selection),
            Fact("data", "data seen", SAME, _selection),
            _said("named_accounts", "named accounts:"),
            _said("mfa", "multi-factor authentication:"),
            _who("approved_by", "approved by"),
            _who("reviewed_in", "reviewed in"),
        ),
    ),
    (
        "document",
        "documents",
        (
            _who("kind", "kind"),
            _whose("between", "between"),
            _who("version", "version"),
            _who("dated", "dated"),
            _who("sha256", "sha256"),
            _who("precedence", "precedence"),
        ),
    ),
    (
        "phase",
        "setup",
        (
            _who("phase", ""),
            _whose("led_by", "led by"),
            _who("done", "done"),
            _said("record", "record:"),
        ),
    ),
    ("capacity", "capacity", (_who("on", "audited on"), _who("by", "audited by"))),
    (
        "capacity",
        "capacity.functions",
        (
            _who("function", ""),
            _who("now", "done by"),
            _who("hours_per_week", "hours a week"),
            _who("skill", "skill"),
            _who("risk", "risk"),
        ),
    ),
    (
        "capacity",
        "capacity.people",
        (_who("who", ""), _who("week", "week"), _who("reactive", "reactive")),
    ),
)
"""Kind of promise, the rows that say it (as `Agreement.rows` has them), and their fields."""
BY_NAME: Final = frozenset(kind for kind, _, _ in FACTS)
PASSING: Final = frozenset({"engagement", "person", "rota", "tooling", "grant"})
"""Kinds of which one that comes or goes is neither better nor worse: others take its place."""


def facts(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield what rows say of somebody or something by name, where they say anything."""
    del frame
    for kind, section, table in FACTS:
        for row in agreement.rows[section]:
            components = tuple(fact.component(row, agreement) for fact in table)
            if any(component.speaks for component in components):
                own = fields(row.path, *(fact.field for fact in table))
                yield _key(kind, section, row), DerivedPromise(components, own)


def _key(kind: str, section: str, row: Row) -> Key:
    place = section.partition(".")[2]
    return Key(kind, (f"{place}/{row.key}" if place else row.key,))
