"""The head of a report: the policy that judges, and how a drop can be released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from cmpolicy.findings import NAMED, DropGroup
from cmpolicy.reporters.escape import cut, one_line
from cmpolicy.verdict import DropCause, Report

LONGEST: Final = 500
"""Characters of a line at most."""
_LASTS: Final = timedelta(days=30)


def release_entry(group: DropGroup, as_of: date) -> Iterator[str]:
    """Yield the lines of the entry of `releases.yaml` that would excuse a group."""
    what = "all"
    if group.cause is not DropCause.GONE:
        what = f"[{', '.join(verdict.rule.id for verdict in group.verdicts)}]"
    yield f"- agreement: {one_line(group.agreement)}"
    yield f"  what: {what}"
    yield '  because: ""      # the reason'
    yield '  approved_by: ""  # who allows it'
    yield f"  granted: {as_of}"
    yield f"  expires: {as_of + _LASTS}"


def lead(report: Report) -> Iterator[str]:
    """Yield what stands before everything else: whose policy judges, and what changes of it."""
    if report.origin is not None and report.origin.notice is not None:
        yield cut(report.origin.notice, LONGEST)
    for edit in report.policy_edits:
        place = f"{edit.location.file}:{edit.location.line}: " if edit.location else ""
        yield cut(f"{place}policy {edit.effect}: {edit.text}", LONGEST)
    for one in report.fails_once_merged:
        rules = ", ".join(one.rules[:NAMED])
        more = f" and {len(one.rules) - NAMED} more" if len(one.rules) > NAMED else ""
        yield cut(f"{one.file}: {one.agreement} fails once this is merged: {rules}{more}", LONGEST)
