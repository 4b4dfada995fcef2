"""The sections of the Markdown report: the worst findings, then what is folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.reporters.drops import drop_groups, release_entry
from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.findings import Finding
from cmpolicy.reporters.totals import DUE_WITHIN
from cmpolicy.verdict import Disabled, Outcome, Report, Skipped

WORST: Final = 10
"""Findings told above the fold."""
SHOWN: Final = 5
"""Findings of a rule in one agreement that are told; the others are counted."""
_LONGEST: Final = 300
"""Characters of a text of other people's at most."""


@dataclass(frozen=True, slots=True)
class Section:
    """A title and rows; each row is whole lines."""

    title: str
    rows: tuple[str, ...]
    share: float = 0.5
    """How much of the room that is left its rows may take."""
    folded: bool = True

    def frame(self) -> tuple[str, str]:
        """Return what stands before and after the rows."""
        if not self.folded:
            return f"### {self.title}\n", ""
        summary = f"<summary>{self.title} ({len(self.rows)})</summary>"
        return f"<details>\n{summary}\n", "\n</details>\n"


def sections(report: Report, found: Sequence[Finding]) -> tuple[Section, ...]:
    """Return the sections, also those without rows."""
    found = [finding for finding in found if finding.outcome is not Outcome.DROPPED]
    worst = f"The worst {WORST} of {len(found)}" if len(found) > WORST else "Worst first"
    return (
        Section("Dropped", tuple(_dropped(report)), share=0.4, folded=False),
        Section(worst, tuple(_worst(found)), folded=False),
        Section("By agreement and rule", tuple(_details(report, found)), share=0.7),
        Section(f"Falls due within {DUE_WITHIN} days", tuple(_due(report))),
        Section("Waived", tuple(_waived(report))),
        Section("Waivers that do nothing", tuple(_idle(report))),
        Section("Disabled rules", tuple(disabled(report.disabled))),
        Section("Skipped", tuple(skipped(report.skipped))),
        Section("Warnings", tuple(_warnings(report)), share=1),
    )


def _worst(found: Sequence[Finding]) -> Iterator[str]:
    for finding in found[:WORST]:
        who = f"{_code(finding.rule.id)} in {_code(finding.agreement)}"
        yield f"- {_state(finding)} {who}: {_said(finding)}"


def _dropped(report: Report) -> Iterator[str]:
    """Yield a block for each group, with the release that would excuse it."""
    for group in drop_groups(report):
        word = f"**{group.severity.value}** " if group.fails else ""
        rows = [f"- {word}{_code(group.agreement)}: {_text(group.headline)}"]
        for item in group.places[:SHOWN]:
            place = f" ({_place(item.location)})" if item.location else ""
            rows.append(f"  - {_text(item.message)}{place}")
        rows.append(f"  - rules: {_text(group.rules)}")
        if group.fails:
            rows += ["", "  To release it, merge this into `releases.yaml` of the base first:", ""]
            rows += ["  ```yaml", *(f"  {row}" for row in release_entry(group, report.as_of))]
            rows += ["  ```", ""]
        yield "\n".join(rows)


def _details(report: Report, found: Sequence[Finding]) -> Iterator[str]:
    """Yield a block for each rule of each agreement, the agreement with the worst first."""
    by_agreement: dict[str, list[Finding]] = {}
    for finding in found:
        by_agreement.setdefault(finding.agreement, []).append(finding)
    for agreement, wrong in by_agreement.items():
        title = report.titles.get(agreement, "")
        heading = f"\n#### {_code(agreement)} {_text(title)}".rstrip() + "\n\n"
        for _, group in groupby(wrong, lambda finding: finding.rule.id):
            yield heading + "\n".join(_rule(tuple(group)))
            heading = ""


def _rule(found: tuple[Finding, ...]) -> Iterator[str]:
    rule = found[0].rule
    yield f"- {_state(found[0])} {_code(rule.id)}: {_text(rule.title)}"
    yield from (f"  - {_said(finding)}" for finding in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"  - … and {len(found) - SHOWN} more: the json report lists all"
    if found[0].note:
        yield f"  - note: {_text(found[0].note)}"
    yield f"  - why: {_text(rule.why)}"
    yield f"  - fix: {_text(rule.fix)}"
    if rule.controls:
        yield f"  - controls: {', '.join(_code(control) for control, _ in rule.controls)}"


def _state(finding: Finding) -> str:
    state = f"**{finding.rule.severity.value}**"
    if finding.outcome is not Outcome.FAIL:
        state += f" {finding.outcome.value}"
    if finding.quiet:
        state += " (known)" if finding.known else " (below the gate)"
    return state


def _said(finding: Finding) -> str:
    return f"{_text(finding.message)} ({_place(finding.place)})"


def _due(report: Report) -> Iterator[str]:
    for verdict in report.falling_due(DUE_WITHIN):
        who = f"{_code(verdict.agreement)} {_code(verdict.rule.id)}"
        yield f"- {verdict.holds_until}: {who} {_text(verdict.rule.title)}"


def _waived(report: Report) -> Iterator[str]:
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.WAIVED:
            who = f"{_code(verdict.agreement)} {_code(verdict.rule.id)}"
            yield f"- {who}: {_text(verdict.reason or 'waived')}"


def _idle(report: Report) -> Iterator[str]:
    told = {"expired": "expired on", "stale": "matches nothing; it expires on"}
    for entry in report.waivers:
        if entry.state in told:
            waiver = entry.waiver
            place = f" ({_place(waiver.location)})" if waiver.location else ""
            who = f"{_code(waiver.agreement)} {_code(waiver.rule)}"
            yield f"- {who}: {told[entry.state]} {waiver.expires}{place}"


def disabled(rules: Iterable[Disabled]) -> Iterator[str]:
    """Yield a row for each rule that is switched off."""
    for rule in rules:
        until = f", until {rule.until}" if rule.until else ""
        yield f"- {_code(rule.rule)}: {_text(rule.because)} ({_text(rule.by)}{until})"


def skipped(files: Iterable[Skipped]) -> Iterator[str]:
    """Yield a row for each file that was not judged."""
    for entry in files:
        yield f"- {_code(entry.file)}: {_text(entry.because)}"


def _warnings(report: Report) -> Iterator[str]:
    for warning in report.warnings:
        place = f" ({_place(warning.location)})" if warning.location else ""
        hint = f" ({warning.hint})" if warning.hint else ""
        yield f"- {_text(warning.message + hint)}{place}"


def _text(text: str) -> str:
    return markdown(cut(text, _LONGEST))


def _code(text: str) -> str:
    return markdown_code(cut(text, _LONGEST))


def _place(place: Location) -> str:
    return _code(f"{place.file}:{place.line}")
