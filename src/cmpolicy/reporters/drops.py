"""What a change takes out of sight, told first: the policy that judges, and what was dropped.

Verdicts that were dropped for one cause are one group: an agreement that is deleted is one thing
to say, not one for each rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cmpolicy.reporters.escape import cut, one_line
from cmpolicy.verdict import DropCause, Observation, Release, Report, Severity, Verdict

CAUSES: Final = {
    DropCause.GONE: "the agreement is gone from the set",
    DropCause.NARROWED: "the agreement's own words exempt it now",
    DropCause.MOOT: "nothing that these rules ask about is left",
    DropCause.DRAFT: "the agreement was a draft",
}
NAMED: Final = 4
"""Rules of a group that are named; the others are counted."""
LONGEST: Final = 500
"""Characters of a line at most."""
_LASTS: Final = timedelta(days=30)


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
        """What was dropped and why, on one line."""
        count = len(self.verdicts)
        text = f"{count} verdict{'s' * (count != 1)} dropped: {CAUSES[self.cause]}"
        if self.release is not None:
            text += f" (released until {self.release.expires} by {self.release.approved_by})"
        elif self.cause.serious and not self.fails:
            text += " (below the gate)"
        return cut(text, LONGEST)

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
