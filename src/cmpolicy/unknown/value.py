"""The value `unknown`, and its optimistic and pessimistic reading."""

from __future__ import annotations

import enum
from typing import Final


class Unknown(enum.Enum):
    """The value of a field of which the contract does not say what it is."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


class Reading(enum.Enum):
    """How the unknowns of a file are read: all optimistically, or all pessimistically."""

    OPTIMISTIC = "optimistic"
    PESSIMISTIC = "pessimistic"

    @property
    def opposite(self) -> Reading:
        """The other reading."""
        return Reading.PESSIMISTIC if self is Reading.OPTIMISTIC else Reading.OPTIMISTIC
