"""What was dropped, grouped: an agreement that is deleted is one thing to say, not one a rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.exemptions import Release
from cmpolicy.findings.model import Finding, places_of
from cmpolicy.own_rules import DROPPED
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import DropCause, Observation, Outcome, Report, Verdict, fingerprint

CAUSES: Final = {
    DropCause.GONE: "the agreement is gone from the set",
    DropCause.NARROWED: "the agreement's own words exempt it now",
    DropCause.MOOT: "nothing that these rules ask about is left",
    DropCause.DRAFT: "the agreement was a draft",
}
NAMED: Final = 4
"""Rules of a group that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class DropGroup:
    """Verdicts on one agreement that were dropped for one cause."""

    agreement: str
    cause: DropCause
    fails: bool
    """At the level of the gate."""
    release: Release | None
    verdicts: tuple[Verdict, ...]
    """The worst rule first."""

    @property
    def severity(self) -> Severity:
        """That of the worst rule."""
        return self.verdicts[0].rule.severity

    @property
    def places(self) -> tuple[Observation, ...]:
        """Where it shows, each once."""
        found = {
            (item.location, item.message): item
            for verdict in self.verdicts
            for item in verdict.observations
        }
        return tuple(found.values())

    @property
    def headline(self) -> str:
        """What was dropped and why, in a sentence."""
        count = len(self.verdicts)
        text = f"{count} verdict{'s' * (count != 1)} dropped: {CAUSES[self.cause]}"
        if self.release is not None:
            text += f" (released until {self.release.expires} by {self.release.approved_by})"
        elif self.cause.serious and not self.fails:
            text += " (below the gate)"
        return text

    @property
    def rules(self) -> str:
        """The rules, the worst first; of many the number."""
        names = [verdict.rule.id for verdict in self.verdicts]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED + 1 else ""
        return ", ".join(names[:NAMED] if more else names) + more


def drop_groups(report: Report) -> tuple[DropGroup, ...]:
    """Return what was dropped, what fails the gate and the worst first."""
    found: dict[tuple[str, DropCause, bool], list[Verdict]] = {}
    for verdict in report.dropped:
        drop = verdict.drop
        assert drop is not None  # noqa: S101 - set exactly where the outcome is `dropped`
        key = verdict.agreement, drop.cause, verdict.fails(report.fail_on)
        found.setdefault(key, []).append(verdict)
    groups = []
    for (agreement, cause, fails), verdicts in found.items():
        verdicts.sort(key=lambda one: (one.rule.severity.weight, one.sort_key))
        releases = (one.drop.release for one in verdicts if one.drop and one.drop.release)
        release = next(releases, None)
        groups.append(DropGroup(agreement, cause, fails, release, tuple(verdicts)))
    return tuple(
        sorted(groups, key=lambda one: (not one.fails, one.severity.weight, one.agreement))
    )


def drop_finding(group: DropGroup) -> Finding:
    """Return the finding of what was dropped of one agreement for one cause."""
    items = group.places
    first = group.verdicts[0]
    places = places_of(items) or (Location(first.file),)
    said = "; ".join(dict.fromkeys(item.message for item in items))
    subject = f"dropped/{group.cause.value}" + ("" if group.fails else "/excused")
    shown = replace(items[0], message=f"{group.headline}: {said} ({group.rules})")
    return Finding(
        agreement=group.agreement,
        file=first.file,
        lack=None,
        fingerprint=fingerprint(DROPPED.id, group.agreement, subject),
        rules=(replace(DROPPED, severity=group.severity),),
        outcome=Outcome.DROPPED,
        items=(shown,),
        place=places[0],
        others=places[1:],
        fails=group.fails,
        known=False,
        quiet=not group.fails,
        note=group.release.because if group.release else None,
    )
