"""What each rule says of a control in an agreement, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.controls.evidence import Entry, Evidence, Said
from cmpolicy.errors import Location
from cmpolicy.exemptions import Disabled
from cmpolicy.framework import Control, Framework, ProgramRule
from cmpolicy.rule_facts import RuleFacts
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict

COUNTED: Final = ("law", "inferred")
"""The bases that a state counts by; what is only our practice stands beside it."""
PARTIAL: Final = "partial"
_OPEN: Final = (Outcome.ERROR, Outcome.FAIL, Outcome.UNDETERMINED)
_NOTHING: Final = Said()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What became of a rule for a control in an agreement."""

    rule: RuleFacts
    judges: str
    """`full` or `partial`: how much of the control it judges."""
    outcome: Outcome | None
    """None: the configuration disabled the rule."""
    reason: str | None = None
    evidence: tuple[Evidence, ...] = ()
    """Places, each once: of a pass what shows it, else what does not hold."""
    empty: bool = False
    """It passes because nothing is there that it asks about."""

    @property
    def counted(self) -> bool:
        """Say whether the state of a control counts by it."""
        return self.rule.basis in COUNTED

    @property
    def open(self) -> bool:
        """Say whether something does not hold, or is not known to."""
        return self.outcome in _OPEN

    @property
    def shows(self) -> bool:
        """Say whether the agreement shows what it asks."""
        return self.outcome is Outcome.PASS and not self.empty

    @property
    def word(self) -> str:
        """The outcome in a word."""
        return "disabled" if self.outcome is None else self.outcome.value

    @property
    def sort_key(self) -> tuple[bool, int, str]:
        """What counts comes first, then the worst outcome."""
        order = len(Outcome) if self.outcome is None else list(Outcome).index(self.outcome)
        return (not self.counted, order, self.rule.id)


def by_control(
    verdicts: Iterable[Verdict],
    disabled: Iterable[Disabled],
    framework: Framework,
    entry: Entry,
) -> dict[str, list[RuleResult]]:
    """Return what rules say, by the reference of the control or program rule.

    Args:
        verdicts: of one agreement.
        disabled: the rules that the configuration switched off.
        framework: the catalog.
        entry: of the same agreement.
    """
    rows = {path: said.control for path, said in entry.said.items() if said.control}
    found: dict[str, list[RuleResult]] = {}
    for verdict in verdicts:
        for reference, judges in verdict.rule.controls:
            named = framework.find(reference)
            if named is not None:
                result = _result(verdict, judges, _about(verdict, named, rows), entry)
                found.setdefault(named.reference, []).append(result)
        for reference, result in _allocated(verdict, framework, entry).items():
            found.setdefault(reference, []).append(result)
    for off in disabled:
        for reference, judges in off.facts.controls if off.facts else ():
            named = framework.find(reference)
            if off.facts and named is not None:
                found.setdefault(named.reference, []).append(
                    RuleResult(off.facts, judges, None, f"disabled: {off.because} ({off.by})")
                )
    return found


def _about(
    verdict: Verdict, named: Control | ProgramRule, rows: Mapping[str, str]
) -> Sequence[Observation]:
    """Return the observations that concern a control: all but those on rows of other controls.

    A rule around the controls concerns all rows.
    """
    if isinstance(named, ProgramRule) or not rows:
        return verdict.observations
    return [
        item
        for item in verdict.observations
        if rows.get(item.path, named.reference) == named.reference
    ]


def _result(
    verdict: Verdict, judges: str, observations: Sequence[Observation], entry: Entry
) -> RuleResult:
    """Return what observations of a verdict say: all of them, or those on one control."""
    outcome = verdict.outcome
    if len(observations) < len(verdict.observations):
        outcome = _outcome(verdict, observations)
    chosen = [
        item
        for item in observations
        if outcome is Outcome.ERROR or (item.holds is Holds.YES) is (outcome is Outcome.PASS)
    ]
    empty = outcome is Outcome.PASS and all(item.empty for item in chosen)
    evidence = _evidence(chosen, outcome, verdict.file, entry.said)
    return RuleResult(verdict.rule, judges, outcome, verdict.reason, evidence, empty)


def _evidence(
    observations: Iterable[Observation], outcome: Outcome, file: str, said: Mapping[str, Said]
) -> tuple[Evidence, ...]:
    """Return the places of observations, each once, in their order.

    That a section as a whole has what is asked says less than its rows: it is left out beside them.
    """
    chosen = list(observations)
    rows = [item for item in chosen if "[" in item.path]
    found: dict[tuple[str, int], Evidence] = {}
    for item in rows if rows and outcome is Outcome.PASS else chosen:
        place = item.location or Location(file)
        evidence = Evidence(item.path, item.message, place, said.get(item.path, _NOTHING))
        found.setdefault((place.file, place.line), evidence)
    return tuple(found.values())


def _allocated(verdict: Verdict, framework: Framework, entry: Entry) -> dict[str, RuleResult]:
    """Return what an allocation rule says of each control: its observations name them.

    Where it could not look at the matrix at all, it says the same of each.
    """
    if verdict.rule.check != "allocation":
        return {}
    found: dict[str, list[Observation]] = {}
    for item in verdict.observations:
        if item.subject.startswith(f"{framework.id}:"):
            found.setdefault(item.subject, []).append(item)
    about = any(framework.find(reference) for reference, _ in verdict.rule.controls)
    if not found and about and verdict.outcome is not Outcome.PASS:
        whole = _result(verdict, PARTIAL, verdict.observations, entry)
        return {control.reference: whole for control in framework.controls.values()}
    return {subject: _result(verdict, PARTIAL, items, entry) for subject, items in found.items()}


def _outcome(verdict: Verdict, items: Iterable[Observation]) -> Outcome:
    """Return the outcome for one control: a waiver covers what fails, not what holds."""
    found = {item.holds for item in items}
    if found <= {Holds.YES}:
        return Outcome.PASS
    if verdict.outcome is Outcome.FAIL and Holds.NO not in found:
        return Outcome.UNDETERMINED
    return verdict.outcome


def is_mapped(rule: RuleFacts, framework: Framework) -> bool:
    """Say whether a rule judges a control of a framework, or a rule around them."""
    return any(framework.find(reference) is not None for reference, _ in rule.controls)
