"""The JSON report (`json`), and one verdict a line (`jsonl`).

Both are described by JSON Schemas: `cmpolicy schema report` and `cmpolicy schema verdict`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from cmpolicy.errors import Problem
from cmpolicy.exemptions import Release, Waiver
from cmpolicy.findings import Finding, findings, root
from cmpolicy.lacks import Lack, LackKind
from cmpolicy.reporters.escape import cut, json_text
from cmpolicy.verdict import (
    Drop,
    Observation,
    Outcome,
    PolicyEdit,
    PolicyOrigin,
    Report,
    Verdict,
    fingerprint,
)


def render(report: Report, *, evidence: bool = False) -> str:
    """Return the report as JSON; `evidence`: with the observations of what passes."""
    data = as_data(report, evidence=evidence)
    return json_text(json.dumps(data, indent=2, ensure_ascii=True)) + "\n"


def render_lines(report: Report, *, evidence: bool = False) -> str:
    """Return one verdict a line, for tools that read as they go."""
    return "".join(
        json_text(json.dumps(verdict_data(verdict, evidence=evidence), ensure_ascii=True)) + "\n"
        for verdict in report.verdicts
    )


def as_data(report: Report, *, evidence: bool = False) -> dict[str, Any]:
    """Return the report as plain data."""
    found = findings(report)
    return {
        "cmpolicy": report.version,
        "as_of": report.as_of.isoformat(),
        "packs": [
            {"id": pack.id, "version": pack.version, "digest": pack.digest} for pack in report.packs
        ],
        "data": dict(report.data),
        "commit": report.commit,
        "fail_on": report.fail_on,
        "policy": _origin(report.origin) if report.origin else None,
        "policy_edits": [_policy_edit(edit) for edit in report.policy_edits],
        "fails_once_merged": [
            {"agreement": one.agreement, "file": one.file, "rules": list(one.rules)}
            for one in report.fails_once_merged
        ],
        "releases": [
            {**release_data(entry.release), "state": entry.state} for entry in report.releases
        ],
        "disabled": [
            {"rule": rule.rule, "because": rule.because, "by": rule.by, "until": _day(rule.until)}
            for rule in report.disabled
        ],
        "waivers": [
            {**waiver_data(entry.waiver), "state": entry.state} for entry in report.waivers
        ],
        "skipped": [{"file": file.file, "because": file.because} for file in report.skipped],
        "warnings": [_warning(warning) for warning in report.warnings],
        "summary": summary(report, found),
        "findings": [finding_data(finding) for finding in found],
        "verdicts": [verdict_data(verdict, evidence=evidence) for verdict in report.verdicts],
    }


def summary(report: Report, found: Sequence[Finding]) -> dict[str, Any]:
    """Return the counts of verdicts and findings, and what the gate made of them."""
    counts = report.counts()
    order = (
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.WAIVED,
        Outcome.NOT_APPLICABLE,
        Outcome.UNDETERMINED,
        Outcome.DROPPED,
        Outcome.ERROR,
    )
    return {
        "agreements": len(report.agreements),
        **{outcome.value: counts[outcome] for outcome in order},
        "findings": len(found),
        "not_judged": len(report.not_judged),
        "gate": "passed" if report.passed else "failed",
    }


def _warning(warning: Problem) -> dict[str, Any]:
    place = warning.location
    return {
        "message": warning.message,
        "hint": warning.hint,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data."""
    return {
        "agreement": finding.agreement,
        "fingerprint": finding.fingerprint,
        "lack": lack_data(finding.lack),
        "outcome": finding.outcome.value,
        "severity": finding.severity.value,
        "fails": finding.fails,
        "known": finding.known,
        "rules": [rule.id for rule in finding.rules],
        "controls": list(finding.controls),
        "shared": finding.shared,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": cut(finding.message),
    }


def lack_data(lack: Lack | None) -> dict[str, Any] | None:
    """Return a lack as plain data; None where none is behind a finding."""
    if lack is None:
        return None
    if lack.kind is LackKind.MISSING:
        return {"kind": lack.kind.value, "list": lack.list, "key": dict(lack.key) or "*"}
    paths = list(lack.paths)
    section = {"kind": lack.kind.value, "list": root(paths[0]) if paths else ""}
    if lack.kind is LackKind.WRONG:
        return {**section, "path": paths[0] if paths else ""}
    return {**section, "paths": paths}


def verdict_data(verdict: Verdict, *, evidence: bool = True) -> dict[str, Any]:
    """Return a verdict as plain data; `evidence`: with the observations of a pass."""
    rule = verdict.rule
    shown = evidence or verdict.outcome is not Outcome.PASS
    return {
        "agreement": verdict.agreement,
        "file": verdict.file,
        "pack": rule.pack,
        "rule": rule.id,
        "check": rule.check,
        "title": rule.title,
        "severity": rule.severity.value,
        "basis": rule.basis,
        "controls": [control for control, _ in rule.controls],
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "known": verdict.known,
        "drop": _drop(verdict.drop) if verdict.drop else None,
        "holds_from": _day(verdict.holds_from),
        "holds_until": _day(verdict.holds_until),
        "observations": [
            _observation(item, verdict) for item in (verdict.observations if shown else ())
        ],
        "waiver": waiver_data(verdict.waiver) if verdict.waiver else None,
    }


def _observation(item: Observation, verdict: Verdict) -> dict[str, Any]:
    place = item.location
    return {
        "subject": item.subject,
        "holds": item.holds.value,
        "message": item.message,
        "path": item.path,
        "file": place.file if place else verdict.file,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "fingerprint": fingerprint(verdict.rule.id, verdict.agreement, item.subject),
        "cells": cells_data(item, verdict),
    }


def cells_data(item: Observation, verdict: Verdict) -> list[dict[str, str]]:
    """Return the subject of each cell of an observation as plain data, with its fingerprint."""
    rule, agreement = verdict.rule.id, verdict.agreement
    return [
        {"subject": subject, "fingerprint": fingerprint(rule, agreement, subject)}
        for subject in item.subjects
    ]


def waiver_data(waiver: Waiver) -> dict[str, Any]:
    """Return a waiver as plain data."""
    return {
        "rule": waiver.rule,
        "agreement": waiver.agreement,
        "subject": waiver.subject,
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "granted": waiver.granted.isoformat(),
        "expires": waiver.expires.isoformat(),
    }


def release_data(release: Release) -> dict[str, Any]:
    """Return a release as plain data."""
    return {
        "agreement": release.agreement,
        "what": None if release.what is None else list(release.what),
        "because": release.because,
        "approved_by": release.approved_by,
        "granted": release.granted.isoformat(),
        "expires": release.expires.isoformat(),
        "moved_to": release.moved_to,
    }


def _drop(drop: Drop) -> dict[str, Any]:
    return {
        "cause": drop.cause.value,
        "fails": drop.fails,
        "release": release_data(drop.release) if drop.release else None,
    }


def _origin(origin: PolicyOrigin) -> dict[str, Any]:
    return {"kind": origin.kind, "label": origin.label, "commit": origin.commit}


def _policy_edit(edit: PolicyEdit) -> dict[str, Any]:
    place = edit.location
    return {
        "effect": edit.effect,
        "text": edit.text,
        "file": place.file if place else None,
        "line": place.line if place else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
