"""SARIF 2.1.0, as GitHub code scanning accepts it: one run for all packs.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and GitHub's "SARIF support for
code scanning": at most 25,000 results and 10 MB for a run, 20 tags for a rule. What is waived is
left out; what is too much is left out from the least bad on, and the run says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final
from urllib.parse import quote

from cmpolicy.errors import Location, Problem
from cmpolicy.findings import Finding, findings
from cmpolicy.reporters.drops import lead
from cmpolicy.reporters.escape import json_text, sarif_message, visible
from cmpolicy.reporters.json import as_data, lack_data, summary
from cmpolicy.reporters.levels import level
from cmpolicy.reporters.sarif_rules import rules_of
from cmpolicy.reporters.wording import said
from cmpolicy.verdict import Report

RESULTS: Final = 25_000
SIZE: Final = 10_000_000
"""Bytes. GitHub means the compressed file, other consumers may not."""
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_RELATED: Final = 20
_NOTIFICATIONS: Final = 1_000
_ELSEWHERE: Final = ("verdicts", "findings", "warnings", "skipped")
"""What stands in the run as results and notifications."""
_SEMANTIC: Final = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_NOTHING: Final = '"results": []'


def render(report: Report, *, most: int = RESULTS, size: int = SIZE) -> str:
    """Return the report as SARIF, with at most so many results and bytes."""
    found = findings(report)
    rules = rules_of(report, found)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [_dump(_result(finding, index)) for finding in found]
    bare = _without_results((report, found), rules, len(results))
    kept = results[: _fitting(results, most, size - len(bare))]
    text = _without_results((report, found), rules, len(results) - len(kept))
    if kept:
        # Strings cannot hold the marker: in them, quotation marks are escaped.
        text = text.replace(_NOTHING, '"results": [\n' + ",\n".join(kept) + "\n]", 1)
    return text


def _fitting(results: list[str], most: int, size: int) -> int:
    sizes = accumulate(len(result) + len(",\n") for result in results[:most])
    return sum(1 for end in sizes if end <= size)


def _dump(data: Any) -> str:
    return json_text(json.dumps(data, ensure_ascii=True))


def _without_results(
    given: tuple[Report, Sequence[Finding]], rules: list[dict[str, Any]], left_out: int
) -> str:
    log = _log(given, rules, left_out)
    return json_text(json.dumps(log, indent=2, ensure_ascii=True)) + "\n"


def _log(
    given: tuple[Report, Sequence[Finding]], rules: list[dict[str, Any]], left_out: int
) -> dict[str, Any]:
    report, found = given
    data = {**as_data(replace(report, verdicts=())), "summary": summary(report, found)}
    data = {name: data[name] for name in data if name not in _ELSEWHERE} | {"left_out": left_out}
    driver = {"name": "cmpolicy", "version": report.version, "rules": rules}
    if _SEMANTIC.fullmatch(report.version):
        driver["semanticVersion"] = report.version
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"cmpolicy/{report.as_of.isoformat()}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, left_out)],
        "results": [],
        "properties": _visible(data),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: Report, left_out: int) -> dict[str, Any]:
    notes = [_notification("warning", problem) for problem in report.warnings]
    notes += [_notification("warning", Problem(note)) for note in lead(report)]
    notes += [
        _notification("note", Problem(f"skipped: {entry.because}", Location(entry.file)))
        for entry in report.skipped
    ]
    if left_out:
        message = f"{left_out} results are left out, the least severe: there is no room for them"
        hint = "the json report lists all"
        notes.insert(0, _notification("warning", Problem(message, None, hint)))
    invocation: dict[str, Any] = {
        "executionSuccessful": True,
        "exitCode": 0 if report.passed else 1,
        "exitCodeDescription": "the gate passed" if report.passed else "the gate failed",
    }
    return invocation | ({"toolExecutionNotifications": notes[:_NOTIFICATIONS]} if notes else {})


def _notification(level: str, problem: Problem) -> dict[str, Any]:
    hint = f" ({problem.hint})" if problem.hint else ""
    note: dict[str, Any] = {
        "level": level,
        "message": {"text": sarif_message(problem.message + hint)},
    }
    if problem.location is not None:
        note["locations"] = [_location(problem.location)]
    return note


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "kind": "fail",
        "level": level(finding).value,
        "message": {"text": sarif_message(f"{finding.agreement}: {said(finding)}")},
        "locations": [_location(finding.place)],
        # GitHub follows an alert by the first alone, and makes one of the line's text otherwise.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "cmpolicy/v1": finding.fingerprint,
        },
        "properties": {
            "agreement": visible(finding.agreement),
            "lack": _visible(lack_data(finding.lack)),
            "path": visible(finding.path),
            "rules": [rule.id for rule in finding.rules],
            "controls": list(finding.controls),
            "shared": finding.shared and visible(finding.shared),
            "severity": finding.severity.value,
            "outcome": finding.outcome.value,
            "failsGate": finding.fails,
        },
    }
    if finding.note:
        result["properties"]["note"] = visible(finding.note)
    if finding.others:
        result["relatedLocations"] = [_location(place) for place in finding.others[:_RELATED]]
    if finding.known:
        result["baselineState"] = "unchanged"
    return result


def _location(place: Location) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column, "endLine": place.line}
    if place.end_column > place.column:
        region["endColumn"] = place.end_column
    file = {"uri": quote(place.file.encode("utf-8", "replace"), safe="/"), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": file, "region": region}}


def _visible(data: Any) -> Any:
    """Return the data with every text made harmless."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        return {key: _visible(value) for key, value in data.items()}
    return [_visible(value) for value in data] if isinstance(data, list) else data
