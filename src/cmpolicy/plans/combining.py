"""Plans put together, and one agreement made of them, of what fills them and of what differs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmpolicy.document import Document
from cmpolicy.edits import Edit, apply_together, resolve
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Location, Problem
from cmpolicy.plans.filling import Values, filled, strangers, with_values
from cmpolicy.plans.model import PLANNED, EditGroup, Input, Plan, ids
from cmpolicy.plans.reading import broken_seal, named_like_ids, read_groups
from cmpolicy.plans.spots import InputSpot, spots
from cmpolicy.plans.union import Union
from cmpolicy.references import REFERENCES, find
from cmpolicy.vocabulary import SECTIONS

HEAD = ("uses", "plans", "inputs", "differs")
"""Keys of an agreement that say where its words stand."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A plan as an agreement names it."""

    path: str
    text: str
    """The path as the agreement writes it."""
    seal: str | None
    location: Location


@dataclass(frozen=True, slots=True)
class Combination:
    """A base plan with its add-ons and their changes; its inputs are not filled yet."""

    plans: tuple[Plan, ...]
    document: Document
    inputs: Mapping[str, Input]
    spots: tuple[InputSpot, ...]
    removed: tuple[tuple[Edit, frozenset[tuple[str, str]]], ...]
    """Removals of add-ons, and the ids that went with each."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An agreement made of plans."""

    document: Document
    values: Values
    """What fills each input, but those that another input fills."""
    differs: tuple[EditGroup, ...]


def judge_choice(named: Sequence[Named], plans: Sequence[Plan], status: str) -> None:
    """Judge which plans an agreement names.

    Raises:
        DocumentError: not one base plan, an add-on that does not fit, a seal that is not right.
    """
    problems: list[Problem] = []
    bases = [index for index, plan in enumerate(plans) if plan.adds_to is None]
    if not bases:
        hint = "name the plan that the add-ons are added to"
        problems.append(Problem("there is no base plan", named[0].location, hint))
    for index in bases[1:]:
        first = plans[bases[0]]
        message = f"`{plans[index].id}` is a second base plan, beside `{first.id}`"
        problems.append(Problem(message, named[index].location, "an agreement has one base plan"))
    for place, plan in zip(named, plans, strict=True):
        base = plans[bases[0]] if bases else None
        if base and plan.adds_to is not None and not plan.fits(base):
            message = f"the add-on `{plan.id}` does not fit the base plan `{base.id}`"
            hint = f"it adds to {', '.join(plan.adds_to)}"
            problems.append(Problem(message, place.location, hint))
        problems += _seal_problems(place, plan, status)
    seen: dict[str, str] = {}
    for place, plan in zip(named, plans, strict=True):
        other = seen.setdefault(plan.id, plan.file)
        if other != plan.file:
            message = f"{plan.file} and {other} are both the plan `{plan.id}`"
            problems.append(Problem(message, place.location, "give one of them an id of its own"))
    if problems:
        raise DocumentError.of(tuple(problems))


def _seal_problems(place: Named, plan: Plan, status: str) -> Iterator[Problem]:
    if plan.seal is None:
        if place.seal is not None or status != "draft":
            message = f"`{place.text}` is not sealed: only draft agreements may use it"
            hint = f"seal it with `cmpolicy plans --seal {plan.file}`"
            yield Problem(message, place.location, hint)
    elif broken := broken_seal(plan):
        yield from broken.problems
    elif place.seal is None:
        if status != "draft":
            message = f"`{place.text}` has no `seal` here: only a draft agreement may leave it out"
            yield Problem(message, place.location, f'write `seal: "{plan.seal}"`')
    elif place.seal != plan.seal:
        message = f"`{place.text}` has another seal than the agreement says"
        hint = "an edition that was agreed does not change: name the edition that was agreed"
        yield Problem(message, place.location, hint)


def combine(plans: Sequence[Plan], shared: Mapping[str, Document]) -> Combination:
    """Put a base plan and its add-ons together.

    Args:
        plans: one base plan, and its add-ons, in any order.
        shared: the shared files that they use, by path, as they were read.

    Raises:
        DocumentError: with everything in which they do not fit together.
    """
    ordered = sorted(plans, key=lambda plan: (plan.adds_to is not None, plan.id))
    base, add_ons = ordered[0], ordered[1:]
    inputs = _inputs(ordered)
    union = Union()
    used = set(base.uses)
    union.add(base.document)
    _use(union, base.uses, shared)
    _refuse(union.problems)
    document = union.document(base.document)
    edits = [edit for plan in add_ons for group in plan.changes for edit in group.edits]
    removed = tuple(_removed(document, edits))
    if edits:
        document = apply_together(document, edits)
    union = Union.of(document)
    for plan in add_ons:
        union.add(plan.document)
        _use(union, [path for path in plan.uses if path not in used], shared)
        used.update(plan.uses)
    _refuse(union.problems)
    whole = union.document(document)
    files = frozenset(plan.file for plan in plans)
    found, problems = spots(whole, inputs, files)
    _refuse(problems)
    return Combination(tuple(ordered), whole, inputs, found, removed)


def _use(union: Union, paths: Sequence[str], shared: Mapping[str, Document]) -> None:
    for path in dict.fromkeys(paths):
        union.add(shared[path])


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise DocumentError.of(tuple(problems[:MOST_PROBLEMS]))


def _inputs(plans: Sequence[Plan]) -> dict[str, Input]:
    """Return the inputs of all plans: one name is one input."""
    found: dict[str, Input] = {}
    problems: list[Problem] = []
    for plan in plans:
        for name, wanted in plan.inputs.items():
            other = found.setdefault(name, wanted)
            at = f"in line {other.location.line} of {other.location.file}"
            if other.kind != wanted.kind:
                message = f"the input `{name}` is a {wanted.kind} here, and a {other.kind} {at}"
                hint = "one name in several plans is one input"
                problems.append(Problem(message, wanted.location, hint))
            elif other.default is None:
                found[name] = wanted if wanted.default is not None else other
            elif wanted.default is not None and wanted.default.value != other.default.value:
                message = f"the input `{name}` has another default {at}"
                problems.append(Problem(message, wanted.location, "make the two agree"))
    _refuse(problems)
    return found


def _removed(
    document: Document, edits: Sequence[Edit]
) -> Iterator[tuple[Edit, frozenset[tuple[str, str]]]]:
    """Yield each removal with the (list, id) of every row that goes with it."""
    for edit in edits:
        if edit.action != "remove":
            continue
        try:
            raw = resolve(document, edit).raw
        except DocumentError:
            continue  # reported where the edits are applied
        section = str(raw[0])
        gone = document.placed(raw).value
        rows = gone if len(raw) == 1 and isinstance(gone, list) else [gone]
        if section in SECTIONS and len(raw) <= 2:  # noqa: PLR2004 - a list, or a row of it
            yield edit, frozenset((section, name) for name in ids({section: rows}, section))


def planned(
    agreement: Document,
    pruned: Document,
    combination: Combination,
    shared: Mapping[str, Document],
) -> Planned:
    """Return the agreement that plans, inputs, its own rows and its edits make.

    Args:
        agreement: as it was read.
        pruned: the same without its placeholders, and of the right shape.
        combination: its plans.
        shared: the shared files that it uses, by path, as they were read.

    Raises:
        DocumentError: with everything in which they do not fit together.
    """
    values = filled(combination.inputs, agreement, pruned)
    document = with_values(combination.document, combination.spots, values)
    union = Union.of(document)
    union.add(agreement, own=True)
    known = {path for plan in combination.plans for path in plan.uses}
    _use(union, [path for path in shared if path not in known], shared)
    _refuse(union.problems)
    head = {k: v for k, v in agreement.value.items() if k not in (*HEAD, *PLANNED)}
    whole = union.document(dataclasses.replace(agreement, before=document), head)
    differs = tuple(read_groups(agreement, "differs")) if "differs" in pruned.value else ()
    edits = [edit for group in differs for edit in group.edits]
    removed = (*combination.removed, *_removed(whole, edits))
    if edits:
        whole = apply_together(whole, edits, rows_move=True)
    _refuse(list(_dangling(whole, removed)))
    _refuse(
        [
            *named_like_ids(combination.inputs, whole),
            *strangers(combination.inputs, values, whole),
        ]
    )
    own = agreement.value.get("inputs", {})
    return Planned(whole, _by_themselves(combination.inputs, values, own), differs)


def _by_themselves(inputs: Mapping[str, Input], values: Values, own: Collection[str]) -> Values:
    """Return what fills inputs that are not left to the value of another one."""
    left = {
        name
        for name, wanted in inputs.items()
        if name not in own
        and wanted.default is not None
        and isinstance(wanted.default.value, str)
        and wanted.default.value in inputs
    }
    return {name: placed for name, placed in values.items() if name not in left}


def _dangling(
    document: Document, removed: Sequence[tuple[Edit, frozenset[tuple[str, str]]]]
) -> Iterator[Problem]:
    """Yield a problem for each removal of a row that something still refers to."""
    removers = {one: number for number, (_, gone) in enumerate(removed) for one in gone}
    if not removers:
        return
    known = {section: ids(document.value, section) for section in SECTIONS}
    places: dict[int, list[str]] = {}
    for pattern, sections in REFERENCES:
        for raw, text in find(document.value, pattern):
            number = next((removers[s, text] for s in sections if (s, text) in removers), None)
            if number is not None and all(text not in known[section] for section in sections):
                at = document.position(raw)
                where = f"{document.symbolic(raw)} ({at.file}:{at.line})"
                places.setdefault(number, []).append(where)
    for number, found in places.items():
        edit = removed[number][0]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = f"{edit}: it is still referred to, by {', '.join(found[:_SHOWN])}{more}"
        yield Problem(message, edit.location, "edit those too")
