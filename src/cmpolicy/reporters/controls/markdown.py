"""The state of every control, as Markdown for a page or a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmpolicy.controls import ControlsReport, Standing, Standings, State, counts
from cmpolicy.reporters.controls.grouping import (
    EXPLAINED,
    HEADINGS,
    LISTED,
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
    provenance,
    rule_name,
)
from cmpolicy.reporters.controls.text import NAMED, outcome
from cmpolicy.reporters.escape import markdown

_MORE = " <br> "


def render(found: ControlsReport, *, everything: bool) -> str:
    """Return the summary, then the controls that are open or partly shown; the rest is folded.

    Args:
        found: the states.
        everything: list every control of every agreement with its rules instead.
    """
    lines = [f"# {markdown(heading(found))}", "", *_summary(found)]
    if texts := alike(found):
        lines += ["", *(f"- {markdown(one)}" for one in texts)]
    if everything:
        for each in found.agreements:
            lines += ["", f"## {markdown(each.agreement)}", "", *_whole(each)]
    else:
        for state in LISTED:
            lines += _section(found, state)
        lines += _folded(found)
    lines.append("")
    lines += [f"- {markdown(note)}" for note in (*footnotes(found), provenance(found))]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _summary(found: ControlsReport) -> Iterator[str]:
    yield _row(("agreement", *State, "in scope"))
    yield _row(("---", *("--:" for _ in State), "--:"))
    for each in found.agreements:
        tallied = counts(each.controls)
        cells = (str(tallied[state]) for state in State)
        yield _row((markdown(each.agreement), *cells, str(each.in_scope)))
    around = [(each, counts(each.around)) for each in found.agreements if each.around]
    if around:
        yield ""
        yield "Rules around the controls:"
        yield ""
        for each, tallied in around:
            tally = ", ".join(f"{count} {state}" for state, count in tallied.items() if count)
            yield f"- {markdown(each.agreement)}: {tally}"


def _section(found: ControlsReport, state: State) -> Iterator[str]:
    listed = groups(found, state)
    if not listed:
        return
    several = len(found.agreements)
    yield from ("", f"## {HEADINGS[state]}", "")
    explained = state in EXPLAINED
    heads = ["control", "title", *(["agreements"] if several > 1 else [])]
    heads += ["because"] if explained else []
    heads += ["our defaults open"] if any(group.beside for group in listed) else []
    yield _row(heads)
    yield _row("---" for _ in heads)
    for group in listed:
        cells = [markdown(group.control.id), markdown(group.control.title)]
        cells += [f"{len(group.found)} of {several}"] if several > 1 else []
        cells += [_because(group, state, several)] if explained else []
        cells += [", ".join(map(markdown, group.beside))] if "our defaults open" in heads else []
        yield _row(cells)


def _because(group: Group, state: State, several: int) -> str:
    found = causes(group.found)
    texts = [_cause(cause, state, several) for cause in found[:NAMED]]
    texts += [f"… {len(found) - NAMED} more"] if len(found) > NAMED else []
    return _MORE.join(texts)


def _cause(cause: SharedReason, state: State, several: int) -> str:
    rule = f"**{markdown(rule_name(cause, state))}**: " if cause.rule else ""
    places = [
        " ".join(filter(None, (place.agreement if several > 1 else "", place.text)))
        for place in cause.places[:NAMED]
    ]
    more = len(cause.places) - NAMED
    where = ", ".join(markdown(place) for place in places if place)
    where += f" and {more} more" if more > 0 else ""
    return f"{rule}{markdown(cause.message)}{f' ({where})' if where else ''}"


def _folded(found: ControlsReport) -> Iterator[str]:
    for state in State:
        listed = () if state in LISTED else groups(found, state)
        if not listed:
            continue
        several = len(found.agreements)
        yield from ("", f"<details><summary>{len(listed)} {state}</summary>", "")
        for group in listed:
            of = f" ({len(group.found)} of {several})" if len(group.found) < several else ""
            of += f"; our defaults open: {', '.join(group.beside)}" if group.beside else ""
            yield f"- {markdown(group.control.id)}: {markdown(group.control.title + of)}"
        yield from ("", "</details>")


def _whole(each: Standings) -> Iterator[str]:
    yield f"{of_scope(each)}. File: {markdown(each.file)}"
    yield ""
    heads = ("control", "state", "title", "rules", "other evidence")
    yield _row(heads)
    yield _row("---" for _ in heads)
    for row in (*each.controls, *each.around):
        cells = (row.control.id, row.state, row.control.title)
        yield _row((*map(markdown, cells), _rules(row), markdown(row.control.beyond)))


def _rules(row: Standing) -> str:
    texts = [markdown(because) for because in row.because]
    for one in row.rules:
        line = f"{one.rule.id} ({one.judges}, {basis(one.rule)}): {outcome(one)}"
        where = places(item.location for item in one.evidence)
        texts.append(markdown(f"{line}; {where}" if where else line))
    return _MORE.join(texts)
