"""Fields of rows by name: dotted, by party kind, and with the defaults of the format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row
from cmpolicy.checks.asking import belongs_to
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.vocabulary import PARTY_KINDS

ALL: Final = object()
"""What a list of services or severities is that the row leaves out."""
OMITTED: Final[Mapping[tuple[str, str], Any]] = {
    ("parties", "handles"): UNKNOWN,
    ("people", "calendar"): UNKNOWN,
    ("rotas", "calendar"): UNKNOWN,
    ("calendars", "holidays"): UNKNOWN,
    ("targets", "calendar"): UNKNOWN,
    ("notices", "calendar"): "24x7",
    ("notices", "before"): False,
    ("coverage", "commitment"): "promised",
    ("targets", "commitment"): "target",
    ("coverage", "services"): ALL,
    ("coverage", "severities"): ALL,
    ("targets", "services"): ALL,
    ("targets", "severity"): ALL,
    ("access", "services"): ALL,
    ("uptime", "services"): ALL,
    ("uptime", "commitment"): "target",
}
"""What the format says of a field that a row leaves out, by list and field."""

HAPPENED: Final = frozenset(
    {
        ("setup", "done"),
        ("capacity", "on"),
        ("reviews", "held"),
        ("reviews", "held.on"),
        ("signatures", "on"),
    }
)
"""Dates of the record, by list and field: one that lies ahead shows nothing yet."""
OTHERS: Final = frozenset({("people", "deputy")})
"""Fields that name another row, by list and field: naming the row itself says nothing."""

_PLAIN: Final = re.compile(r"[a-z]", re.IGNORECASE)
"""How a text begins that cannot be an amount."""

Sides = Callable[[str], tuple[Party, ...]]
"""The parties that a party kind stands for."""


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A field of a row: where it is, and what stands there."""

    path: str
    values: tuple[Any, ...]
    """One value, or several of which one must do: a party's, and those of its people.

    None: absent; UNKNOWN; ALL; else as the file says it.
    """
    written: bool = True
    """The file says it; else the value is what the format says of its absence."""
    lack: str = ""
    """Why it is absent, where that is not simply missing."""


def plain_words(choice: Mapping[str, Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    """Return the fields that a choice asks to be one of some words, none of which is an amount.

    Of party kinds none: they stand for parties and people.
    """
    found: dict[str, frozenset[str]] = {}
    for field, tests in choice.items():
        for test in ("equals", "one_of"):
            asked: Any = tests.get(test)
            words: list[Any] = asked if isinstance(asked, list) else [asked]
            if "." not in field and test in tests and all(map(_is_plain, words)):
                found[field] = frozenset(words)
    return found


def _is_plain(word: Any) -> bool:
    plain = isinstance(word, str) and _PLAIN.match(word) is not None
    return plain and word not in PARTY_KINDS and word != UNKNOWN.value


def says_other_words(row: Row, words: Mapping[str, frozenset[str]]) -> bool:
    """Say whether a field of a row surely is none of the words that it must be.

    Most rows are left out by that, and nothing is asked more often.
    """
    for field, asked in words.items():
        value = row.fields.get(field)
        if type(value) is str and value not in asked:
            return True
    return False


def find(
    row: Row, section: str, name: str, agreement: Agreement, sides: Sides
) -> list[FieldValues]:
    """Return the field called `name` of a row: one, or one for each party of a kind in it."""
    steps = tuple(name.split("."))
    path = f"{row.path}.{steps[0]}"
    if steps[0] not in row.fields and path not in agreement.placeholders:
        omitted = OMITTED.get((section, steps[0])) or _of_rota(row, section, steps[0], agreement)
        if omitted is not None:
            return [FieldValues(path, (omitted,), written=False)]
    # A field of the row itself is never a party kind: an allocation has one called `customer`.
    return list(_descend(row.fields.get(steps[0]), steps[1:], path, agreement, sides))


def _of_rota(row: Row, section: str, name: str, agreement: Agreement) -> Any:
    """Return the calendar of the rota that does what a coverage row says, where it names none."""
    if (section, name) != ("coverage", "calendar"):
        return None
    if row.fields.get("by") is UNKNOWN:
        return UNKNOWN
    rotas = agreement.rows.get("rotas", ())
    return next((one.fields.get(name) for one in rotas if one.key == row.fields.get("by")), None)


def _descend(
    value: Any, steps: tuple[str, ...], path: str, agreement: Agreement, sides: Sides
) -> Iterator[FieldValues]:
    if path in agreement.missing_records:
        yield FieldValues(
            path, (None,), written=False, lack=f"names {value}, and there is no such file"
        )
    elif not steps or isinstance(value, Unknown):
        yield FieldValues(path, (value,), written=value is not None)
    elif isinstance(value, list):
        inner = (found for item in value for found in _descend(item, steps, path, agreement, sides))
        values = [one for found in inner for one in found.values if one is not None]
        yield FieldValues(".".join((path, *steps)), (values or None,), written=bool(values))
    elif not isinstance(value, Mapping):
        yield FieldValues(".".join((path, *steps)), (None,), written=False)
    elif steps[0] in PARTY_KINDS and steps[0] not in value:
        yield from _of_parties(value, steps, path, agreement, sides)
    else:
        below = f"{path}.{steps[0]}"
        yield from _descend(value.get(steps[0]), steps[1:], below, agreement, sides)


def _of_parties(
    value: Mapping[str, Any],
    steps: tuple[str, ...],
    path: str,
    agreement: Agreement,
    sides: Sides,
) -> Iterator[FieldValues]:
    """Yield for each party of the kind what is said of it or of its people."""
    parties = sides(steps[0])
    for party in parties:
        keys = [key for key in value if belongs_to(agreement, key, party)]
        inner = [
            found
            for key in keys
            for found in _descend(value[key], steps[1:], f"{path}.{key}", agreement, sides)
        ]
        if inner:
            values = tuple(one for found in inner for one in found.values)
            yield FieldValues(inner[0].path, values, any(found.written for found in inner))
        else:
            yield FieldValues(".".join((path, party.id, *steps[1:])), (None,), written=False)
    if not parties:
        yield FieldValues(path, (None,), written=False, lack=f"names no {steps[0]}: there is none")
