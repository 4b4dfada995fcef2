"""Parameters that check kinds have in common: each a piece of a Cerberus schema.

A check says what its own parameter means with `meant`: `"within": meant(DURATION, "The limit")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cmpolicy.amounts import NEVER, TimeLimitKind, parse_interval, parse_promise
from cmpolicy.vocabulary import (
    COVERAGE_STAGES,
    CRITICALITIES,
    PARTY_KINDS,
    TARGET_STAGES,
)

Schema = Mapping[str, Any]
Report = Callable[[str, str], None]
"""How Cerberus is given what is wrong: with the field, and the message."""


LESS: Final = "less"
MORE: Final = "more"
FEW: Final = "few"
MANY: Final = "many"
"""Which values of a parameter are the stricter: a lower or higher one, fewer or more words."""


def meant(
    schema: Schema, doc: str, stricter: str | None = None, *, bounds: bool = True
) -> dict[str, Any]:
    """Return a parameter of that schema with what it means.

    Args:
        schema: what Cerberus judges it by.
        doc: what it means, for people.
        stricter: `LESS`, `MORE`, `FEW` or `MANY`; None: another value is another question.
        bounds: whether leaving it out is laxer than any value.
    """
    order = {} if stricter is None else {"stricter": stricter, "bounds": bounds}
    return {**schema, "meta": {**schema.get("meta", {}), "doc": doc, **order}}


def of_words(schema: Schema, vocabulary: str) -> dict[str, Any]:
    """Return a parameter whose texts are words of a vocabulary: of `VOCABULARIES`, by name."""
    return {**schema, "meta": {**schema.get("meta", {}), "words": vocabulary}}


def seconds(text: str) -> float:
    """Return a limit such as `4 hours` in seconds of wall-clock time; ValueError otherwise."""
    promise = parse_promise(text)
    if promise.kind is not TimeLimitKind.OPEN_TIME or promise.business:
        raise ValueError(
            f"a limit is wall-clock time, and {text!r} is not: write minutes, hours, days or weeks"
        )
    return float(promise.amount)


def limit(given: Any) -> float:
    """Return a limit in seconds, `NEVER` where none is given."""
    return NEVER if given is None else seconds(given)


def listed(value: Any) -> Any:
    """Make a single text a list of one."""
    return [value] if isinstance(value, str) else value


def _can(parse: Callable[[str], object]) -> Callable[[str, Any, Report], None]:
    def judge(field: str, value: Any, error: Report) -> None:
        if not isinstance(value, str):
            return  # that it must be text is reported already
        try:
            parse(value)
        except ValueError as wrong:
            error(field, str(wrong))

    return judge


TEXT: Final[Schema] = {"type": "string", "empty": False}
FLAG: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "min": 1}
RANK: Final[Schema] = {"type": "integer", "min": 1}
"""That rank and every worse one."""
PERCENT: Final[Schema] = {"type": "number", "min": 0, "max": 100}
WORDS: Final[Schema] = {"type": "list", "coerce": listed, "minlength": 1, "schema": TEXT}
"""A text, or a list of them."""
AREA: Final = of_words(TEXT, "areas")
AREAS: Final = of_words(WORDS, "areas")
EVENTS: Final = of_words(WORDS, "events")
ROLES: Final = of_words(WORDS, "roles")
AGENDA: Final = of_words(WORDS, "agenda")
SCHEMES: Final = of_words(WORDS, "schemes")
REVIEW_KIND: Final = of_words(TEXT, "review kinds")
DURATION: Final[Schema] = {"type": "string", "check_with": _can(seconds)}
"""A limit in wall-clock time, such as `4 hours`."""
INTERVAL: Final[Schema] = {"type": "string", "check_with": _can(parse_interval)}
"""A number of days, weeks, months or years."""
PARTY_KIND: Final[Schema] = {"type": "string", "allowed": list(PARTY_KINDS)}
STAGE: Final[Schema] = {"type": "string", "allowed": list(COVERAGE_STAGES)}
PROMISED_STAGES: Final[Schema] = {
    "type": "list",
    "coerce": listed,
    "minlength": 1,
    "allowed": list(TARGET_STAGES),
}
SERVICES: Final[Schema] = {
    "type": "dict",
    "minlength": 1,
    "schema": {
        "criticality": meant(
            {"type": "list", "coerce": listed, "minlength": 1, "allowed": list(CRITICALITIES)},
            "Only services rated so.",
        ),
        "data": meant(
            of_words(WORDS, "data"), "Only services that hold one of these data classes."
        ),
    },
}
"""Which services: those whose fields match every selector."""
