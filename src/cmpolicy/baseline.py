"""`--new-since`: what an earlier revision showed already does not fail the gate again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from cmpolicy.verdict import Holds, Outcome, Report, Verdict

_ORDER = (Outcome.PASS, Outcome.UNDETERMINED, Outcome.FAIL, Outcome.ERROR)


def mark_known(
    report: Report, earlier: Report, worse: Callable[[Verdict, Verdict], bool]
) -> Report:
    """Mark the failing verdicts that the earlier report has too, and no better there.

    `worse` says whether the change made worse what a rule found wrong before as well; it is asked
    where the same is found in other words.
    """
    before = {(verdict.agreement, verdict.rule.id): verdict for verdict in earlier.verdicts}
    return dataclasses.replace(
        report,
        verdicts=tuple(
            dataclasses.replace(verdict, known=True)
            if _known(verdict, before.get((verdict.agreement, verdict.rule.id)), worse)
            else verdict
            for verdict in report.verdicts
        ),
    )


def _known(now: Verdict, before: Verdict | None, worse: Callable[[Verdict, Verdict], bool]) -> bool:
    if before is None or now.outcome not in _ORDER[1:] or before.outcome not in _ORDER[1:]:
        return False
    if _ORDER.index(now.outcome) > _ORDER.index(before.outcome):
        return False
    if now.outcome is Outcome.ERROR:
        return True
    if before.outcome is Outcome.ERROR:
        return False  # nobody could see it before
    was, found = _bad(before), _bad(now)
    if any(subject not in was or holds < was[subject][0] for subject, (holds, _) in found.items()):
        return False
    # The message tells the measure (a worst case, a gap, a date): where it differs, the change
    # moved what is wrong, for better or worse.
    moved = any(was[subject] != told for subject, told in found.items())
    return not moved or not worse(before, now)


def _bad(verdict: Verdict) -> dict[str, tuple[int, frozenset[str]]]:
    """Return what is wrong by subject: 0 where it fails for certain, else 1; and the messages."""
    found: dict[str, tuple[int, frozenset[str]]] = {}
    for item in verdict.observations:
        if item.holds is not Holds.YES:
            doubt = 0 if item.holds is Holds.NO else 1
            least, told = found.get(item.subject, (doubt, frozenset()))
            found[item.subject] = (min(least, doubt), told | {item.message})
    return found
