"""The part of a period that was asked for: agreements, a framework, controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cmpolicy.errors import CmpolicyError
from cmpolicy.nearest import nearest
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.timeline.merging import MergedHistory
from cmpolicy.timeline.model import Only


def control_titles(policy: EffectivePolicy) -> dict[str, str]:
    """Return the title of each control of each framework, by its id with the prefix."""
    titles = {
        f"{framework.id}:{rule.id}": rule.title
        for framework in policy.frameworks.values()
        for rule in framework.program_rules.values()
    }
    titles |= {
        control.reference: control.title
        for framework in policy.frameworks.values()
        for control in framework.controls.values()
    }
    # A rule may name a paragraph around the controls by any of its numbers.
    for reference in _judged(policy).keys() - titles.keys():
        framework = policy.frameworks.get(reference.partition(":")[0])
        found = framework.find(reference) if framework else None
        titles[reference] = found.title if found else ""
    return titles


def _judged(policy: EffectivePolicy) -> Mapping[str, None]:
    rules = (rule for pack in policy.packs for rule in pack.rules)
    return {control: None for rule in rules for control, _ in rule.facts.controls}


def only(policy: EffectivePolicy, framework: str | None, controls: Iterable[str]) -> Only:
    """Return what to restrict a period to.

    Args:
        policy: that of today.
        framework: its id; None: any.
        controls: ids, with the prefix of their framework or, where that is one, without.

    Raises:
        CmpolicyError: where there is no such framework, or no rule judges a control.
    """
    if framework is not None and framework not in policy.frameworks:
        guess = nearest(framework, tuple(policy.frameworks))
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(policy.frameworks)}"
        raise CmpolicyError(f"no framework `{framework}`", None, hint)
    known = [one for one in _judged(policy) if framework in (None, one.partition(":")[0])]
    found = tuple(dict.fromkeys(_control(one, known) for one in controls))
    title = policy.frameworks[framework].title if framework else ""
    return Only(framework, title, found)


def _control(given: str, known: Iterable[str]) -> str:
    known = tuple(known)
    fits = [one for one in known if given in (one, one.partition(":")[2])]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise CmpolicyError(
            f"control `{given}` is in several frameworks", None, f"write {' or '.join(fits)}"
        )
    names = known if ":" in given else tuple(one.partition(":")[2] for one in known)
    guess = nearest(given, names)
    hint = f"did you mean `{guess}`?" if guess else "`cmpolicy controls FRAMEWORK` lists them"
    raise CmpolicyError(f"no rule judges a control `{given}`", None, hint)


def by_agreement(found: MergedHistory, agreements: Iterable[str]) -> MergedHistory:
    """Keep these agreements; none: all."""
    wanted = frozenset(agreements)
    if not wanted:
        return found
    return MergedHistory(
        tuple(stay for stay in found.stays if stay.identity in wanted),
        tuple(one for one in found.intervals if one.verdict.agreement in wanted),
        frozenset(key for key in found.applied if key[0] in wanted),
    )


def by_control(found: MergedHistory, policy: EffectivePolicy, only: Only) -> MergedHistory:
    """Keep the agreements held to the framework asked for, and the rules that judge its controls.

    Raises:
        CmpolicyError: where no agreement is held to the framework.
    """
    if only.framework:
        held = {stay.identity for stay in found.stays if only.framework in stay.frameworks}
        if not held:
            raise CmpolicyError(
                f"no agreement is held to `{only.framework}` in this period",
                None,
                "name it under `frameworks`, or under `require` in cmpolicy.yaml",
            )
        found = by_agreement(found, held)
    rules = {
        rule.id
        for pack in policy.packs
        for rule in pack.rules
        if only.covers(control for control, _ in rule.facts.controls)
    }
    intervals = (one for one in found.intervals if one.verdict.rule.id in rules)
    applied = frozenset(key for key in found.applied if key[1] in rules)
    return replace(found, intervals=tuple(intervals), applied=applied)
