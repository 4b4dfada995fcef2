"""Which rows name a party or a service, and which rows are referred to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row, Service
from cmpolicy.checks.asking import belongs_to
from cmpolicy.checks.item.fields import ALL, OMITTED
from cmpolicy.checks.select import belongs
from cmpolicy.references import REFERENCES, WHO, find
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.vocabulary import SECTIONS

ASIDE: Final = frozenset({"paid_by"})
"""Fields that name somebody whose the row is not: who bears the cost of another's undertaking."""


def names_party(row: Row, section: str, party: Party, agreement: Agreement) -> bool:
    """Say whether a row is a party's: by its `party`, else by any mention of it or its people."""
    if section == "parties":
        return row.key == party.id
    if "party" in row.fields:
        return belongs_to(agreement, row.fields["party"], party)
    return any(belongs_to(agreement, who, party) for who in _mentions(row, section, WHO, agreement))


def names_kind(row: Row, section: str, kind: str, agreement: Agreement) -> bool:
    """Say whether a row mentions a party of a kind, or one of its people."""
    return any(belongs(agreement, who, kind) for who in _mentions(row, section, WHO, agreement))


def names_service(row: Row, section: str, service: Service, agreement: Agreement) -> bool:
    """Say whether a row names a service; one that leaves `services` out names all."""
    if section == "services":
        return row.key == service.id
    lost = f"{row.path}.services" in agreement.placeholders
    if OMITTED.get((section, "services")) is ALL and "services" not in row.fields:
        return not lost
    when = row.fields.get("when")
    if section == "escalations" and isinstance(when, Mapping) and "services" not in when:
        # A path without services takes the cases of all; one of events alone takes none.
        return "severities" in when and f"{row.path}.when.services" not in agreement.placeholders
    found = set(_mentions(row, section, ("services",), agreement))
    return service.id in found or (agreement.optimistic and UNKNOWN in found)


def is_referenced(row: Row, section: str, value: Any, agreement: Agreement) -> bool:
    """Say whether anything outside its own row refers to the id `value` of a row."""
    index = agreement.rows[section].index(row)
    found = any(
        text == value and raw[:2] != (section, index)
        for pattern, sections in REFERENCES
        if section in sections
        for raw, text in find(agreement.document.value, pattern)
    )
    return found or (agreement.optimistic and any(unknown_references(section, agreement)))


def unknown_references(section: str, agreement: Agreement) -> Iterator[str]:
    """Yield the paths of unknown values that may refer to a row of a list."""
    for pattern, sections in REFERENCES:
        if section not in sections:
            continue
        top, *steps = pattern.split(".")
        if agreement.document.value.get(top) == UNKNOWN.value:
            yield top
        rows = agreement.rows.get(top, ())
        if steps[0] == "*":
            steps = steps[1:]
        elif top == "capacity":
            rows = agreement.rows["capacity"]
        for row in rows:
            if any(_unknown(row.fields, steps)):
                yield f"{row.path}.{steps[0]}"


def unknown_mentions(row: Row, section: str, sections: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of the fields of a row that may name something of those sections."""
    for steps in _patterns(section, sections):
        if any(_unknown(row.fields, steps)):
            yield f"{row.path}.{steps[0]}"


def mentioned(row: Row, section: str, agreement: Agreement) -> Iterator[str]:
    """Yield the ids of the parties, people and rotas that a row names."""
    yield from (who for who in _mentions(row, section, WHO, agreement) if isinstance(who, str))


@cache
def _patterns(section: str, sections: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the steps from a row of a list to each field that names something of `sections`."""
    prefix = f"{section}." if section not in SECTIONS and "." not in section else f"{section}.*."
    found = []
    for pattern, named in REFERENCES:
        if pattern.startswith(prefix) and not set(sections).isdisjoint(named):
            steps = tuple(pattern.removeprefix(prefix).split("."))
            if steps[0] not in ASIDE:
                found.append(steps)
    return tuple(found)


def _mentions(
    row: Row, section: str, sections: tuple[str, ...], agreement: Agreement
) -> tuple[str | Unknown, ...]:
    """Return each id of those sections that a row refers to, and UNKNOWN for each unknown one."""
    known: dict[Any, tuple[str | Unknown, ...]] = agreement.known.setdefault(_mentions, {})
    key = row.path, sections
    if key not in known:
        found: list[str | Unknown] = []
        for steps in _patterns(section, sections):
            found += (text for _, text in find(row.fields, ".".join(steps)))
            found += _unknown(row.fields, steps)
        known[key] = tuple(found)
    return known[key]


def _unknown(value: Any, steps: Sequence[str]) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif steps and steps[0] == "*" and isinstance(value, list):
        for item in value:
            yield from _unknown(item, steps[1:])
    elif steps and isinstance(value, Mapping):
        yield from _unknown(value.get(steps[0]), steps[1:])
