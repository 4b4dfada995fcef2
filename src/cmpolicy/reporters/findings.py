"""What is wrong, a finding for each (rule, agreement, subject), the worst first.

The formats for CI servers show findings, not verdicts: a server follows each by its fingerprint
from run to run. What is waived is none. An agreement that cannot be read has a finding for each
problem in it, not for each rule that could not be judged.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.own_rules import DROPPED, NOT_EVALUATED
from cmpolicy.reporters.drops import DropGroup, drop_groups
from cmpolicy.reporters.escape import cut
from cmpolicy.verdict import (
    Holds,
    Observation,
    Outcome,
    Report,
    RuleFacts,
    Severity,
    Verdict,
    fingerprint,
)


class Level(enum.StrEnum):
    """How loud a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


LEVELS: Final = {
    Severity.CRITICAL: Level.ERROR,
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.NOTE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or cannot be told, in one agreement under one rule."""

    rule: RuleFacts
    agreement: str
    subject: str
    path: str
    outcome: Outcome
    message: str
    place: Location
    others: tuple[Location, ...]
    """Further places of the same subject."""
    fingerprint: str
    level: Level
    fails: bool
    """It fails the gate."""
    known: bool
    """Known under `--new-since`."""
    quiet: bool
    """Known, or below the gate where there is one: told, but nobody must act now."""
    note: str | None = None
    """What is to be known of a waiver that does not cover it."""

    @property
    def sort_key(self) -> tuple[bool, int, int, str, str, str]:
        """The worst first: what fails the gate, what was not evaluated, by severity."""
        order = list(Outcome)
        return (
            not self.fails,
            -1 if self.outcome is Outcome.ERROR else self.rule.severity.weight,
            order.index(self.outcome),
            self.agreement,
            self.rule.pack,
            self.rule.id,
        )


def findings(report: Report) -> tuple[Finding, ...]:
    """Return the findings of a report, the worst first."""
    found: list[Finding] = []
    errors = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.ERROR]
    for _, group in groupby(errors, lambda verdict: verdict.agreement):
        found += _unread(tuple(group), report.fail_on)
    found += map(_lost, drop_groups(report))
    for verdict in report.verdicts:
        if verdict.outcome in (Outcome.FAIL, Outcome.UNDETERMINED):
            found += _wrong(verdict, report.fail_on)
    return tuple(sorted(found, key=lambda finding: finding.sort_key))


def told_once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Leave out what says the same of another subject at the same place: people read it once."""
    first: dict[tuple[str, str, str, Location], Finding] = {}
    for finding in found:
        key = (finding.rule.id, finding.agreement, finding.message, finding.place)
        first.setdefault(key, finding)
    return tuple(first.values())


def evidence(verdict: Verdict) -> tuple[Observation, ...]:
    """Return what makes a verdict bad, what fails first; never nothing."""
    order = (Holds.NO, Holds.UNKNOWN)
    bad = [item for item in verdict.observations if item.holds in order]
    if bad:
        return tuple(sorted(bad, key=lambda item: order.index(item.holds)))
    # Where only the kind reading fails, what is shown holds, and yet cannot be told.
    message = verdict.reason or verdict.rule.title
    return verdict.observations or (Observation("", "", message, Holds.UNKNOWN),)


def told(item: Observation) -> str:
    """Return the message of an observation, on one line, that says when it is a doubt."""
    doubt = "cannot be told: " if item.holds is Holds.UNKNOWN else ""
    return cut(doubt + item.message)


def _wrong(verdict: Verdict, fail_on: str) -> Iterator[Finding]:
    by_subject: dict[str, list[Observation]] = {}
    for item in evidence(verdict):
        by_subject.setdefault(item.subject, []).append(item)
    for subject, items in by_subject.items():
        yield _finding(verdict.rule, (verdict,), subject, items, fail_on)


def _lost(group: DropGroup) -> Finding:
    """Return the finding of what was dropped of one agreement for one cause."""
    items = list(group.places)
    first = group.verdicts[0]
    places = _places(items) or (Location(first.file),)
    told = "; ".join(dict.fromkeys(item.message for item in items))
    subject = f"dropped/{group.cause.value}" + ("" if group.fails else "/excused")
    return Finding(
        rule=replace(DROPPED, severity=group.severity),
        agreement=group.agreement,
        subject=subject,
        path=items[0].path,
        outcome=Outcome.DROPPED,
        message=cut(f"{group.headline}: {told} ({group.rules})"),
        place=places[0],
        others=places[1:],
        fingerprint=fingerprint(DROPPED.id, group.agreement, subject),
        level=LEVELS[group.severity] if group.fails else Level.NOTE,
        fails=group.fails,
        known=False,
        quiet=not group.fails,
        note=group.release.because if group.release else None,
    )


def _unread(verdicts: tuple[Verdict, ...], fail_on: str) -> Iterator[Finding]:
    """Yield a finding for each problem; they differ by their number alone."""
    first = verdicts[0]
    for index, item in enumerate(first.observations or evidence(first)):
        subject = f"{first.agreement}#{index + 1}"
        yield _finding(NOT_EVALUATED, verdicts, subject, [item], fail_on)


def _finding(
    rule: RuleFacts,
    verdicts: tuple[Verdict, ...],
    subject: str,
    items: list[Observation],
    fail_on: str,
) -> Finding:
    first = verdicts[0]
    unread = first.outcome is Outcome.ERROR
    places = _places(items) or (Location(first.file),)
    messages = [cut(item.message) if unread else told(item) for item in items]
    fails = any(verdict.fails(fail_on) for verdict in verdicts)
    known = all(verdict.known for verdict in verdicts)
    quiet = known or (fail_on != "never" and not fails)
    return Finding(
        rule=rule,
        agreement=first.agreement,
        subject=subject,
        path=items[0].path,
        outcome=first.outcome,
        message=cut("; ".join(dict.fromkeys(filter(None, messages))) or rule.title),
        place=places[0],
        others=places[1:],
        fingerprint=fingerprint(rule.id, first.agreement, subject),
        level=Level.NOTE if quiet else LEVELS[rule.severity],
        fails=fails,
        known=known,
        quiet=quiet,
        note=None if unread else first.reason,
    )


def _places(items: Iterable[Observation]) -> tuple[Location, ...]:
    places = [item.location for item in items if item.location is not None]
    return tuple(dict.fromkeys(places))
