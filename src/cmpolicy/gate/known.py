"""Known and waived cover what stood, not what comes.

A verdict that failed in the earlier revision does not fail the gate again, unless a promise behind
it got worse. A waiver covers a failure that stood there, or an agreement that is new; it does
not cover what a change makes worse.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from cmpolicy.verdict import Holds, Outcome, Verdict

_ORDER = (Outcome.PASS, Outcome.UNDETERMINED, Outcome.FAIL, Outcome.ERROR)
Worse = Callable[[Verdict, Verdict], bool]
"""Says whether a change made worse what a rule found wrong before as well."""


def since(now: Verdict, before: Verdict | None, worse: Worse) -> Verdict:
    """Return a verdict as it counts after a change.

    Args:
        now: with waivers applied.
        before: on the same agreement by the same rule, without waivers; None: there was none.
        worse: asked where the same was found wrong before.
    """
    if now.outcome is Outcome.WAIVED and before is not None:
        found = dataclasses.replace(now, outcome=_unwaived(now), waiver=None)
        if known(found, before, worse):
            return now
        was = "held before" if before.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) else "worse"
        reason = f"{now.reason}; but {_NOT_COVERED[was]}"
        return dataclasses.replace(found, reason=reason)
    return dataclasses.replace(now, known=True) if known(now, before, worse) else now


_NOT_COVERED = {
    "worse": "it is worse now than what was waived",
    "held before": "the rule passed before this change: a waiver covers what stood, not what comes",
}


def known(now: Verdict, before: Verdict | None, worse: Worse) -> bool:
    """Say whether what is wrong now was wrong before, and is no worse."""
    if before is None or now.outcome not in _ORDER[1:] or before.outcome not in _ORDER[1:]:
        return False
    if _ORDER.index(now.outcome) > _ORDER.index(before.outcome):
        return False
    if now.outcome is Outcome.ERROR:
        return True
    if before.outcome is Outcome.ERROR:
        return False  # nobody could see it before
    was, found = _bad(before), _bad(now)
    if any(subject not in was or holds < was[subject] for subject, holds in found.items()):
        return False
    return not worse(before, now)


def _unwaived(verdict: Verdict) -> Outcome:
    certain = any(item.holds is Holds.NO for item in verdict.observations)
    return Outcome.FAIL if certain else Outcome.UNDETERMINED


def _bad(verdict: Verdict) -> dict[str, int]:
    """Return what is wrong by subject: 0 where it fails for certain, else 1."""
    found: dict[str, int] = {}
    for item in verdict.observations:
        if item.holds is not Holds.YES:
            doubt = 0 if item.holds is Holds.NO else 1
            for subject in item.subjects:
                found[subject] = min(found.get(subject, doubt), doubt)
    return found
