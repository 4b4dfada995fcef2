"""What agreements show of a framework: every control with its state.

A control is met only where a rule that judges it fully holds; where the rules that hold judge it
in part, the rest needs evidence from elsewhere. Nothing is left out of the denominator.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cmpolicy.framework import Control, Framework
from cmpolicy.verdict import Holds, Outcome, Report, Verdict


class State(enum.StrEnum):
    """What the agreement shows of a control, the worst first."""

    NOT_MET = "not met"
    UNDETERMINED = "undetermined"
    WAIVED = "waived"
    NEEDS_EVIDENCE = "needs other evidence"
    NOT_JUDGED = "not judged by any rule"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one control in one agreement, and the rules that say so."""

    agreement: str
    control: Control
    state: State
    rules: tuple[tuple[str, str, Outcome], ...]
    """(rule, `full` or `partial`, outcome), of the rules that apply."""


def standings(
    report: Report, framework: Framework, scopes: Mapping[str, Mapping[str, object]]
) -> tuple[Standing, ...]:
    """Return the state of every control in scope of every agreement.

    Args:
        report: the verdicts.
        framework: the catalog.
        scopes: the agreements held to the framework, and what their entries say.
    """
    found: list[Standing] = []
    for agreement, facts in sorted(scopes.items()):
        by_control = _by_control(v for v in report.verdicts if v.agreement == agreement)
        for control in framework.in_scope(facts):
            judged = by_control.get(control.reference, ())
            rules = tuple((rule, how, outcome) for rule, how, outcome in judged)
            found.append(Standing(agreement, control, _state(rules), rules))
    return tuple(found)


def counts(found: Iterable[Standing]) -> dict[State, int]:
    """Count the states, every one named."""
    tally = Counter(standing.state for standing in found)
    return {state: tally[state] for state in State}


Judged = tuple[str, str, Outcome]


def _by_control(verdicts: Iterable[Verdict]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.NOT_APPLICABLE:
            continue
        for reference, how in verdict.rule.controls:
            found.setdefault(reference, []).append((verdict.rule.id, how, verdict.outcome))
        for reference, outcome in _allocated(verdict).items():
            found.setdefault(reference, []).append((verdict.rule.id, "partial", outcome))
    return found


def _allocated(verdict: Verdict) -> dict[str, Outcome]:
    """Return what an allocation rule says of each control: its observations name them."""
    if verdict.rule.check != "allocation":
        return {}
    found: dict[str, Outcome] = {}
    for item in verdict.observations:
        if ":" not in item.subject:
            continue
        # A waiver of the rule covers what fails of it, and changes nothing for what holds.
        good = item.holds is Holds.YES
        outcome = Outcome.PASS if good else verdict.outcome
        if found.get(item.subject) in (None, Outcome.PASS):
            found[item.subject] = outcome
    return found


def _state(rules: tuple[Judged, ...]) -> State:
    outcomes = {outcome for _, _, outcome in rules}
    if not rules:
        return State.NOT_JUDGED
    if Outcome.FAIL in outcomes:
        return State.NOT_MET
    if outcomes & {Outcome.UNDETERMINED, Outcome.ERROR}:
        return State.UNDETERMINED
    if Outcome.WAIVED in outcomes:
        return State.WAIVED
    full = any(how == "full" for _, how, _ in rules)
    return State.MET if full else State.NEEDS_EVIDENCE
