"""What is asked of the notices of one event from one party to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cmpolicy.agreement import Agreement, Notice, Party
from cmpolicy.amounts import NEVER, TimeLimit, TimeLimitKind, Worst, describe_worst, format_duration
from cmpolicy.checks.asking import belongs_to, either
from cmpolicy.checks.chosen import Candidate, asked_both_ways, pick
from cmpolicy.checks.doubts import in_doubt, of_human, of_member, of_notice, of_row, of_selection
from cmpolicy.checks.notice.contradictions import contradictions
from cmpolicy.checks.notice.deadlines import worst_of
from cmpolicy.checks.select import holds
from cmpolicy.clock import Clock
from cmpolicy.duty import behind, named
from cmpolicy.unknown import UNKNOWN, Unknown, decide
from cmpolicy.verdict import Holds, Observation


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters that ask something of notices."""

    events: tuple[str, ...]
    """Empty: every notice is judged."""
    within: float
    """Seconds; `NEVER`: no limit."""
    limit: str | None
    """The same in the words of the rule."""
    leaves: float | None
    left: str | None
    """The same in the words of the rule."""
    starts: tuple[str, ...]
    contact: bool
    unambiguous: bool

    @property
    def for_one(self) -> bool:
        """Whether a notice must be there: not where only existing ones are compared."""
        return any((self.within < NEVER, self.starts, self.contact, not self.unambiguous))

    @property
    def words(self) -> str:
        """The events asked for, in words; empty: every notice is judged."""
        return " or ".join(self.events)


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """Who must notify whom."""

    subject: str
    source: Party
    receiver: Party

    @property
    def phrase(self) -> str:
        """A sentence without its end: `northbridge notifies clinic`."""
        return f"{self.source.id} notifies {self.receiver.id}"

    def phrase_of(self, row: Notice) -> str:
        """Return the sentence with the event of a notice."""
        return f"{self.phrase} of {row.event if isinstance(row.event, str) else 'an unknown event'}"


@dataclass(frozen=True, slots=True)
class Member:
    """A notice of an event between two parties, or (not sure) perhaps one."""

    row: Notice
    sure: bool
    compared: bool = False
    """It is judged elsewhere, and compared with the others here."""

    def doubts(self, agreement: Agreement) -> tuple[str, ...]:
        """Return what is unknown of whether it is one."""
        return () if self.sure else tuple(of_selection(agreement, [self.row]))


@dataclass(frozen=True, slots=True)
class View:
    """What is asked of the notices of a case."""

    asked: Asked
    case: NoticeCase
    agreement: Agreement
    clock: Clock

    def judge(self, event: str, members: Sequence[Member]) -> Iterator[Observation]:
        """Judge the notices of one event: each must be in time, and one must reach somebody."""
        asked, agreement = self.asked, self.agreement
        subject = self.case.subject if asked.events else f"{self.case.subject}/{event}"
        doubts = {one.row: one.doubts(agreement) for one in members}
        judged = [one.row for one in members if not one.compared]
        for row in judged if asked.for_one else ():
            found = [*self._in_time(subject, row)]
            if asked.starts:
                found.append(self._started(subject, row))
            yield from (in_doubt(agreement, item, doubts[row]) for item in found)
        if asked.contact:
            reached = [Candidate((self._contact(subject, row),), doubts[row]) for row in judged]
            sure = [one for one in reached if not one.doubts]
            yield from pick(agreement, sure, [one for one in reached if one.doubts])
        if asked.unambiguous:
            yield from contradictions(subject, tuple(doubts), agreement, self.clock, doubts)

    def _in_time(self, subject: str, row: Notice) -> Iterator[Observation]:
        doubts = tuple(of_notice(self.agreement, row))
        agreement = self.agreement
        yield asked_both_ways(agreement, lambda read: self._timely(subject, row, read), doubts)
        left = row.before is not True and isinstance(row.within, TimeLimit)
        if self.asked.leaves is not None and left:
            yield asked_both_ways(agreement, lambda read: self._left(subject, row, read), doubts)

    def _timely(self, subject: str, row: Notice, agreement: Agreement) -> Observation:
        phrase = self.case.phrase_of(row)
        path = f"{row.path}.within"
        if _is_before(row, agreement):
            return Observation(subject, path, f"{phrase} beforehand", Holds.YES)
        limit = self._limit()
        if row.within is None:
            message = f"within what time {phrase} {agreement.lack(path)}{limit}"
            return Observation(subject, path, message, Holds.NO)
        if isinstance(row.within, Unknown):
            message = f"within what time {phrase} is unknown{limit}"
            return Observation(subject, path, message, holds(UNKNOWN, agreement))
        worst = worst_of(row.within, row.calendar, agreement, self.clock)
        message = f"{phrase} within {row.within.text}{_describe(worst, row, agreement)}"
        ok = worst.seconds < NEVER and worst.seconds <= self.asked.within
        return Observation(subject, path, message + limit, holds(ok, agreement))

    def _left(self, subject: str, row: Notice, agreement: Agreement) -> Observation:
        """Say whether the receiver has enough of the regulator's own deadline left."""
        subject, path, phrase = f"{subject}/leaves", f"{row.path}.within", self.case.phrase_of(row)
        leaves, within = self.asked.leaves or 0.0, self.asked.within
        left = f"must leave {self.case.receiver.id} at least {self.asked.left}"
        left += f" of its own {self.asked.limit}"
        if _is_before(row, agreement) or not isinstance(row.within, TimeLimit):
            return Observation(subject, path, f"{phrase} beforehand", Holds.YES)
        worst = worst_of(row.within, row.calendar, agreement, self.clock)
        message = f"{phrase} within {row.within.text}{_describe(worst, row, agreement)}; it {left}"
        return Observation(
            subject, path, message, holds(worst.seconds + leaves <= within, agreement)
        )

    def _limit(self) -> str:
        return f"; at most {self.asked.limit} are allowed" if self.asked.limit else ""

    def _started(self, subject: str, row: Notice) -> Observation:
        path, starts = f"{row.path}.starts", self.asked.starts
        asked = f"; it must be {either(starts)}"
        if isinstance(row.starts, Unknown):
            message = f"what the notice {row.key} starts from is unknown{asked}"
            found = Observation(f"{subject}/starts", path, message, Holds.NO)
            return in_doubt(self.agreement, found, [path])
        message = f"the notice {row.key} starts from {row.starts}"
        if row.starts is None:
            message = f"what the notice {row.key} starts from {self.agreement.lack(path)}"
        if row.starts in starts:
            return Observation(f"{subject}/starts", path, message, Holds.YES)
        return Observation(f"{subject}/starts", path, message + asked, Holds.NO)

    def _contact(self, subject: str, row: Notice) -> Observation:
        named_ = () if isinstance(row.contacts, Unknown) else row.contacts
        doubts = (
            *of_row(self.agreement, "notices", row.path, ["contact"]),
            *(path for who in named_ for path in of_member(self.agreement, who)),
            *(path for who in named_ for path in of_human(self.agreement, who)),
        )
        return asked_both_ways(
            self.agreement, lambda read: _contact(subject, self.case.receiver, row, read), doubts
        )


def _is_before(row: Notice, agreement: Agreement) -> bool:
    return decide(row.before, agreement.reading)


def _describe(worst: Worst, row: Notice, agreement: Agreement) -> str:
    """Describe the worst case where it is not what the words say."""
    if isinstance(row.calendar, Unknown) and worst.raised is not None:
        phrase = f", which may be {format_duration(worst.seconds)} on its unknown clock"
    elif isinstance(row.within, TimeLimit) and worst.seconds == NEVER:
        stopped = ", and its clock may not run at all"
        phrase = ", which is not a deadline" if row.within.kind is TimeLimitKind.NONE else stopped
    elif worst.raised is not None:
        phrase = f": {describe_worst(worst, agreement.timezone)}"
    else:
        phrase = ""
    return phrase


def _contact(subject: str, receiver: Party, row: Notice, agreement: Agreement) -> Observation:
    """Say whether a notice reaches all that it names, and one of them is of the receiver."""
    subject, path, contacts = f"{subject}/contact", f"{row.path}.contact", row.contacts
    if not contacts or isinstance(contacts, Unknown):
        lack = "is unknown" if isinstance(contacts, Unknown) else agreement.lack(path)
        message = f"whom the notice {row.key} reaches {lack}"
        return Observation(subject, path, message, holds(UNKNOWN if contacts else False, agreement))
    message = f"the notice {row.key} reaches {' and '.join(contacts)}"
    nobody = [who for who in contacts if not _is_human(agreement, who)]
    own = any(_is_of(agreement, who, receiver) for who in contacts)
    if nobody:
        of_all = f"of whom {' and '.join(nobody)}" if len(contacts) > 1 else "who"
        message += f", {of_all} is neither a named person nor a rota with members"
    elif not own:
        message += f", {'none of whom belongs' if len(contacts) > 1 else 'who does not belong'}"
        message += f" to {receiver.id}"
    return Observation(subject, path, message, holds(not nobody and own, agreement))


def _is_human(agreement: Agreement, who: str) -> bool:
    """Say whether a named person stands behind an id; of an unknown one, as it is read."""
    humans = UNKNOWN if who == UNKNOWN.value else behind(agreement, who)
    return agreement.optimistic if isinstance(humans, Unknown) else bool(named(agreement, humans))


def _is_of(agreement: Agreement, who: str, party: Party) -> bool:
    return agreement.optimistic if who == UNKNOWN.value else belongs_to(agreement, who, party)
