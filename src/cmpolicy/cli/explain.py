"""`cmpolicy explain`: the reference, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.cli import options
from cmpolicy.cli.output import write_out
from cmpolicy.errors import CmpolicyError
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy import Pack, Rule
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.policy.library import load_in_full
from cmpolicy.reference import (
    check_page,
    control_page,
    field_names,
    field_page,
    framework_page,
    pack_page,
    rule_page,
)
from cmpolicy.reporters.escape import visible
from cmpolicy.runs.policies import PolicyRequest, load_from
from cmpolicy.runs.session import locate
from cmpolicy.snapshot import WorkTree


@click.command("explain")
@click.argument("what", required=False, metavar="[RULE|CONTROL|CHECK|FIELD]")
@options.packs
@options.config
def command(*, what: str | None, packs: tuple[str, ...], config_path: str | None) -> int:
    """Explain a rule, a control, a check kind or a field of an agreement.

    WHAT may also be a pack or a framework; without it, everything there is is listed.
    """
    place = locate(())
    policy = load_from(
        place,
        WorkTree(place.root),
        PolicyRequest(config_path, packs, None, options.today()),
    )
    page = _listing(policy) if what is None else _page(what, policy)
    if page is None:
        raise _nothing(str(what), policy)
    write_out(visible(page))
    return 0


def _in_full(pack: Pack, frameworks: Mapping[str, Framework]) -> Pack:
    """Return a pack with its examples: the compiled form of a bundled one has none."""
    bare = all(not rule.passing and not rule.failing for rule in pack.rules)
    known = pack.id in bundled.policies() and not pack.file
    return load_in_full(pack.id, frameworks) if bare and known else pack


def _page(what: str, policy: EffectivePolicy) -> str | None:
    for pack in policy.packs:
        for rule in pack.rules:
            if rule.id == what:
                return rule_page(_rule(pack, what, policy), policy.frameworks)
        if pack.id == what and what not in policy.frameworks:
            return pack_page(_in_full(pack, policy.frameworks), policy.frameworks)
    if what in policy.frameworks:
        return framework_page(policy.frameworks[what], policy.packs)
    prefix = what.partition(":")[0]
    if prefix in policy.frameworks and prefix != what:
        found = policy.frameworks[prefix].find(what)
        return control_page(found, policy.frameworks[prefix], policy.packs) if found else None
    for kind in CHECKS:
        if what == kind.KIND:
            return check_page(kind)
    return field_page(what)


def _rule(pack: Pack, identity: str, policy: EffectivePolicy) -> Rule:
    """Return the rule as this run judges it, with the examples of its text."""
    import dataclasses

    judged = next(rule for rule in pack.rules if rule.id == identity)
    full = _in_full(pack, policy.frameworks)
    written = next(rule for rule in full.rules if rule.id == identity)
    return dataclasses.replace(judged, passing=written.passing, failing=written.failing)


def _listing(policy: EffectivePolicy) -> str:
    lines: list[str] = []
    for pack in policy.packs:
        lines.append(f"pack {pack.id} {pack.version}: {pack.title}")
        lines += [
            f"  {rule.id:42} {rule.facts.severity.value:8} {rule.facts.title}"
            for rule in pack.rules
        ]
    lines.append("frameworks (`cmpolicy explain hipaa` lists the controls)")
    lines += [f"  {name:42} {found.title}" for name, found in policy.frameworks.items()]
    lines.append("checks")
    lines += [f"  {kind.KIND:42} {(kind.__doc__ or '').strip().splitlines()[0]}" for kind in CHECKS]
    lines.append("fields of an agreement (`cmpolicy explain targets.within`)")
    lines.append("  " + ", ".join(name for name in field_names() if "." not in name))
    return "\n".join(lines) + "\n"


def _names(policy: EffectivePolicy) -> Iterator[str]:
    for pack in policy.packs:
        yield pack.id
        yield from (rule.id for rule in pack.rules)
    yield from (kind.KIND for kind in CHECKS)
    yield from field_names()


def _nothing(what: str, policy: EffectivePolicy) -> CmpolicyError:
    prefix = what.partition(":")[0]
    known = list(_names(policy))
    if prefix in policy.frameworks:
        known = [control.reference for control in policy.frameworks[prefix].controls.values()]
    guess = nearest(what, tuple(known))
    hint = f"did you mean `{guess}`?" if guess else "`cmpolicy explain` lists the names"
    return CmpolicyError(f"unknown name `{what}`", None, hint)
