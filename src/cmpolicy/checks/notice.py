"""A deadline exists from each such party to its counterpart, starts in time, and is short enough.

`event` is what is told, or several of which a notice of one suffices; without it every notice is
judged. `from` is the kind of party that tells, each of them for itself. The counterpart of a
subcontractor is the party in its `engaged_by`, that of a cloud provider too where it has one; else
it is each party of the kind `to` (of subcontractors and cloud providers, those that the party
engages).

`within` is compared with the worst case in wall-clock time, on the notice's own clock. `best
effort` and `none` are no deadline. A notice given beforehand (`before: true`) is never late, so
that every limit holds; a `starts` that is asked for must still be said. Of several notices of one
event between the same two parties the slackest counts. `contact: true` asks that one of them
reaches a named person or a rota of the receiver. `unambiguous: true` asks that they do not
contradict each other; alone, only existing notices are compared, of all parties without `from`.

`leaves` asks more of `within`, then the regulator's own deadline: the worst case must leave the
receiver that much of it.

Unknown: the event, parties, deadline, start and contact are read as what is asked, or not. A
clock that the file calls unknown is read as 24x7, or as the calendar of the file with the longest
worst case.

    check: notice
    with:
      event: phi-breach
      from: provider
      to: customer
      within: 60 days
      starts: discovery
      contact: true
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from cmpolicy.agreement import Agreement, Notice, Party
from cmpolicy.amounts import NEVER, Promise, PromiseKind, Worst, tell_duration, tell_worst
from cmpolicy.checks.asking import belongs_to, best, missing, nobody, unsaid
from cmpolicy.checks.contradictions import Everywhere, contradictions
from cmpolicy.checks.counterparts import receivers
from cmpolicy.checks.deadlines import worst_of
from cmpolicy.checks.doubts import decides, of_notice, of_selection
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    DURATION,
    EVENTS,
    FEW,
    FLAG,
    LESS,
    MORE,
    PARTY_KIND,
    WORDS,
    Schema,
    limit,
    meant,
    seconds,
)
from cmpolicy.checks.select import asks, each_party, holds
from cmpolicy.clock import Clock
from cmpolicy.duty import behind, named
from cmpolicy.unknown import UNKNOWN, Reading, Unknown
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import NOTICE_STARTS

KIND: Final = "notice"
BEYOND: Final = (
    "Actual notices: when the event was discovered, and when each was sent and received."
)
PARAMETERS: Final[Mapping[str, Schema]] = {
    "event": meant(
        EVENTS,
        "The event, such as `phi-breach`, or several: a notice of one suffices. Left out: every "
        "notice is judged.",
    ),
    "from": meant(
        PARTY_KIND, "The kind of party that tells; with `unambiguous` alone it may be left out."
    ),
    "to": meant(
        PARTY_KIND, "The kind of party that is told; left out together with `from`: all are."
    ),
    "within": meant(
        DURATION,
        "The longest worst case, such as `60 days`. Left out: any promise that ends.",
        LESS,
    ),
    "starts": meant(
        {**WORDS, "schema": {"type": "string", "allowed": list(NOTICE_STARTS)}},
        "What the deadline may start from, such as `[discovery, suspicion]`.",
        FEW,
    ),
    "contact": meant(FLAG, "`true`: a named person or a rota of the receiver is told.", MORE),
    "leaves": meant(
        DURATION, "How much of `within` is left to the receiver, such as `24 hours`.", MORE
    ),
    "unambiguous": meant(
        FLAG,
        "No two notices of one event between the same two parties differ in deadline or start.",
        MORE,
    ),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check; ValueError where parameters lack those that they need."""
    within, leaves = parameters.get("within"), parameters.get("leaves")
    if leaves is not None and within is None:
        raise ValueError("`leaves` needs `within`: the deadline of which it is a part")
    if parameters == {"unambiguous": True}:
        return Everywhere()
    for name in ("from", "to"):
        if name not in parameters:
            raise ValueError(f"`{name}` is missing: the kind of party, such as `provider`")
    return _Notice(
        events=tuple(parameters.get("event") or ()),
        source=parameters["from"],
        to=parameters["to"],
        within=limit(within),
        leaves=None if leaves is None else seconds(leaves),
        starts=tuple(parameters.get("starts") or ()),
        contact=bool(parameters.get("contact")),
        unambiguous=bool(parameters.get("unambiguous")),
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """Who must tell whom of what."""

    subject: str
    told: str
    """A sentence without its end: `northbridge tells clinic of`."""
    event: str
    receiver: Party

    def told_of(self, row: Notice) -> str:
        """Return the sentence with the event of a notice."""
        return f"{self.told} {row.event if isinstance(row.event, str) else self.event}"


@dataclass(frozen=True, slots=True)
class _Notice:
    events: tuple[str, ...]
    """Empty: every notice is judged."""
    source: str
    to: str
    within: float
    """Seconds; `NEVER`: no limit."""
    leaves: float | None
    starts: tuple[str, ...]
    contact: bool
    unambiguous: bool
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unknown = unsaid(agreement, "notices", self._asked() or "notices")
        if unknown is not None:
            yield unknown
            return
        sources = each_party(agreement, self.source, self.context)
        if not sources:
            yield nobody(agreement, self.source)
        for source in sources:
            told = receivers(source, self.to, agreement)
            if isinstance(told, Observation):
                yield told
                continue
            for receiver in told:
                subject = source.id if len(told) == 1 else f"{source.id}/{receiver.id}"
                yield from self._between(subject, source, receiver, agreement, clock)

    def _between(
        self, subject: str, source: Party, receiver: Party, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        groups, doubtful = self._groups(source, receiver, agreement)
        doubts = [*self._doubts(source, agreement), *(of_selection(agreement, doubtful))]
        if not groups and not self._asks_for_one():
            message = f"{source.id} tells {receiver.id} nothing: nothing to judge"
            yield Observation(subject, "notices", message, Holds.YES)
        elif not groups:
            message = f"there is no notice of {self._asked() or 'any event'}"
            message += f" from {source.id} to {receiver.id}"
            fields = ("event", "from", "to")
            lost = missing(agreement, "notices", fields, subject, message)
            yield replace(lost, message=lost.message + decides(doubts))
        told = f"{source.id} tells {receiver.id} of"
        candidates = [
            tuple(
                self._judge_all(
                    _Case(subject if self.events else f"{subject}/{event}", told, event, receiver),
                    rows,
                    agreement,
                    clock,
                )
            )
            for event, rows in groups.items()
        ]
        yield from best(candidates) if self.events else chain(*candidates)

    def _groups(
        self, source: Party, receiver: Party, agreement: Agreement
    ) -> tuple[dict[str, list[Notice]], list[Notice]]:
        """Return the notices between two parties by event, and those that may be among them.

        Optimistically a doubtful one counts only where no other does; pessimistically it is none
        by itself, but counts beside one that there is.
        """
        sure: dict[str, list[Notice]] = {}
        perhaps: list[Notice] = []
        for row in sorted(agreement.notices, key=lambda row: row.key):
            event = row.event if isinstance(row.event, str) else row.key
            if self._is_asked(row, source, receiver, agreement.read_as(Reading.PESSIMISTIC)):
                sure.setdefault(event, []).append(row)
            elif self._is_asked(row, source, receiver, agreement.read_as(Reading.OPTIMISTIC)):
                perhaps.append(row)
        if agreement.optimistic:
            return sure or {row.key: [row] for row in perhaps}, perhaps
        for event, rows in sure.items():
            rows.extend(row for row in perhaps if row.event in (event, UNKNOWN))
        return sure, perhaps

    def _doubts(self, source: Party, agreement: Agreement) -> Iterator[str]:
        """Yield what is unknown of whether the party is one that the rule asks about."""
        del agreement
        if isinstance(source.kind, Unknown):
            yield f"{source.path}.kind"
        if self.context.when.get("party_handles") and isinstance(source.handles, Unknown):
            yield f"{source.path}.handles"

    def _asks_for_one(self) -> bool:
        """Say whether a notice must be there: not where only existing ones are compared."""
        asked = (self.within < NEVER, self.starts, self.contact, not self.unambiguous)
        return any(asked)

    def _is_asked(self, row: Notice, source: Party, receiver: Party, agreement: Agreement) -> bool:
        return (
            (not self.events or asks(row.event, lambda event: event in self.events, agreement))
            and belongs_to(agreement, row.source, source)
            and belongs_to(agreement, row.to, receiver)
        )

    def _judge_all(
        self, case: _Case, rows: Sequence[Notice], agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        """Judge the notices of one event: each must be in time, and one must reach somebody."""
        for row in rows if self._asks_for_one() else ():
            yield from self._in_time(case, row, agreement, clock)
            if self.starts:
                yield self._started(case, row, agreement)
        if self.contact:
            yield from best((_contact(case, row, agreement),) for row in rows)
        if self.unambiguous:
            yield from contradictions(case.subject, rows, agreement, clock)

    def _in_time(
        self, case: _Case, row: Notice, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        found = tuple(self._timely(case, row, agreement, clock))
        optimistic = agreement.read_as(Reading.OPTIMISTIC)
        doubts: Iterable[str] = ()
        if agreement.unknowns and all(
            item.holds is Holds.YES for item in self._timely(case, row, optimistic, clock)
        ):
            doubts = of_notice(agreement, row)
        end = decides(doubts)
        for item in found:
            wrong = item.holds is not Holds.YES
            yield replace(item, message=item.message + end) if wrong else item

    def _timely(
        self, case: _Case, row: Notice, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        subject, told = case.subject, case.told_of(row)
        path = f"{row.path}.within"
        if agreement.optimistic if isinstance(row.before, Unknown) else row.before:
            yield Observation(subject, path, f"{told} beforehand", Holds.YES)
            return
        if row.within is None or isinstance(row.within, Unknown):
            lack = agreement.lack(path) if row.within is None else "is unknown"
            message = f"within what time {told} {lack}{self._limit()}"
            known = row.within if row.within is not None else False
            yield Observation(subject, path, message, holds(known, agreement))
            return
        worst = worst_of(row.within, row.calendar, agreement, clock)
        message = f"{told} within {row.within.text}{_tell(worst, row, agreement)}"
        ok = worst.seconds < NEVER and worst.seconds <= self.within
        yield Observation(subject, path, message + self._limit(), holds(ok, agreement))
        if self.leaves is not None:
            ok = worst.seconds + self.leaves <= self.within
            left = f"{tell_duration(self.leaves)} of {tell_duration(self.within)}"
            message += f" (must leave {left})"
            yield Observation(f"{subject}/leaves", path, message, holds(ok, agreement))

    def _asked(self) -> str:
        """Return the events asked for, in words; empty: every notice is judged."""
        return " or ".join(self.events)

    def _limit(self) -> str:
        return f" (at most {tell_duration(self.within)})" if self.within < NEVER else ""

    def _started(self, case: _Case, row: Notice, agreement: Agreement) -> Observation:
        path = f"{row.path}.starts"
        if row.starts is None:
            message = f"what the notice {row.key} starts from {agreement.lack(path)}"
        elif isinstance(row.starts, Unknown):
            message = f"what the notice {row.key} starts from is unknown{decides([path])}"
        else:
            message = f"the notice {row.key} starts from {row.starts}"
        found = asks(row.starts, lambda word: word in self.starts, agreement)
        message += f" (asked: {' or '.join(self.starts)})"
        return Observation(f"{case.subject}/starts", path, message, holds(found, agreement))


def _tell(worst: Worst, row: Notice, agreement: Agreement) -> str:
    """Tell the worst case where it is not what the words say."""
    if isinstance(row.within, Promise) and worst.seconds == NEVER:
        stopped = ", and its clock may not run at all"
        told = ", which is no deadline" if row.within.kind is PromiseKind.NONE else stopped
    elif worst.raised is not None:
        told = f": {tell_worst(worst, agreement.timezone)}"
    else:
        told = ""
    return f"{told}; its clock is unknown" if isinstance(row.calendar, Unknown) else told


def _contact(case: _Case, row: Notice, agreement: Agreement) -> Observation:
    path, who = f"{row.path}.contact", row.contact
    if who is None or isinstance(who, Unknown):
        lack = agreement.lack(path) if who is None else f"is unknown{decides([path])}"
        message, found = (
            f"whom the notice {row.key} reaches {lack}",
            agreement.optimistic and who is not None,
        )
    else:
        humans = behind(agreement, who)
        human = (
            agreement.optimistic if isinstance(humans, Unknown) else bool(named(agreement, humans))
        )
        found = human and belongs_to(agreement, who, case.receiver)
        message = f"the notice {row.key} reaches {who}"
        if not human:
            message += ", who is no named person and no rota with members"
        elif not found:
            message += f", who does not belong to {case.receiver.id}"
    return Observation(f"{case.subject}/contact", path, message, holds(found, agreement))
