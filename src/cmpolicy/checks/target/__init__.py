"""The worst case of a promise is within a limit, for every selected service and severity.

What counts is wall-clock time in the worst case over two calendar years from 1 January of the as-of
year, never the words: `1 business hour` over a long weekend takes days. Each target is a promise of
its own: every one that breaks the limit is named, so that of targets that overlap the slacker
counts. A target with `raised` speaks only for cases raised then, and is a subject of its own
(`ehr/p1/night`); starts for which no target speaks are never met, and another one
(`ehr/p1/uncovered`). `best effort`, `none` and `commitment: best-effort` never satisfy a number.

With `covered` or `unambiguous` alone only existing targets are evaluated: a severity without one
passes, since whether it must have one is a rule of its own.

Unknown: a missing clock (optimistically 24x7, pessimistically the calendar of the file with the
longest worst case); anything that the file calls unknown.

    check: target
    with:
      rank: 1
      stage: [restore, resolve]
      within: 8 hours
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy import coverage, targets
from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import format_instant
from cmpolicy.calendars import Horizon, horizon
from cmpolicy.checks.asking import missing, unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
from cmpolicy.checks.doubts import decides, of_starts
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
from cmpolicy.checks.reasons import promises_time
from cmpolicy.checks.target.lateness import Lateness, Problem, part
from cmpolicy.clock import Clock
from cmpolicy.gaps import describe_gaps, gaps
from cmpolicy.targets import Speaking
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import COVERAGE_STAGE_OF_TARGET, TARGET_STAGES

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
    ),
    "within": meant(DURATION, "The limit. Left out: any promise that ends.", LESS),
    "attainment": meant(PERCENT, "Percent of cases in which the promise is kept, at least.", MORE),
    "covered": meant(
        FLAG, "Its clock runs only while somebody covers that stage, in any area.", MORE
    ),
    "unambiguous": meant(FLAG, "No two targets speak for the same case.", MORE),
}
NOT_SAID: Final = "unknown"
FIELDS: Final = ("severity", "stage", "services")
Rows = list[tuple[Target, bool | Unknown]]
"""Targets, and whether each speaks for a case."""


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


MOST: Final = 20
"""Pairs of overlapping targets that are named for a case."""


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
        unsaid_ = unsaid(agreement, "targets", "targets")
        selected = cases(agreement, self.rank, self.services)
        if unsaid_ or not selected:
            yield from [unsaid_] if unsaid_ else no_case(agreement, self.rank, self.services)
            return
        view = _View(self, agreement, horizon(clock.year(), agreement.timezone), {})
        for case in selected:
            yield from view.judge(case)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What there is to say of the targets of one stage for one case."""

    found: tuple[Speaking, ...]
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

    def judge(self, case: Case) -> Iterator[Observation]:
        """Judge the stages asked for, of which one suffices, or each that has a target."""
        if self.check.stages:
            answers = [
                self._answer(case, stage, self._rows(case, stage)) for stage in self.check.stages
            ]
            # A stage without a target is no way out of what another's target lacks.
            there = [answer for answer in answers if answer.found] or answers
            best = min(there, key=lambda answer: len(answer.problems))
            yield from self._observations(case.subject, best)
            return
        by_stage = self._by_stage(case)
        found = {stage: self._answer(case, stage, rows) for stage, rows in by_stage.items()}
        spoken = [stage for stage, answer in found.items() if answer.found]
        for stage in sorted(spoken, key=(*TARGET_STAGES, NOT_SAID).index):
            yield from self._observations(f"{case.subject}/{stage}", found[stage])
        if not spoken:
            rows = [row for several in by_stage.values() for row in several]
            yield from self._observations(case.subject, self._answer(case, None, rows))

    def _rows(self, case: Case, stage: str | None) -> Rows:
        return list(targets.answers(self.agreement, case.severity.id, case.service.id, stage))

    def _by_stage(self, case: Case) -> dict[str, Rows]:
        """Return what may speak at each stage that has a target."""
        rows: defaultdict[str, Rows] = defaultdict(list)
        for row, answer in self._rows(case, None):
            rows[row.stage if isinstance(row.stage, str) else NOT_SAID].append((row, answer))
        sure = {stage for stage, found in rows.items() if any(one is True for _, one in found)}
        if sure:
            # A stage at which only doubtful targets speak need not be there: pessimistically it is.
            for stage in rows.keys() - sure:
                kept = [] if self.agreement.optimistic else rows[stage]
                rows[stage] = [(row, True) for row, _ in kept]
        return rows

    @staticmethod
    def _observations(subject: str, answer: _Answer) -> Iterator[Observation]:
        """Yield the evidence that all is well, or each problem; a part of the day is a subject."""
        if not answer.problems:
            path = answer.found[0].target.path if answer.found else "targets"
            empty = not answer.found
            yield Observation(subject, path, answer.evidence, Holds.YES, empty=empty)
        for piece, path, text in answer.problems:
            yield Observation(f"{subject}/{piece}" if piece else subject, path, text, Holds.NO)

    def _answer(self, case: Case, stage: str | None, rows: Rows) -> _Answer:
        what = f"{stage}{case.phrase}"
        found = targets.speaking(self.agreement, rows, self.span) if stage else ()
        doubts = (path for row, _ in rows for path in of_starts(self.agreement, row))
        if not found:
            wanted = " or ".join(self.check.stages)
            text = f"no {wanted} target{case.phrase}" if wanted else f"no target{case.phrase}"
            lost = missing(self.agreement, "targets", FIELDS, case.subject, text)
            problem = "", lost.path, lost.message + decides(doubts)
            problems = (problem,) if self.check.must_end else ()
            return _Answer((), problems, f"{text}: nothing to judge")
        wrong: list[Problem] = []
        evidence: list[str] = []
        if self.check.must_end:
            late = Lateness(self.agreement, self.span, self.check.within, self.check.limit)
            wrong.extend(late.problems(what, found, doubts))
            evidence.append(late.evidence(found))
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

    def _attainment(self, found: Sequence[Speaking], asked: float) -> Iterator[Problem]:
        for target in (one.target for one in found):
            path = f"{target.path}.attainment"
            if target.attainment is None:
                lack = self.agreement.lack(path)
                yield part(target), path, f"{path} {lack}; {asked:g} % is asked"
            elif isinstance(target.attainment, Unknown):
                if not self.agreement.optimistic:
                    yield part(target), path, f"{path} is unknown; {asked:g} % is asked"
            elif target.attainment < asked:
                text = f"{path} is {target.attainment:g} %; {asked:g} % is asked"
                yield part(target), path, text

    def _covered(
        self, case: Case, stage: str | None, found: Sequence[Speaking]
    ) -> Iterator[Problem]:
        behind = COVERAGE_STAGE_OF_TARGET.get(stage or "")
        for target in (one.target for one in found):
            if behind is None:
                if not self.agreement.optimistic:
                    path = f"{target.path}.stage"
                    yield part(target), path, f"{path} is unknown"
                continue
            if not promises_time(target):
                continue
            when = self._uncovered(target, behind, case)
            text = f"{target.path} runs while nobody {behind}s{case.phrase}: {when}"
            if when == "at no time":
                text = f"nobody promises to {behind}{case.phrase} while {target.path} runs"
            if when:
                yield part(target), target.path, text

    def _uncovered(self, target: Target, behind: str, case: Case) -> str:
        """Return when a target's clock runs and nobody covers, told; worked out once."""
        ids = case.service.id, case.severity.id
        rows = coverage.rows_for(self.agreement, None, behind, *ids)
        paths = tuple(row.path for row in rows)
        known = (target.path, *paths)
        if known not in self.uncovered:
            # Targets with one clock need the same hours; with `raised`, also the length decides.
            clock = targets.clock_of(self.agreement, target, self.span)
            same = (clock, target.raised, target.raised and target.within, *paths)
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
        return describe_gaps(missing, self.span)

    def _overlaps(
        self, case: Case, stage: str | None, found: Sequence[Speaking]
    ) -> Iterator[Problem]:
        def sure(target: Target) -> bool:
            ids = case.severity.id, case.service.id
            return targets.selects(target, *ids, None if stage == NOT_SAID else stage) is True

        speak = [one for one in found if sure(one.target) or not self.agreement.optimistic]
        for two in targets.overlaps(speak, MOST):
            whenever = two.at == self.span.start
            since = "" if whenever else f", as on {format_instant(two.at, self.span.zone)}"
            both = f"{two.one.path} and {two.other.path}"
            text = f"{both} are both {stage} targets{case.phrase}{since}"
            yield "", two.other.path, text
