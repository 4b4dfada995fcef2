"""Who answers for each task, for which services and severities."""

from __future__ import annotations

from collections.abc import Iterator

from cmpolicy.agreement import Agreement, Holder, Task
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import ANY, CELLS, HELD, WORDS
from cmpolicy.promises.sources import case, fields, unique
from cmpolicy.promises.undertaken import words
from cmpolicy.unknown import UNKNOWN, Unknown, contains

Cell = tuple[str, str]
"""A service and a severity."""


def owners(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the tasks that somebody answers for, with the areas that they are for."""
    cells = frame.cases(agreement)
    for task in agreement.tasks:
        held = {cell: holders for cell in cells if (holders := _holders(agreement, task, cell))}
        if held:
            some = frozenset("/".join(cell) for cell in held)
            components = (
                Component("", HELD, held),
                Component("for", CELLS, some if len(held) < len(cells) else frozenset({ANY})),
                Component("in", WORDS, frozenset(words(task.areas, agreement))),
            )
            via = unique(path for cell in held for path in case(*cell))
            key = Key("owner", (task.id,))
            yield key, DerivedPromise(components, fields(task.path, "accountable", "area"), via)


def _holders(agreement: Agreement, task: Task, cell: Cell) -> frozenset[str]:
    if isinstance(task.accountable, Unknown):
        return frozenset({ANY} if agreement.optimistic else ())
    return frozenset(
        name
        for holder in task.accountable
        if (name := _name(agreement, holder)) and _holds(agreement, holder, cell)
    )


def _name(agreement: Agreement, holder: Holder) -> str:
    if isinstance(holder.who, Unknown):
        return ANY if agreement.optimistic else ""
    if isinstance(holder.subject, str) and holder.who:
        return f"{holder.who} ({holder.subject})"
    return holder.who or ""


def _holds(agreement: Agreement, holder: Holder, cell: Cell) -> bool:
    answers = (contains(holder.services, cell[0]), contains(holder.severities, cell[1]))
    return False not in answers and (UNKNOWN not in answers or agreement.optimistic)
