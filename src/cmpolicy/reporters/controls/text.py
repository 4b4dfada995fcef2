"""The state of every control, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.controls import ControlsReport, RuleResult, Standing, State, counts
from cmpolicy.reporters.controls.grouping import (
    EXPLAINED,
    HEADINGS,
    LISTED,
    ControlPlace,
    Group,
    SharedReason,
    alike,
    basis,
    causes,
    footnotes,
    groups,
    heading,
    of_scope,
    places,
    plain,
    provenance,
    rule_name,
    tally,
    where,
)
from cmpolicy.reporters.escape import cut, one_line
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.style import Style

NAMED: Final = 3
"""Places, agreements and causes that are named of each control before the rest is counted."""
MOST: Final = 20
"""Agreements that the table of the summary lists."""
_COLUMNS: Final = {
    State.NOT_MET: "not met",
    State.PARTLY: "partly",
    State.UNDETERMINED: "undet.",
    State.WAIVED: "waived",
    State.OPEN: "open",
    State.MET: "met",
    State.NEEDS_EVIDENCE: "other",
    State.NOT_APPLICABLE: "n/a",
}
_LEGEND: Final = (
    "partly: partly shown; undet.: undetermined; open: met, our defaults open; met: met in the "
    "agreement; other: needs other evidence; n/a: not applicable"
)
_PAINT: Final = {
    State.NOT_MET: "alarm",
    State.UNDETERMINED: "warn",
    State.MET: "good",
    State.OPEN: "good",
}


def render(found: ControlsReport, *, colour: bool, width: int, everything: bool) -> str:
    """Return the summary, then the controls that are open or partly shown, then counts.

    Args:
        found: the states.
        colour: paint the headings.
        width: columns to fill.
        everything: list every control of every agreement instead.
    """
    style = Style(colour)
    lines = [*(style("bold", row) for row in wrap(heading(found), width)), ""]
    lines += _summary(found, style, width, len(found.agreements) if everything else MOST)
    for phrase in alike(found):
        lines += ["", *_hanging("", phrase, width)]
    if everything:
        for each in found.agreements:
            lines += ["", style("bold", one_line(each.agreement)), ""]
            for row in (*each.controls, *each.around):
                lines += _whole(row, style, width)
    else:
        for state in LISTED:
            lines += _section(found, state, style, width)
        lines += ["", *_folded(found, width)]
    lines.append("")
    for note in (*footnotes(found), provenance(found)):
        lines += wrap(note, width)
    return "\n".join(lines).rstrip() + "\n"


def _summary(found: ControlsReport, style: Style, width: int, most: int) -> Iterator[str]:
    if len(found.agreements) > 1:
        yield from _table(found, style, width, most)
        return
    (each,) = found.agreements
    yield f"{one_line(each.agreement)}  {one_line(each.file)}"
    for state, count in counts(each.controls).items():
        if count and state is not State.NOT_APPLICABLE:
            yield _painted(state, f"{count:>6}  {state}", style)
    yield f"{each.in_scope:>6}  {of_scope(each).partition(' ')[2]}"
    if each.around:
        yield from _hanging("        ", f"rules around the controls: {tally(each.around)}", width)


def _table(found: ControlsReport, style: Style, width: int, most: int) -> Iterator[str]:
    """Yield a line for each agreement, of very many for the worst of them, and one for all."""
    every = found.agreements
    worst = sorted(every, key=lambda each: [-count for count in counts(each.controls).values()])
    kept = {each.agreement for each in worst[:most]}
    names = [cut(each.agreement, width - 56) for each in every]
    first = max(map(len, names))
    heads = "".join(f"{head:>{_cell(head)}}" for head in _COLUMNS.values())
    yield style("dim", f"{'':{first}}{heads}")
    for each, name in zip(every, names, strict=True):
        if each.agreement in kept:
            yield f"{name:{first}}{_cells(each.controls, style)}"
    if len(every) > most:
        yield f"… {len(every) - most} more (--show all)"
    yield f"{'all':{first}}{_cells([row for each in every for row in each.controls], style)}"
    if around := [row for each in every for row in each.around]:
        yield from _hanging("", f"rules around the controls: {tally(around)}", width)
    yield ""
    yield from wrap(_LEGEND, width)


def _cells(rows: Sequence[Standing], style: Style) -> str:
    return "".join(
        _painted(state, f"{count:>{_cell(_COLUMNS[state])}}", style, count)
        for state, count in counts(rows).items()
    )


def _cell(head: str) -> int:
    return max(6, len(head) + 1)


def _painted(state: State, text: str, style: Style, count: int = 1) -> str:
    paint = _PAINT.get(state)
    return style(paint, text) if paint and count else text


def _section(found: ControlsReport, state: State, style: Style, width: int) -> Iterator[str]:
    several = len(found.agreements)
    listed = groups(found, state)
    if not listed:
        return
    yield ""
    yield style("bold", HEADINGS[state])
    longest = min(24, max(len(group.control.id) for group in listed))
    for group in listed:
        of = f" ({len(group.found)} of {several})" if len(group.found) < several else ""
        head = f"  {group.control.id:{longest}}  "
        yield head + cut(group.control.title, max(20, width - len(head) - len(of))) + of
        if state in EXPLAINED:
            yield from _causes(group, state, width, several)
        if group.beside:
            yield from _hanging("      ", f"our defaults open: {', '.join(group.beside)}", width)


def _causes(group: Group, state: State, width: int, several: int) -> Iterator[str]:
    found = causes(group.found)
    before = ""
    for cause in found[:NAMED]:
        named = rule_name(cause, state)
        if named and named != before:
            yield f"      {named}"
        before = named
        yield from _hanging("        ", cause.message, width)
        yield from _places(cause, width, several)
    if len(found) > NAMED:
        yield f"        … {len(found) - NAMED} more (--show all)"


def _places(cause: SharedReason, width: int, several: int) -> Iterator[str]:
    for place in cause.places[:NAMED]:
        phrase = _place(place, several)
        if phrase:
            yield from _hanging("          ", phrase, width)
    if len(cause.places) > NAMED:
        yield f"          … {len(cause.places) - NAMED} more"


def _place(place: ControlPlace, several: int) -> str:
    return " ".join(filter(None, (place.agreement if several > 1 else "", place.text)))


def _folded(found: ControlsReport, width: int) -> Iterator[str]:
    """Yield the counts of what is not listed; of one agreement with the ids."""
    listed = [each for each in found.agreements if not each.because]
    rows = [row for each in listed for row in (*each.controls, *each.around)]
    rest = [row for row in rows if row.state not in LISTED]
    if not rest:
        return
    if len(found.agreements) > 1:
        yield from wrap(f"Not listed (--show all): {tally(rest)}", width)
    else:
        yield "Not listed (--show all)"
        for state in counts(rest):
            if ids := [row.control.id for row in rest if row.state is state]:
                yield from _hanging("  ", f"{len(ids)} {state}: {', '.join(ids)}", width)
    beside = [row for row in rest if row.beside and row.state is not State.NOT_APPLICABLE]
    if beside:
        rules = sorted({one.rule.id for row in beside for one in row.beside})
        phrase = f"our defaults open beside {len(beside)} of them: {', '.join(rules)}"
        yield from _hanging("  ", phrase, width)


def _whole(row: Standing, style: Style, width: int) -> Iterator[str]:
    """Yield all there is on a control."""
    yield f"  {row.control.id}: {_painted(row.state, row.state, style)}"
    yield from _hanging("      ", row.control.title, width)
    for because in row.because:
        yield from _hanging("      ", because, width)
    for one in row.rules:
        yield from _hanging(
            "      ", f"{one.rule.id} ({one.judges}, {basis(one.rule)}): {outcome(one)}", width
        )
        for phrase in _evidence(one):
            yield from _hanging("        ", phrase, width)
    if row.state is not State.NOT_APPLICABLE:
        yield from _hanging("      ", f"other evidence: {row.control.beyond}", width)


def outcome(one: RuleResult) -> str:
    """Return what became of a rule, and why where it is not plain."""
    return f"{one.word}: {plain(one.reason)}" if one.reason else one.word


def _evidence(one: RuleResult) -> Sequence[str]:
    if one.open:
        return [f"{where(item.location)}: {plain(item.message)}" for item in one.evidence]
    return [places(item.location for item in one.evidence)] if one.evidence else []


def _hanging(indent: str, phrase: str, width: int) -> list[str]:
    first, *others = wrap(phrase, width - len(indent) - 2)
    return [f"{indent}{first}", *(f"{indent}  {other}" for other in others)]
