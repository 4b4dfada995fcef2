"""Did you mean: the known word, or the amount, that somebody means who writes another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_CUTOFF: Final = 0.6
"""How alike two words must be, as `difflib` measures it, from 0 to 1."""
_LONGEST: Final = 100
"""No known word is longer; comparing very long texts would take a while."""

_AMOUNT: Final = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,3})?) ?([a-z-]+?)s?")
_EXACT: Final = 1000


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` means or is nearest to, or None where there is none.

    Case, spaces, underscores and hyphens make no difference; nor does the order of `known`.
    """
    if not word or len(word) > _LONGEST:
        return None
    # Imported here: they are needed only where something is wrong.
    from difflib import get_close_matches

    from cmpolicy.vocabulary.synonyms import SYNONYMS

    by_plain = {_plain(candidate): candidate for candidate in sorted(known, reverse=True)}
    for meant in SYNONYMS.get(_plain(word), "").split():
        if meant in by_plain:
            return by_plain[meant]
    found = get_close_matches(_plain(word), by_plain, n=1, cutoff=_CUTOFF)
    return by_plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")


def amounts(text: str) -> Iterator[str]:
    """Yield what somebody may mean who writes an amount so: `bi-weekly` is `2 weeks`.

    In the words of the format, but not each of them fits everywhere: the caller chooses.
    """
    from cmpolicy.vocabulary.synonyms import AMOUNTS, MULTIPLES, PARTS

    if len(text) > _LONGEST:
        return
    plain = " ".join(text.casefold().split())
    for pattern, replacement in AMOUNTS:
        plain = re.sub(pattern, replacement, plain)
    yield plain
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return
    number, unit = found.groups()
    if unit in MULTIPLES:
        factor, smaller = MULTIPLES[unit]
        whole, rest = divmod(round(float(number.replace(",", ".")) * factor * _EXACT), _EXACT)
        if not rest:
            yield _counted(whole, smaller)
    if unit in PARTS and number.isdigit():
        divisor, larger = PARTS[unit]
        whole, rest = divmod(int(number), divisor)
        if not rest:
            yield _counted(whole, larger)


def _counted(number: int, units: str) -> str:
    return f"{number} {units.removesuffix('s') if number == 1 else units}"


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
