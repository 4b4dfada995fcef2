"""Escalations played out: who is called when, and how long until a human being is reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.agreement import Agreement, Escalation, Rota, Share, Step
from cmpolicy.amounts import NEVER, TimeLimit, TimeLimitKind
from cmpolicy.calendars import Calendar, Horizon, Intervals, open_intervals
from cmpolicy.cells import Named
from cmpolicy.duty import behind, named, on_duty, staffed
from cmpolicy.targets import named_by, targets_for
from cmpolicy.unknown import UNKNOWN, Reading, Unknown, all_of, any_of, contains, decide

MOST_ROUNDS: Final = 10
"""Extra rounds that the format allows."""
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
class Try:
    """A step of a round, and when it is tried."""

    step: Step
    at: float
    """Seconds from the start of the case; the least, where it is not exact."""
    exact: bool
    """Whether the file says when it is tried."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """Seconds from the start of something: these, or (not exact) nobody knows how many more."""

    least: float
    exact: bool

    def after(self, wait: _Moment) -> _Moment:
        return _Moment(self.least + wait.least, self.exact and wait.exact)

    def at_least(self, other: _Moment) -> _Moment:
        return _Moment(max(self.least, other.least), self.exact and other.exact)


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
    listed = False if event is None else contains(path.events, event, absent=False)
    if listed is True or severity is None:
        return listed
    events_alone = path.severities is None and path.services is None and path.events is not None
    lost = {f"{path.path}.when", f"{path.path}.when.events"} & agreement.placeholders.keys()
    if events_alone or (path.severities is None and lost):
        return listed
    matched = all_of(contains(path.severities, severity), contains(path.services, service))
    return any_of(listed, matched)


def naming(agreement: Agreement) -> Iterator[Named]:
    """Yield which services and severities each row names on which the path of a case may hang."""
    for path in agreement.escalations:
        yield path.services, path.severities
    shares = {
        step.after.stage
        for path in agreement.escalations
        for step in path.steps
        if isinstance(step.after, Share)
    }
    for target in agreement.targets if shares else ():
        if target.stage in shares or isinstance(target.stage, Unknown):
            yield named_by(target)


def applies(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    event: str | None = None,
) -> bool:
    """Say whether a path applies; where the file does not say, the reading does."""
    return decide(selects(agreement, path, severity, service, event), agreement.reading)


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


def tries(
    agreement: Agreement, path: Escalation, severity: str | None, service: str | None
) -> tuple[Try, ...]:
    """Return each step of each round, and when it is tried, whatever the reading.

    A wait is unknown where the file says so, and where it is a share of what has no length: of
    business days, of best effort, of no target. What follows it is tried no earlier than if it
    were none. Where nobody says how many rounds there are, so may each round be that there can be.
    """
    now = _Moment(0.0, exact=True)
    first: list[Try] = []
    for step in path.steps:
        wait = _wait(agreement, path, step, severity, service)
        now = now.at_least(wait) if isinstance(step.after, Share) else now.after(wait)
        first.append(Try(step, now.least, now.exact))
    every = list(first)
    certain = 0 if isinstance(path.repeat, Unknown) else path.repeat
    begins = _Moment(0.0, exact=True)
    for number in range(1, MOST_ROUNDS + 1 if path.repeat is UNKNOWN else certain + 1):
        begins = begins.after(now).after(_between_rounds(agreement, path))
        exact = begins.exact and number <= certain
        every += (Try(one.step, begins.least + one.at, exact=exact and one.exact) for one in first)
    return tuple(every)


def offsets(
    agreement: Agreement, path: Escalation, severity: str | None, service: str | None
) -> tuple[float, ...]:
    """Return when each step of each round is tried, in seconds from the start.

    Of an unknown wait that is, optimistically, as early as it can be, and else never.
    """
    found = _readable(agreement, path, tries(agreement, path, severity, service))
    return tuple(one.at if one.exact or agreement.optimistic else NEVER for one in found)


def _readable(agreement: Agreement, path: Escalation, found: Sequence[Try]) -> Sequence[Try]:
    """Return the tries that a reading has: pessimistically not those that there only may be."""
    unsure = isinstance(path.repeat, Unknown) and not agreement.optimistic
    return found[: len(path.steps)] if unsure else found


def play(
    agreement: Agreement, path: Escalation, severity: str | None, service: str | None, at: int
) -> tuple[Call, ...]:
    """Play a path for a case that arises at `at`, UTC seconds: every call, in order."""
    calls = []
    found = _readable(agreement, path, tries(agreement, path, severity, service))
    for number, one in enumerate(found):
        step = one.step
        when = at + int(one.at) if one.exact and one.at < TOO_LATE else None
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
    limit: float = 0.0,
) -> Reach:
    """Return the longest time until a human being is reached, over cases in the horizon.

    With `wanted`, until one of those steps reaches somebody. Reach(t) is the least offset whose
    target is on duty at t + offset; it is constant between duty edges less the offsets, so that
    taking what each offset reaches from what no earlier one did is exact.

    A try of which nobody knows when it is reaches nobody pessimistically. Optimistically it
    reaches, as early as it can, the person on duty then or by the `limit`, in seconds: a later
    call may find somebody whom an earlier one misses.
    """
    left = Intervals.of([(horizon.start, horizon.end)])
    worst = Reach(0.0, None)
    found = (one for one in tries(agreement, path, severity, service) if _counts(agreement, one))
    for one in sorted(found, key=lambda one: one.at):
        if not left:
            break
        if not wanted(one.step):
            continue
        by = int(one.at)
        until = by if one.exact else max(by, int(min(limit, TOO_LATE)))
        duty = duty_of(agreement, one.step.notify, horizon.start + by, horizon.end + until)
        duty = Intervals.of((start - until, end - by) for start, end in duty)
        reached = left & duty
        if reached and (worst.at is None or one.at > worst.seconds):
            worst = Reach(one.at, reached.starts[0])
        elif reached and worst.at is not None and one.at == worst.seconds:
            worst = Reach(one.at, min(worst.at, reached.starts[0]))
        left -= duty
    return Reach(NEVER, left.starts[0]) if left else worst


def reaches_anybody(
    agreement: Agreement,
    path: Escalation,
    severity: str | None,
    service: str | None,
    horizon: Horizon,
) -> bool:
    """Say whether for some start in the horizon a human being is reached, however late."""
    return any(
        duty_of(agreement, one.step.notify, horizon.start + int(one.at), horizon.end + int(one.at))
        for one in tries(agreement, path, severity, service)
        if _counts(agreement, one)
    )


def duty_of(agreement: Agreement, who: str | Unknown | None, first: int, last: int) -> Intervals:
    """Return when somebody is on duty in [first, last), UTC seconds, at most or at least.

    Outside of hours that are read as many few are left, so that both readings of them count:
    optimistically whenever either has somebody on duty, pessimistically whenever both have.
    """
    own = on_duty(agreement, who, first, last)
    member = agreement.people.get(str(who)) or agreement.rotas.get(str(who))
    calendar = member.calendar if member is not None else None
    if not isinstance(calendar, Calendar) or calendar.outside is None:
        return own
    if isinstance(member, Rota) and not staffed(agreement, member):
        return own
    other = open_intervals(calendar, agreement.reading.opposite, first, last)
    return own | other if agreement.optimistic else own & other


def _counts(agreement: Agreement, one: Try) -> bool:
    """Say whether a try is one, under the reading."""
    return one.at < TOO_LATE and (one.exact or agreement.optimistic)


def people(agreement: Agreement, path: Escalation) -> tuple[frozenset[str], bool]:
    """Return the distinct humans that a path names, and whether there may be more.

    Posts without a name are none; a roster kept elsewhere counts one, by the rota's id. There may
    be more where nobody says who is on a rota, or whom a step calls.
    """
    found = [behind(agreement, step.notify) for step in path.steps]
    known = [ids for ids in found if not isinstance(ids, Unknown)]
    return named(agreement, frozenset().union(*known)), len(known) < len(found)


def _wait(
    agreement: Agreement,
    path: Escalation,
    step: Step,
    severity: str | None,
    service: str | None,
) -> _Moment:
    """Return a step's wait; of a share, from the start of the round."""
    if isinstance(step.after, Share):
        return _share(agreement, path, step.after, severity, service)
    return _length(agreement, step.after, f"{step.path}.after")


def _between_rounds(agreement: Agreement, path: Escalation) -> _Moment:
    return _length(agreement, path.wait, f"{path.path}.repeat.wait")


def _share(
    agreement: Agreement,
    path: Escalation,
    share: Share,
    severity: str | None,
    service: str | None,
) -> _Moment:
    """Return that share of the slackest target that speaks for the case; of an event, for any.

    It has no length where one of them has none, or nobody knows which they are.
    """
    chosen: Sequence[str | None] = (severity,)
    exact = agreement.document.value.get("targets") != UNKNOWN.value
    if severity is None and path.severities is not None:
        exact = exact and not isinstance(path.severities, Unknown)
        chosen = () if isinstance(path.severities, Unknown) else path.severities
    amounts: list[float | None] = []
    for one in chosen:
        exact = exact and one != UNKNOWN.value
        pessimistic, optimistic = (
            targets_for(agreement.read_as(reading), one, service, share.stage)
            for reading in (Reading.PESSIMISTIC, Reading.OPTIMISTIC)
        )
        # Where nobody knows whether a target speaks, the two differ.
        exact = exact and pessimistic == optimistic
        amounts += (_seconds(target.within) for target in pessimistic)
    known = [math.ceil(amount * share.percent / 100) for amount in amounts if amount is not None]
    exact = exact and bool(known) and len(known) == len(amounts)
    # A target that only may speak bounds nothing from below.
    return _Moment(max(known) if exact else 0.0, exact)


def _length(agreement: Agreement, wait: TimeLimit | Unknown | None, path: str) -> _Moment:
    if wait is None and path not in agreement.placeholders:
        # What is left out follows at once; a placeholder leaves nothing out.
        return _Moment(0.0, exact=True)
    seconds = _seconds(wait)
    return _Moment(seconds or 0.0, exact=seconds is not None)


def _seconds(wait: TimeLimit | Unknown | None) -> float | None:
    """Return a length in seconds; None: it is unknown, or has none."""
    if not isinstance(wait, TimeLimit) or wait.kind is not TimeLimitKind.OPEN_TIME:
        return None
    return float(wait.amount)
