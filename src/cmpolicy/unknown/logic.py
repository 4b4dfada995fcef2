"""Three-valued logic: yes, no, and unknown (Kleene's strong logic).

An answer is certain only where every value of what is unknown would give it. So each function
here keeps one law: with an unknown replaced by any value, a certain answer stays what it was.

    S. C. Kleene, "On notation for ordinal numbers", Journal of Symbolic Logic 3 (1938), p. 153.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, TypeAlias

from cmpolicy.unknown.value import UNKNOWN, Reading, Unknown

Answer: TypeAlias = bool | Unknown
Word: TypeAlias = str | Unknown
Words: TypeAlias = Collection[Word] | Unknown

_UNKNOWN_ITEM: Final = UNKNOWN.value
"""An unknown item of a list is kept as its text. (An enum works its value out anew each time, and
nothing is asked more often.)"""


def all_of(*answers: Answer) -> Answer:
    """Return yes if all answers are, no if any is, else UNKNOWN."""
    if False in answers:
        return False
    return UNKNOWN if UNKNOWN in answers else True


def any_of(*answers: Answer) -> Answer:
    """Return yes if any answer is, no if all are, else UNKNOWN."""
    if True in answers:
        return True
    return UNKNOWN if UNKNOWN in answers else False


def not_(answer: Answer) -> Answer:
    """Return the opposite; of UNKNOWN, UNKNOWN."""
    return answer if isinstance(answer, Unknown) else not answer


def decide(answer: Answer, reading: Reading) -> bool:
    """Return an answer as a reading has it: optimistically, an unknown one is yes."""
    return reading is Reading.OPTIMISTIC if isinstance(answer, Unknown) else answer


def equals(found: Word | None, asked: str | None, *, absent: bool = False) -> Answer:
    """Say whether a word is the one asked for.

    Args:
        found: the word; None: the file leaves it out.
        asked: the word asked for; None: any will do.
        absent: the answer where the file leaves it out.
    """
    if found is None:
        return absent
    if asked is None:
        return True
    return UNKNOWN if _is_unknown(found) else found == asked


def contains(words: Words | None, asked: str | None, *, absent: bool = True) -> Answer:
    """Say whether a list of words holds the one asked for; an item may be unknown.

    Args:
        words: the list; None: the file leaves it out.
        asked: the word asked for; None: any will do.
        absent: the answer where the file leaves the list out, which mostly means all.
    """
    if words is None:
        return absent
    if isinstance(words, Unknown):
        return True if asked is None else UNKNOWN
    if asked is None:
        return bool(words)
    if asked in words:
        return True
    return UNKNOWN if UNKNOWN in words or _UNKNOWN_ITEM in words else False


def overlaps(words: Words | None, asked: Iterable[str], *, absent: bool = True) -> Answer:
    """Say whether a list of words holds any of those asked for; `absent` as in `contains`."""
    return any_of(*(contains(words, word, absent=absent) for word in asked))


def _is_unknown(word: Word) -> bool:
    return word is UNKNOWN or word == _UNKNOWN_ITEM
