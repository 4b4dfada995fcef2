"""A review exists, is often enough, and is not overdue.

Of several reviews of the `kind` one suffices; what no parameter asks is not judged. `attended_by`
names party kinds, and somebody from each such party attends; `agenda` what the agenda holds;
`record: true` asks that the last one held names its record.

It is often enough if the interval that the review names is no longer than `every` and the grace.
It is overdue after the day on which it was last held (or `term.effective`, where it never was)
plus the rule's `every` plus the `grace`; month ends are clamped. A date held on the as-of day
counts, one in the future does not. A review that is not due yet holds and says the first due
date.

`every: on change` asks for a review on change. Nobody can say then whether one is overdue. With
`every: as stated` any interval is often enough, and the review is overdue by its own. A review on
request is never often enough.

Unknown: the kind of a review, how often it is, when it was held, its people, agenda and
record are read as what is asked, or not.

    check: cadence
    with:
      kind: service-review
      every: 1 month
      attended_by: [customer, provider]
      agenda: [open-tickets, recurring-issues, scope-changes]
      record: true
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Review
from cmpolicy.amounts import Recurrence, parse_interval, parse_period
from cmpolicy.checks.asking import (
    answered,
    belongs_to,
    blank,
    each_side,
    lack_of,
    missing,
    unsaid,
)
from cmpolicy.checks.cadence.held import in_time, past, recorded
from cmpolicy.checks.doubts import decides, of_member
from cmpolicy.checks.kinds import Check, Context, NotApplicable
from cmpolicy.checks.parameters import (
    AGENDA,
    FLAG,
    INTERVAL,
    LESS,
    MANY,
    MORE,
    PARTY_KIND,
    REVIEW_KIND,
    WORDS,
    Report,
    Schema,
    meant,
)
from cmpolicy.clock import Clock
from cmpolicy.lacks import LackKind, unknown
from cmpolicy.unknown import UNKNOWN, Answer, Reading, Unknown, all_of, contains, equals
from cmpolicy.verdict import Holds, Observation

ON_CHANGE: Final = "on change"
AS_STATED: Final = "as stated"
DAYS_IN_MONTH: Final = 30
GRACE_SHARE: Final = (7, 30)
"""Seven thirtieths of `every`: a monthly review may be held every five weeks."""
LONGEST_GRACE: Final = 30


def _parse_every(text: str) -> Recurrence | None:
    return None if text in (ON_CHANGE, AS_STATED) else parse_period(text)


def _check_every(field: str, value: Any, error: Report) -> None:
    if not isinstance(value, str):
        return  # that it must be text is reported already
    try:
        _parse_every(value)
    except ValueError as wrong:
        error(field, f"{wrong}; or `{ON_CHANGE}`, or `{AS_STATED}`")


KIND: Final = "cadence"
BEYOND: Final = "The minutes, who was there, and what became of the actions in them."
PARAMETERS: Final[Mapping[str, Schema]] = {
    "kind": {
        **meant(REVIEW_KIND, "The kind of review, such as `service-review`."),
        "required": True,
    },
    "every": meant(
        {"type": "string", "check_with": _check_every},
        "The longest interval, such as `3 months`; or `on change`; or `as stated`: any interval "
        "that the review names, and keeps.",
        LESS,
    ),
    "grace": meant(
        INTERVAL,
        "How long after the due date it may still be held, such as `7 days` (a month counts 30). "
        "Left out: for a rule of practice 7/30 of `every`, rounded up to days, at most 30 days; "
        "none for the others.",
        LESS,
        bounds=False,
    ),
    "attended_by": meant(
        {**WORDS, "schema": PARTY_KIND}, "Party kinds: somebody attends from each such party.", MANY
    ),
    "agenda": meant(AGENDA, "What the agenda must hold, all of it.", MANY),
    "record": meant(FLAG, "`true`: the last one held names its record.", MORE),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check; ValueError where `grace` is given and nothing falls due."""
    text = parameters.get("every")
    every = None if text is None else _parse_every(text)
    grace = parameters.get("grace")
    if grace is not None and every is None:
        raise ValueError("`grace` needs an `every` with an interval: nothing else falls due")
    return _Cadence(
        kind=parameters["kind"],
        every=every,
        on_change=text == ON_CHANGE,
        as_stated=text == AS_STATED,
        grace=_days(parse_interval(grace)) if grace else _usual_grace(every, context.basis),
        attended_by=tuple(parameters.get("attended_by") or ()),
        agenda=tuple(parameters.get("agenda") or ()),
        record=bool(parameters.get("record")),
        context=context,
    )


def _days(interval: Recurrence) -> int:
    return interval.months * DAYS_IN_MONTH + interval.days


def _usual_grace(every: Recurrence | None, basis: str) -> int:
    """Return the days of grace where the rule gives none: only practice grants any."""
    if every is None or basis != "practice":
        return 0
    share, whole = GRACE_SHARE
    return min(-(-_days(every) * share // whole), LONGEST_GRACE)


def _frequency(every: Recurrence | str) -> str:
    text = every.text if isinstance(every, Recurrence) else every
    return text if text.startswith("on ") else f"every {text}"


@dataclass(frozen=True, slots=True)
class _Cadence:
    kind: str
    every: Recurrence | None
    on_change: bool
    as_stated: bool
    """The interval is the review's own."""
    grace: int
    """Days."""
    attended_by: tuple[str, ...]
    agenda: tuple[str, ...]
    record: bool
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        early = unsaid(agreement, "reviews", self.kind)
        if early is not None:
            yield early
            return
        found = [
            (review, equals(review.kind, self.kind))
            for review in sorted(agreement.reviews, key=lambda review: review.id)
        ]
        reading = agreement.read_as(Reading.OPTIMISTIC)
        sure = [review for review, answer in found if answer is True]
        possible = [review for review, answer in found if answer is not False]
        chosen, fits = self._best(possible, reading, clock)
        if sure and not fits:
            # Nothing unknown helps, so that both readings show the same review.
            chosen, _ = self._best(sure, reading, clock)
        elif sure and not agreement.optimistic:
            chosen, _ = self._best(sure, agreement, clock)
        kinds = [f"{review.path}.kind" for review in possible if review not in sure]
        if chosen is None or (not sure and not (fits and agreement.optimistic)):
            yield self._lacking(agreement, kinds if fits else [])
            return
        for item in self._judge(chosen, agreement, clock):
            yield item if not fits or agreement.optimistic else _rescued(item, kinds)

    def _best(
        self, reviews: Sequence[Review], agreement: Agreement, clock: Clock
    ) -> tuple[Review | None, bool]:
        """Return the first review with least against it, and whether nothing is."""
        chosen: Review | None = None
        fewest = math.inf
        for review in reviews:
            try:
                items = tuple(self._judge(review, agreement, clock))
            except NotApplicable:
                return review, True
            failing = sum(item.holds is not Holds.YES for item in items)
            if failing < fewest:
                chosen, fewest = review, failing
        return chosen, fewest == 0

    def _lacking(self, agreement: Agreement, doubts: Sequence[str]) -> Observation:
        """Say that there is no such review, or that one of unknown kind may be one."""
        message = f"there is no review of kind {self.kind}"
        item = missing(agreement, "reviews", ("kind",), self.kind, message)
        if doubts:
            return replace(item, message=item.message + decides(doubts), lack=unknown(*doubts))
        return replace(item, lack=lack_of(agreement, "reviews", kind=self.kind))

    def _judge(self, review: Review, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        yield self._often(review, agreement)
        every = review.every if self.as_stated else self.every
        if isinstance(every, Recurrence):
            yield in_time(past(review, clock), every, self.grace, agreement, clock)
        if self.attended_by:
            yield self._attended(review, agreement)
        if self.agenda:
            yield self._on_agenda(review, agreement)
        if self.record:
            yield recorded(past(review, clock), agreement, must_be_held=every is None)

    def _often(self, review: Review, agreement: Agreement) -> Observation:
        if self.every is None and not self.on_change and not self.as_stated:
            message = f"{review.id} is a review of kind {self.kind}"
            return Observation(review.id, review.path, message, Holds.YES)
        path, found = f"{review.path}.every", review.every
        asked = "an interval" if self.as_stated else _frequency(self.every or ON_CHANGE)
        answer: Answer = self._is_enough(found)
        if found is None:
            message = f"how often {review.id} is held {agreement.lack(path)} (asked: {asked})"
        elif isinstance(found, Unknown):
            answer = found
            message = f"how often {review.id} is held is unknown (asked: {asked})"
        else:
            message = f"{review.id} is held {_frequency(found)} (asked: {asked})"
        return answered(agreement, (review.id, path, message), answer, [path])

    def _is_enough(self, found: object) -> bool:
        if self.as_stated:
            return isinstance(found, Recurrence)
        if self.every is None:
            return found == ON_CHANGE
        return isinstance(found, Recurrence) and not found.exceeds(self.every, self.grace)

    def _attended(self, review: Review, agreement: Agreement) -> Observation:
        path, found = f"{review.path}.attended_by", review.attended_by
        absent = dict(self._absent(review, agreement))
        try:
            surely = dict(self._absent(review, agreement.read_as(Reading.OPTIMISTIC)))
        except NotApplicable:
            surely = {}
        shown = [name for name in absent if name in surely] or list(absent)
        answer: Answer = not absent
        if isinstance(found, Unknown):
            message = f"who attends {review.id} is unknown"
        elif absent:
            message = f"{review.id} is attended by nobody from {' or '.join(shown)}"
            message += blank(agreement, path)
        else:
            message = f"{review.id} is attended by {', '.join(found)}"
        if absent and not any(name in surely for name in absent):
            answer = UNKNOWN
        doubts = [one for paths in absent.values() for one in paths]
        asked = (f"{review.id}/attended_by", path, message)
        return answered(agreement, asked, answer, doubts)

    def _absent(
        self, review: Review, agreement: Agreement
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the parties that nobody attends from, each with what is unknown of that."""
        path, found = f"{review.path}.attended_by", review.attended_by
        people = (found,) if isinstance(found, Unknown) else found
        doubts = [path] if UNKNOWN in people or UNKNOWN.value in people else []
        doubts += [one for who in people for one in of_member(agreement, who)]
        for kind in self.attended_by:
            parties = each_side(agreement, kind, self.context)
            for party in parties:
                if not any(belongs_to(agreement, who, party) for who in people):
                    yield party.id, (*doubts, *of_member(agreement, party.id))
            if not parties:
                kinds = (one for id_ in agreement.parties for one in of_member(agreement, id_))
                yield f"a {kind} (there is none among the parties)", tuple(kinds)

    def _on_agenda(self, review: Review, agreement: Agreement) -> Observation:
        path, found = f"{review.path}.agenda", review.agenda
        answers = {item: contains(found, item) for item in self.agenda}
        surely = [item for item, answer in answers.items() if answer is False]
        lacking = surely or [item for item, answer in answers.items() if answer is UNKNOWN]
        if isinstance(found, Unknown):
            message = f"the agenda of {review.id} is unknown"
        elif surely:
            message = f"the agenda of {review.id} lacks {', '.join(lacking)}"
            message += blank(agreement, path)
        elif lacking:
            message = f"the agenda of {review.id} may lack {', '.join(lacking)}"
        else:
            message = f"the agenda of {review.id} holds {', '.join(self.agenda)}"
        asked = (f"{review.id}/agenda", path, message)
        return answered(agreement, asked, all_of(*answers.values()), [path])


def _rescued(item: Observation, kinds: Sequence[str]) -> Observation:
    """Return what fails of one review where another one, of unknown kind, may do."""
    if item.holds is Holds.YES or not kinds:
        return item
    if item.lack is not None and item.lack.kind is LackKind.UNKNOWN:
        return item
    return replace(item, message=item.message + decides(kinds), lack=unknown(*kinds))
