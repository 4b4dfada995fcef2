"""The rules that no pack holds: what cmpolicy itself says of an agreement, whatever its packs.

They stand in reports beside the rules of packs, under the pack `cmpolicy`.
"""

from __future__ import annotations

from typing import Final

from cmpolicy.rule_facts import RuleFacts, Severity


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


NOT_EVALUATED: Final = _rule(
    "cmpolicy-not-evaluated",
    "The agreement can be read",
    Severity.CRITICAL,
    "No rule can judge an agreement that cannot be read, so every rule counts as failed.",
    "Correct the problem at the place that it names.",
)
"""What the findings of an agreement that cannot be read go by."""
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
DROPPED: Final = _rule(
    "cmpolicy-dropped",
    "What was judged before the change is judged after it",
    Severity.CRITICAL,
    "A rule that no longer looks at an agreement passes it whatever it says.",
    "Restore what the rules looked at, or have its release merged into the base first.",
)
"""What the findings of dropped verdicts go by, at the severity of the worst."""
TERM_CUT: Final = _rule(
    "cmpolicy-term-cut",
    "A term that has begun is not put off, and does not end sooner than its notice allows",
    Severity.CRITICAL,
    "An agreement out of force promises nothing: what ends it early drops every rule at once.",
    "Restore `term`, or end the agreement no sooner than its notice allows.",
)
ROTA_EMPTIED: Final = _rule(
    "cmpolicy-rota-emptied",
    "A rota that named its members names them still",
    Severity.CRITICAL,
    "A rota whose people are kept elsewhere counts as staffed, no matter who is on it.",
    "Name the members, or have the change released.",
)
