"""The walks of all files, put together by agreement: one identity, whatever file it was in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmpolicy.errors import DocumentError, Location
from cmpolicy.evaluate import not_evaluated
from cmpolicy.timeline.contents import Ground, Window
from cmpolicy.timeline.model import (
    BAD,
    ONE_DAY,
    By,
    Cause,
    Interval,
    Span,
    Standing,
    days_in,
)
from cmpolicy.timeline.unjudged import common, less, with_ends
from cmpolicy.timeline.walk import Key, Stay, Walked
from cmpolicy.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Settled:
    """All agreements on all days that were looked at."""

    stays: tuple[Stay, ...]
    intervals: tuple[Interval, ...]
    """Out of compliance, or waived; of one agreement and rule never two on a day. Passes are
    single days on which a choice is lost."""
    applied: frozenset[Key]


def settled(walks: Iterable[Walked], ground: Ground) -> Settled:
    """Put walks together, given in the order of their paths.

    Of two files with the same id on a day, the first has it; the other goes by its path and is
    not evaluated, as `check` has it.
    """
    taken: dict[str, list[Stay]] = {}
    stays: list[Stay] = []
    intervals: list[Interval] = []
    applied: set[Key] = set()
    for walked in walks:
        lost = tuple(_lost(walked, taken))
        left = _without(walked, lost, ground) if lost else walked
        for stay in left.stays:
            if stay.identity != stay.path:
                taken.setdefault(stay.identity, []).append(stay)
        stays += left.stays
        intervals += left.intervals
        applied |= left.applied
    ends = tuple(with_ends(_merged(intervals), stays))
    return Settled(tuple(stays), ends, frozenset(applied))


def _lost(walked: Walked, taken: Mapping[str, Sequence[Stay]]) -> Iterator[tuple[Stay, str]]:
    """Yield the days on which another file has the id already, and that file's path."""
    for stay in walked.stays:
        for first in taken.get(stay.identity, ()):
            both = common(stay.days, first.days)
            if both:
                yield dataclasses.replace(stay, days=both), first.path


def _without(walked: Walked, lost: Sequence[tuple[Stay, str]], ground: Ground) -> Walked:
    """Take the days out on which another file has the id, and tell them as not evaluated."""
    blocked: dict[str, list[Window]] = {}
    for stay, _ in lost:
        blocked.setdefault(stay.identity, []).append(stay.days)
    kept = [
        part
        for interval in walked.intervals
        for part in _cut(interval, blocked.get(_who(interval), ()), ground)
    ]
    stays = [
        dataclasses.replace(stay, days=days)
        for stay in walked.stays
        for days in less(stay.days, blocked.get(stay.identity, ()))
    ]
    refused = [one for stay, other in lost for one in _refused(stay, other, ground)]
    stays += [dataclasses.replace(stay, identity=stay.path, title="") for stay, _ in lost]
    applied = {(_who(interval), interval.verdict.rule.id) for interval in refused}
    return dataclasses.replace(
        walked,
        stays=tuple(stays),
        intervals=(*kept, *refused),
        applied=walked.applied | applied,
    )


def _who(interval: Interval) -> str:
    return interval.verdict.agreement


def _cut(interval: Interval, blocked: Sequence[Window], ground: Ground) -> Iterator[Interval]:
    for first, last in less((interval.first, interval.last), blocked):
        began, ended = interval.began, interval.ended
        if first != interval.first:
            began = ground.cause_on(first)
        if last != interval.last:
            ended = ground.cause_on(last + ONE_DAY)
        yield dataclasses.replace(interval, first=first, last=last, began=began, ended=ended)


def _refused(stay: Stay, other: str, ground: Ground) -> Iterator[Interval]:
    error = DocumentError(
        f"the agreement `{stay.identity}` is in {other} already",
        Location(stay.path),
        "give this one an `id` of its own",
    )
    first, last = stay.days
    ends = any(last == end for _, end in ground.windows)
    began = ground.cause_on(first)
    ended = None if ends else ground.cause_on(last + ONE_DAY)
    policy, _ = next(ground.under(stay.days))
    packs = [pack for pack in policy.packs if pack.id in stay.packs]
    for verdict in not_evaluated(stay.path, stay.path, error, packs):
        yield Interval(verdict, first, last, began, ended)


def _merged(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Merge what goes on in another file, or past a day on which only the policy changed."""
    by_key: dict[Key, list[Interval]] = {}
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


def within(found: Iterable[Interval], first: date, last: date) -> Iterator[Interval]:
    """Yield what lies in a period: what began before it is told from its first day on."""
    for interval in found:
        days = common((interval.first, interval.last), (first, last))
        if days is None:
            continue
        began = Cause(By.EARLIER) if interval.first < first else interval.began
        ended = None if interval.last >= last else interval.ended
        yield dataclasses.replace(interval, first=days[0], last=days[1], began=began, ended=ended)


def lapses(found: Sequence[Interval], after: date, last: date) -> Iterator[Interval]:
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


def not_judged(settled: Settled, period: Window) -> tuple[Window, ...]:
    """Return the days of a period on which there was no agreement to judge."""
    return tuple(less(period, [stay.days for stay in settled.stays]))


def standings(settled: Settled, told: Iterable[Interval], period: Window) -> Iterator[Standing]:
    """Yield how each agreement stood over a period."""
    out: dict[str, list[Interval]] = {}
    for interval in told:
        out.setdefault(_who(interval), []).append(interval)
    stays: dict[str, list[Stay]] = {}
    for stay in settled.stays:
        if common(stay.days, period):
            stays.setdefault(stay.identity, []).append(stay)
    applied: dict[str, int] = {}
    for identity, _ in settled.applied:
        applied[identity] = applied.get(identity, 0) + 1
    for identity, found in sorted(stays.items()):
        spans = tuple(_spans(found, period))
        bad = [one for one in out.get(identity, ()) if one.outcome in BAD]
        waived = [one for one in out.get(identity, ()) if one.outcome is Outcome.WAIVED]
        yield Standing(
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


def _spans(stays: Iterable[Stay], period: Window) -> Iterator[Span]:
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
