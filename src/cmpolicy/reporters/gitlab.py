"""GitLab's code quality report, a subset of the Code Climate format: what is wrong, or `[]`.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import Any, Final

from cmpolicy.findings import Finding, findings
from cmpolicy.reporters.escape import json_text, plain, visible
from cmpolicy.reporters.wording import said
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Report

_SEVERITIES: Final = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: Report) -> str:
    """Return the findings as GitLab reads them, the worst first."""
    entries = [_entry(finding) for finding in findings(report)]
    return json_text(json.dumps(entries, indent=2, ensure_ascii=True)) + "\n"


def _entry(finding: Finding) -> dict[str, Any]:
    return {
        "description": plain(f"{finding.agreement}: {finding.rule.title}: {said(finding)}"),
        "check_name": plain(finding.rule.id),
        "fingerprint": finding.fingerprint,
        "severity": "info" if finding.quiet else _SEVERITIES[finding.severity],
        "location": {
            "path": visible(finding.place.file),
            "lines": {"begin": finding.place.line},
        },
    }
