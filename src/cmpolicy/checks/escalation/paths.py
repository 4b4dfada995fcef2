"""What a rule asks of one escalation path, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from cmpolicy import escalation
from cmpolicy.agreement import Agreement, Escalation, Step
from cmpolicy.amounts import NEVER, format_duration, format_instant
from cmpolicy.calendars import Horizon
from cmpolicy.checks.doubts import decides, of_duty, of_humans, of_roles, of_sides, of_waits
from cmpolicy.checks.reasons import off_duty
from cmpolicy.checks.select import belongs
from cmpolicy.duty import behind
from cmpolicy.escalation import Reach
from cmpolicy.unknown import UNKNOWN, Reading, Unknown, contains
from cmpolicy.verdict import Holds

CALLED: Final = ("phone", "sms")
MOST: Final = 20
"""So many pairs of steps that call one human being are named."""
SIDES: Final = {"customer": ("customer",), "provider": ("provider", "subcontractor")}


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """The parameters that ask something of each path."""

    distinct_people: int
    crosses: bool
    roles: tuple[str, ...]
    within: str | None
    limit: float
    hand_over: bool
    steps_differ: bool
    numbers: bool


@dataclass(frozen=True, slots=True)
class PathFault:
    """One thing that is wrong with a path, or that nobody can judge."""

    text: str
    path: str
    holds: Holds = Holds.NO


@dataclass(frozen=True, slots=True)
class Known:
    """What playing paths came to, by path, reading and offsets: shared between cases."""

    reach: dict[tuple[object, ...], Reach] = field(default_factory=dict)
    anybody: dict[tuple[object, ...], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """One path, played for a case: a severity and service, or an event (then both None)."""

    agreement: Agreement
    asked: PathQuestion
    path: Escalation
    severity: str | None
    service: str | None
    span: Horizon
    known: Known

    def reaching(self) -> Iterator[PathFault | str]:
        """Yield what is wrong with whom the path reaches, or the evidence that it is right."""
        steps = f"{self.path.path}.steps"
        if _steps_unsaid(self.agreement, self.path):
            text = "its steps are unknown"
            yield text if self.agreement.optimistic else self._no(text, steps)
            return
        if not self.path.steps:
            yield self._no(f"it has no steps: `steps` {self.agreement.lack(steps)}", steps)
            return
        count = len(self.path.steps)
        yield f"{count} step{'s' if count > 1 else ''}"
        late = self.asked.within is not None
        sure = self._optimistic().anybody()
        nobody = isinstance(sure, PathFault) and sure.holds is Holds.NO
        # What is in doubt here is in doubt there too, and a limit may be broken for certain.
        if nobody or not late:
            found = self._asking(Played.anybody, of_duty, of_waits)
            yield from [found] if found else []
        if self.asked.distinct_people:
            yield self._asking(Played._people, of_humans)
        if self.asked.crosses:
            yield self._asking(Played._sides, of_sides)
        if self.asked.roles:
            yield self._asking(Played._roles, of_roles)
        if late and not nobody:
            yield self._asking(Played._within, of_duty, of_waits, of_roles)

    def written(self) -> Iterator[PathFault]:
        """Yield what is wrong with how the path is written."""
        if self.asked.hand_over:
            yield from self._hand_over()
        if self.asked.steps_differ:
            yield from self._same_human()
        if self.asked.numbers:
            for step in self.path.steps:
                yield from self._number(step)

    def _no(self, text: str, path: str, holds: Holds = Holds.NO) -> PathFault:
        return PathFault(f"{self.path.id}: {text}", path, holds)

    def _asking(self, ask: Question, *doubts: Doubts) -> PathFault | str:
        """Ask, and name what the file does not say where the answer hangs on it."""
        found = ask(self)
        if (
            not isinstance(found, PathFault)
            or self.agreement.optimistic
            or not self.agreement.unknowns
        ):
            return found
        if isinstance(ask(self._optimistic()), PathFault):
            return found
        paths = (path for doubt in doubts for path in doubt(self.agreement, self.path))
        return replace(found, text=found.text + decides(paths))

    def _optimistic(self) -> Played:
        """Return the same path, its unknowns read optimistically."""
        if self.agreement.optimistic or not self.agreement.unknowns:
            return self
        return replace(self, agreement=self.agreement.read_as(Reading.OPTIMISTIC))

    def anybody(self) -> PathFault | str:
        """Say what is wrong where nobody is reached at any moment; else nothing."""
        if self._reaches_anybody(late=True):
            return ""
        path = self.path.steps[0].path
        if self._reaches_anybody(late=False):
            text = "a wait has no length, so nobody can judge whether a human being is reached"
            return self._no(text, path, Holds.UNKNOWN)
        times = escalation.offsets(self.agreement, self.path, self.severity, self.service)
        reasons = [
            off_duty(self.agreement, step)
            if offset < escalation.TOO_LATE or step.notify in self.agreement.parties
            else f"{step.notify} is called too late, or nobody knows when"
            for step, offset in zip(self.path.steps, times, strict=False)
        ]
        listed = "; ".join(dict.fromkeys(reasons))
        return self._no(f"no human being is reached: {listed}", path)

    def _reaches_anybody(self, *, late: bool) -> bool:
        case = self.severity, self.service
        times = escalation.offsets(self.agreement, self.path, *case, late=late)
        key = (self.path.path, self.agreement.reading, times)
        if key not in self.known.anybody:
            self.known.anybody[key] = escalation.reaches_anybody(
                self.agreement, self.path, *case, self.span, late=late
            )
        return self.known.anybody[key]

    @property
    def _steps(self) -> str:
        return f"{self.path.path}.steps"

    def _people(self) -> PathFault | str:
        found, more = escalation.people(self.agreement, self.path)
        phrase = f"names {len(found)} distinct people"
        if len(found) >= self.asked.distinct_people or (more and self.agreement.optimistic):
            return phrase
        listed = f" ({', '.join(sorted(found))})" if found else ""
        doubt = ", and who else is called is unknown" if more else ""
        return self._no(
            f"{phrase}{listed}{doubt}; {self.asked.distinct_people} are asked", self._steps
        )

    def _sides(self) -> PathFault | str:
        who = [self.path.source, *(step.notify for step in self.path.steps)]
        absent = [
            side
            for side, kinds in SIDES.items()
            if not any(belongs(self.agreement, one, kind) for one in who for kind in kinds)
        ]
        if not absent:
            return "goes from one party to the other"
        return self._no(f"nobody of the {' or the '.join(absent)} takes part in it", self._steps)

    def _roles(self) -> PathFault | str:
        if any(self._has_role(step) for step in self.path.steps):
            return f"calls a {self._whom()}"
        return self._no(f"it calls no {self._whom()}", self._steps)

    def _whom(self) -> str:
        return " or ".join(self.asked.roles) or "somebody"

    def _has_role(self, step: Step) -> bool:
        """Say whether a step calls a holder of the role; on a rota, everybody must hold it."""
        ids = behind(self.agreement, step.notify)
        if isinstance(ids, Unknown):
            return self.agreement.optimistic
        return bool(ids) and all(self._holds_role(who) for who in ids)

    def _holds_role(self, who: str) -> bool:
        person = self.agreement.people.get(who)
        if person is None:
            return False
        answers = [contains(person.roles, role) for role in self.asked.roles]
        return True in answers or (UNKNOWN in answers and self.agreement.optimistic)

    def _within(self) -> PathFault | str:
        late, early = self._reach(late=True), self._reach(late=False)
        whom = f"a {self._whom()}" if self.asked.roles else "somebody"
        if late.seconds == 0:
            return f"{whom} is reached at once, at any hour"
        if late.seconds <= self.asked.limit:
            return f"{whom} is reached within {format_duration(late.seconds)} in the worst case"
        text = self._too_late(late, whom)
        if early.seconds <= self.asked.limit:
            doubt = "a wait has no length, so nobody can judge whether"
            return self._no(f"{doubt} {text}", self._steps, Holds.UNKNOWN)
        return self._no(text, self._steps)

    def _reach(self, *, late: bool) -> Reach:
        case = self.severity, self.service
        times = escalation.offsets(self.agreement, self.path, *case, late=late)
        key = (self.path.path, self.agreement.reading, times)
        if key not in self.known.reach:
            self.known.reach[key] = escalation.worst_reach(
                self.agreement,
                self.path,
                *case,
                self.span,
                wanted=self._has_role if self.asked.roles else lambda _: True,
                late=late,
            )
        return self.known.reach[key]

    def _too_late(self, reach: Reach, whom: str) -> str:
        at = self.span.start if reach.at is None else reach.at
        arises = f"a case that arises {format_instant(at, self.span.zone)}"
        if reach.seconds == NEVER:
            return f"{arises} never reaches {whom} on duty"
        took = format_duration(reach.seconds)
        return f"{arises} takes {took} to reach {whom}; the limit is {self.asked.within}"

    def _hand_over(self) -> Iterator[PathFault]:
        path = f"{self.path.path}.hand_over"
        if isinstance(self.path.hand_over, Unknown):
            if not self.agreement.optimistic:
                yield self._no(f"what is handed over is unknown{decides([path])}", path)
        elif not self.path.hand_over:
            yield self._no(f"`hand_over` {self.agreement.lack(path)}", path)

    def _same_human(self) -> Iterator[PathFault]:
        """Find steps that can only be the same human being: of one person, or a rota of one."""
        for one, other, who in islice(self._pairs(), MOST):
            if who is not None:
                text = f"{one.path} and {other.path} can only be the same human being, {who}"
                yield self._no(text, other.path)
            elif not self.agreement.optimistic:
                text = f"{one.path} and {other.path} may be the same human being"
                text += decides(of_humans(self.agreement, self.path))
                yield self._no(text, other.path)

    def _pairs(self) -> Iterator[tuple[Step, Step, str | None]]:
        """Yield pairs of steps that call one human being, or (None) may, in the path's order."""
        alike: defaultdict[object, list[int]] = defaultdict(list)
        humans = [self._human(step) for step in self.path.steps]
        for index, human in enumerate(humans):
            alike[human].append(index)
        for human, one in zip(humans, self.path.steps, strict=True):
            if human is None:
                continue
            del alike[human][0]
            for index in alike[human]:
                yield one, self.path.steps[index], human[0]

    def _human(self, step: Step) -> tuple[str | None, str | Unknown | None] | None:
        """Return the one human that a step can call (None: nobody knows who), and by what name.

        None where it calls nobody, or any of several.
        """
        ids = behind(self.agreement, step.notify)
        if isinstance(ids, Unknown):
            return None, step.notify
        if len(ids) == 1 and ids <= self.agreement.people.keys():
            return next(iter(ids)), None
        return None

    def _number(self, step: Step) -> Iterator[PathFault]:
        if isinstance(step.via, Unknown):
            if self.agreement.optimistic:
                return
        elif step.via not in CALLED:
            return
        doubt = decides([f"{step.path}.via"]) if isinstance(step.via, Unknown) else ""
        called = "may be phoned" if doubt else "is phoned"
        who = str(step.notify)
        member = self.agreement.people.get(who) or self.agreement.rotas.get(who)
        if member is None:
            if isinstance(step.notify, Unknown):
                if not self.agreement.optimistic:
                    text = f"whom {step.path} notifies is unknown{decides([f'{step.path}.notify'])}"
                    yield self._no(text, step.path)
                return
            yield self._no(f"{who} {called} and has no number of its own{doubt}", step.path)
            return
        path = f"{member.path}.phone"
        if isinstance(member.phone, Unknown):
            if not self.agreement.optimistic:
                text = f"{who} {called}, and its number is unknown{decides([path])}"
                yield self._no(text, path)
        elif not member.phone:
            lack = self.agreement.lack(path)
            yield self._no(f"{who} {called}, and {path} {lack}{doubt}", step.path)


Question = Callable[[Played], PathFault | str]
Doubts = Callable[[Agreement, Escalation], Iterable[str]]
"""Yields the paths that the file does not say and an answer may hang on."""


def _steps_unsaid(agreement: Agreement, path: Escalation) -> bool:
    """Say whether the file says `steps: unknown`."""
    unsaid_: frozenset[str] | None = agreement.known.get(_steps_unsaid)
    if unsaid_ is None:
        rows = agreement.rows["escalations"]
        unsaid_ = frozenset(row.path for row in rows if row.fields.get("steps") is UNKNOWN)
        agreement.known[_steps_unsaid] = unsaid_
    return path.path in unsaid_
