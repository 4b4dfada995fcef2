"""Verdict transitions: newly failing, fixed, dropped."""

from __future__ import annotations

import enum
from typing import Final

from cmpolicy.verdict import Holds, Outcome, Verdict

_BAD: Final = (Outcome.UNDETERMINED, Outcome.FAIL, Outcome.ERROR)
"""The worst last."""


class VerdictTransition(enum.Enum):
    """How a verdict turned."""

    NEWLY_FAILING = "newly failing"
    FIXED = "fixed"
    DROPPED = "dropped"


def turn(old: Verdict | None, new: Verdict | None) -> VerdictTransition | None:
    """Say how a rule's verdict on an agreement turned; None: it did not, or began to pass.

    A verdict that failed before fails newly where it is worse, or finds a subject that was no
    trouble before.
    """
    if new is None or new.outcome is Outcome.NOT_APPLICABLE:
        return None
    if new.outcome is Outcome.DROPPED:
        return VerdictTransition.DROPPED
    if new.outcome not in _BAD:
        was_bad = old is not None and old.outcome in _BAD
        return VerdictTransition.FIXED if was_bad else None
    if old is None or old.outcome not in _BAD:
        return VerdictTransition.NEWLY_FAILING
    worse = _BAD.index(new.outcome) > _BAD.index(old.outcome)
    return VerdictTransition.NEWLY_FAILING if worse or _trouble(new) - _trouble(old) else None


def _trouble(verdict: Verdict) -> set[str]:
    if verdict.outcome is Outcome.ERROR:
        return set()
    bad = (item for item in verdict.observations if item.holds is not Holds.YES)
    return {subject for item in bad for subject in item.subjects}
