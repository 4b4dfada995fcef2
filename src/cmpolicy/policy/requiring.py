"""Holding an agreement to what the policy requires: the stricter of its file and `require:`.

A file cannot lower what is required of it: the higher `level` and `assessment`, the union of
`categories` and the earlier `from` count; of `standing`, `model` and the facts of own
frameworks the policy's word does, because neither of two is the stricter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import HELD_BY_POLICY, SCOPE_FACTS, Agreement, FrameworkScope, Row
from cmpolicy.errors import Problem
from cmpolicy.policy.requirements import Requirement
from cmpolicy.unknown import UNKNOWN, Unknown

ASCENDING: Final[Mapping[str, tuple[Any, ...]]] = {
    "level": (1, 2, 3),
    "assessment": ("self", "c3pao", "dibcac"),
}
"""Facts of which more is stricter, and their values, the least first (32 CFR 170.15 to 170.18)."""
UNITED: Final = frozenset({"categories"})
"""Facts that are lists, of which each entry adds."""
STRICTEST_MODEL: Final = "co-managed"
"""The model that most rules ask for."""

Start = date | Unknown | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What one agreement is held to, whatever its file says."""

    frameworks: Mapping[str, FrameworkScope] = dataclasses.field(default_factory=dict)
    model: str | None = None
    named: tuple[str, ...] = ()
    """Frameworks that it counts as naming; where the file names one, the file decides."""

    @property
    def names(self) -> tuple[str, ...]:
        """The frameworks that it is held to, whether its file names them or not."""
        return tuple(dict.fromkeys((*self.frameworks, *self.named)))


def combine(requirements: Iterable[Requirement]) -> Demand:
    """Return what several requirements ask of one agreement together."""
    frameworks: dict[str, FrameworkScope] = {}
    models: list[str] = []
    for requirement in requirements:
        models += [requirement.model] if requirement.model else []
        for name, asked in requirement.frameworks.items():
            found = frameworks.get(name)
            frameworks[name] = asked if found is None else _both(found, asked)
    model = STRICTEST_MODEL if STRICTEST_MODEL in models else next(iter(models), None)
    return Demand(frameworks, model)


def _both(one: FrameworkScope, other: FrameworkScope) -> FrameworkScope:
    facts = dict(one.facts)
    for fact, value in other.facts.items():
        if fact not in facts or facts[fact] == value:
            facts[fact] = value
        else:
            both = stricter(fact, facts[fact], value)
            # Neither is the stricter: the rules of both apply.
            facts[fact] = _united(facts[fact], value) if both is None else both
    return FrameworkScope(one.id, one.path, facts, _earlier(one.starts, other.starts))


def _earlier(one: Start, other: Start) -> Start:
    """Return the earlier of two days; without one it is now, and an unknown one does not count."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return other if isinstance(one, Unknown) else one
    return None if one is None or other is None else min(one, other)


def rank(fact: str, value: Any) -> float | None:
    """Return how strict a value of a fact is, as a number; None where it has no order."""
    if fact not in ASCENDING or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    order = ASCENDING[fact]
    return float(order.index(value)) if value in order else None


def stricter(fact: str, one: Any, other: Any) -> Any:
    """Return the stricter of two values of a fact; None where neither is."""
    if fact in UNITED and isinstance(one, list) and isinstance(other, list):
        return _united(one, other)
    ranks = rank(fact, one), rank(fact, other)
    if ranks[0] is None or ranks[1] is None:
        return None
    return one if ranks[0] >= ranks[1] else other


def _united(one: Any, other: Any) -> list[Any]:
    values = [
        item for value in (one, other) for item in (value if isinstance(value, list) else [value])
    ]
    return list(dict.fromkeys(values))


def hold(agreement: Agreement, demand: Demand, as_of: date) -> Agreement:
    """Return the agreement as it is judged; where that differs from its file, it warns.

    Args:
        agreement: as its file says it.
        demand: what the policy asks of it.
        as_of: a `from` of the file that is after this day does not excuse, and is reported.
    """
    scopes = dict(agreement.frameworks)
    warnings: list[Problem] = []
    for name, asked in demand.frameworks.items():
        said = scopes.get(name)
        scopes[name] = _added(asked) if said is None else _held(said, asked)
        if said is not None:
            warnings += _differences(agreement, said, asked, scopes[name], as_of)
    model = demand.model or agreement.model
    if model != agreement.model and agreement.model is not None:
        judged = f"{demand.model}: judged as {demand.model}"
        warnings.append(_difference(agreement, "model", agreement.model, judged))
    held = naming(agreement, demand.named)
    if scopes == agreement.frameworks and model == agreement.model:
        return held
    return dataclasses.replace(
        held,
        frameworks={**held.frameworks, **scopes},
        model=model,
        rows={**agreement.rows, "frameworks": _rows(agreement, demand, scopes)},
        unknowns=held.unknowns or len(scopes) > len(agreement.frameworks),
        warnings=(*agreement.warnings, *warnings),
    )


def naming(agreement: Agreement, names: Iterable[str]) -> Agreement:
    """Return the agreement as naming these frameworks too, with facts that are unknown."""
    missing = [name for name in names if name not in agreement.frameworks]
    if not missing:
        return agreement
    # Where the file calls its frameworks unknown, it may name this one from a later day on.
    starts = UNKNOWN if agreement.document.value.get("frameworks") == UNKNOWN.value else None
    added = {name: _added(FrameworkScope(name, HELD_BY_POLICY, {}, starts)) for name in missing}
    return dataclasses.replace(
        agreement, frameworks={**agreement.frameworks, **added}, unknowns=True
    )


def _added(asked: FrameworkScope) -> FrameworkScope:
    facts = {**dict.fromkeys(SCOPE_FACTS, UNKNOWN), **asked.facts}
    return FrameworkScope(asked.id, HELD_BY_POLICY, facts, asked.starts)


def _held(said: FrameworkScope, asked: FrameworkScope) -> FrameworkScope:
    facts = dict(said.facts)
    for fact, value in asked.facts.items():
        found = stricter(fact, facts.get(fact), value)
        facts[fact] = value if found is None else found
    return FrameworkScope(said.id, said.path, facts, _earlier(said.starts, asked.starts))


def _differences(
    agreement: Agreement,
    said: FrameworkScope,
    asked: FrameworkScope,
    held: FrameworkScope,
    as_of: date,
) -> Iterable[Problem]:
    for fact, value in asked.facts.items():
        own = said.facts.get(fact)
        if own is None or isinstance(own, Unknown) or held.facts[fact] == own:
            continue
        how = "at" if fact in ASCENDING else "as"
        judged = f"{_shown(value)}: judged {how} {_shown(held.facts[fact])}"
        yield _difference(agreement, f"{said.path}.{fact}", _shown(own), judged)
    if isinstance(said.starts, date) and said.starts > as_of and said.starts != held.starts:
        day = "now" if held.starts is None else f"from {held.starts}"
        judged = f"{said.id} {day}: judged {day}"
        yield _difference(agreement, f"{said.path}.from", str(said.starts), judged)


def _difference(agreement: Agreement, path: str, said: str, judged: str) -> Problem:
    return Problem(
        f"{path}: {said} here, but cmpolicy.yaml requires {judged}",
        agreement.locate(path),
        f"change `{path}`, or `require` in cmpolicy.yaml",
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return str(getattr(value, "value", value))


def _rows(
    agreement: Agreement, demand: Demand, scopes: Mapping[str, FrameworkScope]
) -> tuple[Row, ...]:
    """Return the row of frameworks with the facts that the policy says."""
    found = agreement.rows.get("frameworks", ())
    fields = dict(found[0].fields) if found else {}
    for name, asked in demand.frameworks.items():
        if asked.facts:
            own = fields.get(name)
            facts = {fact: scopes[name].facts[fact] for fact in asked.facts}
            fields[name] = {**(own if isinstance(own, Mapping) else {}), **facts}
    return (Row("frameworks", "frameworks", fields),) if fields else ()
