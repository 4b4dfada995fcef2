"""Each area has a task, and each such task exactly one accountable holder.

Per service and severity: where several are accountable, their `only` parts must neither overlap nor
leave anything out. There is one observation for each area and task, and one for each area that has
no task. The other parameters ask more of the same tasks.

A part told in words (`only: {subject: ...}`) cannot be judged: such a split is undetermined.
Unknown besides: anything that the file calls unknown.

    check: owner
    with:
      areas: [change-management, risk-assessment]
      holder: customer
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Task
from cmpolicy.checks.asking import missing, unsaid
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.owner.duties import (
    RESPONSIBLE,
    done_by_others,
    halves,
    held_by,
    held_elsewhere,
    human,
)
from cmpolicy.checks.owner.ownership import TaskFault, holders, owners
from cmpolicy.checks.parameters import (
    AREA,
    FLAG,
    LESS,
    MORE,
    PARTY_KIND,
    PERCENT,
    Report,
    Schema,
    listed,
    meant,
)
from cmpolicy.checks.select import belongs
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Reading, Unknown, contains
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import PARTY_KINDS

NOW: Final = ("gap", "internal", "provider")


def _areas(field: str, value: Any, error: Report) -> None:
    by_capacity = isinstance(value, Mapping) and list(value) == ["capacity"]
    if isinstance(value, Mapping) and not (by_capacity and value["capacity"] in NOW):
        error(field, "write a list of areas, or {capacity: gap} or {capacity: internal}")
    elif not value or not all(isinstance(item, str) and item for item in value):
        error(field, "write at least one area, as text")


KIND: Final = "owner"
BEYOND: Final = (
    "Tickets, records of the work and interviews that show that whoever is named knows and does it."
)
PARAMETERS: Final[Mapping[str, Schema]] = {
    "areas": meant(
        {
            "meta": {"words": "areas"},
            "type": ["list", "dict"],
            "coerce": listed,
            "check_with": _areas,
        },
        "Areas, each of which must have a task; or `{capacity: gap}`, `{capacity: internal}`: the "
        "functions that the capacity audit marks so. Left out: every task there is.",
    ),
    "holder": meant(
        {"type": "string", "allowed": [*PARTY_KINDS, "any"], "default": "any"},
        "The party kind to which whoever is accountable must belong; `any` asks nothing.",
    ),
    "doer": meant(
        PARTY_KIND,
        "A party of this kind is accountable or responsible in a task of each area; of several "
        "tasks, in all, or in one whose `split` says its part.",
    ),
    "share": meant(
        {
            "type": "dict",
            "minlength": 1,
            "schema": {
                "at_least": meant(PERCENT, "Percent of the tasks.", MORE),
                "at_most": meant(PERCENT, "Percent of the tasks.", LESS),
            },
        },
        "How many percent of the tasks `holder` holds, instead of each.",
    ),
    "person": meant(FLAG, "Whoever is accountable is a named human being with a deputy.", MORE),
    "not_same_as": meant(
        AREA,
        "`responsible`: another party does the task. An area: another party is accountable there.",
    ),
    "both_halves": meant(
        FLAG, "A task on which two parties act says in `split` what each does.", MORE
    ),
}


def make(parameters: Mapping[str, Any], _context: Context) -> Check:
    """Make the check from normalised parameters.

    Raises:
        ValueError: where `share` has no `holder`, or no number can lie between its bounds.
    """
    share = parameters.get("share")
    holder = parameters.get("holder", "any")
    bounds = None
    if share is not None:
        bounds = (float(share.get("at_least", 0)), float(share.get("at_most", 100)))
        if holder == "any":
            raise ValueError("`share` asks how many tasks `holder` holds: name the holder")
        if bounds[0] > bounds[1]:
            raise ValueError("`share.at_least` is more than `share.at_most`")
    areas = parameters.get("areas")
    return _Check(
        areas=None if areas is None or isinstance(areas, Mapping) else tuple(areas),
        capacity=areas["capacity"] if isinstance(areas, Mapping) else None,
        holder=holder,
        doer=parameters.get("doer"),
        share=bounds,
        person=bool(parameters.get("person")),
        not_same_as=parameters.get("not_same_as"),
        both_halves=bool(parameters.get("both_halves")),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    areas: tuple[str, ...] | None
    capacity: str | None
    holder: str
    doer: str | None
    share: tuple[float, float] | None
    person: bool
    not_same_as: str | None
    both_halves: bool

    def run(self, agreement: Agreement, _clock: Clock) -> Iterator[Observation]:
        sections = (
            ("responsibilities", "capacity.functions") if self.capacity else ("responsibilities",)
        )
        early = [found for name in sections if (found := unsaid(agreement, name, name))]
        if early:
            yield from early
            return
        areas = self._asked(agreement)
        if areas == ():
            yield self._unmarked(agreement)
        elif self.share is not None:
            yield self._share(agreement, areas, *self.share)
        elif areas is None:
            yield from self._every_task(agreement)
        else:
            for area in areas:
                yield from self._area(agreement, area)

    def _asked(self, agreement: Agreement) -> tuple[str, ...] | None:
        """Return the areas asked for; None: every task there is."""
        if self.capacity is None:
            return self.areas
        # What may be marked so must have a task, unless unknowns are read optimistically.
        marks = (self.capacity,) if agreement.optimistic else (self.capacity, UNKNOWN)
        found = (function.area for function in agreement.functions if function.now in marks)
        return tuple(dict.fromkeys(area for area in found if isinstance(area, str)))

    def _unmarked(self, agreement: Agreement) -> Observation:
        """Say why there is no area to ask about: an audit marks none, or there is no audit."""
        path = "capacity.functions"
        if agreement.functions:
            text = f"the capacity audit marks no function as {self.capacity}"
            return Observation("capacity", path, text, Holds.YES, empty=True)
        if "capacity" not in agreement.document.value:
            path = "capacity"
        text = f"the capacity audit says nothing of any function: `{path}` {agreement.lack(path)}"
        return Observation("capacity", path, text, Holds.NO)

    def _every_task(self, agreement: Agreement) -> Iterator[Observation]:
        for task in agreement.tasks:
            yield self._task(agreement, task, task.id)
        if not agreement.tasks:
            lack = agreement.lack("responsibilities")
            text = f"no task has an owner: `responsibilities` {lack}"
            yield Observation("responsibilities", "responsibilities", text, Holds.NO)
        elif self.doer is not None:
            yield self._doer(agreement, agreement.tasks, "responsibilities")

    def _area(self, agreement: Agreement, area: str) -> Iterator[Observation]:
        tasks = _tasks_of(agreement, area)
        if not tasks:
            text = f"no task has the area {area}"
            yield missing(agreement, "responsibilities", ["area"], area, text)
            return
        for task in tasks:
            yield self._task(agreement, task, f"{area}/{task.id}")
        if self.doer is not None:
            yield self._doer(agreement, tasks, area)

    def _task(self, agreement: Agreement, task: Task, subject: str) -> Observation:
        found = list(self._findings(agreement, task))
        definite = [finding for finding in found if finding.holds is Holds.NO] or found
        if not definite:
            who = " and ".join(holders(task)) or "somebody, as yet unknown,"
            text = f"{who} {'are' if len(holders(task)) > 1 else 'is'} accountable for {task.id}"
            return Observation(subject, f"{task.path}.accountable", text, Holds.YES)
        text = f"{task.id}: {'; '.join(finding.text for finding in definite)}"
        return Observation(subject, definite[0].path, text, definite[0].holds)

    def _findings(self, agreement: Agreement, task: Task) -> Iterator[TaskFault]:
        yield from owners(agreement, task)
        if self.holder != "any":
            yield from held_by(agreement, task, self.holder)
        if self.person:
            yield from human(agreement, task)
        if self.not_same_as == RESPONSIBLE:
            yield from done_by_others(agreement, task)
        elif self.not_same_as is not None:
            yield from held_elsewhere(agreement, task, self.not_same_as)
        if self.both_halves:
            yield from halves(agreement, task)

    def _doer(self, agreement: Agreement, tasks: Sequence[Task], subject: str) -> Observation:
        done = [task for task in tasks if self._does(agreement, task)]
        if not done:
            among = ", ".join(task.id for task in tasks)
            text = f"the {self.doer} is neither accountable nor responsible in {among}"
            return Observation(subject, f"{tasks[0].path}.responsible", text, Holds.NO)
        first = next((task for task in done if self._says_its_part(agreement, task)), done[0])
        text = f"the {self.doer} acts in {first.id}"
        if len(done) == len(tasks) or self._says_its_part(agreement, first):
            return Observation(subject, first.path, text, Holds.YES)
        left = ", ".join(task.id for task in tasks if task not in done)
        text += f", not in {left}: nobody can judge whether its part is what is asked"
        return Observation(subject, f"{first.path}.split", text, Holds.UNKNOWN)

    def _says_its_part(self, agreement: Agreement, task: Task) -> bool:
        """Say whether `split` words what the doer does in a task."""
        if isinstance(task.split, Unknown):
            return agreement.optimistic
        return any(
            belongs(agreement, who, str(self.doer))
            for who, part in task.split.items()
            if part and (agreement.optimistic or part != UNKNOWN.value)
        )

    def _does(self, agreement: Agreement, task: Task) -> bool:
        if UNKNOWN in (task.accountable, task.responsible) and agreement.optimistic:
            return True
        doing = () if isinstance(task.responsible, Unknown) else task.responsible
        acting = (*holders(task), *doing)
        return any(belongs(agreement, who, str(self.doer)) for who in acting)

    def _share(
        self,
        agreement: Agreement,
        areas: tuple[str, ...] | None,
        at_least: float,
        at_most: float,
    ) -> Observation:
        tasks = [
            task
            for task in agreement.tasks
            if areas is None or any(task in _tasks_of(agreement, area) for area in areas)
        ]
        if not tasks:
            text = "there is no task to have a share of"
            return Observation(self.holder, "responsibilities", text, Holds.NO)
        least = sum(self._holds(agreement.read_as(Reading.PESSIMISTIC), task) for task in tasks)
        most = sum(self._holds(agreement.read_as(Reading.OPTIMISTIC), task) for task in tasks)
        shares = [100 * number / len(tasks) for number in range(least, most + 1)]
        fit = [at_least <= share <= at_most for share in shares]
        held = f"{least}" if least == most else f"{least} to {most}"
        percent = f"{shares[0]:.0f}" if least == most else f"{shares[0]:.0f} to {shares[-1]:.0f}"
        text = (
            f"the {self.holder} is accountable for {held} of {len(tasks)} tasks ({percent} %); "
            f"{at_least:g} to {at_most:g} % is asked"
        )
        holds = any(fit) if agreement.optimistic else all(fit)
        return Observation(self.holder, "responsibilities", text, Holds.YES if holds else Holds.NO)

    def _holds(self, agreement: Agreement, task: Task) -> bool:
        """Say whether all of a task is the holder's."""
        if isinstance(task.accountable, Unknown):
            return agreement.optimistic
        who = [holder.who for holder in task.accountable if holder.who is not None]
        return bool(who) and all(belongs(agreement, one, self.holder) for one in who)


def _tasks_of(agreement: Agreement, area: str) -> tuple[Task, ...]:
    """Return the tasks of an area; what may be one counts where no other is, or beside others."""
    answers = [(task, contains(task.areas, area)) for task in agreement.tasks]
    sure = tuple(task for task, answer in answers if answer is True)
    if agreement.optimistic and sure:
        return sure
    every = tuple(task for task, answer in answers if answer is not False)
    return every if sure or agreement.optimistic else ()
