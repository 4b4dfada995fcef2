"""What a rule asks of one escalation path, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from cmpolicy import escalation
from cmpolicy.agreement import Agreement, Escalation, Step
from cmpolicy.amounts import NEVER, tell_duration, tell_instant
from cmpolicy.calendars import Horizon
from cmpolicy.checks.select import belongs
from cmpolicy.duty import behind
from cmpolicy.escalation import Reach
from cmpolicy.targets import in_words
from cmpolicy.verdict import Holds
from cmpolicy.vocabulary import UNKNOWN, Unknown

CALLED: Final = ("phone", "sms")
MOST: Final = 20
"""So many pairs of steps that call one human being are named."""
SIDES: Final = {"customer": ("customer",), "provider": ("provider", "subcontractor")}


@dataclass(frozen=True, slots=True)
class Asked:
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
class Finding:
    """One thing that is wrong with a path, or that nobody can judge."""

    text: str
    path: str
    holds: Holds = Holds.NO


@dataclass(frozen=True, slots=True)
class Played:
    """One path, played for a case: a severity and service, or an event (then both None)."""

    agreement: Agreement
    asked: Asked
    path: Escalation
    severity: str | None
    service: str | None
    span: Horizon | None
    """None where nobody asks how long it takes."""
    known: dict[tuple[object, ...], Reach]
    """Worst reaches, by path and offsets: shared between cases."""

    def reaching(self) -> Iterator[Finding | str]:
        """Yield what is wrong with whom the path reaches, or the evidence that it is right."""
        steps = f"{self.path.path}.steps"
        if _steps_untold(self.agreement, self.path):
            text = "its steps are unknown"
            yield text if self.agreement.kind else self._no(text, steps)
            return
        if not self.path.steps:
            yield self._no(f"it has no steps: `steps` {self.agreement.lack(steps)}", steps)
            return
        count = len(self.path.steps)
        yield f"{count} step{'s' if count > 1 else ''}"
        if self.asked.distinct_people:
            yield self._people(steps)
        if self.asked.crosses:
            yield self._sides(steps)
        if self.asked.roles:
            yield self._roles(steps)
        if self.span is not None:
            yield self._within(steps, self.span)

    def written(self) -> Iterator[Finding]:
        """Yield what is wrong with how the path is written."""
        if self.asked.hand_over:
            yield from self._hand_over()
        if self.asked.steps_differ:
            yield from self._same_human()
        if self.asked.numbers:
            for step in self.path.steps:
                yield from self._number(step)

    def _no(self, text: str, path: str, holds: Holds = Holds.NO) -> Finding:
        return Finding(f"{self.path.id}: {text}", path, holds)

    def _people(self, steps: str) -> Finding | str:
        found, more = escalation.people(self.agreement, self.path)
        told = f"names {len(found)} distinct people"
        if len(found) >= self.asked.distinct_people or (more and self.agreement.kind):
            return told
        listed = f" ({', '.join(sorted(found))})" if found else ""
        doubt = ", and who else is called is unknown" if more else ""
        return self._no(f"{told}{listed}{doubt}; {self.asked.distinct_people} are asked", steps)

    def _sides(self, steps: str) -> Finding | str:
        who = [self.path.source, *(step.notify for step in self.path.steps)]
        absent = [
            side
            for side, kinds in SIDES.items()
            if not any(belongs(self.agreement, one, kind) for one in who for kind in kinds)
        ]
        if not absent:
            return "goes from one party to the other"
        return self._no(f"nobody of the {' or the '.join(absent)} takes part in it", steps)

    def _roles(self, steps: str) -> Finding | str:
        if any(self._has_role(step) for step in self.path.steps):
            return f"calls a {self._whom()}"
        return self._no(f"it calls no {self._whom()}", steps)

    def _whom(self) -> str:
        return " or ".join(self.asked.roles) or "somebody"

    def _has_role(self, step: Step) -> bool:
        """Say whether a step calls a holder of the role; on a rota, everybody must hold it."""
        ids = behind(self.agreement, step.notify)
        if isinstance(ids, Unknown):
            return self.agreement.kind
        return bool(ids) and all(self._holds_role(who) for who in ids)

    def _holds_role(self, who: str) -> bool:
        person = self.agreement.people.get(who)
        if person is None:
            return False
        answers = [in_words(person.roles, role) for role in self.asked.roles]
        return True in answers or (UNKNOWN in answers and self.agreement.kind)

    def _within(self, steps: str, span: Horizon) -> Finding | str:
        late, early = self._reach(span, late=True), self._reach(span, late=False)
        whom = f"a {self._whom()}" if self.asked.roles else "somebody"
        if late.seconds == 0:
            return f"{whom} is reached at once, at any hour"
        if late.seconds <= self.asked.limit:
            return f"{whom} is reached within {tell_duration(late.seconds)} in the worst case"
        text = self._too_late(late, whom, span)
        if early.seconds <= self.asked.limit:
            doubt = "a wait has no length, so nobody can judge whether"
            return self._no(f"{doubt} {text}", steps, Holds.UNKNOWN)
        return self._no(text, steps)

    def _reach(self, span: Horizon, *, late: bool) -> Reach:
        case = self.severity, self.service
        times = escalation.offsets(self.agreement, self.path, *case, late=late)
        key = (self.path.path, times)
        if key not in self.known:
            self.known[key] = escalation.worst_reach(
                self.agreement,
                self.path,
                *case,
                span,
                wanted=self._has_role if self.asked.roles else lambda _: True,
                late=late,
            )
        return self.known[key]

    def _too_late(self, reach: Reach, whom: str, span: Horizon) -> str:
        if not any(behind(self.agreement, step.notify) for step in self.path.steps):
            return "its steps notify organisations, so that no human being is reached"
        at = span.start if reach.at is None else reach.at
        arises = f"a case that arises {tell_instant(at, span.zone)}"
        if reach.seconds == NEVER:
            return f"{arises} never reaches {whom} on duty"
        took = tell_duration(reach.seconds)
        return f"{arises} takes {took} to reach {whom}; the limit is {self.asked.within}"

    def _hand_over(self) -> Iterator[Finding]:
        path = f"{self.path.path}.hand_over"
        if isinstance(self.path.hand_over, Unknown):
            if not self.agreement.kind:
                yield self._no("what is handed over is unknown", path)
        elif not self.path.hand_over:
            yield self._no(f"`hand_over` {self.agreement.lack(path)}", path)

    def _same_human(self) -> Iterator[Finding]:
        """Find steps that can only be the same human being: of one person, or a rota of one."""
        for one, other, who in islice(self._pairs(), MOST):
            if who is not None:
                text = f"{one.path} and {other.path} can only be the same human being, {who}"
                yield self._no(text, other.path)
            elif not self.agreement.kind:
                text = f"{one.path} and {other.path} may be the same human being"
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

    def _number(self, step: Step) -> Iterator[Finding]:
        if isinstance(step.via, Unknown):
            if self.agreement.kind:
                return
        elif step.via not in CALLED:
            return
        who = str(step.notify)
        member = self.agreement.people.get(who) or self.agreement.rotas.get(who)
        if member is None:
            if step.notify is not UNKNOWN or not self.agreement.kind:
                yield self._no(f"{who} is phoned and has no number of its own", step.path)
        elif isinstance(member.phone, Unknown):
            if not self.agreement.kind:
                yield self._no(f"the number of {who} is unknown", f"{member.path}.phone")
        elif not member.phone:
            lack = self.agreement.lack(f"{member.path}.phone")
            yield self._no(f"{who} is phoned, and {member.path}.phone {lack}", step.path)


def _steps_untold(agreement: Agreement, path: Escalation) -> bool:
    """Say whether the file says `steps: unknown`."""
    untold: frozenset[str] | None = agreement.known.get(_steps_untold)
    if untold is None:
        rows = agreement.rows["escalations"]
        untold = frozenset(row.path for row in rows if row.fields.get("steps") is UNKNOWN)
        agreement.known[_steps_untold] = untold
    return path.path in untold
