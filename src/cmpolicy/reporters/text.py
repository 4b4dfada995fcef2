"""The text report: what people see first. Grouped by agreement, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.reporters.drops import drop_groups, lead, release_entry
from cmpolicy.reporters.escape import one_line, visible
from cmpolicy.reporters.excerpt import excerpt, wrap
from cmpolicy.reporters.style import SEVERITY, Style
from cmpolicy.reporters.totals import totals
from cmpolicy.verdict import Holds, Observation, Outcome, Report, Verdict

SHOWN: Final = 5
"""Observations of a verdict shown with their lines; the others are counted."""
_BAD: Final = (Outcome.ERROR, Outcome.FAIL, Outcome.UNDETERMINED)


def render(report: Report, *, colour: bool = False, width: int = 100) -> str:
    """Return the report as text for people; `colour` adds ANSI sequences."""
    style = Style(colour)
    lines: list[str] = [*_first(report, style, width)]
    for agreement, verdicts in _groups(report):
        lines += _agreement(agreement, verdicts, report, style, width)
    lines += totals(report, style)
    return "\n".join(lines) + "\n"


def _first(report: Report, style: Style, width: int) -> Iterator[str]:
    """Yield what a reader must know before the findings: the policy, and what was dropped."""
    notes = list(lead(report))
    for note in notes:
        rows = wrap(note, width)
        yield style("warn", rows[0])
        yield from (f"  {row}" for row in rows[1:])
    if notes:
        yield ""
    for group in drop_groups(report):
        paint = SEVERITY[group.severity] if group.fails else "dim"
        word = f"{group.severity.value}[dropped]" if group.fails else "dropped"
        yield f"{style(paint, word)}: {style('bold', visible(group.agreement))}  {group.headline}"
        yield from _excerpts(group.places, style, paint, width)
        yield from _field("rules", group.rules, style, width)
        if group.fails:
            fix = "restore it, or have this merged into `releases.yaml` of the base first:"
            yield from _field("fix", fix, style, width)
            yield from (f"       {row}" for row in release_entry(group, report.as_of))
        yield ""


def _groups(report: Report) -> list[tuple[str, list[Verdict]]]:
    groups = [
        (agreement, sorted((v for v in found if v.outcome in _BAD), key=_worst_first))
        for agreement, found in groupby(report.verdicts, lambda verdict: verdict.agreement)
    ]
    bad = [(agreement, verdicts) for agreement, verdicts in groups if verdicts]
    return sorted(bad, key=lambda group: (_worst_first(group[1][0])[:3], group[0]))


def _worst_first(verdict: Verdict) -> tuple[bool, int, int, str, str]:
    return (
        verdict.known,
        -1 if verdict.outcome is Outcome.ERROR else verdict.rule.severity.weight,
        list(Outcome).index(verdict.outcome),
        verdict.rule.pack,
        verdict.rule.id,
    )


def _agreement(
    agreement: str, verdicts: list[Verdict], report: Report, style: Style, width: int
) -> Iterator[str]:
    title = report.titles.get(agreement)
    name = style("bold", visible(agreement))
    yield f"{name}  {one_line(title)}" if title else name
    yield ""
    if verdicts[0].outcome is Outcome.ERROR:
        yield from _broken(verdicts, style, width)
        return
    for verdict in verdicts:
        yield from _verdict(verdict, report, style, width)


def _broken(verdicts: list[Verdict], style: Style, width: int) -> Iterator[str]:
    count = len(verdicts)
    problems = verdicts[0].observations
    noun = "rule" if count == 1 else "rules"
    yield f"{style('alarm', 'error')}: not evaluated, {count} {noun} could not be judged"
    yield from _excerpts(problems, style, "alarm", width)
    yield ""


def _verdict(verdict: Verdict, report: Report, style: Style, width: int) -> Iterator[str]:
    rule = verdict.rule
    paint = SEVERITY[rule.severity]
    word = f"{rule.severity.value}[{rule.id}]"
    state = "" if verdict.outcome is Outcome.FAIL else f" ({verdict.outcome.value})"
    if verdict.known:
        state += " (known)"
    elif not verdict.fails(report.fail_on):
        state += f" (below the gate: {report.fail_on})"
    yield f"{style(paint, word)}{state}: {style('bold', one_line(rule.title))}"
    yield from _excerpts(_bad(verdict), style, paint, width)
    yield from _field("why", rule.why, style, width)
    yield from _field("fix", rule.fix, style, width)
    if rule.controls:
        controls = ", ".join(_control(*pair) for pair in rule.controls)
        yield from _field("controls", controls, style, width)
    if verdict.reason:
        yield from _field("note", verdict.reason, style, width)
    yield ""


def _bad(verdict: Verdict) -> tuple[Observation, ...]:
    order = (Holds.NO, Holds.UNKNOWN)
    bad = [item for item in verdict.observations if item.holds in order]
    return tuple(sorted(bad, key=lambda item: order.index(item.holds)))


def _excerpts(
    items: tuple[Observation, ...], style: Style, paint: str, width: int
) -> Iterator[str]:
    places: dict[Location, dict[str, None]] = {}
    for item in items:
        if item.location is not None:
            doubt = item.holds is Holds.UNKNOWN and item.path != ""
            message = f"cannot be told: {item.message}" if doubt else item.message
            places.setdefault(item.location, {})[message] = None
    for place, messages in list(places.items())[:SHOWN]:
        told = list(messages)[:SHOWN]
        if len(messages) > SHOWN:
            told.append(f"... and {len(messages) - SHOWN} more here")
        yield from excerpt(place, told, style, paint, width)
    if len(places) > SHOWN:
        more = f"... and {len(places) - SHOWN} more places; --format json lists all"
        yield f"  {style('dim', more)}"


def _control(reference: str, extent: str) -> str:
    return reference if extent == "full" else f"{reference} ({extent})"


def _field(name: str, text: str, style: Style, width: int) -> Iterator[str]:
    label = f"  {name}: "
    rows = wrap(text, width - len(label))
    yield f"  {style('dim', f'{name}:')} {rows[0]}"
    for row in rows[1:]:
        yield f"{' ' * len(label)}{row}"
