"""Merges the histories of all files by agreement: one identity, whatever file it was in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmpolicy.errors import DocumentError, Location
from cmpolicy.evaluate import not_evaluated
from cmpolicy.timeline.contents import TimelineContext, Window
from cmpolicy.timeline.model import (
    BAD,
    ONE_DAY,
    By,
    Cause,
    Period,
    RuleStanding,
    Span,
    days_in,
)
from cmpolicy.timeline.unjudged import common, less, with_ends
from cmpolicy.timeline.walk import FileHistory, FilePeriod, Key
from cmpolicy.verdict import Outcome


@dataclass(frozen=True, slots=True)
class MergedHistory:
    """All agreements on all days that were looked at."""

    stays: tuple[FilePeriod, ...]
    intervals: tuple[Period, ...]
    """Out of compliance, or waived; of one agreement and rule never two on a day. Passes are
    single days on which a choice is lost."""
    applied: frozenset[Key]


def merge_histories(walks: Iterable[FileHistory], context: TimelineContext) -> MergedHistory:
    """Put walks together, given in the order of their paths.

    Of two files with the same id on a day, the first has it; the other goes by its path and is
    not evaluated, as `check` has it.
    """
    taken: dict[str, list[FilePeriod]] = {}
    stays: list[FilePeriod] = []
    intervals: list[Period] = []
    applied: set[Key] = set()
    for walked in walks:
        lost = tuple(_lost(walked, taken))
        left = _without(walked, lost, context) if lost else walked
        for stay in left.stays:
            if stay.identity != stay.path:
                taken.setdefault(stay.identity, []).append(stay)
        stays += left.stays
        intervals += left.intervals
        applied |= left.applied
    ends = tuple(with_ends(_merged(intervals), stays))
    return MergedHistory(tuple(stays), ends, frozenset(applied))


def _lost(
    walked: FileHistory, taken: Mapping[str, Sequence[FilePeriod]]
) -> Iterator[tuple[FilePeriod, str]]:
    """Yield the days on which another file has the id already, and that file's path."""
    for stay in walked.stays:
        for first in taken.get(stay.identity, ()):
            both = common(stay.days, first.days)
            if both:
                yield dataclasses.replace(stay, days=both), first.path


def _without(
    walked: FileHistory, lost: Sequence[tuple[FilePeriod, str]], context: TimelineContext
) -> FileHistory:
    """Take the days out on which another file has the id, and report them as not evaluated."""
    blocked: dict[str, list[Window]] = {}
    for stay, _ in lost:
        blocked.setdefault(stay.identity, []).append(stay.days)
    kept = [
        part
        for interval in walked.intervals
        for part in _cut(interval, blocked.get(_who(interval), ()), context)
    ]
    stays = [
        dataclasses.replace(stay, days=days)
        for stay in walked.stays
        for days in less(stay.days, blocked.get(stay.identity, ()))
    ]
    refused = [one for stay, other in lost for one in _refused(stay, other, context)]
    stays += [dataclasses.replace(stay, identity=stay.path, title="") for stay, _ in lost]
    applied = {(_who(interval), interval.verdict.rule.id) for interval in refused}
    return dataclasses.replace(
        walked,
        stays=tuple(stays),
        intervals=(*kept, *refused),
        applied=walked.applied | applied,
    )


def _who(interval: Period) -> str:
    return interval.verdict.agreement


def _cut(interval: Period, blocked: Sequence[Window], context: TimelineContext) -> Iterator[Period]:
    for first, last in less((interval.first, interval.last), blocked):
        began, ended = interval.began, interval.ended
        if first != interval.first:
            began = context.cause_on(first)
        if last != interval.last:
            ended = context.cause_on(last + ONE_DAY)
        yield dataclasses.replace(interval, first=first, last=last, began=began, ended=ended)


def _refused(stay: FilePeriod, other: str, context: TimelineContext) -> Iterator[Period]:
    error = DocumentError(
        f"the agreement `{stay.identity}` is in {other} already",
        Location(stay.path),
        "give this one an `id` of its own",
    )
    first, last = stay.days
    ends = any(last == end for _, end in context.windows)
    began = context.cause_on(first)
    ended = None if ends else context.cause_on(last + ONE_DAY)
    policy, _ = next(context.under(stay.days))
    packs = [pack for pack in policy.packs if pack.id in stay.packs]
    for verdict in not_evaluated(stay.path, stay.path, error, packs):
        yield Period(verdict, first, last, began, ended)


def _merged(intervals: Iterable[Period]) -> Iterator[Period]:
    """Merge what goes on in another file, or past a day on which only the policy changed."""
    by_key: dict[Key, list[Period]] = {}
    for interval in intervals:
        by_key.setdefault((_who(interval), interval.verdict.rule.id), []).append(interval)
    for found in by_key.values():
        found.sort(key=lambda interval: interval.first)
        at = found[0]
        for interval in found[1:]:
            if at.last + ONE_DAY == interval.first and at.outcome is interval.outcome:
                at = dataclasses.replace(at, last=interval.last, ended=interval.ended)
            else:
                yield at
                at = interval
        yield at


def within(found: Iterable[Period], first: date, last: date) -> Iterator[Period]:
    """Yield what lies in a period: what began before it is shown from its first day on."""
    for interval in found:
        days = common((interval.first, interval.last), (first, last))
        if days is None:
            continue
        began = Cause(By.EARLIER) if interval.first < first else interval.began
        ended = None if interval.last >= last else interval.ended
        yield dataclasses.replace(interval, first=days[0], last=days[1], began=began, ended=ended)


def lapses(found: Sequence[Period], after: date, last: date) -> Iterator[Period]:
    """Yield what turns bad after a day until another one, and the choices that are lost."""
    bad = [interval for interval in found if interval.outcome in BAD]
    over = {(_who(i), i.verdict.rule.id, i.last + ONE_DAY) for i in bad}
    for interval in bad:
        key = (_who(interval), interval.verdict.rule.id, interval.first)
        if after < interval.first <= last and key not in over:
            yield interval
    for interval in found:
        if interval.outcome is Outcome.PASS and after <= interval.first <= last:
            yield interval


def not_judged(merged: MergedHistory, period: Window) -> tuple[Window, ...]:
    """Return the days of a period on which there was no agreement to judge."""
    return tuple(less(period, [stay.days for stay in merged.stays]))


def standings(
    merged: MergedHistory, intervals: Iterable[Period], period: Window
) -> Iterator[RuleStanding]:
    """Yield how each agreement stood over a period."""
    out: dict[str, list[Period]] = {}
    for interval in intervals:
        out.setdefault(_who(interval), []).append(interval)
    stays: dict[str, list[FilePeriod]] = {}
    for stay in merged.stays:
        if common(stay.days, period):
            stays.setdefault(stay.identity, []).append(stay)
    applied: dict[str, int] = {}
    for identity, _ in merged.applied:
        applied[identity] = applied.get(identity, 0) + 1
    for identity, found in sorted(stays.items()):
        spans = tuple(_spans(found, period))
        bad = [one for one in out.get(identity, ()) if one.outcome in BAD]
        waived = [one for one in out.get(identity, ()) if one.outcome is Outcome.WAIVED]
        yield RuleStanding(
            agreement=identity,
            title=max(found, key=lambda stay: stay.days).title,
            spans=spans,
            days=days_in((span.first, span.last) for span in spans),
            days_out=days_in((one.first, one.last) for one in bad),
            days_waived=days_in((one.first, one.last) for one in waived),
            rules=applied.get(identity, 0),
            rules_out=len({one.verdict.rule.id for one in bad}),
            frameworks=tuple(dict.fromkeys(name for stay in found for name in stay.frameworks)),
        )


def _spans(stays: Iterable[FilePeriod], period: Window) -> Iterator[Span]:
    at: Span | None = None
    for stay in sorted(stays, key=lambda stay: (stay.days, stay.path)):
        days = common(stay.days, period)
        if days is None:
            continue
        if at and at.file == stay.path and at.last + ONE_DAY == days[0]:
            at = Span(at.file, at.first, days[1])
            continue
        if at:
            yield at
        at = Span(stay.path, *days)
    if at:
        yield at
