"""The agreements of two sides, found again on the other one by their identity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cmpolicy.errors import Location
from cmpolicy.evaluate import evaluate
from cmpolicy.fleet import distinct
from cmpolicy.gate.dropping import DropPolicy, Judged, with_drops
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.runs.reporting import make_report
from cmpolicy.runs.touched import EvaluatedFile
from cmpolicy.verdict import DropCause, Verdict


@dataclass(frozen=True, slots=True)
class Agreements:
    """The agreements of a side that are compared, by their identity."""

    files: Mapping[str, EvaluatedFile]
    verdicts: Mapping[str, Mapping[str, Verdict]]
    """By identity and rule."""

    @classmethod
    def of(
        cls,
        found: Iterable[EvaluatedFile],
        policy: EffectivePolicy,
        as_of: date,
        had: Callable[[str, str], bool] = lambda *_: False,
        *,
        waived: bool = True,
    ) -> Agreements:
        """Give each its identity, and apply waivers where that is asked."""
        by_path = {one.judgement.path: one for one in found}
        judgements = distinct((by_path[path].judgement for path in sorted(by_path)), policy, had)
        files = {
            one.identity: EvaluatedFile(one, None if one.broken else by_path[one.path].agreement)
            for one in judgements
        }
        report = make_report(judgements, policy, as_of, None, None, waived=waived)
        verdicts: dict[str, dict[str, Verdict]] = {identity: {} for identity in files}
        for verdict in report.verdicts:
            verdicts[verdict.agreement][verdict.rule.id] = verdict
        return cls(files, verdicts)

    @property
    def paths(self) -> dict[str, str]:
        """The identity of each file."""
        return {one.judgement.path: identity for identity, one in self.files.items()}

    def renamed(self, names: Mapping[str, str]) -> Agreements:
        """Return the agreements by other identities; those not named keep theirs."""
        return Agreements(
            {names.get(identity, identity): one for identity, one in self.files.items()},
            {names.get(identity, identity): rules for identity, rules in self.verdicts.items()},
        )

    def judged(self, identity: str) -> Judged | None:
        """Return an agreement as the gate looks at it; None where there is none."""
        one = self.files.get(identity)
        if one is None:
            return None
        judgement = one.judgement
        place = judgement.place or Location(judgement.path)
        return Judged(judgement.path, one.agreement, self.verdicts.get(identity, {}), place)


def paired(old: Agreements, new: Agreements) -> tuple[Agreements, Agreements]:
    """Let each agreement go by one identity on both sides.

    It is found by its id, by the id that it had (`formerly`), and where its id cannot be read by
    its path.
    """
    names = dict(_former(old, new))
    old = old.renamed(names)
    return _by_path(old, new), _by_path(new, old)


def _former(old: Agreements, new: Agreements) -> Iterator[tuple[str, str]]:
    for identity, one in new.files.items():
        former = one.judgement.formerly
        if former is None or former in new.files or identity in old.files:
            continue
        if former in old.files:
            yield former, identity


def _by_path(own: Agreements, other: Agreements) -> Agreements:
    names = {}
    for identity, one in own.files.items():
        alias = other.paths.get(one.judgement.path, identity)
        lost = one.judgement.broken and identity == one.judgement.path
        if lost and alias not in own.files:
            names[identity] = alias
    return own.renamed(names)


def drop_policy(policy: EffectivePolicy, as_of: date) -> DropPolicy:
    """Return what decides on drops in a run."""
    failing = (DropCause(cause) for cause, what in policy.config.dropped.items() if what == "fail")
    return DropPolicy(
        as_of=as_of,
        evaluate=lambda agreement: evaluate(
            agreement, agreement.document.file, policy.packs_for(agreement.frameworks), as_of
        ),
        words=policy.words,
        releases=policy.releases,
        frameworks={pack.id: pack.framework for pack in policy.packs},
        failing=frozenset((*failing, *(cause for cause in DropCause if cause.serious))),
    )


def verdicts_with_drops(
    identity: str, sides: tuple[Agreements, Agreements], policy: DropPolicy
) -> Mapping[str, Verdict]:
    """Return the verdicts of the later side on an agreement, what was dropped among them."""
    before, after = (side.judged(identity) for side in sides)
    if before is None:
        return {} if after is None else after.verdicts
    return with_drops(identity, before, after, policy)
