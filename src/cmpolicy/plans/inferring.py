"""What would fill the inputs of plans, so that they say what an agreement says by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cmpolicy.plans.combining import Combination
from cmpolicy.plans.model import LIST_KINDS, MAPPINGS, Input
from cmpolicy.plans.spots import InputSpot
from cmpolicy.vocabulary import ROW_KEYS, row_key

Values = Mapping[str, Any]


def inferred(combination: Combination, agreement: Mapping[str, Any]) -> dict[str, Any]:
    """Return for each input the value that most rows of an agreement have in its places.

    Args:
        combination: plans whose inputs are not filled.
        agreement: the values of an agreement that is written by hand.

    An input whose places are nowhere in the agreement is left out.
    """
    counts: dict[str, Counter[Any]] = {}
    for spot in combination.spots:
        wanted = combination.inputs[spot.name]
        for value in _found(spot, wanted, combination, agreement):
            key = tuple(value) if isinstance(value, list) else value
            counts.setdefault(spot.name, Counter())[key] += 1
    best = {name: found.most_common(1)[0][0] for name, found in counts.items()}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in best.items()}


def _found(
    spot: InputSpot, wanted: Input, combination: Combination, agreement: Values
) -> Iterator[Any]:
    """Yield what an agreement says in the place of an input, if it is of its kind."""
    plan: Any = combination.document.value
    theirs: Any = agreement
    for number, step in enumerate(spot.raw[:-1]):
        rows, plan = plan, plan[step]
        if number == 1 and spot.raw[0] not in MAPPINGS:
            section = str(spot.raw[0])
            theirs = _twin(section, plan, _unclaimed(section, rows, theirs), combination.inputs)
        elif isinstance(theirs, dict):
            theirs = theirs.get(step)
        elif isinstance(theirs, list) and isinstance(step, int) and step < len(theirs):
            theirs = theirs[step]
        else:
            return
    last = spot.raw[-1]
    if spot.is_key or spot.in_list:
        left = _left(plan, theirs, combination.inputs)
        if spot.is_key or wanted.kind not in LIST_KINDS:
            left = left if len(left) == 1 else []
            yield from left
        elif left:
            yield left
    elif isinstance(theirs, dict) and last in theirs and _is_of_kind(theirs[last], wanted):
        yield theirs[last]


def _unclaimed(section: str, rows: Any, theirs: Any) -> Any:
    """Return the rows of an agreement that no row of the plan is by its key, as it stands."""
    if not isinstance(theirs, list) or "id" in rows[0]:
        return theirs
    claimed = {row_key(section, row) for row in rows}
    return [row for row in theirs if row_key(section, row) not in claimed]


def _twin(section: str, row: Any, rows: Any, inputs: Mapping[str, Input]) -> Any:
    """Return the row of an agreement that a row of a plan would be; None where it is not sure."""
    if not isinstance(rows, list):
        return None
    fields = ("id",) if "id" in row else ROW_KEYS.get(section, ())
    alike = [
        one
        for one in rows
        if ("id" in one) is ("id" in row)
        and all(row.get(f) in inputs or one.get(f) == row.get(f) for f in fields)
    ]
    return alike[0] if len(alike) == 1 else None


def _left(plan: Any, theirs: Any, inputs: Mapping[str, Input]) -> list[str]:
    """Return what a list, or the keys of a mapping, hold besides what a plan's holds as it is."""
    if not isinstance(theirs, (list, dict)):
        return []
    names = [one for one in plan if one in inputs]
    return [one for one in theirs if one not in plan] if len(names) == 1 else []


def _is_of_kind(value: Any, wanted: Input) -> bool:
    if wanted.kind in LIST_KINDS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if wanted.kind == "percent":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str)


def by_key(value: Values, section: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a list by their keys."""
    rows = value.get(section)
    found = ((row_key(section, row), row) for row in (rows if isinstance(rows, list) else ()))
    return {key: row for key, row in found if key is not None}
