"""Markdown for a comment or a step summary: the gate, totals, the worst, and the rest folded.

It starts with a hidden marker, by which a CI job finds its comment and updates it. GitHub takes
65,536 characters for a comment and 1 MiB for a step summary; what does not fit is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from cmpolicy.findings import Finding, findings
from cmpolicy.reporters.drops import lead
from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.judging import provenance
from cmpolicy.reporters.markdown_sections import Section, sections
from cmpolicy.reporters.totals import COLUMNS, RARE, by_pack, conclusion, judged_nothing
from cmpolicy.verdict import Report

MARKER: Final = "<!-- cmpolicy:check -->"
LIMIT: Final = 60_000
"""Bytes of UTF-8, never fewer than characters; it leaves room for a job's own words."""
_LEADS: Final = 20
_LEAD: Final = 500
"""Notes before everything else, and characters of each, at most."""
_NOTE: Final = "- … and {} more: the json report lists all\n"
_NOTE_SIZE: Final = len(_NOTE.encode()) + len("1000000000")


def render(report: Report, *, limit: int = LIMIT) -> str:
    """Return the report as Markdown, in at most `limit` bytes."""
    found = findings(report)
    head, foot = "\n".join(_head(report, found)), _foot(report)
    body = gathered(sections(report, found), limit - size((head, foot)))
    return "\n".join((head, *body, foot)) + "\n"


def _head(report: Report, found: Sequence[Finding]) -> Iterator[str]:
    mark = "⚠️" if judged_nothing(report) else "✅" if report.passed else "❌"
    yield from (MARKER, f"## {mark} cmpolicy", "")
    yield from (f"**{conclusion(report, found)}**", "")
    notes = list(lead(report))
    yield from (f"- ⚠️ {markdown(cut(note, _LEAD))}" for note in notes[:_LEADS])
    if len(notes) > _LEADS:
        yield f"- … and {len(notes) - _LEADS} more changes of the policy: the json report lists all"
    if notes:
        yield ""
    yield from _table(report)
    yield ""


def _table(report: Report) -> Iterator[str]:
    """Yield the outcomes by pack; a column that has nothing is left out where that is usual."""
    counts = report.counts()
    columns = [(one, title) for one, title in COLUMNS if counts[one] or one not in RARE]
    yield f"| | {' | '.join(title for _, title in columns)} |"
    yield f"| --- |{' ---: |' * len(columns)}"
    for name, own in by_pack(report):
        pack = name if name == "all" else markdown_code(cut(name, 60))
        yield f"| {pack} | {' | '.join(str(own[outcome]) for outcome, _ in columns)} |"


def _foot(report: Report) -> str:
    return markdown(cut(provenance(report)))


def gathered(given: Iterable[Section], room: int) -> Iterator[str]:
    """Yield the lines of the sections that have rows; each shows its title, whatever the room."""
    filled = [section for section in given if section.rows]
    room -= sum(size(section.frame()) + _NOTE_SIZE for section in filled)
    for section in filled:
        sizes = accumulate(size((row,)) for row in section.rows)
        allowed = int(room * section.share)
        kept = section.rows[: sum(1 for end in sizes if end <= allowed)]
        room -= size(kept)
        opening, closing = section.frame()
        yield from (opening, *kept)
        if len(kept) < len(section.rows):
            yield _NOTE.format(section.left_out(len(kept))).rstrip("\n")
        yield closing


def size(lines: Iterable[str]) -> int:
    """Return the bytes that lines take in UTF-8, with their line breaks."""
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)
