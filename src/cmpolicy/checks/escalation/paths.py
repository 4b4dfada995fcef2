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
from cmpolicy.checks.doubts import (
    MOST,
    decides,
    in_order,
    of_duty,
    of_humans,
    of_roles,
    of_sides,
    of_step,
    of_waits,
)
from cmpolicy.checks.reasons import off_duty
from cmpolicy.checks.select import belongs
from cmpolicy.duty import behind, on_duty
from cmpolicy.escalation import Reach
from cmpolicy.lacks import Lack, LackKind, conflict, unknown, wrong
from cmpolicy.unknown import UNKNOWN, Unknown, decide, overlaps
from cmpolicy.verdict import Holds

CALLED: Final = ("phone", "sms")
MOST_PAIRS: Final = 20
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
    lack: Lack
    holds: Holds = Holds.NO
    may: str = ""
    """The text where it only may be wrong."""

    def doubted(
        self, agreement: Agreement, paths: Iterable[str], first: Iterable[str] = ()
    ) -> PathFault:
        """Return that it only may be wrong, as long as these paths are unknown."""
        return replace(self, text=self.may or self.text).hanging_on(agreement, paths, first)

    def hanging_on(
        self, agreement: Agreement, paths: Iterable[str], first: Iterable[str] = ()
    ) -> PathFault:
        """Return the same, which matters or not as long as these paths are unknown."""
        every = in_order(agreement, (*paths, *self._doubts()), first)
        return replace(self, lack=unknown(*every), holds=Holds.UNKNOWN)

    def _doubts(self) -> tuple[str, ...]:
        return self.lack.paths if self.lack.kind is LackKind.UNKNOWN else ()

    @property
    def message(self) -> str:
        """The text, with the paths of what is unknown."""
        return self.text + decides(self._doubts())


@dataclass(frozen=True, slots=True)
class Known:
    """What playing paths came to, by path, reading and offsets: shared by cases and rules."""

    reach: dict[tuple[object, ...], Reach] = field(default_factory=dict)
    anybody: dict[tuple[object, ...], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """One path, played for a case: a severity and service, or an event (then both None).

    Each question is put to the pessimistic reading, and if it fails to the optimistic one: what
    fails there fails whatever the unknown values are.
    """

    agreement: Agreement
    best: Agreement
    """The same, read optimistically."""
    asked: PathQuestion
    path: Escalation
    severity: str | None
    service: str | None
    span: Horizon
    known: Known

    def reaching(self) -> Iterator[PathFault | str]:
        """Yield what is wrong with whom the path reaches, or the evidence that it is right."""
        if steps_unsaid(self.agreement, self.path):
            text = "its steps are unknown"
            yield self._no(text, self._steps).doubted(self.agreement, [self._steps])
            return
        if not self.path.steps:
            lack = self.agreement.lack(self._steps)
            yield self._no(f"it has no steps: `steps` {lack}", self._steps)
            return
        count = len(self.path.steps)
        yield f"{count} step{'s' if count > 1 else ''}"
        late = self.asked.within is not None
        # Where a limit is asked for, it says more, unless nobody is reached at all.
        found = self._asking(Played._anybody, of_duty, of_waits)
        nobody = isinstance(found, PathFault) and found.holds is Holds.NO
        if isinstance(found, PathFault) and (nobody or not late):
            yield found
        if self.asked.distinct_people:
            yield self._asking(Played._people, of_humans)
        if self.asked.crosses:
            yield self._asking(Played._sides, of_sides)
        if self.asked.roles:
            yield self._asking(Played._roles, of_roles)
        if late and not nobody:
            roles = (of_roles,) if self.asked.roles else ()
            yield self._asking(Played._within, of_duty, of_waits, *roles)

    def written(self) -> Iterator[PathFault]:
        """Yield what is wrong with how the path is written."""
        if self.asked.hand_over:
            yield from self._hand_over()
        if not (self.asked.steps_differ or self.asked.numbers):
            return
        if steps_unsaid(self.agreement, self.path):
            text = "its steps are unknown"
            yield self._no(text, self._steps).doubted(self.agreement, [self._steps])
        if self.asked.steps_differ:
            yield from self._same_human()
        if self.asked.numbers:
            for step in self.path.steps:
                yield from self._number(step)

    def _no(self, text: str, path: str, *, lack: Lack | None = None, may: str = "") -> PathFault:
        name = self.path.id
        return PathFault(f"{name}: {text}", path, lack or wrong(path), may=may and f"{name}: {may}")

    def _asking(self, ask: Question, *doubts: Doubts) -> PathFault | str:
        """Ask; in doubt, name what is unknown."""
        found = ask(self)
        if not isinstance(found, PathFault):
            return found
        at_best = ask(replace(self, agreement=self.best))
        if isinstance(at_best, PathFault):
            return at_best
        paths = [path for doubt in doubts for path in doubt(self.agreement, self.path)]
        alone: list[str] = []
        if of_duty in doubts:
            # A step with one unknown value may reach somebody once that one is known.
            steps = (of_step(self.agreement, self.path, step) for step in self.path.steps)
            alone = [path for unsaid in steps if len(unsaid) == 1 for path in unsaid]
        return found.doubted(self.agreement, paths or [found.path], alone)

    def _anybody(self) -> PathFault | str:
        """Say what is wrong where nobody is reached at any moment; else nothing."""
        if self._reaches_anybody():
            return ""
        tries = escalation.tries(self.agreement, self.path, self.severity, self.service)
        reasons = dict.fromkeys(
            off_duty(self.agreement, one.step)
            if one.at < escalation.TOO_LATE and (one.exact or self._reaches_none(one.step))
            else f"{one.step.notify} is called too late, or nobody knows when"
            for one in tries[: len(self.path.steps)]
        )
        listed = "; ".join(list(reasons)[:MOST])
        more = f"; and {len(reasons) - MOST} more" if len(reasons) > MOST else ""
        return self._no(
            f"no human being is reached: {listed}{more}",
            self.path.steps[0].path,
            lack=wrong(self._steps),
            may="perhaps no human being is reached",
        )

    def _reaches_none(self, step: Step) -> bool:
        return not on_duty(self.agreement, step.notify, self.span.start, self.span.end)

    def _reaches_anybody(self) -> bool:
        key = self._key()
        if key not in self.known.anybody:
            self.known.anybody[key] = escalation.reaches_anybody(
                self.agreement, self.path, self.severity, self.service, self.span
            )
        return self.known.anybody[key]

    def _key(self) -> tuple[object, ...]:
        """Return what a question about this path depends on, besides what is asked."""
        tries = escalation.tries(self.agreement, self.path, self.severity, self.service)
        times = tuple((one.at, one.exact) for one in tries)
        return (self.path.path, self.agreement.reading, self.span, times)

    @property
    def _steps(self) -> str:
        return f"{self.path.path}.steps"

    def _people(self) -> PathFault | str:
        found, more = escalation.people(self.agreement, self.path)
        names = f"names {len(found)} distinct {'person' if len(found) == 1 else 'people'}"
        if len(found) >= self.asked.distinct_people or (more and self.agreement.optimistic):
            return names
        listed = f" ({', '.join(sorted(found)[:MOST])})" if found else ""
        asked = self.asked.distinct_people
        may = f"perhaps names fewer than {asked} distinct people"
        return self._no(f"{names}{listed}; {asked} are asked", self._steps, may=may)

    def _sides(self) -> PathFault | str:
        who = [self.path.source, *(step.notify for step in self.path.steps)]
        absent = [
            side
            for side, kinds in SIDES.items()
            if not any(belongs(self.agreement, one, kind) for one in who for kind in kinds)
        ]
        if not absent:
            return "goes from one party to the other"
        text = f"nobody of the {' or the '.join(absent)} takes part in it"
        return self._no(text, self._steps, may=f"perhaps {text}")

    def _roles(self) -> PathFault | str:
        if any(self._has_role(step) for step in self.path.steps):
            return f"calls a {self._whom()}"
        may = f"it may call no {self._whom()}"
        return self._no(f"it calls no {self._whom()}", self._steps, may=may)

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
        return decide(overlaps(person.roles, self.asked.roles), self.agreement.reading)

    def _within(self) -> PathFault | str:
        reach = self._reach()
        whom = f"a {self._whom()}" if self.asked.roles else "somebody"
        if reach.seconds <= self.asked.limit:
            if reach.seconds == 0:
                return f"{whom} is reached at once, at any hour"
            return f"{whom} is reached within {format_duration(reach.seconds)} in the worst case"
        at = self.span.start if reach.at is None else reach.at
        arises = f"a case that arises {format_instant(at, self.span.zone)}"
        if reach.seconds == NEVER:
            whom = f"a {self._whom()}" if self.asked.roles else "anybody"
            text, may = (f"{verb} {whom} on duty" for verb in ("never reaches", "may never reach"))
        else:
            took = f"{format_duration(reach.seconds)} to reach {whom}"
            limit = f"the limit is {self.asked.within}"
            text, may = (f"{verb} {took}; {limit}" for verb in ("takes", "may take"))
        return self._no(f"{arises} {text}", self._steps, may=f"{arises} {may}")

    def _reach(self) -> Reach:
        key = (*self._key(), self.asked.roles, self.asked.limit)
        if key not in self.known.reach:
            self.known.reach[key] = escalation.worst_reach(
                self.agreement,
                self.path,
                self.severity,
                self.service,
                self.span,
                wanted=self._has_role if self.asked.roles else lambda _: True,
                limit=self.asked.limit,
            )
        return self.known.reach[key]

    def _hand_over(self) -> Iterator[PathFault]:
        path = f"{self.path.path}.hand_over"
        if isinstance(self.path.hand_over, Unknown):
            text = "what goes along with the work is unknown"
            yield self._no(text, path).doubted(self.agreement, [path])
        elif not self.path.hand_over:
            yield self._no(f"`hand_over` {self.agreement.lack(path)}", path)

    def _same_human(self) -> Iterator[PathFault]:
        """Find steps that can only be the same human being: of one person, or a rota of one."""
        doubts = tuple(of_humans(self.agreement, self.path))
        for one, other, who in islice(_pairs(self.agreement, self.path.steps), MOST_PAIRS):
            pair = f"{one.path} and {other.path}"
            text = f"{pair} can only be the same human being, {who}"
            may = f"{pair} may be the same human being"
            found = self._no(text, other.path, lack=conflict(one.path, other.path), may=may)
            if who is None:
                # The first of the path's own that says whom these two steps call.
                own = tuple(_callers(self.agreement, (one, other)))
                found = found.doubted(self.agreement, own or doubts)
            yield found

    def _number(self, step: Step) -> Iterator[PathFault]:
        """Find out whether the person whom a step phones has a number."""
        doubts = []
        if isinstance(step.via, Unknown):
            doubts.append(f"{step.path}.via")
        elif step.via not in CALLED:
            return
        who = step.notify
        called = f"{who} {'may be' if doubts else 'is'} phoned"
        member = self.agreement.people.get(str(who)) or self.agreement.rotas.get(str(who))
        if isinstance(who, Unknown):
            doubts.append(f"{step.path}.notify")
            found = self._no(f"whom {step.path} notifies is unknown", step.path)
        elif member is None:
            found = self._no(f"{called} and has no number of its own", step.path)
        elif member.phone is None or isinstance(member.phone, Unknown):
            path = f"{member.path}.phone"
            if isinstance(member.phone, Unknown):
                doubts.append(path)
                found = self._no(f"{called}, and its number is unknown", path)
            else:
                text = f"{called}, and {path} {self.agreement.lack(path)}"
                found = self._no(text, step.path, lack=wrong(path))
        else:
            return
        yield found.doubted(self.agreement, doubts) if doubts else found


Question = Callable[[Played], PathFault | str]
Doubts = Callable[[Agreement, Escalation], Iterable[str]]
"""Yields the paths that the file does not say and an answer may depend on."""


def _pairs(agreement: Agreement, steps: Iterable[Step]) -> Iterator[tuple[Step, Step, str | None]]:
    """Yield pairs of steps that call one human being, in the path's order; None: may call one.

    A step that may call anybody is paired with the first other one that calls, or may call, one.
    """
    alike: defaultdict[str, list[Step]] = defaultdict(list)
    every = [(step, _human(agreement, step)) for step in steps]
    single = [(step, human) for step, human in every if human is not None]
    for step, human in single:
        if isinstance(human, str):
            yield from ((earlier, step, human) for earlier in alike[human])
            alike[human].append(step)
    for number, (step, human) in enumerate(single):
        if isinstance(human, Unknown) and len(single) > 1:
            other = single[0 if number else 1][0]
            yield (other, step, None) if number else (step, other, None)


def _human(agreement: Agreement, step: Step) -> str | Unknown | None:
    """Return the one human that a step can call; None where it calls nobody, or any of several."""
    ids = behind(agreement, step.notify)
    rota = agreement.rotas.get(str(step.notify))
    if isinstance(ids, Unknown):
        several = rota is not None and isinstance(rota.members, tuple) and len(rota.members) > 1
        return None if several else UNKNOWN
    if len(ids) == 1 and ids <= agreement.people.keys():
        return next(iter(ids))
    return None


def _callers(agreement: Agreement, steps: Iterable[Step]) -> Iterator[str]:
    """Yield the paths that say whom steps call, where they are unknown."""
    for step in steps:
        rota = agreement.rotas.get(str(step.notify))
        if isinstance(step.notify, Unknown):
            yield f"{step.path}.notify"
        elif rota is not None and isinstance(behind(agreement, rota.id), Unknown):
            yield f"{rota.path}.members"


def steps_unsaid(agreement: Agreement, path: Escalation) -> bool:
    """Say whether the file says `steps: unknown`."""
    found: frozenset[str] | None = agreement.known.get(steps_unsaid)
    if found is None:
        rows = agreement.rows["escalations"]
        found = frozenset(row.path for row in rows if row.fields.get("steps") is UNKNOWN)
        agreement.known[steps_unsaid] = found
    return path.path in found
