"""A deadline exists from each such party to its counterpart, starts in time, and is short enough.

`event` is the event, or several of which a notice of one suffices; without it every notice is
judged. `from` is the kind of party that notifies, each of them for itself. The counterpart of a
subcontractor is the party in its `engaged_by`, that of a cloud provider too where it has one; else
it is each party of the kind `to` (of subcontractors and cloud providers, those that the party
engages).

`within` is compared with the worst case in wall-clock time, on the notice's own clock. `best
effort` and `none` are not deadlines. A notice given beforehand (`before: true`) is never late, so
that every limit holds; a `starts` that is asked for must still be said. Of several notices of one
event between the same two parties the slackest counts. `contact: true` asks that one of them
reaches a named person or a rota of the receiver; one that names several addressees reaches each of
them, and one at least is the receiver's. `unambiguous: true` asks that they do not
contradict each other; alone, only existing notices are compared, of all parties without `from`.

`leaves` asks more of `within`, then the regulator's own deadline: the worst case must leave the
receiver that much of it.

Unknown: the event, parties, deadline, start and contact are read as what is asked, or not; a
notice that may be of the event counts beside one that is, if it is the slacker. A clock that the
file calls unknown is read as 24x7, or as the calendar of the file with the longest worst case.

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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.asking import lack_of, missing, of_party, unsaid
from cmpolicy.checks.chosen import Candidate, hopes, of_each, pick, status
from cmpolicy.checks.doubts import in_doubt
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.notice.contradictions import Everywhere
from cmpolicy.checks.notice.counterparts import receivers
from cmpolicy.checks.notice.informing import Asked, Member, NoticeCase, View
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
from cmpolicy.clock import Clock
from cmpolicy.unknown import Unknown, all_of, any_of, equals
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
        PARTY_KIND, "The kind of party that notifies; with `unambiguous` alone it may be left out."
    ),
    "to": meant(
        PARTY_KIND, "The kind of party that is notified; left out together with `from`: all are."
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
    "contact": meant(FLAG, "`true`: a named person or a rota of the receiver is notified.", MORE),
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
    asked = Asked(
        events=tuple(parameters.get("event") or ()),
        within=limit(within),
        limit=within,
        leaves=None if leaves is None else seconds(leaves),
        left=leaves,
        starts=tuple(parameters.get("starts") or ()),
        contact=bool(parameters.get("contact")),
        unambiguous=bool(parameters.get("unambiguous")),
    )
    return _Notice(parameters["from"], parameters["to"], asked, context)


@dataclass(frozen=True, slots=True)
class _Notice:
    source: str
    to: str
    asked: Asked
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        for section in ("parties", "notices"):
            no_list = unsaid(agreement, section, self.asked.words or "notices")
            if no_list is not None:
                yield no_list
                return

        def judge(source: Party) -> Iterator[Observation]:
            return self._judge(source, agreement, clock)

        yield from of_each(agreement, self.source, self.context, judge)

    def _judge(self, source: Party, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Judge what one party reports to each of its counterparts."""
        found = receivers(source, self.source, self.to, agreement)
        if isinstance(found, Observation):
            yield found
            return
        sure = [one for one in found.chosen if not one.doubts] or found.chosen
        judged: list[Candidate] = []
        for one in found.chosen:
            alone = len(sure) == 1 and one is sure[0]
            subject = source.id if alone else f"{source.id}/{one.party.id}"
            view = View(self.asked, NoticeCase(subject, source, one.party), agreement, clock)
            judged.append(Candidate(tuple(self._between(view)), one.doubts))
        if found.nobody is not None:
            # Somebody must be notified, no matter who.
            if judged and all(status(one.found) is Holds.NO for one in judged):
                yield from judged[0].found
                return
            yield found.nobody
        for each in judged:
            yield from (in_doubt(agreement, item, each.doubts) for item in each.found)

    def _between(self, view: View) -> Iterator[Observation]:
        """Judge the notices from one party to another, by event."""
        agreement, case = view.agreement, view.case
        groups = self._groups(view)
        judged = [
            Candidate(tuple(view.judge(event, rows)))
            for event, rows in groups.items()
            if not self.asked.for_one or any(one.sure for one in rows)
        ]
        # Of an event that no notice is surely of, each may be the only one. Where there is one of
        # each event, one of unknown event is at most a further one.
        whole = bool(self.asked.events) and set(self.asked.events) <= {
            event for event, rows in groups.items() if any(one.sure for one in rows)
        }
        perhaps = [
            Candidate(tuple(view.judge(event, [replace(one, sure=True)])), one.doubts(agreement))
            for event, rows in groups.items()
            for one in rows
            if self.asked.for_one and not whole and not any(other.sure for other in rows)
        ]
        if judged and self.asked.events and self.asked.for_one:
            yield from pick(agreement, judged, perhaps)
        elif judged:
            for one in (*judged, *perhaps):
                yield from (in_doubt(agreement, item, one.doubts) for item in one.found)
        elif self.asked.for_one:
            yield self._none(case, agreement, hopes(perhaps))
        else:
            message = f"{case.phrase} nothing: nothing to judge"
            yield Observation(case.subject, "notices", message, Holds.YES)

    def _none(self, case: NoticeCase, agreement: Agreement, hope: Sequence[str]) -> Observation:
        """Say that there is no such notice, or that nobody knows whether one is."""
        perhaps = "perhaps " if hope else ""
        message = f"{perhaps}there is no notice of {self.asked.words or 'any event'}"
        message += f" from {case.source.id} to {case.receiver.id}"
        fields = ("event", "from", "to")
        lost = missing(agreement, "notices", fields, case.subject, message)
        key = {"event": self.asked.words or None, "from": case.source.id, "to": case.receiver.id}
        return in_doubt(agreement, replace(lost, lack=lack_of(agreement, "notices", **key)), hope)

    def _groups(self, view: View) -> dict[str, list[Member]]:
        """Return the notices between two parties by event, those that may be among them too.

        One of unknown event goes with each existing event, and by itself.
        """
        agreement, case, events = view.agreement, view.case, self.asked.events
        groups: dict[str, list[Member]] = {}
        anywhere: list[Member] = []
        for row in sorted(agreement.notices, key=lambda row: row.key):
            answer = all_of(
                not events or any_of(*(equals(row.event, event) for event in events)),
                of_party(agreement, row.source, case.source),
                of_party(agreement, row.to, case.receiver),
            )
            if answer is False:
                continue
            listed = Member(row, answer is True)
            if isinstance(row.event, Unknown):
                anywhere.append(listed)
            else:
                groups.setdefault(row.event or row.key, []).append(listed)
        # Where every notice is judged, one of unknown event is judged by itself.
        compared = [Member(one.row, sure=False, compared=not events) for one in anywhere]
        for members in groups.values():
            members.extend(compared)
        return groups | {one.row.key: [one] for one in anywhere}
