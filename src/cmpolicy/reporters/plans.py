"""The plans, the agreements on each, and how those differ, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from cmpolicy.edits import Edit
from cmpolicy.errors import Location, Problem
from cmpolicy.plans import EditGroup, Plan, broken_seal
from cmpolicy.plans.survey import Customer, Drift, Survey, drifts, editions
from cmpolicy.reporters.escape import json_text, one_line
from cmpolicy.reporters.wording import some

_LONGEST: Final = 60
_NAMED: Final = 10
"""Agreements that are named; the others are counted, and JSON names all."""


def text(survey: Survey) -> str:
    """Return the survey as text."""
    lines: list[str] = []
    for title, plans in editions(survey.plans).items():
        lines.append(one_line(title))
        for plan in plans:
            lines += [*_plan(plan, survey), ""]
    for one in survey.customers:
        lines += [*_customer(one), ""]
    found = list(drifts(survey))
    if found:
        lines.append("Drift: edits a customer, and those that more than a third of them make alike")
        for drift in found:
            lines += _drift(drift)
        lines.append("")
    if survey.unreadable:
        lines.append("Cannot be read")
        lines += [f"  {one_line(str(problem))}" for problem in survey.unreadable]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n" if lines else "There are no plans.\n"


def _plan(plan: Plan, survey: Survey) -> Iterator[str]:
    what = "base plan" if plan.adds_to is None else f"add-on to {', '.join(plan.adds_to)}"
    edition = f"edition {plan.edition}, " if plan.edition else ""
    state = "sealed" if plan.seal else "draft, not sealed"
    state = "changed after it was sealed" if broken_seal(plan) else state
    yield "  " + one_line(f"{plan.id}: {edition}{what}, {state} ({plan.file})")
    names = [one.id for one in survey.on(plan)]
    yield f"    {_count(len(names), 'agreement')}{': ' * bool(names)}{some(names, _NAMED)}"
    for group in plan.changes:
        yield f"    changes the base: {one_line(group.because)}"
        yield from (f"      {_edit(edit, plan.file)}" for edit in group.edits)


def _customer(one: Customer) -> Iterator[str]:
    on = " + ".join(plan.id for plan in (one.base, *one.add_ons))
    yield one_line(f"{one.id} is on {on}, with {_count(len(one.edits), 'edit')} ({one.file})")
    for group in one.differs:
        yield f"  {one_line(group.because)}"
        yield from (f"    {_edit(edit, one.file)}" for edit in group.edits)


def _drift(drift: Drift) -> Iterator[str]:
    customers = _count(drift.customers, "customer")
    edits = _count(drift.edits, "edit")
    yield f"  {drift.plan.id}: {edits} of {customers}, {drift.rate:.1f} a customer"
    for alike in drift.alike:
        count = f"{len(alike.customers)} of {customers}"
        yield f"    {_what(alike.edit)}: {count} ({some(alike.customers, _NAMED)})"
        yield "      should be an input or an add-on"


def _edit(edit: Edit, home: str) -> str:
    """Return an edit and its place; in the file that is the subject, the line alone."""
    place = edit.location
    if place is None:
        return _what(edit)
    at = f"line {place.line}" if place.file == home else f"{place.file}:{place.line}"
    return f"{_what(edit)} ({at})"


def _what(edit: Edit) -> str:
    value = ""
    if edit.action != "remove":
        shown = json.dumps(edit.value, ensure_ascii=False)
        shown = edit.value if isinstance(edit.value, str) else shown
        value = f": {shown if len(shown) <= _LONGEST else shown[:_LONGEST] + '…'}"
    return one_line(f"{edit.action} {edit.path}{value}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def moved(
    agreement: str, plans: Sequence[tuple[Plan, Plan]], fallen: Sequence[tuple[Edit, str]]
) -> str:
    """Return what becomes of an agreement's edits on other editions of its plans, as text."""
    lines = [
        one_line(f"{agreement}: from {old.id} ({old.file}) to {new.id} ({new.file})")
        for old, new in plans
    ]
    for edit, why in fallen:
        lines.append("  " + one_line(f"falls away: {_edit(edit, agreement)}: {why}"))
    return "\n".join([*lines, ""]) + "\n"


def as_json(survey: Survey) -> str:
    """Return the survey as JSON."""
    data = {
        "plans": [_plan_data(plan, survey) for plan in survey.plans],
        "agreements": [_customer_data(one) for one in survey.customers],
        "drift": [_drift_data(drift) for drift in drifts(survey)],
        "unreadable": [_problem_data(problem) for problem in survey.unreadable],
    }
    return json_text(json.dumps(data, indent=2, ensure_ascii=True)) + "\n"


def _plan_data(plan: Plan, survey: Survey) -> dict[str, Any]:
    return {
        "id": plan.id,
        "title": plan.title,
        "edition": plan.edition or None,
        "file": plan.file,
        "adds_to": None if plan.adds_to is None else list(plan.adds_to),
        "seal": plan.seal,
        "terms": plan.terms,
        "inputs": {
            name: {"is": one.kind, "default": one.default.value if one.default else None}
            for name, one in plan.inputs.items()
        },
        "changes": [_group_data(group) for group in plan.changes],
        "agreements": [one.id for one in survey.on(plan)],
    }


def _customer_data(one: Customer) -> dict[str, Any]:
    return {
        "agreement": one.id,
        "file": one.file,
        "plans": [plan.id for plan in (one.base, *one.add_ons)],
        "differs": [_group_data(group) for group in one.differs],
    }


def _drift_data(drift: Drift) -> dict[str, Any]:
    return {
        "plan": drift.plan.id,
        "agreements": drift.customers,
        "edits": drift.edits,
        "alike": [
            {**_edit_data(alike.edit), "agreements": list(alike.customers)} for alike in drift.alike
        ],
    }


def _group_data(group: EditGroup) -> dict[str, Any]:
    return {"because": group.because, "edits": [_edit_data(edit) for edit in group.edits]}


def _edit_data(edit: Edit) -> dict[str, Any]:
    return {"action": edit.action, "path": edit.path, "value": edit.value} | _place(edit.location)


def _problem_data(problem: Problem) -> dict[str, Any]:
    return {"message": problem.message, "hint": problem.hint} | _place(problem.location)


def _place(place: Location | None) -> dict[str, Any]:
    return {"file": place.file if place else None, "line": place.line if place else None}


FORMATS: Final[Mapping[str, Callable[[Survey], str]]] = {"text": text, "json": as_json}
