"""Sentences that differ in one place, said once: `nobody responds for Mail and Billing at p1`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

NAMED: Final = 4
"""So many of what differs is named; the others are counted."""
LONGEST: Final = 8
"""Words that may differ in each sentence, as of a service's name."""
FEWEST: Final = 4
"""Words at least that must be the same."""
JOINING: Final = frozenset({"and", "of", "for", "the", "&"})
"""Words that names have in common without being alike."""
GROUPS: Final = 8
"""So many groups a sentence is held against, the latest first: the time stays linear."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Sentences that differ in one place, and what is the same in all of them."""

    members: list[Words]
    """Grows as sentences join."""
    before: int
    after: int
    """Words that are the same at the beginning, and at the end."""
    shortest: int
    longest: int
    common: frozenset[str]
    """Words that all have, wherever."""

    @classmethod
    def of(cls, words: Words) -> _Group:
        """Return a group of one."""
        length = len(words)
        return cls([words], length, length, length, length, frozenset(words))

    def joined_by(self, words: Words) -> _Group | None:
        """Return the group with one more sentence; None: that does not fit."""
        first = self.members[0]
        shortest, longest = min(self.shortest, len(words)), max(self.longest, len(words))
        before = min(self.before, _same(first, words), shortest)
        after = min(self.after, _same(first[::-1], words[::-1]), shortest - before)
        common = self.common & set(words)
        # Words that are the same inside what differs show that it differs in more than one place.
        within = common.intersection(first[before : len(first) - after]) - JOINING
        kept = before + after
        differs = shortest - kept > 0 and longest - kept <= LONGEST
        if before < 2 or not differs or within or kept < max(FEWEST, shortest / 2):  # noqa: PLR2004
            return None
        self.members.append(words)
        return _Group(self.members, before, after, shortest, longest, common)

    def __str__(self) -> str:
        first = self.members[0]
        if len(self.members) == 1:
            return " ".join(first)
        names = [
            " ".join(words[self.before : len(words) - self.after])
            for words in self.members[: NAMED + 1]
        ]
        left = len(self.members) - NAMED
        if left > 1:
            names = [*names[:NAMED], f"{left} more"]
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        return " ".join([*first[: self.before], listed, *first[len(first) - self.after :]])


def said_once(messages: Iterable[str]) -> tuple[str, ...]:
    """Return messages, those that differ in a few words in one place put together.

    At least half of each message, and its first two words, are then the same.
    """
    groups: list[_Group] = []
    for message in dict.fromkeys(messages):
        words = tuple(message.split(" "))
        for place in range(len(groups) - 1, max(len(groups) - GROUPS, 0) - 1, -1):
            group = groups[place].joined_by(words)
            if group is not None:
                groups[place] = group
                break
        else:
            groups.append(_Group.of(words))
    return tuple(map(str, groups))


def _same(one: Words, other: Words) -> int:
    """Return how many words are the same at the beginning."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
