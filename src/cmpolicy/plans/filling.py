"""What fills the inputs of plans, and the document with it in their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cmpolicy.document import Document, Placed, Raw
from cmpolicy.document.tree import with_children
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Problem
from cmpolicy.nearest import nearest
from cmpolicy.plans.model import LIST_KINDS, Input, ids
from cmpolicy.plans.spots import InputSpot
from cmpolicy.shape.schema import load_schema
from cmpolicy.shape.wording import shown, wrong_pattern
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import SECTIONS

Values = Mapping[str, Placed]
"""What fills each input."""

_MOST_PERCENT = 100


def filled(inputs: Mapping[str, Input], agreement: Document, pruned: Document) -> Values:
    """Return what fills each input: the agreement's own value, or its default.

    Args:
        inputs: of all plans of the agreement, by name.
        agreement: as it was read.
        pruned: the same without its placeholders.

    Raises:
        DocumentError: for each that is not filled, or not by a value of its kind.
    """
    given = pruned.value.get("inputs", {})
    own = agreement.value["inputs"] if "inputs" in pruned.value else {}
    problems = list(_unknown_names(own, inputs, agreement))
    found: dict[str, Placed] = {}
    for name, wanted in inputs.items():
        try:
            if name in own and name not in given:
                raise _blank(name, own[name], agreement)
            found[name] = _value(wanted, inputs, own, agreement)
        except DocumentError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_wrong_form(wanted, found[name]))
    if problems:
        raise DocumentError.of(tuple(dict.fromkeys(problems))[:MOST_PROBLEMS])
    return found


def _value(
    wanted: Input, inputs: Mapping[str, Input], own: Mapping[str, Any], agreement: Document
) -> Placed:
    """Return what fills an input, by way of the inputs that are defaults."""
    seen: set[str] = set()
    while wanted.name not in own:
        seen.add(wanted.name)
        default = wanted.default
        if default is None:
            raise _unfilled(wanted, own, agreement)
        other = inputs.get(default.value) if isinstance(default.value, str) else None
        if other is None:
            return default
        if other.name in seen:
            message = f"the defaults of `{wanted.name}` and `{other.name}` go in a circle"
            raise DocumentError(message, default.location(), "give one of them a value")
        wanted = other
    return agreement.placed(("inputs", wanted.name))


def _unfilled(wanted: Input, own: Mapping[str, Any], agreement: Document) -> DocumentError:
    means = f": {wanted.means}" if wanted.means else ""
    message = f"the input `{wanted.name}` ({wanted.kind}) is not filled{means}"
    at = ("inputs",) if own else ("plans",)
    return DocumentError(message, agreement.position(at), f"add `{wanted.name}: …` under `inputs`")


def _blank(name: str, text: Any, agreement: Document) -> DocumentError:
    message = f"the input `{name}` is a placeholder ({text!r})"
    hint = "write what fills it, or `unknown`"
    return DocumentError(message, agreement.position(("inputs", name)), hint)


def _unknown_names(
    own: Mapping[str, Any], inputs: Mapping[str, Input], agreement: Document
) -> Iterator[Problem]:
    for name in own:
        if name not in inputs:
            guess = nearest(name, tuple(inputs))
            hint = (
                f"did you mean `{guess}`?" if guess else f"there are {', '.join(inputs) or 'none'}"
            )
            message = f"no plan of this agreement has an input `{name}`"
            yield Problem(message, agreement.key_position(("inputs", name)), hint)


def _wrong_form(wanted: Input, placed: Placed) -> Iterator[Problem]:
    """Yield a problem where a value is none of its kind, whatever ids there are."""
    value, label = placed.value, f"`{wanted.name}`"
    if value == UNKNOWN.value:
        return
    texts = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
    if wanted.kind in LIST_KINDS:
        if not (isinstance(value, str) or texts):
            message = f"{label} must be ids of {wanted.kind}, not {shown(value)}"
            yield Problem(message, placed.location())
    elif wanted.sections:
        if not isinstance(value, str):
            message = f"{label} must be the id of one {wanted.kind}, not {shown(value)}"
            yield Problem(message, placed.location())
    elif wanted.kind == "percent":
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not 0 < value <= _MOST_PERCENT:
            message = f"{label} must be a percentage (a number up to 100), not {shown(value)}"
            yield Problem(message, placed.location())
    else:
        node = load_schema("agreement")["$defs"][wanted.kind]
        if not isinstance(value, str) or not re.search(node["pattern"], value):
            message, hint = wrong_pattern(label, str(value), node, "")
            yield Problem(message, placed.location(), hint)


def strangers(inputs: Mapping[str, Input], values: Values, document: Document) -> Iterator[Problem]:
    """Yield a problem for each value that is not an id of a list that its kind names.

    Args:
        inputs: by name.
        values: what fills them.
        document: the agreement that the plans, the values and the edits make.
    """
    every = {section: ids(document.value, section) for section in SECTIONS}
    for name, wanted in inputs.items():
        if not wanted.sections:
            continue
        known = set().union(*(every[section] for section in wanted.sections))
        placed = values[name]
        found = placed.items() if isinstance(placed.value, list) else [placed]
        for item in found:
            if item.value in known or item.value == UNKNOWN.value:
                continue
            elsewhere = [section for section, names in every.items() if item.value in names]
            hint = None
            if elsewhere:
                message = (
                    f"`{name}` must be a {wanted.kind}; `{item.value}` is one of `{elsewhere[0]}`"
                )
            else:
                guess = nearest(item.value, tuple(known))
                hint = f"did you mean `{guess}`?" if guess else None
                message = f"`{name}`: there is no {_one(wanted.kind)} `{item.value}`"
            yield Problem(message, item.location(), hint)


def _one(kind: str) -> str:
    singular = {"services": "service", "severities": "severity", "holder": "party, person or rota"}
    return singular.get(kind, kind)


def with_values(document: Document, places: Sequence[InputSpot], values: Values) -> Document:
    """Return a document in which values stand where the names of inputs stood.

    Raises:
        DocumentError: a list of several where one is wanted, or a key of a mapping twice.
    """
    whole = document.whole
    lists: list[tuple[Raw, list[Placed]]] = []
    for spot in places:
        placed = values[spot.name]
        several = placed.value if isinstance(placed.value, list) else None
        if spot.is_key:
            continue
        if several is not None and spot.in_list:
            lists.append((spot.raw, placed.items()))
        elif several is None and spot.is_list and placed.value != UNKNOWN.value:
            whole = whole.put(
                spot.raw, Placed([placed.value], with_children(placed.node, [placed.node]))
            )
        elif several is not None and not spot.is_list:
            whole = whole.put(spot.raw, _only(spot, placed, document))
        else:
            whole = whole.put(spot.raw, placed)
    for raw, items in sorted(lists, key=_index, reverse=True):
        whole = _spliced(whole, raw, items)
    for spot in places:
        if spot.is_key:
            whole = _renamed(whole, spot, values[spot.name], document)
    return document.with_whole(whole)


def _index(found: tuple[Raw, list[Placed]]) -> int:
    index = found[0][-1]
    return index if isinstance(index, int) else 0


def _spliced(whole: Placed, raw: Raw, items: list[Placed]) -> Placed:
    index = raw[-1]
    assert isinstance(index, int)  # noqa: S101 - a spot in a list
    return whole.inside(raw[:-1], lambda found: found.spliced(index, items))


def _only(spot: InputSpot, placed: Placed, document: Document) -> Placed:
    """Return the one id of a list, where one is wanted."""
    items = placed.items()
    if len(items) > 1:
        at = document.position(spot.raw)
        message = f"`{spot.name}` is several; one is wanted in line {at.line} of {at.file}"
        raise DocumentError(message, placed.location(), "give it one id")
    return items[0]


def _renamed(whole: Placed, spot: InputSpot, placed: Placed, document: Document) -> Placed:
    key, new = (
        str(spot.raw[-1]),
        _only(spot, placed, document) if isinstance(placed.value, list) else placed,
    )
    path = document.symbolic(spot.raw[:-1])
    if new.value == UNKNOWN.value:
        message = f"the input `{spot.name}` is `unknown`, and stands as a key of `{path}`"
        raise DocumentError(message, new.location(), "write what fills it")
    if new.value in whole.at(spot.raw[:-1]):
        message = f"`{path}` names `{new.value}` twice, by the input `{spot.name}`"
        raise DocumentError(message, document.position(spot.raw), "name it once")
    return whole.inside(spot.raw[:-1], lambda found: found.renamed(key, new.value))
