"""Dated exceptions, and what became of them in a run: waivers, releases, and disabled rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cmpolicy.errors import Location
from cmpolicy.globs import matches_id
from cmpolicy.rule_facts import RuleFacts


@dataclass(frozen=True, slots=True)
class Waiver:
    """A dated, approved exception to a rule for an agreement."""

    rule: str
    agreement: str
    subject: str | None
    reason: str
    approved_by: str
    granted: date
    expires: date
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class WaiverState:
    """What became of a waiver: `live`, `expired`, `stale` or `elsewhere`.

    Stale: it matched nothing. Elsewhere: its agreement was not in the run.
    """

    waiver: Waiver
    state: str


@dataclass(frozen=True, slots=True)
class Release:
    """A dated, approved permission to drop verdicts; it never excuses a failure."""

    agreement: str
    """The id of the agreement, or a glob of ids (`*`, `?`)."""
    what: tuple[str, ...] | None
    """Ids of rules, packs or frameworks; None: `all`."""
    because: str
    approved_by: str
    granted: date
    expires: date
    """The last day on which it counts."""
    moved_to: str | None = None
    """Where the agreement is kept from now on, in words."""
    location: Location | None = None
    places: tuple[Location, ...] = ()
    """Where the file says each name of `what`."""

    def names(self, agreement: str) -> bool:
        """Say whether it is about the agreement with this id."""
        return agreement == self.agreement or matches_id(agreement, self.agreement)

    def covers(self, agreement: str, rule: RuleFacts, framework: str | None) -> bool:
        """Say whether it is about a rule for an agreement, on any day.

        Args:
            agreement: the agreement's id.
            rule: the rule whose verdict is dropped.
            framework: that of the rule's pack, if it has one.
        """
        if not self.names(agreement):
            return False
        return self.what is None or any(
            name in self.what for name in (rule.id, rule.pack, framework) if name is not None
        )

    def in_force(self, as_of: date) -> bool:
        """Say whether it counts on a day."""
        return self.granted <= as_of <= self.expires


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """What became of a release in a run.

    `live`: it excused something. `spent`: no agreement that it names is left, in the base or in
    the head: delete it. `stale`: what it names is there, and nothing of it was dropped.
    `pending`: it counts from a later day. `expired`: its last day is over.
    """

    release: Release
    state: str


@dataclass(frozen=True, slots=True)
class Disabled:
    """A rule that the configuration switched off, and on whose word."""

    rule: str
    because: str
    by: str
    until: date | None = None
    facts: RuleFacts | None = field(default=None, compare=False, repr=False)
    """What the rule would have judged."""
