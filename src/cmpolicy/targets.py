"""Which targets speak for a case, for which starts of it, and how late they are at worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, product
from typing import Any, Final

from cmpolicy.agreement import Agreement, Target
from cmpolicy.amounts import NEVER, TimeLimit, TimeLimitKind, Worst, unknown_clocks, worst_from
from cmpolicy.calendars import (
    ALWAYS,
    Calendar,
    Horizon,
    Intervals,
    open_intervals,
)
from cmpolicy.cells import Named
from cmpolicy.unknown import UNKNOWN, Reading, Unknown, all_of, contains, equals
from cmpolicy.worlds import World, hours_unknown, worlds

HOUR: Final = 60 * 60
DAY: Final = 24 * HOUR

YEAR: Final = 366 * DAY
Answers = tuple[tuple[Target, bool | Unknown], ...]
"""Targets that speak for a case or may, in the order of the file, and whether they do."""
_Names = tuple[str | None, str | None, str | None]
"""The severity, service and stage that a target names; None: none, or nobody knows which."""
_ANY: Final = ""
"""The stage of every target, for those who ask for any."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """A target that speaks for a case, and for which starts of it."""

    target: Target
    starts: Intervals
    """When the case may be raised, within the horizon; empty where its hours are read as never."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two targets that speak for one case."""

    one: Target
    other: Target
    at: int
    """The first instant of a case for which both do, UTC seconds."""


def selects(
    target: Target, severity: str | None, service: str | None, stage: str | None
) -> bool | Unknown:
    """Say whether a target speaks for that severity, service and stage (None: for any)."""
    if target.selects_nothing:
        return False
    return all_of(
        equals(target.severity, severity, absent=True),
        contains(target.services, service),
        equals(target.stage, stage, absent=stage is None),
    )


def named_by(target: Target) -> Named:
    """Return which services and severities a target names."""
    severity = target.severity
    return target.services, (severity,) if isinstance(severity, str) else severity


@dataclass(frozen=True, slots=True)
class _Index:
    """The targets of an agreement by what they name: 2,000 of them are not asked one by one."""

    targets: Sequence[Target]
    places: Mapping[_Names, Sequence[int]]
    known: dict[tuple[_Names, ...], Answers] = field(default_factory=dict)
    """Answers by the entries of `places` that have them: cases that share those share one."""


def _index(agreement: Agreement) -> _Index:
    """Return the index of an agreement, which is made once."""
    known: dict[Any, _Index] = agreement.known
    if _Index not in known:
        places: dict[_Names, dict[int, None]] = {}
        for place, target in enumerate(agreement.targets):
            for names in _names(target):
                places.setdefault(names, {})[place] = None
        found = {names: tuple(where) for names, where in places.items()}
        known[_Index] = _Index(agreement.targets, found)
    return known[_Index]


def _names(target: Target) -> Iterator[_Names]:
    """Yield what a target is found by; a list of services with an unknown item may name any."""
    stage = target.stage if isinstance(target.stage, str) else None
    stages = [_ANY] if target.stage is None else [stage, _ANY]
    severity = target.severity if isinstance(target.severity, str) else None
    services: Sequence[str | None] = (None,)
    if isinstance(target.services, tuple):
        services = [None if word == UNKNOWN.value else word for word in target.services]
    if not target.selects_nothing:
        for service, found in product(services, stages):
            yield severity, service, found


def answers(agreement: Agreement, severity: str, service: str, stage: str | None) -> Answers:
    """Return the targets that speak for a case or may (stage None: at any stage).

    Cases of which the same targets speak share one answer, which can be found by its identity.
    """
    index = _index(agreement)
    stages = (_ANY,) if stage is None else (stage, None)
    asked = product((severity, None), (service, None), stages)
    there = tuple(names for names in asked if names in index.places)
    if there not in index.known:
        rows = sorted({place for names in there for place in index.places[names]})
        chosen = [index.targets[place] for place in rows]
        found = [(target, selects(target, severity, service, stage)) for target in chosen]
        index.known[there] = tuple(pair for pair in found if pair[1] is not False)
    return index.known[there]


def targets_for(
    agreement: Agreement, severity: str | None, service: str | None, stage: str | None
) -> tuple[Target, ...]:
    """Return the targets that speak for that severity, service and stage (None: for any).

    Of those of which the file does not say it, the reading decides. Optimistically they speak only
    where no other does. Pessimistically they are not a promise by themselves, but slacken one that
    there is.
    """
    if severity is None or service is None:
        asked = [
            (target, selects(target, severity, service, stage)) for target in agreement.targets
        ]
        found = tuple(pair for pair in asked if pair[1] is not False)
    else:
        found = answers(agreement, severity, service, stage)
    sure = [target for target, answer in found if answer is True]
    perhaps = [target for target, answer in found if answer is UNKNOWN]
    if agreement.optimistic:
        return tuple(sure or perhaps)
    return tuple(target for target, _ in found) if sure else ()


def speaking(
    agreement: Agreement, asked: Sequence[tuple[Target, bool | Unknown]], horizon: Horizon
) -> tuple[Speaking, ...]:
    """Return the targets of a case, each with the starts for which it speaks.

    `asked` says whether each speaks for the case; where the file does not say it, the reading
    decides at each instant as `targets_for` does for the whole case. Of targets that overlap the
    slackest counts.
    """
    found = {
        target.path: starts_of(agreement, target, horizon)
        for target, answer in asked
        if answer is not False
    }
    perhaps = [target.path for target, answer in asked if answer is UNKNOWN]
    if perhaps:
        sure = (target.path for target, answer in asked if answer is True)
        certain = Intervals.of(pair for path in sure for pair in found[path])
        for path in perhaps:
            found[path] = found[path] - certain if agreement.optimistic else found[path] & certain
    return tuple(
        Speaking(target, found[target.path])
        for target, answer in asked
        if answer is True or found.get(target.path)
    )


def starts_of(agreement: Agreement, target: Target, horizon: Horizon) -> Intervals:
    """Return when a case may be raised for the target to speak."""
    raised = raised_in(agreement, target)
    if raised is None:
        return Intervals((horizon.start,), (horizon.end,))
    # Many rules ask about the same hours: they are kept for the agreement.
    known: dict[Any, Intervals] = agreement.known.setdefault(starts_of, {})
    question = (raised, agreement.reading, horizon.start, horizon.end)
    if question not in known:
        known[question] = open_intervals(*question)
    return known[question]


def worst_of(
    agreement: Agreement, target: Target, horizon: Horizon, starts: Intervals | None = None
) -> Worst:
    """Return the worst case of one target over the starts (None: all that it speaks for).

    `best effort`, `none`, a best-effort commitment and a placeholder promise nothing: never.
    """
    if target.within is None or target.commitment in (None, "best-effort"):
        return Worst(NEVER)
    if isinstance(target.commitment, Unknown) and not agreement.optimistic:
        return Worst(NEVER)
    if isinstance(target.within, Unknown):
        return Worst(0.0 if agreement.optimistic else NEVER)
    within, reading = target.within, agreement.reading
    # Many targets ask the same: the answers are kept for the agreement.
    known: dict[Any, Worst] = agreement.known.setdefault(worst_of, {})
    chosen = starts_of(agreement, target, horizon) if starts is None else starts
    paused, endless = target.paused(optimistic=agreement.optimistic)
    question = (reading, horizon, within, target.calendar, chosen, paused, endless)
    if question not in known:
        found = (
            worst_from(within, clock, reading, horizon, chosen, paused)
            for clock in clocks(agreement, target)
        )
        extreme_of = min if agreement.optimistic else max
        worst = extreme_of(found, key=lambda worst: worst.seconds)
        known[question] = replace(worst, endless=endless)
    return known[question]


def overlaps(found: Sequence[Speaking], most: int) -> tuple[Overlap, ...]:
    """Return pairs of targets for both of which a case may be raised, in the order given.

    No more than `most`, whichever are found first: 2,000 targets have two million pairs.
    """
    groups: dict[Intervals, list[int]] = {}
    for index, one in enumerate(found):
        groups.setdefault(one.starts, []).append(index)
    pairs = sorted(islice(_meetings(list(groups.values()), list(groups)), most))
    return tuple(Overlap(found[one].target, found[other].target, at) for one, other, at in pairs)


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


def clocks(agreement: Agreement, target: Target) -> tuple[Calendar, ...]:
    """Return the calendars that a target's time may count in: its own, or of one without, any.

    That is 24x7, or a calendar of the file, or Monday to Friday 09:00-17:00 where it has none.
    """
    if not isinstance(target.calendar, Unknown):
        return (target.calendar,)
    own = tuple(agreement.calendars.values())
    return (ALWAYS, *unknown_clocks(own, Reading.PESSIMISTIC, agreement.timezone))


def extreme(
    agreement: Agreement, target: Target, horizon: Horizon, starts: Intervals | None = None
) -> Worst:
    """Return a bound of the worst case of a target, whatever is unknown of it and its calendars.

    Optimistically none is less, pessimistically none is more. Over `starts`; None: over those for
    which it speaks at the least, or at the most.
    """
    if target.within is None or target.commitment in (None, "best-effort"):
        return Worst(NEVER)
    unknown = isinstance(target.within, Unknown) or isinstance(target.commitment, Unknown)
    if unknown and not agreement.optimistic:
        return Worst(NEVER)
    paused = target.paused(optimistic=agreement.optimistic)
    if isinstance(target.within, Unknown):
        return Worst(float(paused[0]), endless=paused[1])
    known: dict[Any, Worst] = agreement.known.setdefault(extreme, {})
    clock_and_hours = target.calendar, target.raised, starts
    question = agreement.reading, horizon, target.within, *clock_and_hours, paused
    if question not in known:
        found = [
            worst
            for clock in clocks(agreement, target)
            for worst in _in_worlds(agreement, target, target.within, clock, horizon, starts)
        ]
        chosen = min if agreement.optimistic else max
        worst = chosen(found, key=lambda worst: worst.seconds)
        known[question] = replace(worst, endless=paused[1])
    return known[question]


def _in_worlds(
    agreement: Agreement,
    target: Target,
    within: TimeLimit,
    clock: Calendar,
    horizon: Horizon,
    starts: Intervals | None,
) -> Iterator[Worst]:
    """Yield the worst case on a clock in each world."""
    if agreement.optimistic and hours_unknown(clock) and within.kind is TimeLimitKind.BUSINESS_DAYS:
        # A day that opens late receives late, one that closes early ends early.
        yield Worst(shortest(within))
        return
    raised = raised_in(agreement, target) if starts is None else None
    paused, _ = target.paused(optimistic=agreement.optimistic)
    for world in worlds(agreement, more=[clock], less=[raised]):
        chosen = starts
        if chosen is None:
            hours = world.fill(raised) or ALWAYS
            chosen = open_intervals(hours, world.agreement.reading, horizon.start, horizon.end)
        own, reading = world.fill(clock), world.agreement.reading
        yield worst_from(within, own, reading, horizon, chosen, paused)


def shortest(within: TimeLimit | Unknown | None) -> float:
    """Return less than which no report can wait, in seconds, on whatever clock."""
    if isinstance(within, Unknown):
        return 0.0
    if within is None or within.kind is TimeLimitKind.NONE:
        return NEVER
    if within.kind is TimeLimitKind.OPEN_TIME:
        return float(within.amount)
    # From the end of a day to the beginning of the last one, when clocks go forward.
    return max(0.0, (within.amount - 1) * float(DAY) - HOUR)


def running(
    world: World, target: Target, clock: Calendar, horizon: Horizon, first: int, last: int
) -> Intervals:
    """Return when a target's time may be counting on a clock in [first, last), UTC seconds.

    While its clock is open; with `raised`, until the worst case of what was raised then is over.
    """
    reading = world.agreement.reading
    hours = open_intervals(world.fill(clock), reading, first, last)
    raised = world.fill(raised_in(world.agreement, target))
    if raised is None or not isinstance(target.within, TimeLimit):
        return hours
    if hours_unknown(clock) and not world.agreement.optimistic:
        # The fewer hours the clock has, the longer it goes on.
        return hours
    starts = open_intervals(raised, reading, horizon.start, horizon.end)
    paused, endless = target.paused(optimistic=world.agreement.optimistic)
    own = world.fill(clock)
    longest = worst_from(target.within, own, reading, horizon, starts, paused).seconds
    if longest > YEAR or endless:
        return hours
    after = int(longest)
    begun = open_intervals(raised, reading, first - after, last)
    return hours & Intervals.of((start, end + after) for start, end in begun)


def raised_in(agreement: Agreement, target: Target) -> Calendar | None:
    """Return the hours in which a case must be raised for the target to speak; None: whenever.

    Unknown hours are those of a calendar whose hours nobody knows.
    """
    if isinstance(target.raised, Unknown):
        return Calendar(None, agreement.timezone, None, id=target.path)
    return target.raised
