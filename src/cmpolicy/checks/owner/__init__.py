"""Each area has a task, and each such task exactly one accountable holder.

Per service and severity: where several are accountable, their `only` parts must neither overlap nor
leave anything out. There is one observation for each area and task, and one for each area that has
no task. The other parameters ask more of the same tasks.

A part described in words (`only: {subject: ...}`) cannot be judged: such a split is undetermined.
Unknown besides: anything that the file calls unknown.

    check: owner
    with:
      areas: [change-management, risk-assessment]
      holder: customer
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Task
from cmpolicy.checks.asking import best, lack_of, missing, shortened, unsaid
from cmpolicy.checks.doubts import decides, in_doubt, of_member
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.owner.duties import (
    RESPONSIBLE,
    done_by_others,
    halves,
    held_by,
    held_elsewhere,
    human,
    is_certain,
)
from cmpolicy.checks.owner.ownership import TaskFault, holders, owners
from cmpolicy.checks.owner.shares import share_of, tasks_of
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
from cmpolicy.lacks import missing as missing_row
from cmpolicy.lacks import unknown, wrong
from cmpolicy.unknown import UNKNOWN, Reading, Unknown
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
    "Tickets, records of the work and interviews that show that the person named knows and does it."
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
        "The party kind to which the accountable one must belong; `any` asks nothing.",
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
    "person": meant(FLAG, "The accountable one is a named human being with a deputy.", MORE),
    "not_same_as": meant(
        AREA,
        "`responsible`: another human being does the task. An area: another party is accountable "
        "there.",
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
        if areas is None and self.share is None:
            yield from self._every_task(agreement)
            return
        unsure = list(self._unsure(agreement))
        if self.share is not None and (areas is None or areas):
            yield share_of(agreement, self.holder, areas, *self.share)
        elif areas:
            for area, doubts in areas.items():
                yield from self._area(agreement, area, doubts)
        elif not unsure:
            yield self._unmarked(agreement)
        yield from unsure

    def _asked(self, agreement: Agreement) -> Mapping[str, tuple[str, ...]] | None:
        """Return the areas asked for, each with what is unknown of that; None: every task."""
        if self.capacity is None:
            return None if self.areas is None else dict.fromkeys(self.areas, ())
        # What may be marked so must have a task, unless unknowns are read optimistically.
        found: dict[str, tuple[str, ...]] = {}
        for function in agreement.functions:
            if not isinstance(function.area, str):
                continue
            if function.now == self.capacity:
                found[function.area] = ()
            elif isinstance(function.now, Unknown) and not agreement.optimistic:
                found.setdefault(function.area, (f"{function.path}.now",))
        return found

    def _unsure(self, agreement: Agreement) -> Iterator[Observation]:
        """Yield functions of unknown area that are, or may be, marked as asked for."""
        if self.capacity is None or agreement.optimistic:
            return
        for function in agreement.functions:
            if isinstance(function.area, Unknown) and function.now in (self.capacity, UNKNOWN):
                path = f"{function.path}.function"
                doubts = [path, *([f"{function.path}.now"] if function.now is UNKNOWN else [])]
                text = f"who does a function that the capacity audit marks as {self.capacity} "
                text += f"cannot be judged{decides(doubts)}"
                yield Observation(function.key, path, text, Holds.NO, lack=unknown(*doubts))

    def _unmarked(self, agreement: Agreement) -> Observation:
        """Say why there is no area to ask about: an audit marks none, or there is no audit."""
        path = "capacity.functions"
        if agreement.functions:
            text = f"the capacity audit marks no function as {self.capacity}"
            return Observation("capacity", path, text, Holds.YES, empty=True)
        if "capacity" not in agreement.document.value:
            path = "capacity"
        text = f"the capacity audit says nothing of any function: `{path}` {agreement.lack(path)}"
        return Observation("capacity", path, text, Holds.NO, lack=missing_row("capacity"))

    def _every_task(self, agreement: Agreement) -> Iterator[Observation]:
        for task in agreement.tasks:
            yield self._task(agreement, task, task.id)
        if not agreement.tasks:
            path = "responsibilities"
            text = f"no task has an owner: `{path}` {agreement.lack(path)}"
            yield Observation(path, path, text, Holds.NO, lack=missing_row(path))
        elif self.doer is not None:
            yield self._doer(agreement, agreement.tasks, "responsibilities")

    def _area(
        self, agreement: Agreement, area: str, doubts: tuple[str, ...]
    ) -> Iterator[Observation]:
        """Judge the tasks of an area; `doubts`: the values on which it hangs that it is asked."""
        sure, possible = tasks_of(agreement, area)
        if sure:
            for task in sure if agreement.optimistic else possible:
                unsure = doubts if task in sure else (*doubts, f"{task.path}.area")
                yield self._task(agreement, task, f"{area}/{task.id}", unsure)
            if self.doer is not None:
                others = [task for task in possible if task not in sure]
                yield self._doer_in(agreement, sure, others, area, doubts)
            return
        reading = agreement.read_as(Reading.OPTIMISTIC)
        found = best(tuple(self._alone(reading, task, area)) for task in possible)
        fits = bool(found) and all(item.holds is Holds.YES for item in found)
        if fits and agreement.optimistic:
            yield from found
            return
        text = f"no task has the area {area}"
        item = missing(agreement, "responsibilities", ["area"], area, text)
        lack = lack_of(agreement, "responsibilities", area=area)
        unsure = (*doubts, *(f"{task.path}.area" for task in possible if fits))
        yield in_doubt(agreement, replace(item, lack=lack), unsure)

    def _doer_in(
        self,
        agreement: Agreement,
        sure: Sequence[Task],
        others: Sequence[Task],
        area: str,
        doubts: tuple[str, ...],
    ) -> Observation:
        """Judge who acts in an area of which others may be tasks, too."""
        # More tasks that the doer has no part in are harder to satisfy, others easier.
        reading = agreement.read_as(Reading.OPTIMISTIC)
        best = self._doer(
            reading, (*sure, *(task for task in others if self._does(reading, task))), area
        )
        if agreement.optimistic:
            return best
        more = [task for task in others if not self._does(agreement, task)]
        if best.holds is not Holds.NO:
            doubts = (*doubts, *(f"{task.path}.area" for task in others))
        return self._doer(agreement, (*sure, *more), area, doubts)

    def _alone(self, agreement: Agreement, task: Task, area: str) -> Iterator[Observation]:
        """Judge a task as the only one of its area."""
        yield self._task(agreement, task, f"{area}/{task.id}")
        if self.doer is not None:
            yield self._doer(agreement, (task,), area)

    def _task(
        self, agreement: Agreement, task: Task, subject: str, doubts: tuple[str, ...] = ()
    ) -> Observation:
        found = list(self._findings(agreement, task))
        shown = [finding for finding in found if is_certain(finding)]
        shown = shown or [finding for finding in found if finding.holds is Holds.NO] or found
        if not shown:
            who = " and ".join(holders(task)) or "somebody, as yet unknown,"
            text = f"{who} {'are' if len(holders(task)) > 1 else 'is'} accountable for {task.id}"
            return Observation(subject, f"{task.path}.accountable", text, Holds.YES)
        text = f"{task.id}: {'; '.join(finding.text for finding in shown)}"
        first = shown[0]
        unsure = (*doubts, *(path for finding in shown for path in finding.doubts))
        lack = first.lack
        if lack is None and first.holds is Holds.NO:
            lack = wrong(first.path)
        item = Observation(subject, first.path, text, first.holds, lack=lack)
        return in_doubt(agreement, item, unsure)

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

    def _doer(
        self,
        agreement: Agreement,
        tasks: Sequence[Task],
        subject: str,
        doubts: tuple[str, ...] = (),
    ) -> Observation:
        done = [task for task in tasks if self._does(agreement, task)]
        if not done:
            among = shortened([task.id for task in tasks])
            text = f"the {self.doer} is neither accountable nor responsible in {among}"
            path = f"{tasks[0].path}.responsible"
            item = Observation(subject, path, text, Holds.NO, lack=wrong(path))
            return in_doubt(agreement, item, (*doubts, *self._of_doing(agreement, tasks)))
        first = next((task for task in done if self._says_its_part(agreement, task)), done[0])
        text = f"the {self.doer} acts in {first.id}"
        if len(done) == len(tasks) or self._says_its_part(agreement, first):
            return Observation(subject, first.path, text, Holds.YES)
        left = shortened([task.id for task in tasks if task not in done])
        text += f", not in {left}: nobody can judge whether its part is what is asked"
        path = f"{first.path}.split"
        # No value is unknown: words decide, which are to be said there.
        text += f"; say it in {path}{decides(doubts)}"
        return Observation(subject, path, text, Holds.UNKNOWN, lack=unknown(*doubts, path))

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
        """Say whether a party of the kind asked for is accountable for a task, or does it."""
        accountable, doing = task.accountable, task.responsible
        who: list[str | Unknown | None] = []
        who += [UNKNOWN] if isinstance(accountable, Unknown) else [one.who for one in accountable]
        who += [UNKNOWN] if isinstance(doing, Unknown) else doing
        return any(belongs(agreement, one, str(self.doer)) for one in who)

    def _of_doing(self, agreement: Agreement, tasks: Sequence[Task]) -> Iterator[str]:
        """Yield what is unknown of tasks that the doer may have a part in."""
        reading = agreement.read_as(Reading.OPTIMISTIC)
        for task in tasks:
            if not self._does(reading, task):
                continue
            for field, found in (("accountable", task.accountable), (RESPONSIBLE, _doing(task))):
                if isinstance(found, Unknown) or UNKNOWN in found:
                    yield f"{task.path}.{field}"
            for who in (*holders(task), *(one for one in _doing(task) if isinstance(one, str))):
                yield from of_member(agreement, who)


def _doing(task: Task) -> tuple[str | Unknown, ...]:
    """Return who does a task, UNKNOWN among them where one is."""
    if isinstance(task.responsible, Unknown):
        return (task.responsible,)
    return tuple(UNKNOWN if who == UNKNOWN.value else who for who in task.responsible)
