"""The end of the text report: totals, what falls due, waivers and disabled rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.findings import OPEN, Finding
from cmpolicy.reporters.blocks import Canvas
from cmpolicy.reporters.escape import cut, one_line, shorten
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.judging import provenance, run_of
from cmpolicy.reporters.wording import by_severity, counted, folded
from cmpolicy.verdict import Outcome, Report, Verdict

DUE_WITHIN: Final = 30
"""Days ahead in which what lapses is reported."""
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
_GATES: Final = {
    "Gate failed": "alarm",
    "Gate passed": "good",
    "Nothing to check": "good",
    "Nothing was judged": "warn",
}
_GATE: Final = re.compile(f"^(?:{'|'.join(_GATES)})")
RARE: Final = (Outcome.ERROR, Outcome.DROPPED)
"""Outcomes that have a column only where there are some."""
NAME: Final = 20
"""Characters of a pack's name in the table."""
ROWS: Final = 8
"""Rows of a section; the others are counted."""


def totals(report: Report, found: Sequence[Finding], canvas: Canvas) -> Iterator[str]:
    """Yield the lines of the end of the report: counts, and everything that was set aside."""
    if report.since and not canvas.everything:
        yield from _brief(report, found, canvas)
    else:
        yield from _by_severity(found, canvas)
        yield from table(report, canvas)
        for title, rows in _sections(report, canvas.width):
            yield from _section(title, rows, canvas)
    yield from _section("Warnings", _warnings(report), canvas)
    yield from _provenance(report, canvas)
    first, *others = wrap(conclusion(report, found), canvas.width)
    yield _GATE.sub(lambda word: canvas.style(_GATES[word[0]], word[0]), first)
    yield from others


def _sections(report: Report, width: int) -> Iterator[tuple[str, list[str]]]:
    yield f"Falls due within {DUE_WITHIN} days", _due(report, width)
    yield "Waived", _waived(report)
    yield "Waivers that do nothing", _idle(report)
    yield "Releases that do nothing", _idle_releases(report)
    yield "Not judged: no rule applies", list(map(one_line, report.not_judged))
    yield "Disabled rules", _disabled(report)
    yield "Skipped", _skipped(report)


def _brief(report: Report, found: Sequence[Finding], canvas: Canvas) -> Iterator[str]:
    """Yield in short what the change does not touch: its author asks about the change."""
    counts = report.counts()
    texts = [f"{counts[outcome]} {title}" for outcome, title in COLUMNS if counts[outcome]]
    aside = [f"verdicts: {', '.join(texts)}"] if texts else []
    rest = folded([one for one in found if one.outcome is not Outcome.DROPPED])
    aside += [rest] if rest else []
    due = len(_due(report, canvas.width))
    aside += [f"{due} due within {DUE_WITHIN} days"] if due else []
    text = f"{'; '.join(aside)} (--show all)"
    yield from (canvas.style("dim", row) for row in wrap(text, canvas.width))


def _by_severity(found: Sequence[Finding], canvas: Canvas) -> Iterator[str]:
    """Yield how many findings there are of each severity, where several agreements have some."""
    acute = [one for one in found if one.outcome in OPEN and not one.known]
    if len({one.agreement for one in acute}) > 1:
        count = counted(len(acute), "finding")
        yield from wrap(f"{count}: {by_severity(acute)}", canvas.width)


def table(report: Report, canvas: Canvas) -> Iterator[str]:
    """Yield the outcomes by pack; where the table is too wide, a sentence for each pack."""
    style, counts = canvas.style, report.counts()
    rows = [(cut(pack, NAME), own) for pack, own in by_pack(report)]
    columns = [(one, title) for one, title in COLUMNS if counts[one] or one not in RARE]
    first = max(len(name) for name, _ in rows)
    head = "  ".join(f"{title:>{max(4, len(title))}}" for _, title in columns)
    if first + 2 + len(head) > canvas.width:
        for name, row in rows:
            texts = [f"{row[outcome]} {title}" for outcome, title in columns if row[outcome]]
            yield from wrap(f"{name}: {', '.join(texts)}", canvas.width)
    else:
        yield style("dim", f"{'':{first}}  {head}")
        for name, row in rows:
            cells = []
            for outcome, title in columns:
                cell = f"{row[outcome]:>{max(4, len(title))}}"
                paint = _PAINT.get(outcome)
                cells.append(style(paint, cell) if paint and row[outcome] else cell)
            yield f"{name:{first}}  {'  '.join(cells)}"
    yield ""


def by_pack(report: Report) -> list[tuple[str, dict[Outcome, int]]]:
    """Return the outcomes of each pack, and of all where there is not exactly one."""
    found: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        found.setdefault(verdict.rule.pack, []).append(verdict)
    rows = [(pack, report.counts(found[pack])) for pack in sorted(found)]
    return rows if len(rows) == 1 else [*rows, ("all", report.counts())]


def _section(title: str, rows: list[str], canvas: Canvas) -> Iterator[str]:
    """Yield a section; a row that is too long goes on under itself, and many rows are counted."""
    if not rows:
        return
    yield canvas.style("bold", title)
    most = len(rows) if canvas.everything else ROWS
    for row in rows[:most]:
        # Its parts are lines already; two spaces between them stay where the row fits.
        fits = len(row) <= canvas.width - 2
        first, *others = [row] if fits else wrap(row, canvas.width - 4)
        yield f"  {first}"
        yield from (f"    {other}" for other in others)
    if len(rows) > most:
        yield f"  ... {len(rows) - most} more (--show all)"
    yield ""


def _due(report: Report, width: int) -> list[str]:
    """Return a row for each verdict that lapses soon; its title is cut to the width."""
    rows = []
    for verdict in report.falling_due(DUE_WITHIN):
        row = f"{verdict.holds_until}  {one_line(verdict.agreement)}  {one_line(verdict.rule.id)}"
        rows.append(f"{row}  {shorten(verdict.rule.title, max(20, width - 4 - len(row)))}")
    return rows


def _waived(report: Report) -> list[str]:
    return [
        f"{one_line(verdict.agreement)}  {verdict.rule.id}  {one_line(verdict.reason or '')}"
        for verdict in report.verdicts
        if verdict.outcome is Outcome.WAIVED
    ]


def _idle(report: Report) -> list[str]:
    states = {"expired": "expired on", "stale": "matches nothing; it expires on"}
    rows = []
    for entry in report.waivers:
        if entry.state in states:
            waiver = entry.waiver
            place = f"{waiver.location.file}:{waiver.location.line}: " if waiver.location else ""
            who = f"{one_line(waiver.agreement)}  {one_line(waiver.rule)}"
            rows.append(f"{one_line(place)} {who}  {states[entry.state]} {waiver.expires}".lstrip())
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


def _provenance(report: Report, canvas: Canvas) -> Iterator[str]:
    short = report.since and not canvas.everything
    line = run_of(report) if short else provenance(report)
    yield from (canvas.style("dim", row) for row in wrap(line, canvas.width))


def judged_nothing(report: Report) -> bool:
    """Say whether there are agreements, and no rule applies to any of them."""
    return report.passed and 0 < len(report.not_judged) == len(report.agreements)


def conclusion(report: Report, found: Sequence[Finding]) -> str:
    """Return whether the gate passed, in a sentence: the last line of a report.

    Args:
        report: the report.
        found: its findings; a file that cannot be read counts as one.
    """
    agreements = len(report.agreements)
    if not agreements:
        return "Nothing to check: no agreement among the files given"
    idle = len(report.not_judged)
    if judged_nothing(report):
        whom = report.not_judged[0] if idle == 1 else f"any of {idle} agreements"
        return f"Nothing was judged: no rule applies to {one_line(whom)}"
    aside = f", {idle} not judged" if idle else ""
    of = counted(agreements, "agreement")
    if report.passed:
        note = " (the gate is off)" if report.fail_on == "never" else ""
        return f"Gate passed{note}: {of}{aside}, {len(report.verdicts)} verdicts"
    named = len({verdict.agreement for verdict in report.failing})
    failing = [one for one in found if one.fails]
    broken = {one.agreement for one in failing if one.outcome is Outcome.ERROR}
    count = len(failing) - sum(one.outcome is Outcome.ERROR for one in failing)
    verdicts = sum(verdict.outcome is not Outcome.ERROR for verdict in report.failing)
    texts = [f"{counted(len(broken), 'file')} that cannot be read"] if broken else []
    if verdicts:
        texts += [counted(verdicts, "verdict"), counted(count, "finding")]
    what = f"{', '.join(texts)} in {named} of {of}"
    return f"Gate failed at {report.fail_on}: {what}"
