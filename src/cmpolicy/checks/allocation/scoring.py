"""The score of an assessment: of all controls of a level, less the points of what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from cmpolicy.agreement import Agreement, Allocation
from cmpolicy.checks.allocation.allocated import NOT_APPLICABLE
from cmpolicy.checks.doubts import MOST, decides, in_order
from cmpolicy.framework import Control, Framework
from cmpolicy.lacks import missing, unknown, wrong
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, any_of, contains
from cmpolicy.verdict import Holds, Observation

IN_PLACE: Final = "in-place"
PARTIAL: Final = "partial"
SECTION: Final = "allocations"

Rows = Mapping[str, Sequence[Allocation]]
"""The rows of each control, by its reference."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A control that is open, or may be, and what that costs."""

    control: Control
    points: int | None
    """None: the catalog gives no number, and without this control nothing is scored."""
    path: str
    doubts: tuple[str, ...] = ()
    """The unknown values by which it may be in place."""

    @property
    def weight(self) -> float:
        """Return its points as a number that can be compared."""
        return inf if self.points is None else self.points


@dataclass(frozen=True, slots=True)
class Scoring:
    """How controls are scored, and what is asked of the score.

    A control counts one; from the sum its points are taken where it is open, its part of them
    where it is there in part. Who need not meet a control has met it.
    """

    level: int
    points: str
    """The fact of the catalog that says what an open control costs."""
    partial: str
    """The fact that says what one costs that is there in part; else that is as open as any."""
    at_least: int

    def observe(
        self,
        framework: Framework,
        rows: Rows,
        unclear: Sequence[Allocation],
        agreement: Agreement,
    ) -> Observation:
        """Return whether the score is reached, under the reading of the agreement.

        Args:
            framework: the catalog.
            rows: those of each control.
            unclear: rows of an unknown control, each of which may put one in place.
            agreement: where they stand.
        """
        controls = [one for one in framework.controls.values() if one.level == self.level]
        sure = self._open(controls, rows, unclear, optimistic=True)
        every = sure if agreement.optimistic else self._open(controls, rows, unclear)
        score, best = (_score(len(controls), found) for found in (every, sure))
        subject, message = f"{framework.id}:score", f"the score is {score:g} of {len(controls)}"
        if score >= self.at_least:
            return Observation(subject, SECTION, message + _costs(every), Holds.YES)
        if score == -inf:
            message = f"there is no score while {every[0].control.id} is open"
            message += f", and {self.at_least} points are needed"
        else:
            message += f", and {self.at_least} are needed" + _costs(every)
        worst = (sure or every)[0]
        path, lack = worst.path, wrong(worst.path)
        if path == SECTION:
            own_row = {"control": worst.control.reference} if any(rows.values()) else {}
            lack = missing(SECTION, **own_row)
        if best >= self.at_least:
            own = (path for one in every for path in one.doubts)
            doubts = in_order(agreement, (*own, *(f"{row.path}.control" for row in unclear)))
            message, lack = message + decides(doubts), unknown(*doubts)
        return Observation(subject, path, message, Holds.NO, lack=lack)

    def _open(
        self,
        controls: Sequence[Control],
        rows: Rows,
        unclear: Sequence[Allocation],
        *,
        optimistic: bool = False,
    ) -> list[_Open]:
        """Return what is open under a reading, the dearest first."""
        found = []
        for control in controls:
            own = rows.get(control.reference, ())
            every = [one for one in (self._of_row(control, row) for row in own) if one]
            every += [] if own else [_Open(control, self._points(control), SECTION)]
            if optimistic:
                every = [one for one in every if not one.doubts]
            found.append(max(every, key=_weight, default=None) or control)
        return self._with_unclear(found, unclear, optimistic=optimistic)

    def _with_unclear(
        self, found: Sequence[_Open | Control], unclear: Sequence[Allocation], *, optimistic: bool
    ) -> list[_Open]:
        """Return what is open if rows of an unknown control are of those that matter most."""
        open_ = sorted((one for one in found if isinstance(one, _Open)), key=_weight, reverse=True)
        if optimistic:
            absent = [one for one in open_ if one.path == SECTION][: len(unclear)]
            return [one for one in open_ if one not in absent]
        met = [_Open(one, self._points(one), "") for one in found if isinstance(one, Control)]
        spoilt = [
            replace(one, path=f"{row.path}.control", doubts=(f"{row.path}.control",))
            for one, row in zip(
                sorted(met, key=_weight, reverse=True),
                (row for row in unclear if _met(row) is not True),
                strict=False,
            )
        ]
        return sorted((*open_, *spoilt), key=_weight, reverse=True)

    def _points(self, control: Control) -> int | None:
        found = control.fact(self.points)
        return found if isinstance(found, int) else None

    def _of_row(self, control: Control, row: Allocation) -> _Open | None:
        met = _met(row)
        if met is True:
            return None
        path, full = f"{row.path}.state", self._points(control)
        if met is UNKNOWN:
            return _Open(control, full, path, tuple(_unknowns(row)))
        part = control.fact(self.partial) if row.state == PARTIAL else None
        return _Open(control, part if isinstance(part, int) else full, path)


def _score(most: int, found: Sequence[_Open]) -> float:
    return most - sum(one.weight for one in found)


def _weight(one: _Open) -> float:
    return one.weight


def _met(row: Allocation) -> Answer:
    return any_of(_is(row.state, IN_PLACE), contains(row.origins, NOT_APPLICABLE, absent=False))


def _is(word: str | Unknown | None, asked: str) -> Answer:
    return UNKNOWN if isinstance(word, Unknown) else word == asked


def _unknowns(row: Allocation) -> Iterator[str]:
    if isinstance(contains(row.origins, NOT_APPLICABLE, absent=False), Unknown):
        yield f"{row.path}.origin"
    if isinstance(row.state, Unknown):
        yield f"{row.path}.state"


def _costs(every: Sequence[_Open]) -> str:
    """Say what is open and what it costs, the dearest first."""
    shown = ", ".join(f"{one.control.id} costs {one.points}" for one in every[:MOST])
    more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
    return f": {shown}{more}" if every else ""
