"""Days on which an agreement was not there to be judged: nothing is known of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cmpolicy.snapshot.past import Past
from cmpolicy.timeline.contents import Window
from cmpolicy.timeline.model import ONE_DAY, Absence, By, Cause, Period, Unjudged
from cmpolicy.timeline.walk import FilePeriod
from cmpolicy.verdict import Outcome


def unjudged(stays: Iterable[FilePeriod], past: Past, period: Window) -> Iterator[Unjudged]:
    """Yield the days of a period on which each agreement was not there, and why."""
    by_agreement: dict[str, list[FilePeriod]] = {}
    for stay in stays:
        if stay.identity != stay.path:  # what goes by its path has no other name to be missed by
            by_agreement.setdefault(stay.identity, []).append(stay)
    begins = past.commits[0].day if past.commits else None
    for agreement, found in sorted(by_agreement.items()):
        found.sort(key=lambda stay: stay.days)
        if not any(common(stay.days, period) for stay in found):
            continue
        for days in less(period, [stay.days for stay in found]):
            for part in _parted(days, begins):
                yield _span(agreement, part, found, past)


def by_name(found: Iterable[Unjudged]) -> dict[str, tuple[Unjudged, ...]]:
    """Return days by the agreement that was not there."""
    together: dict[str, list[Unjudged]] = {}
    for one in found:
        together.setdefault(one.agreement, []).append(one)
    return {agreement: tuple(some) for agreement, some in together.items()}


def _parted(days: Window, begins: date | None) -> Iterator[Window]:
    """Yield the days before history began, and those after, by themselves."""
    first, last = days
    if begins is not None and first < begins <= last:
        yield first, begins - ONE_DAY
        first = begins
    yield first, last


def _span(agreement: str, days: Window, stays: Sequence[FilePeriod], past: Past) -> Unjudged:
    first, last = days
    begins = past.commits[0] if past.commits else None
    if begins is not None and last < begins.day:
        return Unjudged(agreement, first, last, Absence.BEFORE_HISTORY, begins.id)
    before = [stay for stay in stays if stay.days[1] < first]
    if not before:
        return Unjudged(agreement, first, last, Absence.BEFORE_FILE, _commit(past, last + ONE_DAY))
    gone = past.index_of(before[-1].days[1] + ONE_DAY)
    there = gone is not None and past.entry(before[-1].path, gone)
    why = Absence.OTHER if there else Absence.DELETED
    return Unjudged(agreement, first, last, why, _commit(past, before[-1].days[1] + ONE_DAY))


def _commit(past: Past, day: date) -> str | None:
    """Return the commit of a day; None where it had none."""
    found = [commit for commit in past.commits if commit.day == day]
    return found[0].id if found else None


def with_ends(intervals: Iterable[Period], stays: Sequence[FilePeriod]) -> Iterator[Period]:
    """Say of each interval whether it ended because nothing was judged any more.

    A file that is deleted, or can no longer be read, is not a remedy; nor is a framework dropped.
    """
    found = tuple(intervals)
    there: dict[str, list[FilePeriod]] = {}
    for stay in stays:
        for name in {stay.identity, stay.path}:
            there.setdefault(name, []).append(stay)
    unread = {_key(one) for one in found if one.outcome is Outcome.ERROR}
    for one in found:
        if one.ended is None:
            yield one
            continue
        day = one.last + ONE_DAY
        after = [s for s in there.get(one.verdict.agreement, []) if s.days[0] <= day <= s.days[1]]
        by = one.ended.by
        if not after or (one.outcome is not Outcome.ERROR and _key(one, day) in unread):
            by = By.NOT_JUDGED
        elif not any(one.verdict.rule.pack in stay.packs for stay in after):
            by = By.NOT_APPLICABLE
        yield dataclasses.replace(one, ended=Cause(by, one.ended.commit))


def _key(interval: Period, first: date | None = None) -> tuple[str, str, date]:
    verdict = interval.verdict
    return verdict.agreement, verdict.rule.id, first or interval.first


def common(one: Window, other: Window) -> Window | None:
    """Return the days that two windows share; None: none."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def less(days: Window, blocked: Iterable[Window]) -> Iterator[Window]:
    """Yield what is left of some days without others."""
    first, last = days
    for start, end in sorted(blocked):
        if end < first or start > last:
            continue
        if first < start:
            yield first, start - ONE_DAY
        first = end + ONE_DAY
    if first <= last:
        yield first, last
