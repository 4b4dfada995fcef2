"""What an edit did to the promises, in rows that a manager reads: who, what, how bad at worst.

Every value in a row is true of each promise that the row names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import AGREEMENT, POLICY, Cases, Change, Detail, Effect, Measure
from cmpolicy.reporters.changes.items import Item, is_by_product
from cmpolicy.reporters.changes.wording import before_after, listed

NAMED: Final = 3
"""Names of one sort in a row; the others are counted."""
AREAS: Final = 2
URGENT: Final = ("incident-response", "security-monitoring")
"""Areas that are named before others."""
ARROW: Final = "->"
_LONGEST: Final = {"coverage": "longest time without", "route": "first person reached after"}
_ONE_WAY: Final = (Effect.WEAKENED, Effect.STRENGTHENED)
_SPEED: Final = {Effect.WEAKENED: "slower", Effect.STRENGTHENED: "faster"}
_PRESENCE: Final = {
    "coverage": ("not covered", "now covered"),
    "route": ("nobody on duty", "now somebody on duty"),
}
_HEADS: Final = {"coverage": 3, "target": 2}
"""Kinds that are described by case, and how many ids their keys have at least, less one."""
_KINDS: Final = {"owner": "who answers for", "allocation": "allocation of"}
Case = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Promises that moved alike."""

    agreements: tuple[str, ...]
    what: str
    value: str
    """At worst, before and after."""
    effect: Effect
    weight: int
    """How many promises moved so."""


def rows(item: Item, arrow: str = ARROW) -> tuple[ChangeRow, ...]:
    """Return the rows of an item, the worst first; agreements that fare alike share one."""
    together: dict[tuple[str, str, Effect], list[ChangeRow]] = {}
    for change in item.changes:
        for row in _of_change(change, arrow):
            together.setdefault((row.what, row.value, row.effect), []).append(row)
    found = (
        ChangeRow(
            tuple(dict.fromkeys(name for row in same for name in row.agreements)),
            *key,
            sum(row.weight for row in same),
        )
        for key, same in together.items()
    )
    return tuple(sorted(found, key=lambda row: (row.effect.weight, -row.weight)))


def first_of_each(found: Sequence[ChangeRow], most: int) -> tuple[ChangeRow, ...]:
    """Return the first rows, but of every agreement one before any has two."""
    seen: dict[tuple[str, ...], int] = {}
    order = []
    for number, row in enumerate(found):
        seen[row.agreements] = seen.get(row.agreements, 0) + 1
        order.append((seen[row.agreements], number, row))
    return tuple(row for _, _, row in sorted(order, key=lambda one: one[:2])[:most])


def _of_change(change: Change, arrow: str) -> Iterator[ChangeRow]:
    details = [one for one in change.details if not is_by_product(change, one)]
    who = (change.agreement,) if change.agreement else ()
    if change.promise in (POLICY, AGREEMENT):
        return  # the title of the item says it all
    if not details:
        yield ChangeRow(who, _subject(change), before_after(change, arrow), change.effect, 1)
    for group in _alike(details):
        first = group[0]
        value = _value(first, arrow)
        for what, count in _what(group, change.cases):
            yield ChangeRow(who, what, value, first.effect, count)


def _subject(change: Change) -> str:
    return f"{change.promise} {change.key}".strip()


def _measure(detail: Detail) -> Measure | None:
    """Return the measure of a promise, where it says what happened."""
    found = detail.measure
    if found is None or detail.effect in _ONE_WAY or (found.lost and found.gained):
        return found
    return None


def _alike(details: Iterable[Detail]) -> Iterator[Sequence[Detail]]:
    """Put together what is described with the same value."""
    together: dict[object, list[Detail]] = {}
    for one in details:
        same = one.promise, one.effect, _lead(one), _value(one, ARROW)
        together.setdefault(same, []).append(one)
    yield from together.values()


def _value(detail: Detail, arrow: str) -> str:
    found = _measure(detail)
    if found is None:
        return _first_of_route(detail, arrow) or before_after(detail, arrow)
    if found.worst is None:
        return ""
    lead = _LONGEST.get(detail.promise, "worst case")
    return f"{lead}: {found.worst[0]} {arrow} {found.worst[1]}"


def _first_of_route(detail: Detail, arrow: str) -> str:
    """Describe the first of what moved of a route, where all of it went one way; else nothing."""
    if detail.promise != "route" or detail.effect not in _ONE_WAY:
        return ""
    if detail.before is None or detail.after is None or "unknown" in detail.before + detail.after:
        return ""
    before, *more = detail.before.split("; ")
    return f"{before} {arrow} {detail.after.split('; ')[0]}" if more else ""


def _what(group: Sequence[Detail], cases: Cases) -> Iterator[tuple[str, int]]:
    """Say which promises a group holds, and how many: those for the same cases together."""
    first = group[0]
    lead = _lead(first)
    if first.promise == "route":
        yield _routes(group, lead, cases), len(group)
    elif first.promise in _HEADS and all(len(one.parts) > _HEADS[first.promise] for one in group):
        yield from _by_case(group, lead, cases)
    else:
        names = listed([f"`{one.key}`" for one in group if one.key], NAMED)
        kind = _KINDS.get(first.promise, first.promise)
        yield " ".join(filter(None, (kind, lead, names))), len(group)


def _lead(detail: Detail) -> str:
    found = _measure(detail)
    if found is None:
        return ""
    if not found.lost and not found.gained:
        return f"{_SPEED[detail.effect]}:"
    away, there = _PRESENCE.get(detail.promise, _PRESENCE["coverage"])
    parts = [
        f"{hours} {word}" for hours, word in ((found.lost, away), (found.gained, there)) if hours
    ]
    return f"{', but '.join(parts)}:"


def _by_case(group: Sequence[Detail], lead: str, cases: Cases) -> Iterator[tuple[str, int]]:
    found: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for one in group:
        head, case = _split(one)
        found.setdefault(head, set()).add(case)
    together: dict[Case, list[tuple[str, ...]]] = {}
    for head, some in found.items():
        together.setdefault(frozenset(some), []).append(head)
    describe = _areas if group[0].promise == "coverage" else _targets
    for same, heads in together.items():
        said = " ".join(filter(None, (lead, describe(heads), _cases(same, cases))))
        yield said, len(heads) * len(same)


def _split(detail: Detail) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a promise is about, and its case: a service and a severity."""
    if detail.promise == "coverage":
        return detail.parts[:2], detail.parts[2:]
    severity, stage, service, *when = detail.parts
    return (severity, stage, *when), (service,)


def _areas(heads: Sequence[tuple[str, ...]]) -> str:
    by_area: dict[str, list[str]] = {}
    for area, *stages in heads:
        by_area.setdefault(area, []).extend(stages)
    ordered = sorted(by_area, key=lambda area: (area not in URGENT, -len(by_area[area]), area))
    said = [f"{area} ({', '.join(by_area[area])})" for area in ordered]
    return listed(said, AREAS, "areas")


def _targets(heads: Sequence[tuple[str, ...]]) -> str:
    return listed([" ".join(head) for head in heads], NAMED)


def _routes(group: Sequence[Detail], lead: str, cases: Cases) -> str:
    by_severity: dict[str, set[tuple[str, ...]]] = {}
    events = []
    for one in group:
        if len(one.parts) == 1:
            events.append(one.parts[0])
        elif one.parts:
            by_severity.setdefault(one.parts[0], set()).add((one.parts[1],))
    together: dict[Case, list[str]] = {}
    for severity, services in by_severity.items():
        together.setdefault(frozenset(services), []).append(severity)
    said = [f"{', '.join(names)} {_cases(same, cases)}" for same, names in together.items()]
    said += [f"on {listed(events, NAMED)}"] if events else []
    return f"escalation {lead} {' and '.join(said)}".replace("  ", " ")


def _cases(found: Case, cases: Cases) -> str:
    """Say for which services, and at which severities where those are not all."""
    services = dict.fromkeys(case[0] for case in sorted(found) if case)
    severities = dict.fromkeys(case[1] for case in sorted(found) if len(case) > 1)
    said = _of(services, cases.services, "for all {} services", "for ")
    if severities and set(severities) != set(cases.severities):
        said += f" at {', '.join(severities)}"
    whole = len(services) * max(1, len(severities))
    return said if len(found) == whole else f"{said} (in {len(found)} cases)"


def _of(names: Iterable[str], every: Sequence[str], whole: str, lead: str) -> str:
    some = list(names)
    if set(some) == set(every) or some == ["*"]:
        return whole.format(len(every)) if len(every) > 1 else ""
    return f"{lead}{listed(some, NAMED)}" if some else ""
