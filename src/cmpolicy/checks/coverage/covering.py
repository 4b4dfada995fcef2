"""What a `coverage` rule asks of one case: which rows count, and the gaps that they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from cmpolicy import coverage
from cmpolicy.agreement import Agreement, Coverage, Party
from cmpolicy.calendars import Horizon, Hours, Intervals
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.cases import Case
from cmpolicy.checks.kinds import Context
from cmpolicy.checks.select import none_left
from cmpolicy.duty import open_hours
from cmpolicy.gaps import Gap, gaps
from cmpolicy.reach import touches
from cmpolicy.unknown import UNKNOWN, Answer, Reading, Unknown, all_of, decide, equals
from cmpolicy.worlds import Some, World, worlds

Rows = tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule wants covered, and by whom."""

    area: str | None
    window: str | None
    during: Mapping[str, str] | None
    """The area and stage in whose hours alone the window is asked for."""
    by: str | None
    tolerated: float
    context: Context

    def lacks_window(self, agreement: Agreement) -> bool:
        """Say whether the window is a calendar that the agreement surely does not have."""
        if self.window is None or self.window in agreement.calendars:
            return False
        return unsaid(agreement, "calendars", "calendars") is None

    def _narrows(self) -> bool:
        """Say whether `when` chooses among the parties of that kind."""
        kinds = self.context.when.get("party_kind")
        if self.by == "customer" or (kinds is not None and self.by not in kinds):
            return False
        return bool(kinds or self.context.when.get("party_handles"))

    def side(self, agreement: Agreement, party: Party) -> Answer:
        """Say whether the rows of a party count."""
        data = self.context.when.get("party_handles") if self._narrows() else None
        return all_of(equals(party.kind, self.by), data is None or touches(agreement, party, data))

    def nobody_left(self, agreement: Agreement) -> bool:
        """Say whether no party counts, as read.

        Raises:
            NotApplicable: where `when` leaves none of them.
        """
        if unsaid(agreement, "parties", "parties"):
            return not agreement.optimistic
        left = [self.side(agreement, party) for party in agreement.parties.values()]
        if not self._narrows():
            return not any(decide(answer, agreement.reading) for answer in left)
        if self.excuses(agreement):
            raise none_left([str(self.by)], self.context.when.get("party_handles"))
        return False

    def excuses(self, agreement: Agreement) -> bool:
        """Say whether `when` leaves none of the parties; optimistically, if it perhaps does."""
        if self.by is None or not self._narrows():
            return False
        left = [self.side(agreement, party) for party in agreement.parties.values()]
        # A rule that does not apply holds.
        return not any(answer is True if agreement.optimistic else answer for answer in left)

    def is_by(self, agreement: Agreement, row: Coverage) -> Answer:
        """Say whether a row is by a party that counts."""
        if self.by is None:
            return True
        if row.by is None:
            return False
        if isinstance(row.by, Unknown) or unsaid(agreement, "parties", "parties"):
            return UNKNOWN
        member = agreement.people.get(row.by) or agreement.rotas.get(row.by)
        if member is not None and isinstance(member.party, Unknown):
            return UNKNOWN
        party = agreement.parties.get(agreement.party_of(row.by) or "")
        return False if party is None else self.side(agreement, party)


@dataclass(frozen=True, slots=True)
class Question:
    """What is wanted of one agreement, under one reading."""

    wanted: Wanted
    agreement: Agreement
    span: Horizon

    @property
    def _opposite(self) -> Agreement:
        """The agreement as it asks most where it does least, and the other way round."""
        other = Reading.PESSIMISTIC if self.agreement.optimistic else Reading.OPTIMISTIC
        return self.agreement.read_as(other)

    def named(self, case: Case, stage: str) -> Rows:
        """Return the rows that speak of the case."""
        ids = case.service.id, case.severity.id
        return coverage.rows_for(self.agreement, self.wanted.area, stage, *ids)

    def counted(self, named: Sequence[Coverage]) -> Rows:
        """Return the rows that may satisfy the window."""
        return tuple(
            row
            for row in named
            if coverage.promises(self.agreement, row)
            and decide(self.wanted.is_by(self.agreement, row), self.agreement.reading)
        )

    def watched(self, case: Case) -> Rows:
        """Return the rows in whose hours alone the window is asked for, as far as they promise."""
        during = self.wanted.during
        if during is None:
            return ()
        read = self._opposite
        ids = case.service.id, case.severity.id
        rows = coverage.rows_for(read, during["area"], during["stage"], *ids)
        return tuple(row for row in rows if coverage.promises(read, row))

    def asks(self, case: Case) -> bool:
        """Say whether the window is asked for at any time."""
        if self.wanted.during is None:
            return True
        rows = self.watched(case)
        calendars = coverage.calendars(self.agreement, rows)
        hours = self._in_all(lambda world: _hours(self._flipped(world), rows), (), calendars)
        return bool(hours(self.span.start, self.span.end))

    def missing(self, rows: Rows, watched: Rows) -> tuple[Gap, ...]:
        """Return the gaps that these rows leave and that are not tolerated."""
        whole = (Gap(self.span.start, self.span.end, endless=True),)
        more = tuple(coverage.calendars(self.agreement, rows))
        if self.wanted.window is None:
            first, last = self.span.start, self.span.end
            found = self._in_all(lambda world: _outside(_hours(world.agreement, rows)), more, ())
            return whole if found(first, last).total(first, last) == last - first else ()
        window = self.agreement.calendars.get(self.wanted.window)
        less = (window, *coverage.calendars(self.agreement, watched))

        def uncovered(world: World) -> Hours:
            def hours(first: int, last: int) -> Intervals:
                asked = self._window(world, first, last)
                if self.wanted.during is not None:
                    asked &= _hours(self._flipped(world), watched)(first, last)
                return asked - _hours(world.agreement, rows)(first, last)

            return hours

        left = gaps(self._in_all(uncovered, more, less), lambda *_: Intervals(), self.span)
        if not left and not rows and self.wanted.during is None:
            # The window never opens; where nobody is named at all, that is not coverage either.
            return whole
        return tuple(gap for gap in left if gap.seconds > self.wanted.tolerated)

    def _flipped(self, world: World) -> Agreement:
        return world.read_as(self._opposite.reading)

    def _window(self, world: World, first: int, last: int) -> Intervals:
        window = world.agreement.calendars.get(self.wanted.window or "")
        # A calendar among those that the file calls unknown: fewer hours are easier to cover.
        return open_hours(self._flipped(world), UNKNOWN if window is None else window, first, last)

    def _in_all(self, hours: Callable[[World], Hours], more: Some, less: Some) -> Hours:
        """Return the hours that count in every world; pessimistically, in any.

        Which hours a calendar has may be chosen anew at each instant, so that these are bounds.
        """
        found = [hours(world) for world in worlds(self.agreement, more, less)]
        combine = Intervals.__and__ if self.agreement.optimistic else Intervals.__or__
        return lambda first, last: reduce(combine, (one(first, last) for one in found))


def _hours(world: Agreement, rows: Rows) -> Hours:
    """Return when any of the rows covers in a world."""
    paths = {row.path for row in rows}
    there = [row for row in world.coverage if row.path in paths]
    return lambda first, last: coverage.union(world, there, first, last)


def _outside(hours: Hours) -> Hours:
    return lambda first, last: hours(first, last).complement(first, last)
