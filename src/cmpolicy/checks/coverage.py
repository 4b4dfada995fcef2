"""A required window of an area and stage is covered, for every selected service and severity.

Only what is promised covers: rows with `commitment: best-effort` or `on-request`, or a placeholder
there, do not, and neither does a rota without members. A row's hours are its calendar intersected
with those of its rota or person. What is left of the window, over two calendar years from 1 January
of the as-of year, is told as a person would say it. With `while` only those hours of the window are
asked for in which somebody promises another area and stage, and nothing where nobody does.

Unknown: hours, members and commitments that the file calls unknown, or (hours) does not say; a
party's own hours, where its row has no calendar. Optimistically they cover always,
pessimistically never.

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

from cmpolicy import coverage
from cmpolicy.agreement import Agreement, Coverage
from cmpolicy.amounts import format_duration
from cmpolicy.calendars import ALWAYS, Horizon, Intervals, horizon, open_intervals
from cmpolicy.checks.asking import belongs_to, sides, unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
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
from cmpolicy.checks.reasons import shortcoming
from cmpolicy.clock import Clock
from cmpolicy.gaps import Gap, describe_gaps, gaps, longest
from cmpolicy.unknown import Reading
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


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    given = parameters.get("stage")
    longest_gap = parameters.get("max_gap")
    during = parameters.get("while")
    return _Check(
        area=parameters.get("area"),
        stages=COVERAGE_STAGES if given is None else (given,),
        rank=parameters.get("rank"),
        services=parameters.get("services"),
        window=parameters.get("window", "24x7" if during or longest_gap is not None else None),
        during=during,
        by=parameters.get("by"),
        tolerated=0.0 if longest_gap is None else seconds(longest_gap),
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Check:
    area: str | None
    stages: Sequence[str]
    rank: int | None
    services: Selector | None
    window: str | None
    during: Mapping[str, str] | None
    """The area and stage in whose hours alone the window is asked for."""
    by: str | None
    tolerated: float
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        if self.window is not None and self.window not in agreement.calendars:
            # Whatever hours it would have: what is covered around the clock covers them.
            always = tuple(dataclasses.replace(self, window="24x7").run(agreement, clock))
            if all(item.holds is Holds.YES for item in always):
                yield from always
                return
        unsaid_ = unsaid(agreement, "coverage", "coverage")
        early = [unsaid_] if unsaid_ else list(self._unfit(agreement))
        selected = cases(agreement, self.rank, self.services)
        if early or not selected:
            yield from early or no_case(agreement, self.rank, self.services)
            return
        view = _View(self, agreement, horizon(clock.year(), agreement.timezone))
        # Cases that the same rows cover have the same gaps.
        known: dict[tuple[str, ...], tuple[Gap, ...]] = {}
        for case in selected:
            asked = view.asked(case)
            if asked == ():
                yield view.nothing_asked(case)
                continue
            for stage in self.stages:
                named = coverage.rows_for(
                    agreement, self.area, stage, case.service.id, case.severity.id
                )
                counted = view.counted(named)
                paths = tuple(row.path for row in (*counted, *(asked or ())))
                if paths not in known:
                    known[paths] = view.missing(counted, asked)
                yield view.judge(case, stage, named, known[paths])

    def _unfit(self, agreement: Agreement) -> Iterator[Observation]:
        """Tell what the rule asks about and the agreement does not have."""
        if self.window is not None and self.window not in agreement.calendars:
            message = f"the calendar {self.window}, which is to be covered, is missing"
            yield Observation(self.window, "calendars", message, Holds.NO)
        if self.by is not None and not sides(agreement, self.by, self.context):
            message = f"no party is of kind {self.by}"
            yield Observation(self.by, "parties", message, Holds.NO)


@dataclass(frozen=True, slots=True)
class _View:
    """What a check sees of one agreement."""

    check: _Check
    agreement: Agreement
    span: Horizon

    def counted(self, named: Sequence[Coverage]) -> tuple[Coverage, ...]:
        """Return the rows that may satisfy the window."""
        return tuple(
            row for row in named if coverage.promises(self.agreement, row) and self._is_by(row)
        )

    def _is_by(self, row: Coverage) -> bool:
        kind = self.check.by
        if kind is None:
            return True
        left = sides(self.agreement, kind, self.check.context)
        return any(belongs_to(self.agreement, row.by, party) for party in left)

    @property
    def _opposite(self) -> Agreement:
        """The agreement as it asks most where it does least, and the other way round."""
        other = Reading.PESSIMISTIC if self.agreement.optimistic else Reading.OPTIMISTIC
        return self.agreement.read_as(other)

    def asked(self, case: Case) -> tuple[Coverage, ...] | None:
        """Return the rows in whose hours alone the window is asked for; None: at every hour."""
        during = self.check.during
        if during is None:
            return None
        read = self._opposite
        rows = coverage.rows_for(
            read, during["area"], during["stage"], case.service.id, case.severity.id
        )
        promised = tuple(row for row in rows if coverage.promises(read, row))
        some = coverage.union(read, promised, self.span.start, self.span.end)
        return promised if some else ()

    def nothing_asked(self, case: Case) -> Observation:
        """Say that nobody promises that on which the rule depends."""
        during = self.check.during or {}
        what = f"{during['stage']}{case.phrase} ({during['area']})"
        message = f"nobody promises to {what} at any time, so that nothing is asked"
        return Observation(case.subject, "coverage", message, Holds.YES)

    def _window(self, asked: tuple[Coverage, ...] | None, first: int, last: int) -> Intervals:
        window = self.agreement.calendars[self.check.window or "24x7"]
        hours = open_intervals(window, self.agreement.reading, first, last)
        return (
            hours if asked is None else hours & coverage.union(self._opposite, asked, first, last)
        )

    def missing(
        self, rows: tuple[Coverage, ...], asked: tuple[Coverage, ...] | None
    ) -> tuple[Gap, ...]:
        """Return the gaps that these rows leave and that are not tolerated."""
        whole = (Gap(self.span.start, self.span.end, endless=True),)
        if self.check.window is None:
            some = coverage.union(self.agreement, rows, self.span.start, self.span.end)
            return () if some else whole
        found = gaps(
            lambda first, last: self._window(asked, first, last),
            lambda first, last: coverage.union(self.agreement, rows, first, last),
            self.span,
        )
        if not found and not rows and asked is None:
            # The window never opens; where nobody is named at all, that is no coverage either.
            return whole
        return tuple(gap for gap in found if gap.seconds > self.check.tolerated)

    def judge(
        self, case: Case, stage: str, named: Sequence[Coverage], missing: tuple[Gap, ...]
    ) -> Observation:
        """Say whether the case is covered, and by whom, or when nobody is there."""
        several = len(self.check.stages) > 1
        area = self.check.area
        where = f"{case.phrase} ({area})" if area else case.phrase
        if missing:
            message = self._failure(stage, where, missing) + "".join(self._asides(named))
        else:
            message = self._evidence(stage, where, named)
        return Observation(
            f"{case.subject}/{stage}" if several else case.subject,
            named[0].path if named else "coverage",
            message,
            Holds.NO if missing else Holds.YES,
        )

    def _failure(self, stage: str, where: str, missing: tuple[Gap, ...]) -> str:
        who = f"no {self.check.by}" if self.check.by else "nobody"
        when = describe_gaps(missing, self.span)
        if when == "at no time":
            return f"{who} promises to {stage}{where} at any time"
        phrase = f"{who} {stage}s{where}: {when}"
        if not self.check.tolerated:
            return phrase
        worst, tolerated = format_duration(longest(missing)), format_duration(self.check.tolerated)
        return f"{phrase}; the longest gap is {worst}, and at most {tolerated} is tolerated"

    def _asides(self, named: Sequence[Coverage]) -> Iterator[str]:
        """Tell which rows there are that do not count, and why."""
        for row in named:
            found = shortcoming(self.agreement, row)
            if found is None and not self._is_by(row):
                found = f"does not count: {row.by} is not of a {self.check.by}"
            if found is not None:
                yield f"; {row.path} {found}"

    def _evidence(self, stage: str, where: str, named: Sequence[Coverage]) -> str:
        who = list(dict.fromkeys(str(row.by) for row in self.counted(named)))
        verb = f"{stage}s" if len(who) == 1 else stage
        return f"{' and '.join(who)} {verb}{where} {self._hours()}"

    def _hours(self) -> str:
        window = self.check.window
        if window is None:
            return "in the hours promised"
        during = self.check.during
        if during is not None:
            return f"whenever somebody is promised to {during['stage']} ({during['area']})"
        around = self.agreement.calendars[window] == ALWAYS
        hours = "around the clock" if around else f"throughout {window}"
        if not self.check.tolerated:
            return hours
        return f"{hours}, with no gap longer than {format_duration(self.check.tolerated)}"
