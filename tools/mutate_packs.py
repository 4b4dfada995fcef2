"""Mutate the rules of the bundled packs and count which changes their examples notice.

    python tools/mutate_packs.py [PACK...]

Each number goes up and down by one unit, each flag is turned, each member of a list and each
parameter and selector is taken out, each word is replaced by another of its kind; the outcome is
turned around, held and failed throughout; a basis on which a grace depends is changed. A mutant
that every example still judges the same survives; survivors are listed.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cmpolicy import bundled
from cmpolicy.agreement import Agreement
from cmpolicy.checks import Check, Context
from cmpolicy.clock import Clock
from cmpolicy.policy import Pack, Rule
from cmpolicy.policy.library import Catalogs, load_in_full, read_file
from cmpolicy.policy.parameters import KINDS, normalise
from cmpolicy.rule_examples import run_examples
from cmpolicy.verdict import Holds, Observation

AS_OF = date(2026, 11, 24)
WORDS = {
    "provider": "customer",
    "customer": "provider",
    "subcontractor": "provider",
    "cloud-provider": "provider",
    "any": "customer",
    "co-managed": "project",
    "24x7": "business-hours",
    "business-hours": "24x7",
    "draft": "active",
    "active": "draft",
    "ended": "active",
}
_NUMBER = re.compile(r"\d+")


def variants(value: Any) -> Iterator[Any]:
    """Yield every value that one small change makes of a parameter."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
        if value > 0:
            yield value - 1
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, list | tuple):
        yield from _lists(list(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            if len(value) > 1:
                yield {name: other for name, other in value.items() if name != key}
            for changed in variants(item):
                yield {**value, key: changed}


def _lists(value: list[Any]) -> Iterator[list[Any]]:
    for index, item in enumerate(value):
        if len(value) > 1:
            yield [*value[:index], *value[index + 1 :]]
        for changed in variants(item):
            yield [*value[:index], changed, *value[index + 1 :]]


def _texts(value: str) -> Iterator[str]:
    found = _NUMBER.search(value)
    if value in WORDS:
        yield WORDS[value]
    elif found and value[0].isdigit():
        number = int(found[0])
        for changed in (number + 1, number - 1):
            if changed > 0:
                yield f"{value[: found.start()]}{changed}{value[found.end() :]}"
    else:
        yield "mutant"


def mutants(rule: Rule, frameworks: Catalogs) -> Iterator[tuple[str, Rule]]:
    """Yield (what was changed, the rule so changed) for every change that still makes a rule."""
    kind = KINDS[rule.facts.check]
    for given in variants(_phrase(rule.parameters)):
        parameters, errors = normalise(kind, given)
        if errors or parameters == rule.parameters:
            continue
        try:
            check = kind.make(parameters, Context(rule.facts.basis, rule.when, frameworks))
        except ValueError:
            continue
        yield f"with: {given}", dataclasses.replace(rule, parameters=parameters, check=check)
    for when in _selectors(dict(rule.when)):
        check = kind.make(rule.parameters, Context(rule.facts.basis, when, frameworks))
        yield f"when: {when}", dataclasses.replace(rule, when=when, check=check)
    yield from _outcomes(rule)
    # A grace is of an interval: `on change` has none.
    if rule.facts.check == "cadence" and _NUMBER.search(str(rule.parameters.get("every"))):
        basis = "inferred" if rule.facts.basis == "practice" else "practice"
        check = kind.make(rule.parameters, Context(basis, rule.when, frameworks))
        yield f"basis: {basis}", dataclasses.replace(rule, check=check)


@dataclasses.dataclass(frozen=True, slots=True)
class _Otherwise:
    """A check that sees what another sees, and says otherwise of it."""

    check: Check
    says: Mapping[Holds, Holds]

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Yield the other check's observations with another answer."""
        for item in self.check.run(agreement, clock):
            yield dataclasses.replace(item, holds=self.says[item.holds])


def _outcomes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    turned = {Holds.YES: Holds.NO, Holds.NO: Holds.YES, Holds.UNKNOWN: Holds.YES}
    answers = {"turned around": turned}
    answers |= {f"always {one}": dict.fromkeys(Holds, one) for one in (Holds.YES, Holds.NO)}
    for name, says in answers.items():
        yield f"outcome: {name}", dataclasses.replace(rule, check=_Otherwise(rule.check, says))


def _phrase(parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _selectors(when: dict[str, tuple[Any, ...]]) -> Iterator[dict[str, tuple[Any, ...]]]:
    for name, wanted in when.items():
        yield {key: value for key, value in when.items() if key != name}
        for changed in variants(list(wanted)):
            yield {**when, name: tuple(changed)}


def main() -> int:
    """Run the pass and print survivors and the score."""
    frameworks = Catalogs()
    base = read_file(bundled.base())
    total = killed = 0
    for name in sys.argv[1:] or list(bundled.policies()):
        pack = load_in_full(name, frameworks)
        tried, survived = _pack(pack, frameworks, base)
        total += tried
        killed += tried - len(survived)
        for line in survived:
            print(line)
        print(f"{name}: {tried - len(survived)} of {tried} mutants noticed")
    print(f"score {killed}/{total} = {100 * killed / max(total, 1):.1f} %")
    return 0


def _pack(pack: Pack, frameworks: Catalogs, base: Any) -> tuple[int, list[str]]:
    tried = 0
    survived: list[str] = []
    for rule in pack.rules:
        for change, mutant in mutants(rule, frameworks):
            tried += 1
            alone = dataclasses.replace(pack, rules=(mutant,))
            if all(result.wrong is None for result in run_examples(alone, base, AS_OF, pack.words)):
                survived.append(f"survived: {rule.id}: {change}")
    return tried, survived


if __name__ == "__main__":
    sys.exit(main())
