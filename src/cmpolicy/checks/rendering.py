"""Telling fields of items, and what a rule asks of them, to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cmpolicy.amounts import describe_worst
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
    asked = _describe_test(test, tests[test])
    return place.path, f"{_describe(place, asker, field, tests)}; it {asked}", False


def describe_choice(where: Mapping[str, Tests]) -> str:
    """Tell which items are chosen, in words to follow the list: ` where kind is security`."""
    parts = []
    for field, tests in where.items():
        for test, asked in tests.items():
            phrase = f"is {' or '.join(map(_describe_value, asked))}" if test == "one_of" else ""
            parts.append(f"{field} {phrase or _describe_test(test, asked)}")
    return f" where {' and '.join(parts)}" if parts else ""


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
    """Tell what a test asks, in words to follow `it`."""
    if test == "present":
        return "must be there" if asked else "must not be there"
    words = " or " if test == "one_of" else " and "
    several = isinstance(asked, list)
    return WORDING[test].format(
        words.join(map(_describe_value, asked)) if several else _describe_value(asked)
    )
