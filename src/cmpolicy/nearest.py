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
