"""Changes of the policy itself: a change must not loosen what judges it unnoticed.

A rule switched off, a severity lowered, a waiver or a release added, a pack or a requirement
dropped, a control taken out of a catalog is weakened; where a rule asks something else than
before, it is unclear which is stricter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.checks import CHECKS
from cmpolicy.checks.strictness import stricter
from cmpolicy.compare.catalogs import catalog_changes
from cmpolicy.compare.model import POLICY, Change, Effect
from cmpolicy.compare.moves import combine, effect_of
from cmpolicy.compare.required import required_changes
from cmpolicy.compare.values import value_text
from cmpolicy.errors import Location
from cmpolicy.exemptions import Disabled, Release, Waiver
from cmpolicy.globs import is_literal
from cmpolicy.policy import Pack, Rule
from cmpolicy.policy.config import DROPPED
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.promises import Move, Order
from cmpolicy.promises.orders import ANY, CELLS, NOT_SAID, WORDS, ladder
from cmpolicy.rule_facts import FAIL_ON, Severity
from cmpolicy.text_edit import TextEdit

SEVERITY: Final = ladder(*reversed([severity.value for severity in Severity]))
GATE: Final = ladder("never", *(level for level in FAIL_ON if level != "never"))
DEFAULT_GATE: Final = "low"
DROPS: Final = ladder("pass", "fail")
FEWER: Final = Order(lambda one, other: one <= other, WORDS.describe)
"""Sets of what is excused: a subset is better."""
_PARAMETERS: Final = {kind.KIND: kind.PARAMETERS for kind in CHECKS}
_LIMIT: Final = {True: Effect.STRENGTHENED, False: Effect.WEAKENED, None: Effect.UNCLEAR}
EXEMPT: Final = Order(lambda one, other: one <= other, str)
"""The last day on which something is excused: the sooner, the better."""


def policy_changes(
    before: EffectivePolicy, after: EffectivePolicy, as_of: date
) -> tuple[Change, ...]:
    """Return what became of configuration, packs, waivers and releases, the worst first."""
    sides = _Sides(before, after, as_of)
    found = (change for look in _LOOKS for change in look(sides))
    return tuple(sorted(found, key=lambda change: change.sort_key))


@dataclass(frozen=True, slots=True)
class _Sides:
    before: EffectivePolicy
    after: EffectivePolicy
    as_of: date

    @property
    def configs(self) -> tuple[Location, Location]:
        """The configurations, as places."""
        return Location(self.before.config.file), Location(self.after.config.file)

    def each(
        self, look: Callable[[EffectivePolicy], Mapping[Any, Any]]
    ) -> Iterator[tuple[Any, Any, Any]]:
        """Yield the key, and what either side has by it, of everything that differs."""
        old, new = look(self.before), look(self.after)
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield key, old.get(key), new.get(key)


def _packs(sides: _Sides) -> Iterator[Change]:
    for name, old, new in sides.each(_by_id):
        if old is None or new is None:
            pack = old or new
            effect = Effect.WEAKENED if new is None else Effect.STRENGTHENED
            counted = f"{len(pack.rules)} rules"
            texts = (counted if old else None, counted if new else None)
            controls = tuple(dict.fromkeys(c for rule in pack.rules for c in _controls(rule)))
            worst = min((rule.facts.severity for rule in pack.rules), key=_weight, default=None)
            yield _change(f"pack/{name}", effect, texts, sides.configs, controls, worst)


def _by_id(policy: EffectivePolicy) -> dict[str, Pack]:
    return {pack.id: pack for pack in policy.packs}


def _rules(sides: _Sides) -> Iterator[Change]:
    both = _by_id(sides.before).keys() & _by_id(sides.after).keys()
    off = {entry.rule for side in (sides.before, sides.after) for entry in side.disabled}

    def live(policy: EffectivePolicy) -> dict[str, Rule]:
        packs = (pack for pack in policy.packs if pack.id in both)
        return {rule.id: rule for pack in packs for rule in pack.rules if rule.id not in off}

    for name, old, new in sides.each(live):
        if old is None or new is None:
            effect = Effect.WEAKENED if new is None else Effect.STRENGTHENED
        elif _asks(old) == _asks(new) and old.facts == new.facts:
            continue
        else:
            effect = _judges(old, new)
        texts = (_describe_rule(old, new), _describe_rule(new, old))
        places = tuple(_place(side, name) for side in (sides.before, sides.after))
        yield _change(f"rule/{name}", effect, texts, places, _controls(old, new), _worst(old, new))


def _asks(rule: Rule) -> tuple[Any, ...]:
    return rule.facts.check, rule.when, rule.parameters, rule.locked


def _judges(old: Rule, new: Rule) -> Effect:
    """Say what became of a rule: another question is neither stricter nor laxer for sure.

    Which limits are stricter is declared with the parameters of its check.
    """
    asks_else = (old.facts.check, old.when) != (new.facts.check, new.when)
    limits = (
        () if asks_else else stricter(_PARAMETERS[new.facts.check], old.parameters, new.parameters)
    )
    levels = (SEVERITY.move(old.facts.severity.value, new.facts.severity.value),)
    moves = (*levels, _flag(old.locked, new.locked), WORDS.move(*map(_named, (old, new))))
    effects = [*(effect_of(move, move) for move in moves), *map(_LIMIT.__getitem__, limits)]
    return combine([*effects, *([Effect.UNCLEAR] if asks_else else [])])


def _named(rule: Rule) -> frozenset[str]:
    return frozenset(_controls(rule))


def _flag(old: bool, new: bool) -> Move:
    return Move.SAME if old is new else Move.BETTER if new else Move.WORSE


def _describe_rule(rule: Rule | None, other: Rule | None) -> str | None:
    """Describe a rule; beside another version of it, only the parameters that differ."""
    if rule is None:
        return None
    said = dict(sorted(rule.parameters.items()))
    if other is not None and other.facts.check == rule.facts.check:
        names = sorted(said.keys() | other.parameters.keys())
        differ = [name for name in names if said.get(name) != other.parameters.get(name)]
        said = {name: said.get(name, NOT_SAID) for name in differ}
    asked = "; ".join(f"{name}: {_value(value)}" for name, value in said.items())
    lead = f"{rule.facts.severity.value}, {rule.facts.check}"
    return f"{lead} ({asked})" if asked else lead


def _value(value: Any) -> str:
    return f"[{value_text(value)}]" if isinstance(value, list) else value_text(value)


def _place(policy: EffectivePolicy, rule: str) -> Location | None:
    setting = policy.config.settings.get(rule)
    if setting is not None:
        return setting.location
    return next((r.location for pack in policy.packs for r in pack.rules if r.id == rule), None)


def _disabled(sides: _Sides) -> Iterator[Change]:
    known = {
        rule.id: rule
        for side in (sides.after, sides.before)
        for pack in side.packs
        for rule in pack.rules
    }
    for name, old, new in sides.each(lambda policy: {off.rule: off for off in policy.disabled}):
        move = EXEMPT.move(_until(old), _until(new))
        places = tuple(
            side.config.disabled[name][1] if off else Location(side.config.file)
            for side, off in ((sides.before, old), (sides.after, new))
        )
        rule = known.get(name)
        texts = tuple(
            off and f"off until {off.until or 'further notice'} by {off.by}: {off.because}"
            for off in (old, new)
        )
        yield _change(
            f"disable/{name}", effect_of(move, move), texts, places, _controls(rule), _worst(rule)
        )


def _until(off: Disabled | None) -> date:
    return date.min if off is None else off.until or date.max


def _waivers(sides: _Sides) -> Iterator[Change]:
    rules = {rule.id: rule for pack in sides.after.packs for rule in pack.rules}
    for (rule, agreement, subject), old, new in sides.each(_by_subject):
        effect = combine(
            effect_of(move, move)
            for move in (
                EXEMPT.move(_last(old, sides.as_of), _last(new, sides.as_of)),
                EXEMPT.move(_lead(old, sides.as_of), _lead(new, sides.as_of)),
            )
        )
        texts = tuple(
            w and f"waived from {w.granted} to {w.expires} by {w.approved_by}: {w.reason}"
            for w in (old, new)
        )
        if texts[0] == texts[1]:
            continue  # it stands on another line
        places = tuple(w and w.location for w in (old, new))
        found = rules.get(rule)
        key = "/".join(filter(None, ("waiver", rule, agreement, subject)))
        yield _change(
            key, effect, texts, places, _controls(found), _worst(found), agreement=agreement
        )


def _by_subject(policy: EffectivePolicy) -> dict[tuple[str, str, str], Waiver]:
    """Return waivers by what they waive; of several the one that lasts longest."""
    ordered = sorted(policy.waivers, key=lambda waiver: (waiver.expires, waiver.granted))
    return {(w.rule, w.agreement, w.subject or ""): w for w in ordered}


def _last(waiver: Waiver | Release | None, as_of: date) -> date:
    """Return the last day that is excused; one that is over excuses none."""
    return date.min if waiver is None or waiver.expires < as_of else waiver.expires


def _lead(waiver: Waiver | Release | None, as_of: date) -> int:
    """Return how soon it begins, counted so that more is sooner; one that is over never does."""
    if waiver is None or waiver.expires < as_of:
        return date.min.toordinal() - date.max.toordinal()
    return -max(waiver.granted, as_of).toordinal()


def _releases(sides: _Sides) -> Iterator[Change]:
    for (agreement, what), old, new in sides.each(_by_what):
        effect = combine(
            effect_of(move, move)
            for move in (
                EXEMPT.move(_last(old, sides.as_of), _last(new, sides.as_of)),
                EXEMPT.move(_lead(old, sides.as_of), _lead(new, sides.as_of)),
            )
        )
        texts = tuple(
            r and f"released from {r.granted} to {r.expires} by {r.approved_by}: {r.because}"
            for r in (old, new)
        )
        if texts[0] == texts[1]:
            continue  # it stands on another line
        places = tuple(r and r.location for r in (old, new))
        one = agreement if is_literal(agreement) else None
        key = f"release/{agreement}/{what}"
        yield _change(key, effect, texts, places, (), None, agreement=one)


def _by_what(policy: EffectivePolicy) -> dict[tuple[str, str], Release]:
    """Return releases by what they release; of several the one that lasts longest."""
    ordered = sorted(policy.releases, key=lambda release: (release.expires, release.granted))
    return {(r.agreement, what): r for r in ordered for what in r.what or ("all",)}


def _require(sides: _Sides) -> Iterator[Change]:
    old, new = sides.before.config.require, sides.after.config.require
    for key, effect, texts, places in required_changes(old, new):
        both = tuple(place or file for place, file in zip(places, sides.configs, strict=True))
        yield _change(f"require/{key}", effect, texts, both, (), None)


def _catalogs(sides: _Sides) -> Iterator[Change]:
    own = (sides.before.frameworks.own, sides.after.frameworks.own)
    for name, effect, texts in catalog_changes(*own):
        yield _change(f"framework/{name}", effect, texts, sides.configs, (), None)


def _configuration(sides: _Sides) -> Iterator[Change]:
    views: list[tuple[str, Order, Callable[[EffectivePolicy], Any]]] = [
        ("agreements", CELLS, _globs),
        ("fail_on", GATE, lambda policy: policy.config.fail_on or DEFAULT_GATE),
        ("allow_unjudged", FEWER, lambda policy: frozenset(policy.config.allow_unjudged)),
        *((f"dropped/{cause}", DROPS, _dropped(cause)) for cause in DROPPED),
    ]
    for name, order, look in views:
        old, new = look(sides.before), look(sides.after)
        move = order.move(old, new)
        if move is not Move.SAME:
            texts = (order.describe(old), order.describe(new))
            yield _change(name, effect_of(move, move), texts, sides.configs, (), None)


def _dropped(cause: str) -> Callable[[EffectivePolicy], str]:
    return lambda policy: policy.config.dropped[cause]


def _globs(policy: EffectivePolicy) -> frozenset[str]:
    """Return the globs of agreements; without any, all there are."""
    return frozenset(policy.config.agreements or {ANY})


def _controls(*rules: Rule | None) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(control for rule in rules if rule for control, _ in rule.facts.controls)
    )


def _worst(*rules: Rule | None) -> Severity | None:
    return min((rule.facts.severity for rule in rules if rule), key=_weight, default=None)


def _weight(severity: Severity) -> int:
    return severity.weight


_LOOKS: Final = (
    _packs,
    _rules,
    _disabled,
    _waivers,
    _releases,
    _require,
    _catalogs,
    _configuration,
)


def _change(
    key: str,
    effect: Effect,
    texts: tuple[str | None, ...],
    places: tuple[Location | None, ...],
    controls: tuple[str, ...],
    severity: Severity | None,
    *,
    agreement: str | None = None,
) -> Change:
    before, after = texts
    old, new = (place if place and place.file else None for place in places)
    return Change(
        agreement,
        POLICY,
        key,
        effect,
        before,
        after,
        (TextEdit(key, None, None, old, new),),
        controls,
        severity=severity,
    )
