"""The worst case of a promise is within a limit, for every selected service and severity.

What counts is wall-clock time in the worst case over two calendar years from 1 January of the as-of
year, never the words: `1 business hour` over a long weekend takes days. Of targets that overlap the
slacker counts. A target with `raised` speaks only for cases raised then; a case for which none
speaks is never met. `best effort`, `none` and `commitment: best-effort` never satisfy a number.

With `covered` or `unambiguous` alone the targets that there are are judged: a severity without one
holds, since whether it must have one is a rule of its own.

Unknown: a missing clock (kindly 24x7, harshly the calendar of the file with the longest worst
case); anything that the file calls unknown.

    check: target
    with:
      rank: 1
      stage: [restore, resolve]
      within: 8 hours
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cmpolicy import coverage, targets
from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER, tell_instant, tell_worst
from cmpolicy.calendars import Horizon, horizon
from cmpolicy.checks.asking import missing, unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    DURATION,
    FEW,
    FLAG,
    LESS,
    MORE,
    PERCENT,
    PROMISED_STAGES,
    RANK,
    SERVICES,
    Schema,
    limit,
    meant,
)
from cmpolicy.checks.reasons import endless, promises_time
from cmpolicy.clock import Clock
from cmpolicy.gaps import gaps, tell_gaps
from cmpolicy.targets import Slackest
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import COVERAGE_STAGE_OF_TARGET, TARGET_STAGES, Unknown

KIND: Final = "target"
BEYOND: Final = "Ticket times of the period, by severity, with every stop of their clock."
PARAMETERS: Final[Mapping[str, Schema]] = {
    "rank": meant(
        RANK, "Severities of that rank and every worse one. Left out: all.", MORE, bounds=False
    ),
    "services": meant(SERVICES, "Which services. Left out: all."),
    "stage": meant(
        PROMISED_STAGES,
        "A stage, or several of which one suffices. Left out: every stage that has a target.",
        FEW,
        bounds=False,
    ),
    "within": meant(DURATION, "The limit. Left out: any promise that ends.", LESS),
    "attainment": meant(PERCENT, "Percent of cases in which the promise is kept, at least.", MORE),
    "covered": meant(
        FLAG, "Its clock runs only while somebody covers that stage, in any area.", MORE
    ),
    "unambiguous": meant(FLAG, "No two targets speak for the same case.", MORE),
}
UNTOLD: Final = "unknown"
MOST: Final = 20
"""So many pairs of targets that overlap are named: of many rows every two may."""
FIELDS: Final = ("severity", "stage", "services")
Problem = tuple[str, str]
"""What is wrong, and the path where."""


def make(parameters: Mapping[str, Any], _context: Context) -> Check:
    """Make the check from normalised parameters."""
    within, attainment = parameters.get("within"), parameters.get("attainment")
    covered, unambiguous = bool(parameters.get("covered")), bool(parameters.get("unambiguous"))
    return _Check(
        rank=parameters.get("rank"),
        services=parameters.get("services"),
        stages=tuple(parameters.get("stage", ())),
        limit=limit(within),
        within=within,
        attainment=attainment,
        covered=covered,
        unambiguous=unambiguous,
        must_end=bool(within or attainment is not None) or not (covered or unambiguous),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    rank: int | None
    services: Selector | None
    stages: Sequence[str]
    limit: float
    within: str | None
    attainment: float | None
    covered: bool
    unambiguous: bool
    must_end: bool
    """A target must be there, and end."""

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        untold = unsaid(agreement, "targets", "targets")
        selected = cases(agreement, self.rank, self.services)
        if untold or not selected:
            yield from [untold] if untold else no_case(agreement, self.rank, self.services)
            return
        view = _View(self, agreement, horizon(clock.year(), agreement.timezone), {})
        for case in selected:
            yield from view.judge(case)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What there is to say of the targets of one stage for one case."""

    found: tuple[Target, ...]
    problems: tuple[Problem, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class _View:
    """What a check sees of one agreement."""

    check: _Check
    agreement: Agreement
    span: Horizon
    uncovered: dict[tuple[object, ...], str]
    """When a target's clock runs and certain rows do not cover, told; shared between cases."""
    rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    """A number for the paths of rows that cover together."""

    def judge(self, case: Case) -> Iterator[Observation]:
        """Judge the stages asked for, of which one suffices, or each that has a target."""
        if self.check.stages:
            answers = [
                self._answer(case, stage, self._targets(case, stage)) for stage in self.check.stages
            ]
            # A stage without a target is no way out of what another's target lacks.
            there = [answer for answer in answers if answer.found] or answers
            best = min(there, key=lambda answer: len(answer.problems))
            yield self._observation(case.subject, best)
            return
        by_stage: defaultdict[str, list[Target]] = defaultdict(list)
        for target in self._targets(case, None):
            by_stage[target.stage if isinstance(target.stage, str) else UNTOLD].append(target)
        for stage in sorted(by_stage, key=(*TARGET_STAGES, UNTOLD).index):
            answer = self._answer(case, stage, tuple(by_stage[stage]))
            yield self._observation(f"{case.subject}/{stage}", answer)
        if not by_stage:
            yield self._observation(case.subject, self._answer(case, None, ()))

    def _targets(self, case: Case, stage: str | None) -> tuple[Target, ...]:
        return targets.targets_for(self.agreement, case.severity.id, case.service.id, stage)

    @staticmethod
    def _observation(subject: str, answer: _Answer) -> Observation:
        if not answer.problems:
            path = answer.found[0].path if answer.found else "targets"
            return Observation(subject, path, answer.evidence, Holds.YES)
        message = "; ".join(text for text, _ in answer.problems)
        return Observation(subject, answer.problems[0][1], message, Holds.NO)

    def _answer(self, case: Case, stage: str | None, found: tuple[Target, ...]) -> _Answer:
        what = f"{stage}{case.told}"
        if not found:
            wanted = " or ".join(self.check.stages)
            text = f"no {wanted} target{case.told}" if wanted else f"no target{case.told}"
            lost = missing(self.agreement, "targets", FIELDS, case.subject, text)
            problems = ((lost.message, lost.path),) if self.check.must_end else ()
            return _Answer((), problems, f"{text}: nothing to judge")
        wrong: list[Problem] = []
        evidence: list[str] = []
        if self.check.must_end:
            slack = targets.slackest(self.agreement, found, self.span)
            wrong.extend(self._within(what, found, slack))
            evidence.append(self._tell(slack))
        if self.check.attainment is not None:
            wrong.extend(self._attainment(found, self.check.attainment))
            evidence.append(f"kept in {self.check.attainment:g} % of cases or more")
        if self.check.covered:
            wrong.extend(self._covered(case, stage, found))
            evidence.append("somebody covers it whenever its clock runs")
        if self.check.unambiguous:
            wrong.extend(self._overlaps(case, stage, found))
            evidence.append("no two targets overlap")
        return _Answer(found, tuple(wrong), f"{what}: {', '.join(evidence)}")

    def _within(self, what: str, found: Sequence[Target], slack: Slackest) -> Iterator[Problem]:
        worst, target = slack.worst, slack.target
        if worst.seconds < NEVER and worst.seconds <= self.check.limit:
            return
        if target is None:
            when = tell_instant(worst.raised or self.span.start, self.span.zone)
            yield f"{what}: no target speaks for a case raised {when}", f"{found[0].path}.raised"
        elif worst.seconds < NEVER:
            limit = f"the limit is {self.check.within}"
            yield f"{what}: {self._tell(slack)}; {limit}", f"{target.path}.within"
        else:
            why = endless(self.agreement, target)
            yield f"{what}: {target.path} {why}", f"{target.path}.within"

    def _tell(self, slack: Slackest) -> str:
        told = tell_worst(slack.worst, self.span.zone)
        if slack.target is None:
            return told
        doubt = ", its clock is unknown" if isinstance(slack.target.calendar, Unknown) else ""
        most = told if slack.worst.raised is not None else f"{told} in the worst case"
        return f"{most} ({slack.target.path}{doubt})"

    def _attainment(self, found: Sequence[Target], asked: float) -> Iterator[Problem]:
        for target in found:
            path = f"{target.path}.attainment"
            if target.attainment is None:
                yield f"{path} {self.agreement.lack(path)}; {asked:g} % is asked", path
            elif isinstance(target.attainment, Unknown):
                if not self.agreement.kind:
                    yield f"{path} is unknown; {asked:g} % is asked", path
            elif target.attainment < asked:
                yield f"{path} is {target.attainment:g} %; {asked:g} % is asked", path

    def _covered(self, case: Case, stage: str | None, found: Sequence[Target]) -> Iterator[Problem]:
        behind = COVERAGE_STAGE_OF_TARGET.get(stage or "")
        rows = self._rows(case, behind) if behind else 0
        for target in found:
            if behind is None:
                if not self.agreement.kind:
                    yield f"{target.path}.stage is unknown", f"{target.path}.stage"
                continue
            if not promises_time(target):
                continue
            when = self._uncovered(target, behind, case, rows)
            if when == "at no time":
                yield (
                    f"nobody promises to {behind}{case.told} while {target.path} runs",
                    target.path,
                )
            elif when:
                yield f"{target.path} runs while nobody {behind}s{case.told}: {when}", target.path

    def _rows(self, case: Case, behind: str) -> int:
        """Return a number for the rows that cover a stage; the same rows have the same."""
        ids = case.service.id, case.severity.id
        rows = coverage.rows_for(self.agreement, None, behind, *ids)
        return self.rows.setdefault(tuple(row.path for row in rows), len(self.rows))

    def _uncovered(self, target: Target, behind: str, case: Case, rows: int) -> str:
        """Return when a target's clock runs and nobody covers, told; worked out once."""
        known = (target.path, rows)
        if known not in self.uncovered:
            # Targets with one clock need the same hours; with `raised`, also the length decides.
            clock = targets.clock_of(self.agreement, target, self.span)
            same = (clock, target.raised, target.raised and target.within, rows)
            if same not in self.uncovered:
                self.uncovered[same] = self._gaps(target, behind, case)
            self.uncovered[known] = self.uncovered[same]
        return self.uncovered[known]

    def _gaps(self, target: Target, behind: str, case: Case) -> str:
        ids = case.service.id, case.severity.id
        missing = gaps(
            lambda first, last: targets.running(self.agreement, target, self.span, first, last),
            lambda first, last: coverage.covered(self.agreement, None, behind, *ids, first, last),
            self.span,
        )
        return tell_gaps(missing, self.span)

    def _overlaps(
        self, case: Case, stage: str | None, found: Sequence[Target]
    ) -> Iterator[Problem]:
        def sure(target: Target) -> bool:
            ids = case.severity.id, case.service.id
            return targets.selects(target, *ids, None if stage == UNTOLD else stage) is True

        speak = [target for target in found if sure(target) or not self.agreement.kind]
        for two in targets.overlaps(self.agreement, speak, self.span, MOST):
            since = ""
            if two.at != self.span.start:
                since = f", as on {tell_instant(two.at, self.span.zone)}"
            text = f"{two.one.path} and {two.other.path} are both {stage} targets{case.told}{since}"
            yield text, two.other.path
