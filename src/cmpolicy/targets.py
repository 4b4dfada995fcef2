"""Which targets speak for a case, and what they come to together in the worst case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import Any, Final

from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER, Promise, Worst, unknown_clock, worst_case
from cmpolicy.calendars import (
    Calendar,
    Horizon,
    Intervals,
    open_intervals,
)
from cmpolicy.vocabulary import UNKNOWN, Unknown

YEAR: Final = 366 * 24 * 60 * 60
NOWHERE: Final = ""
"""Stands for each severity, or service, that no target names: to the targets they are all one."""


@dataclass(frozen=True, slots=True)
class Slackest:
    """The worst case of several targets that speak for one case, and the target it is of."""

    worst: Worst
    target: Target | None
    """None: no target covers cases raised at `worst.raised`."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two targets that speak for one case."""

    one: Target
    other: Target
    at: int
    """The first instant of a case for which both do, UTC seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What the targets of one agreement answered already: cases ask the same again and again."""

    targets: tuple[Target, ...]
    severities: dict[str, list[tuple[int, Target]]] = field(default_factory=dict)
    """The targets of each severity that is named, with their places in the file."""
    anywhere: list[tuple[int, Target]] = field(default_factory=list)
    """The targets that name none."""
    services: set[str] = field(default_factory=set)
    """Every service that is named."""
    speaking: dict[Any, tuple[Target, ...]] = field(default_factory=dict)
    worst: dict[Any, Worst] = field(default_factory=dict)
    slackest: dict[Any, Slackest] = field(default_factory=dict)
    overlaps: dict[Any, tuple[Overlap, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, agreement: Agreement) -> _Answers:
        """Return the answers of an agreement; the first time there are none."""
        found: _Answers | None = agreement.known.get(cls)
        if found is None or found.targets is not agreement.targets:
            found = agreement.known[cls] = cls(agreement.targets)
            for place in enumerate(agreement.targets):
                found.sort_in(*place)
        return found

    def sort_in(self, place: int, target: Target) -> None:
        """Note what a target names."""
        own = isinstance(target.severity, str)
        among = self.severities.setdefault(str(target.severity), []) if own else self.anywhere
        among.append((place, target))
        if isinstance(target.services, tuple):
            self.services.update(target.services)

    def among(self, severity: str | None) -> Iterable[Target]:
        """Return the targets that may speak for a severity, in the file's order."""
        if severity is None:
            return self.targets
        places = [*self.severities.get(severity, ()), *self.anywhere]
        return (target for _, target in sorted(places, key=lambda item: item[0]))


def selects(
    target: Target, severity: str | None, service: str | None, stage: str | None
) -> bool | Unknown:
    """Say whether a target speaks for that severity, service and stage (None: for any)."""
    if target.selects_nothing:
        return False
    return both(
        is_word(target.severity, severity, absent=True),
        in_words(target.services, service),
        is_word(target.stage, stage, absent=stage is None),
    )


def targets_for(
    agreement: Agreement, severity: str | None, service: str | None, stage: str | None
) -> tuple[Target, ...]:
    """Return the targets that speak for that severity, service and stage (None: for any).

    Of those of which the file does not say it, the reading decides: kindly they speak only where
    no other does; harshly they are no promise by themselves, but slacken one that there is.
    """
    known = _Answers.of(agreement)
    if severity is not None and severity not in known.severities:
        severity = NOWHERE
    if service is not None and service not in known.services:
        service = NOWHERE
    question = (agreement.reading, severity, service, stage)
    if question not in known.speaking:
        some = known.among(severity)
        known.speaking[question] = _speaking(agreement, some, severity, service, stage)
    return known.speaking[question]


def _speaking(
    agreement: Agreement,
    some: Iterable[Target],
    severity: str | None,
    service: str | None,
    stage: str | None,
) -> tuple[Target, ...]:
    answers = [(target, selects(target, severity, service, stage)) for target in some]
    sure = [target for target, answer in answers if answer is True]
    perhaps = [target for target, answer in answers if answer is UNKNOWN]
    if agreement.kind:
        return tuple(sure or perhaps)
    return tuple(target for target, answer in answers if answer is not False) if sure else ()


def worst_of(agreement: Agreement, target: Target, horizon: Horizon) -> Worst:
    """Return the worst case of one target, over the cases that it speaks for.

    `best effort`, `none`, a best-effort commitment and a placeholder promise nothing: never.
    """
    if target.within is None or target.commitment in (None, "best-effort"):
        return Worst(NEVER)
    if isinstance(target.commitment, Unknown) and not agreement.kind:
        return Worst(NEVER)
    if isinstance(target.within, Unknown):
        return Worst(0.0 if agreement.kind else NEVER)
    known = _Answers.of(agreement).worst
    question = (agreement.reading, horizon, target.within, target.calendar, target.raised)
    if question not in known:
        clock = clock_of(agreement, target, horizon)
        raised = raised_in(agreement, target)
        known[question] = worst_case(target.within, clock, agreement.reading, horizon, raised)
    return known[question]


def clock_of(agreement: Agreement, target: Target, horizon: Horizon) -> Calendar:
    """Return the calendar in whose hours a target's time counts.

    Of a target without one it is unknown: kindly read 24x7, harshly the calendar of the file with
    the longest worst case, and Monday to Friday 09:00-17:00 where the file has none.
    """
    if not isinstance(target.calendar, Unknown):
        return target.calendar
    return unknown_clock(
        target.within if isinstance(target.within, Promise) else None,
        tuple(agreement.calendars.values()),
        agreement.reading,
        horizon,
        agreement.timezone,
        raised=raised_in(agreement, target),
    )


def slackest(agreement: Agreement, targets: Sequence[Target], horizon: Horizon) -> Slackest:
    """Return the worst case of targets that speak for one case together.

    Where two overlap, the slacker one counts; a case raised when none speaks is never met.
    """
    known = _Answers.of(agreement).slackest
    question = (agreement.reading, horizon, *(target.path for target in targets))
    if question not in known:
        known[question] = _slackest(agreement, targets, horizon)
    return known[question]


def _slackest(agreement: Agreement, targets: Sequence[Target], horizon: Horizon) -> Slackest:
    found = [Slackest(worst_of(agreement, target, horizon), target) for target in targets]
    slack = max(found, key=lambda one: one.worst.seconds, default=Slackest(Worst(NEVER), None))
    missed = Intervals.of([(horizon.start, horizon.end)]) - starts(agreement, targets, horizon)
    if missed and slack.worst.seconds < NEVER:
        return Slackest(Worst(NEVER, missed.starts[0]), None)
    return slack


def starts(agreement: Agreement, targets: Iterable[Target], horizon: Horizon) -> Intervals:
    """Return when a case may be raised for which one of the targets speaks."""
    calendars = dict.fromkeys(raised_in(agreement, target) for target in targets)
    pairs: list[tuple[int, int]] = []
    for raised in calendars:
        pairs.extend(_raised(raised, agreement, horizon))
    return Intervals.of(pairs)


def _raised(raised: Calendar | None, agreement: Agreement, horizon: Horizon) -> Intervals:
    """Return when a case may be raised in those hours (None: whenever)."""
    if raised is None:
        return Intervals.of([(horizon.start, horizon.end)])
    return open_intervals(raised, agreement.reading, horizon.start, horizon.end)


def overlaps(
    agreement: Agreement, targets: Sequence[Target], horizon: Horizon, most: int
) -> tuple[Overlap, ...]:
    """Return pairs of targets for both of which a case may be raised, in the file's order.

    No more than `most`, whichever are found first: 2,000 targets have two million pairs.
    """
    known = _Answers.of(agreement).overlaps
    question = (agreement.reading, horizon, most, *(target.path for target in targets))
    if question not in known:
        known[question] = _overlaps(agreement, targets, horizon, most)
    return known[question]


def _overlaps(
    agreement: Agreement, targets: Sequence[Target], horizon: Horizon, most: int
) -> tuple[Overlap, ...]:
    groups: dict[Calendar | None, list[int]] = {}
    for index, target in enumerate(targets):
        groups.setdefault(raised_in(agreement, target), []).append(index)
    hours = [_raised(raised, agreement, horizon) for raised in groups]
    found = islice(_meetings(list(groups.values()), hours), most)
    return tuple(Overlap(targets[one], targets[other], at) for one, other, at in sorted(found))


def _meetings(
    groups: Sequence[Sequence[int]], hours: Sequence[Intervals]
) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of members whose groups' hours meet, and when first; those of one group do."""
    for members, own in zip(groups, hours, strict=True):
        for one, other in combinations(members, 2) if own else ():
            yield one, other, own.starts[0]
    # In the order of time: what is open when something opens meets it.
    seen: set[tuple[int, int]] = set()
    open_now: list[tuple[int, int]] = []
    spans = ((*span, group) for group, own in enumerate(hours) for span in own)
    for start, end, group in sorted(spans):
        open_now = [(until, there) for until, there in open_now if until > start]
        for _, there in open_now:
            pair = min(group, there), max(group, there)
            if pair not in seen:
                seen.add(pair)
                for two in product(groups[group], groups[there]):
                    yield min(two), max(two), start
        open_now.append((end, group))


def running(
    agreement: Agreement, target: Target, horizon: Horizon, first: int, last: int
) -> Intervals:
    """Return when the target's time may be counting in [first, last), UTC seconds.

    While its clock is open; with `raised`, until the worst case of what was raised then is over.
    """
    clock = open_intervals(clock_of(agreement, target, horizon), agreement.reading, first, last)
    raised = raised_in(agreement, target)
    longest = worst_of(agreement, target, horizon).seconds
    if raised is None or longest > YEAR:
        return clock
    after = int(longest)
    begun = open_intervals(raised, agreement.reading, first - after, last)
    return clock & Intervals.of((start, end + after) for start, end in begun)


def raised_in(agreement: Agreement, target: Target) -> Calendar | None:
    """Return the hours in which a case must be raised for the target to speak; None: whenever.

    Unknown hours are those of a calendar whose hours nobody knows.
    """
    if isinstance(target.raised, Unknown):
        return Calendar(None, agreement.timezone, None)
    return target.raised


def both(*answers: bool | Unknown) -> bool | Unknown:
    """Return yes if all answers are, no if any is, else UNKNOWN."""
    if False in answers:
        return False
    return UNKNOWN if UNKNOWN in answers else True


def is_word(
    found: str | Unknown | None, asked: str | None, *, absent: bool = False
) -> bool | Unknown:
    """Say whether a word is the one asked for (None: any is)."""
    if found is None:
        return absent
    if asked is None:
        return True
    return found if isinstance(found, Unknown) else found == asked


def in_words(words: Sequence[str] | Unknown | None, asked: str | None) -> bool | Unknown:
    """Say whether a list of words holds the one asked for (None: any); an omitted list does.

    A list may hold a word that the file calls unknown.
    """
    if words is None:
        return True
    if isinstance(words, Unknown):
        return True if asked is None else words
    if asked is None:
        return bool(words)
    return True if asked in words else UNKNOWN.value in words and UNKNOWN
