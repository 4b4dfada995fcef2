"""The JSON form of a timeline, described by `cmpolicy schema timeline`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cmpolicy.exemptions import Disabled
from cmpolicy.findings import evidence
from cmpolicy.reporters.escape import json_text
from cmpolicy.reporters.json import cells_data, waiver_data
from cmpolicy.timeline import (
    LIMITS,
    Cause,
    CommitFacts,
    Period,
    RuleStanding,
    Timeline,
    Unjudged,
    days_in,
)


def render(found: Timeline) -> str:
    """Return the timeline as JSON."""
    return json_text(json.dumps(as_data(found), indent=2, ensure_ascii=True)) + "\n"


def as_data(found: Timeline) -> dict[str, Any]:
    """Return the timeline as plain data."""
    return {
        "cmpolicy": found.version,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "as_of": found.as_of.isoformat(),
        "ahead_until": found.ahead_until.isoformat(),
        "head": {"label": found.head, "commit": found.commit},
        "packs": [
            {"id": pack.id, "version": pack.version, "digest": pack.digest} for pack in found.packs
        ],
        "data": dict(found.data),
        "fail_on": found.fail_on,
        "disabled": [*map(_disabled, found.disabled)],
        "waivers": [waiver_data(waiver) for waiver in found.waivers],
        "skipped": [{"file": entry.file, "because": entry.because} for entry in found.skipped],
        "summary": _summary(found),
        "judged": {"contents": found.effort.contents, "verdicts": found.effort.verdicts},
        "agreements": [_standing(standing) for standing in found.standings],
        "unjudged": [
            {"first": first.isoformat(), "last": last.isoformat()} for first, last in found.unjudged
        ],
        "not_judged": [_unjudged(one) for some in found.not_judged.values() for one in some],
        "only": {
            "framework": found.only.framework,
            "controls": list(found.only.controls),
        },
        "controls": [*_controls(found)],
        "commits": [_commit(found.named[identity]) for identity in sorted(found.named)],
        "intervals": _intervals(found.intervals),
        "waived": _intervals(found.waived),
        "ahead": _intervals(found.ahead),
        "limits": list(LIMITS),
    }


def _disabled(rule: Disabled) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "because": rule.because,
        "by": rule.by,
        "until": rule.until.isoformat() if rule.until else None,
    }


def _unjudged(one: Unjudged) -> dict[str, Any]:
    return {
        "agreement": one.agreement,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "days": one.days,
        "why": one.why.value,
        "commit": one.commit,
    }


def _commit(commit: CommitFacts) -> dict[str, Any]:
    return {
        "commit": commit.id,
        "day": commit.day.isoformat(),
        "author": commit.author,
        "subject": commit.subject,
    }


def _summary(found: Timeline) -> dict[str, Any]:
    return {
        "days": found.days,
        "commits": found.commits,
        "agreements": len(found.standings),
        "out_of_compliance": sum(1 for one in found.standings if one.days_out),
        "intervals": len(found.intervals),
        "waived": len(found.waived),
        "ahead": len(found.ahead),
        "gate": "passed" if found.passed else "failed",
    }


def _standing(standing: RuleStanding) -> dict[str, Any]:
    return {
        "agreement": standing.agreement,
        "title": standing.title,
        "days": standing.days,
        "days_out": standing.days_out,
        "days_waived": standing.days_waived,
        "rules": standing.rules,
        "rules_out": standing.rules_out,
        "frameworks": list(standing.frameworks),
        "files": [
            {"file": span.file, "first": span.first.isoformat(), "last": span.last.isoformat()}
            for span in standing.spans
        ],
    }


def _controls(found: Timeline) -> Iterator[dict[str, Any]]:
    """Yield each control that was out of compliance in an agreement, and on which days."""
    together: dict[tuple[str, str], list[Period]] = {}
    for one in found.intervals:
        for control, _ in one.verdict.rule.controls:
            if found.only.names(control):
                together.setdefault((one.verdict.agreement, control), []).append(one)
    for (agreement, control), some in sorted(together.items()):
        spans = sorted({(one.first, one.last) for one in some})
        yield {
            "agreement": agreement,
            "control": control,
            "title": found.titles.get(control, ""),
            "rules": sorted({one.verdict.rule.id for one in some}),
            "days_out": days_in(spans),
            "spans": [
                {"first": first.isoformat(), "last": last.isoformat()} for first, last in spans
            ],
        }


def _intervals(found: Iterable[Period]) -> list[dict[str, Any]]:
    return [_interval(interval) for interval in found]


def _interval(interval: Period) -> dict[str, Any]:
    verdict, rule = interval.verdict, interval.verdict.rule
    return {
        "agreement": verdict.agreement,
        "file": verdict.file,
        "pack": rule.pack,
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity.value,
        "basis": rule.basis,
        "controls": [control for control, _ in rule.controls],
        "outcome": interval.outcome.value,
        "first": interval.first.isoformat(),
        "last": interval.last.isoformat(),
        "days": interval.days,
        "began": _cause(interval.began),
        "ended": _cause(interval.ended) if interval.ended else None,
        "reason": verdict.reason,
        "observations": [
            {
                "subject": item.subject,
                "holds": item.holds.value,
                "message": item.message,
                "path": item.path,
                "line": item.location.line if item.location else None,
                "cells": cells_data(item, verdict),
            }
            for item in evidence(verdict)
        ],
        "waiver": waiver_data(verdict.waiver) if verdict.waiver else None,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"by": cause.by.value, "commit": cause.commit}
