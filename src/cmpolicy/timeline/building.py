"""Builds a timeline from a repository and a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cmpolicy import __version__
from cmpolicy.errors import CmpolicyError
from cmpolicy.exemptions import Disabled
from cmpolicy.gate.members import Membership
from cmpolicy.nearest import nearest
from cmpolicy.policy import Config
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.pool import ANY, Crew
from cmpolicy.snapshot.commits import commit_facts
from cmpolicy.snapshot.past import Past
from cmpolicy.timeline.contents import TimelineContext, Window
from cmpolicy.timeline.merging import (
    MergedHistory,
    lapses,
    merge_histories,
    not_judged,
    standings,
    within,
)
from cmpolicy.timeline.model import BAD, ONE_DAY, Effort, Only, Period, Timeline, Unjudged
from cmpolicy.timeline.narrowing import by_agreement, by_control, control_titles, only
from cmpolicy.timeline.unjudged import by_name, unjudged
from cmpolicy.timeline.walk import FileHistory
from cmpolicy.timeline.walks import walk_all
from cmpolicy.verdict import Outcome


@dataclass(frozen=True, slots=True)
class PeriodRequest:
    """Which days, and what of them."""

    since: date
    until: date
    as_of: date
    """Today: no commit after it is looked at."""
    ahead: int
    """Days after today in which what lapses is reported."""
    head: str
    """The revision at which the line ends, as it was given."""
    fail_on: str
    here: str = ""
    """The folder to look below where there are no globs; empty for the root."""
    agreements: tuple[str, ...] = ()
    """Ids of those to report; none: all."""
    framework: str | None = None
    """Id of the framework whose controls are asked for; None: all of them."""
    controls: tuple[str, ...] = ()
    """Ids of the controls asked for; none: all."""

    @property
    def ahead_until(self) -> date:
        """The last day ahead."""
        return self.as_of + timedelta(days=self.ahead)

    @property
    def windows(self) -> tuple[Window, ...]:
        """The days to judge.

        The day before the period is among them, so that what began on its first day is known.
        """
        before = self.since - ONE_DAY
        if self.until >= self.as_of - ONE_DAY:
            return ((min(before, self.as_of), max(self.until, self.ahead_until)),)
        return ((before, self.until), (self.as_of, self.ahead_until))


def policy_days(config: Config, asked: PeriodRequest) -> tuple[date, ...]:
    """Return the first days of the policies of a period: a rule judges again after a disable."""
    first, last = asked.windows[0][0], asked.windows[-1][1]
    over = {
        disabled.until + ONE_DAY
        for disabled, _ in config.disabled.values()
        if disabled.until is not None
    }
    return (first, *sorted(day for day in over if first < day <= last))


def timeline(
    past: Past,
    policies: tuple[tuple[date, EffectivePolicy], ...],
    asked: PeriodRequest,
    data: dict[str, str],
    crew: Crew = ANY,
    progress: Callable[[Iterable[FileHistory], int], Iterable[FileHistory]] = lambda walks, _: (
        walks
    ),
) -> Timeline:
    """Judge every day of a period.

    Args:
        past: the files of the period, and of the days until today.
        policies: each with the first day on which it is in force, from `policy_days`.
        asked: which days.
        data: versions of what verdicts rest on.
        crew: worker processes.
        progress: shows how far it is; hands the walks on.

    Raises:
        CmpolicyError: where no day of the period has an agreement, or none of those asked for.
    """
    context = TimelineContext(past, policies, (asked.since, asked.until), asked.windows)
    members = Membership.of([context.policy.config], asked.here)
    paths = [path for path in past.paths(members.enters) if members.role(path)]
    walks = tuple(progress(walk_all(paths, context, crew), len(paths)))
    wanted = only(context.policy, asked.framework, asked.controls)
    found = _asked_for(merge_histories(walks, context), asked, _begins(past))
    found = by_control(found, context.policy, wanted)
    return _report(found, context, asked, wanted, data, _effort(walks))


def _report(
    found: MergedHistory,
    context: TimelineContext,
    asked: PeriodRequest,
    wanted: Only,
    data: dict[str, str],
    effort: Effort,
) -> Timeline:
    """Describe what was found, of the period and of the days ahead."""
    past, begins = context.past, _begins(context.past)
    periods = tuple(within(found.intervals, *context.period))
    tip = past.at(len(past.commits) - 1)
    absent = tuple(unjudged(found.stays, past, context.period))
    return Timeline(
        version=__version__,
        since=asked.since,
        until=asked.until,
        as_of=asked.as_of,
        ahead_until=asked.ahead_until,
        head=asked.head,
        commit=tip.commit,
        commits=sum(1 for commit in past.commits if asked.since <= commit.day <= asked.until),
        packs=tuple(pack.facts for pack in context.policy.facts()),
        data=data,
        fail_on=asked.fail_on,
        unjudged=not_judged(found, context.period),
        standings=tuple(standings(found, periods, context.period)),
        intervals=_sorted(one for one in periods if one.outcome in BAD),
        waived=_sorted(one for one in periods if one.outcome is Outcome.WAIVED),
        ahead=_by_day(lapses(found.intervals, asked.as_of, asked.ahead_until)),
        effort=effort,
        disabled=tuple(_disabled(context.policies)),
        waivers=context.policy.waivers,
        skipped=tip.listing().left_out,
        not_judged=by_name(absent),
        history_begins=begins if begins and begins > asked.since else None,
        named=commit_facts(past.root, _commits(periods, absent)),
        titles=control_titles(context.policy),
        only=wanted,
    )


def _begins(past: Past) -> date | None:
    """Return the day of the first commit that is looked at."""
    return past.commits[0].day if past.commits else None


def _commits(periods: Iterable[Period], absent: Iterable[Unjudged]) -> Iterator[str]:
    """Yield the commits that are named in the report."""
    causes = (cause for one in periods for cause in (one.began, one.ended) if cause)
    yield from (cause.commit for cause in causes if cause.commit)
    yield from (one.commit for one in absent if one.commit)


def _asked_for(found: MergedHistory, asked: PeriodRequest, began: date | None) -> MergedHistory:
    """Keep the agreements asked for."""
    inside = not_judged(found, (asked.since, asked.until)) != ((asked.since, asked.until),)
    there = {stay.identity for stay in found.stays}
    if not inside:
        begins = f"; history begins on {began}" if began and began > asked.since else ""
        raise CmpolicyError(
            f"{asked.head} has no agreement on any day from {asked.since} to {asked.until}{begins}",
            None,
            "an agreement is a *.yaml file that says `apiVersion: cmpolicy/v1` "
            "and `kind: Agreement`; give another period, or --rev",
        )
    for name in asked.agreements:
        if name not in there:
            guess = nearest(name, tuple(sorted(there)))
            hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(sorted(there))}"
            raise CmpolicyError(f"no agreement has the id `{name}` in this period", None, hint)
    return by_agreement(found, asked.agreements)


def _sorted(found: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(sorted(found, key=lambda interval: interval.sort_key))


def _by_day(found: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(sorted(found, key=lambda interval: (interval.first, interval.sort_key)))


def _effort(walks: Iterable[FileHistory]) -> Effort:
    walks = tuple(walks)
    return Effort(sum(one.contents for one in walks), sum(one.verdicts for one in walks))


def _disabled(policies: Iterable[tuple[date, EffectivePolicy]]) -> Iterator[Disabled]:
    """Yield every disable that was in force on one of the days."""
    every = {one.rule: one for _, policy in policies for one in policy.disabled}
    yield from (every[rule] for rule in sorted(every))
