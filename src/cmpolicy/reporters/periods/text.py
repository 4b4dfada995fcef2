"""The text form of a timeline: each agreement with its intervals, then what lapses next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmpolicy.reporters.escape import one_line
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.periods import telling
from cmpolicy.reporters.periods.telling import Told
from cmpolicy.reporters.style import SEVERITY, Style
from cmpolicy.timeline import LIMITS, Interval, Standing, Timeline


def render(found: Timeline, *, colour: bool = False, width: int = 100) -> str:
    """Return the timeline as text for people; `colour` adds ANSI sequences."""
    style = Style(colour)
    lines = [style("bold", one_line(telling.period(found)))]
    lines += [*_rows("", telling.unjudged(found), style, width)] if found.unjudged else []
    lines.append("")
    groups = telling.by_agreement(telling.told_once(found.intervals))
    for standing in found.standings:
        lines += _standing(standing, groups.get(standing.agreement, ()), found, style, width)
    lines += _ahead(found, style, width)
    lines += _section("Waived", _waived(found), style, width)
    lines += _section("Disabled rules", _disabled(found), style, width)
    lines += _section("Skipped", _skipped(found), style, width)
    lines += _section("What this does not tell, and how it counts", LIMITS, style, width)
    lines += _rows("", telling.provenance(found), style, width, dim=True)
    lines.append(f"{telling.conclusion(found)}.")
    return "\n".join(lines) + "\n"


def _standing(
    one: Standing, found: Iterable[Told], timeline: Timeline, style: Style, width: int
) -> Iterator[str]:
    title = f"  {one_line(one.title)}" if one.title else ""
    yield f"{style('bold', one_line(one.agreement))}{title}"
    yield "  " + style("alarm" if one.days_out else "good", telling.standing(one))
    if len(one.spans) > 1 or one.days < timeline.days:
        for span in one.spans:
            where = f"in {span.file} from {span.first} to {span.last}"
            yield from _rows("  ", where, style, width, dim=True)
    for told in found:
        yield from _interval(told, timeline, style, width)
    yield ""


def _interval(told: Told, timeline: Timeline, style: Style, width: int) -> Iterator[str]:
    interval, rule = told.interval, told.rule
    if rule is None:
        head = f"{style('alarm', 'error')}: not evaluated by {told.rules} rules"
    else:
        word = style(SEVERITY[rule.severity], f"{rule.severity.value}[{rule.id}]")
        doubt = "" if interval.outcome.value == "fail" else f" ({interval.outcome.value})"
        head = f"{word}{doubt}: {one_line(rule.title)}"
    yield f"  {head}"
    ahead = ", still ahead" if interval.first > timeline.as_of else ""
    when = f"{telling.dates(interval)}{ahead}; {telling.why(interval)}"
    yield from _rows("    ", when, style, width)
    yield from _rows("    ", telling.message(interval), style, width, dim=True)


def _ahead(found: Timeline, style: Style, width: int) -> Iterator[str]:
    told = tuple(telling.told_once(found.ahead))
    title = f"Lapses after {found.as_of}, until {found.ahead_until}, if nothing is done"
    if not told:
        yield f"{style('bold', title)}: nothing"
        yield ""
        return
    yield style("bold", title)
    for one in told:
        yield from _lapse(one.interval, style, width)
    yield ""


def _lapse(interval: Interval, style: Style, width: int) -> Iterator[str]:
    rule = interval.verdict.rule
    word = style(SEVERITY[rule.severity], f"{rule.severity.value}[{rule.id}]")
    yield f"  {interval.first}  {one_line(interval.verdict.agreement)}  {word}"
    yield from _rows("    ", telling.message(interval), style, width, dim=True)


def _waived(found: Timeline) -> Iterator[str]:
    for interval in found.waived:
        verdict = interval.verdict
        yield (
            f"{verdict.agreement} {verdict.rule.id}: {telling.dates(interval)}; "
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


def _rows(lead: str, text: str, style: Style, width: int, *, dim: bool = False) -> Iterator[str]:
    for number, row in enumerate(wrap(text, width - len(lead) - 2)):
        told = style("dim", row) if dim else row
        yield f"{lead}{'  ' if number else ''}{told}"
