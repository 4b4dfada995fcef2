"""The tasks of an area, and how many tasks a party kind holds, as bounds where that is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cmpolicy.agreement import Agreement, Task
from cmpolicy.checks.doubts import decides, in_order, of_member
from cmpolicy.checks.select import belongs
from cmpolicy.lacks import missing, unknown, wrong
from cmpolicy.unknown import UNKNOWN, Reading, Unknown, any_of, contains
from cmpolicy.verdict import Holds, Observation

Tasks = tuple[Task, ...]


def tasks_of(agreement: Agreement, area: str) -> tuple[Tasks, Tasks]:
    """Return the tasks that surely are of an area, and those that may be, in the file's order."""
    answers = [(task, contains(task.areas, area)) for task in agreement.tasks]
    sure = tuple(task for task, answer in answers if answer is True)
    return sure, tuple(task for task, answer in answers if answer is not False)


def share_of(
    agreement: Agreement,
    kind: str,
    areas: Iterable[str] | None,
    at_least: float,
    at_most: float,
) -> Observation:
    """Say whether the share of the tasks that a party kind holds lies within bounds, in percent."""
    names = None if areas is None else tuple(areas)
    found = [(task, _is_of(task, names)) for task in agreement.tasks]
    asked = [(task, answer) for task, answer in found if answer is not False]
    shares = sorted(_shares(agreement, kind, asked))
    path = "responsibilities"
    if not shares:
        text = "there is no task to have a share of"
        return Observation(kind, path, text, Holds.NO, lack=missing(path))
    fit = [total > 0 and at_least <= 100 * held / total <= at_most for held, total in shares]
    holds = any(fit) if agreement.optimistic else all(fit)
    held, of_all = _span([held for held, _ in shares]), _span([total for _, total in shares])
    parts = [100 * held / total for held, total in shares if total]
    text = (
        f"the {kind} is accountable for {held} of {of_all} tasks "
        f"({_span([round(part) for part in parts])} %); {at_least:g} to {at_most:g} % is asked"
    )
    if holds or not any(fit):
        return Observation(kind, path, text, Holds.YES if holds else Holds.NO, lack=wrong(path))
    doubts = in_order(agreement, _doubts(agreement, asked))
    return Observation(kind, path, text + decides(doubts), Holds.NO, lack=unknown(*doubts))


def _is_of(task: Task, areas: Sequence[str] | None) -> bool | Unknown:
    return True if areas is None else any_of(*(contains(task.areas, area) for area in areas))


def _shares(
    agreement: Agreement, kind: str, asked: Sequence[tuple[Task, bool | Unknown]]
) -> set[tuple[int, int]]:
    """Return each number held and number of all tasks that some values of the unknown come to."""
    found = {(0, 0)}
    pessimistic = agreement.read_as(Reading.PESSIMISTIC)
    optimistic = agreement.read_as(Reading.OPTIMISTIC)
    for task, answer in asked:
        least, most = _holds(pessimistic, kind, task), _holds(optimistic, kind, task)
        steps = {(int(least), 1), (int(most), 1)} | ({(0, 0)} if answer is UNKNOWN else set())
        found = {(held + more, total + one) for held, total in found for more, one in steps}
    return found - ({(0, 0)} if not asked else set())


def _holds(agreement: Agreement, kind: str, task: Task) -> bool:
    """Say whether all of a task is the holder's."""
    if isinstance(task.accountable, Unknown):
        return agreement.optimistic
    who = [holder.who for holder in task.accountable if holder.who is not None]
    return bool(who) and all(belongs(agreement, one, kind) for one in who)


def _span(numbers: Sequence[int]) -> str:
    least, most = min(numbers, default=0), max(numbers, default=0)
    return f"{least}" if least == most else f"{least} to {most}"


def _doubts(agreement: Agreement, asked: Sequence[tuple[Task, bool | Unknown]]) -> Iterator[str]:
    for task, answer in asked:
        if answer is UNKNOWN:
            yield f"{task.path}.area"
        if isinstance(task.accountable, Unknown):
            yield f"{task.path}.accountable"
            continue
        for holder in task.accountable:
            if holder.who is UNKNOWN:
                yield f"{task.path}.accountable"
            else:
                yield from of_member(agreement, holder.who)
