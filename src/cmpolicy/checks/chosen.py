"""Observations where it is unknown which parties or rows a rule selects.

Here an answer has its three values whatever the reading: yes and no hold for every value of what
is unknown, and what is in doubt names the values that decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.asking import lack_of, nobody
from cmpolicy.checks.doubts import decides, in_order
from cmpolicy.checks.kinds import Context
from cmpolicy.checks.select import none_left
from cmpolicy.lacks import LackKind, unknown
from cmpolicy.reach import doubts as doubts_of_reach
from cmpolicy.reach import touches
from cmpolicy.unknown import UNKNOWN, Reading, equals
from cmpolicy.verdict import Holds, Observation

Found = tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A party of which something is asked; with doubts, perhaps."""

    party: Party
    doubts: tuple[str, ...] = ()
    """The paths of what is unknown of whether it is asked."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is found of one of several things of which one suffices; with doubts, perhaps one."""

    found: Found
    doubts: tuple[str, ...] = ()


def chosen(agreement: Agreement, kind: str, context: Context) -> tuple[Chosen, ...]:
    """Return each party that is of a kind, or may be, and that the rule's `when` leaves.

    Raises:
        NotApplicable: where `when` asks about parties, and none is left.
    """
    kinds = context.when.get("party_kind")
    data = context.when.get("party_handles")
    left = []
    for party in agreement.parties.values() if kinds is None or kind in kinds else ():
        of_kind = equals(party.kind, kind)
        if of_kind is False:
            continue
        reached = data is None or touches(agreement, party, data)
        if reached is not False:
            doubts = [f"{party.path}.kind"] if of_kind is UNKNOWN else []
            doubts += doubts_of_reach(agreement, party, data or ()) if reached is UNKNOWN else ()
            left.append(Chosen(party, tuple(doubts)))
    if not left and (kinds or data):
        raise none_left([kind], data)
    return tuple(left)


def of_each(
    agreement: Agreement,
    kind: str,
    context: Context,
    judge: Callable[[Party], Iterable[Observation]],
) -> Iterator[Observation]:
    """Judge each party of a kind that `when` leaves; fail where there is none of the kind.

    Raises:
        NotApplicable: where `when` asks about parties, and none is left.
    """
    every = chosen(agreement, kind, context)
    judged = [Candidate(tuple(judge(one.party)), one.doubts) for one in every]
    narrowed = context.when.get("party_kind") or context.when.get("party_handles")
    if not narrowed and all(one.doubts for one in judged):
        found = replace(nobody(agreement, kind), lack=lack_of(agreement, "parties", kind=kind))
        if all(status(one.found) is Holds.NO for one in judged):
            # Every party that may be one fails, so that it makes no difference.
            yield found
            return
        doubts = [path for one in judged for path in one.doubts]
        yield undetermined_by(agreement, replace(found, message=f"perhaps {found.message}"), doubts)
    for one in judged:
        yield from (undetermined_by(agreement, item, one.doubts) for item in one.found)


def status(found: Iterable[Observation]) -> Holds:
    """Return what observations come to together."""
    holds = {item.holds for item in found}
    if Holds.NO in holds:
        return Holds.NO
    return Holds.UNKNOWN if Holds.UNKNOWN in holds else Holds.YES


def undetermined_by(agreement: Agreement, item: Observation, doubts: Iterable[str]) -> Observation:
    """Return an observation as it is if it depends on these unknown values too; none: as it was."""
    more = tuple(doubts)
    if item.holds is Holds.YES or not more:
        return item
    own = item.lack.paths if item.lack and item.lack.kind is LackKind.UNKNOWN else ()
    lack = unknown(*in_order(agreement, (*more, *own)))
    return replace(item, holds=Holds.UNKNOWN, lack=lack)


def asked_both_ways(
    agreement: Agreement, ask: Callable[[Agreement], Observation], doubts: Iterable[str]
) -> Observation:
    """Put a question to both readings; `doubts` are the paths of what is unknown of it."""
    pessimistic = ask(agreement.read_as(Reading.PESSIMISTIC))
    if pessimistic.holds is Holds.YES:
        return pessimistic
    optimistic = ask(agreement.read_as(Reading.OPTIMISTIC))
    if optimistic.holds is Holds.NO:
        return optimistic
    return undetermined_by(agreement, pessimistic, tuple(doubts) or (pessimistic.path,))


def pick(agreement: Agreement, sure: Sequence[Candidate], perhaps: Sequence[Candidate]) -> Found:
    """Return the candidate of which everything holds, else the one with least against it.

    Of those that only may be one, the doubts count: one of them may do. Empty where none surely is.
    """
    best = min((one.found for one in sure), key=_against, default=())
    hope = hopes(perhaps) if status(best) is Holds.NO else ()
    return tuple(undetermined_by(agreement, item, hope) for item in best)


def _against(found: Found) -> tuple[int, int]:
    """Order what is found: what holds first, then what may."""
    failing = sum(item.holds is not Holds.YES for item in found)
    return [Holds.YES, Holds.UNKNOWN, Holds.NO].index(status(found)), failing


def hopes(perhaps: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the doubts about candidates that would do, or may, if they were any."""
    return tuple(
        path for one in perhaps if status(one.found) is not Holds.NO for path in one.doubts
    )


def ended(found: Iterable[Observation]) -> Iterator[Observation]:
    """Yield observations; those in doubt end with the paths of what decides."""
    for item in found:
        if item.holds is Holds.UNKNOWN and item.lack and item.lack.kind is LackKind.UNKNOWN:
            said = "(unknown: " in item.message
            yield item if said else replace(item, message=item.message + decides(item.lack.paths))
        else:
            yield item
