"""The text report: what people see first. The worst in full, every other on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from cmpolicy.findings import NAMED, DropGroup, Finding, Line, drop_groups, findings, lines
from cmpolicy.reporters import wording
from cmpolicy.reporters.blocks import ACUTE, Canvas, full, plain_line, problem, short
from cmpolicy.reporters.drops import lead, release_entry
from cmpolicy.reporters.escape import cut, one_line, shorten, visible
from cmpolicy.reporters.excerpt import excerpt, wrap
from cmpolicy.reporters.judging import frameworks_of
from cmpolicy.reporters.style import SEVERITY, Style
from cmpolicy.reporters.totals import totals
from cmpolicy.verdict import Outcome, Report

SHOWS: Final = ("worst", "lines", "all")
"""How much of it: the worst in full, a line a finding, everything."""
WORST: Final = 5
"""Lines of the run that are shown in full, at most: as many as leave room on the first page."""
PAGE: Final = 36
"""Rows of the first page below the heading: all that is critical or high is to begin there."""
NEW: Final = 1
"""Lines of a change that are shown in full: its author knows what it was about."""
EDITS: Final = 3
"""Values that a change edited, of an agreement; the others are counted."""
MOST: Final = 25
"""Lines of an agreement; the others are counted."""
APART: Final = 5
"""Agreements that are shown line by line; each further one takes one line."""
QUOTED: Final = 5
"""Problems of a file that cannot be read that are shown with their source line."""
PLACES: Final = 5
"""Places of a drop that are shown with their source line."""


def render(report: Report, *, colour: bool = False, width: int = 100, show: str = "worst") -> str:
    """Return the report as text for people; `colour` adds ANSI sequences."""
    found = findings(report)
    if show == "lines":
        return "".join(f"{line}\n" for line in _plain(found))
    canvas = Canvas(
        Style(colour),
        width,
        report.fail_on,
        everything=show == "all",
        frameworks=frameworks_of(report),
    )
    body = _Body.of(report, found, canvas)
    rows = [*_first(report, canvas), *body.rows(), *totals(report, found, canvas)]
    return "\n".join(rows) + "\n"


def _plain(found: Sequence[Finding]) -> Iterator[str]:
    yield from (plain_line(finding) for finding in found if not finding.quiet)
    rest = wording.folded(found)
    if rest:
        yield f"cmpolicy: {rest} (--show all)"


def _first(report: Report, canvas: Canvas) -> Iterator[str]:
    """Yield what a reader must know before the findings: the policy, and what was dropped."""
    style, width = canvas.style, canvas.width
    notes = list(lead(report))
    for note in notes:
        rows = wrap(note, width - 2)
        yield style("warn", rows[0])
        yield from (f"  {row}" for row in rows[1:])
    if notes:
        yield ""
    for group in drop_groups(report):
        yield from _dropped(group, report, canvas)


def _dropped(group: DropGroup, report: Report, canvas: Canvas) -> Iterator[str]:
    style, width = canvas.style, canvas.width
    paint = SEVERITY[group.severity] if group.fails else "dim"
    word = f"{group.severity.value}[dropped]" if group.fails else "dropped"
    rows = wrap(f"{word}: {group.agreement}: {group.headline}", width - 2)
    yield style(paint, rows[0])
    yield from (f"  {style(paint, row)}" for row in rows[1:])
    items = group.places if canvas.everything else group.places[:PLACES]
    for item in items:
        if item.location is not None:
            yield from excerpt(item.location, [item.message], style, paint, width)
    if len(items) < len(group.places):
        yield f"  {style('dim', f'... {len(group.places) - len(items)} more places (--show all)')}"
    yield from _labelled("rules", group.rules, canvas)
    if group.fails:
        fix = "restore it, or have this merged into `releases.yaml` of the base first:"
        yield from _labelled("fix", fix, canvas)
        yield from (f"       {row}" for row in release_entry(group, report.as_of))
    yield ""


def _labelled(name: str, text: str, canvas: Canvas) -> Iterator[str]:
    label = f"  {name}: "
    rows = wrap(text, canvas.width - len(label))
    yield f"  {canvas.style('dim', f'{name}:')} {rows[0]}"
    yield from (f"{' ' * len(label)}{row}" for row in rows[1:])


@dataclass(frozen=True, slots=True)
class _Body:
    """The findings of a report, laid out."""

    report: Report
    canvas: Canvas
    unread: tuple[Line, ...]
    """The problems of plans and shared files, for which agreements on them cannot be read."""
    broken: dict[str, list[Finding]]
    """The problems of each further file that cannot be read."""
    lines: tuple[Line, ...]
    """What is shown, the worst first."""
    found: dict[str, list[Finding]]
    """What is shown of each agreement, the agreement with the worst first."""
    rest: str
    """What is not shown, counted."""

    @classmethod
    def of(cls, report: Report, found: Sequence[Finding], canvas: Canvas) -> _Body:
        """Choose what is shown: all of it, or what somebody must act on."""
        kept = [one for one in found if one.outcome is not Outcome.DROPPED]
        rest = "" if canvas.everything else wording.folded(kept)
        if not canvas.everything:
            kept = [finding for finding in kept if not finding.quiet]
        errors = [finding for finding in kept if finding.outcome is Outcome.ERROR]
        unread = sorted(
            lines(finding for finding in errors if finding.shared), key=lambda one: one.agreements
        )
        broken: dict[str, list[Finding]] = {}
        by_agreement: dict[str, list[Finding]] = {}
        for finding in kept:
            if finding in errors and finding.shared:
                continue
            groups = broken if finding.outcome is Outcome.ERROR else by_agreement
            groups.setdefault(finding.agreement, []).append(finding)
        shown = [finding for finding in kept if finding.outcome is not Outcome.ERROR]
        joined = tuple(map(_alone, shown)) if canvas.everything else lines(shown)
        return cls(report, canvas, tuple(unread), broken, joined, by_agreement, rest)

    @property
    def _most(self) -> int:
        """How many lines are shown in full."""
        if self.canvas.everything:
            return len(self.lines)
        return NEW if self.report.since else WORST

    def rows(self) -> Iterator[str]:
        """Yield the rows: files that cannot be read, the worst of the run, each agreement."""
        for reached, found in groupby(self.unread, lambda line: line.agreements):
            yield from self._unread(reached, tuple(found))
        for agreement, problems in self.broken.items():
            yield from self._broken(agreement, problems)
        if len(self.found) == 1:
            (agreement,) = self.found
            yield from self._heading(agreement)
            yield ""
            worst = self._fitting()
            yield from self._worst(worst)
            yield from self._short(self.lines[len(worst) :])
        elif self.canvas.everything:
            yield from self._everything()
        else:
            yield from self._many()
        if self.rest and not self.report.since:
            yield f"{self.rest} (--show all)"
            yield ""

    def _many(self) -> Iterator[str]:
        """Yield the worst of the run, what is shared, and then each agreement by itself."""
        worst = self._different()
        yield from self._worst(worst, named=True)
        others = [line for line in self.lines if line not in worst]
        shared = [line for line in others if len(line.agreements) > 1]
        if shared:
            yield self.canvas.style("bold", "In shared files")
            yield from self._short(shared)
        for index, agreement in enumerate(self.found):
            if index >= APART:
                yield self._one_line(agreement)
                continue
            yield from self._heading(agreement)
            own = [line for line in others if line.agreements == (agreement,)]
            yield from self._short(own) if own else ("",)
        if len(self.found) > APART:
            yield ""

    def _different(self) -> list[Line]:
        """Return the worst of the run; what several agreements lack alike is chosen once."""
        chosen: dict[object, Line] = {}
        for line in self.lines:
            chosen.setdefault((line.worst.rule.id, line.worst.way, wording.headline(line)), line)
            if len(chosen) == self._most:
                break
        return list(chosen.values())

    def _fitting(self) -> tuple[Line, ...]:
        """Return the worst that leave all else that is acute on the first page; at least one."""
        found = self.lines[: self._most]
        if self.canvas.everything:
            return found
        blocks = [len(list(full(0, line, self.canvas, named=False))) for line in found]
        others = [line for line in self.lines[:MOST] if line.worst.severity in ACUTE]
        rows = [len(list(short(line, self.canvas))) for line in others]
        for number in range(len(found), 1, -1):
            rest = sum(rows[number:])
            if not rest or sum(blocks[:number]) + rest <= PAGE:
                return found[:number]
        return found[:1]

    def _everything(self) -> Iterator[str]:
        numbers = {id(line): number for number, line in enumerate(self.lines, start=1)}
        for agreement in self.found:
            yield from self._heading(agreement)
            yield ""
            for line in self.lines:
                if line.worst.agreement == agreement:
                    yield from full(numbers[id(line)], line, self.canvas, named=False)

    def _worst(self, found: Sequence[Line], *, named: bool = False) -> Iterator[str]:
        for number, line in enumerate(found, start=1):
            yield from full(number, line, self.canvas, named=named)

    def _short(self, found: Sequence[Line]) -> Iterator[str]:
        if not found or self.canvas.everything:
            return
        for line in found[:MOST]:
            yield from short(line, self.canvas)
        if len(found) > MOST:
            more = sum(len(line.findings) for line in found[MOST:])
            yield f"   ... {wording.counted(more, 'more finding')} (--show all)"
        yield ""

    def _heading(self, agreement: str) -> Iterator[str]:
        """Yield the agreement's id and title, and the totals of it."""
        style, width = self.canvas.style, self.canvas.width
        title = self.report.titles.get(agreement, "")
        name = cut(agreement, width // 2)
        first, *others = wrap(title, width - len(name) - 2)
        yield f"{style('bold', name)}  {first}".rstrip()
        yield from (f"  {row}" for row in others)
        yield from wrap(self._totals(agreement), width)
        yield from self._edits(agreement)

    def _edits(self, agreement: str) -> Iterator[str]:
        """Yield what the change edited: that is what its author has at hand."""
        edits = self.report.edits.get(agreement, ())
        most = len(edits) if self.canvas.everything else EDITS
        for edit in edits[:most]:
            found = edit.new or edit.old
            place = f" ({found.file}:{found.line})" if found else ""
            first, *others = wrap(f"changed: {wording.edited(edit)}{place}", self.canvas.width - 2)
            yield first
            yield from (f"  {row}" for row in others)
        if len(edits) > most:
            yield f"changed: {len(edits) - most} more values (--show all)"

    def _totals(self, agreement: str) -> str:
        found = self.found[agreement]
        rules = {rule.id for finding in found for rule in finding.rules}
        all_rules = sum(verdict.agreement == agreement for verdict in self.report.verdicts)
        waiting = sum(finding.outcome is Outcome.UNDETERMINED for finding in found)
        text = f"{wording.counted(len(found), 'finding')}: {wording.by_severity(found)}"
        text += f", from {len(rules)} of {wording.counted(all_rules, 'rule')}"
        verb = "waits" if waiting == 1 else "wait"
        return f"{text}; {waiting} {verb} for a value." if waiting else f"{text}."

    def _one_line(self, agreement: str) -> str:
        found = self.found[agreement]
        worst = wording.sentence(Line((found[0],)))
        text = f"{one_line(agreement)}  {wording.by_severity(found)}; worst: {worst}"
        return shorten(text, self.canvas.width)

    def _unread(self, reached: tuple[str, ...], found: Sequence[Line]) -> Iterator[str]:
        """Yield what is wrong in files of several agreements, and those that it reaches."""
        style, width = self.canvas.style, self.canvas.width
        names = wording.some(reached, 100 if self.canvas.everything else NAMED)
        files = ", ".join(dict.fromkeys(visible(line.worst.place.file) for line in found))
        several = len(found) > 1
        what = f"{files} cannot be read" if several else found[0].worst.messages[0]
        count = wording.counted(len(reached), "agreement")
        head, *rest = wrap(f"{what}; in {count}: {names}", width)
        yield style("alarm", head)
        yield from rest
        for index, line in enumerate(found):
            messages = line.worst.messages if several else ()
            if index < QUOTED or self.canvas.everything:
                yield from excerpt(line.worst.place, messages, style, "alarm", width)
            else:
                yield from problem(line.worst, self.canvas, quoted=False)
        yield ""

    def _broken(self, agreement: str, problems: Sequence[Finding]) -> Iterator[str]:
        style = self.canvas.style
        count = wording.counted(len(problems), "problem")
        first, *others = wrap(
            f"{agreement} cannot be read: {count}, and no rule could judge it", self.canvas.width
        )
        yield style("alarm", first)
        yield from others
        for index, finding in enumerate(problems):
            quoted = index < QUOTED or self.canvas.everything
            yield from problem(finding, self.canvas, quoted=quoted)
        yield ""


def _alone(finding: Finding) -> Line:
    return Line((replace(finding, shared=None),))
