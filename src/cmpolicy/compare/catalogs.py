"""Changes of the catalogs that a configuration names: their controls, and whom those bind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cmpolicy.compare.model import Effect
from cmpolicy.compare.moves import effect_of
from cmpolicy.framework import Framework
from cmpolicy.promises.orders import WORDS


def catalog_changes(
    before: Mapping[str, Framework], after: Mapping[str, Framework]
) -> Iterator[tuple[str, Effect, tuple[str | None, str | None]]]:
    """Yield what changed, by the framework's id: its effect, and both texts.

    A control less is weakened, one more is strengthened. Of another scope, or of other data that
    an inherited control needs, neither side is the stricter for sure.
    """
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            effect = Effect.STRENGTHENED if old is None else Effect.WEAKENED
            yield name, effect, (_counted(old), _counted(new))
        elif old.controls.keys() != new.controls.keys():
            move = WORDS.move(frozenset(old.controls), frozenset(new.controls))
            yield name, effect_of(move, move), (_beside(old, new), _beside(new, old))
        elif _asks(old) != _asks(new):
            yield name, Effect.UNCLEAR, ("other controls in scope", "see the catalog")


def _asks(framework: Framework) -> tuple[object, ...]:
    scope = framework.scope
    facts = scope and [control.fact(scope.compares) for control in framework.controls.values()]
    return scope, facts, framework.data, [one.only_for for one in framework.controls.values()]


def _counted(framework: Framework | None) -> str | None:
    return None if framework is None else f"{len(framework.controls)} controls"


def _beside(one: Framework, other: Framework) -> str:
    """Describe the controls of a catalog, by name those that the other version lacks."""
    own = [name for name in one.controls if name not in other.controls]
    return f"{len(one.controls)} controls" + (f", {', '.join(own)} among them" if own else "")
