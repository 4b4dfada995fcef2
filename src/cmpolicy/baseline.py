"""`--new-since`: what an earlier revision showed already does not fail the gate again."""

from __future__ import annotations

import dataclasses

from cmpolicy.verdict import Holds, Outcome, Report, Verdict

_ORDER = (Outcome.PASS, Outcome.UNDETERMINED, Outcome.FAIL, Outcome.ERROR)


def mark_known(report: Report, earlier: Report) -> Report:
    """Mark the failing verdicts that the earlier report has too, and no better there."""
    before = {(verdict.agreement, verdict.rule.id): verdict for verdict in earlier.verdicts}
    return dataclasses.replace(
        report,
        verdicts=tuple(
            dataclasses.replace(verdict, known=True)
            if _known(verdict, before.get((verdict.agreement, verdict.rule.id)))
            else verdict
            for verdict in report.verdicts
        ),
    )


def _known(now: Verdict, before: Verdict | None) -> bool:
    if before is None or now.outcome not in _ORDER[1:] or before.outcome not in _ORDER[1:]:
        return False
    if _ORDER.index(now.outcome) > _ORDER.index(before.outcome):
        return False
    if now.outcome is Outcome.ERROR:
        return True
    # The message tells the measure (a worst case, a gap, a date): where it differs, the change
    # moved what is wrong, and whoever made it should see that.
    return _bad(now) <= _bad(before)


def _bad(verdict: Verdict) -> set[tuple[str, Holds, str]]:
    return {
        (item.subject, item.holds, item.message)
        for item in verdict.observations
        if item.holds is not Holds.YES
    }
