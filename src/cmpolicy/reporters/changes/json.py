"""The JSON form of a comparison, described by `cmpolicy schema diff`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cmpolicy.compare import Change, Comparison, Measure, Side, TextEdit, Turned
from cmpolicy.reporters.changes.wording import location
from cmpolicy.reporters.escape import json_text
from cmpolicy.reporters.json import verdict_data


def render(comparison: Comparison) -> str:
    """Return the comparison as JSON."""
    return json_text(json.dumps(as_data(comparison), indent=2, ensure_ascii=True)) + "\n"


def as_data(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain data."""
    return {
        "cmpolicy": comparison.version,
        "as_of": comparison.as_of.isoformat(),
        "base": _side(comparison.base),
        "head": _side(comparison.head),
        "packs": [
            {"id": pack.id, "version": pack.version, "digest": pack.digest}
            for pack in comparison.packs
        ],
        "data": dict(comparison.data),
        "fail_on": comparison.fail_on,
        "summary": {
            "result": comparison.result,
            **{effect.value: count for effect, count in comparison.counts().items()},
            "newly_failing": len(comparison.newly_failing),
            "fixed": len(comparison.fixed),
            "dropped": len(comparison.dropped),
            "gate": "passed" if comparison.passed else "failed",
        },
        "changes": [_change(change) for change in comparison.changes],
        "newly_failing": _turned(comparison.newly_failing),
        "fixed": _turned(comparison.fixed),
        "dropped": _turned(comparison.dropped),
        "not_compared": [
            {"file": entry.file, "because": entry.because} for entry in comparison.not_compared
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "label": side.label,
        "commit": side.commit,
        "day": side.day.isoformat() if side.day else None,
        "subject": side.subject or None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "agreement": change.agreement,
        "promise": change.promise,
        "key": change.key,
        "effect": change.effect.value,
        "before": change.before,
        "after": change.after,
        "causes": [_edit(edit) for edit in change.causes],
        "controls": list(change.controls),
        "severity": change.severity.value if change.severity else None,
        "details": [
            {
                "promise": detail.promise,
                "key": detail.key,
                "effect": detail.effect.value,
                "before": detail.before,
                "after": detail.after,
                "measure": _measure(detail.measure),
            }
            for detail in change.details
        ],
    }


def _measure(measure: Measure | None) -> dict[str, Any] | None:
    if measure is None:
        return None
    before, after = measure.worst or (None, None)
    return {
        "lost": measure.lost,
        "gained": measure.gained,
        "worst_before": before,
        "worst_after": after,
    }


def _edit(edit: TextEdit) -> dict[str, Any]:
    place = location(edit)
    return {
        "path": edit.path,
        "before": edit.before,
        "after": edit.after,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "computed": edit.computed,
        "sentence": edit.sentence,
    }


def _turned(found: Iterable[Turned]) -> list[dict[str, Any]]:
    return [
        {
            **verdict_data(one.verdict),
            "because": [
                {"promise": change.promise, "key": change.key, "effect": change.effect.value}
                for change in one.because
            ],
        }
        for one in found
    ]
