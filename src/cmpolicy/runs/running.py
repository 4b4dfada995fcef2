"""Runs `check`: from paths to a report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmpolicy.errors import CmpolicyError, Location, Problem
from cmpolicy.fleet import Evaluator, FileResult, distinct, judge_all, workers
from cmpolicy.gate.members import CandidateFile, Membership, Role
from cmpolicy.gate.notices import missing
from cmpolicy.pool import ANY, Crew
from cmpolicy.runs.others import judge_other
from cmpolicy.runs.policies import Judging, PolicyRequest
from cmpolicy.runs.reporting import make_report
from cmpolicy.runs.session import Place, asked_sources
from cmpolicy.snapshot import Index, Revision, Snapshot
from cmpolicy.verdict import Report, Skipped

Progress = Callable[[Iterable[FileResult], int], Iterable[FileResult]]
"""Hands judgements on, and may show how many of how many there are."""


@dataclass(frozen=True, slots=True)
class Run:
    """A report, and what went wrong beside it with files that are not agreements."""

    report: Report
    errors: tuple[CmpolicyError, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a run of `check` is asked."""

    place: Place
    policy: PolicyRequest
    fail_on: str | None = None
    crew: Crew = ANY
    """The worker processes, and until when."""
    progress: Progress = lambda judgements, _: judgements
    evidence: bool = True
    """The report holds the observations of what passes."""

    @property
    def as_of(self) -> date:
        """The day of the run."""
        return self.policy.as_of


def run_check(
    request: CheckRequest, snapshot: Snapshot, judging: Judging, base: Revision | None = None
) -> Run:
    """Judge what the paths name, and make the report.

    Args:
        request: what is asked.
        snapshot: what is judged.
        judging: the policy.
        base: `--new-since`: only what is new or worse since can fail the gate.

    Raises:
        CmpolicyError: where a folder or glob matches no agreement.
    """
    place = request.place
    members = Membership.of(judging.configs, place.here)
    asked, called = asked_sources(place, snapshot, members)
    sources = {source.path: source for found in asked.values() for source in found}
    # What a change takes out of sight is seen by what the rules looked at, passing or not.
    evidence = request.evidence or base is not None
    evaluator = Evaluator.of(snapshot, judging.policy, request.as_of, evidence=evidence)
    if isinstance(snapshot, Index):
        sources |= _staged(evaluator, members, snapshot, place)
    count = workers(len(sources), request.crew)
    judgements = tuple(
        request.progress(judge_all(evaluator, sources.values(), count), len(sources))
    )
    _refuse_nothing(asked, called, judgements, changing=base is not None)
    others, errors = _others(judgements, sources, frozenset(asked), evaluator)
    agreements = distinct_in(judgements, evaluator, members, place, base)
    left_out = (one for one in snapshot.listing(members.enters).left_out if one.file not in sources)
    report = _report(request, judging, snapshot, agreements, (*left_out, *others))
    if base is not None:
        from cmpolicy.runs.since import report_since  # a hook does not pay for comparing

        report = report_since(request, (base, evaluator), judging, report, agreements)
    if not place.paths:
        report = _with_required(report, judging, agreements)
    return Run(report, (*errors, *_nothing_judged(report, judging, agreements)))


def _report(
    request: CheckRequest,
    judging: Judging,
    snapshot: Snapshot,
    agreements: Sequence[FileResult],
    skipped: Iterable[Skipped],
) -> Report:
    report = make_report(
        agreements, judging.policy, request.as_of, request.fail_on, snapshot.commit, skipped
    )
    return dataclasses.replace(report, origin=judging.origin)


def _staged(
    evaluator: Evaluator, members: Membership, index: Index, place: Place
) -> Mapping[str, CandidateFile]:
    from cmpolicy.runs.staged import staged_sources  # a run on the work tree does not pay
    from cmpolicy.runs.touched import RevisionView

    return staged_sources(RevisionView(evaluator, members.everywhere), index, place.paths)


def distinct_in(
    judgements: Sequence[FileResult],
    evaluator: Evaluator,
    members: Membership,
    place: Place,
    base: Revision | None,
) -> tuple[FileResult, ...]:
    """Return the judgements of agreements, none of which claims an id of another file."""
    agreements = [one for one in judgements if one.counts]
    if not place.paths and base is None:
        return distinct(agreements, evaluator.policy)
    from cmpolicy.runs.claims import claimants, holder_in  # without the laws of a change
    from cmpolicy.runs.touched import RevisionView

    before = base
    if before is None and isinstance(evaluator.snapshot, Index):
        before = evaluator.snapshot.before()
    own = frozenset(one.path for one in agreements)
    view = RevisionView(evaluator, members.everywhere)
    others = claimants(view, agreements, own) if place.paths else ()
    had = (lambda *_: False) if before is None else holder_in(before)
    found = distinct((*agreements, *others), evaluator.policy, had)
    return tuple(one for one in found if one.path in own or one.broken)


def _refuse_nothing(
    asked: Mapping[str, Sequence[CandidateFile]],
    called: str,
    judgements: Sequence[FileResult],
    *,
    changing: bool,
) -> None:
    """Refuse a folder or glob that matches no agreement; a change may have taken it out."""
    agreements = {judgement.path for judgement in judgements if judgement.counts}
    for name, sources in asked.items():
        by_name = any(source.path == name for source in sources)
        if by_name or changing or any(source.path in agreements for source in sources):
            continue
        raise CmpolicyError(
            f"the {called} `{name or '.'}` matches no agreement",
            None,
            "an agreement is a *.yaml file that says `apiVersion: cmpolicy/v1` "
            "and `kind: Agreement`",
        )


def _others(
    judgements: Sequence[FileResult],
    sources: Mapping[str, CandidateFile],
    asked: frozenset[str],
    evaluator: Evaluator,
) -> tuple[list[Skipped], tuple[CmpolicyError, ...]]:
    """Validate the files given by name that are of another kind, and say what was skipped."""
    skipped: list[Skipped] = []
    errors: list[CmpolicyError] = []
    for judgement in judgements:
        named = judgement.path in asked
        if judgement.counts or not (named or sources[judgement.path].role is Role.MEMBER):
            continue
        try:
            because = (
                judge_other(judgement.path, judgement.kind, evaluator)
                if named
                else f"other kind: {judgement.kind}"
            )
        except CmpolicyError as error:
            errors.append(error)
        else:
            skipped.append(Skipped(judgement.path, because))
    return skipped, tuple(errors)


def _with_required(report: Report, judging: Judging, agreements: Sequence[FileResult]) -> Report:
    """Add what `require` names and a run over the whole set did not meet."""
    require = judging.policy.config.require
    met = [((one.path,), name) for one in agreements for name in (one.identity, one.formerly)]
    errors, warnings = [], []
    for row in require.unmatched(met):
        if row.identity is not None:
            errors.append(missing(row.identity, row.location))
        else:
            message = f"`require`: `{row.key}` matches no agreement"
            warnings.append(Problem(message, row.location, "correct the glob, or take it out"))
    return dataclasses.replace(
        report,
        verdicts=tuple(sorted((*report.verdicts, *errors), key=lambda one: one.sort_key)),
        warnings=(*report.warnings, *warnings),
    )


def _nothing_judged(
    report: Report, judging: Judging, agreements: Sequence[FileResult]
) -> tuple[CmpolicyError, ...]:
    """Return the error of a run in which no rule applied to any agreement."""
    idle = set(report.not_judged)
    if not idle or len(idle) < len(report.agreements):
        return ()
    config = judging.policy.config
    if all(config.may_stay_unjudged((one.path,)) for one in agreements if one.identity in idle):
        return ()
    named = ", ".join(sorted(idle)[:3]) + (f" and {len(idle) - 3} more" if len(idle) > 3 else "")  # noqa: PLR2004
    return (
        CmpolicyError(
            f"nothing was judged: no rule applies to {named}",
            Location(agreements[0].path),
            "name a framework, say `model: co-managed`, require either in cmpolicy.yaml, or list "
            "the path under `allow_unjudged` there",
        ),
    )
