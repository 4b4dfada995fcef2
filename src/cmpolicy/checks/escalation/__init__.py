"""A path exists for each case and works, all through the horizon.

Without `events`, each selected severity and service must have a path; with them, each event. A
path is played out over two calendar years from 1 January of the as-of year: who is tried when, and
who is then on duty. A path that can reach no human being at any moment fails, whatever is asked.
Several paths may apply: what must be reached, one of them must reach; how a path must be written
holds for each.

A step that notifies a party reaches no human being, and neither does one that notifies a rota
without members. A post without a named human may be on duty, but counts as no distinct human.

Unknown: waits, rounds, hours and members that the file calls unknown or (hours, members) does not
say, and a wait of `75% of` a target in business days, of best effort or of no target. They matter
only where an answer depends on them: a call of unknown time reaches nobody, or the person on duty
by the limit. A path that may apply may do what the one that applies does not.

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
from cmpolicy.agreement import Agreement, Escalation
from cmpolicy.calendars import Horizon, horizon
from cmpolicy.checks.asking import either, lack_of, missing, unsaid
from cmpolicy.checks.cases import Case, Selector, cases, no_case
from cmpolicy.checks.doubts import MOST, decides, in_order, of_when
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
from cmpolicy.lacks import Lack, conflict, unknown
from cmpolicy.unknown import Reading
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
    "numbers": meant(FLAG, "Everyone who is phoned, or sent a text message, has a number.", MORE),
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
        no_list = unsaid(agreement, "escalations", "escalations")
        pessimistic = agreement.read_as(Reading.PESSIMISTIC)
        # Where nobody says which severities there are, one of them stands for all.
        unranked = unsaid(agreement, "severities", "severities") is not None
        rank = None if unranked else self.rank
        named = () if self.events else escalation.naming(agreement)
        selected = () if self.events else cases(pessimistic, rank, self.services, named)
        if no_list or not (selected or self.events):
            yield from [no_list] if no_list else no_case(pessimistic, rank, self.services)
            return
        span = horizon(clock.year(), agreement.timezone)
        known = agreement.known.setdefault(Known, Known())
        best = agreement.read_as(Reading.OPTIMISTIC)
        view = _View(self, pessimistic, best, span, known)
        for event in self.events:
            words = f" in the event of {event}"
            yield from view.judge(_Asked(words, {"event": event}, event=event))
        for case in selected:
            for found in view.judge(_Asked.of(case)):
                yield self._unless_selected(found, case.doubts)
        yield from self._ranks(agreement)

    def _unless_selected(self, found: Observation, doubts: tuple[str, ...]) -> Observation:
        """Return what is found of a case that is one only if these unknown values make it one."""
        if not doubts or found.holds is Holds.YES:
            return found
        wanted = (f"{either(words)}" for words in (self.services or {}).values())
        message = f"not known{decides(doubts)}; if it is {' and '.join(wanted)}: {found.message}"
        return replace(found, message=message, holds=Holds.UNKNOWN, lack=unknown(*doubts))

    def _ranks(self, agreement: Agreement) -> Iterator[Observation]:
        """Yield that a severity of the rank may be lacking, where nobody says which there are."""
        if self.rank is not None and not self.events:
            found = unsaid(agreement, "severities", "severities")
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A case, or an event, for which a path is asked."""

    words: str
    """To follow that a path applies."""
    key: Mapping[str, object]
    """By which the lack of a path goes."""
    case: Case | None = None
    event: str | None = None

    @classmethod
    def of(cls, case: Case) -> _Asked:
        """Return what is asked for a case."""
        return cls(case.phrase, {"rank": case.cells[0][1].rank}, case)

    @property
    def cell(self) -> tuple[str | None, str | None]:
        """A severity and service that stand for all of the case; of an event none."""
        return (None, None) if self.case is None else (self.case.severity, self.case.service)

    def each(self) -> Iterator[_Asked]:
        """Yield what is asked for each rank, by which the lack of a path goes."""
        yield from [self] if self.case is None else map(_Asked.of, self.case.by_rank())

    def observed(self, path: str, message: str, holds: Holds, lack: Lack | None) -> Observation:
        """Return an observation of it."""
        if self.case is None:
            return Observation(str(self.event), path, message, holds, lack=lack)
        return self.case.observed(path, message, holds, lack=lack)


@dataclass(frozen=True, slots=True)
class _Path:
    """A path that applies to a case, or may; and what is found of it."""

    path: Escalation
    surely: bool
    reaching: tuple[PathFault | str, ...]
    written: tuple[PathFault, ...]

    @property
    def wrong(self) -> tuple[PathFault, ...]:
        """What is wrong with whom it reaches, or in doubt."""
        return tuple(found for found in self.reaching if isinstance(found, PathFault))

    @property
    def may_hold(self) -> bool:
        """Whether nothing is wrong with it for certain."""
        return all(found.holds is not Holds.NO for found in (*self.wrong, *self.written))

    @property
    def badness(self) -> tuple[int, int]:
        """Orders paths by what is wrong with them, then by what nobody can judge."""
        found = [item.holds for item in self.wrong]
        return found.count(Holds.NO), found.count(Holds.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _View:
    """What a check sees of one agreement."""

    check: _Check
    agreement: Agreement
    best: Agreement
    span: Horizon
    known: Known

    def judge(self, asked: _Asked) -> Iterator[Observation]:
        """Judge the paths that apply to one case: each thing that is wrong, or the evidence.

        The answer has three values whatever the reading.
        """
        paths = tuple(self._paths(asked))
        sure = [path for path in paths if path.surely]
        if not sure:
            yield from (self._none(one, paths) for one in asked.each())
            return
        best = min(sure, key=lambda path: path.badness)
        wrong = [*self._reached(best, paths)]
        for path in paths:
            for found in path.written:
                when = () if path.surely else tuple(of_when(path.path))
                wrong.append(found.hanging_on(self.agreement, when) if when else found)
        wrong.extend(self._rivals(asked, paths))
        for found in wrong:
            yield asked.observed(found.path, found.message, found.holds, found.lack)
        if not wrong:
            text = f"{best.path.id} applies{asked.words}: {', '.join(map(str, best.reaching))}"
            yield asked.observed(best.path.path, text, Holds.YES, None)

    def _paths(self, asked: _Asked) -> Iterator[_Path]:
        for path in self.agreement.escalations:
            answer = escalation.selects(self.agreement, path, *asked.cell, asked.event)
            if answer is not False:
                played = Played(
                    self.agreement,
                    self.best,
                    self.check.asked,
                    path,
                    *asked.cell,
                    self.span,
                    self.known,
                )
                yield _Path(path, answer is True, tuple(played.reaching()), tuple(played.written()))

    def _none(self, asked: _Asked, paths: Sequence[_Path]) -> Observation:
        """Say that no path applies to a case, or that nobody knows whether one does."""
        text = f"no escalation path applies{asked.words}"
        if any(path.may_hold for path in paths):
            when = (doubt for path in paths for doubt in of_when(path.path))
            doubts = in_order(self.agreement, when)
            text = f"perhaps {text}{decides(doubts)}"
            lack = unknown(*doubts)
            return asked.observed("escalations", text, Holds.UNKNOWN, lack)
        if paths:
            # Those that may apply are wrong, so that it makes no difference whether they do.
            path = min(paths, key=lambda path: path.badness)
            first = next(item for item in (*path.wrong, *path.written) if item.holds is Holds.NO)
            text = f"no working escalation path applies{asked.words}: {first.message}"
        lack = lack_of(self.agreement, "escalations", **asked.key)
        found = missing(self.agreement, "escalations", FIELDS, "", text)
        return asked.observed(found.path, found.message, Holds.NO, lack)

    def _reached(self, best: _Path, paths: Sequence[_Path]) -> Iterator[PathFault]:
        """Yield what is wrong with whom the best path reaches; in doubt where another may do."""
        rescue = [] if self.check.one_path else [path for path in paths if path.may_hold]
        when = [doubt for path in rescue if not path.surely for doubt in of_when(path.path)]
        for found in best.wrong:
            yield found.hanging_on(self.agreement, when) if when else found

    def _rivals(self, asked: _Asked, paths: Sequence[_Path]) -> Iterator[PathFault]:
        """Find several paths that apply to one case."""
        if not (self.check.one_path and paths[1:]):
            return
        sure = [path.path for path in paths if path.surely]
        shown = sure if len(sure) > 1 else [path.path for path in paths]
        names = " and ".join([path.id for path in shown[:MOST]])
        if len(shown) > MOST:
            names += f" and {len(shown) - MOST} more"
        rest = f"apply to the same case{asked.words}"
        found = PathFault(
            f"{names} {rest}",
            f"{shown[1].path}.when",
            conflict(*(path.path for path in shown)),
            may=f"{names} may {rest}",
        )
        doubts = (doubt for path in paths if not path.surely for doubt in of_when(path.path))
        yield found if len(sure) > 1 else found.doubted(self.agreement, doubts)
