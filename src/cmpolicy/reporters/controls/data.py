"""The state of every control for programs (JSON) and auditors (CSV)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from cmpolicy.controls import ControlsReport, Evidence, RuleResult, Standing, Standings, counts
from cmpolicy.reporters.controls.grouping import where
from cmpolicy.reporters.escape import csv_cell, json_text
from cmpolicy.verdict import Outcome

COLUMNS: Final = (
    "control",
    "title",
    "state",
    "because",
    "agreement",
    "where",
    "by",
    "keeper",
    "last held",
    "rule",
    "judges",
    "basis",
    "severity",
    "outcome",
    "says",
    "other evidence",
    "citation",
    "framework",
    "kind",
    "as of",
    "commit",
)

_SPLIT: Final = re.compile(r";\s*(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def as_json(found: ControlsReport) -> str:
    """Return the states as JSON, described by `cmpolicy schema controls`."""
    report = found.report
    data = {
        "cmpolicy": report.version,
        "framework": found.framework.id,
        "as_of": report.as_of.isoformat(),
        "facts_as_of": found.framework.as_of.isoformat(),
        "commit": report.commit,
        "packs": [
            {"id": pack.id, "version": pack.version, "digest": pack.digest} for pack in report.packs
        ],
        "data": dict(report.data),
        "disabled": [
            {"rule": rule.rule, "because": rule.because, "by": rule.by, "until": _day(rule.until)}
            for rule in report.disabled
        ],
        "agreements": [_agreement(each, found) for each in found.agreements],
    }
    return json_text(json.dumps(data, indent=2)) + "\n"


def _agreement(each: Standings, found: ControlsReport) -> dict[str, Any]:
    return {
        "agreement": each.agreement,
        "title": found.report.titles.get(each.agreement),
        "file": each.file,
        "in_scope": each.in_scope,
        "counts": {state.value: count for state, count in counts(each.controls).items()},
        "controls": [_row(row) for row in each.controls],
        "program_rules": [_row(row) for row in each.around],
    }


def _row(row: Standing) -> dict[str, Any]:
    return {
        "control": row.control.reference,
        "title": row.control.title,
        "citation": row.control.citation,
        "state": row.state.value,
        "because": list(row.because),
        "rules": [_rule(one) for one in row.rules],
        "beyond": row.control.beyond,
    }


def _rule(one: RuleResult) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "pack": one.rule.pack,
        "judges": one.judges,
        "basis": one.rule.basis,
        "severity": one.rule.severity.value,
        "outcome": one.word,
        "reason": one.reason,
        "evidence": [_evidence(item) for item in one.evidence],
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "path": item.path,
        "file": item.location.file,
        "line": item.location.line,
        "message": item.message,
        "by": list(item.said.by),
        "keeper": item.said.keeper,
        "held": _day(item.said.held),
    }


def as_csv(found: ControlsReport) -> str:
    """Return a row for each agreement, control and rule that applies; no cell starts a formula.

    A control to which no rule applies has one row.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found.agreements:
        for kind, standings in (("control", each.controls), ("program rule", each.around)):
            for row in standings:
                for cells in _cells(row, kind, found):
                    writer.writerow([_cell(cell) for cell in cells])
    return stream.getvalue()


def _cell(text: str) -> str:
    """Return text that starts no formula, nor where a spreadsheet splits it at its semicolons."""
    return _SPLIT.sub(r"\g<0>'", csv_cell(text))


def _cells(row: Standing, kind: str, found: ControlsReport) -> Iterator[tuple[str, ...]]:
    control, report = row.control, found.report
    applying = [one for one in row.rules if one.outcome is not Outcome.NOT_APPLICABLE]
    for cells in [_rule_cells(one) for one in applying] or [("",) * 10]:
        yield (
            control.reference,
            control.title,
            row.state.value,
            "; ".join(row.because),
            row.agreement,
            *cells,
            control.beyond,
            control.citation,
            found.framework.id,
            kind,
            report.as_of.isoformat(),
            report.commit or "",
        )


def _rule_cells(one: RuleResult) -> tuple[str, ...]:
    said = [item.said for item in one.evidence]
    held = [item.held for item in said if item.held is not None]
    reason = one.reason or _once(item.message for item in one.evidence if one.open)
    return (
        _once(where(item.location) for item in one.evidence),
        _once(who for item in said for who in item.by),
        _once(item.keeper for item in said if item.keeper),
        max(held).isoformat() if held else "",
        one.rule.id,
        one.judges,
        one.rule.basis,
        one.rule.severity.value,
        one.word,
        reason,
    )


def _once(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
