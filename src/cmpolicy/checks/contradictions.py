"""Notices of one event between the same two parties that say different things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from cmpolicy.agreement import Agreement, Notice
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.deadlines import worst_of
from cmpolicy.checks.doubts import decides, of_notice
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.verdict import Holds, Observation

Key = tuple[str | Unknown | None, str | Unknown | None, str | Unknown | None]
"""Who tells whom, by party, of what event."""


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Compares the existing notices of every event, whoever sends them to whom."""

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Yield what is found for each event between two parties, by their ids and the event's."""
        unknown = unsaid(agreement, "notices", "notices")
        if unknown is not None:
            yield unknown
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
        for number, (key, row) in enumerate(keyed):
            if UNKNOWN in key:
                # It may be of the same event between the same parties as any of these.
                rivals = [
                    other
                    for place, (known, other) in enumerate(keyed)
                    if _may_be_one(key, known) and (place < number or UNKNOWN not in known)
                ]
                pairs = () if agreement.optimistic else [(other, row) for other in rivals]
                yield from _compare(row.key, (row,), pairs, agreement, clock)
        if not groups and not any(UNKNOWN in key for key, _ in keyed):
            yield Observation("notices", "notices", "no notice: nothing to judge", Holds.YES)


def contradictions(
    subject: str, rows: Sequence[Notice], agreement: Agreement, clock: Clock
) -> Iterator[Observation]:
    """Yield each pair of notices that differ in deadline or start, or that none does."""
    yield from _compare(subject, rows, combinations(rows, 2), agreement, clock)


def _compare(
    subject: str,
    rows: Sequence[Notice],
    pairs: Iterable[tuple[Notice, Notice]],
    agreement: Agreement,
    clock: Clock,
) -> Iterator[Observation]:
    wrong = [pair for pair in pairs if _differ(*pair, agreement, clock)]
    for one, other in wrong:
        said = f"{_say(one, agreement)}, and {_say(other, agreement)}"
        text = f"{one.path} and {other.path} contradict each other: {said}"
        doubts = [path for row in (one, other) for path in of_notice(agreement, row, "starts")]
        yield Observation(subject, other.path, text + decides(doubts), Holds.NO)
    if not wrong:
        count = len(rows)
        text = "one notice" if count == 1 else f"{count} notices with the same deadline and start"
        yield Observation(subject, rows[0].path, text, Holds.YES)


def _differ(one: Notice, other: Notice, agreement: Agreement, clock: Clock) -> bool:
    """Say whether two notices say different things; what one does not say it does not deny."""
    facets = [
        (_length(one, agreement, clock), _length(other, agreement, clock)),
        (one.starts, other.starts),
    ]
    if not isinstance(one.before, Unknown) and one.before is other.before:
        return any(_unlike(*pair, agreement) for pair in facets)
    # What is told beforehand and what is told afterwards are two things.
    unknown = isinstance(one.before, Unknown) or isinstance(other.before, Unknown)
    return (
        unknown and not agreement.optimistic and any(_unlike(*pair, agreement) for pair in facets)
    )


def _unlike(
    one: float | str | Unknown | None, other: float | str | Unknown | None, agreement: Agreement
) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return not agreement.optimistic
    return one != other


def _length(row: Notice, agreement: Agreement, clock: Clock) -> float | Unknown | None:
    if row.within is None or isinstance(row.within, Unknown):
        return row.within
    return worst_of(row.within, row.calendar, agreement, clock).seconds


def _say(row: Notice, agreement: Agreement) -> str:
    lack = agreement.lack(f"{row.path}.within")
    within = "unknown" if isinstance(row.within, Unknown) else row.within and row.within.text
    starts = f" from {row.starts}" if isinstance(row.starts, str) else ""
    return f"within {within}{starts}" if within else f"`within` {lack}{starts}"


def _party(agreement: Agreement, who: str | Unknown | None) -> str | Unknown | None:
    return who if isinstance(who, Unknown) else agreement.party_of(who)


def _may_be_one(one: Key, other: Key) -> bool:
    return all(
        here is not None and (here == there or UNKNOWN in (here, there))
        for here, there in zip(one, other, strict=True)
    )
