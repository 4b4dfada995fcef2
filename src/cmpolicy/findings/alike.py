"""Sentences that differ in one place, said once: `nobody responds for Mail and Billing at p1`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

NAMED: Final = 4
"""So many of what differs is named; the others are counted."""
LONGEST: Final = 8
"""Words that may differ in each sentence, as of a service's name."""

FEWEST: Final = 4
"""Words at least that must be the same."""
JOINING: Final = {"and", "of", "for", "the", "&"}
"""Words that names have in common without being alike."""


def said_once(messages: Iterable[str]) -> tuple[str, ...]:
    """Return messages, those that differ in a few words in one place put together.

    At least half of each message, and its first two words, are then the same. What differs in two
    places, as in the service and the severity, is put together by the one, then by the other.
    """
    found = tuple(dict.fromkeys(messages))
    while len(joined := _once(found)) < len(found):
        found = joined
    return found


def _once(messages: Sequence[str]) -> tuple[str, ...]:
    groups: list[list[list[str]]] = []
    for message in messages:
        words = message.split(" ")
        group = next((one for one in groups if _together([*one, words])), None)
        if group is None:
            groups.append([words])
        else:
            group.append(words)
    return tuple(_joined(group) for group in groups)


def _together(group: Sequence[Sequence[str]]) -> bool:
    before, after = _same(group)
    middles = [words[before : len(words) - after] for words in group]
    if before < 2 or not all(0 < len(middle) <= LONGEST for middle in middles):  # noqa: PLR2004
        return False
    # Words that are the same inside what differs show that it differs in more than one place.
    within = set.intersection(*map(set, middles)) - JOINING
    same = before + after
    return not within and same >= FEWEST and 2 * same >= min(map(len, group))


def _same(group: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many words are the same at the beginning, and at the end."""
    shortest = min(map(len, group))
    before = 0
    while before < shortest and len({words[before] for words in group}) == 1:
        before += 1
    after = 0
    while after < shortest - before - 1 and len({words[-1 - after] for words in group}) == 1:
        after += 1
    return before, after


def _joined(group: Sequence[Sequence[str]]) -> str:
    if len(group) == 1:
        return " ".join(group[0])
    before, after = _same(group)
    end = len(group[0]) - after
    names = [" ".join(words[before : len(words) - after]) for words in group]
    left = len(names) - NAMED
    if left > 1:
        names = [*names[:NAMED], f"{left} more"]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return " ".join([*group[0][:before], listed, *group[0][end:]])
