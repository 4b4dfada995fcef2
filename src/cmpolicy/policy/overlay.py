"""What the configuration changes of the packs: `set:` and `disable:`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date

from cmpolicy.checks import Context
from cmpolicy.errors import PolicyError, Problem
from cmpolicy.exemptions import Disabled
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy.asked import LedgerEntry, wrong_parameters
from cmpolicy.policy.config import Config, Setting
from cmpolicy.policy.pack import Pack, Rule
from cmpolicy.policy.parameters import KINDS, normalise
from cmpolicy.rule_facts import Severity


def overlay(
    packs: Iterable[Pack], config: Config, frameworks: Mapping[str, Framework], as_of: date
) -> tuple[tuple[Pack, ...], tuple[Disabled, ...]]:
    """Return the packs as the configuration has them, and the rules that are switched off.

    A disable that is over no longer switches off; the rule remembers its last day.

    Raises:
        PolicyError: for a rule that no pack has, a locked rule, or parameters that do not fit.
    """
    packs = tuple(packs)
    rules = {rule.id: rule for pack in packs for rule in pack.rules}
    _judge_names(config, rules)
    live = {
        rule: disabled
        for rule, (disabled, _) in config.disabled.items()
        if disabled.until is None or disabled.until >= as_of
    }
    changed = tuple(
        dataclasses.replace(
            pack,
            rules=tuple(
                _changed(rule, config, LedgerEntry(pack.words, pack.framework, frameworks))
                for rule in pack.rules
                if rule.id not in live
            ),
        )
        for pack in packs
    )
    # A rule whose pack is not loaded in this run is not switched off in it.
    return changed, tuple(
        dataclasses.replace(live[rule], facts=rules[rule].facts)
        for rule in sorted(live)
        if rule in rules
    )


def _judge_names(config: Config, rules: Mapping[str, Rule]) -> None:
    problems = []
    places = {rule: setting.location for rule, setting in config.settings.items()}
    places |= {rule: location for rule, (_, location) in config.disabled.items()}
    for name, location in places.items():
        rule = rules.get(name)
        if rule is None:
            guess = nearest(name, tuple(rules))
            listing = "`cmpolicy explain pack:ID` lists the rules of a pack"
            hint = f"did you mean `{guess}`?" if guess else listing
            problems.append(Problem(f"no pack has a rule `{name}`", location, hint))
        elif rule.locked:
            message = f"rule `{name}` is locked by its pack `{rule.facts.pack}`"
            problems.append(Problem(message, location, "only a waiver can set it aside"))
    if problems:
        raise PolicyError.of(tuple(problems))


def _changed(rule: Rule, config: Config, known: LedgerEntry) -> Rule:
    over = config.disabled.get(rule.id)
    if over is not None:
        rule = dataclasses.replace(rule, lapsed=over[0].until)
    setting = config.settings.get(rule.id)
    return rule if setting is None else _set(rule, setting, known)


def _set(rule: Rule, setting: Setting, known: LedgerEntry) -> Rule:
    facts = rule.facts
    if setting.severity is not None:
        facts = dataclasses.replace(facts, severity=Severity(setting.severity))
    if not setting.parameters:
        return dataclasses.replace(rule, facts=facts)
    kind = KINDS[facts.check]
    parameters, errors = normalise(kind, {**rule.parameters, **setting.parameters})
    texts = [text for _, text in errors]
    texts += [] if errors else [text for _, text in wrong_parameters(kind, parameters, known)]
    if texts:
        problems = (Problem(f"rule `{rule.id}`: {text}", setting.location) for text in texts)
        raise PolicyError.of(tuple(problems))
    try:
        check = kind.make(parameters, Context(facts.basis, rule.when, known.frameworks))
    except ValueError as error:
        raise PolicyError(f"rule `{rule.id}`: {error}", setting.location) from error
    return dataclasses.replace(rule, facts=facts, parameters=parameters, check=check)
