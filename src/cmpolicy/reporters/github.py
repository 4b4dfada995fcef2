"""GitHub workflow commands: annotations at the lines that are wrong.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
GitHub shows ten annotations of a kind for each step, so the worst ten are written, and how many
more there are. The step summary is the `markdown` report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cmpolicy.findings import NAMED, Finding, Line, findings, lines
from cmpolicy.reporters.drops import lead
from cmpolicy.reporters.escape import github_data, github_property, plain
from cmpolicy.reporters.levels import Level, level
from cmpolicy.reporters.totals import COLUMNS, conclusion
from cmpolicy.reporters.wording import counted, detail, fix, headline, some
from cmpolicy.verdict import Outcome, Report

MOST: Final = 10
"""Annotations of a kind that GitHub shows for a step."""
TWICE: Final = 2
"""Annotations of a rule among them."""
_KINDS: Final = ("error", "warning", "notice")


def render(report: Report) -> str:
    """Return the commands, the worst first, and the totals as plain lines."""
    found = findings(report)
    by_kind: dict[str, list[Line]] = {kind: [] for kind in _KINDS}
    # What is known or below the gate stays apart from what somebody must act on.
    for group in ([one for one in found if not one.quiet], [one for one in found if one.quiet]):
        for line in lines(group):
            by_kind[_kind(line.worst)].append(line)
    texts = [f"::notice title=cmpolicy policy::{github_data(plain(note))}" for note in lead(report)]
    texts += [text for kind, group in by_kind.items() for text in _annotations(kind, group)]
    counts = report.counts()
    phrase = ", ".join(f"{counts[outcome]} {title}" for outcome, title in COLUMNS)
    texts += [f"cmpolicy: {phrase}", conclusion(report, found)]
    return "\n".join(texts) + "\n"


def _kind(finding: Finding) -> str:
    found = level(finding)
    if found is Level.NOTE:
        # What fails the step should not look like a remark.
        return "warning" if finding.fails else "notice"
    return found.value


def _annotations(kind: str, found: list[Line]) -> Iterator[str]:
    """Yield the worst, no rule more than twice: ten lines should not say two things."""
    shown: list[Line] = []
    times: Counter[str] = Counter()
    for line in found:
        times[line.worst.rule.id] += 1
        if times[line.worst.rule.id] <= TWICE and len(shown) < MOST:
            shown.append(line)
    yield from (_command(kind, line) for line in shown)
    if len(found) > len(shown):
        more = counted(len(found) - len(shown), f"more {kind}")
        yield f"... and {more}; the markdown and json reports list them"


def _command(kind: str, line: Line) -> str:
    finding = line.worst
    place, rule = finding.place, finding.rule
    properties = {"file": place.file, "line": str(place.line), "col": str(place.column)}
    if place.end_column > place.column:
        properties["endColumn"] = str(place.end_column)
    more = f" +{len(line.rules) - 1}" if len(line.rules) > 1 else ""
    properties["title"] = plain(f"{rule.id}{more} ({finding.severity})")
    phrase = ",".join(f"{name}={github_property(value)}" for name, value in properties.items())
    doubt = "undetermined: " if finding.outcome is Outcome.UNDETERMINED else ""
    message = [f"{some(line.agreements, NAMED)}: {doubt}{headline(line)}"]
    message += [text] if (text := detail(line)) else []
    message += [rule.title]
    message += [f"note: {finding.note}"] if finding.note else []
    message += [f"fix: {fix(line)}"]
    return f"::{kind} {phrase}::{github_data(chr(10).join(plain(text) for text in message))}"
