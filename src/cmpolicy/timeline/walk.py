"""The history of one file: the outcome of each rule on each day, judged once an interval."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.evaluate import judge
from cmpolicy.exemptions import Waiver
from cmpolicy.policy import Rule
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.timeline.contents import Content, Runs, TimelineContext, Window, runs
from cmpolicy.timeline.model import BAD, ONE_DAY, By, Cause, Period
from cmpolicy.verdict import Outcome, Verdict
from cmpolicy.waivers import waived

Waivers = Mapping[tuple[str, str], Sequence[Waiver]]
"""By rule and agreement."""
Key = tuple[str, str]
"""(agreement, rule)."""
WORDING = (*BAD, Outcome.WAIVED)


@dataclass(frozen=True, slots=True)
class FilePeriod:
    """Days on which a file held one agreement."""

    path: str
    identity: str
    title: str
    packs: tuple[str, ...]
    """Ids of the packs that judged it."""
    days: Window
    frameworks: tuple[str, ...] = ()
    """Ids of those that it was held to."""


@dataclass(frozen=True, slots=True)
class FileHistory:
    """What became of one file."""

    stays: tuple[FilePeriod, ...]
    intervals: tuple[Period, ...]
    """Out of compliance, or waived."""
    applied: frozenset[Key]
    """What applied on at least one day of the period."""
    contents: int
    verdicts: int


@dataclass(frozen=True, slots=True)
class _Step:
    """Days, both included, on which a verdict stood."""

    verdict: Verdict
    first: date
    last: date
    brought: str | None
    """The commit whose content was judged anew on the first day; None: it was there before."""


def walk(path: str, context: TimelineContext, waivers: Waivers) -> FileHistory:
    """Judge what a file said on every day that is looked at."""
    stays: list[FilePeriod] = []
    steps: dict[Key, list[_Step]] = {}
    contents: dict[int, Content] = {}
    for run in runs(path, context):
        contents[id(run.content)] = run.content
        for days in run.days:
            stays += _stays(run, context, days)
            for step in _steps(run, context, days, waivers):
                key = step.verdict.agreement, step.verdict.rule.id
                steps.setdefault(key, []).append(step)
    applied = frozenset(
        key for key, found in steps.items() if any(_applies(step, context.period) for step in found)
    )
    joined = [interval for found in steps.values() for interval in _joined(found, context)]
    joined += [interval for found in steps.values() for interval in _choices(found)]
    judged = sum(len(found) for one in contents.values() for found in one.verdicts.values())
    return FileHistory(tuple(stays), tuple(joined), applied, len(contents), judged)


def _applies(step: _Step, period: Window) -> bool:
    """Say whether a rule applied on a day of the period."""
    inside = step.first <= period[1] and step.last >= period[0]
    return inside and step.verdict.outcome is not Outcome.NOT_APPLICABLE


def _stays(run: Runs, context: TimelineContext, days: Window) -> Iterator[FilePeriod]:
    opened = run.content.opened
    path, agreement = opened.path, opened.agreement
    for policy, within in context.under(days):
        if agreement is not None:
            packs = tuple(pack.id for pack in policy.packs_for(agreement.frameworks))
            frameworks = tuple(agreement.frameworks)
            yield FilePeriod(path, agreement.id, agreement.title, packs, within, frameworks)
        else:
            broken = _broken(run, context, policy)
            packs = tuple({verdict.rule.pack: None for verdict in broken})
            held = {pack.framework: None for pack in policy.packs if pack.id in packs}
            identity = broken[0].agreement if broken else path
            yield FilePeriod(path, identity, "", packs, within, tuple(filter(None, held)))


def _broken(run: Runs, context: TimelineContext, policy: EffectivePolicy) -> tuple[Verdict, ...]:
    """Return the error verdicts of a content that cannot be read."""
    evaluator = dataclasses.replace(context.evaluator(run.index), policy=policy)
    return evaluator.evaluate_parsed(run.content.opened).verdicts


def _steps(run: Runs, context: TimelineContext, days: Window, waivers: Waivers) -> Iterator[_Step]:
    commit = context.past.commits[run.index]
    for policy, (first, last) in context.under(days):
        brought = commit.id if commit.day == first else None
        agreement = run.content.opened.agreement
        if agreement is None:
            for verdict in _broken(run, context, policy):
                yield _Step(verdict, first, last, brought)
            continue
        for pack in policy.packs_for(agreement.frameworks):
            for rule in pack.rules:
                relevant = waivers.get((rule.id, agreement.id), ())
                known = run.content.verdicts.setdefault(rule.id, [])
                day, new = first, brought
                while day <= last:
                    verdict = _verdict(known, agreement, rule, pack.framework, day)
                    verdict = waived(verdict, relevant, day)
                    until = min(verdict.holds_until or last, last)
                    yield _Step(verdict, day, until, new)
                    day, new = until + ONE_DAY, None


def _verdict(
    known: list[Verdict], agreement: Agreement, rule: Rule, framework: str | None, day: date
) -> Verdict:
    """Return the verdict of a day: the last one reached, where it still holds, or a new one."""
    # Days only go forward: the last one was reached on this day or before.
    if not known or day > (known[-1].holds_until or day):
        known.append(judge(agreement, agreement.document.file, rule, framework, day))
    return known[-1]


def _joined(steps: Iterable[_Step], context: TimelineContext) -> Iterator[Period]:
    """Join steps of the same outcome, day by day, and record what each interval began with."""
    groups: list[list[_Step]] = []
    for step in steps:
        last = groups[-1][-1] if groups else None
        if last and _adjacent(last, step) and last.verdict.outcome is step.verdict.outcome:
            groups[-1].append(step)
        else:
            groups.append([step])
    for index, group in enumerate(groups):
        first, last = group[0], group[-1]
        if first.verdict.outcome not in WORDING:
            continue
        before = groups[index - 1][-1] if index else None
        after = groups[index + 1][0] if index + 1 < len(groups) else None
        yield Period(
            first.verdict,
            first.first,
            last.last,
            _began(before, first),
            _ended(last, after, context),
        )


def _choices(steps: Iterable[_Step]) -> Iterator[Period]:
    """Yield the days on which a choice is lost though the rule passes: notice to end."""
    for step in steps:
        for item in step.verdict.observations if step.verdict.outcome is Outcome.PASS else ():
            if item.due is not None and step.first <= item.due <= step.last:
                alone = dataclasses.replace(step.verdict, observations=(item,))
                yield Period(alone, item.due, item.due, Cause(By.DEADLINE), None)


def _adjacent(before: _Step, after: _Step) -> bool:
    return before.last + ONE_DAY == after.first


def _began(before: _Step | None, step: _Step) -> Cause:
    if step.brought is None:
        return Cause(By.DEADLINE)
    over = before.verdict.holds_until if before and _adjacent(before, step) else None
    if over is not None and over < step.first:
        return Cause(By.BOTH, step.brought)
    return Cause(By.COMMIT, step.brought)


def _ended(step: _Step, after: _Step | None, context: TimelineContext) -> Cause | None:
    if after is not None and _adjacent(step, after):
        cause = _began(step, after)
        if after.verdict.outcome is Outcome.NOT_APPLICABLE:
            return Cause(By.NOT_APPLICABLE, cause.commit)
        return cause
    if any(step.last == last for _, last in context.windows):
        return None
    # No rule judged it the day after: the agreement went, or is held to other frameworks.
    return context.cause_on(step.last + ONE_DAY)
