"""The pages of rules and packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cmpolicy.framework import Framework
from cmpolicy.policy import Edit, Example, Pack, Rule
from cmpolicy.reference.yaml import flow

BASIS: Final = {
    "law": "the source states it",
    "inferred": "the source implies it",
    "practice": "our default: no source states it",
}
_EXAMPLES_SHOWN: Final = 3


def rule_page(rule: Rule, frameworks: Mapping[str, Framework], level: int = 1) -> str:
    """Return the page of a rule, its heading at this level."""
    facts = rule.facts
    lines = [f"{'#' * level} {facts.id}", "", f"**{facts.title}**", ""]
    lines += [
        f"- severity: {facts.severity.value}",
        f"- pack: {facts.pack}",
        f"- basis: {facts.basis} ({BASIS[facts.basis]})",
        *([f"- references: {'; '.join(facts.references)}"] if facts.references else []),
        f"- check: `{facts.check}` with `{flow(_given(rule))}`",
        f"- applies: {_applies(rule)}",
        *(["- locked: neither `set` nor `disable` touches it"] if rule.locked else []),
        "",
        f"Why: {facts.why}",
        "",
        f"Fix: {facts.fix}",
        "",
    ]
    if facts.controls:
        lines += ["Controls:", ""]
        lines += [_control(reference, how, frameworks) for reference, how in facts.controls]
        lines.append("")
    lines += list(_examples(rule))
    return "\n".join(lines).rstrip() + "\n"


def _given(rule: Rule) -> dict[str, object]:
    return {name: value for name, value in rule.parameters.items() if value not in (None, False)}


def _applies(rule: Rule) -> str:
    if not rule.when:
        return "always"
    return ", ".join(
        f"{name} {' or '.join(str(item) for item in wanted)}" for name, wanted in rule.when.items()
    )


def _control(reference: str, how: str, frameworks: Mapping[str, Framework]) -> str:
    catalog = frameworks.get(reference.partition(":")[0])
    found = catalog.find(reference) if catalog else None
    line = f"- {reference} ({how})"
    if found is None:
        return line
    more = f"; beyond an agreement: {found.beyond}" if how != "full" and found.beyond else ""
    return f"{line}: {found.title}, {found.citation}{more}"


def _examples(rule: Rule) -> Iterator[str]:
    if not (rule.passing or rule.failing):
        return
    yield "Examples, as edits of the known-good agreement:"
    yield ""
    for word, examples in (("passes", rule.passing), ("fails", rule.failing)):
        for example in examples[:_EXAMPLES_SHOWN]:
            yield f"- {word}: {_example(example)}"
    yield ""


def _example(example: Example) -> str:
    told = "; ".join(f"`{_edit(edit)}`" for edit in example.edits) or "as it stands"
    day = f" as of {example.as_of}" if example.as_of else ""
    says = f", and says {' and '.join(repr(text) for text in example.says)}" if example.says else ""
    return f"{told}{day}{says}"


def _edit(edit: Edit) -> str:
    if edit.action == "set":
        return f"set {edit.path}: {flow(edit.value)}"
    if edit.action == "add":
        return f"add to {edit.path}: {flow(edit.value)}"
    return f"remove {edit.path}"


def pack_page(pack: Pack, frameworks: Mapping[str, Framework]) -> str:
    """Return the page of a pack: every rule, and what no rule can judge."""
    lines = [
        f"# {pack.title}",
        "",
        f"Pack `{pack.id}` {pack.version}, {len(pack.rules)} rules.",
        "",
    ]
    lines += ["| rule | severity | basis | what it asks |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [{rule.id}](#{rule.id}) | {rule.facts.severity.value} | {rule.facts.basis} "
        f"| {rule.facts.title} |"
        for rule in pack.rules
    ]
    lines += ["", *_not_judged(pack)]
    pages = (rule_page(rule, frameworks, level=2) for rule in pack.rules)
    return "\n".join(lines) + "\n" + "\n".join(pages)


def _not_judged(pack: Pack) -> Iterable[str]:
    if not pack.not_judged:
        return []
    rows = [f"| {duty.id} | {duty.because} | {duty.evidence} |" for duty in pack.not_judged]
    head = [
        "## What no rule judges",
        "",
        "| duty | why | what it would take |",
        "| --- | --- | --- |",
    ]
    return [*head, *rows, ""]
