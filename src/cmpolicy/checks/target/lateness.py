"""Which targets of a case are too late at worst, and for which starts no target speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from cmpolicy import targets
from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER, Worst, describe_worst, format_instant
from cmpolicy.calendars import ALWAYS, Horizon, Intervals, open_intervals
from cmpolicy.checks.doubts import of_starts, of_target
from cmpolicy.checks.reasons import endless, stopped
from cmpolicy.lacks import Lack, wrong
from cmpolicy.unknown import Reading, Unknown
from cmpolicy.worlds import hours_unknown, worlds

UNCOVERED = "uncovered"
NOUNS: Final = {
    "acknowledge": "acknowledgement",
    "respond": "response",
    "contain": "containment",
    "restore": "restoration",
    "resolve": "resolution",
}
"""What a target promises, where it is not called as its stage is."""


def promised(stage: str | None) -> str:
    """Return what the targets of a stage promise, as a noun."""
    return NOUNS.get(stage or "", stage or "promise")


@dataclass(frozen=True, slots=True)
class TargetProblem:
    """Something wrong with the targets of a case."""

    piece: str
    """The part of the case that it is about; empty: the case."""
    path: str
    text: str
    lack: Lack
    """What lacks, where that is certain."""
    doubts: tuple[str, ...] = ()
    """The unknown values on which it may hang."""


def part(target: Target) -> str:
    """Return by what a target's problems go beside the case: its key, if it is for a part only."""
    return "" if target.raised is None else target.key


@dataclass(frozen=True, slots=True)
class Lateness:
    """The limit that a rule sets for the targets of an agreement."""

    agreement: Agreement
    span: Horizon
    within: str | None
    """The limit in the words of the rule; None: any promise that ends."""
    limit: float
    """Seconds."""

    def too_late(self, stage: str | None, phrase: str, target: Target) -> Iterator[TargetProblem]:
        """Yield what is wrong with how late a target is at worst; `phrase` says for which case."""
        worst = targets.extreme(self.agreement, target, self.span)
        if self._met(worst):
            return
        at_best = self.agreement.read_as(Reading.OPTIMISTIC)
        least = targets.extreme(at_best, target, self.span)
        sure = not self._met(least)
        asked = f"; the limit is {self.within}" if self.within else ""
        shown = least if sure else worst
        if shown.seconds < NEVER:
            further = least.seconds < worst.seconds or worst.endless
            longer = sure and further and not least.endless
            what = f"the {promised(stage)}{phrase} {'takes at least' if longer else 'takes'}"
            text = f"{what} {self._describe(shown, target)}{asked}"
        else:
            never = endless(self.agreement, target).replace(":", f"{phrase}:", 1)
            text = f"{target.path} {never}{asked}"
        doubts = () if sure else tuple(of_target(self.agreement, target))
        # Where its own time would do, what lacks is the limit of its pauses.
        field = "pauses" if shown.endless and shown.seconds <= self.limit else "within"
        path, lack = f"{target.path}.{field}", self._lack(target, field)
        yield TargetProblem(part(target), path, text, lack, doubts)

    def _lack(self, target: Target, field: str) -> Lack:
        uncommitted = target.within is not None and target.commitment in (None, "best-effort")
        return wrong(f"{target.path}.{'commitment' if uncommitted else field}")

    def missed(self, rows: Sequence[Target]) -> Intervals:
        """Return the starts for which none of these targets speaks, as read.

        Optimistically a target whose hours nobody knows speaks wherever it is needed and in time.
        """
        first, last = self.span.start, self.span.end
        known, free = list(rows), list[Target]()
        if self.agreement.optimistic:
            known = [row for row in rows if not hours_unknown(row.raised)]
            free = [row for row in rows if hours_unknown(row.raised)]
        hours = [targets.raised_in(self.agreement, row) or ALWAYS for row in known]
        combine = Intervals.__and__ if self.agreement.optimistic else Intervals.__or__
        found: list[Intervals] = []
        for world in worlds(self.agreement, more=hours):
            reading = world.agreement.reading
            spoken = {open_intervals(world.fill(one), reading, first, last) for one in hours}
            union = Intervals.of(pair for some in spoken for pair in some)
            found.append(union.complement(first, last))
        left = reduce(combine, found)
        return Intervals() if self._filled(free, left) else left

    def _filled(self, free: Sequence[Target], left: Intervals) -> bool:
        """Say whether targets that may speak at any hour may do so, in time, at all of these."""
        if len(free) == 1:
            return self._met(targets.extreme(self.agreement, free[0], self.span, left))
        return any(targets.shortest(row.within) <= self.limit for row in free)

    def uncovered(
        self, stage: str | None, phrase: str, rows: Sequence[Target], others: Sequence[Target]
    ) -> Iterator[TargetProblem]:
        """Yield the starts for which none of these targets speaks; `others` are more that may."""
        left = self.missed(rows)
        if not left:
            return
        path = f"{rows[0].path}.raised"
        when = format_instant(left.starts[0], self.span.zone)
        text = f"no {stage or ''} target{phrase} speaks for a case raised {when}".replace("  ", " ")
        doubts = (path for row in (*rows, *others) for path in of_starts(self.agreement, row))
        yield TargetProblem(UNCOVERED, path, text, wrong(path), tuple(doubts))

    def evidence(self, rows: Sequence[Target]) -> str:
        """Describe the worst case of the slackest target."""
        worsts = [(targets.extreme(self.agreement, row, self.span), row) for row in rows]
        return self._describe(*max(worsts, key=lambda pair: pair[0].seconds))

    def _met(self, worst: Worst) -> bool:
        return worst.within(self.limit)

    def _describe(self, worst: Worst, target: Target) -> str:
        phrase = describe_worst(worst, self.span.zone)
        doubt = ", its clock is unknown" if isinstance(target.calendar, Unknown) else ""
        most = phrase if worst.raised is not None else f"{phrase} in the worst case"
        stops = f", and longer: {stopped(target)}" if worst.endless else ""
        return f"{most} ({target.path}{doubt}){stops}"
