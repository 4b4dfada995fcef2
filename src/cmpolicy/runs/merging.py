"""A change of the policy: what it loosens, and what fails on the main branch once it is merged.

The change is judged by the earlier policy. Nobody would hear of a rule that it tightens until the
main branch turns red, so the later policy is tried too, and what it fails is reported first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cmpolicy.compare import Change, Effect, policy_changes
from cmpolicy.errors import CmpolicyError
from cmpolicy.fleet import Evaluator, distinct, judge_all, workers
from cmpolicy.gate.members import Membership
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.runs.policies import Judging, load_from
from cmpolicy.runs.reporting import make_report
from cmpolicy.runs.running import CheckRequest
from cmpolicy.runs.touched import RevisionView
from cmpolicy.verdict import FailsOnceMerged, PolicyEdit, Report

Merged = tuple[tuple[PolicyEdit, ...], tuple[FailsOnceMerged, ...]]


def policy_report(
    request: CheckRequest,
    base: RevisionView,
    head: RevisionView,
    judging: Judging,
    report: Report,
) -> Merged:
    """Return what a change does to the policy, and what fails by it once it is merged.

    Raises:
        CmpolicyError: where the later policy cannot be used: the main branch would be broken.
    """
    before = judging.policy
    if judging.origin.kind in ("change", "first"):
        try:
            before = load_from(request.place, base.snapshot, request.policy, required=False)
        except CmpolicyError:
            return (), ()  # it cannot be used, and this change may well repair it
    after = judging.policy
    if judging.origin.kind in ("base", "given"):
        after = load_from(request.place, head.snapshot, request.policy, required=False)
    edits = tuple(map(_edit, policy_changes(before, after, request.as_of)))
    if not edits or after is judging.policy:
        return edits, ()
    return edits, tuple(_failing(request, head, after, report))


def _edit(change: Change) -> PolicyEdit:
    before, after = (text or "nothing" for text in (change.before, change.after))
    causes = change.causes
    place = causes[0].new or causes[0].old if causes else None
    effect = change.effect.value if change.effect is not Effect.NEUTRAL else "changed"
    return PolicyEdit(effect, f"{change.key}: {before} before, {after} now", place)


def _failing(
    request: CheckRequest, head: RevisionView, policy: EffectivePolicy, report: Report
) -> Iterator[FailsOnceMerged]:
    """Yield the agreements that fail by the later policy, and not by the earlier one."""
    members = Membership.of([policy.config], request.place.here)
    evaluator = Evaluator.of(head.snapshot, policy, request.as_of)
    sources = list(members.sources(head.snapshot))
    count = workers(len(sources), request.crew)
    found = request.progress(judge_all(evaluator, sources, count), len(sources))
    judgements = distinct((one for one in found if one.counts), policy)
    later = make_report(judgements, policy, request.as_of, request.fail_on, None)
    failing = {(one.agreement, one.rule.id) for one in report.failing}
    failing |= {(one.agreement, one.rule.id) for one in report.verdicts if one.known}
    by_agreement: dict[tuple[str, str], list[str]] = {}
    for verdict in later.failing:
        if (verdict.agreement, verdict.rule.id) not in failing:
            by_agreement.setdefault((verdict.agreement, verdict.file), []).append(verdict.rule.id)
    for (agreement, file), rules in by_agreement.items():
        yield FailsOnceMerged(agreement, file, tuple(rules))
