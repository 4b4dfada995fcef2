"""What a derived promise is: typed components, each with an order of its own."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cmpolicy.calendars import Intervals


class Move(enum.Flag):
    """Which ways a value went; both at once where neither side is at least as good."""

    SAME = 0
    BETTER = enum.auto()
    WORSE = enum.auto()
    MOVED = enum.auto()
    """To somebody else, which is neither."""
    UNCLEAR = enum.auto()
    """Better or worse, by what the file cannot say."""


@dataclass(frozen=True, slots=True)
class Order:
    """How values of one type compare, and how they are described.

    Kinds of promises share orders: nothing is compared field by field.
    """

    at_least: Callable[[Any, Any], bool]
    """Whether the first is at least as good a promise as the second; a partial order."""
    describe: Callable[[Any], str]
    contrast: Callable[[Any, Any], str] | None = None
    """Describes what the change from the first to the second took and gave."""
    moves: bool = False
    """Of two values neither of which is as good as the other, it only went to somebody else."""
    unclear: bool = False
    """Of two values neither of which is as good as the other, nobody knows which is better."""
    silent: Any = None
    """The value that says nothing where a promise is described as a whole."""

    def move(self, before: Any, after: Any) -> Move:
        """Say which way a value went."""
        if before == after:
            return Move.SAME
        down, up = self.at_least(before, after), self.at_least(after, before)
        if up and down:
            return Move.SAME
        if up or down:
            return Move.BETTER if up else Move.WORSE
        if self.unclear:
            return Move.UNCLEAR
        return Move.MOVED if self.moves else Move.BETTER | Move.WORSE


@dataclass(frozen=True, slots=True)
class Key:
    """What a promise is about, by ids: stable when files, rows and words change places."""

    kind: str
    """One of `KINDS`."""
    parts: tuple[str, ...] = ()
    when: Intervals | None = None
    """For cases raised at these instants of the frame; None: at any."""

    @property
    def sort_key(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """By ids, then by what comes first."""
        return self.parts, () if self.when is None else self.when.starts

    def __str__(self) -> str:
        return "/".join(self.parts)


@dataclass(frozen=True, slots=True)
class Component:
    """One side of a promise: its worst case, its commitment, whom it reaches."""

    name: str
    order: Order
    value: Any

    def describe(self) -> str:
        """Describe it with its name, as in `worst case 4 h`."""
        return f"{self.name} {self.order.describe(self.value)}".strip()

    @property
    def speaks(self) -> bool:
        """Say whether it is worth showing where a promise is described as a whole."""
        return self.order.silent is None or bool(self.value != self.order.silent)


@dataclass(frozen=True, slots=True)
class DerivedPromise:
    """What an agreement promises under one key and one reading of its unknowns.

    Promises of one key have the same components in the same order. What promises nothing (best
    effort, nobody, no access) has no promise at all, or one without components that says why.
    """

    components: tuple[Component, ...]
    """Empty: it comes to nothing, by what `own` and `via` say."""
    own: tuple[str, ...]
    """Symbolic paths of what says it."""
    via: tuple[str, ...] = ()
    """Symbolic paths of what it depends on besides: calendars, people, the services there are."""
