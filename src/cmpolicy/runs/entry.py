"""Whole runs, from what a caller asks to the result: behind the commands and the public API."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cmpolicy.errors import CmpolicyError
from cmpolicy.fleet import Evaluator
from cmpolicy.gate.members import Membership
from cmpolicy.policy import Config
from cmpolicy.pool import ANY, Crew
from cmpolicy.runs.policies import PolicyRequest, choose_policy
from cmpolicy.runs.running import CheckRequest, Progress, Run, run_check
from cmpolicy.runs.session import locate, open_snapshot
from cmpolicy.runs.touched import RevisionView, differing
from cmpolicy.snapshot import WorkTree, open_revision

if TYPE_CHECKING:
    from cmpolicy.compare import Comparison


@dataclass(frozen=True, slots=True)
class CheckArguments:
    """What a run of `check` is asked, as a command line says it."""

    paths: tuple[str, ...]
    policy: PolicyRequest
    fail_on: str | None = None
    rev: str | None = None
    staged: bool = False
    new_since: str | None = None
    crew: Crew = ANY
    progress: Progress = lambda judgements, _: judgements
    evidence: bool = True
    """The report holds the observations of what passes."""


def check(arguments: CheckArguments) -> tuple[Run, Path]:
    """Evaluate agreements; return the run, and the root that its paths are relative to.

    Raises:
        CmpolicyError: for what the user can correct: a path, the policy, git, time that is over.
    """
    place = locate(arguments.paths)
    new_since, crew = arguments.new_since, arguments.crew
    request = CheckRequest(
        place,
        arguments.policy,
        arguments.fail_on,
        crew,
        arguments.progress,
        arguments.evidence,
    )
    with ExitStack() as stack:
        snapshot = open_snapshot(place, stack, rev=arguments.rev, staged=arguments.staged)
        base = None if new_since is None else open_revision(place.root, new_since)
        if base is not None:
            stack.enter_context(base)
        judging = choose_policy(place, snapshot, arguments.policy, stack, new_since)
        run = run_check(request, snapshot, judging, base)
        if new_since is not None:
            _need_time(crew, new_since)
    return run, place.root


def _need_time(crew: Crew, new_since: str) -> None:
    """Raise an error where time was over before all was known of the earlier revision."""
    if crew.limit is not None and not crew.limit.left:
        message = f"{crew.limit} before what {new_since} showed was known"
        raise CmpolicyError(message, None, "give it more with --timeout, or --jobs")


def diff(base: str | None, head: str | None, policy: PolicyRequest, fail_on: str) -> Comparison:
    """Compare two revisions, a revision and the work tree, or two files.

    Args:
        base: a revision, a range of them, or a file; None: where the work left the default branch.
        head: a revision or a file; None: the work tree.
        policy: what judges both sides.
        fail_on: a level of `compare.FAIL_ON`.

    Raises:
        CmpolicyError: for what the user can correct.
    """
    if base and head and Path(base).is_file() and Path(head).is_file():
        return _diff_files(base, head, policy, fail_on)
    return _diff_revisions(base, head, policy, fail_on)


def _diff_revisions(
    base: str | None, head: str | None, asked: PolicyRequest, fail_on: str
) -> Comparison:
    from cmpolicy.runs.comparing import compare_revisions  # a check does not pay for comparing
    from cmpolicy.runs.sides import open_sides, policies_of

    place = locate(())
    with ExitStack() as stack:
        old, new = open_sides(place.root, base, head, stack)
        touched = differing(old, new)
        policies = policies_of(place, (old, new), touched, asked, stack)
        configs = [policies.judge.config] * 2
        if asked.policy_from is None:
            # Which files are agreements each side says itself, so that none slips out unseen.
            configs = [(policies.base or policies.head).config, policies.head.config]
        before, after = (
            RevisionView(
                Evaluator.of(snapshot, policies.judge, asked.as_of),
                Membership.of([config], place.here),
            )
            for snapshot, config in zip((old, new), configs, strict=True)
        )
        return compare_revisions((before, after), touched, policies, asked.as_of, fail_on)


def _diff_files(base: str, head: str, asked: PolicyRequest, fail_on: str) -> Comparison:
    from cmpolicy.runs.comparing import compare_files  # a check does not pay for comparing
    from cmpolicy.runs.sides import Policies

    places = [locate((path,)) for path in (base, head)]
    with ExitStack() as stack:
        judge = choose_policy(places[1], WorkTree(places[1].root), asked, stack).policy
        before, after = (
            RevisionView(
                Evaluator.of(WorkTree(place.root), judge, asked.as_of),
                Membership.of([Config()], ""),
            )
            for place in places
        )
        paths = places[0].paths[0], places[1].paths[0]
        policies = Policies(judge, judge, judge)
        return compare_files((before, after), paths, policies, asked.as_of, fail_on)
