"""Dropped verdicts: those of an earlier revision that are no longer reached.

Each pair of an agreement and a rule that the earlier revision judged, and this one does not, is
*dropped*: no file has the agreement's id, its own words exempt it, or the rows that the rule asks
about are gone. A release of the policy excuses that; it never excuses a failure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cmpolicy.agreement import Agreement
from cmpolicy.errors import Location
from cmpolicy.exemptions import Release
from cmpolicy.gate.ending import ended_in_time, put_off, term_cut
from cmpolicy.gate.narrowing import Lowered, restore
from cmpolicy.own_rules import ROTA_EMPTIED, TERM_CUT
from cmpolicy.releases import covering
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import Drop, DropCause, Holds, Observation, Outcome, Verdict

Verdicts = Mapping[str, Verdict]
"""Of one agreement, by rule."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An agreement on one side, with the verdicts on it."""

    file: str
    agreement: Agreement | None
    """None where it cannot be read."""
    verdicts: Verdicts
    place: Location


@dataclass(frozen=True, slots=True)
class DropPolicy:
    """What decides on drops, and how an agreement is judged again."""

    as_of: date
    evaluate: Callable[[Agreement], Sequence[Verdict]]
    """Judges an agreement by the policy of the run."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What the packs add to the vocabularies."""
    releases: Sequence[Release] = ()
    frameworks: Mapping[str, str | None] = field(default_factory=dict)
    """The framework of each pack, by the pack's id."""
    failing: frozenset[DropCause] = frozenset(cause for cause in DropCause if cause.serious)
    """Causes that fail the gate."""


def with_drops(
    identity: str, before: Judged, after: Judged | None, policy: DropPolicy
) -> dict[str, Verdict]:
    """Return the verdicts on an agreement now, by rule, with what was dropped among them.

    Args:
        identity: the id that the agreement has now, or had.
        before: the agreement in the earlier revision.
        after: the agreement now; None where no file has its id.
        policy: what decides.
    """
    found = {} if after is None else dict(after.verdicts)
    for dropped in _drops(identity, before, after, policy):
        found[dropped.rule.id] = _excused(dropped, before, policy)
    return found


def _drops(
    identity: str, before: Judged, after: Judged | None, policy: DropPolicy
) -> Iterator[Verdict]:
    if after is None:
        yield from _gone(identity, before)
    elif before.agreement is not None and after.agreement is not None:
        yield from _left(identity, before, after, policy)


def _gone(identity: str, before: Judged) -> Iterator[Verdict]:
    message = f"{before.file} held the agreement `{identity}`; no file of the set has that id now"
    for old in before.verdicts.values():
        if old.outcome is not Outcome.NOT_APPLICABLE:
            what = Observation(identity, "id", message, Holds.NO, before.place)
            yield _dropped(old, identity, before.file, DropCause.GONE, (what,))


def _left(identity: str, before: Judged, after: Judged, policy: DropPolicy) -> Iterator[Verdict]:
    """Yield what is dropped of an agreement that is still there."""
    old, new = before.agreement, after.agreement
    assert old is not None and new is not None  # noqa: S101, PT018 - `_drops` has looked
    ended = ended_in_time(old, new, policy.as_of)
    restored = restore(old, new, policy.words, policy.as_of, ended=ended)
    as_before: Verdicts = {}
    if restored is not None:
        as_before = {one.rule.id: one for one in policy.evaluate(restored.agreement)}
    for rule, was in before.verdicts.items():
        now = after.verdicts.get(rule)
        if was.outcome is Outcome.NOT_APPLICABLE or (now and now.fails("low")):
            continue
        if restored is not None and _narrowed(as_before.get(rule), now):
            what = _lowered(identity, restored.lowered, old, new)
            yield _dropped(was, identity, after.file, DropCause.NARROWED, what)
        elif _looks_no_more(was, now) and not ended:
            what = _missing(identity, was, before)
            yield _dropped(was, identity, after.file, DropCause.MOOT, what)
    for facts, seen in (*_cut_term(identity, old, new, policy), *_emptied(identity, old, new)):
        worst = dataclasses.replace(facts, severity=_worst(before.verdicts.values()))
        judged = Verdict(identity, after.file, worst, Outcome.PASS)
        yield _dropped(judged, identity, after.file, DropCause.NARROWED, (seen,))


def _cut_term(
    identity: str, before: Agreement, after: Agreement, policy: DropPolicy
) -> Iterator[tuple[RuleFacts, Observation]]:
    for path, found in (("term.effective", put_off), ("term.ends", term_cut)):
        message = found(before, after, policy.as_of)
        if message is not None:
            yield TERM_CUT, Observation(identity, path, message, Holds.NO, before.locate(path))
            return


def _emptied(
    identity: str, before: Agreement, after: Agreement
) -> Iterator[tuple[RuleFacts, Observation]]:
    """Yield the first rota that names nobody any more: who stands behind it cannot be seen now.

    Members are not terms, so no signature shows it.
    """
    for name, rota in before.rotas.items():
        now = after.rotas.get(name)
        if isinstance(rota.members, tuple) and rota.members and now and now.rostered:
            message = f"rotas[{name}] named {', '.join(rota.members)}, and names nobody now"
            place = before.locate(f"{rota.path}.members")
            yield (
                ROTA_EMPTIED,
                Observation(identity, f"{rota.path}.members", message, Holds.NO, place),
            )
            return


def _worst(verdicts: Iterable[Verdict]) -> Severity:
    judged = (one for one in verdicts if one.outcome is not Outcome.NOT_APPLICABLE)
    severities = (one.rule.severity for one in judged)
    return min(severities, key=lambda one: one.weight, default=Severity.LOW)


def _narrowed(as_before: Verdict | None, now: Verdict | None) -> bool:
    """Say whether a rule would look at more, or find more wrong, without what was lowered."""
    if as_before is None or as_before.outcome is Outcome.NOT_APPLICABLE:
        return False
    if now is None or now.outcome is Outcome.NOT_APPLICABLE:
        return True
    if as_before.outcome is Outcome.ERROR:
        return now.outcome is not Outcome.ERROR
    return bool(_wrong(as_before) - _wrong(now) or _subjects(as_before) - _subjects(now))


def _wrong(verdict: Verdict) -> set[tuple[str, bool]]:
    """Return the subjects that do not hold, and of those that fail for certain that they do."""
    found = set()
    for item in verdict.observations:
        if item.holds is not Holds.YES:
            for subject in item.subjects:
                found |= {(subject, False), (subject, item.holds is Holds.NO)}
    return found


def _subjects(verdict: Verdict) -> set[str]:
    return {one for item in verdict.observations if not item.empty for one in item.subjects}


def _looks_no_more(was: Verdict, now: Verdict | None) -> bool:
    if now is None or now.outcome is Outcome.NOT_APPLICABLE:
        return True
    return now.outcome is Outcome.PASS and not _subjects(now) and bool(_subjects(was))


def _lowered(
    identity: str, lowered: Sequence[Lowered], before: Agreement, after: Agreement
) -> tuple[Observation, ...]:
    """Return where each lowered fact stood, and where it stands now."""
    return tuple(
        Observation(
            f"{identity}/{one.path}",
            one.path,
            f"{one} ({after.locate(one.path)})",
            Holds.NO,
            before.locate(one.path),
        )
        for one in lowered
    )


def _missing(identity: str, was: Verdict, before: Judged) -> tuple[Observation, ...]:
    place = next((item.location for item in was.observations if item.location), before.place)
    message = "what the rule asks about was taken out, and nothing refers to it"
    return (Observation(identity, "", message, Holds.NO, place),)


def _dropped(
    was: Verdict, identity: str, file: str, cause: DropCause, what: tuple[Observation, ...]
) -> Verdict:
    """Return the verdict in the place of one that is no longer reached."""
    return Verdict(
        agreement=identity,
        file=file,
        rule=was.rule,
        outcome=Outcome.DROPPED,
        reason=REASONS[cause],
        observations=what,
        drop=Drop(cause, fails=cause.serious),
    )


REASONS: Final = {
    DropCause.GONE: "dropped: the agreement is gone from the set",
    DropCause.NARROWED: "dropped: the agreement's own words exempt it now",
    DropCause.MOOT: "dropped: nothing that the rule asks about is left",
    DropCause.DRAFT: "dropped: the agreement was a draft",
}


def _excused(dropped: Verdict, before: Judged, policy: DropPolicy) -> Verdict:
    """Decide whether a drop fails the gate: a draft may go, and a release excuses."""
    assert dropped.drop is not None  # noqa: S101 - `_dropped` made it
    cause, reason = dropped.drop.cause, dropped.reason
    if before.agreement is not None and before.agreement.status == "draft":
        cause, reason = DropCause.DRAFT, REASONS[DropCause.DRAFT]
    framework = policy.frameworks.get(dropped.rule.pack)
    release = covering(policy.releases, dropped.agreement, dropped.rule, framework, policy.as_of)
    if release is not None:
        until = f"released until {release.expires} by {release.approved_by}: {release.because}"
        reason = f"{reason}; {until}"
    fails = cause in policy.failing and release is None
    return dataclasses.replace(dropped, reason=reason, drop=Drop(cause, fails, release))
