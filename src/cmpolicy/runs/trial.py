"""Plans judged as the agreement of any customer on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmpolicy.agreement import Agreement
from cmpolicy.document import read
from cmpolicy.errors import Location
from cmpolicy.fleet import Evaluator
from cmpolicy.lacks import LackKind
from cmpolicy.plans import Named, Plan, judge_choice
from cmpolicy.plans.model import RECORD_SECTIONS
from cmpolicy.plans.stand_in import FILE, OWN_ROWS, StandIn, stand_in
from cmpolicy.plans.trial import Decider, Failing, Trial
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict

_OPEN: Final = (Outcome.FAIL, Outcome.ERROR, Outcome.UNDETERMINED)
_OWN_LISTS: Final = frozenset({*OWN_ROWS.values(), *RECORD_SECTIONS, "documents", "capacity"})
"""Lists to which each customer adds rows of its own."""


def try_plans(evaluator: Evaluator, paths: Sequence[str]) -> Trial:
    """Judge plans for every customer.

    Args:
        evaluator: where plans are read, and the rules that judge.
        paths: a base plan and its add-ons.

    Raises:
        DocumentError: with everything in which they do not fit together.
    """
    plans = [evaluator.loader.plan(path) for path in paths]
    # A draft agreement may be on plans without a seal; the judgement is of an active one.
    named = [Named(plan.file, plan.file, plan.seal, Location(plan.file)) for plan in plans]
    judge_choice(named, plans, "draft")
    about, agreement, verdicts = _judged(evaluator, plans, by_default=False)
    passing = set(_with(_judged(evaluator, plans, by_default=True)[2], Outcome.PASS))
    failing = tuple(_failing(verdicts))
    failed = {one.rule for one in failing}
    found: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        if verdict.outcome in _OPEN and verdict.rule.id not in failed:
            for name in _decisive(verdict.observations, agreement, about):
                found.setdefault(name, {})[verdict.rule.id] = None
    return Trial(
        tuple(plans),
        _with(verdicts, Outcome.PASS),
        failing,
        tuple(dict.fromkeys(rule for rules in found.values() for rule in rules)),
        _with(verdicts, Outcome.NOT_APPLICABLE),
        tuple(_deciders(evaluator, plans, about, found, passing)),
    )


def _deciders(
    evaluator: Evaluator,
    plans: Sequence[Plan],
    about: StandIn,
    found: dict[str, dict[str, None]],
    passing: set[str],
) -> Iterator[Decider]:
    inputs = evaluator.loader.combined(plans).inputs
    for name in dict.fromkeys((*inputs, *about.about, *found)):
        if name in found:
            rules = tuple(found[name])
            by_default = tuple(rule for rule in rules if rule in passing)
            yield Decider(name, inputs.get(name), rules, by_default)


def _judged(
    evaluator: Evaluator, plans: Sequence[Plan], *, by_default: bool
) -> tuple[StandIn, Agreement, tuple[Verdict, ...]]:
    made = stand_in(evaluator.loader.combined(plans), by_default=by_default)
    agreement = evaluator.loader.load_on(read(made.text.encode(), FILE), plans)
    return made, agreement, evaluator.evaluate_agreement(agreement).verdicts


def _with(verdicts: Iterable[Verdict], outcome: Outcome) -> tuple[str, ...]:
    return tuple(one.rule.id for one in verdicts if one.outcome is outcome)


def _failing(verdicts: Iterable[Verdict]) -> Iterator[Failing]:
    """Yield what fails whatever the customer's file says, the worst first, each thing once."""
    found: dict[Failing, None] = {}
    for verdict in sorted(verdicts, key=lambda one: one.rule.severity.weight):
        for one in verdict.observations:
            if one.holds is Holds.NO and not _is_the_customers(one):
                rule = verdict.rule
                found[Failing(rule.id, str(rule.severity), one.location, one.message)] = None
    yield from found


def _is_the_customers(one: Observation) -> bool:
    """Say whether a row is missing from a list that is the customer's own."""
    lack = one.lack
    return lack is not None and lack.kind is LackKind.MISSING and lack.list in _OWN_LISTS


def _decisive(
    observations: Iterable[Observation], agreement: Agreement, about: StandIn
) -> Iterator[str]:
    """Yield what decides each observation that does not hold: by the place of what is unknown."""
    for one in observations:
        if one.holds is Holds.YES:
            continue
        if one.lack is not None and _is_the_customers(one):
            yield one.lack.list
            continue
        paths = one.lack.paths if one.lack is not None else ()
        places = [agreement.locate(path) for path in paths] or [one.location or Location(FILE)]
        place = next((place for place in places if place.file == FILE), places[0])
        if place.file != FILE:
            yield f"{place.file}:{place.line}"
        else:
            yield about.about[place.line - 1] or "the agreement"
