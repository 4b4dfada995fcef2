"""What a `target` rule asks of one case: which targets speak, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cmpolicy import coverage, targets
from cmpolicy.agreement import Agreement, Coverage, Target
from cmpolicy.amounts import format_instant
from cmpolicy.calendars import Calendar, Horizon, Hours, Intervals, open_intervals
from cmpolicy.checks.asking import lack_of, missing
from cmpolicy.checks.cases import Case
from cmpolicy.checks.doubts import of_coverage, of_starts, of_target
from cmpolicy.checks.reasons import promises_time
from cmpolicy.checks.target.lateness import Lateness, TargetProblem, part
from cmpolicy.checks.target.said import attained, bounded
from cmpolicy.gaps import Gap, describe_gaps, gaps
from cmpolicy.lacks import Lack, conflict, unknown, wrong
from cmpolicy.targets import Overlap, Speaking
from cmpolicy.unknown import UNKNOWN, Unknown, all_of, equals
from cmpolicy.unknown import Answer as Holding
from cmpolicy.vocabulary import COVERAGE_STAGE_OF_TARGET, TARGET_STAGES
from cmpolicy.worlds import World, hours_unknown, worlds

UNSAID = "unknown"
"""The stage of targets of which the file does not say the stage."""
FIELDS = ("severity", "stage", "services")
Pieces = tuple[str, ...]
MOST = 20
"""Pairs of overlapping targets that are named for a case."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rule asks of targets."""

    stages: Sequence[str]
    """Of which one suffices; none: every stage that has a target."""
    limit: float
    within: str | None
    attainment: float | None
    covered: bool
    unambiguous: bool
    bounded: bool
    must_end: bool
    """A target must be there, and end."""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """The targets that speak for a case at one stage."""

    stage: str | None
    sure: tuple[Target, ...]
    perhaps: tuple[Target, ...]
    """Those of which the file does not say whether they do."""

    @property
    def rows(self) -> tuple[Target, ...]:
        """All of them, those that surely speak first."""
        return (*self.sure, *self.perhaps)


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to say of one group."""

    pieces: Pieces
    """The part of the case that is judged: its stage; empty: the case."""
    found: tuple[Target, ...]
    """The targets that count as being there."""
    problems: tuple[TargetProblem, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked of the targets of one agreement, under one reading."""

    limits: Limits
    agreement: Agreement
    span: Horizon
    gaps: dict[tuple[object, ...], str]
    """When a target's clock runs and certain rows do not cover; shared between cases."""

    @property
    def _late(self) -> Lateness:
        return Lateness(self.agreement, self.span, self.limits.within, self.limits.limit)

    def of(self, case: Case) -> list[Answer]:
        """Return the answers that a case depends on: all must be without problems."""
        ids = case.severity, case.service
        answers = targets.answers(self.agreement, *ids, None)
        rows = tuple(row for row, _ in answers)
        surely = tuple(row for row, answer in answers if answer is True)

        def group(stage: str) -> TargetGroup:
            at = [(row, all_of(answer, equals(row.stage, stage))) for row, answer in answers]
            return TargetGroup(
                stage,
                tuple(row for row, answer in at if answer is True),
                tuple(row for row, answer in at if answer is UNKNOWN),
            )

        if self.limits.stages:
            return self._any_of(case, [group(stage) for stage in self.limits.stages])
        named = {row.stage for row in rows if isinstance(row.stage, str)}
        groups = [group(stage) for stage in TARGET_STAGES if stage in named]
        unstaged = [(row, answer) for row, answer in answers if isinstance(row.stage, Unknown)]
        if surely:
            return self._each_of(case, groups, unstaged)
        if self.limits.must_end or not rows:
            return [self._answer(case, TargetGroup(None, (), rows))]
        if self.agreement.optimistic:
            return [self._nothing(case)]
        return self._each_of(case, groups, unstaged)

    def _any_of(self, case: Case, groups: Sequence[TargetGroup]) -> list[Answer]:
        """Return the answer of the best of the stages, of which one suffices."""
        if not self.limits.must_end and not any(group.sure for group in groups):
            doubtful = [group for group in groups if group.perhaps]
            if self.agreement.optimistic or not doubtful:
                return [self._nothing(case)]
            return [self._answer(case, group, needed=False) for group in doubtful]
        answers = [self._answer(case, group) for group in groups]
        # A stage without a target does not excuse what another's target lacks.
        there = [answer for answer in answers if answer.found] or answers
        return [min(there, key=lambda answer: len(answer.problems))]

    def _each_of(
        self, case: Case, groups: Sequence[TargetGroup], unstaged: Sequence[tuple[Target, Holding]]
    ) -> list[Answer]:
        """Return the answer of each stage that has a target; `unstaged` may be of any stage.

        Optimistically those are of a stage that has one already, and a stage at which only doubtful
        targets speak has none. Pessimistically each of them is of a stage of its own.
        """
        best = self.agreement.optimistic
        answers = [
            self._answer(case, group, (str(group.stage),), needed=False)
            for group in groups
            if group.sure or not best
        ]
        rows = tuple(row for row, answer in unstaged if answer is True or not best)
        if rows:
            group = TargetGroup(UNSAID, rows, ()) if best else TargetGroup(UNSAID, (), rows)
            alone = not (best and answers)
            answers.append(self._answer(case, group, (UNSAID,), needed=False, alone=alone))
        return answers or [self._nothing(case)]

    def _nothing(self, case: Case, pieces: Pieces = ()) -> Answer:
        wanted = " or ".join(self.limits.stages)
        text = f"no {wanted} target{case.phrase}" if wanted else f"no target{case.phrase}"
        return Answer(pieces, (), (), f"{text}: nothing to judge")

    def _answer(
        self,
        case: Case,
        group: TargetGroup,
        pieces: Pieces = (),
        *,
        needed: bool = True,
        alone: bool = True,
    ) -> Answer:
        """Return what is wrong with the targets of a group.

        Args:
            case: for which they speak.
            group: the targets.
            pieces: the part of the case that is judged.
            needed: one must be there, if the rule asks for any.
            alone: they must speak for all starts without those of other stages.
        """
        what = f"{group.stage or 'target'}{case.phrase}"
        wrong_with = {row.path: self._of_row(case, group, row) for row in group.rows}
        rows = self._chosen(group, wrong_with)
        if not rows or (needed and not group.sure and not self.agreement.optimistic):
            return self._none(case, group, pieces)
        problems = [problem for row in rows for problem in wrong_with[row.path]]
        if self.limits.must_end and alone:
            late, stage = self._late, None if group.stage == UNSAID else group.stage
            if self.agreement.optimistic or group.sure:
                speak = rows if self.agreement.optimistic else group.sure
                problems += late.uncovered(stage, case.phrase, speak, group.rows)
            else:
                # Each may be the only one of its stage.
                own = (row for row in rows if group.stage in (row.stage, UNSAID, None))
                problems += (
                    one for row in own for one in late.uncovered(stage, case.phrase, [row], rows)
                )
        if self.limits.unambiguous:
            problems += self._overlaps(case, group)
        return Answer(pieces, rows, tuple(problems), self._evidence(what, rows))

    def _chosen(
        self, group: TargetGroup, wrong_with: Mapping[str, Sequence[TargetProblem]]
    ) -> tuple[Target, ...]:
        """Return the targets that count: of the doubtful ones, optimistically those that help."""
        if not self.agreement.optimistic:
            return group.rows
        good = tuple(row for row in group.perhaps if not wrong_with[row.path])
        rows = (*group.sure, *good)
        if self.limits.must_end and (not rows or self._late.missed(rows)):
            # One that is wrong in itself may still be what speaks for the rest.
            return (*rows, *(row for row in group.perhaps if wrong_with[row.path]))
        return rows

    def _none(self, case: Case, group: TargetGroup, pieces: Pieces) -> Answer:
        nothing = self._nothing(case, pieces)
        if not self.limits.must_end:
            return nothing
        what = nothing.evidence.removesuffix(": nothing to judge")
        lost = missing(self.agreement, "targets", FIELDS, "", what)
        # Several rules may name the same stages, in whatever order.
        stage = " or ".join(sorted(self.limits.stages, key=TARGET_STAGES.index)) or None
        lack = lack_of(self.agreement, "targets", stage=stage, rank=case.rank)
        doubts = [path for row in group.perhaps for path in of_starts(self.agreement, row)]
        problem = TargetProblem("", lost.path, lost.message, lack, tuple(doubts))
        return replace(nothing, problems=(problem,))

    def _evidence(self, what: str, rows: Sequence[Target]) -> str:
        limits, evidence = self.limits, []
        if limits.must_end:
            evidence.append(self._late.evidence(rows))
        if limits.attainment is not None:
            evidence.append(f"kept in {limits.attainment:g} % of cases or more")
        if limits.covered:
            evidence.append("somebody covers it whenever its clock runs")
        if limits.unambiguous:
            evidence.append("no two targets overlap")
        if limits.bounded:
            paused = any(row.pauses for row in rows)
            evidence.append(f"its clock stops for {'a limited time' if paused else 'nothing'}")
        return f"{what}: {', '.join(evidence)}"

    def _of_row(self, case: Case, group: TargetGroup, row: Target) -> tuple[TargetProblem, ...]:
        """Return what is wrong with one target; whether it speaks at all may be in doubt."""
        limits, found = self.limits, list[TargetProblem]()
        stage = None if group.stage == UNSAID else group.stage
        if limits.must_end:
            found += self._late.too_late(stage, case.phrase, row)
        if limits.attainment is not None:
            found += attained(self.agreement, row, limits.attainment)
        if limits.covered:
            found += self._covered(case, group.stage, row)
        if limits.bounded:
            found += bounded(self.agreement, row)
        if not found or any(row is one for one in group.sure):
            return tuple(found)
        speaks = tuple(of_starts(self.agreement, row))
        return tuple(replace(one, doubts=(*speaks, *one.doubts)) for one in found)

    def _covered(self, case: Case, stage: str | None, row: Target) -> Iterator[TargetProblem]:
        behind = COVERAGE_STAGE_OF_TARGET.get(stage or "")
        if behind is None:
            if not self.agreement.optimistic:
                path = f"{row.path}.stage"
                text = f"{path} is unknown, and with it who must cover it"
                yield TargetProblem(part(row), path, text, unknown(path), (path,))
            return
        hangs = isinstance(row.within, Unknown) or isinstance(row.commitment, Unknown)
        if not promises_time(row) or (hangs and self.agreement.optimistic):
            return
        when = self._uncovered(row, behind, case)
        if not when:
            return
        text = f"{row.path} runs while nobody {behind}s{case.phrase}: {when}"
        if when == "at no time":
            text = f"nobody promises to {behind}{case.phrase} while {row.path} runs"
        doubts = [*of_target(self.agreement, row)]
        for one in self._rows_behind(case, behind):
            doubts += of_coverage(self.agreement, one)
        if coverage.unsaid(self.agreement):
            doubts.append("coverage")
        lack = self._lack_behind(case, behind, row)
        yield TargetProblem(part(row), row.path, text, lack, tuple(doubts))

    def _rows_behind(self, case: Case, behind: str) -> list[Coverage]:
        ids = case.service, case.severity
        return [
            row
            for row in self.agreement.coverage
            if coverage.selects(row, None, behind, *ids) is not False
        ]

    def _lack_behind(self, case: Case, behind: str, row: Target) -> Lack:
        if self._rows_behind(case, behind):
            return wrong(f"{row.path}.calendar")
        return lack_of(self.agreement, "coverage", stage=behind)

    def _uncovered(self, row: Target, behind: str, case: Case) -> str:
        """Return when a target's clock runs and nobody covers; worked out once."""
        ids = case.service, case.severity
        paths = tuple(one.path for one in coverage.rows_for(self.agreement, None, behind, *ids))
        # Targets with one clock need the same hours; with `raised`, also the length decides.
        length = row.raised and (row.within, row.path if hours_unknown(row.raised) else "")
        key = (self.agreement.reading, row.calendar, row.raised, length, *paths)
        if key not in self.gaps:
            found: tuple[Gap, ...] = ()
            for clock in targets.clocks(self.agreement, row):
                found = self._gaps(row, clock, behind, ids)
                # Optimistically one clock that fits is enough, pessimistically one that does not.
                if bool(found) is not self.agreement.optimistic:
                    break
            self.gaps[key] = describe_gaps(found, self.span)
        return self.gaps[key]

    def _gaps(
        self, row: Target, clock: Calendar, behind: str, ids: tuple[str, str]
    ) -> tuple[Gap, ...]:
        rows = coverage.rows_for(self.agreement, None, behind, *ids)
        raised = targets.raised_in(self.agreement, row)
        if raised is not None and hours_unknown(clock) and self.agreement.optimistic:
            return ()
        more = list(coverage.calendars(self.agreement, rows))
        # With `raised` more hours end a case sooner, too.
        found = worlds(self.agreement, [*more, *([clock] if raised else ())], [clock, raised])

        def uncovered(world: World) -> Hours:
            def hours(first: int, last: int) -> Intervals:
                runs = targets.running(world, row, clock, self.span, first, last)
                read = world.agreement
                return runs - coverage.covered(read, None, behind, *ids, first, last)

            return hours

        each = [uncovered(world) for world in found]
        return gaps(self._in_all(each), lambda *_: Intervals(), self.span)

    def _in_all(self, each: Sequence[Hours]) -> Hours:
        """Return the hours that count in every world; pessimistically, in any."""

        def hours(first: int, last: int) -> Intervals:
            found = [one(first, last) for one in each]
            result = found[0]
            for other in found[1:]:
                result = result & other if self.agreement.optimistic else result | other
            return result

        return hours

    def _overlaps(self, case: Case, group: TargetGroup) -> Iterator[TargetProblem]:
        rows = group.rows
        if self.agreement.optimistic:
            # Those of unknown stages may be of one each.
            rows = () if group.stage == UNSAID else group.sure
        for two in self._pairs(rows):
            whenever = two.at == self.span.start
            since = "" if whenever else f", as on {format_instant(two.at, self.span.zone)}"
            both = f"{two.one.path} and {two.other.path}"
            text = f"{both} are both {group.stage} targets{case.phrase}{since}"
            if group.stage == UNSAID:
                text = f"{both} may be targets of the same stage{case.phrase}{since}"
            doubts = [
                path for row in (two.one, two.other) for path in of_starts(self.agreement, row)
            ]
            lack = conflict(two.one.path, two.other.path)
            yield TargetProblem("", two.other.path, text, lack, tuple(doubts))

    def _pairs(self, rows: Sequence[Target]) -> Sequence[Overlap]:
        """Return the pairs that speak for one start, in every world; pessimistically, in any."""
        hours = [targets.raised_in(self.agreement, row) for row in rows]
        first, last = self.span.start, self.span.end
        found: list[dict[tuple[str, str], Overlap]] = []
        for world in worlds(self.agreement, (), hours):
            reading = world.agreement.reading
            speak = [
                Speaking(
                    row,
                    Intervals.of([(first, last)])
                    if own is None
                    else open_intervals(world.fill(own), reading, first, last),
                )
                for row, own in zip(rows, hours, strict=True)
            ]
            pairs = targets.overlaps(speak, MOST)
            found.append({(two.one.path, two.other.path): two for two in pairs})
        if self.agreement.optimistic:
            return [two for key, two in found[0].items() if all(key in one for one in found)]
        return list({key: two for one in reversed(found) for key, two in one.items()}.values())
