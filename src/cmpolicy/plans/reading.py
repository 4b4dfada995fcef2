"""A service plan, read from a document of the right shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cmpolicy.document import Document, Raw
from cmpolicy.document.paths import beside
from cmpolicy.edits import Edit, parse_at
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Problem
from cmpolicy.nearest import nearest
from cmpolicy.plans.model import OWN_DATES, PLANNED, EditGroup, Input, Plan, ids
from cmpolicy.plans.spots import spots, undeclared
from cmpolicy.plans.union import Union
from cmpolicy.shape.schema import load_schema
from cmpolicy.terms import seal
from cmpolicy.vocabulary import SECTIONS

_FIRST: Final = re.compile(r"[^.\[]*")
_AMOUNTS: Final = ("interval", "promise", "wait")


def read_plan(document: Document, pruned: Document) -> Plan:
    """Read a plan.

    Args:
        document: as it was read.
        pruned: the same, its placeholders taken out, and of the right shape.

    Raises:
        DocumentError: with everything that is wrong with the plan by itself.
    """
    value = pruned.value
    inputs = {name: _input(document, name, wanted) for name, wanted in _inputs(value)}
    changes = tuple(read_groups(document, "changes")) if "changes" in value else ()
    adds_to = value.get("adds_to")
    plan = Plan(
        document=document,
        pruned=pruned,
        id=value["id"],
        title=value.get("title", value["id"]),
        edition=value.get("edition", ""),
        seal=value.get("seal"),
        terms=seal(pruned),
        adds_to=(adds_to,) if isinstance(adds_to, str) else adds_to and tuple(adds_to),
        uses=tuple(beside(document.file, text) for text in value.get("uses", ())),
        inputs=inputs,
        changes=changes,
    )
    problems = tuple(_problems(plan))
    if problems:
        raise DocumentError.of(problems[:MOST_PROBLEMS])
    return plan


def _inputs(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from value.get("inputs", {}).items()


def _input(document: Document, name: str, wanted: Mapping[str, Any]) -> Input:
    raw: Raw = ("inputs", name)
    default = document.placed((*raw, "default")) if "default" in wanted else None
    return Input(name, wanted["is"], default, wanted.get("means", ""), document.key_position(raw))


def read_groups(document: Document, key: str) -> Iterator[EditGroup]:
    """Yield the groups of edits of a plan (`changes`) or an agreement (`differs`).

    Raises:
        DocumentError: for edits of what no plan says.
    """
    problems: list[Problem] = []
    for number, group in enumerate(document.value[key]):
        if not isinstance(group, dict):  # a placeholder
            continue
        edits = [
            edit
            for index, entry in enumerate(group["edits"])
            if isinstance(entry, dict)
            for edit in parse_at(document, (key, number, "edits", index))
        ]
        problems += [found for edit in edits for found in _beyond_plans(edit)]
        if not problems:
            because = str(group["because"])
            yield EditGroup(because, tuple(edits), document.position((key, number)))
    if problems:
        raise DocumentError.of(tuple(problems[:MOST_PROBLEMS]))


def _beyond_plans(edit: Edit) -> Iterator[Problem]:
    """Yield a problem where an edit touches what is the agreement's own."""
    found = _FIRST.match(edit.path)
    top = found[0] if found else ""
    dates = [f"term.{name}" for name in OWN_DATES]
    if edit.path in dates or (edit.path == "term" and edit.action != "add"):
        what = edit.path
    elif top in PLANNED:
        return
    else:
        what = top
    guess = nearest(what, PLANNED)
    hint = f"did you mean `{guess}`?" if guess else "write it in the agreement itself"
    yield Problem(f"{edit}: no plan says `{what}`", edit.location, hint)


def _problems(plan: Plan) -> Iterator[Problem]:
    document, inputs = plan.document, plan.inputs
    own = Union()
    own.add(document)
    yield from own.problems
    if plan.adds_to is None and plan.changes:
        hint = "write the terms as they are to be; or say under `adds_to` what this is added to"
        yield Problem("a base plan has no `changes`", document.position(("changes",)), hint)
    yield from named_like_ids(inputs, document)
    yield from _wrong_defaults(inputs)
    yield from spots(document, inputs, frozenset({plan.file}))[1]
    yield from undeclared(document, inputs)


def broken_seal(plan: Plan) -> DocumentError | None:
    """Return what is wrong with a plan whose terms are not those that were sealed."""
    if plan.seal in (None, plan.terms):
        return None
    return DocumentError(
        f"{plan.file} was changed after it was sealed",
        plan.document.position(("seal",)),
        "publish a new edition beside it, or put back the terms that were sealed",
    )


def named_like_ids(inputs: Mapping[str, Input], document: Document) -> Iterator[Problem]:
    """Yield a problem for each input whose name is an id of the document, or an amount."""
    forms = [load_schema("agreement")["$defs"][name]["pattern"] for name in _AMOUNTS]
    for name, wanted in inputs.items():
        if any(re.search(form, name) for form in forms):
            message = f"the input `{name}` is named like an amount"
            yield Problem(message, wanted.location, "give the input another name")
    for section in SECTIONS:
        for name in sorted(ids(document.value, section) & inputs.keys()):
            at = inputs[name].location
            message = (
                f"`{name}` is an id in `{section}`, and an input in line {at.line} of {at.file}"
            )
            place = document.locate(f"{section}[{name}].id")
            yield Problem(message, place, "give one of them another name")


def _wrong_defaults(inputs: Mapping[str, Input]) -> Iterator[Problem]:
    for wanted in inputs.values():
        default = wanted.default
        other = inputs.get(default.value) if default and isinstance(default.value, str) else None
        if default is None or other is None:
            continue
        fits = other.kind == wanted.kind or (
            bool(other.sections) and set(other.sections) <= set(wanted.sections)
        )
        if not fits:
            message = (
                f"the default of `{wanted.name}`, of kind {wanted.kind}, is the input "
                f"`{other.name}`, of kind {other.kind}"
            )
            yield Problem(message, default.location())
