"""`--new-since`: what a change makes new or worse, and what it drops.

Only what the change touches is judged in the earlier revision: an agreement whose file, shared
files and records are the same there has the same verdicts, since one policy judges both sides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from cmpolicy.agreement import Agreement
from cmpolicy.compare import Effect, compare
from cmpolicy.compare.edits import edits
from cmpolicy.compare.linking import Links
from cmpolicy.document import read
from cmpolicy.errors import DocumentError, Location
from cmpolicy.exemptions import ReleaseState
from cmpolicy.fleet import Evaluator, FileResult, judge_all, workers
from cmpolicy.gate.known import Worse, since
from cmpolicy.gate.members import CandidateFile, Membership
from cmpolicy.gate.notices import not_judged
from cmpolicy.gate.renaming import under_new_ids
from cmpolicy.releases import states_of
from cmpolicy.runs.claims import claimants, holder_in
from cmpolicy.runs.merging import policy_report
from cmpolicy.runs.pairing import Agreements, drop_policy, paired, verdicts_with_drops
from cmpolicy.runs.policies import Judging
from cmpolicy.runs.retiring import only_of_what_is_gone
from cmpolicy.runs.running import CheckRequest
from cmpolicy.runs.touched import EvaluatedFile, RevisionView, differing
from cmpolicy.snapshot import Revision
from cmpolicy.text_edit import TextEdit
from cmpolicy.verdict import Holds, Report, Verdict

_Of = TypeVar("_Of")
HARMLESS = (Effect.STRENGTHENED, Effect.NEUTRAL)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a change touches, on both sides."""

    base: RevisionView
    head: RevisionView
    old: Agreements
    """Of the earlier revision, by the identities of the later one; without waivers."""
    new: Agreements
    untouched: frozenset[str]
    """Identities of the agreements that are the same on both sides."""
    left: frozenset[str]
    """Identities of those that the change moves out of the set, though they are named."""


def report_since(
    request: CheckRequest,
    sides: tuple[Revision, Evaluator],
    judging: Judging,
    report: Report,
    judgements: Sequence[FileResult],
) -> Report:
    """Return the report as the gate looks at a change.

    Args:
        request: what is asked.
        sides: the earlier revision, and where the later side is judged.
        judging: the policy, which judges both sides.
        report: of the later side, with waivers applied.
        judgements: of the agreements of the later side.
    """
    change = _change(request, sides, judging, judgements)
    verdicts = _verdicts(change, request, judging, report)
    policy_edits, failing = policy_report(request, change.base, change.head, judging, report)
    return dataclasses.replace(
        report,
        since=True,
        verdicts=verdicts,
        edits=_edits(change, verdicts, report.fail_on),
        releases=_releases(verdicts, change, judging, report),
        policy_edits=policy_edits,
        fails_once_merged=failing,
        titles={**_titles(change.old, verdicts), **report.titles},
    )


def _verdicts(
    change: _Change, request: CheckRequest, judging: Judging, report: Report
) -> tuple[Verdict, ...]:
    """Return the verdicts as they count after the change, with what was dropped; sorted."""
    worse = _worsening(change, judging, report.as_of)
    drops = drop_policy(judging.policy, report.as_of)
    found = {
        identity: {
            rule: since(verdict, change.old.verdicts.get(identity, {}).get(rule), worse)
            for rule, verdict in verdicts.items()
        }
        for identity, verdicts in change.new.verdicts.items()
    }
    counted = dataclasses.replace(change.new, verdicts=found)
    result: list[Verdict] = [
        dataclasses.replace(verdict, known=verdict.fails("low"))
        for verdict in report.verdicts
        if verdict.agreement in change.untouched
    ]
    for identity in sorted(change.old.files.keys() | change.new.files.keys()):
        asked = identity in change.new.files or identity in change.left
        if asked or _in_scope(change.old.files[identity], request):
            result += verdicts_with_drops(identity, (change.old, counted), drops).values()
    result += _not_judged(report, change, judging)
    return tuple(sorted(result, key=lambda verdict: verdict.sort_key))


def _change(
    request: CheckRequest,
    sides: tuple[Revision, Evaluator],
    judging: Judging,
    judgements: Sequence[FileResult],
) -> _Change:
    """Judge in the earlier revision what the change touches."""
    revision, evaluator = sides
    place, policy = request.place, judging.policy
    head = RevisionView(evaluator, Membership.of(judging.configs, place.here))
    base = RevisionView(
        Evaluator.of(revision, policy, request.as_of), Membership.of([policy.config], place.here)
    )
    paths = differing(revision, evaluator.snapshot)
    there = {source.path: source for source in base.members.sources(revision)}
    same = [one for one in judgements if one.path in there and not _touched(one, paths)]
    kept = {one.path for one in same}
    moved = [one for one in judgements if one.path not in kept]
    own = {one.path for one in moved}
    wanted = {
        path
        for path in (paths | own) & there.keys()
        if path in own or not place.paths or _under(path, place.paths)
    }
    before = _judge(base, [there[path] for path in sorted(wanted)], request)
    if place.paths:
        # A file that moved into the paths is known by its id, wherever it was.
        before += claimants(base, moved, wanted)
    old, new = paired(
        Agreements.of(_loaded(base, before), policy, request.as_of, waived=False),
        Agreements.of(_loaded(head, moved), policy, request.as_of, holder_in(revision)),
    )
    new = _required_before(old, new, head)
    old = _under_new_ids(old, new, base, request.as_of)
    left = _left_the_set(old, new, head) if place.paths else frozenset()
    new = Agreements(_without(new.files, left), _without(new.verdicts, left))
    untouched = frozenset(one.identity for one in same)
    return _Change(base, head, old, new, untouched, left)


def _touched(judgement: FileResult, paths: frozenset[str]) -> bool:
    """Say whether an agreement may move with any of these files: its own, or one that it needs."""
    return judgement.broken or judgement.path in paths or judgement.needs.touched_by(paths)


def _judge(
    view: RevisionView, sources: Sequence[CandidateFile], request: CheckRequest
) -> list[FileResult]:
    count = workers(len(sources), request.crew)
    found = request.progress(judge_all(view.evaluator, sources, count), len(sources))
    return [one for one in found if one.counts]


def _loaded(view: RevisionView, judgements: Iterable[FileResult]) -> Iterator[EvaluatedFile]:
    """Yield the files that were judged, with their agreements where they can be read."""
    for one in judgements:
        yield EvaluatedFile(one, None if one.broken else _load(view, one.path))


def _load(view: RevisionView, path: str, former_path: str | None = None) -> Agreement | None:
    try:
        return view.evaluator.load(read(view.snapshot.read(path), path), former_path)
    except DocumentError:
        return None


def _required_before(old: Agreements, new: Agreements, head: RevisionView) -> Agreements:
    """Judge those whose file moved by what was required of them where they were."""
    files, verdicts = dict(new.files), dict(new.verdicts)
    for identity, one in new.files.items():
        before = old.files.get(identity)
        if before is None or one.agreement is None:
            continue
        if before.judgement.path == one.judgement.path:
            continue
        agreement = _load(head, one.judgement.path, before.judgement.path)
        if agreement is None or agreement.frameworks == one.agreement.frameworks:
            continue
        judgement = head.evaluator.evaluate_agreement(agreement)
        files[identity] = EvaluatedFile(judgement, agreement)
        verdicts[identity] = {verdict.rule.id: verdict for verdict in judgement.verdicts}
    return Agreements(files, verdicts)


def _left_the_set(old: Agreements, new: Agreements, head: RevisionView) -> frozenset[str]:
    """Return the agreements that are judged as their files are named, and else are no longer."""
    members = {source.path for source in head.members.sources(head.snapshot)}
    return frozenset(
        identity
        for identity, one in new.files.items()
        if identity in old.files and one.judgement.path not in members
    )


def _without(found: Mapping[str, _Of], left: frozenset[str]) -> dict[str, _Of]:
    return {identity: one for identity, one in found.items() if identity not in left}


def _under_new_ids(old: Agreements, new: Agreements, base: RevisionView, as_of: date) -> Agreements:
    """Let the rows of the earlier side go by the ids that they have now."""
    files, verdicts = dict(old.files), dict(old.verdicts)
    for identity, one in old.files.items():
        now = new.files.get(identity)
        if now is None or one.agreement is None or now.agreement is None:
            continue
        agreement = under_new_ids(one.agreement, now.agreement, base.evaluator.policy.words, as_of)
        if agreement is not None:
            judgement = dataclasses.replace(
                base.evaluator.evaluate_agreement(agreement), path=one.judgement.path
            )
            files[identity] = EvaluatedFile(judgement, agreement)
            verdicts[identity] = {verdict.rule.id: verdict for verdict in judgement.verdicts}
    return Agreements(files, verdicts)


def _worsening(change: _Change, judging: Judging, as_of: date) -> Worse:
    """Return what says whether a change made worse what a rule found wrong already."""
    frameworks = {pack.id: pack.framework for pack in judging.policy.packs}
    links: dict[str, Links | None] = {}

    def linked(identity: str) -> Links | None:
        if identity not in links:
            before, after = (side.files.get(identity) for side in (change.old, change.new))
            links[identity] = None
            if before and after and before.agreement and after.agreement:
                changes = compare(before.agreement, after.agreement, as_of)
                links[identity] = Links.of(changes, frameworks)
        return links[identity]

    def worse(old: Verdict, new: Verdict) -> bool:
        found = linked(new.agreement)
        if found is None:
            return True
        if _said_before(new, old):
            now = change.new.files[new.agreement].agreement
            behind = tuple(
                number
                for number in found.in_rows(old, new)
                if now is None or not only_of_what_is_gone(found.changes[number], now)
            )
        else:
            # The message holds the measure: the change moved what is wrong, for better or worse.
            behind = found.behind(old, new)
            if not behind:
                return True  # what no change explains counts as worse
        return any(found.changes[number].effect not in HARMLESS for number in behind)

    return worse


def _said_before(new: Verdict, old: Verdict) -> bool:
    """Say whether all that a rule finds wrong was said before, in the same words."""
    before = _said(old)
    found = _said(new)
    bad = (item for item in new.observations if item.holds is not Holds.YES)
    wrong = {subject for item in bad for subject in item.subjects}
    return all(found[subject] <= before.get(subject, frozenset()) for subject in wrong)


def _said(verdict: Verdict) -> dict[str, frozenset[str]]:
    """Return what is said of each cell, but for the words that name its case."""
    found: dict[str, frozenset[str]] = {}
    for item in verdict.observations:
        said = item.message.replace(item.where, "") if item.where else item.message
        for subject in item.subjects:
            found[subject] = found.get(subject, frozenset()) | {said}
    return found


def _edits(
    change: _Change, verdicts: Iterable[Verdict], fail_on: str
) -> dict[str, tuple[TextEdit, ...]]:
    """Return what was edited in each agreement that fails the gate."""
    found: dict[str, tuple[TextEdit, ...]] = {}
    for identity in sorted({one.agreement for one in verdicts if one.fails(fail_on)}):
        before, after = (side.files.get(identity) for side in (change.old, change.new))
        if before and after and before.agreement and after.agreement:
            every = edits(before.agreement, after.agreement)
            found[identity] = tuple(dict.fromkeys(edit.cause for edit in every))
    return found


def _in_scope(one: EvaluatedFile, request: CheckRequest) -> bool:
    paths = request.place.paths
    return not paths or _under(one.judgement.path, paths)


def _under(path: str, folders: Iterable[str]) -> bool:
    return any(not top or path == top or path.startswith(f"{top}/") for top in folders)


def _not_judged(report: Report, change: _Change, judging: Judging) -> Iterator[Verdict]:
    """Yield the failure of each agreement that is new and to which no rule applies."""
    config = judging.policy.config
    for identity in report.not_judged:
        one = change.new.files.get(identity)
        if one is None or identity in change.old.files:
            continue
        judgement = one.judgement
        if not config.may_stay_unjudged((judgement.path,)):
            yield not_judged(identity, judgement.place or Location(judgement.path))


def _releases(
    verdicts: Iterable[Verdict], change: _Change, judging: Judging, report: Report
) -> tuple[ReleaseState, ...]:
    used = (one.drop.release for one in verdicts if one.drop and one.drop.release)
    ids = {*change.old.files, *change.new.files, *change.untouched, *report.agreements}
    return states_of(judging.policy.releases, report.as_of, used, ids)


def _titles(old: Agreements, verdicts: Iterable[Verdict]) -> dict[str, str]:
    """Return the titles of the agreements that are gone."""
    named = {verdict.agreement for verdict in verdicts}
    return {
        identity: one.judgement.title
        for identity, one in old.files.items()
        if identity in named and one.judgement.title
    }
