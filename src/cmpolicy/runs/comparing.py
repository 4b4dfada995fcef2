"""Runs a comparison of two sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cmpolicy import __version__
from cmpolicy.bundled import data_versions
from cmpolicy.compare import (
    AGREEMENT,
    Change,
    Comparison,
    Effect,
    Pair,
    PairResult,
    Side,
    TextEdit,
    Turned,
    VerdictTransition,
    compare_pair,
    policy_changes,
)
from cmpolicy.errors import CmpolicyError, Location
from cmpolicy.gate.kinds import AGREEMENT as KIND
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.runs.claims import holder_in
from cmpolicy.runs.pairing import Agreements, drop_policy, paired, verdicts_with_drops
from cmpolicy.runs.sides import Policies
from cmpolicy.runs.touched import EvaluatedFile, RevisionView, dependents, newly_out_of_scope
from cmpolicy.snapshot import Snapshot
from cmpolicy.snapshot.commits import commit_facts
from cmpolicy.verdict import Skipped, Verdict


def compare_revisions(
    sides: tuple[RevisionView, RevisionView],
    touched: frozenset[str],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    """Compare a revision with another one, or with the work tree, where their files differ.

    Raises:
        CmpolicyError: where neither side has any agreement.
    """
    touched |= frozenset(newly_out_of_scope(sides))
    touched |= frozenset(dependents(sides, touched))
    looks = [_look(side, touched) for side in sides]
    twins = frozenset(_twins(sides, looks, touched))
    if twins:
        looks = [[*found, *_look(side, twins)] for side, found in zip(sides, looks, strict=True)]
    if not any(looks):
        _refuse_nothing(sides)
    had = holder_in(sides[0].snapshot)
    old, new = (Agreements.of(found, policies.judge, as_of, had) for found in looks)
    return _conclude(sides, paired(old, new), policies, as_of, fail_on)


def compare_files(
    sides: tuple[RevisionView, RevisionView],
    sources: tuple[str, str],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    """Compare two files, whatever ids their agreements have.

    Raises:
        CmpolicyError: where one of them is not an agreement.
    """
    looks = []
    for side, path in zip(sides, sources, strict=True):
        found = side.evaluate(CandidateFile(path, Role.MEMBER))
        if found is None:
            message = f"`{path}` is not an agreement"
            raise CmpolicyError(message, Location(path), "name two agreements")
        looks.append(Agreements.of([found], policies.judge, as_of))
    old, new = looks
    (before,), (after,) = old.files, new.files
    return _conclude(sides, (old.renamed({before: after}), new), policies, as_of, fail_on)


def compare_evaluated(
    sides: tuple[RevisionView, RevisionView],
    pair: tuple[EvaluatedFile, EvaluatedFile],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    """Compare an agreement with what it would be, each judged already."""
    old, new = (Agreements.of([one], policies.judge, as_of) for one in pair)
    return _conclude(sides, (old, new), policies, as_of, fail_on)


def _look(side: RevisionView, paths: Iterable[str]) -> list[EvaluatedFile]:
    """Judge those of the files that belong to the set."""
    members = {source.path: source for source in side.members.sources(side.snapshot)}
    sources = (members[path] for path in sorted(paths) if path in members)
    return [one for source in sources if (one := side.evaluate(source)) is not None]


def _twins(
    sides: tuple[RevisionView, RevisionView],
    looks: list[list[EvaluatedFile]],
    touched: frozenset[str],
) -> Iterator[str]:
    """Yield the files that did not change and have an id that came with the change."""
    old, new = ({one.agreement.id for one in found if one.agreement} for found in looks)
    ids = (identity.encode() for identity in new - old)
    yield from (source.path for source in sides[1].holding(ids, touched))


def _refuse_nothing(sides: tuple[RevisionView, RevisionView]) -> None:
    for side in reversed(sides):
        for source in side.members.sources(side.snapshot):
            if source.role is Role.MEMBER or side.kind(source.path) == KIND:
                return
    raise CmpolicyError(
        f"there is no agreement under `{sides[1].members.searched or '.'}` on either side",
        None,
        "an agreement is a *.yaml file that says `apiVersion: cmpolicy/v1` and `kind: Agreement`",
    )


def _conclude(
    sides: tuple[RevisionView, RevisionView],
    agreements: tuple[Agreements, Agreements],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    old, new = agreements
    skipped = [policies.because] if policies.because else []
    found: list[PairResult] = []
    drops = drop_policy(policies.judge, as_of)
    for identity in sorted(old.files.keys() | new.files.keys()):
        before, after = old.files.get(identity), new.files.get(identity)
        if before is not None and before.judgement.broken:
            skipped.append(Skipped(before.judgement.path, f"on the base side: {_why(before)}"))
            continue
        now = verdicts_with_drops(identity, (old, new), drops)
        verdicts = old.verdicts.get(identity, {}), now
        pair = _pair(identity, before, after, verdicts, sides[1])
        found.append(compare_pair(pair, as_of, drops.frameworks))
    changes = [change for one in found for change in one.changes]
    if policies.base is not None and policies.base is not policies.head:
        changes += policy_changes(policies.base, policies.head, as_of)
    turned = {kind: _sorted(one.turned[kind] for one in found) for kind in VerdictTransition}
    return Comparison(
        version=__version__,
        as_of=as_of,
        base=_side(sides[0].snapshot),
        head=_side(sides[1].snapshot),
        packs=tuple(pack.facts for pack in policies.judge.facts()),
        data=data_versions(),
        fail_on=fail_on,
        changes=tuple(sorted(changes, key=lambda change: change.sort_key)),
        newly_failing=turned[VerdictTransition.NEWLY_FAILING],
        fixed=turned[VerdictTransition.FIXED],
        dropped=turned[VerdictTransition.DROPPED],
        not_compared=tuple(skipped),
        titles=_titles(agreements),
    )


def _titles(sides: Iterable[Agreements]) -> dict[str, str]:
    """Return the titles of the agreements by their ids, those of the last side first."""
    return {
        identity: one.judgement.title
        for side in sides
        for identity, one in side.files.items()
        if one.judgement.title
    }


def _sorted(turned: Iterable[tuple[Turned, ...]]) -> tuple[Turned, ...]:
    every = (one for some in turned for one in some)
    return tuple(
        sorted(every, key=lambda one: (one.verdict.rule.severity.weight, one.verdict.sort_key))
    )


def _side(snapshot: Snapshot) -> Side:
    if snapshot.commit is None:
        return Side(snapshot.label, None)
    found = commit_facts(snapshot.root, [snapshot.commit])[snapshot.commit]
    return Side(snapshot.label, snapshot.commit, found.day, found.subject)


def _why(files: EvaluatedFile) -> str:
    observations = (item for verdict in files.judgement.verdicts for item in verdict.observations)
    return next((f"{item.message} ({item.location})" for item in observations), "it cannot be read")


def _pair(
    identity: str,
    before: EvaluatedFile | None,
    after: EvaluatedFile | None,
    verdicts: tuple[Mapping[str, Verdict], Mapping[str, Verdict]],
    head: RevisionView,
) -> Pair:
    """Make the pair of an agreement, with what to say where one side has none to compare."""
    old, new = verdicts
    if before and after and after.agreement:
        return Pair(before.agreement, after.agreement, old, new)
    was = _called(before) if before else None
    effect = Effect.WEAKENED
    path = next(one.judgement.path for one in (after, before) if one)
    if after is not None and after.agreement is None:
        now = f"cannot be read: {_why(after)}"
    elif after is not None:
        now, effect = _called(after), Effect.STRENGTHENED
    elif head.snapshot.is_file(path):
        now = "no longer among the agreements that are checked"
    else:
        now = None
    place = Location(path)
    edit = TextEdit(path, was, now, place if before else None, place if after else None)
    change = Change(identity, AGREEMENT, identity, effect, was, now, (edit,))
    return Pair(None, None, old, new, change)


def _called(files: EvaluatedFile) -> str:
    agreement = files.agreement
    return f"{agreement.title}, version {agreement.version}" if agreement else "cannot be read"
