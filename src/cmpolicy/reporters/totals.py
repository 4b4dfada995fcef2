"""The end of the text report: totals, what falls due, and everything that was set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cmpolicy.reporters.escape import one_line
from cmpolicy.reporters.style import Style
from cmpolicy.verdict import Outcome, Report

DUE_WITHIN: Final = 30
"""Days ahead in which what lapses is told."""
COLUMNS: Final = (
    (Outcome.FAIL, "fail"),
    (Outcome.UNDETERMINED, "undetermined"),
    (Outcome.ERROR, "error"),
    (Outcome.DROPPED, "dropped"),
    (Outcome.WAIVED, "waived"),
    (Outcome.PASS, "pass"),
    (Outcome.NOT_APPLICABLE, "not applicable"),
)
"""Outcomes in the order that tables show them, with their titles."""
RELEASES: Final = {
    "expired": "expired on",
    "spent": "is spent, delete it; it expires on",
    "stale": "excuses nothing that was dropped; it expires on",
}
"""What there is to say of a release that excuses nothing, before its last day."""
_PAINT: Final = {
    Outcome.FAIL: "alarm",
    Outcome.UNDETERMINED: "warn",
    Outcome.ERROR: "alarm",
    Outcome.DROPPED: "warn",
    Outcome.PASS: "good",
}


def totals(report: Report, style: Style) -> Iterator[str]:
    """Yield the lines of the end of the report."""
    yield from _table(report, style)
    yield from _section("Falls due within 30 days", _due(report), style)
    yield from _section("Waived", _waived(report), style)
    yield from _section("Waivers that do nothing", _idle(report), style)
    yield from _section("Releases that do nothing", _idle_releases(report), style)
    yield from _section(
        "Not judged: no rule applies", list(map(one_line, report.not_judged)), style
    )
    yield from _section("Disabled rules", _disabled(report), style)
    yield from _section("Skipped", _skipped(report), style)
    yield from _section("Warnings", _warnings(report), style)
    yield from _provenance(report, style)
    yield conclusion(report, style)


def _table(report: Report, style: Style) -> Iterator[str]:
    packs = sorted({verdict.rule.pack for verdict in report.verdicts})
    rows = [
        (pack, report.counts(v for v in report.verdicts if v.rule.pack == pack)) for pack in packs
    ]
    rows.append(("all", report.counts()))
    first = max(len(name) for name, _ in rows)
    head = "  ".join(f"{title:>{max(5, len(title))}}" for _, title in COLUMNS)
    yield style("dim", f"{'':{first}}  {head}")
    for name, counts in rows:
        cells = []
        for outcome, title in COLUMNS:
            cell = f"{counts[outcome]:>{max(5, len(title))}}"
            paint = _PAINT.get(outcome)
            cells.append(style(paint, cell) if paint and counts[outcome] else cell)
        yield f"{name:{first}}  {'  '.join(cells)}"
    yield ""


def _section(title: str, rows: list[str], style: Style) -> Iterator[str]:
    if rows:
        yield style("bold", title)
        yield from (f"  {row}" for row in rows)
        yield ""


def _due(report: Report) -> list[str]:
    return [
        f"{verdict.holds_until}  {one_line(verdict.agreement)}  {verdict.rule.id}  "
        f"{one_line(verdict.rule.title)}"
        for verdict in report.falling_due(DUE_WITHIN)
    ]


def _waived(report: Report) -> list[str]:
    return [
        f"{one_line(verdict.agreement)}  {verdict.rule.id}  {one_line(verdict.reason or '')}"
        for verdict in report.verdicts
        if verdict.outcome is Outcome.WAIVED
    ]


def _idle(report: Report) -> list[str]:
    told = {"expired": "expired on", "stale": "matches nothing; it expires on"}
    rows = []
    for entry in report.waivers:
        if entry.state in told:
            waiver = entry.waiver
            place = f"{waiver.location.file}:{waiver.location.line}: " if waiver.location else ""
            who = f"{one_line(waiver.agreement)}  {one_line(waiver.rule)}"
            rows.append(f"{one_line(place)} {who}  {told[entry.state]} {waiver.expires}".lstrip())
    return rows


def _idle_releases(report: Report) -> list[str]:
    return [
        f"{one_line(entry.release.agreement)}  {RELEASES[entry.state]} {entry.release.expires}"
        for entry in report.releases
        if entry.state in RELEASES
    ]


def _disabled(report: Report) -> list[str]:
    return [
        f"{one_line(rule.rule)}  {one_line(rule.because)} ({one_line(rule.by)}"
        + (f", until {rule.until})" if rule.until else ")")
        for rule in report.disabled
    ]


def _skipped(report: Report) -> list[str]:
    return [f"{one_line(entry.file)}: {one_line(entry.because)}" for entry in report.skipped]


def _warnings(report: Report) -> list[str]:
    return [one_line(str(warning)) for warning in report.warnings]


def _provenance(report: Report, style: Style) -> Iterator[str]:
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in report.packs)
    data = ", ".join(f"{name} {version}" for name, version in report.data.items())
    commit = f", commit {report.commit[:12]}" if report.commit else ""
    line = f"cmpolicy {report.version} as of {report.as_of}{commit}; packs {packs}; {data}"
    yield style("dim", line)


def conclusion(report: Report, style: Style) -> str:
    """Return whether the gate passed, in a sentence: the last line of a report."""
    agreements = len(report.agreements)
    if not agreements:
        return f"{style('good', 'Nothing to check')}: no agreement among the files given"
    idle = len(report.not_judged)
    aside = f", {idle} not judged" if idle else ""
    of = f"{agreements} agreement{'s' * (agreements != 1)}"
    if report.passed:
        note = " (the gate is off)" if report.fail_on == "never" else ""
        return f"{style('good', 'Gate passed')}{note}: {of}{aside}, {len(report.verdicts)} verdicts"
    failing = report.failing
    named = len({verdict.agreement for verdict in failing})
    verdicts = f"{len(failing)} verdict{'s' * (len(failing) != 1)}"
    return f"{style('alarm', 'Gate failed')} at {report.fail_on}: {verdicts} in {named} of {of}"
