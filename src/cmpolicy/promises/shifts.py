"""Who covers which hours, and on what terms: what the hours of coverage alone do not say.

Both sides are compared in the hours that both cover; hours that came or went are compared as hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

from cmpolicy import coverage
from cmpolicy.agreement import Agreement, Coverage
from cmpolicy.calendars import Horizon, Intervals
from cmpolicy.promises.facts import several
from cmpolicy.promises.model import Component, Order
from cmpolicy.promises.orders import ANY, WHOSE, describe_when
from cmpolicy.unknown import Unknown

ON_SITE: Final = "on site"
CHARGED: Final = "charged"


@dataclass(frozen=True, slots=True)
class Shifts:
    """The hours of each name, of all the hours that are covered."""

    by_name: Mapping[str, Intervals]
    whole: Intervals = field(default=Intervals(), compare=False)
    span: Horizon | None = field(default=None, compare=False)

    @property
    def any(self) -> Intervals:
        """The hours of any name."""
        return _union(self.by_name.values())

    def of(self, name: str) -> Intervals:
        """Return the hours of a name."""
        return self.by_name.get(name, Intervals())


def _union(found: Iterable[Intervals]) -> Intervals:
    return reduce(Intervals.__or__, found, Intervals())


def _held_alike(one: Shifts, other: Shifts) -> bool:
    if ANY in one.by_name or ANY in other.by_name:
        return True
    both = one.whole & other.whole
    names = one.by_name.keys() | other.by_name.keys()
    return all(one.of(name) & both == other.of(name) & both for name in names)


def _more(one: Shifts, other: Shifts) -> bool:
    return not (other.any & one.whole) - one.any


def _asked_at_least(one: Shifts, other: Shifts) -> bool:
    """Say whether everybody may ask then who may by the other; hours of no name are everybody's."""
    narrowed = one.any & other.whole
    if narrowed - other.any:
        return False
    return ANY in one.by_name or all(
        not (other.of(name) & narrowed) - one.of(name) for name in other.by_name.keys() - {ANY}
    )


def _describe(shifts: Shifts) -> str:
    together: dict[Intervals, list[str]] = {}
    for name, when in sorted(shifts.by_name.items()):
        together.setdefault(when, []).append(name)
    if len(together) == 1 and shifts.whole in together:
        return " and ".join(together[shifts.whole])
    return "; ".join(f"{' and '.join(names)} {_hours(w, shifts)}" for w, names in together.items())


def _describe_hours(shifts: Shifts) -> str:
    return _hours(shifts.any, shifts)


def _hours(when: Intervals, shifts: Shifts) -> str:
    return describe_when(when, shifts.span) if shifts.span else "at no time"


HELD: Final = Order(_held_alike, _describe, moves=True)
"""Who covers: others in the same hours are neither better nor worse."""
MORE: Final = Order(_more, _describe_hours, silent=Shifts({}))
"""Hours of a kind that is better than the rest."""
LESS: Final = Order(lambda one, other: _more(other, one), _describe_hours, silent=Shifts({}))
"""Hours of a kind that is worse than the rest."""
ASKED: Final = Order(
    _asked_at_least, lambda shifts: _describe(shifts) or "everybody", silent=Shifts({})
)
"""Who may ask for it in the hours in which not everybody may: more are better."""


def terms(
    agreement: Agreement, rows: Sequence[Coverage], whole: Intervals, span: Horizon
) -> Iterator[Component]:
    """Yield the components that rows which cover the same case have besides their hours."""
    said = {row.path: row.fields for row in agreement.rows["coverage"]}
    plain = [(said[row.path], coverage.hours(agreement, row, span.start, span.end)) for row in rows]

    def shifts(names: Callable[[Mapping[str, Any]], Iterable[str]], free: Intervals) -> Shifts:
        found: dict[str, Intervals] = {}
        for fields, hours in plain:
            for name in names(fields):
                found[name] = found.get(name, Intervals()) | hours
        left = {name: when - free for name, when in found.items()}
        return Shifts({name: when for name, when in left.items() if when}, whole, span)

    def hours_of(names: Callable[[Mapping[str, Any]], bool]) -> Intervals:
        return _union(hours for fields, hours in plain if names(fields))

    free = hours_of(lambda fields: not _charged(agreement, fields))
    everybody = hours_of(lambda fields: _is_open(agreement, fields))
    nobody = Intervals()
    yield Component("by", HELD, shifts(lambda f: several([f.get("by")], agreement), nobody))
    yield Component("on site", MORE, shifts(lambda f: _on_site(agreement, f), nobody))
    yield Component("at extra cost", LESS, shifts(lambda _: (CHARGED,), free))
    yield Component("asked for by", ASKED, shifts(lambda f: _askers(agreement, f), everybody))
    tools = [several(fields.get("tools"), agreement) for fields, _ in plain]
    yield Component("with", WHOSE, frozenset[str]().union(*tools))


def _on_site(agreement: Agreement, fields: Mapping[str, Any]) -> tuple[str, ...]:
    found = fields.get("mode")
    is_there = agreement.optimistic if isinstance(found, Unknown) else found == "onsite"
    return (ON_SITE,) if is_there else ()


def _charged(agreement: Agreement, fields: Mapping[str, Any]) -> bool:
    found = fields.get("charged")
    return not agreement.optimistic if isinstance(found, Unknown) else bool(found)


def _askers(agreement: Agreement, fields: Mapping[str, Any]) -> frozenset[str]:
    return several(fields.get("raised_by"), agreement) or frozenset({"nobody"})


def _is_open(agreement: Agreement, fields: Mapping[str, Any]) -> bool:
    """Say whether everybody may ask for it."""
    found = fields.get("raised_by")
    return agreement.optimistic if isinstance(found, Unknown) else not found
