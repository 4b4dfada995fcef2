"""Which targets of a case are too late at worst, and for which starts no target speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cmpolicy import targets
from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER, Worst, describe_worst, format_instant
from cmpolicy.calendars import Horizon, Intervals
from cmpolicy.checks.doubts import decides, of_target
from cmpolicy.checks.reasons import endless
from cmpolicy.targets import Speaking
from cmpolicy.unknown import Reading, Unknown

Problem = tuple[str, str, str]
"""The part of the case that it is about (empty: the case), the path where, and what is wrong."""
UNCOVERED = "uncovered"


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

    def problems(
        self, what: str, found: Sequence[Speaking], doubts: Iterable[str]
    ) -> Iterator[Problem]:
        """Yield each target that is too late, and the starts for which none speaks.

        `doubts` are the paths of what is unknown of when targets speak for the case.
        """
        for one in found:
            worst = targets.worst_of(self.agreement, one.target, self.span, one.starts)
            if not self._met(worst):
                yield self._too_late(what, one, worst)
        covered = Intervals.of(pair for one in found for pair in one.starts)
        missed = covered.complement(self.span.start, self.span.end)
        if missed:
            when = format_instant(missed.starts[0], self.span.zone)
            text = f"{what}: no target speaks for a case raised {when}{decides(doubts)}"
            yield UNCOVERED, f"{found[0].target.path}.raised", text

    def evidence(self, found: Sequence[Speaking]) -> str:
        """Tell the worst case of the slackest target."""
        worsts = [
            (targets.worst_of(self.agreement, one.target, self.span, one.starts), one.target)
            for one in found
        ]
        return self._describe(*max(worsts, key=lambda pair: pair[0].seconds))

    def _met(self, worst: Worst) -> bool:
        return worst.seconds < NEVER and worst.seconds <= self.limit

    def _too_late(self, what: str, one: Speaking, worst: Worst) -> Problem:
        target = one.target
        path = f"{target.path}.within"
        if worst.seconds < NEVER:
            text = f"{what}: {self._describe(worst, target)}; the limit is {self.within}"
        else:
            asked = f"; the limit is {self.within}" if self.within else ""
            text = f"{what}: {target.path} {endless(self.agreement, target)}{asked}"
        optimistic = self.agreement.read_as(Reading.OPTIMISTIC)
        at_best = targets.worst_of(optimistic, target, self.span, one.starts)
        doubts = of_target(self.agreement, target) if self._met(at_best) else ()
        return part(target), path, text + decides(doubts)

    def _describe(self, worst: Worst, target: Target) -> str:
        phrase = describe_worst(worst, self.span.zone)
        doubt = ", its clock is unknown" if isinstance(target.calendar, Unknown) else ""
        most = phrase if worst.raised is not None else f"{phrase} in the worst case"
        return f"{most} ({target.path}{doubt})"
