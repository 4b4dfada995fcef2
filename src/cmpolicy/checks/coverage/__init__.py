"""A required window of an area and stage is covered, for every selected service and severity.

Only what is promised covers: rows with `commitment: best-effort` or `on-request`, or a placeholder
there, do not, and neither does a rota without members. A row's hours are its calendar intersected
with those of its rota or person. What is left of the window, over two calendar years from 1 January
of the as-of year, is described as a person would say it. With `while` only those hours of the
window are asked for in which somebody promises another area and stage, and nothing where nobody
does.

Unknown: hours, members and commitments that the file calls unknown, or (hours) does not say; a
party's own hours, where its row has no calendar; which cases a row names. Optimistically such a row
covers always, pessimistically never. Hours and holidays of one calendar are the same wherever it
stands: a row in the hours of the window covers it, whatever they are.

    check: coverage
    with:
      area: security-monitoring
      stage: detect
      window: 24x7
      services: {criticality: [critical, high]}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Coverage
from cmpolicy.amounts import format_duration
from cmpolicy.calendars import ALWAYS, horizon
from cmpolicy.checks.asking import lack_of, unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
from cmpolicy.checks.coverage.covering import Question, Rows, Wanted
from cmpolicy.checks.doubts import (
    decides,
    deciding,
    failing,
    in_order,
    of_calendar,
    of_coverage,
    of_parties,
    of_side,
)
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    AREA,
    DURATION,
    LESS,
    MORE,
    PARTY_KIND,
    RANK,
    SERVICES,
    STAGE,
    TEXT,
    Schema,
    meant,
    seconds,
)
from cmpolicy.checks.reasons import culprit, shortcoming
from cmpolicy.clock import Clock
from cmpolicy.gaps import Gap, describe_gaps, longest
from cmpolicy.lacks import Lack, unknown, wrong
from cmpolicy.unknown import Reading, Unknown
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import COVERAGE_STAGES

KIND: Final = "coverage"
BEYOND: Final = "Rosters as worked, and the times of alerts and first answers, by day and by night."
PARAMETERS: Final[Mapping[str, Schema]] = {
    "area": meant(AREA, "The area. Left out: a row of any area covers."),
    "stage": meant(STAGE, "The stage. Left out: every stage must be covered."),
    "rank": meant(
        RANK, "Severities of that rank and every worse one. Left out: all.", MORE, bounds=False
    ),
    "services": meant(SERVICES, "Which services. Left out: all."),
    "window": meant(
        TEXT,
        "`24x7` or the id of a calendar of the agreement, which must be there unless all is "
        "covered around the clock. Left out: any "
        "promised time at all, or 24x7 where `max_gap` or `while` is given.",
    ),
    "while": meant(
        {
            "type": "dict",
            "minlength": 1,
            "schema": {
                "area": {**meant(AREA, "The area."), "required": True},
                "stage": {**meant(STAGE, "The stage."), "required": True},
            },
        },
        "Only the hours promised for this area and stage; where none are, nothing is asked.",
    ),
    "by": meant(PARTY_KIND, "Only rows by parties of this kind, and their people, count."),
    "max_gap": meant(
        DURATION, "The longest uncovered run tolerated, as in `4 hours`.", LESS, bounds=False
    ),
}

MOST: Final = 5
"""Rows or names that one message lists."""


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    given = parameters.get("stage")
    longest_gap = parameters.get("max_gap")
    during = parameters.get("while")
    return _Check(
        Wanted(
            area=parameters.get("area"),
            window=parameters.get("window", "24x7" if during or longest_gap is not None else None),
            during=during,
            by=parameters.get("by"),
            tolerated=0.0 if longest_gap is None else seconds(longest_gap),
            context=context,
        ),
        stages=COVERAGE_STAGES if given is None else (given,),
        rank=parameters.get("rank"),
        services=parameters.get("services"),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    wanted: Wanted
    stages: Sequence[str]
    rank: int | None
    services: Selector | None

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        if self.wanted.lacks_window(agreement):
            # Whatever hours it would have: what is covered around the clock covers them.
            always = dataclasses.replace(self.wanted, window="24x7")
            found = tuple(dataclasses.replace(self, wanted=always).run(agreement, clock))
            if all(item.holds is Holds.YES for item in found):
                yield from found
                return
        unsaid_ = unsaid(agreement, "coverage", "coverage")
        early = [unsaid_] if unsaid_ else list(self._unfit(agreement))
        named = self.wanted.naming(agreement, self.stages)
        selected = cases(agreement, self.rank, self.services, named)
        if early or not selected:
            yield from early or no_case(agreement, self.rank, self.services)
            return
        span = horizon(clock.year(), agreement.timezone)
        question = Question(self.wanted, agreement, span)
        at_best = Question(self.wanted, agreement.read_as(Reading.OPTIMISTIC), span)
        excused = tuple(of_parties(agreement)) if self.wanted.excuses(at_best.agreement) else ()
        view = _View(self, question, at_best, excused, {})
        for case in selected:
            if not question.asks(case):
                yield view.nothing_asked(case)
                continue
            for stage in self.stages:
                yield view.judge(case, stage)

    def _unfit(self, agreement: Agreement) -> Iterator[Observation]:
        """Find what the rule asks about and the agreement does not have."""
        window, by = self.wanted.window, self.wanted.by
        if window is not None and self.wanted.lacks_window(agreement):
            message = f"the calendar {window}, which is to be covered, is missing"
            lack = lack_of(agreement, "calendars", id=window)
            yield Observation(window, "calendars", message, Holds.NO, lack=lack)
        if by is not None and self.wanted.nobody_left(agreement):
            at_best = agreement.read_as(Reading.OPTIMISTIC)
            sure = agreement.optimistic or self.wanted.nobody_left(at_best)
            doubts = () if sure else in_order(agreement, of_parties(agreement))
            message, lack = f"no party is of kind {by}", lack_of(agreement, "parties", kind=by)
            yield failing(by, "parties", message, lack, doubts)


@dataclass(frozen=True, slots=True)
class _View:
    """What a check sees of one agreement."""

    check: _Check
    question: Question
    at_best: Question
    """The same of the agreement as it is read optimistically."""
    excused: tuple[str, ...]
    """What is unknown of the parties, if `when` perhaps leaves none of them."""
    known: dict[tuple[object, ...], tuple[Gap, ...]]
    """The gaps of cases that the same rows cover."""

    @property
    def _agreement(self) -> Agreement:
        return self.question.agreement

    def nothing_asked(self, case: Case) -> Observation:
        """Say that nobody promises that on which the rule depends."""
        during = self.check.wanted.during or {}
        what = f"{during['stage']} ({during['area']}){case.phrase}"
        message = f"nobody promises to {what} at any time, so that nothing is asked"
        return case.observed("coverage", message, Holds.YES)

    def judge(self, case: Case, stage: str) -> Observation:
        """Say whether the case is covered, and by whom, or when nobody is there."""
        named, gone = self._gaps(self.question, case, stage)
        maybe, surely = (named, gone)
        if gone and not self._agreement.optimistic and self._agreement.unknowns:
            maybe, surely = self._gaps(self.at_best, case, stage)
            if not self.at_best.asks(case):
                surely = ()
        pieces = (stage,) if len(self.check.stages) > 1 else ()
        path = maybe[0].path if maybe else "coverage"
        area = self.check.wanted.area
        where = f" ({area}){case.phrase}" if area else case.phrase
        if not gone:
            return case.observed(path, self._evidence(stage, where, named), Holds.YES, pieces)
        doubts = self._doubts(case, maybe, certain=bool(surely))
        message = self._failure(stage, where, surely or gone) + self._asides(maybe)
        premise = case.premise if surely and not self.excused else ""
        message += premise + decides(doubts)
        lack = unknown(*doubts) if doubts else self._lack(stage, maybe)
        return case.observed(path, message, Holds.NO, pieces, lack)

    def _gaps(self, question: Question, case: Case, stage: str) -> tuple[Rows, tuple[Gap, ...]]:
        """Return the rows that speak of a case, and the gaps that those leave which count."""
        named = question.named(case, stage)
        counted, watched = question.counted(named), question.watched(case)
        key = (
            question is self.at_best,
            tuple(row.path for row in counted),
            tuple(row.path for row in watched),
        )
        if key not in self.known:
            self.known[key] = question.missing(counted, watched)
        return named, self.known[key]

    def _doubts(self, case: Case, rows: Rows, *, certain: bool) -> Sequence[str]:
        """Return the unknown values on which it hangs that a case is not covered."""
        agreement = self._agreement
        if certain:
            return in_order(agreement, (*case.doubts, *self.excused))
        wanted = self.check.wanted
        asked = list(of_calendar(agreement, wanted.window))
        if unsaid(agreement, "calendars", "calendars"):
            asked.append("calendars")
        for row in self.question.watched(case):
            asked += of_coverage(agreement, row)
        alone = [*case.doubts, *asked, *self.excused]
        others: list[str] = []
        for row in rows:
            found = list(dict.fromkeys(self._of_row(row)))
            (alone if len(found) == 1 and self._suffices(row, case) else others).extend(found)
        return deciding(agreement, alone, others)

    def _of_row(self, row: Coverage) -> Iterator[str]:
        yield from of_coverage(self._agreement, row)
        if isinstance(self.check.wanted.is_by(self._agreement, row), Unknown):
            yield from of_side(self._agreement, row.by)

    def _suffices(self, row: Coverage, case: Case) -> bool:
        """Say whether a row leaves no gap beside those that surely count, read optimistically."""
        sure = self.question.counted(
            self.question.named(case, row.stage if isinstance(row.stage, str) else "")
        )
        return not self.at_best.missing((*sure, row), self.at_best.watched(case))

    def _lack(self, stage: str, rows: Rows) -> Lack:
        """Return what lacks where a case is not covered."""
        if not rows:
            return lack_of(self._agreement, "coverage", area=self.check.wanted.area, stage=stage)
        for row in rows:
            found = culprit(self._agreement, row)
            if found is not None:
                return wrong(found)
            if self.check.wanted.is_by(self._agreement, row) is False:
                return wrong(f"{row.path}.by")
        return wrong(self._hours_of(rows[0]))

    def _hours_of(self, row: Coverage) -> str:
        """Return the path that says a row's hours."""
        if row.calendar is not None:
            return f"{row.path}.calendar"
        member = self._agreement.people.get(str(row.by)) or self._agreement.rotas.get(str(row.by))
        return f"{row.path if member is None else member.path}.calendar"

    def _failure(self, stage: str, where: str, gone: tuple[Gap, ...]) -> str:
        wanted = self.check.wanted
        who = f"no {wanted.by}" if wanted.by else "nobody"
        when = describe_gaps(gone, self.question.span)
        if when == "at no time":
            return f"{who} promises to {stage}{where} at any time"
        phrase = f"{who} {stage}s{where}: {when}"
        if not wanted.tolerated:
            return phrase
        worst, tolerated = format_duration(longest(gone)), format_duration(wanted.tolerated)
        return f"{phrase}; the longest gap is {worst}, and at most {tolerated} is tolerated"

    def _asides(self, named: Sequence[Coverage]) -> str:
        """Describe the rows that do not count, and why: the first of them."""
        asides = []
        for row in named:
            found = shortcoming(self._agreement, row)
            if found is None and self.check.wanted.is_by(self._agreement, row) is False:
                found = f"does not count: {row.by} does not belong to a {self.check.wanted.by}"
            if found is not None:
                asides.append(f"; {row.path} {found}")
        more = len(asides) - MOST
        return "".join(asides[:MOST]) + (f"; and {more} more rows like these" if more > 0 else "")

    def _evidence(self, stage: str, where: str, named: Sequence[Coverage]) -> str:
        who = list(dict.fromkeys(str(row.by) for row in self.question.counted(named)))
        verb = f"{stage}s" if len(who) == 1 else stage
        names = who[:MOST] if len(who) <= MOST else [*who[:MOST], f"{len(who) - MOST} more"]
        return f"{' and '.join(names)} {verb}{where} {self._hours()}"

    def _hours(self) -> str:
        window, during = self.check.wanted.window, self.check.wanted.during
        if window is None:
            return "in the hours promised"
        if during is not None:
            return f"whenever somebody is promised to {during['stage']} ({during['area']})"
        around = self._agreement.calendars.get(window) == ALWAYS
        hours = "around the clock" if around else f"throughout {window}"
        tolerated = self.check.wanted.tolerated
        if not tolerated:
            return hours
        return f"{hours}, with no gap longer than {format_duration(tolerated)}"
