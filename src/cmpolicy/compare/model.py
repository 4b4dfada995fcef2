"""What a comparison finds: changes, the edits behind them, and verdicts that turned."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cmpolicy.rule_facts import PackFacts, Severity
from cmpolicy.text_edit import TextEdit
from cmpolicy.verdict import Skipped, Verdict

POLICY: Final = "policy"
"""The promise of a change to what judges: configuration, packs, waivers."""
AGREEMENT: Final = "agreement"
"""The promise of an agreement that came, went, or can no longer be read."""
TEXT: Final = "text"
"""The promise of an edit that moved none that is computed."""
FAIL_ON: Final = ("weakened", "dropped", "newly-failing", "never")
"""Levels of the gate of a comparison; each includes those after it."""


class Effect(enum.StrEnum):
    """What became of a promise, the worst first."""

    WEAKENED = "weakened"
    MIXED = "mixed"
    """Better in one way and worse in another."""
    UNCLEAR = "unclear"
    """Better or worse, as the unknowns of a side turn out."""
    MOVED = "moved"
    """To somebody else."""
    STRENGTHENED = "strengthened"
    NEUTRAL = "neutral"

    @property
    def weight(self) -> int:
        """0 for the worst, counting up."""
        return list(Effect).index(self)


DOUBTFUL: Final = (Effect.WEAKENED, Effect.MIXED, Effect.UNCLEAR)
"""Effects that count as weakened at the gate: unknown is not fine either."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a promise that moved means to those who depend on it, where that can be measured."""

    lost: str | None = None
    """The hours that are no longer covered, in words: `nights and weekends`."""
    gained: str | None = None
    """The hours that are covered now, and were not."""
    worst: tuple[str, str] | None = None
    """The longest time without cover, or the worst case, before and after."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One promise that moved."""

    promise: str
    """Its kind, such as `coverage`."""
    key: str
    """Its ids, such as `security-monitoring/detect/ehr/p1`."""
    effect: Effect
    before: str | None
    """What it came to; None: there was none."""
    after: str | None
    parts: tuple[str, ...] = ()
    """The ids of the key."""
    measure: Measure | None = None
    """None: it cannot be measured, or depends on what nobody knows."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The ids that both sides of an agreement name together."""

    services: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What one edit, or several that belong together, did to the promises of an agreement."""

    agreement: str | None
    """None: all of them."""
    promise: str
    key: str
    """The ids of what moved; several at one place are joined by commas, `*` is all of them."""
    effect: Effect
    before: str | None
    after: str | None
    causes: tuple[TextEdit, ...] = ()
    controls: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    """Every promise that moved, those of other kinds too."""
    paths: tuple[str, ...] = ()
    """Of what says the promises, by which verdicts are linked."""
    severity: Severity | None = None
    """Of the worst rule that now fails, or no longer looks, because of it."""
    cases: Cases = field(default_factory=Cases)

    @property
    def computed(self) -> bool:
        """Say whether promises are computed from all that was edited."""
        return all(edit.computed for edit in self.causes)

    @property
    def sort_key(self) -> tuple[bool, int, int, str, str, str]:
        """Changes of policy first, then the worst first."""
        return (
            self.promise != POLICY,
            self.effect.weight,
            len(Severity) if self.severity is None else self.severity.weight,
            self.agreement or "",
            self.promise,
            self.key,
        )


@dataclass(frozen=True, slots=True)
class Turned:
    """A verdict that is not what it was, and the changes behind it."""

    verdict: Verdict
    because: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison."""

    label: str
    """A revision as it was given, `work tree`, or a file."""
    commit: str | None
    day: date | None = None
    """Of the commit, as git shows it."""
    subject: str = ""
    """The first line of its message."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that two sides differ in."""

    version: str
    as_of: date
    base: Side
    head: Side
    packs: tuple[PackFacts, ...]
    data: Mapping[str, str]
    """Versions of tzdata and holidays."""
    fail_on: str
    changes: tuple[Change, ...]
    """Sorted by `Change.sort_key`."""
    newly_failing: tuple[Turned, ...] = ()
    fixed: tuple[Turned, ...] = ()
    dropped: tuple[Turned, ...] = ()
    """What the base judged and the head does not; each verdict says why."""
    not_compared: tuple[Skipped, ...] = ()
    """What could not be, and why."""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def result(self) -> str:
        """`not compared` (in part or whole), `changed` or `unchanged`."""
        if self.not_compared:
            return "not compared"
        turned = self.newly_failing or self.fixed or self.dropped
        return "changed" if self.changes or turned else "unchanged"

    @property
    def moved(self) -> tuple[Change, ...]:
        """The changes that mean anything."""
        return tuple(change for change in self.changes if change.effect is not Effect.NEUTRAL)

    @property
    def unmoved(self) -> tuple[Change, ...]:
        """The edits that move no promise, as computed."""
        return tuple(change for change in self._neutral if change.computed)

    @property
    def uncomputed(self) -> tuple[Change, ...]:
        """The edits of what no promise is computed from, which may mean anything."""
        return tuple(change for change in self._neutral if not change.computed)

    @property
    def _neutral(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.effect is Effect.NEUTRAL)

    def counts(self) -> dict[Effect, int]:
        """Count changes by effect, every one named."""
        tally = Counter(change.effect for change in self.changes)
        return {effect: tally[effect] for effect in Effect}

    @property
    def passed(self) -> bool:
        """Say whether the gate passed; what could not be compared never does."""
        if self.not_compared:
            return False
        if self.fail_on == "never":
            return True
        if self.newly_failing:
            return False
        lost = any(one.verdict.drop and one.verdict.drop.fails for one in self.dropped)
        if self.fail_on == "newly-failing" or lost:
            return self.fail_on == "newly-failing"
        return self.fail_on == "dropped" or not any(
            change.effect in DOUBTFUL for change in self.changes
        )
