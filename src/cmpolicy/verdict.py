"""The unit of result: a `Verdict` for each (agreement, rule), and the `Report` over all of them.

Every number in every output is counted here, once.
"""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cmpolicy.errors import Location, Problem
from cmpolicy.exemptions import Disabled, Release, ReleaseState, Waiver, WaiverState
from cmpolicy.lacks import Lack
from cmpolicy.rule_facts import PackFacts, RuleFacts, Severity
from cmpolicy.text_edit import TextEdit


class Holds(enum.StrEnum):
    """What an observation found."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Outcome(enum.StrEnum):
    """What became of a rule for an agreement, the worst first."""

    ERROR = "error"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    DROPPED = "dropped"
    """An earlier revision judged it, and this one does not: see `Drop`."""
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    NOT_APPLICABLE = "not-applicable"


BAD: Final = (Outcome.ERROR, Outcome.FAIL, Outcome.UNDETERMINED, Outcome.DROPPED)
"""Outcomes that can fail the gate."""


def fingerprint(rule: str, agreement: str, subject: str) -> str:
    """Identify a finding by rule, agreement and subject: no prose, no lines, no file names."""
    # An unreadable agreement goes by its path, and a file's name need not be UTF-8.
    key = f"{rule}\n{agreement}\n{subject}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(key).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a check looked at: evidence for a pass as much as for a failure."""

    subject: str
    """What was looked at, by ids: stable across rewording, reordering and renamed files."""
    path: str
    """Where the agreement says it (or would say it), as a path: `targets[p1-respond].within`."""
    message: str
    holds: Holds
    location: Location | None = None
    """Filled in from `path` by the evaluation; checks leave it out."""
    empty: bool = False
    """It holds because nothing is there that the rule asks about."""
    due: date | None = None
    """Of what holds: the last day of a choice that then is lost, as of notice to end."""
    lack: Lack | None = None
    """Of what does not hold: its cause. Where a check leaves it out, the evaluation fills in that
    the value at `path` is wrong or unknown."""
    cells: tuple[str, ...] = ()
    """The subjects of all cells of a case, `subject` the first of them; empty: that alone."""
    where: str = ""
    """The words of the message that name the case: ` for Mail and Billing at p1`."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """All that was looked at: of a case the subject of each cell, else `subject`."""
        return self.cells or (self.subject,)


class DropCause(enum.StrEnum):
    """Why a verdict that an earlier revision had is no longer reached, the worst first."""

    GONE = "gone"
    """No file of the set has the agreement's id."""
    NARROWED = "narrowed"
    """The agreement's own words exempt it: a fact is lowered on what is still there."""
    MOOT = "moot"
    """The rows that the rule asks about are gone, and nothing refers to them."""
    DRAFT = "draft"
    """The earlier revision had the agreement as a draft."""

    @property
    def serious(self) -> bool:
        """Say whether it fails the gate, unless the policy releases it."""
        return self in (DropCause.GONE, DropCause.NARROWED)


@dataclass(frozen=True, slots=True)
class Drop:
    """That a verdict of an earlier revision is no longer reached."""

    cause: DropCause
    fails: bool
    """It fails the gate, at the severity of the rule."""
    release: Release | None = None
    """What excuses it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one agreement, with its evidence."""

    agreement: str
    """The agreement's id, or its path where the id cannot be read."""
    file: str
    rule: RuleFacts
    outcome: Outcome
    reason: str | None = None
    """Why it was not applicable or not evaluated, or what is to be known of a waiver."""
    holds_from: date | None = None
    holds_until: date | None = None
    observations: tuple[Observation, ...] = ()
    waiver: Waiver | None = None
    known: bool = False
    """Known under `--new-since`: reported, but it does not fail the gate."""
    drop: Drop | None = None
    """Set exactly where the outcome is `dropped`."""

    @property
    def sort_key(self) -> tuple[str, str, str]:
        """Reports are sorted by agreement, pack, rule."""
        return (self.agreement, self.rule.pack, self.rule.id)

    def fails(self, fail_on: str) -> bool:
        """Say whether this verdict fails the gate at the level `fail_on`."""
        if fail_on == "never" or self.known:
            return False
        if self.outcome is Outcome.ERROR:
            return True
        if self.drop is not None and not self.drop.fails:
            return False
        if self.outcome not in BAD:
            return False
        return self.rule.severity.weight <= Severity(fail_on).weight


@dataclass(frozen=True, slots=True)
class PolicyOrigin:
    """Where the policy of a run comes from."""

    kind: str
    """`own`: of what is judged; `base`: of the revision of `--new-since`; `given`: of the revision
    of `--policy-from`; `change`: of the change itself (`--policy-from head`); `first`: of the
    change, since the revision holds none."""
    label: str
    """The revision as it was given; `work tree`, `index`."""
    commit: str | None = None

    @property
    def notice(self) -> str | None:
        """What a reader must know first; None: nothing."""
        if self.kind == "change":
            return "The change is judged by its own policy (--policy-from head)"
        if self.kind == "first":
            return f"First policy: {self.label} holds none, so the change is judged by its own"
        return None


@dataclass(frozen=True, slots=True)
class PolicyEdit:
    """What a change does to the policy that will judge once it is merged."""

    effect: str
    """`weakened`, `strengthened`, ..., as a comparison has it."""
    text: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class FailsOnceMerged:
    """An agreement that the policy of the change will fail on the main branch."""

    agreement: str
    file: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not judged, and why."""

    file: str
    because: str


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts of a run, and everything a reader needs to trust them."""

    version: str
    as_of: date
    packs: tuple[PackFacts, ...]
    data: Mapping[str, str]
    """Versions of tzdata and holidays."""
    commit: str | None
    fail_on: str
    verdicts: tuple[Verdict, ...]
    disabled: tuple[Disabled, ...] = ()
    waivers: tuple[WaiverState, ...] = ()
    releases: tuple[ReleaseState, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[Problem, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """The agreements' titles, by id."""
    since: bool = False
    """It is of a change (`--new-since`): only what is new or worse can fail the gate."""
    edits: Mapping[str, tuple[TextEdit, ...]] = field(default_factory=dict)
    """What a change edits, by the agreements that fail; one that is new has none."""
    origin: PolicyOrigin | None = None
    policy_edits: tuple[PolicyEdit, ...] = ()
    """What a change does to the policy: it is judged by the earlier one."""
    fails_once_merged: tuple[FailsOnceMerged, ...] = ()

    @property
    def dropped(self) -> tuple[Verdict, ...]:
        """The verdicts of the earlier revision that are no longer reached."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.DROPPED)

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The ids of the agreements to which no rule applies, sorted."""
        applied = {v.agreement for v in self.verdicts if v.outcome is not Outcome.NOT_APPLICABLE}
        return tuple(sorted(set(self.agreements) - applied))

    @property
    def agreements(self) -> tuple[str, ...]:
        """The ids of the agreements judged, sorted; of one that has no verdict too."""
        return tuple(sorted({verdict.agreement for verdict in self.verdicts} | set(self.titles)))

    def counts(self, verdicts: Iterable[Verdict] | None = None) -> dict[Outcome, int]:
        """Count outcomes, every one named, in the order of `Outcome`."""
        chosen = self.verdicts if verdicts is None else verdicts
        tally = Counter(verdict.outcome for verdict in chosen)
        return {outcome: tally[outcome] for outcome in Outcome}

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """The verdicts that fail the gate."""
        return tuple(verdict for verdict in self.verdicts if verdict.fails(self.fail_on))

    @property
    def passed(self) -> bool:
        """Say whether the gate passed: exit status 0."""
        return not self.failing

    def falling_due(self, days: int) -> tuple[Verdict, ...]:
        """Passing verdicts that stop holding within `days` after the as-of date, soonest first."""
        last = self.as_of + timedelta(days=days)
        year_end = date(self.as_of.year, 12, 31)
        due = [
            verdict
            for verdict in self.verdicts
            if verdict.outcome in (Outcome.PASS, Outcome.WAIVED)
            and verdict.holds_until is not None
            and verdict.holds_until < last
            # The horizon moves with the year; that is not a deadline of the agreement.
            and verdict.holds_until != year_end
        ]
        return tuple(sorted(due, key=lambda verdict: (verdict.holds_until, verdict.sort_key)))
