"""The rules of a SARIF run: what each asks, why, how to fix it, and which controls it judges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cmpolicy.findings import Finding
from cmpolicy.reporters.escape import markdown, markdown_code, sarif_message, visible
from cmpolicy.reporters.levels import LEVELS
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import Report

TAGS: Final = 20
"""Tags that GitHub takes for a rule; a file with more is rejected."""
# GitHub's bands: above 9.0 critical, 7.0 high, 4.0 medium, below that low.
_SCORES: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
}
_BASIS: Final = {
    "law": "the source says it",
    "inferred": "the source implies it",
    "practice": "sound practice; a default of the pack",
}


def rules_of(report: Report, found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return every rule that judged, passing ones too, by pack and id."""
    facts = {verdict.rule.id: verdict.rule for verdict in report.verdicts}
    # The worst first: of what was dropped, the rule has the severity of its worst finding.
    for finding in found:
        facts.setdefault(finding.rule.id, finding.rule)
    return [_rule(rule) for rule in sorted(facts.values(), key=lambda rule: (rule.pack, rule.id))]


def _rule(rule: RuleFacts) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": sarif_message(rule.title)},
        "fullDescription": {"text": sarif_message(rule.why or rule.title)},
        "defaultConfiguration": {"level": LEVELS[rule.severity].value},
        "help": {"text": _text(rule), "markdown": _markdown(rule)},
        "properties": {
            # GitHub shows ten, and the score only of what is tagged `security`.
            "tags": _tags(rule),
            "security-severity": _SCORES[rule.severity],
            "precision": "very-high",
            "problem.severity": LEVELS[rule.severity].value.replace("note", "recommendation"),
            "severity": rule.severity.value,
            "pack": rule.pack,
            "check": rule.check,
            "basis": rule.basis,
            "controls": [f"{control} ({extent})" for control, extent in rule.controls],
            "references": [visible(reference) for reference in rule.references],
        },
    }


def _tags(rule: RuleFacts) -> list[str]:
    own = ("security", f"pack:{rule.pack}", f"basis:{rule.basis}")
    controls = [control for control, _ in rule.controls]
    return list(dict.fromkeys([own[0], *controls[: TAGS - len(own)], *own[1:]]))


def _text(rule: RuleFacts) -> str:
    lines = [f"Why: {rule.why}", f"Fix: {rule.fix}"]
    if rule.controls:
        phrase = ", ".join(f"{control} ({extent})" for control, extent in rule.controls)
        lines.append(f"Controls: {phrase}")
    lines.append(f"Basis: {rule.basis}, {_BASIS.get(rule.basis, 'as the pack says')}")
    if rule.references:
        lines.append(f"References: {'; '.join(rule.references)}")
    return "\n".join(sarif_message(line) for line in lines)


def _markdown(rule: RuleFacts) -> str:
    parts = [f"**Why.** {markdown(rule.why)}", f"**Fix.** {markdown(rule.fix)}"]
    if rule.controls:
        rows = [f"- {markdown_code(control)} ({extent})" for control, extent in rule.controls]
        parts.append("**Controls**\n\n" + "\n".join(rows))
    basis = f"**Basis.** {markdown(rule.basis)}, {_BASIS.get(rule.basis, 'as the pack says')}"
    parts.append(basis)
    if rule.references:
        rows = [f"- {markdown(reference)}" for reference in rule.references]
        parts.append("**References**\n\n" + "\n".join(rows))
    if rule.help:
        parts.append(visible(rule.help))
    return "\n\n".join(parts) + "\n"
