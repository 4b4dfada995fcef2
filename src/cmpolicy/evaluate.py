"""Evaluates every rule on every agreement: the verdicts.

A rule is judged under two readings of the whole agreement: all unknowns read optimistically, then
all pessimistically. Both hold: pass. Neither: fail. Else undetermined, with what the pessimistic
reading found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.checks import NotApplicable
from cmpolicy.checks.doubts import decides, ended
from cmpolicy.clock import Clock
from cmpolicy.errors import CmpolicyError, Location
from cmpolicy.lacks import LackKind, unknown, wrong
from cmpolicy.policy import Pack, Rule, selection_doubts, why_not
from cmpolicy.unknown import Reading
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a rule, or its check, says under one reading."""

    reason: str | None = None
    """Why it does not apply; None: it does."""
    observations: tuple[Observation, ...] = ()
    holds: Holds = Holds.YES
    """What they come to: no observation but `yes`, or not selected, and it holds."""

    @classmethod
    def of(cls, observations: tuple[Observation, ...]) -> _Judged:
        """Return what observations come to."""
        found = {item.holds for item in observations}
        holds = next((one for one in (Holds.NO, Holds.UNKNOWN) if one in found), Holds.YES)
        return cls(None, observations, holds)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One agreement on one day, and what was asked of it."""

    pessimistic: Agreement
    optimistic: Agreement
    """The same, where nothing is unknown."""
    answers: dict[tuple[int, Reading], tuple[_Judged, Clock]] = field(default_factory=dict)
    """What checks said, by the check itself and the reading, with the days on which that depends:
    rules that ask the same have one check (`policy.share_checks`)."""

    @classmethod
    def of(cls, agreement: Agreement) -> Evaluation:
        """Return an agreement of which nothing was asked."""
        pessimistic = agreement.read_as(Reading.PESSIMISTIC)
        if not agreement.unknowns:
            return cls(pessimistic, pessimistic)
        return cls(pessimistic, agreement.read_as(Reading.OPTIMISTIC))


def evaluate(
    agreement: Agreement, file: str, packs: Iterable[Pack], as_of: date, *, evidence: bool = True
) -> tuple[Verdict, ...]:
    """Return a verdict for each rule of the packs; `evidence`: with what was seen where it passes.

    Most observations are of what passes, and few reports show them.
    """
    asked = Evaluation.of(agreement)
    return tuple(
        judge(agreement, file, rule, pack.framework, as_of, asked, evidence=evidence)
        for pack in packs
        for rule in pack.rules
    )


def judge(
    agreement: Agreement,
    file: str,
    rule: Rule,
    framework: str | None,
    as_of: date,
    asked: Evaluation | None = None,
    *,
    evidence: bool = True,
) -> Verdict:
    """Return the verdict of one rule on one agreement.

    `asked` is filled: with what other rules asked of the same agreement on the same day.
    """
    asked = Evaluation.of(agreement) if asked is None else asked
    clock = Clock(as_of)
    if rule.lapsed is not None:
        clock.passed(rule.lapsed)
    pessimistic = _under(Reading.PESSIMISTIC, asked, rule, framework, clock)
    optimistic = (
        _under(Reading.OPTIMISTIC, asked, rule, framework, clock)
        if agreement.unknowns
        else pessimistic
    )
    outcome, observations = _combine(pessimistic, optimistic)
    if (pessimistic.reason is None) is not (optimistic.reason is None):
        doubts = selection_doubts(rule, framework, agreement, clock)
        observations = tuple(_unless_selected(item, doubts) for item in observations)
    if outcome is Outcome.PASS and not evidence:
        observations = ()
    applies = outcome is not Outcome.NOT_APPLICABLE
    return Verdict(
        agreement=agreement.id,
        file=file,
        rule=rule.facts,
        outcome=outcome,
        reason=None if applies else pessimistic.reason,
        holds_from=clock.holds_from,
        holds_until=clock.holds_until,
        observations=tuple(_placed(item, agreement) for item in observations),
    )


def _under(
    reading: Reading, asked: Evaluation, rule: Rule, framework: str | None, clock: Clock
) -> _Judged:
    read, opposite = asked.pessimistic, asked.optimistic
    if reading is Reading.OPTIMISTIC:
        read, opposite = opposite, read
    # More to judge is harder to satisfy: what may select the rule does so pessimistically alone.
    reason = why_not(rule, framework, opposite, clock)
    if reason is not None:
        return _Judged(reason)
    key = id(rule.check), reading
    if key not in asked.answers:
        own = clock.anew()
        asked.answers[key] = _asked(rule, read, own), own
    judged, days = asked.answers[key]
    clock.heed(days)
    return judged


def _asked(rule: Rule, read: Agreement, clock: Clock) -> _Judged:
    try:
        observations = tuple(ended(rule.check.run(read, clock)))
    except NotApplicable as nothing:
        return _Judged(str(nothing))
    if not observations:
        raise AssertionError(f"rule {rule.id} made no observation on {read.id}")
    return _Judged.of(observations)


def _combine(pessimistic: _Judged, optimistic: _Judged) -> tuple[Outcome, tuple[Observation, ...]]:
    if pessimistic.reason is not None and optimistic.reason is not None:
        return Outcome.NOT_APPLICABLE, ()
    answers = {pessimistic.holds, optimistic.holds}
    shown, other = (
        (optimistic, pessimistic) if pessimistic.reason is not None else (pessimistic, optimistic)
    )
    if answers == {Holds.YES}:
        return Outcome.PASS, shown.observations
    outcome = Outcome.FAIL if answers == {Holds.NO} else Outcome.UNDETERMINED
    found = _doubted(shown, other)
    if outcome is Outcome.FAIL and all(item.holds is not Holds.NO for item in found):
        # Each reading fails for a reason of its own: the optimistic one stands whatever is unknown.
        found = other.observations
    return outcome, found


def _doubted(shown: _Judged, other: _Judged) -> tuple[Observation, ...]:
    """Mark what fails under the one reading only as unknown."""
    if shown is other:
        return shown.observations
    failing = (item for item in other.observations if item.holds is Holds.NO)
    agreed = {(subject, item.path) for item in failing for subject in item.subjects}
    return tuple(
        dataclasses.replace(item, holds=Holds.UNKNOWN)
        if item.holds is Holds.NO and (item.subject, item.path) not in agreed
        else item
        for item in shown.observations
    )


def _unless_selected(item: Observation, doubts: tuple[str, ...]) -> Observation:
    """Name, in what is in doubt, the unknown values that decide whether the rule applies."""
    if item.holds is Holds.YES:
        return item
    known = () if item.lack is None or item.lack.kind is not LackKind.UNKNOWN else item.lack.paths
    more = [path for path in doubts if path not in known]
    # Those of the rule come first: if it does not apply, the others do not matter.
    lack = unknown(*doubts, *known) if doubts or known else item.lack
    return dataclasses.replace(item, message=item.message + decides(more), lack=lack)


def _placed(item: Observation, agreement: Agreement) -> Observation:
    """Add where the file says it, and what lacks where the check did not say."""
    lack = item.lack
    if item.holds is Holds.YES:
        lack = None
    elif item.holds is Holds.UNKNOWN and (lack is None or lack.kind is LackKind.WRONG):
        lack = unknown(item.path)
    elif lack is None:
        lack = wrong(item.path)
    return dataclasses.replace(item, location=agreement.locate(item.path), lack=lack)


def not_evaluated(
    identity: str, file: str, error: CmpolicyError, packs: Iterable[Pack]
) -> tuple[Verdict, ...]:
    """Return the verdicts on an agreement that cannot be read: the set never shrinks."""
    observations = tuple(
        Observation(
            subject=identity,
            path="",
            message=f"{problem.message} ({problem.hint})" if problem.hint else problem.message,
            holds=Holds.UNKNOWN,
            location=problem.location or Location(file),
        )
        for problem in error.problems
    )
    return tuple(
        Verdict(
            agreement=identity,
            file=file,
            rule=rule.facts,
            outcome=Outcome.ERROR,
            reason="not evaluated",
            observations=observations,
        )
        for pack in packs
        for rule in pack.rules
    )
