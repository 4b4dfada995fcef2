"""The worst case of a promise is within a limit, for every selected service and severity.

What counts is wall-clock time in the worst case over two calendar years from 1 January of the as-of
year, never the words: `1 business hour` over a long weekend takes days. Each target is a promise of
its own: every one that breaks the limit is named, so that of targets that overlap the slacker
counts. A target with `raised` speaks only for cases raised then, and is a subject of its own
(`ehr/p1/night`); starts for which no target speaks are never met, and another one
(`ehr/p1/uncovered`). `best effort`, `none` and `commitment: best-effort` never satisfy a number.

A clock that stops (`pauses`) takes as much longer as its pauses may last. One without a limit has
no worst case, only a least one: it is reported as `at least 4 h`, and meets no number; that a
promise ends at all is asked of its own time. `bounded` asks that each pause names its reason and
its limit.

With `covered`, `unambiguous` or `bounded` alone only existing targets are evaluated: a severity
without one passes, since whether it must have one is a rule of its own.

Unknown: a missing clock (24x7 or a calendar of the file: optimistically the one that fits what is
asked best, pessimistically the one that fits it least); anything that the file calls unknown. A
target of which the stage, severity or services are unknown may speak for a case or not; one of
unknown `raised` speaks at whichever hours.

    check: target
    with:
      rank: 1
      stage: [restore, resolve]
      within: 8 hours
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy import targets
from cmpolicy.agreement import Agreement
from cmpolicy.calendars import horizon
from cmpolicy.cells import Named
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
from cmpolicy.checks.doubts import decides, deciding
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
from cmpolicy.checks.target.answering import Answer, Answers, Limits
from cmpolicy.checks.target.lateness import TargetProblem
from cmpolicy.clock import Clock
from cmpolicy.lacks import unknown
from cmpolicy.unknown import Reading, Unknown, equals
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
    "bounded": meant(FLAG, "What its clock stops for is named, each with a limit.", MORE),
}


def make(parameters: Mapping[str, Any], _context: Context) -> Check:
    """Make the check from normalised parameters."""
    within, attainment = parameters.get("within"), parameters.get("attainment")
    covered, unambiguous = bool(parameters.get("covered")), bool(parameters.get("unambiguous"))
    bounded = bool(parameters.get("bounded"))
    return _Check(
        Limits(
            stages=tuple(parameters.get("stage", ())),
            limit=limit(within),
            within=within,
            attainment=attainment,
            covered=covered,
            unambiguous=unambiguous,
            bounded=bounded,
            must_end=bool(within or attainment is not None)
            or not (covered or unambiguous or bounded),
        ),
        rank=parameters.get("rank"),
        services=parameters.get("services"),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    limits: Limits
    rank: int | None
    services: Selector | None

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unsaid_ = unsaid(agreement, "targets", "targets")
        named = _naming(agreement, self.limits)
        selected = cases(agreement, self.rank, self.services, named)
        if unsaid_ or not selected:
            yield from [unsaid_] if unsaid_ else no_case(agreement, self.rank, self.services)
            return
        span = horizon(clock.year(), agreement.timezone)
        answers = Answers(self.limits, agreement, span, {})
        at_best = replace(answers, agreement=agreement.read_as(Reading.OPTIMISTIC))
        for case in selected:
            yield from _judged(case, answers, at_best)


def _naming(agreement: Agreement, limits: Limits) -> Iterator[Named]:
    """Yield which services and severities each row names on which a case may hang."""
    stages = limits.stages or TARGET_STAGES
    for target in agreement.targets:
        asked = not limits.stages or any(equals(target.stage, one) is not False for one in stages)
        if asked and not target.selects_nothing:
            yield targets.named_by(target)
    behind = {COVERAGE_STAGE_OF_TARGET.get(stage) for stage in stages}
    for row in agreement.coverage if limits.covered else ():
        if row.stage in behind or isinstance(row.stage, Unknown):
            yield row.services, row.severities


def _judged(case: Case, answers: Answers, at_best: Answers) -> Iterator[Observation]:
    """Judge a case; of what goes by the rank, the severities of each rank by themselves."""
    agreement, found = answers.agreement, answers.of(case)
    parts, problems = case.by_rank(), _problems(found)
    if parts[1:] and any("rank" in dict(one.lack.key) for one in problems.values()):
        for part in parts:
            yield from _judged(part, answers, at_best)
        return
    best = found
    if agreement.unknowns and not agreement.optimistic and problems:
        # What is wrong at best as well is wrong for certain.
        best = at_best.of(case)
    certain = _problems(best)
    for answer in found:
        for key, problem in _problems([answer]).items():
            yield _failing(agreement, case, key, problem, certain=key in certain)
        if not answer.problems:
            path = answer.found[0].path if answer.found else "targets"
            item = case.observed(path, answer.evidence, Holds.YES, answer.pieces)
            yield item if answer.found else replace(item, empty=True)
    for key in (key for key in certain if key not in problems):
        yield _failing(agreement, case, key, certain[key], certain=True)


Key = tuple[tuple[str, ...], str]
"""The part of the case, and the path of a problem."""


def _problems(answers: Sequence[Answer]) -> dict[Key, TargetProblem]:
    found: dict[Key, TargetProblem] = {}
    for answer in answers:
        for problem in answer.problems:
            pieces = (*answer.pieces, problem.piece) if problem.piece else answer.pieces
            found.setdefault((pieces, problem.path), problem)
    return found


def _failing(
    agreement: Agreement, case: Case, key: Key, problem: TargetProblem, *, certain: bool
) -> Observation:
    pieces, path = key
    alone, others = case.doubts, () if certain else problem.doubts
    doubts = deciding(agreement, alone, others)
    message = problem.text + (case.premise if certain else "") + decides(doubts)
    lack = unknown(*doubts) if doubts else problem.lack
    return case.observed(path, message, Holds.NO, pieces, lack)
