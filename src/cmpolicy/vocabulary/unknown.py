"""The value of what a contract does not say."""

from __future__ import annotations

import enum
from typing import Final


class Unknown(enum.Enum):
    """The value of a field of which the contract does not say what it is."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
