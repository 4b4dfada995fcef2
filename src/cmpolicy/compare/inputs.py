"""Edits that are one: those of the values that an input fills, where it is filled otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.compare.values import value_text
from cmpolicy.document import Document, Placed, Raw
from cmpolicy.errors import Location
from cmpolicy.text_edit import TextEdit

INPUTS: Final = "inputs"
_Places = Mapping[Location, TextEdit]


def by_inputs(
    found: Sequence[TextEdit], before: Agreement, after: Agreement
) -> tuple[TextEdit, ...]:
    """Return edits, those of what a changed input fills with the edit of that input."""
    changed = {
        name: _edit(name, old, after.inputs[name])
        for name, old in before.inputs.items()
        if name in after.inputs and old.value != after.inputs[name].value
    }
    if not changed:
        return tuple(found)
    olds, news = (
        {place: edit for name, edit in changed.items() for place in _places(side.inputs[name])}
        for side in (before, after)
    )
    return tuple(
        dataclasses.replace(edit, by=_cause(edit, before, olds) or _cause(edit, after, news))
        for edit in found
    )


def _edit(name: str, old: Placed, new: Placed) -> TextEdit:
    texts = value_text(old.value), value_text(new.value)
    return TextEdit(
        f"{INPUTS}.{name}",
        *texts,
        old.location(),
        new.location(),
        sentence=f"input `{name}` is {texts[1]} instead of {texts[0]}",
    )


def _places(placed: Placed) -> Iterator[Location]:
    """Yield where a value stands: of a list each item, since they are spliced."""
    if isinstance(placed.value, list):
        yield from (item.location() for item in placed.items())
    yield placed.location()


def _cause(edit: TextEdit, side: Agreement, places: _Places) -> TextEdit | None:
    """Return the changed input that fills the value of an edit, or a part of it, on one side."""
    raw, rest = side.document.resolve(edit.path)
    if rest or len(raw) == 1:  # a section that came or went whole did so by itself
        return None
    found = (places.get(place) for place in _leaves(side.document, raw))
    return next((one for one in found if one is not None), None)


def _leaves(document: Document, raw: Raw) -> Iterable[Location]:
    """Yield the places of a value and of all that is in it."""
    value: Any = document.placed(raw).value
    yield document.position(raw)
    steps = (
        value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    )
    for step in steps:
        yield from _leaves(document, (*raw, step))
