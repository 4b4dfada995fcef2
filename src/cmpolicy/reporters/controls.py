"""The state of every control, as text, JSON, Markdown and CSV. The denominator is always shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from cmpolicy.controls import Standing, State, counts
from cmpolicy.framework import Framework
from cmpolicy.reporters.escape import csv_cell, markdown, visible

Rows = Sequence[Standing]


def _heading(framework: Framework, as_of: date, rows: Rows) -> str:
    agreements = sorted({row.agreement for row in rows})
    held = f"{len(agreements)} agreement{'s' * (len(agreements) != 1)}"
    return f"{framework.title}: {held} as of {as_of}"


def _summary(rows: Rows) -> str:
    told = ", ".join(f"{count} {state}" for state, count in counts(rows).items() if count)
    return f"{told}, of {len(rows)} controls in scope"


def _by_agreement(rows: Rows) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.agreement, []).append(row)
    return found


def text(framework: Framework, as_of: date, rows: Rows) -> str:
    """Return a table for each agreement."""
    lines = [_heading(framework, as_of, rows), ""]
    for agreement, found in _by_agreement(rows).items():
        lines += [f"{visible(agreement)}: {_summary(found)}"]
        width = max(len(row.control.id) for row in found)
        state = max(len(row.state) for row in found)
        for row in found:
            judges = ", ".join(f"{rule} {outcome}" for rule, _, outcome in row.rules)
            beyond = row.control.beyond if row.state in _BEYOND else ""
            more = "; ".join(part for part in (judges, beyond) if part)
            lines.append(f"  {row.control.id:{width}}  {row.state:{state}}  {row.control.title}")
            if more:
                lines.append(f"  {'':{width}}  {'':{state}}  {more}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_BEYOND: Final = (State.NEEDS_EVIDENCE, State.NOT_JUDGED)


def as_json(framework: Framework, as_of: date, rows: Rows) -> str:
    """Return the states as JSON."""
    data = {
        "framework": framework.id,
        "as_of": as_of.isoformat(),
        "facts_as_of": framework.as_of.isoformat(),
        "agreements": [
            {
                "agreement": agreement,
                "in_scope": len(found),
                "counts": {state.value: count for state, count in counts(found).items()},
                "controls": [
                    {
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
                    for row in found
                ],
            }
            for agreement, found in _by_agreement(rows).items()
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def as_markdown(framework: Framework, as_of: date, rows: Rows) -> str:
    """Return a Markdown table for each agreement."""
    lines = [f"# {_heading(framework, as_of, rows)}", ""]
    for agreement, found in _by_agreement(rows).items():
        lines += [f"## {markdown(agreement)}", "", f"{_summary(found)}.", ""]
        lines += ["| control | state | title | rules | beyond an agreement |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        for row in found:
            judges = ", ".join(f"{rule} {outcome}" for rule, _, outcome in row.rules)
            beyond = row.control.beyond if row.state in _BEYOND else ""
            lines.append(
                f"| {row.control.id} | {row.state} | {row.control.title} | {judges} | {beyond} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def as_csv(framework: Framework, as_of: date, rows: Rows) -> str:
    """Return a row for each agreement and control; no cell starts a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        (
            "framework",
            "agreement",
            "control",
            "title",
            "citation",
            "state",
            "rules",
            "beyond",
            "as_of",
        )
    )
    for row in rows:
        judges = "; ".join(f"{rule} {outcome}" for rule, _, outcome in row.rules)
        cells = (
            framework.id,
            row.agreement,
            row.control.reference,
            row.control.title,
            row.control.citation,
            row.state.value,
            judges,
            row.control.beyond,
            as_of.isoformat(),
        )
        writer.writerow([csv_cell(cell) for cell in cells])
    return stream.getvalue()


FORMATS: Final[Mapping[str, Callable[[Framework, date, Rows], str]]] = {
    "text": text,
    "json": as_json,
    "markdown": as_markdown,
    "csv": as_csv,
}
