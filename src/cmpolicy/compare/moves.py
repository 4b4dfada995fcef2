"""Which promises moved, and which way: both sides under both readings of their unknowns.

A change that is worse however the unknowns turn out is worse. Where that depends on how they turn
out, it is unclear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import Final

from cmpolicy.agreement import Agreement
from cmpolicy.calendars import Intervals
from cmpolicy.compare.measures import measure
from cmpolicy.compare.model import Effect, Measure
from cmpolicy.promises import KINDS, PASSING, DerivedPromise, Frame, Key, Move, doubtful, promises
from cmpolicy.unknown import Reading

Pair = tuple[DerivedPromise | None, DerivedPromise | None]
"""A promise before and after; None: there is none."""
_ORDER: Final = tuple(KINDS)


@dataclass(frozen=True, slots=True)
class Moved:
    """A promise that moved."""

    key: Key
    effect: Effect
    before: str | None
    after: str | None
    measure: Measure | None
    own: tuple[str, ...]
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """What a side promises, its unknowns read optimistically and pessimistically."""

    optimistic: Mapping[Key, DerivedPromise]
    pessimistic: Mapping[Key, DerivedPromise]
    doubtful: frozenset[str]
    """Kinds that may hold promises which nobody can name."""

    @classmethod
    def of(cls, agreement: Agreement, frame: Frame) -> _Side:
        pessimistic = promises(agreement.read_as(Reading.PESSIMISTIC), frame)
        if not agreement.unknowns:
            return cls(pessimistic, pessimistic, frozenset())
        optimistic = promises(agreement.read_as(Reading.OPTIMISTIC), frame)
        return cls(optimistic, pessimistic, doubtful(agreement))


def moves(before: Agreement, after: Agreement, frame: Frame) -> Iterator[Moved]:
    """Yield the promises that moved, in the order of their kinds and keys.

    Parts of the horizon that moved alike are one.
    """
    found = list(_moves(before, after, frame))
    for _, group in groupby(found, key=lambda one: (one.key.kind, one.key.parts)):
        yield from _in_parts(list(group), frame)


def _in_parts(group: Sequence[Moved], frame: Frame) -> Iterator[Moved]:
    """Put the parts of one promise together that moved alike, and name them by their hours."""
    alike: dict[tuple[Effect, str | None, str | None, Measure | None], list[Moved]] = {}
    for one in group:
        alike.setdefault((one.effect, one.before, one.after, one.measure), []).append(one)
    for found in alike.values():
        first, parts = found[0], [one.key.when for one in found if one.key.when is not None]
        if not parts:
            yield from found
            continue
        when = Intervals.of(pair for part in parts for pair in part)
        whole = when == Intervals.of([(frame.start, frame.end)])
        name = () if whole else (f"raised in {frame.describe(when)}",)
        key = Key(first.key.kind, (*first.key.parts, *name), None if whole else when)
        own = dict.fromkeys(path for one in found for path in one.own)
        via = dict.fromkeys(path for one in found for path in one.via)
        yield replace(first, key=key, own=tuple(own), via=tuple(via))


def _moves(before: Agreement, after: Agreement, frame: Frame) -> Iterator[Moved]:
    """Yield the promises that moved, for each part of the horizon by itself."""
    old, new = _Side.of(before, frame), _Side.of(after, frame)
    known: dict[
        tuple[object, ...], tuple[Effect, str | None, str | None, Measure | None] | None
    ] = {}
    keys = (
        old.optimistic.keys()
        | old.pessimistic.keys()
        | new.optimistic.keys()
        | new.pessimistic.keys()
    )
    for key in sorted(keys, key=lambda key: (_ORDER.index(key.kind), key.sort_key)):
        found_at = (
            of.get(key) for of in (old.optimistic, new.optimistic, old.pessimistic, new.pessimistic)
        )
        sides = [side for side in found_at if side is not None]
        optimistic = _there(old.optimistic, key), _there(new.optimistic, key)
        pessimistic = _there(old.pessimistic, key), _there(new.pessimistic, key)
        doubts = key.kind in old.doubtful, key.kind in new.doubtful
        # Cases that the same rows speak for share their components.
        passes = key.kind in PASSING
        same = (
            passes,
            *doubts,
            *(side and id(side.components) for side in (*optimistic, *pessimistic)),
        )
        if same not in known:
            known[same] = _verdict(optimistic, pessimistic, doubts, passes=passes)
        found = known[same]
        if found is not None:
            own = dict.fromkeys(path for side in sides for path in side.own)
            via = dict.fromkeys(path for side in sides for path in side.via)
            yield Moved(key, *found, tuple(own), tuple(via))


def _there(side: Mapping[Key, DerivedPromise], key: Key) -> DerivedPromise | None:
    """Return what a side promises; one that comes to nothing is none."""
    found = side.get(key)
    return found if found is not None and found.components else None


def _verdict(
    optimistic: Pair, pessimistic: Pair, doubts: tuple[bool, bool], *, passes: bool
) -> tuple[Effect, str | None, str | None, Measure | None] | None:
    """Return the effect, what is reported of either side, and its measure; None: nothing moved."""
    found = tuple(_changed(optimistic, pessimistic, doubts, passes=passes))
    if not found:
        return None
    places = [
        place
        for place, _ in found
        if any(_moved_there(pair, place) for pair in (optimistic, pessimistic))
    ]
    before = _describe(optimistic[0], pessimistic[0], places)
    after = _describe(optimistic[1], pessimistic[1], places)
    contrasts = [_contrast(pessimistic, place) or _contrast(optimistic, place) for place in places]
    if after is not None and any(contrasts):
        after = "; ".join([after, *filter(None, contrasts)])
    measured = measure(*pessimistic, places)
    if optimistic != pessimistic and measure(*optimistic, places) != measured:
        measured = None  # it depends on what nobody knows
    return combine(effect for _, effect in found), before, after, measured


def effect_of(optimistic: Move, pessimistic: Move, *, one_sided: bool = False) -> Effect:
    """Say what a component's move under the two readings is together.

    The same unknown on both sides turns out the same way, so that it only ever loses by what is
    worse under one reading. Where only one side is unknown, the readings must agree: else its
    bounds overlap with the other side, so that it is unclear.
    """
    both = optimistic | pessimistic
    if one_sided and optimistic != pessimistic:
        return Effect.UNCLEAR
    if Move.UNCLEAR in both:
        return Effect.UNCLEAR
    if Move.MOVED in both:
        return Effect.MOVED
    if both == Move.SAME:
        return Effect.NEUTRAL
    if both == Move.BETTER | Move.WORSE:
        unclear = {optimistic, pessimistic} == {Move.BETTER, Move.WORSE}
        return Effect.UNCLEAR if unclear else Effect.MIXED
    return Effect.STRENGTHENED if both == Move.BETTER else Effect.WEAKENED


def combine(effects: Iterable[Effect]) -> Effect:
    """Say what the effects on the components of one promise are together."""
    found = set(effects)
    if Effect.MIXED in found or found >= {Effect.WEAKENED, Effect.STRENGTHENED}:
        return Effect.MIXED
    for effect in (Effect.UNCLEAR, Effect.WEAKENED, Effect.STRENGTHENED, Effect.MOVED):
        if effect in found:
            return effect
    return Effect.NEUTRAL


def _changed(
    optimistic: Pair, pessimistic: Pair, doubts: tuple[bool, bool], *, passes: bool
) -> Iterator[tuple[int, Effect]]:
    """Yield the components that moved, by their place."""
    optimistic_moves = _component_moves(optimistic, doubts, passes=passes)
    pessimistic_moves = _component_moves(pessimistic, (False, False), passes=passes)
    for place, under in enumerate(
        zip_longest(optimistic_moves, pessimistic_moves, fillvalue=Move.SAME)
    ):
        unknown = [_unknown(*sides, place) for sides in zip(optimistic, pessimistic, strict=True)]
        effect = effect_of(*under, one_sided=unknown[0] is not unknown[1])
        if effect is not Effect.NEUTRAL:
            yield place, effect


def _unknown(
    optimistic: DerivedPromise | None, pessimistic: DerivedPromise | None, place: int
) -> bool:
    """Say whether the readings of one side differ in a component."""
    if optimistic is None or pessimistic is None:
        return optimistic is not pessimistic
    return optimistic.components[place] != pessimistic.components[place]


def _component_moves(pair: Pair, doubts: tuple[bool, bool], *, passes: bool) -> list[Move]:
    """Return the moves of the components under one reading.

    Of a promise that came or went all move; where others take its place, to them.
    """
    old, new = pair
    if old is None or new is None:
        there = old or new
        if passes and there and doubts != (True, True):
            return [Move.MOVED] * len(there.components)
        return [_arrival(doubts, came=old is None)] * len(there.components) if there else []
    return [
        one.order.move(one.value, other.value)
        for one, other in zip(old.components, new.components, strict=True)
    ]


def _arrival(doubts: tuple[bool, bool], *, came: bool) -> Move:
    """Say what it means that a promise came, or went.

    On a side that may have it without a name, it is the best one, as optimistic reading has it.
    """
    was_doubtful, is_doubtful = doubts
    if was_doubtful and is_doubtful:
        return Move.SAME
    if was_doubtful or is_doubtful:
        return Move.WORSE if was_doubtful else Move.BETTER
    return Move.BETTER if came else Move.WORSE


def _moved_there(pair: Pair, place: int) -> bool:
    """Say whether a component itself moved, and not only the promise with it."""
    old, new = pair
    if old is None or new is None:
        return False
    return old.components[place] != new.components[place]


def _describe(
    optimistic: DerivedPromise | None, pessimistic: DerivedPromise | None, places: Sequence[int]
) -> str | None:
    """Describe a side of what moved: pessimistically, and optimistically where that differs."""
    worst, best = _parts(pessimistic, places), _parts(optimistic, places)
    if worst is None and best is None:
        return None
    if worst == best:
        return worst
    return f"unknown: {best or 'nothing'} at best, {worst or 'nothing'} at worst"


def _parts(side: DerivedPromise | None, places: Sequence[int]) -> str | None:
    if side is None:
        return None
    chosen = [side.components[place] for place in places] or [
        component for component in side.components if component.speaks
    ]
    return "; ".join(component.describe() for component in chosen) or "there"


def _contrast(pair: Pair, place: int) -> str:
    old, new = pair
    if old is None or new is None:
        return ""
    one, other = old.components[place], new.components[place]
    return one.order.contrast(one.value, other.value) if one.order.contrast else ""
