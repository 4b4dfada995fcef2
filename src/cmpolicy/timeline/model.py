"""A period: when each agreement was out of compliance with which rule, and why from then on."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cmpolicy.exemptions import Disabled, Waiver
from cmpolicy.rule_facts import PackFacts
from cmpolicy.snapshot.commits import CommitFacts
from cmpolicy.verdict import Outcome, Skipped, Verdict

BAD: Final = (Outcome.ERROR, Outcome.FAIL, Outcome.UNDETERMINED)
"""Outcomes that are out of compliance."""
ONE_DAY: Final = timedelta(days=1)

LIMITS: Final = (
    "It shows what the repository said on each day, and what deadlines did between commits.",
    "It does not show when a meeting really took place, or a report really arrived.",
    "Days are those of the committers' dates on the first-parent line, never running backwards.",
    "Of several commits on a day the last one counts.",
    "Every day is judged by the packs, configuration and waivers of this run, not of that time.",
)
"""What a timeline does not show, and how it counts."""


class By(enum.StrEnum):
    """What an interval began or ended with."""

    EARLIER = "earlier"
    """It was so when the period began."""
    COMMIT = "commit"
    DEADLINE = "deadline"
    """A date that passed or came: of the agreement, a waiver, or a disable."""
    BOTH = "commit and deadline"
    """A commit on the very day on which the deadline had passed."""
    NOT_JUDGED = "not judged"
    """Only of an end: from then on the agreement was not there, or could not be read. That is not
    a remedy."""
    NOT_APPLICABLE = "not applicable"
    """Only of an end: from then on the rule did not apply, by the agreement's own words."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an outcome is another one from a day on."""

    by: By
    commit: str | None = None
    """The full id of the commit, where one took part."""


class Absence(enum.StrEnum):
    """Why an agreement was not judged on a day."""

    BEFORE_HISTORY = "before the first commit"
    BEFORE_FILE = "before the file was added"
    DELETED = "the file was deleted"
    OTHER = "no file had it"
    """Its file was there, and said something else."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Days of the period, both included, on which an agreement was not there to be judged."""

    agreement: str
    first: date
    last: date
    why: Absence
    commit: str | None
    """The full id of what took it away or, before it was there, of what brought it."""

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, on which a rule came to one outcome for an agreement."""

    verdict: Verdict
    """As it was on the first day."""
    first: date
    last: date
    began: Cause
    ended: Cause | None
    """None: it was still so when the period ended."""

    @property
    def outcome(self) -> Outcome:
        """What the rule came to."""
        return self.verdict.outcome

    @property
    def days(self) -> int:
        """How many days it lasted."""
        return (self.last - self.first).days + 1

    @property
    def sort_key(self) -> tuple[str, int, int, date, str, str]:
        """By agreement, the worst first, then by day."""
        rule = self.verdict.rule
        return (
            self.verdict.agreement,
            -1 if self.outcome is Outcome.ERROR else rule.severity.weight,
            list(Outcome).index(self.outcome),
            self.first,
            rule.pack,
            rule.id,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included, on which an agreement was in a file."""

    file: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """One agreement over the period."""

    agreement: str
    title: str
    spans: tuple[Span, ...]
    days: int
    """On which it was there to be judged."""
    days_out: int
    """On which at least one rule was out of compliance."""
    days_waived: int
    """On which at least one rule was under a waiver."""
    rules: int
    """That applied on at least one day."""
    rules_out: int
    """Of these, out of compliance on at least one day."""
    frameworks: tuple[str, ...] = ()
    """Those that it was held to."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What it took: each distinct content is judged once for each interval of validity."""

    contents: int
    verdicts: int


@dataclass(frozen=True, slots=True)
class Only:
    """What a period is restricted to."""

    framework: str | None = None
    title: str = ""
    """Of the framework."""
    controls: tuple[str, ...] = ()
    """With their prefix; none: all."""

    def covers(self, controls: Iterable[str]) -> bool:
        """Say whether a rule that judges these controls is asked for."""
        return not (self.framework or self.controls) or any(map(self.names, controls))

    def names(self, control: str) -> bool:
        """Say whether a control is asked for."""
        if self.controls and control not in self.controls:
            return False
        return self.framework is None or control.partition(":")[0] == self.framework


@dataclass(frozen=True, slots=True)
class Timeline:
    """Compliance over a period, and what lapses after today."""

    version: str
    since: date
    until: date
    as_of: date
    """Today: commits lie behind it, and deadlines ahead."""
    ahead_until: date
    head: str
    commit: str
    commits: int
    """Of the period, one for each day that had any."""
    packs: tuple[PackFacts, ...]
    data: Mapping[str, str]
    fail_on: str
    standings: tuple[RuleStanding, ...]
    unjudged: tuple[tuple[date, date], ...]
    """Days of the period on which there was no agreement: first and last, both included."""
    intervals: tuple[Period, ...]
    """Out of compliance, within the period."""
    waived: tuple[Period, ...]
    ahead: tuple[Period, ...]
    """What will lapse from tomorrow on, until `ahead_until`, if nothing is done."""
    effort: Effort
    disabled: tuple[Disabled, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    not_judged: Mapping[str, tuple[Unjudged, ...]] = field(default_factory=dict)
    """By agreement, days of the period on which it was not there."""
    history_begins: date | None = None
    """The day of the first commit, where that lies in the period; None: history goes back."""
    named: Mapping[str, CommitFacts] = field(default_factory=dict)
    """What git says of the commits that intervals began or ended with, by their ids."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The titles of controls, by their ids with the prefix."""
    only: Only = field(default_factory=Only)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.until - self.since).days + 1

    @property
    def failing(self) -> tuple[Period, ...]:
        """The intervals that fail the gate."""
        return tuple(found for found in self.intervals if found.verdict.fails(self.fail_on))

    @property
    def passed(self) -> bool:
        """Say whether the gate passed."""
        return not self.failing


def days_in(spans: Iterable[tuple[date, date]]) -> int:
    """Count the days that any of the spans holds."""
    total = 0
    done = date.min
    for first, last in sorted(spans):
        if last > done:
            total += (last - max(first, done + ONE_DAY)).days + 1
            done = last
    return total
