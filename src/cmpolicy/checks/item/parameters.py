"""The parameters of the check kind `item`, and the tests that it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cmpolicy.checks.item.comparing import comparable
from cmpolicy.checks.parameters import (
    FEW,
    LESS,
    MORE,
    PARTY_KIND,
    Report,
    Schema,
    listed,
    meant,
)
from cmpolicy.vocabulary import PARTY_KINDS, SECTIONS

SERVICE: Final = "service"
LISTS: Final = (
    *SECTIONS,
    "capacity.people",
    "capacity.functions",
    "term",
    "capacity",
    "frameworks",
)
"""What `Agreement.rows` holds."""


def _check_bound(field: str, value: Any, error: Report) -> None:
    if not comparable(value):
        error(
            field,
            f"`{value}` is not a number, duration, interval, date, version or share (20% of week)",
        )


def _check_value(field: str, value: Any, error: Report) -> None:
    if not isinstance(value, str | int | float | bool | list) or value in ([], ""):
        error(field, "give a text, a number, true or false, or a list of them")


def _check_where(field: str, value: Any, error: Report) -> None:
    if not isinstance(value, Mapping):
        _check_value(field, value, error)
        return
    if not value:
        error(field, f"give a test ({', '.join(TESTS)})")
    for name, asked in value.items():
        if name not in TESTS:
            error(field, f"there is no test `{name}` (there are {', '.join(TESTS)})")
        elif name in {"at_least", "at_most"}:
            _check_bound(field, asked, error)
        elif name in {"equals", "one_of"}:
            _check_value(field, asked, error)
        elif name == "reach":
            _check_reach(field, asked, error)
        elif asked is not True and (name, asked) != ("present", False):
            error(field, f"`{name}` is `true`")


def _check_reach(field: str, value: Any, error: Report) -> None:
    if value is not True and not (value and _is_texts(value)):
        error(field, "give `true`, or a list of data classes")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _check_each(field: str, value: Any, error: Report) -> None:
    kinds = value if isinstance(value, list) else [value]
    wrong = [str(one) for one in kinds if one not in (*PARTY_KINDS, SERVICE)]
    if wrong or not kinds:
        known = f"give one of {', '.join((*PARTY_KINDS, SERVICE))}, or a list of party kinds"
        error(field, f"`{wrong[0]}` is none: {known}" if wrong else known)
    elif SERVICE in kinds and len(kinds) > 1:
        error(field, f"`{SERVICE}` stands alone")


def _check_choices(field: str, value: Any, error: Report) -> None:
    """Check a list of mappings, each of values and tests by field."""
    for one in value if isinstance(value, list) else ():
        if not isinstance(one, Mapping) or not one:
            error(field, "write fields with their values, or a list of such mappings")
            continue
        for name, asked in one.items():
            _check_where(name, asked, lambda name, text: error(field, f"`{name}`: {text}"))


TESTS: Final[Mapping[str, Schema]] = {
    "present": meant({"type": "boolean"}, "It is there; `false`: it is not."),
    "equals": meant({"check_with": _check_value}, "It is that; of a list, holds all of these."),
    "one_of": meant(
        {"type": "list", "coerce": listed, "minlength": 1}, "It is, or holds, one of these.", FEW
    ),
    "at_least": meant({"check_with": _check_bound}, "The least that it may be.", MORE),
    "at_most": meant({"check_with": _check_bound}, "The most that it may be.", LESS),
    "not_past": meant({"allowed": [True]}, "Its date has not passed."),
    "referenced": meant({"allowed": [True]}, "Something else refers to this id."),
    "come": meant({"allowed": [True]}, "Its date has come."),
    "before_work": meant({"allowed": [True]}, "Its date is no later than the work began."),
    "reach": meant(
        {"check_with": _check_reach}, "It names all data that the party reaches, or all of these."
    ),
    "let_in": meant({"allowed": [True]}, "A party that works hands-on has a row of `access`."),
}
FIELDS: Final[Mapping[str, Schema]] = {
    "list": {
        **meant({"type": "string", "allowed": list(LISTS)}, "The list whose items are asked."),
        "required": True,
    },
    "where": meant(
        {
            "type": ["dict", "list"],
            "minlength": 1,
            "check_with": _check_choices,
            "keysrules": {"type": "string"},
            "valuesrules": {"check_with": _check_where},
        },
        "Which items: by field a value, a list of which one does, or tests. A list of such "
        "mappings: what meets one of them. Left out: all.",
    ),
    "unless": meant(
        {
            "type": "dict",
            "minlength": 1,
            "keysrules": {"type": "string"},
            "valuesrules": {"check_with": _check_where},
        },
        "Which of these items `must` asks nothing of, written as `where` is.",
    ),
    "at_least": meant(
        {"type": "integer", "min": 0},
        "How many such items there must be. Left out: 1.",
        MORE,
        bounds=False,
    ),
    "for_each": meant(
        {"type": ["string", "list"], "check_with": _check_each},
        "A party kind, several, or `service`: asked anew of the items that name each.",
    ),
    "or_by": meant(
        PARTY_KIND,
        "Where `for_each` has one party to ask of, items that name a party of this kind count too: "
        "a right may be written down as its holder's.",
    ),
    "must": meant(
        {
            "type": "dict",
            "minlength": 1,
            "keysrules": {"type": "string"},
            "valuesrules": {"type": "dict", "minlength": 1, "schema": TESTS},
        },
        "What each such item must say: tests by field.",
    ),
}
