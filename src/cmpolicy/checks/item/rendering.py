"""Describing fields of items, and what a rule asks of them, to people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Party, Service
from cmpolicy.amounts import describe_worst
from cmpolicy.checks.asking import shortened
from cmpolicy.checks.doubts import MOST
from cmpolicy.checks.item.belonging import ENGAGER, REACHING, describe_reach, engager
from cmpolicy.checks.item.comparing import share
from cmpolicy.checks.item.facts import Asker, Tests
from cmpolicy.checks.item.fields import ALL, FieldValues
from cmpolicy.unknown import Unknown

WORDING: Final[Mapping[str, str]] = {
    "equals": "must be {}",
    "one_of": "must be {}",
    "at_least": "must be at least {}",
    "at_most": "must be at most {}",
    "not_past": "must not be past",
    "referenced": "must be referred to elsewhere",
    "come": "must not lie ahead",
    "before_work": "must not be later than the work began",
    "reach": "must name all data that it reaches",
    "let_in": "must be let in by a row of `access`",
}
CHOSEN: Final[Mapping[str, str]] = {
    "at_least": "at least {}",
    "at_most": "at most {}",
    "not_past": "not past",
    "referenced": "that something refers to",
    "come": "come",
    "before_work": "before the work began",
    "reach": "that name all that is reached",
    "let_in": "let in",
}
PRIVATE: Final = frozenset({"phone", "email"})
"""Fields whose values no report shows."""


def describe_field(asker: Asker, field: str, tests: Tests) -> tuple[str, str, bool]:
    """Return where a field of an item is, what it says, and whether it passes the tests."""
    failing = asker.failing(field, tests)
    if failing is None:
        found = asker.fields(field)
        return found[0].path, "; ".join(_describe(one, asker, field, tests) for one in found), True
    place, test = failing
    if test in REACHING:
        return place.path, describe_reach(asker.row, test, tests[test], asker.agreement), False
    said = _describe(place, asker, field, tests)
    if test == "present" and tests[test] and not place.written:
        return place.path, said, False
    return place.path, f"{said}; it {_describe_test(test, tests[test])}", False


def describe_choice(where: Mapping[str, Tests], each: Party | Service | None = None) -> str:
    """Describe which items are chosen, in words to follow the list: ` with kind security`."""
    parts = [
        _describe_chosen(field, test, asked, engager(each))
        for field, tests in where.items()
        for test, asked in tests.items()
    ]
    return f" with {' and '.join(parts)}" if parts else ""


def long_field(where: Mapping[str, Tests]) -> str:
    """Return the field of which more values would do than a message names; "" without one."""
    fields = (field for field, tests in where.items() if len(tests.get("one_of", ())) > MOST)
    return next(fields, "")


def _describe_chosen(field: str, test: str, asked: Any, engaging: str) -> str:
    if test == "present":
        return f"{field} given" if asked else f"no {field}"
    if test in {"one_of", "equals"}:
        every = asked if isinstance(asked, list) else [asked]
        words = [engaging if word == ENGAGER else _describe_value(word) for word in every]
        return f"{field} {shortened(words, ' or ' if test == 'one_of' else ' and ')}"
    return f"{field} {CHOSEN[test].format(_describe_value(asked))}"


def _describe(found: FieldValues, asker: Asker, field: str, tests: Tests) -> str:
    values = [value for value in found.values if value is not None]
    if not values:
        return f"{found.path} {found.lack or asker.agreement.lack(found.path)}"
    if not found.written:
        meaning = "all" if values[0] is ALL else _describe_value(values[0])
        return f"{found.path} is left out, which means {meaning}"
    if PRIVATE.intersection(field.split(".")):
        return f"{found.path} is given"
    phrase = f"{found.path} is {_describe_value(values[0] if len(values) == 1 else values)}"
    if "not_past" in tests:
        phrase += _describe_renewal(asker, field)
    if "before_work" in tests and isinstance(asker.agreement.term.begun, date):
        phrase += f", and the work began on {asker.agreement.term.begun}"
    worst = asker.worst(field) if "at_most" in tests else None
    if worst is not None and worst.raised is not None:
        phrase += f" ({describe_worst(worst, asker.agreement.timezone)})"
    for bound in (tests.get("at_least"), tests.get("at_most")):
        part = share(bound)
        if part is not None:
            phrase += f" ({_describe(asker.fields(part[1])[0], asker, part[1], {})})"
    return phrase


def _describe_renewal(asker: Asker, field: str) -> str:
    found = asker.for_notice(field)
    if found is None:
        return ""
    day, end = found
    return f", and renews itself; notice for the end of {end} is due by {day}"


def _describe_value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_describe_value(item) for item in value) or "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(value) or "empty"
    return "unknown" if isinstance(value, Unknown) else str(value)


def _describe_test(test: str, asked: Any) -> str:
    """Describe what a test asks, in words to follow `it`."""
    if test == "present":
        return "must be there" if asked else "must not be there"
    if not isinstance(asked, list):
        return WORDING[test].format(_describe_value(asked))
    words = [_describe_value(word) for word in asked]
    return WORDING[test].format(shortened(words, " or " if test == "one_of" else " and "))
