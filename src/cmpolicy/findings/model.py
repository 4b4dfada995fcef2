"""What a report shows once: a `Finding`, and a `Line` of findings that lack in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.findings.alike import said_once
from cmpolicy.lacks import Lack, LackKind
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import Holds, Observation, Outcome

BASES: Final = ("law", "inferred", "practice")
"""What a rule can rest on, the firmest first."""
RECORD: Final = ("attestations", "capacity", "setup", "signatures")
"""Sections of the record: what happened under the terms, and not what they say."""
_ID: Final = re.compile(r"\[[^\]]*\]")
_ROOT: Final = re.compile(r"[^.\[]*")


def basis_order(rule: RuleFacts) -> int:
    """Return 0 for a rule that is law, counting up to what no pack should say."""
    return BASES.index(rule.basis) if rule.basis in BASES else len(BASES)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that lacks in one agreement, whichever rules met it.

    A problem of a file that cannot be read is one too, and so is what was dropped for one cause.
    """

    agreement: str
    file: str
    """The agreement's own file."""
    lack: Lack | None
    """None: of a file that cannot be read, and of what was dropped."""
    fingerprint: str
    """Of the agreement and the lack alone: 32 hexadecimal digits."""
    rules: tuple[RuleFacts, ...]
    """The worst first; its severity, message, why and fix are those of the finding."""
    outcome: Outcome
    items: tuple[Observation, ...]
    """The evidence of the worst rule, what fails first; at least one."""
    place: Location
    others: tuple[Location, ...]
    """Further places, those of other rules included."""
    fails: bool
    """It fails the gate."""
    known: bool
    """Known under `--new-since`: all of its rules met it before."""
    quiet: bool
    """Known, excused, or below the gate where there is one: nobody must act now."""
    note: str | None = None
    """What is to be known of a waiver that does not cover it."""
    waived: tuple[str, ...] = ()
    """Rules that meet the same lack, and are waived."""
    shared: str | None = None
    """The key that it has in common with findings of other agreements at the same place of a
    shared file."""

    @property
    def rule(self) -> RuleFacts:
        """The worst rule."""
        return self.rules[0]

    @property
    def severity(self) -> Severity:
        """That of the worst rule."""
        return self.rule.severity

    @property
    def path(self) -> str:
        """Where the agreement says it, or would say it."""
        return self.items[0].path

    @property
    def messages(self) -> tuple[str, ...]:
        """What the worst rule says of it; sentences that differ in one place are said once."""
        found = (item.message for item in self.items if item.message)
        # Each problem of a file that cannot be read stands at a place of its own.
        unread = self.outcome is Outcome.ERROR
        return tuple(dict.fromkeys(found)) if unread else said_once(found)

    @property
    def message(self) -> str:
        """What the worst rule says of it, as one text; never empty."""
        text = "; ".join(self.messages) or self.rule.title or self.rule.id
        doubt = self.outcome is Outcome.UNDETERMINED and self.lack is not None
        if not doubt or self.lack is None or self.lack.kind is not LackKind.UNKNOWN:
            return text
        decisive = self.lack.paths[0] if self.lack.paths else ""
        return text if decisive in text else f"{text} (unknown: {decisive})"

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that its rules judge, each once."""
        return tuple(dict.fromkeys(control for rule in self.rules for control, _ in rule.controls))

    @property
    def way(self) -> tuple[str, ...]:
        """How it lacks, and in which list and field: what the findings of a line have in common."""
        lack = self.lack
        if lack is None:
            return (self.outcome.value, self.shared or self.fingerprint)
        if lack.kind is LackKind.MISSING:
            return (self.outcome.value, lack.kind, lack.list, *(field for field, _ in lack.key))
        path = lack.paths[0] if lack.paths else ""
        return (self.outcome.value, lack.kind, _ID.sub("", path))

    @property
    def rank(self) -> tuple[object, ...]:
        """The worst first: what is new, what cannot be read, then by severity and certainty."""
        return _rank(self, len(self.rules))


@dataclass(frozen=True, slots=True)
class Line:
    """Findings that lack in the same way in the same list and field, said in one sentence.

    They are of one agreement, or at one place of a shared file.
    """

    findings: tuple[Finding, ...]
    """The worst first."""

    @property
    def worst(self) -> Finding:
        """The worst of its findings."""
        return self.findings[0]

    @property
    def agreements(self) -> tuple[str, ...]:
        """The ids of the agreements that it reaches, sorted."""
        return tuple(sorted({finding.agreement for finding in self.findings}))

    @property
    def rules(self) -> tuple[RuleFacts, ...]:
        """The rules of its findings, that of the worst first."""
        found = {rule.id: rule for finding in self.findings for rule in finding.rules}
        return tuple(found.values())

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that its rules judge, each once."""
        found = (control for finding in self.findings for control in finding.controls)
        return tuple(dict.fromkeys(found))

    @property
    def rank(self) -> tuple[object, ...]:
        """The worst first, as of findings."""
        return _rank(self.worst, len(self.rules))


def _rank(finding: Finding, rules: int) -> tuple[object, ...]:
    order = list(Outcome)
    place = finding.place
    # Of a file that cannot be read, the problem that explains it comes first as it is.
    unread = finding.outcome is Outcome.ERROR
    return (
        finding.known or (finding.outcome is Outcome.DROPPED and finding.quiet),
        finding.outcome is not Outcome.ERROR,
        finding.severity.weight,
        order.index(finding.outcome),
        root(finding.path) in RECORD,
        basis_order(finding.rule),
        -rules,
        place.file,
        0 if unread else place.line,
        0 if unread else place.column,
        finding.agreement,
        finding.rule.id,
    )


def root(path: str) -> str:
    """Return the list or section that a path begins with: `services` of `services[a].owner`."""
    found = _ROOT.match(path)
    return found[0] if found else path


def row(path: str) -> str:
    """Return the row that a path names, without its list: `a` of `services[a].owner`."""
    found = _ID.search(path)
    return found[0][1:-1] if found else path


def places_of(items: tuple[Observation, ...]) -> tuple[Location, ...]:
    """Return the places of observations, each once."""
    return tuple(dict.fromkeys(item.location for item in items if item.location is not None))


def doubtful(item: Observation) -> bool:
    """Say whether an observation is undetermined."""
    return item.holds is Holds.UNKNOWN
