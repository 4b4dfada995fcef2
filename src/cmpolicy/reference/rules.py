"""The pages of rules and packs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from cmpolicy.checks import CHECKS
from cmpolicy.edits import Edit
from cmpolicy.framework import Framework
from cmpolicy.policy import Example, Pack, Rule
from cmpolicy.reference.crosswalk import of_rule
from cmpolicy.reference.writing import TERMINAL, Writer
from cmpolicy.reference.yaml import flow

BASIS: Final = {
    "law": "the source states it",
    "inferred": "the source implies it",
    "practice": "our default: no source states it",
}
KEPT: Final = "The agreement shows the term itself; that it is kept takes"
_APPLIES: Final = {
    "model": "`model` is {}",
    "status": "`status` is {}",
    "frameworks": "the agreement names {}",
    "level": "the level is {}",
    "category": "the category {} is in scope",
    "standing": "the customer's standing is {}",
    "assessment": "the assessment is {}",
    "service_data": "a service holds {}",
    "criticality": "a service is of criticality {}",
    "party_kind": "a party is a {}",
    "party_handles": "a party can touch {}",
}
_BEYOND: Final = {kind.KIND: kind.BEYOND for kind in CHECKS}
_OUR_LISTS: Final = ("obligation:", "practice:")
_EXAMPLES_SHOWN: Final = 3
_EDITS_SHOWN: Final = 4


def rule_page(
    rule: Rule, frameworks: Mapping[str, Framework], writer: Writer = TERMINAL, level: int = 1
) -> str:
    """Return the page of a rule, its heading at this level."""
    facts = rule.facts
    lines = [f"{'#' * level} {facts.id}", "", *writer.lines(writer.strong(facts.title)), ""]
    for name, text in _facts(rule, writer):
        lines += writer.lines(f"{name}: {text}", "- ")
    lines += ["", *writer.lines(f"Why: {facts.why}"), "", *writer.lines(f"Fix: {facts.fix}"), ""]
    lines += [f"{writer.strong('Beyond an agreement')} it takes:", ""]
    lines += writer.lines(_BEYOND[facts.check], "- ")
    for reference, how in facts.controls:
        lines += writer.lines(_control(reference, how, frameworks, writer), "- ")
    lines += ["", *of_rule(rule, writer), *_examples(rule, writer)]
    return "\n".join(lines).rstrip() + "\n"


def _facts(rule: Rule, writer: Writer) -> Iterator[tuple[str, str]]:
    facts = rule.facts
    yield "severity", facts.severity.value
    yield "pack", facts.pack
    yield "basis", f"{facts.basis} ({BASIS[facts.basis]})"
    ours = [name for name in facts.references if name.startswith(_OUR_LISTS)]
    if theirs := [name for name in facts.references if name not in ours]:
        yield "references", "; ".join(theirs)
    if ours:
        yield "rows of our lists", ", ".join(name.partition(":")[2] for name in ours)
    given = {name: value for name, value in rule.parameters.items() if value not in (None, False)}
    text = f" with `{flow(given, most=8)}`" if given else ""
    yield "check", writer.check(facts.check) + text
    if rule.same_as:
        yield "question", f"the same as `{rule.same_as}`, written there"
    yield "applies", applies(rule)
    if rule.locked:
        yield "locked", "neither `set` nor `disable` touches it"


def applies(rule: Rule) -> str:
    """Return where a rule applies, in words."""
    if not rule.when:
        return "always"
    return "where " + ", and ".join(
        _APPLIES[name].format(" or ".join(str(item) for item in wanted))
        for name, wanted in rule.when.items()
    )


def _control(reference: str, how: str, frameworks: Mapping[str, Framework], writer: Writer) -> str:
    catalog = frameworks.get(reference.partition(":")[0])
    found = catalog.find(reference) if catalog else None
    if found is None:
        return f"{reference} ({how})"
    name = writer.control(found.reference, reference)
    lead = KEPT if how == "full" else "Evidence"
    return f"{name} ({how}): {found.title} ({found.citation}). {lead}: {found.beyond}"


def _examples(rule: Rule, writer: Writer) -> Iterator[str]:
    if not (rule.passing or rule.failing):
        return
    yield "Examples, as edits of the known-good agreement:"
    yield ""
    for word, examples in (("passes", rule.passing), ("fails", rule.failing)):
        for example in examples[:_EXAMPLES_SHOWN]:
            yield from writer.lines(f"{word}: {_example(example)}", "- ")
        more = len(examples) - _EXAMPLES_SHOWN
        if more > 0:
            yield f"- {word}: {more} more in the pack"
    yield ""


def _example(example: Example) -> str:
    edits = [f"`{_edit(edit)}`" for edit in example.edits]
    if len(edits) > _EDITS_SHOWN:
        edits[_EDITS_SHOWN - 1 :] = [f"and {len(edits) - _EDITS_SHOWN + 1} more edits"]
    text = "; ".join(edits) or "as it stands"
    day = f" as of {example.as_of}" if example.as_of else ""
    says = " and ".join(f'"{text}"' for text in example.says)
    return f"{text}{day}{f', and says {says}' if says else ''}"


def _edit(edit: Edit) -> str:
    if edit.action == "set":
        return f"set {edit.path}: {flow(edit.value)}"
    if edit.action == "add":
        return f"add to {edit.path}: {flow(edit.value)}"
    return f"remove {edit.path}"


def pack_list(pack: Pack, writer: Writer = TERMINAL) -> str:
    """Return the rules of a pack, each on a line or two."""
    lines = [*writer.lines(f"# {pack.title}"), "", *writer.lines(_head(pack)), ""]
    for rule in pack.rules:
        facts = rule.facts
        text = f"{rule.id}: {facts.title} ({facts.severity.value}, {facts.basis})"
        lines += writer.lines(text, "- ")
    more = "`cmpolicy explain RULE` shows why a rule asks it, how to fix it, and examples."
    return "\n".join([*lines, "", *writer.lines(more)]) + "\n"


def pack_page(pack: Pack, frameworks: Mapping[str, Framework], writer: Writer = TERMINAL) -> str:
    """Return the page of a pack: every rule, and what no rule can judge."""
    lines = [*writer.lines(f"# {pack.title}"), ""]
    lines += [*writer.lines(f"{pack.description}."), ""] if pack.description else []
    lines += [*writer.lines(_head(pack)), "", "## Rules", ""]
    rows = [
        (
            writer.rule(rule.id, pack.id),
            rule.facts.title,
            rule.facts.severity.value,
            rule.facts.basis,
        )
        for rule in pack.rules
    ]
    lines += [*writer.table(("rule", "what it asks", "severity", "basis"), rows), ""]
    lines += _not_judged(pack, writer)
    pages = (rule_page(rule, frameworks, writer, level=2) for rule in pack.rules)
    return "\n".join(lines) + "\n" + "\n".join(pages)


def _head(pack: Pack) -> str:
    counts = Counter(rule.facts.basis for rule in pack.rules)
    parts = [f"{counts[basis]} {basis} ({BASIS[basis]})" for basis in BASIS if counts[basis]]
    whom = (
        f"It judges agreements that are held to `{pack.framework}`."
        if pack.framework
        else "It judges every agreement to which its rules apply."
    )
    named = f"Pack `{pack.id}` {pack.version}, {len(pack.rules)} rules: {', '.join(parts)}."
    return f"{named} {whom} This is not legal advice."


def _not_judged(pack: Pack, writer: Writer) -> list[str]:
    if not pack.not_judged:
        return []
    rows = [(writer.control(duty.id), duty.because, duty.evidence) for duty in pack.not_judged]
    table = writer.table(("duty", "why no rule judges it", "evidence that it takes"), rows)
    return ["## What no rule judges", "", *table, ""]
