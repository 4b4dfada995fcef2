"""What the gate says of agreements themselves, as verdicts of rules that no pack holds."""

from __future__ import annotations

from typing import Final

from cmpolicy.errors import Location
from cmpolicy.verdict import Holds, Observation, Outcome, RuleFacts, Severity, Verdict


def _rule(identity: str, title: str, severity: Severity, why: str, fix: str) -> RuleFacts:
    return RuleFacts(
        id=identity,
        pack="cmpolicy",
        check="agreement",
        title=title,
        severity=severity,
        basis="practice",
        controls=(),
        references=(),
        why=why,
        fix=fix,
    )


NOT_JUDGED: Final = _rule(
    "cmpolicy-not-judged",
    "A rule applies to the agreement",
    Severity.LOW,
    "An agreement to which no rule applies would pass whatever it says.",
    "Name its frameworks, say `model: co-managed`, require either of it in cmpolicy.yaml, or list "
    "its path under `allow_unjudged` there.",
)
REQUIRED: Final = _rule(
    "cmpolicy-required",
    "An agreement that `require` names is there",
    Severity.CRITICAL,
    "The policy says what this agreement is held to; where it is missing, nothing is.",
    "Restore the agreement, or take its `id:` out of `require` in cmpolicy.yaml.",
)


def not_judged(agreement: str, place: Location) -> Verdict:
    """Return the verdict on an agreement that is new and that no rule applies to."""
    message = "no rule applies: no framework is named or required, and the model is not co-managed"
    return _verdict(NOT_JUDGED, agreement, place, message, Outcome.FAIL)


def missing(agreement: str, place: Location) -> Verdict:
    """Return the error of an agreement that `require` names by its id and that is not there."""
    message = f"`require` names `id:{agreement}`, and no agreement of the set has that id"
    return _verdict(REQUIRED, agreement, place, message, Outcome.ERROR)


def _verdict(
    rule: RuleFacts, agreement: str, place: Location, message: str, outcome: Outcome
) -> Verdict:
    holds = Holds.UNKNOWN if outcome is Outcome.ERROR else Holds.NO
    seen = Observation(agreement, "", message, holds, place)
    reason = "not evaluated" if outcome is Outcome.ERROR else None
    return Verdict(agreement, place.file, rule, outcome, reason, observations=(seen,))
