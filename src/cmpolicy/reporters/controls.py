"""The state of every control, as text, JSON, Markdown and CSV. The denominator is always shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from cmpolicy.controls import Standing, Standings, State, counts
from cmpolicy.framework import Framework
from cmpolicy.reporters.escape import csv_cell, json_text, markdown, one_line, visible
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.verdict import Outcome, Report

Rows = Sequence[Standings]
_WIDTH: Final = 100
_OPEN: Final = (State.NOT_MET, State.UNDETERMINED, State.WAIVED)
_KEPT: Final = "met: the agreement shows the term itself; whether it is kept takes other evidence"


def _heading(framework: Framework, report: Report, rows: Rows) -> str:
    held = f"{len(rows)} agreement{'s' * (len(rows) != 1)}"
    return (
        f"{framework.title}: {held} as of {report.as_of} (facts of the framework as of "
        f"{framework.as_of})"
    )


def _summary(rows: Sequence[Standing], of: str) -> str:
    told = ", ".join(f"{count} {state}" for state, count in counts(rows).items() if count)
    return f"{told or 'none'}, of {len(rows)} {of}"


def _summaries(found: Standings) -> Iterator[str]:
    yield _summary(found.controls, "controls in scope")
    if found.around:
        of = "rules of the programme that rules of the packs name"
        yield f"around the controls: {_summary(found.around, of)}"
    for state in _OPEN:
        every = (*found.controls, *found.around)
        if named := [row.control.id for row in every if row.state is state]:
            yield f"{state}: {', '.join(named)}"


def _judges(row: Standing) -> str:
    return ", ".join(f"{rule} {outcome}" for rule, _, outcome in _telling(row))


def _telling(row: Standing) -> list[tuple[str, str, Outcome]]:
    """Return the rules that apply; where none does, all, so that one sees which there would be."""
    applying = [one for one in row.rules if one[2] is not Outcome.NOT_APPLICABLE]
    return applying or list(row.rules)


def _footnotes(report: Report, rows: Rows) -> list[str]:
    met = any(row.state is State.MET for found in rows for row in found.controls)
    return ([_KEPT] if met else []) + [
        f"disabled, and so judging nothing: {rule.rule} ({one_line(rule.because)}; "
        f"{one_line(rule.by)}{f'; until {rule.until}' if rule.until else ''})"
        for rule in report.disabled
    ]


def text(framework: Framework, report: Report, rows: Rows) -> str:
    """Return a list for each agreement."""
    lines = [*wrap(_heading(framework, report, rows), _WIDTH), ""]
    for found in rows:
        lines.append(visible(found.agreement))
        for told in _summaries(found):
            lines += _hanging("  ", told)
        lines.append("")
        for row in (*found.controls, *found.around):
            lines.append(f"  {row.control.id}: {row.state}")
            lines += _hanging("      ", row.control.title)
            if row.rules:
                lines += _hanging("      ", f"rules: {_judges(row)}")
            lines += _hanging("      ", f"beyond an agreement: {row.control.beyond}")
        lines.append("")
    for told in _footnotes(report, rows):
        lines += wrap(told, _WIDTH)
    return "\n".join(lines).rstrip() + "\n"


def _hanging(indent: str, told: str) -> list[str]:
    first, *others = wrap(told, _WIDTH - len(indent) - 2)
    return [f"{indent}{first}", *(f"{indent}  {other}" for other in others)]


def as_json(framework: Framework, report: Report, rows: Rows) -> str:
    """Return the states as JSON."""
    data = {
        "cmpolicy": report.version,
        "framework": framework.id,
        "as_of": report.as_of.isoformat(),
        "facts_as_of": framework.as_of.isoformat(),
        "packs": [
            {"id": pack.id, "version": pack.version, "digest": pack.digest} for pack in report.packs
        ],
        "disabled": [rule.rule for rule in report.disabled],
        "agreements": [
            {
                "agreement": found.agreement,
                "in_scope": len(found.controls),
                "counts": {state.value: count for state, count in counts(found.controls).items()},
                "controls": [_row(row) for row in found.controls],
                "program_rules": [_row(row) for row in found.around],
            }
            for found in rows
        ],
    }
    return json_text(json.dumps(data, indent=2)) + "\n"


def _row(row: Standing) -> dict[str, Any]:
    return {
        "control": row.control.reference,
        "title": row.control.title,
        "citation": row.control.citation,
        "state": row.state.value,
        "rules": [
            {"rule": rule, "judges": how, "outcome": outcome.value}
            for rule, how, outcome in row.rules
        ],
        "beyond": row.control.beyond,
    }


def as_markdown(framework: Framework, report: Report, rows: Rows) -> str:
    """Return a Markdown table for each agreement."""
    lines = [f"# {_heading(framework, report, rows)}", ""]
    for found in rows:
        lines += [f"## {markdown(found.agreement)}", ""]
        lines += [f"- {told}" for told in _summaries(found)]
        lines += ["", "| control | state | title | rules | beyond an agreement |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        for row in (*found.controls, *found.around):
            control = row.control
            cells = (control.id, row.state, control.title, _judges(row), control.beyond)
            lines.append(f"| {' | '.join(markdown(cell) for cell in cells)} |")
        lines.append("")
    lines += [f"- {markdown(told)}" for told in _footnotes(report, rows)]
    return "\n".join(lines).rstrip() + "\n"


_COLUMNS: Final = (
    "framework",
    "agreement",
    "kind",
    "control",
    "title",
    "citation",
    "state",
    "rules",
    "beyond",
    "as_of",
)


def as_csv(framework: Framework, report: Report, rows: Rows) -> str:
    """Return a row for each agreement and control; no cell starts a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for found in rows:
        for kind, standings in (("control", found.controls), ("program rule", found.around)):
            for row in standings:
                cells = (
                    framework.id,
                    found.agreement,
                    kind,
                    row.control.reference,
                    row.control.title,
                    row.control.citation,
                    row.state.value,
                    _judges(row).replace(", ", "; "),
                    row.control.beyond,
                    report.as_of.isoformat(),
                )
                writer.writerow([csv_cell(cell) for cell in cells])
    return stream.getvalue()


FORMATS: Final[Mapping[str, Callable[[Framework, Report, Rows], str]]] = {
    "text": text,
    "json": as_json,
    "markdown": as_markdown,
    "csv": as_csv,
}
