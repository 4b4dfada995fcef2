"""Sets of instants: merged, sorted, half-open intervals of integer UTC seconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Intervals:
    """A set of instants as [start, end) pairs: sorted, disjoint, never touching, never empty.

    Make one with `Intervals.of`; the constructor trusts its arguments.
    """

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Intervals:
        """Make a set from pairs in any order, which may overlap; empty pairs are dropped."""
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(pairs):
            if start >= end:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        return cls(tuple(starts), tuple(ends))

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(zip(self.starts, self.ends, strict=True))

    def __len__(self) -> int:
        return len(self.starts)

    def __or__(self, other: Intervals) -> Intervals:
        if not self or not other:
            return self or other
        return Intervals.of((*self, *other))

    def __and__(self, other: Intervals) -> Intervals:
        starts: list[int] = []
        ends: list[int] = []
        my_starts, my_ends, my_last = self.starts, self.ends, len(self.starts)
        its_starts, its_ends, its_last = other.starts, other.ends, len(other.starts)
        mine = its = 0
        while mine < my_last and its < its_last:
            start, its_start = my_starts[mine], its_starts[its]
            end, its_end = my_ends[mine], its_ends[its]
            if end <= its_end:
                mine += 1
            else:
                end = its_end
                its += 1
            if start < its_start:  # noqa: PLR1730 - `max` takes as long as all the rest
                start = its_start
            if start < end:
                starts.append(start)
                ends.append(end)
        return Intervals(tuple(starts), tuple(ends))

    def __sub__(self, other: Intervals) -> Intervals:
        if not self or not other:
            return self
        return self & other.complement(self.starts[0], self.ends[-1])

    def complement(self, first: int, last: int) -> Intervals:
        """Return the instants of [first, last) that are not in the set."""
        inside = self.clip(first, last)
        starts = (first, *inside.ends)
        ends = (*inside.starts, last)
        return Intervals.of(zip(starts, ends, strict=True))

    def clip(self, first: int, last: int) -> Intervals:
        """Return the part of the set in [first, last)."""
        low, high = bisect_right(self.ends, first), bisect_left(self.starts, last)
        if low >= high or first >= last:
            return Intervals()
        starts, ends = self.starts[low:high], self.ends[low:high]
        return Intervals((max(first, starts[0]), *starts[1:]), (*ends[:-1], min(last, ends[-1])))

    def shift(self, by: int) -> Intervals:
        """Return the set moved by that many seconds, later if positive."""
        return Intervals(
            tuple(start + by for start in self.starts), tuple(end + by for end in self.ends)
        )

    def contains(self, instant: int) -> bool:
        """Say whether the instant is in the set."""
        index = bisect_right(self.starts, instant) - 1
        return index >= 0 and instant < self.ends[index]

    def total(self, first: int, last: int) -> int:
        """Return how many seconds of [first, last) are in the set."""
        inside = self.clip(first, last)
        return sum(inside.ends) - sum(inside.starts)


@lru_cache(maxsize=64)
def cells(sets: tuple[Intervals, ...], first: int, last: int) -> tuple[Intervals, ...]:
    """Cut [first, last) into the cells that the sets distinguish, in the order of their starts.

    Any two instants of a cell lie in the same sets. Without sets there is one cell.
    """
    edges: dict[int, int] = {}
    for number, found in enumerate(sets):
        for edge in (*found.clip(first, last).starts, *found.clip(first, last).ends):
            edges[edge] = edges.get(edge, 0) ^ (1 << number)
    member, start = edges.pop(first, 0), first
    pairs: dict[int, list[tuple[int, int]]] = {}
    for edge in (*sorted(edges), last):
        if start < edge:
            pairs.setdefault(member, []).append((start, edge))
        member, start = member ^ edges.get(edge, 0), edge
    return tuple(Intervals.of(found) for found in pairs.values())
