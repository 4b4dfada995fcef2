"""The text form of a timeline: each agreement by control, then what lapses next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmpolicy.reporters.escape import cut, one_line, shorten
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.periods import wording
from cmpolicy.reporters.periods.wording import Broken, ControlGroup
from cmpolicy.reporters.style import SEVERITY, Style
from cmpolicy.timeline import LIMITS, Period, RuleStanding, Timeline
from cmpolicy.verdict import Outcome


def render(found: Timeline, *, colour: bool = False, width: int = 100) -> str:
    """Return the timeline as text for people; `colour` adds ANSI sequences."""
    style = Style(colour)
    lines = [*_rows("", wording.period(found), style, width, paint="bold")]
    lines += _rows("", wording.line(found), style, width)
    lines += _rows("", wording.unjudged(found), style, width) if wording.unjudged(found) else []
    if len(found.standings) > 1:
        lines += ["", *_summary(found, style, width)]
    lines.append("")
    intervals = wording.by_agreement(found.intervals)
    for standing in found.standings:
        some = intervals.get(standing.agreement, [])
        lines += [*_standing(standing, some, found, style, width), ""]
    lines += _ahead(found, style, width)
    lines += _section("Waived", _waived(found), style, width)
    lines += _section("Disabled rules", _disabled(found), style, width)
    lines += _section("Skipped", _skipped(found), style, width)
    lines += _section("What this does not show, and how it counts", LIMITS, style, width)
    lines += _rows("", wording.provenance(found), style, width, paint="dim")
    lines.append(f"{wording.conclusion(found)}.")
    return "\n".join(lines) + "\n"


def _summary(found: Timeline, style: Style, width: int) -> Iterator[str]:
    """Yield a line for each agreement, the most days out of compliance first."""
    names = {one.agreement: cut(one.agreement, width // 2) for one in found.standings}
    widest = max(map(len, names.values()))
    for one in sorted(found.standings, key=lambda one: (-one.days_out, one.agreement)):
        name = f"{names[one.agreement]:{widest}}"
        paint = "alarm" if one.days_out else "good"
        yield f"{name}  {style(paint, wording.days_out(one))}"


def _standing(
    one: RuleStanding, some: Iterable[Period], found: Timeline, style: Style, width: int
) -> Iterator[str]:
    name = cut(one.agreement, width // 2)
    title = f"  {shorten(one.title, max(20, width - len(name) - 2))}" if one.title else ""
    yield f"{style('bold', name)}{title}"
    paint = "alarm" if one.days_out else "good"
    yield from _rows("  ", wording.standing(one), style, width, paint=paint)
    for text in wording.absences(found, one.agreement):
        yield from _rows("  ", text, style, width, paint="warn")
    if len({span.file for span in one.spans}) > 1:
        for span in one.spans:
            where = f"in {span.file} {wording.span(span.first, span.last)}"
            yield from _rows("  ", where, style, width, paint="dim")
    for group in wording.control_groups(some, one, found):
        yield ""
        yield from _rows("  ", wording.heading(group), style, width, paint="bold")
        for broken in group.broken:
            yield from _broken(broken, group, found, style, width)


def _broken(
    broken: Broken, group: ControlGroup, found: Timeline, style: Style, width: int
) -> Iterator[str]:
    rule = broken.rule
    word, paint = ("error", "alarm")
    if rule is not None:
        word, paint = rule.severity.value, SEVERITY[rule.severity]
    names = wording.names(broken, group.control)
    first, *more = wrap(f"{rule.title} [{names}]" if rule else names, width - 6 - len(word))
    yield f"    {style(paint, word)}  {first}"
    yield from (f"      {row}" for row in more)
    for interval in broken.intervals:
        doubt = "" if interval.outcome is Outcome.FAIL else f" {interval.outcome.value}"
        ahead = ", still ahead" if interval.first > found.as_of else ""
        said = f"{wording.dates(interval)}{doubt}{ahead}: {wording.message(interval)}"
        yield from _rows("      ", said, style, width)
        yield from _rows(
            "        ", f"began {wording.began(interval, found)}", style, width, paint="dim"
        )
        yield from _rows(
            "        ", f"ended {wording.ended(interval, found)}", style, width, paint="dim"
        )


def _ahead(found: Timeline, style: Style, width: int) -> Iterator[str]:
    title = f"Lapses after {found.as_of}, until {found.ahead_until}, if nothing is done"
    if not found.ahead:
        yield f"{style('bold', title)}: nothing"
        yield ""
        return
    yield style("bold", title)
    for one in found.ahead:
        yield from _lapse(one, style, width)
    yield ""


def _lapse(interval: Period, style: Style, width: int) -> Iterator[str]:
    rule = interval.verdict.rule
    text = f"{rule.severity.value}[{one_line(rule.id)}]"
    room = max(width // 3, width - len(f"  {interval.first}    {text}"))
    name = cut(interval.verdict.agreement, room)
    yield f"  {interval.first}  {name}  {style(SEVERITY[rule.severity], text)}"
    yield from _rows("    ", wording.message(interval), style, width, paint="dim")


def _waived(found: Timeline) -> Iterator[str]:
    for interval in found.waived:
        verdict = interval.verdict
        yield (
            f"{verdict.agreement} {verdict.rule.id}: {wording.dates(interval)}; "
            f"{verdict.reason or 'waived'}"
        )


def _disabled(found: Timeline) -> Iterator[str]:
    for rule in found.disabled:
        until = f", until {rule.until}" if rule.until else ""
        yield f"{rule.rule}  {rule.because} ({rule.by}{until})"


def _skipped(found: Timeline) -> Iterator[str]:
    for entry in found.skipped:
        yield f"{entry.file}: {entry.because}"


def _section(title: str, rows: Iterable[str], style: Style, width: int) -> Iterator[str]:
    rows = tuple(rows)
    if rows:
        yield style("bold", title)
        for row in rows:
            yield from _rows("  ", row, style, width)
        yield ""


def _rows(lead: str, text: str, style: Style, width: int, *, paint: str = "") -> Iterator[str]:
    for number, row in enumerate(wrap(text, width - len(lead) - 2)):
        said = style(paint, row) if paint else row
        yield f"{lead}{'  ' if number else ''}{said}"
