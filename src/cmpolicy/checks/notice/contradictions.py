"""Notices of one event between the same two parties that say different things.

Of many that differ not every pair is named, but of each notice one that it differs from: the
slackest, so that 2,000 of them are 2,000 lines and not two million.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

from cmpolicy.agreement import Agreement, Notice
from cmpolicy.amounts import TimeLimit
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.doubts import in_doubt, of_notice
from cmpolicy.checks.notice.deadlines import worst_of
from cmpolicy.clock import Clock
from cmpolicy.lacks import conflict
from cmpolicy.unknown import UNKNOWN, Reading, Unknown
from cmpolicy.verdict import Holds, Observation

Word = str | Unknown | None
Key = tuple[Word, Word, Word]
"""Who notifies whom, by party, of what event."""
NO_DOUBTS: Final[Mapping[Notice, Sequence[str]]] = {}
_READINGS: Final = (Reading.OPTIMISTIC, Reading.PESSIMISTIC)


@dataclass(frozen=True, slots=True)
class _Varying:
    """A deadline on a clock of unknown hours: like itself, and perhaps unlike any other."""

    within: TimeLimit
    clock: str


Value = float | str | Unknown | _Varying
_Place = tuple[tuple[bool, ...], tuple[Word, ...]]
"""Which parts of a key are not known to the caller, and the key without them."""
_BEFORE: Final = (False, True, UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a notice says that another one may contradict."""

    row: Notice
    facets: tuple[Value | None, Value | None]
    """How long it may take, in seconds, and from when; None: it says nothing that counts."""

    def slackness(self, place: int) -> float:
        """Say how slack a facet is, among those that differ in it."""
        value = self.facets[place]
        if not isinstance(value, float):
            return 0.0 if isinstance(value, str) else math.inf
        return -value if self.row.before is True else value


@dataclass(frozen=True, slots=True)
class _Group:
    """Notices that may be of one event between the same parties.

    Of each facet, the slackest notice and the slackest that differs from that one are kept: any
    notice that differs from one of the group differs from one of these.
    """

    extremes: dict[tuple[bool | Unknown, int], list[_Said]] = field(default_factory=dict)

    def add(self, said: _Said) -> None:
        """Put a notice into the group."""
        for place, value in enumerate(said.facets):
            if value is None:
                continue
            kept = self.extremes.setdefault((said.row.before, place), [])
            if not kept or said.slackness(place) > kept[0].slackness(place):
                kept[:] = [said, *kept[:1]]
            elif _unlike(said, kept[0], place) and (
                len(kept) == 1 or said.slackness(place) > kept[1].slackness(place)
            ):
                kept[1:] = [said]

    def opposed(self, said: _Said) -> _Said | None:
        """Return a notice of the group that says something else: the slackest that is kept."""
        # A notice before and a notice after the event are two things.
        known = not isinstance(said.row.before, Unknown)
        classes = (said.row.before, UNKNOWN) if known else _BEFORE
        for place, before in product(range(len(said.facets)), classes):
            for other in self.extremes.get((before, place), ()):
                if other.row is not said.row and _unlike(said, other, place):
                    return other
        return None


def _unlike(one: _Said, other: _Said, place: int) -> bool:
    """Say whether two notices differ in a facet; what one does not say it does not deny."""
    here, there = one.facets[place], other.facets[place]
    if here is None or there is None:
        return False
    return isinstance(here, Unknown) or here != there


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Compares the existing notices of every event, between any two parties."""

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Yield what is found for each event between two parties, by their ids and the event's."""
        no_list = unsaid(agreement, "notices", "notices")
        if no_list is not None:
            yield no_list
            return
        groups: dict[str, list[Notice]] = {}
        keyed = [
            ((_party(agreement, row.source), _party(agreement, row.to), row.event), row)
            for row in sorted(agreement.notices, key=lambda row: row.key)
        ]
        for key, row in keyed:
            if UNKNOWN not in key and None not in key:
                groups.setdefault("/".join(map(str, key)), []).append(row)
        for subject, rows in groups.items():
            yield from contradictions(subject, rows, agreement, clock)
        yield from _of_unknown(keyed, agreement, clock)
        if not groups and not any(UNKNOWN in key for key, _ in keyed):
            text = "no notice: nothing to judge"
            yield Observation("notices", "notices", text, Holds.YES, empty=True)


def contradictions(
    subject: str,
    rows: Sequence[Notice],
    agreement: Agreement,
    clock: Clock,
    doubts: Mapping[Notice, Sequence[str]] = NO_DOUBTS,
) -> Iterator[Observation]:
    """Yield pairs of notices that differ in deadline or start, or that none does.

    The answer has three values whatever the reading. `doubts` are the paths of what is unknown of
    whether a notice is one of these.
    """
    optimistic, pessimistic = (agreement.read_as(reading) for reading in _READINGS)
    sure = [row for row in rows if not doubts.get(row)]
    certain = _pairs(sure, optimistic, clock)
    found = [_contradiction(subject, pair, agreement) for pair in certain]
    if agreement.unknowns:
        for one, other in _pairs(rows, pessimistic, clock):
            if (one, other) not in certain:
                more = (*doubts.get(one, ()), *doubts.get(other, ()))
                found.append(_doubtful(subject, (one, other), agreement, more))
    yield from found or [_alike(subject, rows)]


def _pairs(
    rows: Sequence[Notice], agreement: Agreement, clock: Clock
) -> list[tuple[Notice, Notice]]:
    """Return for each notice one that says something else, under the reading."""
    group = _Group()
    said = [_said(row, agreement, clock) for row in rows] if len(rows) > 1 else []
    for one in said:
        group.add(one)
    place = {row.path: number for number, row in enumerate(rows)}
    found = [(one, other.row) for one in said if (other := group.opposed(one))]
    pairs = {tuple(sorted((place[one.row.path], place[other.path]))) for one, other in found}
    return [(rows[one], rows[other]) for one, other in sorted(pairs)]


def _of_unknown(
    keyed: Sequence[tuple[Key, Notice]], agreement: Agreement, clock: Clock
) -> Iterator[Observation]:
    """Yield what is found of notices of which nobody knows the event or the parties.

    Each may be of the same event between the same parties as any that is known, and as any of
    these that comes before it.
    """
    groups: dict[_Place, _Group] = {}
    hidden = [pair for pair in keyed if UNKNOWN in pair[0]]
    pessimistic = agreement.read_as(Reading.PESSIMISTIC)
    for key, row in keyed if hidden else ():
        if UNKNOWN not in key:
            _enter(groups, key, _said(row, pessimistic, clock))
    for key, row in hidden:
        said = _said(row, pessimistic, clock)
        near = (groups[place] for place in _near(key) if place in groups)
        rival = next(filter(None, (group.opposed(said) for group in near)), None)
        if rival is None:
            yield _alike(row.key, (row,))
        else:
            yield _doubtful(row.key, (rival.row, row), agreement)
        _enter(groups, key, said)


def _enter(groups: dict[_Place, _Group], key: Key, said: _Said) -> None:
    """Put a notice where any is looked for that it may be one with."""
    for asked in product((False, True), repeat=len(key)):
        names = tuple(UNKNOWN if hidden else name for name, hidden in zip(key, asked, strict=True))
        groups.setdefault((asked, names), _Group()).add(said)


def _near(key: Key) -> Iterator[_Place]:
    """Yield where the notices are that may be of the same event between the same parties."""
    if None not in key:
        hidden = tuple(name is UNKNOWN for name in key)
        for names in product(*({name: None, UNKNOWN: None} for name in key)):
            yield hidden, names


def _contradiction(subject: str, pair: tuple[Notice, Notice], agreement: Agreement) -> Observation:
    one, other = pair
    said = f"{_say(one, agreement)}, and {_say(other, agreement)}"
    text = f"{one.path} and {other.path} contradict each other: {said}"
    return Observation(subject, other.path, text, Holds.NO, lack=conflict(one.path, other.path))


def _doubtful(
    subject: str, pair: tuple[Notice, Notice], agreement: Agreement, more: Iterable[str] = ()
) -> Observation:
    """Return the finding that two notices may contradict each other."""
    found = _contradiction(subject, pair, agreement)
    text = found.message.replace("contradict each other", "may contradict each other")
    doubts = [*more, *(path for row in pair for path in of_notice(agreement, row, "starts"))]
    return in_doubt(agreement, replace(found, message=text), doubts or [found.path])


def _alike(subject: str, rows: Sequence[Notice]) -> Observation:
    count = len(rows)
    text = "one notice" if count == 1 else f"{count} notices with the same deadline and start"
    return Observation(subject, rows[0].path, text, Holds.YES)


def _said(row: Notice, agreement: Agreement, clock: Clock) -> _Said:
    """Return what a notice says; optimistically, what nobody knows contradicts nothing."""
    facets: tuple[Value | None, Value | None] = _length(row, agreement, clock), row.starts
    if agreement.optimistic:
        unknown = isinstance(row.before, Unknown)
        one, other = (None if unknown or isinstance(v, Unknown | _Varying) else v for v in facets)
        facets = one, other
    return _Said(row, facets)


def _length(row: Notice, agreement: Agreement, clock: Clock) -> float | Unknown | _Varying | None:
    if row.within is None or isinstance(row.within, Unknown):
        return row.within
    optimistic, pessimistic = (
        worst_of(row.within, row.calendar, agreement.read_as(reading), clock).seconds
        for reading in _READINGS
    )
    if optimistic == pessimistic:
        return pessimistic
    name = _clock(agreement, row)
    return UNKNOWN if isinstance(name, Unknown) else _Varying(row.within, name)


def _clock(agreement: Agreement, row: Notice) -> str | Unknown:
    """Return the name of a notice's clock."""
    known: dict[str, str | Unknown] | None = agreement.known.get(_clock)
    if known is None:
        rows = agreement.rows["notices"]
        known = {one.path: one.fields.get("calendar", UNKNOWN) for one in rows}
        agreement.known[_clock] = known
    return known[row.path]


def _say(row: Notice, agreement: Agreement) -> str:
    lack = agreement.lack(f"{row.path}.within")
    within = "unknown" if isinstance(row.within, Unknown) else row.within and row.within.text
    starts = f" from {row.starts}" if isinstance(row.starts, str) else ""
    return f"within {within}{starts}" if within else f"`within` {lack}{starts}"


def _party(agreement: Agreement, who: str | Unknown | None) -> str | Unknown | None:
    return who if isinstance(who, Unknown) else agreement.party_of(who)
