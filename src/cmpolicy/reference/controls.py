"""The pages of controls and catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from cmpolicy.framework import Control, Framework, ProgramRule
from cmpolicy.policy import Pack
from cmpolicy.reference.crosswalk import of_control
from cmpolicy.reference.judges import Judges
from cmpolicy.reference.rules import KEPT, applies
from cmpolicy.reference.writing import TERMINAL, Writer

_COLUMNS: Final = {
    "category": "category",
    "designation": "designation",
    "duty": "owed by",
    "sprs_points": "points",
    "poam": "POA&M",
}
"""Facts that have a column of their own on the page of a framework, where it states them."""


def control_page(
    found: Control | ProgramRule,
    framework: Framework,
    packs: Iterable[Pack],
    writer: Writer = TERMINAL,
) -> str:
    """Return the page of a control or program rule."""
    packs = tuple(packs)
    judges = Judges(packs)
    lines = [
        *writer.lines(f"# {found.reference}"),
        "",
        *writer.lines(writer.strong(found.title)),
        "",
    ]
    for name, value in _facts(found, framework):
        lines += writer.lines(f"{name}: {value}", "- ")
    lines += ["", *_judges(found, framework, judges, writer)]
    lines += of_control(found.reference, packs, writer)
    lines += ["", *writer.lines(_beyond(found, judges))]
    return "\n".join(lines) + "\n"


def _facts(found: Control | ProgramRule, framework: Framework) -> Iterator[tuple[str, str]]:
    yield "citation", found.citation
    if isinstance(found, ProgramRule):
        if found.also:
            yield "also numbered", ", ".join(found.also)
        if found.note:
            yield "note", found.note
        return
    if found.group is not None:
        yield "group", f"{found.group} ({framework.groups[found.group]})"
    own = {"level": found.level, "category": found.category, **dict(sorted(found.facts.items()))}
    for name, value in own.items():
        if value is not None:
            yield _COLUMNS.get(name, name.replace("_", " ")), _format_value(value)


def _format_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _judges(
    found: Control | ProgramRule, framework: Framework, judges: Judges, writer: Writer
) -> list[str]:
    lines = []
    for rule, how in judges.of(found.reference):
        name = writer.rule(rule.id, rule.facts.pack)
        lines += writer.lines(f"{name} ({how}; {rule.facts.basis}): {rule.facts.title}", "- ")
    if isinstance(found, Control):
        for rule in judges.allocates(found, framework):
            name = writer.rule(rule.id, rule.facts.pack)
            phrase = f"{name} (partial; {rule.facts.basis}; by its allocation): {rule.facts.title}"
            lines += writer.lines(phrase, "- ")
    for duty in judges.duties(found):
        phrase = f"not judged: {duty.because} It would take: {duty.evidence}"
        lines += writer.lines(phrase, "- ")
    if not lines:
        return ["Judged by no rule."]
    more = "`cmpolicy explain RULE` shows why a rule asks it, how to fix it, and examples."
    return ["Judged by:", "", *lines, "", *writer.lines(more)]


def _beyond(found: Control | ProgramRule, judges: Judges) -> str:
    if any(how == "full" for _, how in judges.of(found.reference)):
        return f"Beyond an agreement: {KEPT}: {found.beyond}"
    return f"Beyond an agreement it takes: {found.beyond}"


def framework_page(framework: Framework, packs: Iterable[Pack], writer: Writer = TERMINAL) -> str:
    """Return the page of a catalog: every control, the rules that judge it, and how fully."""
    judges = Judges(tuple(packs))
    source = framework.source
    said = ". ".join(filter(None, (source.name, source.revision, source.licence)))
    lines = [*writer.lines(f"# {framework.title}"), "", *writer.lines(f"Source: {said}.")]
    lines += ["", *writer.lines(_head(framework, judges)), ""]
    for rule in judges.allocating(framework):
        asked = f"{rule.facts.title} ({applies(rule)}): {writer.rule(rule.id, rule.facts.pack)}"
        lines += [*writer.lines(f"Of every control in scope: {asked}."), ""]
    lines += _dates(framework, writer)
    lines += _notes(framework, writer)
    lines += _controls(framework, judges, writer)
    lines += _program(framework, judges, writer)
    return "\n".join(lines).rstrip() + "\n"


def _head(framework: Framework, judges: Judges) -> str:
    controls = framework.controls.values()
    hows = [{how for _, how in judges.of(control.reference)} for control in controls]
    full = sum("full" in how for how in hows)
    judged = sum(
        bool(how) or bool(judges.allocates(control, framework))
        for how, control in zip(hows, controls, strict=True)
    )
    return (
        f"The facts are as of {framework.as_of}. Of {len(hows)} controls, rules judge {full} in "
        f"full, {judged - full} in part and {len(hows) - judged} not at all. "
        "In full means that the agreement shows the term that is asked for; nothing here shows "
        "that a term is kept. This is not legal advice."
    )


def _dates(framework: Framework, writer: Writer) -> list[str]:
    rows = [
        (event.on.isoformat(), event.event, event.state, event.source_quality)
        for event in framework.dates
    ]
    if not rows:
        return []
    head = [f"## Dates, as of {framework.as_of}", ""]
    return [*head, *writer.table(("date", "event", "state", "known from"), rows), ""]


def _notes(framework: Framework, writer: Writer) -> list[str]:
    if not framework.notes:
        return []
    lines = ["## What is contested or often misstated", ""]
    for note in framework.notes:
        lines += writer.lines(note, "- ")
    return [*lines, ""]


def _controls(framework: Framework, judges: Judges, writer: Writer) -> Iterator[str]:
    """Yield a section for each run of controls of one group and level."""
    runs = groupby(framework.controls.values(), key=lambda one: (one.level, one.group))
    for (level, group), controls in runs:
        at = f" (level {level})" if level is not None else ""
        yield from (*writer.lines(f"## {_heading(group, framework)}{at}"), "")
        rows = [
            (
                writer.spot(control.reference, control.id),
                control.title,
                *(_format_value(control.fact(name)) for name in _COLUMNS),
                _judged_by(control, judges, writer, bool(judges.allocates(control, framework))),
                control.beyond,
            )
            for control in controls
        ]
        heads = ("control", "what it asks", *_COLUMNS.values(), "judged by", "beyond an agreement")
        yield from (*writer.table(heads, rows), "")


def _heading(group: str | None, framework: Framework) -> str:
    return "Controls" if group is None else f"{group}: {framework.groups[group]}"


def _judged_by(
    found: Control | ProgramRule, judges: Judges, writer: Writer, allocated: bool = False
) -> str:
    rules = [
        f"{writer.rule(rule.id, rule.facts.pack)} ({how})"
        for rule, how in judges.of(found.reference)
    ]
    if not rules and allocated:
        return "its allocation alone (partial)"
    unsaid_ = "no rule; the pack says why" if any(judges.duties(found)) else "no rule"
    return ", ".join(rules) or unsaid_


def _program(framework: Framework, judges: Judges, writer: Writer) -> list[str]:
    if not framework.program_rules:
        return []
    rows = [
        (
            writer.spot(rule.reference, rule.id),
            rule.title,
            ", ".join(rule.also),
            rule.note or "",
            _judged_by(rule, judges, writer),
            rule.beyond,
        )
        for rule in framework.program_rules.values()
    ]
    heads = ("rule", "what it asks", "also", "note", "judged by", "beyond an agreement")
    return ["## Rules around the controls", "", *writer.table(heads, rows), ""]
