"""A path exists for each case and works, all through the horizon.

Without `events`, each selected severity and service must have a path; with them, each event. A
path is played out over two calendar years from 1 January of the as-of year: who is tried when, and
who is then on duty. A path that can reach no human being at any moment fails, whatever is asked.
Several paths may apply: what must be reached, one of them must reach; how a path must be written
holds for each.

A step that notifies a party reaches no human being, and neither does one that notifies a rota
without members. A post without a named human may be on duty, but counts as no distinct human.

Unknown: waits, hours and members that the file calls unknown or (hours, members) does not say; they
matter only where nobody else is reached. A
wait of `75% of` a target in business days, of best effort or of no target has no length: where an
answer depends on it, it is undetermined.

    check: escalation
    with:
      rank: 1
      distinct_people: 2
      within: 1 hour
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy import escalation
from cmpolicy.agreement import Agreement
from cmpolicy.calendars import Horizon, horizon
from cmpolicy.checks.asking import missing, unsaid
from cmpolicy.checks.cases import Selector, cases, no_case
from cmpolicy.checks.doubts import decides
from cmpolicy.checks.escalation.paths import Known, PathFault, PathQuestion, Played
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    COUNT,
    DURATION,
    EVENTS,
    FEW,
    FLAG,
    LESS,
    MANY,
    MORE,
    RANK,
    ROLES,
    SERVICES,
    Schema,
    limit,
    meant,
)
from cmpolicy.clock import Clock
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

KIND: Final = "escalation"
BEYOND: Final = "A call test or an exercise, at night too, and the log of real calls."
PARAMETERS: Final[Mapping[str, Schema]] = {
    "rank": meant(
        RANK, "Severities of that rank and every worse one. Left out: all.", MORE, bounds=False
    ),
    "services": meant(SERVICES, "Which services. Left out: all."),
    "events": meant(
        EVENTS, "Events, each of which must have a path; instead of severities.", MANY, bounds=False
    ),
    "distinct_people": meant(
        COUNT, "How many distinct human beings the path names, at least.", MORE
    ),
    "crosses": meant(
        FLAG, "Both the customer's side and the provider's take part in the path.", MORE
    ),
    "reaches": meant(ROLES, "Somebody with this role, or with one of several, is called.", FEW),
    "within": meant(
        DURATION,
        "The longest time until somebody is reached who is on duty, whenever the case arises; "
        "with `reaches`, until somebody with that role is.",
        LESS,
    ),
    "hand_over": meant(FLAG, "The path says what goes along when work is handed over.", MORE),
    "steps_differ": meant(FLAG, "No two steps can only be the same human being.", MORE),
    "one_path": meant(FLAG, "No second path applies to the same case.", MORE),
    "numbers": meant(FLAG, "Whoever is phoned, or sent a text message, has a number.", MORE),
}


FIELDS: Final = ("when", "when.severities", "when.services", "when.events")


def make(parameters: Mapping[str, Any], _context: Context) -> Check:
    """Make the check from normalised parameters."""
    within = parameters.get("within")
    return _Check(
        rank=parameters.get("rank"),
        services=parameters.get("services"),
        events=tuple(parameters.get("events", ())),
        one_path=bool(parameters.get("one_path")),
        asked=PathQuestion(
            distinct_people=parameters.get("distinct_people", 0),
            crosses=bool(parameters.get("crosses")),
            roles=tuple(parameters.get("reaches", ())),
            within=within,
            limit=limit(within),
            hand_over=bool(parameters.get("hand_over")),
            steps_differ=bool(parameters.get("steps_differ")),
            numbers=bool(parameters.get("numbers")),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Check:
    rank: int | None
    services: Selector | None
    events: tuple[str, ...]
    one_path: bool
    asked: PathQuestion

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unsaid_ = unsaid(agreement, "escalations", "escalations")
        selected = () if self.events else cases(agreement, self.rank, self.services)
        if unsaid_ or not (selected or self.events):
            yield from [unsaid_] if unsaid_ else no_case(agreement, self.rank, self.services)
            return
        view = _View(self, agreement, horizon(clock.year(), agreement.timezone), Known())
        for event in self.events:
            yield from view.judge(event, f" in the event of {event}", None, None, event)
        for case in selected:
            ids = case.severity.id, case.service.id
            yield from view.judge(case.subject, case.phrase, *ids, None)


@dataclass(frozen=True, slots=True)
class _View:
    """What a check sees of one agreement."""

    check: _Check
    agreement: Agreement
    span: Horizon
    known: Known

    def judge(
        self,
        subject: str,
        phrase: str,
        severity: str | None,
        service: str | None,
        event: str | None,
    ) -> Iterator[Observation]:
        """Judge the paths that apply to one case: each thing that is wrong, or the evidence."""
        paths = escalation.paths_for(self.agreement, severity, service, event)
        if not paths:
            text = f"no escalation path applies{phrase}"
            lost = missing(self.agreement, "escalations", FIELDS, subject, text)
            doubts = self._doubtful(severity, service, event)
            yield replace(lost, message=lost.message + decides(doubts))
            return
        played = [
            Played(self.agreement, self.check.asked, path, severity, service, self.span, self.known)
            for path in paths
        ]
        reached = [list(one.reaching()) for one in played]
        best = min(reached, key=_badness)
        wrong = [found for found in best if isinstance(found, PathFault)]
        wrong.extend(found for one in played for found in one.written())
        wrong.extend(self._rivals(phrase, severity, service, event))
        for found in wrong:
            yield Observation(subject, found.path, found.text, found.holds)
        if wrong:
            return
        path = paths[reached.index(best)]
        text = f"{path.id} applies{phrase}: {', '.join(str(found) for found in best)}"
        yield Observation(subject, path.path, text, Holds.YES)

    def _doubtful(
        self, severity: str | None, service: str | None, event: str | None
    ) -> Iterator[str]:
        """Yield the `when` of each path of which the file does not say whether it applies."""
        for path in self.agreement.escalations:
            answer = escalation.selects(self.agreement, path, severity, service, event)
            if isinstance(answer, Unknown):
                yield f"{path.path}.when"

    def _rivals(
        self, phrase: str, severity: str | None, service: str | None, event: str | None
    ) -> Iterator[PathFault]:
        """Find several paths that apply to one case."""
        if not self.check.one_path:
            return
        answers = {
            path: escalation.selects(self.agreement, path, severity, service, event)
            for path in self.agreement.escalations
        }
        rivals = [
            path
            for path, answer in answers.items()
            if answer is True or (answer is not False and not self.agreement.optimistic)
        ]
        if len(rivals) > 1:
            names = " and ".join(path.id for path in rivals)
            yield PathFault(f"{names} apply to the same case{phrase}", f"{rivals[1].path}.when")


def _badness(found: Sequence[PathFault | str]) -> tuple[int, int]:
    """Order paths by what is wrong with them, then by what nobody can judge."""
    wrong = [item.holds for item in found if isinstance(item, PathFault)]
    return wrong.count(Holds.NO), wrong.count(Holds.UNKNOWN)
