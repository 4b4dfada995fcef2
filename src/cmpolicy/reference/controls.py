"""The pages of controls and catalogs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from cmpolicy.framework import Control, Framework, ProgramRule
from cmpolicy.policy import Pack


def control_page(found: Control | ProgramRule, packs: Iterable[Pack]) -> str:
    """Return the page of a control or program rule."""
    packs = tuple(packs)
    lines = [f"# {found.reference}", "", f"**{found.title}**", "", f"- citation: {found.citation}"]
    if isinstance(found, Control):
        lines += [f"- {name}: {_told(value)}" for name, value in _facts(found)]
    elif found.also:
        lines.append(f"- also numbered: {', '.join(found.also)}")
    lines.append("")
    lines += _judges(found.reference, packs)
    if found.beyond:
        lines += ["", f"Beyond an agreement it takes: {found.beyond}"]
    return "\n".join(lines) + "\n"


def _facts(control: Control) -> list[tuple[str, Any]]:
    own = [("group", control.group), ("level", control.level), ("category", control.category)]
    every = [*own, *sorted(control.facts.items())]
    return [(name.replace("_", " "), value) for name, value in every if value is not None]


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _judges(reference: str, packs: tuple[Pack, ...]) -> list[str]:
    rules = [
        f"- {rule.id} ({how}): {rule.facts.title}"
        for pack in packs
        for rule in pack.rules
        for control, how in rule.facts.controls
        if control == reference
    ]
    duties = [
        f"- not judged: {duty.because} It would take: {duty.evidence}"
        for pack in packs
        for duty in pack.not_judged
        if duty.id == reference
    ]
    if not rules and not duties:
        return ["No rule judges it: it needs evidence from elsewhere."]
    return ["Judged by:", "", *rules, *duties] if rules else duties


def framework_page(framework: Framework, packs: Iterable[Pack]) -> str:
    """Return the page of a catalog: every control, and the rules that judge it."""
    packs = tuple(packs)
    source = framework.source
    lines = [
        f"# {framework.title}",
        "",
        f"Source: {source.name}, {source.revision}, {source.date}. {source.licence}",
        f"The facts are as of {framework.as_of}. This is not legal advice.",
        "",
    ]
    by_control = _rules_by_control(packs)
    group = None
    for control in framework.controls.values():
        if control.group != group:
            group = control.group
            lines += ["", f"## {group}: {framework.groups[group]}", ""]
            lines += [
                "| control | title | judged by | beyond an agreement |",
                "| --- | --- | --- | --- |",
            ]
        rules = ", ".join(by_control.get(control.reference, ())) or "no rule"
        lines.append(f"| {control.id} | {control.title} | {rules} | {control.beyond} |")
    lines += _program(framework, by_control)
    lines += _dates(framework.dates)
    return "\n".join(lines).rstrip() + "\n"


def _rules_by_control(packs: tuple[Pack, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pack in packs:
        for rule in pack.rules:
            for reference, how in rule.facts.controls:
                found.setdefault(reference, []).append(f"{rule.id} ({how})")
    return found


def _program(framework: Framework, by_control: dict[str, list[str]]) -> list[str]:
    if not framework.program_rules:
        return []
    lines = ["", "## Rules around the controls", "", "| rule | title | also | judged by |"]
    lines.append("| --- | --- | --- | --- |")
    for rule in framework.program_rules.values():
        judges = ", ".join(by_control.get(rule.reference, ())) or "no rule"
        lines.append(f"| {rule.id} | {rule.title} | {', '.join(rule.also)} | {judges} |")
    return lines


def _dates(dates: Iterable[Any]) -> list[str]:
    rows = [
        f"| {_day(event.on)} | {event.event} | {event.state} | {event.source_quality} |"
        for event in dates
    ]
    if not rows:
        return []
    return [
        "",
        "## Dates",
        "",
        "| date | event | state | source |",
        "| --- | --- | --- | --- |",
        *rows,
    ]


def _day(day: date) -> str:
    return day.isoformat()
