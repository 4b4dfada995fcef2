"""The semantic diff: what a change does to the promises, not to the text.

Two versions of an agreement are looked at under one as-of date and one horizon. Their derived
promises (`promises`) are compared key by key, each component by the order of its type; what
moved is told by the edits behind it.
"""

from __future__ import annotations

from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.compare.edits import edits
from cmpolicy.compare.grouping import group
from cmpolicy.compare.model import (
    AGREEMENT,
    FAIL_ON,
    POLICY,
    TEXT,
    Change,
    Comparison,
    Detail,
    Edit,
    Effect,
    Side,
    Turned,
)
from cmpolicy.compare.moves import moves
from cmpolicy.promises import Frame

__all__ = [
    "AGREEMENT",
    "FAIL_ON",
    "POLICY",
    "TEXT",
    "Change",
    "Comparison",
    "Detail",
    "Edit",
    "Effect",
    "Side",
    "Turned",
    "compare",
]


def compare(before: Agreement, after: Agreement, as_of: date) -> tuple[Change, ...]:
    """Return what became of an agreement's promises, the worst first, then the other edits."""
    frame = Frame.of((before, after), as_of)
    everything = [",".join(sorted(ids)) for ids in (frame.services, frame.severities)]
    found = group(after.id, moves(before, after, frame), edits(before, after), everything)
    return tuple(sorted(found, key=lambda change: change.sort_key))
