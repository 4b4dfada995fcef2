"""Which targets speak for a case, and what they come to together in the worst case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Slackest:
    """The worst case of several targets that speak for one case, and the target it is of."""

    worst: Worst
    target: Target | None
    """None: no target covers cases raised at `worst.raised`."""


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
    answers = [(target, selects(target, severity, service, stage)) for target in agreement.targets]
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
    clock = clock_of(agreement, target, horizon)
    return worst_case(
        target.within, clock, agreement.reading, horizon, raised_in(agreement, target)
    )


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
    found = [Slackest(worst_of(agreement, target, horizon), target) for target in targets]
    slack = max(found, key=lambda one: one.worst.seconds, default=Slackest(Worst(NEVER), None))
    missed = Intervals.of([(horizon.start, horizon.end)]) - starts(agreement, targets, horizon)
    if missed and slack.worst.seconds < NEVER:
        return Slackest(Worst(NEVER, missed.starts[0]), None)
    return slack


def starts(agreement: Agreement, targets: Iterable[Target], horizon: Horizon) -> Intervals:
    """Return when a case may be raised for which one of the targets speaks."""
    pairs: list[tuple[int, int]] = []
    for target in targets:
        raised = raised_in(agreement, target)
        if raised is None:
            return Intervals.of([(horizon.start, horizon.end)])
        pairs.extend(open_intervals(raised, agreement.reading, horizon.start, horizon.end))
    return Intervals.of(pairs)


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
