"""Changes of `require:`: which facts are required of which agreements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cmpolicy.agreement import FrameworkScope
from cmpolicy.compare.model import Effect
from cmpolicy.compare.moves import combine, effect_of
from cmpolicy.errors import Location
from cmpolicy.policy import Requirements
from cmpolicy.policy.requiring import STRICTEST_MODEL, UNITED, rank
from cmpolicy.promises.orders import COUNT, SOONER, WORDS

Entry = tuple[Location, FrameworkScope | str]
"""Where it stands, and the framework with its facts or the model that is asked for."""


def required_changes(
    before: Requirements, after: Requirements
) -> Iterator[tuple[str, Effect, tuple[str | None, str | None], tuple[Location | None, ...]]]:
    """Yield what changed: `KEY/FRAMEWORK` or `KEY/model`, its effect, both texts and places."""
    old, new = _entries(before), _entries(after)
    for key in sorted(old.keys() | new.keys()):
        sides = old.get(key), new.get(key)
        asked = [side and side[1] for side in sides]
        if asked[0] != asked[1]:
            texts = tuple(None if one is None else _text(one) for one in asked)
            places = tuple(side and side[0] for side in sides)
            yield "/".join(key), _effect(*asked), (texts[0], texts[1]), places


def _entries(required: Requirements) -> dict[tuple[str, str], Entry]:
    found: dict[tuple[str, str], Entry] = {}
    for row in required.rows:
        if row.model is not None:
            found[row.key, "model"] = row.location, row.model
        for name, scope in row.frameworks.items():
            found[row.key, name] = row.places[name], scope
    return found


def _effect(old: FrameworkScope | str | None, new: FrameworkScope | str | None) -> Effect:
    if old is None or new is None:
        return Effect.STRENGTHENED if old is None else Effect.WEAKENED
    if isinstance(old, FrameworkScope) and isinstance(new, FrameworkScope):
        return combine(_fact_effects(old, new))
    if STRICTEST_MODEL in (old, new):
        return Effect.STRENGTHENED if new == STRICTEST_MODEL else Effect.WEAKENED
    return Effect.UNCLEAR


def _fact_effects(old: FrameworkScope, new: FrameworkScope) -> Iterator[Effect]:
    starts = SOONER.move(_day(old), _day(new))
    yield effect_of(starts, starts)
    for fact in sorted(old.facts.keys() | new.facts.keys()):
        yield _fact_effect(fact, old.facts.get(fact), new.facts.get(fact))


def _fact_effect(fact: str, old: Any, new: Any) -> Effect:
    """Say what became of a fact; one without an order replaces the file's, for better or worse."""
    if old == new:
        return Effect.NEUTRAL
    if new is None:
        return Effect.WEAKENED
    if fact in UNITED and isinstance(new, list):
        words = WORDS.move(frozenset(old or ()), frozenset(new))
        return effect_of(words, words)
    ranks = rank(fact, old), rank(fact, new)
    if ranks[1] is not None and (old is None or ranks[0] is not None):
        counts = COUNT.move(-1.0 if ranks[0] is None else ranks[0], ranks[1])
        return effect_of(counts, counts)
    return Effect.UNCLEAR


def _day(scope: FrameworkScope) -> date:
    return scope.starts if isinstance(scope.starts, date) else date.min


def _text(asked: FrameworkScope | str) -> str:
    if isinstance(asked, str):
        return asked
    facts = [f"{fact}: {_shown(value)}" for fact, value in sorted(asked.facts.items())]
    facts += [f"from: {asked.starts}"] if asked.starts else []
    return f"{asked.id} ({', '.join(facts)})" if facts else asked.id


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
