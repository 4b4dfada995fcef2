"""The sections of the Markdown report: the worst findings, then what is folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.exemptions import Disabled
from cmpolicy.findings import NAMED, Finding, Line, drop_groups, lines
from cmpolicy.reporters import wording
from cmpolicy.reporters.drops import release_entry
from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.totals import DUE_WITHIN
from cmpolicy.verdict import Outcome, Report, Skipped

WORST: Final = 10
"""Lines shown above the fold."""
SHOWN: Final = 5
"""Messages and further rules of a line that are shown; the others are counted."""
CONTROLS: Final = 12
"""Controls of a line that are named."""
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
    found: tuple[int, ...] = ()
    """The findings on each row, where rows are lines of findings."""
    count: str = ""
    """How much there is, as the title says it; empty: the number of rows."""

    def left_out(self, kept: int) -> int:
        """Return how many there are beyond the first rows: findings, or rows."""
        return sum(self.found[kept:]) if self.found else len(self.rows) - kept

    def frame(self) -> tuple[str, str]:
        """Return what stands before and after the rows."""
        if not self.folded:
            return f"### {self.title}\n", ""
        summary = f"<summary>{self.title} ({self.count or len(self.rows)})</summary>"
        return f"<details>\n{summary}\n", "\n</details>\n"


def sections(report: Report, found: Sequence[Finding]) -> tuple[Section, ...]:
    """Return the sections, also those without rows."""
    found = [finding for finding in found if finding.outcome is not Outcome.DROPPED]
    acute = lines(finding for finding in found if not finding.quiet)
    quiet = lines(finding for finding in found if finding.quiet)
    return (
        Section("Dropped", tuple(_dropped(report)), share=0.4, folded=False),
        Section(_worst_title(acute), tuple(_worst(acute)), folded=False),
        _by_agreement("By agreement", report, acute, share=0.7),
        _by_agreement("Known, or below the gate", report, quiet, share=0.5),
        Section(f"Falls due within {DUE_WITHIN} days", tuple(_due(report))),
        Section("Waived", tuple(_waived(report))),
        Section("Waivers that do nothing", tuple(_idle(report))),
        Section("Disabled rules", tuple(disabled(report.disabled))),
        Section("Skipped", tuple(skipped(report.skipped))),
        Section("Warnings", tuple(_warnings(report)), share=1),
    )


def _worst_title(acute: Sequence[Line]) -> str:
    """Return the title of the lines above the fold: how many of the findings they hold."""
    if len(acute) <= WORST:
        return "Worst first"
    shown, every = (sum(len(line.findings) for line in some) for some in (acute[:WORST], acute))
    return f"The worst: {shown} of {every} findings, on {WORST} lines"


def _by_agreement(title: str, report: Report, found: Sequence[Line], *, share: float) -> Section:
    ordered = [line for group in _homes(found).values() for line in group]
    counts = tuple(len(line.findings) for line in ordered)
    count = wording.tally([finding for line in found for finding in line.findings])
    return Section(title, tuple(_details(report, found)), share=share, found=counts, count=count)


def _worst(found: Sequence[Line]) -> Iterator[str]:
    for line in found[:WORST]:
        who = wording.some([_code(name) for name in line.agreements], NAMED)
        yield f"- {_state(line.worst)} {who}: {_said(line)}"


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


def _details(report: Report, found: Sequence[Line]) -> Iterator[str]:
    """Yield a block for each line, by agreement, the one with the worst first."""
    for agreements, wrong in _homes(found).items():
        title = report.titles.get(agreements[0], "") if len(agreements) == 1 else ""
        names = wording.some([_code(name) for name in agreements], NAMED)
        heading = f"\n#### {names} {_text(title)}".rstrip() + "\n\n"
        for line in wrong:
            yield heading + "\n".join(_block(line))
            heading = ""


def _homes(found: Sequence[Line]) -> dict[tuple[str, ...], list[Line]]:
    """Return the lines by the agreements that they are of.

    What is wrong in a shared file is said once, for all the agreements that it reaches.
    """
    homes: dict[tuple[str, ...], list[Line]] = {}
    for line in found:
        homes.setdefault(line.agreements, []).append(line)
    return homes


def _block(line: Line) -> Iterator[str]:
    worst = line.worst
    rule = worst.rule
    yield f"- {_state(worst)} {_said(line)}"
    texts = wording.further(line)
    yield from (f"  - {_text(text)}" for text in texts[:SHOWN])
    if len(texts) > SHOWN:
        yield f"  - … and {len(texts) - SHOWN} more: the json report lists all"
    if worst.note:
        yield f"  - note: {_text(worst.note)}"
    yield f"  - why: {_text(rule.why)}"
    yield f"  - fix: {_text(wording.fix(line))}"
    others = [_code(other.id) for other in line.rules if other.id != rule.id]
    if others:
        yield f"  - also: {wording.some(others, SHOWN)}"
    if line.controls:
        controls = [_code(control) for control in line.controls]
        yield f"  - {wording.basis(rule)}; controls: {wording.some(controls, CONTROLS)}"


def _state(finding: Finding) -> str:
    state = wording.state(finding)
    return f"**{finding.severity.value}**" + (f" ({state})" if state else "")


def _said(line: Line) -> str:
    worst = line.worst
    more = f" +{len(line.rules) - 1}" if len(line.rules) > 1 else ""
    return f"{_text(wording.headline(line))} ({_place(worst.place)}) {_code(worst.rule.id)}{more}"


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
    states = {"expired": "expired on", "stale": "matches nothing; it expires on"}
    for entry in report.waivers:
        if entry.state in states:
            waiver = entry.waiver
            place = f" ({_place(waiver.location)})" if waiver.location else ""
            who = f"{_code(waiver.agreement)} {_code(waiver.rule)}"
            yield f"- {who}: {states[entry.state]} {waiver.expires}{place}"


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
