"""What an unquoted YAML scalar is: text, a number, true, false or null.

YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema) without hexadecimal, octal,
infinity and not-a-number, and without leading zeros: `0123` and `01.5` are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

Scalar = str | int | float | bool | None

WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""Unquoted words that are not text."""

NUMBER_STARTS: Final = "+-.0123456789"
"""The characters that a number can begin with."""

LARGEST: Final = 2**53 - 1
"""The largest whole number that JSON readers agree on (RFC 8259, section 6)."""

_DIGITS_OF_LARGEST: Final = len(str(LARGEST))
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
)


def plain(text: str) -> Scalar:
    """Return the value of an unquoted scalar.

    Raises:
        ValueError: it is a number too large to be kept exactly; the message is for people.
    """
    if text in WORDS:
        return WORDS[text]
    integer = _INTEGER.fullmatch(text)
    if integer:
        # Counted before it is converted: Python refuses to convert thousands of digits.
        if len(integer[1]) > _DIGITS_OF_LARGEST or abs(int(text)) > LARGEST:
            raise ValueError(f"a whole number larger than {LARGEST} cannot be kept exactly")
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError("the number is too large")
        return number
    return text
