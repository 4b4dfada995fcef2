"""A comparison, from two sides to everything that they differ in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cmpolicy import __version__
from cmpolicy.compare import (
    AGREEMENT,
    Change,
    Comparison,
    Edit,
    Effect,
    Found,
    Pair,
    Side,
    Turn,
    Turned,
    policy_changes,
    settle_pair,
)
from cmpolicy.errors import CmpolicyError, Location
from cmpolicy.fleet import Source, distinct
from cmpolicy.portfolio import Policy
from cmpolicy.runs.running import make_report
from cmpolicy.runs.sides import Policies
from cmpolicy.runs.touched import Looked, Sight, dependents, out_of_sight
from cmpolicy.runs.versions import data_versions
from cmpolicy.snapshot import Snapshot
from cmpolicy.verdict import Skipped, Verdict


@dataclass(frozen=True, slots=True)
class Agreements:
    """The agreements of a side that are compared, by their identity."""

    looked: Mapping[str, Looked]
    verdicts: Mapping[str, Mapping[str, Verdict]]
    """By identity and rule, with waivers applied."""

    @property
    def paths(self) -> dict[str, str]:
        """The identity of each file."""
        return {one.judgement.path: identity for identity, one in self.looked.items()}


def compare_revisions(
    sides: tuple[Sight, Sight],
    touched: frozenset[str],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    """Compare a revision with another one, or with the work tree, where their files differ.

    Raises:
        CmpolicyError: where neither side has any agreement.
    """
    touched |= frozenset(out_of_sight(sides))
    touched |= frozenset(dependents(sides, touched))
    looks = [_look(side, touched) for side in sides]
    twins = frozenset(_twins(sides, looks, touched))
    if twins:
        looks = [[*found, *_look(side, twins)] for side, found in zip(sides, looks, strict=True)]
    if not any(looks):
        _refuse_nothing(sides)
    old, new = (_agreements(found, policies.judge, as_of) for found in looks)
    return _conclude(sides, _aliased(old, new), policies, as_of, fail_on)


def compare_files(
    sides: tuple[Sight, Sight],
    sources: tuple[str, str],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    """Compare two files, whatever ids their agreements have.

    Raises:
        CmpolicyError: where one of them is no agreement.
    """
    looks = []
    for side, path in zip(sides, sources, strict=True):
        looked = side.look(Source(path, named=True))
        if looked is None:
            raise CmpolicyError(f"`{path}` is no agreement", Location(path), "name two agreements")
        looks.append(_agreements([looked], policies.judge, as_of))
    return _conclude(sides, _as_one(*looks), policies, as_of, fail_on)


def _look(side: Sight, paths: Iterable[str]) -> list[Looked]:
    """Judge those of the files that are there and looked at."""
    there = set(side.snapshot.paths())
    found = []
    for path in sorted(paths):
        source = side.source(path) if path in there else None
        looked = side.look(source) if source else None
        if looked is not None:
            found.append(looked)
    return found


def _twins(
    sides: tuple[Sight, Sight], looks: list[list[Looked]], touched: frozenset[str]
) -> Iterator[str]:
    """Yield the files that did not change and have an id that came with the change."""
    old, new = ({one.agreement.id for one in found if one.agreement} for found in looks)
    yield from sides[1].holding((identity.encode() for identity in new - old), touched)


def _refuse_nothing(sides: tuple[Sight, Sight]) -> None:
    for side in reversed(sides):
        if any(source.named or side.kind(source.path) == "Agreement" for source in side.sources()):
            return
    raise CmpolicyError(
        f"there is no agreement under `{sides[1].here or '.'}` on either side",
        None,
        "an agreement is a *.yaml file that says `apiVersion: cmpolicy/v1` and `kind: Agreement`",
    )


def _agreements(found: Iterable[Looked], judge: Policy, as_of: date) -> Agreements:
    """Give each its identity, and apply waivers."""
    taken: dict[str, str] = {}
    looked: dict[str, Looked] = {}
    for one in sorted(found, key=lambda one: one.judgement.path):
        judgement = distinct(one.judgement, taken, judge)
        agreement = None if judgement.broken else one.agreement
        looked[judgement.identity] = Looked(judgement, agreement)
    judgements = [one.judgement for one in looked.values()]
    report = make_report(judgements, judge, as_of, None, None)
    verdicts: dict[str, dict[str, Verdict]] = {identity: {} for identity in looked}
    for verdict in report.verdicts:
        verdicts[verdict.agreement][verdict.rule.id] = verdict
    return Agreements(looked, verdicts)


def _aliased(old: Agreements, new: Agreements) -> tuple[Agreements, Agreements]:
    """Let a file whose id cannot be read go by the one that it has on the other side."""
    return _named_as(old, new), _named_as(new, old)


def _named_as(own: Agreements, other: Agreements) -> Agreements:
    names = {}
    for identity, one in own.looked.items():
        alias = other.paths.get(one.judgement.path, identity)
        lost = one.judgement.broken and identity == one.judgement.path
        names[identity] = alias if lost and alias not in own.looked else identity
    return _renamed(own, names)


def _as_one(old: Agreements, new: Agreements) -> tuple[Agreements, Agreements]:
    (before,), (after,) = old.looked, new.looked
    return _renamed(old, {before: after}), new


def _renamed(own: Agreements, names: Mapping[str, str]) -> Agreements:
    return Agreements(
        {names[identity]: one for identity, one in own.looked.items()},
        {names[identity]: rules for identity, rules in own.verdicts.items()},
    )


def _conclude(
    sides: tuple[Sight, Sight],
    agreements: tuple[Agreements, Agreements],
    policies: Policies,
    as_of: date,
    fail_on: str,
) -> Comparison:
    old, new = agreements
    skipped = [policies.because] if policies.because else []
    found: list[Found] = []
    frameworks = {pack.id: pack.framework for pack in policies.judge.packs}
    for identity in sorted(old.looked.keys() | new.looked.keys()):
        before, after = old.looked.get(identity), new.looked.get(identity)
        if before is not None and before.judgement.broken:
            skipped.append(Skipped(before.judgement.path, f"on the base side: {_why(before)}"))
            continue
        verdicts = old.verdicts.get(identity, {}), new.verdicts.get(identity, {})
        found.append(
            settle_pair(_pair(identity, before, after, verdicts, sides[1]), as_of, frameworks)
        )
    changes = [change for one in found for change in one.changes]
    if policies.base is not None and policies.base is not policies.head:
        changes += policy_changes(policies.base, policies.head, as_of)
    turned = {kind: _sorted(one.turned[kind] for one in found) for kind in Turn}
    return Comparison(
        version=__version__,
        as_of=as_of,
        base=_side(sides[0].snapshot),
        head=_side(sides[1].snapshot),
        packs=tuple(pack.facts for pack in policies.judge.facts()),
        data=data_versions(),
        fail_on=fail_on,
        changes=tuple(sorted(changes, key=lambda change: change.sort_key)),
        newly_failing=turned[Turn.NEWLY_FAILING],
        fixed=turned[Turn.FIXED],
        no_longer_checked=turned[Turn.NO_LONGER_CHECKED],
        not_compared=tuple(skipped),
        titles=_titles(agreements),
    )


def _titles(sides: Iterable[Agreements]) -> dict[str, str]:
    """Return the titles of the agreements by their ids, those of the last side first."""
    return {
        identity: one.judgement.title
        for side in sides
        for identity, one in side.looked.items()
        if one.judgement.title
    }


def _sorted(turned: Iterable[tuple[Turned, ...]]) -> tuple[Turned, ...]:
    every = (one for some in turned for one in some)
    return tuple(
        sorted(every, key=lambda one: (one.verdict.rule.severity.weight, one.verdict.sort_key))
    )


def _side(snapshot: Snapshot) -> Side:
    return Side(snapshot.label, snapshot.commit)


def _why(looked: Looked) -> str:
    told = (item for verdict in looked.judgement.verdicts for item in verdict.observations)
    return next((f"{item.message} ({item.location})" for item in told), "it cannot be read")


def _pair(
    identity: str,
    before: Looked | None,
    after: Looked | None,
    verdicts: tuple[Mapping[str, Verdict], Mapping[str, Verdict]],
    head: Sight,
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
    edit = Edit(path, was, now, place if before else None, place if after else None)
    change = Change(identity, AGREEMENT, identity, effect, was, now, (edit,))
    return Pair(None, None, old, new, change)


def _called(looked: Looked) -> str:
    agreement = looked.agreement
    return f"{agreement.title}, version {agreement.version}" if agreement else "cannot be read"
