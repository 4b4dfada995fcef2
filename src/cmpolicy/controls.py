"""What agreements show of a framework: every control with its state.

A control is met only where a rule that judges it fully holds; where the rules that hold judge it
in part, the rest needs evidence from elsewhere. Nothing is left out of the denominator.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cmpolicy.framework import Control, Framework, ProgramRule
from cmpolicy.verdict import Holds, Outcome, Report, Verdict


class State(enum.StrEnum):
    """What the agreement shows of a control, the worst first."""

    NOT_MET = "not met"
    UNDETERMINED = "undetermined"
    WAIVED = "waived"
    NEEDS_EVIDENCE = "needs other evidence"
    NOT_JUDGED = "not judged by any rule"
    MET = "met"


Judged = tuple[str, str, Outcome]
"""(rule, `full` or `partial`, outcome)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one control in one agreement, and the rules that say so."""

    agreement: str
    control: Control | ProgramRule
    state: State
    rules: tuple[Judged, ...]
    """The worst outcome first; rules that do not apply say nothing of the state."""


@dataclass(frozen=True, slots=True)
class Standings:
    """What one agreement shows of a framework."""

    agreement: str
    controls: tuple[Standing, ...]
    """Every control in scope: the denominator."""
    around: tuple[Standing, ...]
    """The framework's rules around the controls, of those that some rule names."""


def standings(
    report: Report, framework: Framework, scopes: Mapping[str, Mapping[str, object]]
) -> tuple[Standings, ...]:
    """Return the state of every control in scope of every agreement.

    Args:
        report: the verdicts.
        framework: the catalog.
        scopes: the agreements held to the framework, and what their entries say.
    """
    found: list[Standings] = []
    for agreement, facts in sorted(scopes.items()):
        controls = framework.in_scope(facts)
        verdicts = [verdict for verdict in report.verdicts if verdict.agreement == agreement]
        judged = _by_control(verdicts, framework, controls)
        program = framework.program_rules.values()
        found.append(
            Standings(
                agreement,
                tuple(_standing(agreement, one, judged) for one in controls),
                tuple(_standing(agreement, one, judged) for one in program if _names(judged, one)),
            )
        )
    return tuple(found)


def counts(found: Iterable[Standing]) -> dict[State, int]:
    """Count the states, every one named."""
    tally = Counter(standing.state for standing in found)
    return {state: tally[state] for state in State}


def _standing(
    agreement: str, control: Control | ProgramRule, judged: Mapping[str, list[Judged]]
) -> Standing:
    order = list(Outcome)
    rules = sorted(judged.get(control.reference, ()), key=lambda one: (order.index(one[2]), one[0]))
    return Standing(agreement, control, _state(tuple(rules)), tuple(rules))


def _names(judged: Mapping[str, list[Judged]], rule: ProgramRule) -> bool:
    return rule.reference in judged


def _by_control(
    verdicts: Iterable[Verdict], framework: Framework, controls: Iterable[Control]
) -> dict[str, list[Judged]]:
    """Return what the verdicts say, by the reference of the control or program rule."""
    found: dict[str, list[Judged]] = {}
    for verdict in verdicts:
        for reference, how in verdict.rule.controls:
            named = framework.find(reference)
            if named is not None:
                judged = (verdict.rule.id, how, verdict.outcome)
                found.setdefault(named.reference, []).append(judged)
        for reference, outcome in _allocated(verdict, framework, controls).items():
            found.setdefault(reference, []).append((verdict.rule.id, "partial", outcome))
    return found


def _allocated(
    verdict: Verdict, framework: Framework, controls: Iterable[Control]
) -> dict[str, Outcome]:
    """Return what an allocation rule says of each control: its observations name them.

    Where it could not look at the matrix at all, it says the same of each.
    """
    if verdict.rule.check != "allocation":
        return {}
    found: dict[str, Outcome] = {}
    for item in verdict.observations:
        if not item.subject.startswith(f"{framework.id}:"):
            continue
        # A waiver of the rule covers what fails of it, and changes nothing for what holds.
        good = item.holds is Holds.YES
        outcome = Outcome.PASS if good else verdict.outcome
        if found.get(item.subject) in (None, Outcome.PASS):
            found[item.subject] = outcome
    about = any(framework.find(reference) for reference, _ in verdict.rule.controls)
    if not found and about and verdict.outcome is not Outcome.PASS:
        return {control.reference: verdict.outcome for control in controls}
    return found


def _state(rules: tuple[Judged, ...]) -> State:
    outcomes = {outcome for _, _, outcome in rules} - {Outcome.NOT_APPLICABLE}
    if not outcomes:
        return State.NOT_JUDGED
    if Outcome.FAIL in outcomes:
        return State.NOT_MET
    if outcomes & {Outcome.UNDETERMINED, Outcome.ERROR}:
        return State.UNDETERMINED
    if Outcome.WAIVED in outcomes:
        return State.WAIVED
    full = any(how == "full" and outcome is Outcome.PASS for _, how, outcome in rules)
    return State.MET if full else State.NEEDS_EVIDENCE
