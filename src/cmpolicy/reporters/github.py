"""GitHub workflow commands: annotations at the lines that are wrong.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
GitHub shows ten annotations of a kind for each step, so the worst ten are written, and how many
more there are. The step summary is the `markdown` report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cmpolicy.reporters.drops import lead
from cmpolicy.reporters.escape import github_data, github_property, plain
from cmpolicy.reporters.findings import Finding, Level, findings, told_once
from cmpolicy.reporters.style import Style
from cmpolicy.reporters.totals import COLUMNS, conclusion
from cmpolicy.verdict import Report

MOST: Final = 10
"""Annotations of a kind that GitHub shows for a step."""
_KINDS: Final = ("error", "warning", "notice")


def render(report: Report) -> str:
    """Return the commands, the worst first, and the totals as plain lines."""
    by_kind: dict[str, list[Finding]] = {kind: [] for kind in _KINDS}
    for finding in told_once(findings(report)):
        by_kind[_kind(finding)].append(finding)
    lines = [f"::notice title=cmpolicy policy::{github_data(plain(note))}" for note in lead(report)]
    lines += [line for kind, found in by_kind.items() for line in _annotations(kind, found)]
    counts = report.counts()
    told = ", ".join(f"{counts[outcome]} {title}" for outcome, title in COLUMNS)
    lines += [f"cmpolicy: {told}", conclusion(report, Style(colour=False))]
    return "\n".join(lines) + "\n"


def _kind(finding: Finding) -> str:
    if finding.level is Level.NOTE:
        # What fails the step should not look like a remark.
        return "warning" if finding.fails else "notice"
    return finding.level.value


def _annotations(kind: str, found: list[Finding]) -> Iterator[str]:
    yield from (_command(kind, finding) for finding in found[:MOST])
    if len(found) > MOST:
        more = len(found) - MOST
        noun = f"{kind}s" if more > 1 else kind
        yield f"... and {more} more {noun}; the markdown and json reports list them"


def _command(kind: str, finding: Finding) -> str:
    place = finding.place
    properties = {"file": place.file, "line": str(place.line), "col": str(place.column)}
    if place.end_column > place.column:
        properties["endColumn"] = str(place.end_column)
    properties["title"] = plain(f"{finding.rule.id} ({finding.rule.severity})")
    told = ",".join(f"{name}={github_property(value)}" for name, value in properties.items())
    message = [f"{finding.agreement}: {finding.message}", finding.rule.title]
    message += [f"note: {finding.note}"] if finding.note else []
    message += [f"fix: {finding.rule.fix}"]
    return f"::{kind} {told}::{github_data(chr(10).join(plain(line) for line in message))}"
