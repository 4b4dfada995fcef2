"""Where an input may stand in a plan: references by the lists they name, and amounts by kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cmpolicy.document import Document, Raw
from cmpolicy.errors import Problem
from cmpolicy.nearest import nearest
from cmpolicy.plans.model import LIST_KINDS, REFERENCE_KINDS, Input
from cmpolicy.references import REFERENCES, find
from cmpolicy.shape.schema import load_schema, resolve

AMOUNTS: Final[tuple[tuple[str, str], ...]] = (
    ("term.renews_for", "interval"),
    ("term.notice", "interval"),
    ("responsibilities.*.evidence.kept", "interval"),
    ("reviews.*.every", "interval"),
    ("clauses.*.within", "interval"),
    ("clauses.*.at_most_every", "interval"),
    ("clauses.*.notice", "interval"),
    ("clauses.*.survives", "interval"),
    ("clauses.*.amount", "sum"),
    ("targets.*.within", "promise"),
    ("targets.*.pauses.*.at_most", "promise"),
    ("notices.*.within", "promise"),
    ("escalations.*.steps.*.after", "promise"),
    ("escalations.*.repeat.wait", "promise"),
    ("targets.*.attainment", "percent"),
    ("uptime.*.per", "interval"),
    ("uptime.*.maintenance.at_most", "promise"),
    ("uptime.*.percent", "percent"),
)
"""Patterns of the fields that are amounts, as in `references`, and the kinds of inputs there."""

_OF_LISTS: Final = frozenset(section for kind in LIST_KINDS for section in REFERENCE_KINDS[kind])


@dataclass(frozen=True, slots=True)
class InputSpot:
    """A place where the name of an input stands."""

    raw: Raw
    name: str
    is_key: bool = False
    """It is a key of a mapping, such as `split`."""
    in_list: bool = False
    """It is an item of a list."""
    is_list: bool = False
    """It stands for a whole list."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A pattern of places, and what may stand there."""

    pattern: str
    sections: tuple[str, ...]
    kind: str = ""
    """Of an amount."""
    is_list: bool = False

    def takes(self, wanted: Input) -> bool:
        if self.kind:
            return wanted.kind == self.kind
        return bool(wanted.sections) and set(wanted.sections) <= set(self.sections)

    def __str__(self) -> str:
        field = [step for step in self.pattern.split(".") if step not in "*@"][-1]
        fitting = [
            kind for kind, found in REFERENCE_KINDS.items() if set(found) <= set(self.sections)
        ]
        return f"`{field}` takes an input of kind {self.kind or ' or '.join(fitting) or 'none'}"


def _places() -> Iterator[_Place]:
    for pattern, sections in REFERENCES:
        yield _Place(pattern, sections)
        if pattern.endswith(".*") and set(sections) <= _OF_LISTS:
            yield _Place(pattern.removesuffix(".*"), sections, is_list=True)
    for pattern, kind in AMOUNTS:
        yield _Place(pattern, (), kind)


_PLACES: Final = tuple(_places())


@cache
def _wanted(pattern: str) -> str:
    """Return the form that the schema of an agreement asks of an amount."""
    root = load_schema("agreement")
    node: Mapping[str, Any] = root
    for step in pattern.split("."):
        node = resolve(node["items"] if step == "*" else node["properties"][step], root)
    form: str = node["pattern"]
    return form


def spots(
    document: Document, inputs: Mapping[str, Input], files: frozenset[str]
) -> tuple[tuple[InputSpot, ...], list[Problem]]:
    """Return where inputs stand, and a problem for each that stands where it does not fit.

    Args:
        document: plans and what they use, united.
        inputs: by name.
        files: those of the plans; names of inputs stand in no other.
    """
    found: list[InputSpot] = []
    problems: list[Problem] = []
    for place in _PLACES:
        for raw, text in find(document.value, place.pattern):
            wanted = inputs.get(text)
            if wanted is None or document.source_of(raw).file not in files:
                continue
            if not place.takes(wanted):
                message = f"`{text}` is an input of kind {wanted.kind}; {place}"
                problems.append(Problem(message, document.position(raw)))
                continue
            last = place.pattern.rpartition(".")[2]
            found.append(InputSpot(raw, text, last == "@", last == "*", place.is_list))
    return tuple(found), problems


def undeclared(document: Document, inputs: Mapping[str, Input]) -> list[Problem]:
    """Return a problem for each word of a plan that can only be the name of an input it lacks."""
    problems = []
    for place in _PLACES:
        if not place.kind and not place.is_list:
            continue
        for raw, text in find(document.value, place.pattern):
            if text in inputs or (place.kind and re.search(_wanted(place.pattern), text)):
                continue
            guess = nearest(text, tuple(inputs))
            hint = f"did you mean `{guess}`?" if guess else "declare it under `inputs`"
            message = f"there is no input `{text}`"
            problems.append(Problem(message, document.position(raw), hint))
    return problems
