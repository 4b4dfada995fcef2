"""The unknown values of an item that decide a test, or whether the item is selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row, Service
from cmpolicy.checks.doubts import of_calendar, of_member
from cmpolicy.checks.item.belonging import ENGAGER, REACHING, of_engager, of_reach
from cmpolicy.checks.item.comparing import share
from cmpolicy.checks.item.facts import Asker, Tests
from cmpolicy.checks.item.fields import FieldValues
from cmpolicy.checks.item.naming import mentioned, unknown_mentions, unknown_references
from cmpolicy.checks.kinds import NotApplicable
from cmpolicy.references import WHO
from cmpolicy.unknown import UNKNOWN, Reading, Unknown
from cmpolicy.vocabulary import PARTY_KINDS

KINDS: Final = frozenset(PARTY_KINDS)
CLOCKS: Final = ("calendar", "raised", "severity", "services", "stage", "commitment")
"""Fields of a row with a promise on which its worst case hangs."""


def optimistic(asker: Asker) -> Asker:
    """Return the same question, the unknowns read optimistically."""
    return replace(asker, agreement=asker.agreement.read_as(Reading.OPTIMISTIC))


def surely_failing(asker: Asker, field: str, tests: Tests) -> bool:
    """Say whether a field fails tests whatever the unknown values are."""
    try:
        return optimistic(asker).failing(field, tests) is not None
    except NotApplicable:
        return False


def of_tests(asker: Asker, choice: Mapping[str, Tests]) -> Iterator[str]:
    """Yield what is unknown of fields that fail tests pessimistically alone."""
    for field, tests in choice.items():
        if asker.failing(field, tests) and not surely_failing(asker, field, tests):
            yield from of_field(asker, field, tests)


def of_field(asker: Asker, field: str, tests: Tests) -> tuple[str, ...]:
    """Return what is unknown of a field where tests of it depend on that; at least its own path."""
    places = asker.fields(field)
    with suppress(NotApplicable):
        places = [*places, *optimistic(asker).fields(field)]
    found = [_said_at(asker.row, place) for place in places if _is_unknown(place.values)]
    found += _of_kinds(asker, field, tests, places)
    if field == "within":
        found += _of_clock(asker)
    for test, bound in tests.items():
        part = share(bound)
        if part is not None and _is_unknown(asker.fields(part[1])[0].values):
            found.append(f"{asker.row.path}.{part[1]}")
        if test == "not_past" and isinstance(asker.agreement.term.renewal, Unknown):
            found.append("term.renewal")
        if test == "referenced":
            found += unknown_references(asker.section, asker.agreement)
        if test == "before_work":
            found += _of_begin(asker.agreement)
        if test in REACHING:
            found += of_reach(asker.row, test, bound, asker.agreement)
    return tuple(found) or (f"{asker.row.path}.{field}",)


def _said_at(row: Row, place: FieldValues) -> str:
    """Return the path at which the file says that a value is unknown."""
    by = row.fields.get("by")
    if place.written or by is None or place.path != f"{row.path}.calendar":
        return place.path
    # A coverage row without a calendar has the hours of the rota that does it.
    return f"{row.path}.by" if by is UNKNOWN else f"rotas[{by}].calendar"


def _of_kinds(
    asker: Asker, field: str, tests: Tests, places: Iterable[FieldValues]
) -> Iterator[str]:
    """Yield what is unknown of who belongs to the party kinds that a field or its tests name."""
    asked = set(_texts(tests.values()))
    if not KINDS.isdisjoint(asked):
        for who in _texts(place.values for place in places):
            yield from of_member(asker.agreement, who)
    if ENGAGER in asked and asker.each is not None:
        yield from of_engager(asker.agreement, asker.each)
        for who in _texts(place.values for place in places):
            yield from of_member(asker.agreement, who)
    if not KINDS.isdisjoint(field.split(".")):
        for section in WHO:
            for other in asker.agreement.rows[section]:
                yield from of_member(asker.agreement, other.key)


def _of_begin(agreement: Agreement) -> Iterator[str]:
    """Yield what is unknown of the day on which the work began."""
    term = agreement.term
    name = "starts_work" if term.starts_work is not None else "effective"
    if isinstance(getattr(term, name), Unknown):
        yield f"{term.path}.{name}"


def _of_clock(asker: Asker) -> Iterator[str]:
    """Yield what is unknown of the worst case of a promise."""
    row, fields = asker.row, asker.row.fields
    names = CLOCKS if asker.section == "targets" else CLOCKS[:1]
    yield from (f"{row.path}.{name}" for name in names if fields.get(name) is UNKNOWN)
    if asker.section == "targets" and "calendar" not in fields:
        yield f"{row.path}.calendar"
    for name in CLOCKS[:2]:
        yield from of_calendar(asker.agreement, fields.get(name))


def of_whose(
    row: Row, section: str, each: Party | Service | None, agreement: Agreement
) -> Iterator[str]:
    """Yield what is unknown of whether an item is one of a party's, or of a service."""
    if isinstance(each, Service):
        yield from unknown_mentions(row, section, ("services",))
    elif each is not None:
        if "party" in row.fields:
            if row.fields["party"] is UNKNOWN:
                yield f"{row.path}.party"
        else:
            yield from unknown_mentions(row, section, WHO)
        for who in mentioned(row, section):
            yield from of_member(agreement, who)
        yield from of_member(agreement, each.id)


def _is_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_unknown, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_unknown, value))
    return isinstance(value, Unknown)


def _texts(value: Iterable[Any]) -> Iterator[str]:
    for one in value:
        if isinstance(one, list | tuple):
            yield from _texts(one)
        elif isinstance(one, Mapping):
            yield from _texts(one.values())
        elif isinstance(one, str):
            yield one
