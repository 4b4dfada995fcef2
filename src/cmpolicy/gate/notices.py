"""What the gate says of agreements themselves, as verdicts of rules that no pack holds."""

from __future__ import annotations

from cmpolicy.errors import Location
from cmpolicy.own_rules import NOT_JUDGED, REQUIRED
from cmpolicy.rule_facts import RuleFacts
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict


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
