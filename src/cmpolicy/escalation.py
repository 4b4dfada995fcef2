"""Escalations played out: who is called when, and how long until a human being is reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.agreement import Agreement, Escalation, Share, Step
from cmpolicy.amounts import NEVER, TimeLimit, TimeLimitKind
from cmpolicy.calendars import Horizon, Intervals
from cmpolicy.duty import behind, named, on_duty
from cmpolicy.targets import targets_for
from cmpolicy.unknown import Unknown, all_of, contains

TOO_LATE: Final = 5 * 366 * 24 * 60 * 60
"""Seconds after which a call is none: as with a calendar that does not open for five years."""


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to reach somebody."""

    at: int | None
    """UTC seconds; None where the file does not say how long the wait is."""
    who: str | Unknown | None
    """A person, rota or party."""
    via: str | Unknown | None
    on_duty: bool
    """Whether a human being is reached."""
    humans: tuple[str, ...]
    """Ids of the people who may answer; a rota's id where its roster is kept elsewhere."""
    path: str
    """Of the step, in the agreement."""
    round: int
    """Counts from 1."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How long it takes until a human being is reached, in the worst case."""

    seconds: float
    """`NEVER` where nobody is on duty at any of the calls."""
    at: int | None
    """The first moment of a case that waits so long, UTC seconds."""


def selects(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    event: str | None = None,
) -> bool | Unknown:
    """Say whether a path applies: the event is listed, or the severity and service match.

    None: not asked for. `events` alone selects no severity, and a placeholder selects nothing.
    """
    listed = False if event is None else contains(path.events, event)
    if listed is True or severity is None:
        return listed
    events_alone = path.severities is None and path.services is None and path.events != ()
    lost = {f"{path.path}.when", f"{path.path}.when.events"} & agreement.placeholders.keys()
    if events_alone or (path.severities is None and lost):
        return listed
    matched = all_of(contains(path.severities, severity), contains(path.services, service))
    return matched if listed is False or matched is True else listed


def applies(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    event: str | None = None,
) -> bool:
    """Say whether a path applies; where the file does not say, the reading does."""
    answer = selects(agreement, path, severity, service, event)
    return agreement.optimistic if isinstance(answer, Unknown) else answer


def paths_for(
    agreement: Agreement, severity: str | None, service: str | None, event: str | None = None
) -> tuple[Escalation, ...]:
    """Return the paths that apply, in file order; optimistically, doubtful ones if no other."""
    answers = [
        (path, selects(agreement, path, severity, service, event)) for path in agreement.escalations
    ]
    sure = tuple(path for path, answer in answers if answer is True)
    if sure or not agreement.optimistic:
        return sure
    return tuple(path for path, answer in answers if answer is not False)


def undecided(
    agreement: Agreement, path: Escalation, severity: str | None, service: str | None
) -> bool:
    """Say whether some wait has no length: 75% of a business day, of best effort, of nothing."""
    waits = [_wait(agreement, path, step, severity, service) for step in path.steps]
    return None in waits or (path.repeat > 0 and _between_rounds(agreement, path) is None)


def offsets(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    *,
    late: bool = True,
) -> tuple[float, ...]:
    """Return when each step of each round is tried, in seconds from the start.

    A wait without a length (see `undecided`) is `NEVER` with `late`, else none at all.
    """
    lost = NEVER if late else 0.0
    now = 0.0
    first: list[float] = []
    for step in path.steps:
        wait = _wait(agreement, path, step, severity, service)
        wait = lost if wait is None else wait
        now = max(now, wait) if isinstance(step.after, Share) else now + wait
        first.append(now)
    pause = _between_rounds(agreement, path) if path.repeat else 0.0
    length = now + (lost if pause is None else pause)
    later = [number * length + offset for number in range(1, path.repeat + 1) for offset in first]
    return (*first, *later)


def play(
    agreement: Agreement, path: Escalation, severity: str | None, service: str | None, at: int
) -> tuple[Call, ...]:
    """Play a path for a case that arises at `at`, UTC seconds: every call, in order."""
    calls = []
    tries = _tries(path, offsets(agreement, path, severity, service))
    for number, (step, offset) in enumerate(tries):
        when = at + int(offset) if offset < TOO_LATE else None
        answers = when is not None and bool(on_duty(agreement, step.notify, when, when + 1))
        people = behind(agreement, step.notify)
        humans = () if isinstance(people, Unknown) else tuple(sorted(people))
        turn = 1 + number // len(path.steps)
        calls.append(Call(when, step.notify, step.via, answers, humans, step.path, turn))
    return tuple(calls)


def worst_reach(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    horizon: Horizon,
    *,
    wanted: Callable[[Step], bool] = lambda _: True,
    late: bool = True,
) -> Reach:
    """Return the longest time until a human being is reached, over cases in the horizon.

    With `wanted`, until one of those steps reaches somebody. Reach(t) is the least offset whose
    target is on duty at t + offset; it is constant between duty edges less the offsets, so that
    taking what each offset reaches from what no earlier one did is exact.
    """
    tries = _tries(path, offsets(agreement, path, severity, service, late=late))
    left = Intervals.of([(horizon.start, horizon.end)])
    worst = Reach(0.0, None)
    for step, offset in sorted(tries, key=lambda pair: pair[1]):
        if not left or offset >= TOO_LATE:
            break
        if not wanted(step):
            continue
        by = int(offset)
        duty = on_duty(agreement, step.notify, horizon.start + by, horizon.end + by).shift(-by)
        reached = left & duty
        if reached and (worst.at is None or offset > worst.seconds):
            worst = Reach(offset, reached.starts[0])
        elif reached and worst.at is not None and offset == worst.seconds:
            worst = Reach(offset, min(worst.at, reached.starts[0]))
        left -= duty
    return Reach(NEVER, left.starts[0]) if left else worst


def reaches_anybody(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    horizon: Horizon,
    *,
    late: bool = True,
) -> bool:
    """Say whether for some start in the horizon a human being is reached, however late."""
    for step, offset in _tries(path, offsets(agreement, path, severity, service, late=late)):
        if offset < TOO_LATE:
            by = int(offset)
            if on_duty(agreement, step.notify, horizon.start + by, horizon.end + by):
                return True
    return False


def people(agreement: Agreement, path: Escalation) -> tuple[frozenset[str], bool]:
    """Return the distinct humans that a path names, and whether there may be more.

    Posts without a name are none; a roster kept elsewhere counts one, by the rota's id. There may
    be more where nobody says who is on a rota, or whom a step calls.
    """
    found = [behind(agreement, step.notify) for step in path.steps]
    known = [ids for ids in found if not isinstance(ids, Unknown)]
    return named(agreement, frozenset().union(*known)), len(known) < len(found)


def _tries(path: Escalation, times: Sequence[float]) -> list[tuple[Step, float]]:
    rounds = path.steps * (path.repeat + 1)
    return list(zip(rounds, times, strict=True))


def _wait(
    agreement: Agreement,
    path: Escalation,
    step: Step,
    severity: str | None,
    service: str | None,
) -> float | None:
    """Return a step's wait in seconds; of a share, from the start of the round; None: none."""
    if isinstance(step.after, Share):
        amounts = list(_amounts(agreement, path, step.after, severity, service))
        known = [amount for amount in amounts if amount is not None]
        return max(known) if known and len(known) == len(amounts) else None
    return _seconds(agreement, step.after, f"{step.path}.after")


def _between_rounds(agreement: Agreement, path: Escalation) -> float | None:
    return _seconds(agreement, path.wait, f"{path.path}.repeat.wait")


def _amounts(
    agreement: Agreement,
    path: Escalation,
    share: Share,
    severity: str | None,
    service: str | None,
) -> Iterator[float | None]:
    """Yield that share of each target that speaks for the case; of an event, for any severity."""
    chosen: Sequence[str | None] = (severity,)
    if severity is None and isinstance(path.severities, tuple):
        chosen = path.severities
    for one in chosen:
        for target in targets_for(agreement, one, service, share.stage):
            seconds = _seconds(agreement, target.within, None)
            if seconds is not None and seconds < NEVER:
                seconds = math.ceil(seconds * share.percent / 100)
            yield seconds


def _seconds(
    agreement: Agreement, wait: TimeLimit | Unknown | None, path: str | None
) -> float | None:
    """Return a length in seconds, `NEVER` or 0 where unknown by reading; None: it has none."""
    if wait is None:
        # What is left out follows at once; a placeholder leaves nothing out.
        return None if path is None or path in agreement.placeholders else 0.0
    if isinstance(wait, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    return float(wait.amount) if wait.kind is TimeLimitKind.OPEN_TIME else None
