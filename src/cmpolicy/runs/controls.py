"""One run of `controls`: only the rules and the agreements of one framework are evaluated."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

from cmpolicy.agreement import Agreement, FrameworkScope
from cmpolicy.controls import ControlsReport, Entry, contracts, said, standings
from cmpolicy.controls.results import is_mapped
from cmpolicy.errors import CmpolicyError, GitError
from cmpolicy.fleet import Evaluator, FileResult, workers
from cmpolicy.framework import Framework
from cmpolicy.gate.kinds import AGREEMENT
from cmpolicy.gate.members import CandidateFile, Membership
from cmpolicy.nearest import nearest
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.pool import ANY, Crew, spread
from cmpolicy.runs.policies import PolicyRequest, load_from
from cmpolicy.runs.reporting import make_report
from cmpolicy.runs.running import distinct_in
from cmpolicy.runs.session import Place, asked_sources
from cmpolicy.runs.touched import differing
from cmpolicy.snapshot import Snapshot, WorkTree, open_revision
from cmpolicy.unknown import UNKNOWN

Shown = tuple[FileResult, Entry]
"""What became of a file, and what it says besides."""
Progress = Callable[[Iterable[Shown], int], Iterable[Shown]]
"""Hands results on, and may show how many of how many there are."""
_NOTHING: Final = Entry()


@dataclass(frozen=True, slots=True)
class ControlsRequest:
    """What a run of `controls` is asked."""

    place: Place
    policy: PolicyRequest
    framework: str
    crew: Crew = ANY
    """The worker processes."""
    progress: Progress = lambda found, _: found


@dataclass(frozen=True, slots=True)
class _Job:
    """What every process needs: where to judge, and the framework."""

    evaluator: Evaluator
    framework: str
    asks: str
    """The fact of an agreement's entry that says which controls are in scope."""
    contracts: frozenset[str]
    """The kinds of documents that hold terms of the framework."""


def run_controls(request: ControlsRequest, snapshot: Snapshot) -> ControlsReport:
    """Evaluate what a framework needs, and return the state of its controls.

    Raises:
        CmpolicyError: where there is no such framework, or no agreement held to it.
    """
    policy = load_from(request.place, snapshot, request.policy)
    framework = _framework(policy, request.framework)
    policy = narrowed(policy, framework)
    as_of = request.policy.as_of
    evaluator = Evaluator.of(snapshot, policy, as_of)
    members = Membership.of([policy.config], request.place.here)
    asked, _ = asked_sources(request.place, snapshot, members)
    sources = {source.path: source for found in asked.values() for source in found}
    kinds = frozenset(one.term_of for one in framework.controls.values() if one.term_of)
    job = _Job(evaluator, framework.id, framework.scope.asks, kinds)
    shown = tuple(request.progress(_show_all(job, sources.values(), request.crew), len(sources)))
    entries = {judgement.path: entry for judgement, entry in shown}
    agreements = [judgement for judgement, _ in shown if judgement.counts]
    judged = distinct_in(agreements, evaluator, members, request.place, None)
    held = [one for one in judged if _is_held(one, framework.id, policy)]
    if not held:
        hint = "name it under `frameworks`, or under `require` in cmpolicy.yaml"
        raise CmpolicyError(f"no agreement here is held to `{framework.id}`", None, hint)
    report = make_report(held, _with_rules(policy), as_of, None, _commit(snapshot, held))
    found = {
        one.identity: dataclasses.replace(entries[one.path], file=one.path, broken=one.broken)
        for one in held
    }
    return ControlsReport(framework, report, standings(report, framework, found))


def _framework(policy: EffectivePolicy, name: str) -> Framework:
    if name not in policy.frameworks:
        guess = nearest(name, tuple(policy.frameworks))
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(policy.frameworks)}"
        raise CmpolicyError(f"there is no framework `{name}`", None, hint)
    return policy.frameworks[name]


def narrowed(policy: EffectivePolicy, framework: Framework) -> EffectivePolicy:
    """Return the policy with only the rules that judge a control of a framework, of any pack."""
    return dataclasses.replace(
        policy,
        packs=tuple(
            dataclasses.replace(
                pack, rules=tuple(rule for rule in pack.rules if is_mapped(rule.facts, framework))
            )
            for pack in policy.packs
        ),
        disabled=tuple(
            one for one in policy.disabled if one.facts and is_mapped(one.facts, framework)
        ),
    )


def _with_rules(policy: EffectivePolicy) -> EffectivePolicy:
    """Leave out the packs that judged nothing: a report names those that did."""
    return dataclasses.replace(policy, packs=tuple(pack for pack in policy.packs if pack.rules))


def _show_all(job: _Job, sources: Iterable[CandidateFile], asked: Crew) -> Iterable[Shown]:
    """Yield what each file shows, in the order of the paths, whatever process judged it."""
    ordered = sorted(sources, key=lambda source: source.path)
    crew = workers(len(ordered), asked)
    if crew.alone:
        return map(_start(job), ordered)
    # Without a time limit no item is left undone.
    return (one for one in spread(_start, job, ordered, crew) if one is not None)


def _start(job: _Job) -> Callable[[CandidateFile], Shown]:
    """Return what a worker process does with each file."""
    return partial(_show, job)


def _show(job: _Job, source: CandidateFile) -> Shown:
    parsed = job.evaluator.parse(source)
    if parsed.kind == AGREEMENT and not job.evaluator.names(parsed, job.framework):
        return job.evaluator.passed_over(parsed), _NOTHING
    opened = job.evaluator.build(parsed)
    judgement = job.evaluator.evaluate_parsed(opened)
    agreement = opened.agreement
    scope = agreement.frameworks.get(job.framework) if agreement else None
    if agreement is None or scope is None:
        return judgement, _NOTHING
    return judgement, _entry(agreement, scope, judgement, job)


def _entry(agreement: Agreement, scope: FrameworkScope, judgement: FileResult, job: _Job) -> Entry:
    paths = {item.path for verdict in judgement.verdicts for item in verdict.observations}
    named = agreement.document.value.get("frameworks", {})
    unknown = isinstance(named, dict) and named.get(job.framework) == UNKNOWN.value
    return Entry(
        facts={job.asks: UNKNOWN, **scope.facts} if unknown else scope.facts,
        starts=scope.starts,
        said=said(agreement, paths, job.evaluator.as_of),
        contracts=contracts(agreement, job.contracts, job.evaluator.as_of),
    )


def _is_held(one: FileResult, framework: str, policy: EffectivePolicy) -> bool:
    """Say whether an agreement is held to a framework; one that cannot be read, by its errors."""
    if one.broken:
        packs = {pack.id for pack in policy.packs if pack.framework == framework}
        return any(verdict.rule.pack in packs for verdict in one.verdicts)
    return framework in one.scopes


def _commit(snapshot: Snapshot, held: Sequence[FileResult]) -> str | None:
    """Return the commit that says what was judged: also of a work tree in which all of it is."""
    if not isinstance(snapshot, WorkTree):
        return snapshot.commit
    records = frozenset[str]().union(*(one.needs.records for one in held))
    with ExitStack() as stack:
        try:
            head = stack.enter_context(open_revision(snapshot.root, "HEAD"))
            changed = differing(head, snapshot)
        except GitError:
            return None
        if any(path.endswith((".yaml", ".yml")) or path in records for path in changed):
            return None
        return head.commit
