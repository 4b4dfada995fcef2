"""The state of every control of a framework in each agreement.

A state counts by the rules that are `law` or `inferred`; open rules that are only our practice
stand beside it. Nothing is left out: what does not bind an agreement is there with the reason.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmpolicy.controls.contracts import Contract
from cmpolicy.controls.evidence import Entry, Evidence
from cmpolicy.controls.results import RuleResult, by_control
from cmpolicy.framework import Control, Framework, ProgramRule
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, any_of
from cmpolicy.verdict import Outcome, Report, Verdict


class State(enum.StrEnum):
    """What an agreement shows of a control, in the order of reports."""

    NOT_MET = "not met"
    """A rule fails, or the contract is not there that the term stands in."""
    PARTLY = "partly shown"
    """The rules that pass judge a part of it; the rest takes other evidence."""
    UNDETERMINED = "undetermined"
    """It depends on a value that is unknown, or the agreement cannot be read."""
    WAIVED = "waived"
    OPEN = "met, our defaults open"
    """The term is there; rules that are our practice only are not kept."""
    MET = "met in the agreement"
    """The agreement shows the term itself; whether it is kept takes other evidence."""
    NEEDS_EVIDENCE = "needs other evidence"
    """No rule that counts shows anything of it."""
    NOT_APPLICABLE = "not applicable"
    """By level, category or standing, by a day that is to come, or since it binds others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one control in one agreement, and what says so."""

    agreement: str
    control: Control | ProgramRule
    state: State
    because: tuple[str, ...]
    """What besides the rules decides: scope, an unknown value, a contract that is not there."""
    rules: tuple[RuleResult, ...]
    """What counts first, then the worst outcome."""

    @property
    def beside(self) -> tuple[RuleResult, ...]:
        """The open rules that are our practice only."""
        return tuple(one for one in self.rules if one.open and not one.counted)

    @property
    def deciding(self) -> tuple[RuleResult, ...]:
        """The open rules that the state counts by."""
        return tuple(one for one in self.rules if one.open and one.counted)


@dataclass(frozen=True, slots=True)
class Standings:
    """What one agreement shows of a framework."""

    agreement: str
    file: str
    controls: tuple[Standing, ...]
    """Every control of the catalog."""
    around: tuple[Standing, ...]
    """The framework's rules around the controls, of those that some rule names."""
    because: str = ""
    """What decides all of them alike: it cannot be read, or is not held to the framework yet."""

    @property
    def in_scope(self) -> int:
        """How many controls bind, or may: the denominator."""
        return sum(one.state is not State.NOT_APPLICABLE for one in self.controls)


@dataclass(frozen=True, slots=True)
class ControlsReport:
    """What the agreements of a run show of a framework."""

    framework: Framework
    report: Report
    agreements: tuple[Standings, ...]


def standings(
    report: Report, framework: Framework, entries: Mapping[str, Entry]
) -> tuple[Standings, ...]:
    """Return the state of every control in every agreement.

    Args:
        report: the verdicts, with waivers applied.
        framework: the catalog.
        entries: the agreements held to the framework, by id.
    """
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        verdicts.setdefault(verdict.agreement, []).append(verdict)
    return tuple(
        _standings(agreement, entry, verdicts.get(agreement, []), framework, report)
        for agreement, entry in sorted(entries.items())
    )


def _standings(
    agreement: str, entry: Entry, verdicts: list[Verdict], framework: Framework, report: Report
) -> Standings:
    held = _held(framework, entry, report.as_of)
    judged = by_control(verdicts, report.disabled, framework, entry)

    def standing(control: Control | ProgramRule) -> Standing:
        rules = tuple(sorted(judged.get(control.reference, ()), key=lambda one: one.sort_key))
        binds, why = _binds(control, framework, entry) if held[0] is True else held
        if binds is False:
            return Standing(agreement, control, State.NOT_APPLICABLE, (why,), rules)
        if binds is UNKNOWN:
            return Standing(agreement, control, State.UNDETERMINED, (why,), rules)
        state, because = _state([one for one in rules if one.counted], control, entry)
        if state is State.MET and any(one.open for one in rules):
            state = State.OPEN
        return Standing(agreement, control, state, because, rules)

    return Standings(
        agreement,
        entry.file,
        tuple(standing(control) for control in framework.controls.values()),
        tuple(
            standing(rule) for rule in framework.program_rules.values() if rule.reference in judged
        ),
        held[1],
    )


def counts(found: Iterable[Standing]) -> dict[State, int]:
    """Count the states, every one named."""
    tally = Counter(standing.state for standing in found)
    return {state: tally[state] for state in State}


def _held(framework: Framework, entry: Entry, as_of: date) -> tuple[Answer, str]:
    """Say whether an agreement is held to a framework on a day, and why not."""
    if entry.broken:
        return UNKNOWN, "the agreement cannot be read"
    if isinstance(entry.starts, Unknown):
        whole = all(isinstance(fact, Unknown) for fact in entry.facts.values()) and entry.facts
        return UNKNOWN, f"`frameworks.{framework.id}{'' if whole else '.from'}` is unknown"
    if entry.starts is not None and entry.starts > as_of:
        return False, f"the agreement is held to {framework.id} from {entry.starts} on"
    return True, ""


def _binds(
    control: Control | ProgramRule, framework: Framework, entry: Entry
) -> tuple[Answer, str]:
    """Say whether a control binds an agreement that is held to its framework, and why not."""
    if not isinstance(control, Control):
        return True, ""
    if control.only_for is not None:
        return False, f"it binds {control.only_for} only"
    binds = framework.binds(control, entry.facts)
    if framework.scope is None:
        return binds, ""
    asks, compares = framework.scope.asks, framework.scope.compares
    if binds is False:
        of = compares.replace("_", " ")
        said = _listed(entry.facts.get(asks))
        return binds, f"it is for {of} {control.fact(compares)}; the agreement says {asks} {said}"
    return binds, f"`frameworks.{framework.id}.{asks}` is unknown"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _state(
    rules: Sequence[RuleResult], control: Control | ProgramRule, entry: Entry
) -> tuple[State, tuple[str, ...]]:
    """Return the state by the rules that count, and what besides them decides."""
    outcomes = {one.outcome for one in rules}
    stands, why = _stands([one for one in rules if one.shows], control, entry)
    because = tuple(why)
    if Outcome.FAIL in outcomes or stands is False:
        return State.NOT_MET, because
    if outcomes & {Outcome.UNDETERMINED, Outcome.ERROR} or stands is UNKNOWN:
        return State.UNDETERMINED, because
    if Outcome.WAIVED in outcomes:
        return State.WAIVED, because
    return _shown(rules), (*because, *_off(rules), *_idle(rules))


def _shown(rules: Iterable[RuleResult]) -> State:
    """Return the state by the rules that pass, where none is open."""
    shown = {one.judges for one in rules if one.shows}
    if not shown:
        return State.NEEDS_EVIDENCE
    # Nothing is met while a rule that could say otherwise is switched off.
    return State.MET if "full" in shown and not _off(rules) else State.PARTLY


def _off(rules: Iterable[RuleResult]) -> tuple[str, ...]:
    """Return what to say of the rules that the configuration disabled."""
    return tuple(f"{one.rule.id} is disabled" for one in rules if one.outcome is None)


def _idle(rules: Sequence[RuleResult]) -> tuple[str, ...]:
    """Return why none of the rules applies, where there are some."""
    if any(one.outcome is not Outcome.NOT_APPLICABLE for one in rules):
        return ()
    return tuple(dict.fromkeys(f"no rule applies: {one.reason}" for one in rules if one.reason))


def _stands(
    rules: Iterable[RuleResult], control: Control | ProgramRule, entry: Entry
) -> tuple[Answer, list[str]]:
    """Say whether the contract is there that a term stands in, and its clauses say where."""
    kind = control.term_of if isinstance(control, Control) else None
    evidence = [item for one in rules for item in one.evidence]
    if kind is None or not evidence:
        return True, []
    bound = {who for item in evidence for who in item.said.by}
    every = [one for one in entry.contracts if one.kind == kind]
    named = [one for one in every if one.party in bound]
    there = (
        all_of(*(one.there for one in named)) if named else any_of(*(one.there for one in every))
    )
    cited = all_of(*(item.said.cited for item in evidence))
    return all_of(there, cited), [*_lacking(named or every, there), *_uncited(evidence)]


def _lacking(found: Iterable[Contract], there: Answer) -> Iterable[str]:
    if there is not True:
        reasons = [one.because for one in found if one.there is not True]
        yield from dict.fromkeys(reasons or ["no party is bound by a contract"])


def _uncited(evidence: Iterable[Evidence]) -> Iterable[str]:
    for item in evidence:
        if item.said.cited is not True:
            row = item.path.partition("]")[0] + "]"
            lacks = "is unknown" if isinstance(item.said.cited, Unknown) else "is missing"
            yield f"`{row}.where` {lacks}"
