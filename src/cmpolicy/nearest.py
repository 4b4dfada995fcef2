"""Did you mean: the known word that a mistyped one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_CUTOFF: Final = 0.6
"""How alike two words must be, as `difflib` measures it, from 0 to 1."""
_LONGEST: Final = 100
"""No known word is longer; comparing very long texts would take a while."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to `word`, or None where none is near.

    Case, spaces, underscores and hyphens make no difference; nor does the order of `known`.
    """
    if not word or len(word) > _LONGEST:
        return None
    # Imported here: it is needed only where something is wrong.
    from difflib import get_close_matches

    by_plain = {_plain(candidate): candidate for candidate in sorted(known, reverse=True)}
    found = get_close_matches(_plain(word), by_plain, n=1, cutoff=_CUTOFF)
    return by_plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be put in, taken out, changed or swapped; `most + 1`: more.

    The optimal string alignment distance of Damerau, cut off at `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, wanted in enumerate(other, start=1):
            least = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != wanted))
            swapped = row > 1 < column and letter == other[column - 2] and one[row - 2] == wanted
            here.append(min(least, before[column - 2] + 1) if swapped else least)
        before, last = last, here
    return min(last[-1], most + 1)
