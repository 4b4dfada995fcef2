"""Notices of one event between the same two parties that say different things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from cmpolicy.agreement import Agreement, Notice
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.deadlines import worst_of
from cmpolicy.checks.doubts import decides, of_notice
from cmpolicy.clock import Clock
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import Unknown


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Compares the existing notices of every event, whoever sends them to whom."""

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Yield what is found for each event between two parties, by their ids and the event's."""
        unknown = unsaid(agreement, "notices", "notices")
        if unknown is not None:
            yield unknown
            return
        groups: dict[tuple[str, ...], list[Notice]] = {}
        for row in sorted(agreement.notices, key=lambda row: row.key):
            source, to = _party(agreement, row.source), _party(agreement, row.to)
            if isinstance(row.event, str) and source and to:
                groups.setdefault((source, to, row.event), []).append(row)
        for key, rows in groups.items():
            yield from contradictions("/".join(key), rows, agreement, clock)
        if not groups:
            yield Observation("notices", "notices", "no notice: nothing to judge", Holds.YES)


def contradictions(
    subject: str, rows: Sequence[Notice], agreement: Agreement, clock: Clock
) -> Iterator[Observation]:
    """Yield each pair of notices that differ in deadline or start, or that none does."""
    wrong = False
    for one, other in combinations(rows, 2):
        if _differ(one, other, agreement, clock):
            wrong = True
            text = (
                f"{one.path} and {other.path} contradict each other: "
                f"{_say(one, agreement)}, and {_say(other, agreement)}"
            )
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
    return unknown and not agreement.kind and any(_unlike(*pair, agreement) for pair in facets)


def _unlike(
    one: float | str | Unknown | None, other: float | str | Unknown | None, agreement: Agreement
) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return not agreement.kind
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


def _party(agreement: Agreement, who: str | Unknown | None) -> str | None:
    return None if isinstance(who, Unknown) else agreement.party_of(who)
