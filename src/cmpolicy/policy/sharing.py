"""One check for all rules that ask the same, so that it need be run once an agreement."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from cmpolicy.checks import Check
from cmpolicy.policy.pack import Pack, Rule


def share_checks(packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """Return the packs with the same check in all rules that ask the same of the same parties.

    When a rule applies is another question, which each of them answers for itself.
    """
    known: dict[str, list[Check]] = {}
    return tuple(
        dataclasses.replace(pack, rules=tuple(_sharing(rule, known) for rule in pack.rules))
        for pack in packs
    )


def _sharing(rule: Rule, known: dict[str, list[Check]]) -> Rule:
    checks = known.setdefault(_question(rule), [])
    for check in checks:
        if _is_same(check, rule.check):
            return dataclasses.replace(rule, check=check)
    checks.append(rule.check)
    return rule


def _question(rule: Rule) -> str:
    """Return what a rule asks, and of which parties, as text."""
    parties = {name: rule.when.get(name) for name in ("party_kind", "party_handles")}
    return json.dumps([rule.facts.check, rule.parameters, parties], sort_keys=True, default=str)


def _is_same(one: Any, other: Any) -> bool:
    """Say whether checks made from the same parameters are the same: the basis may differ."""
    return all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in dataclasses.fields(one)
        if field.name != "context"
    )
