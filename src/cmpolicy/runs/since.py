"""`--new-since`: what an earlier revision showed already, found again by the agreements' ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.baseline import mark_known
from cmpolicy.compare import Effect, compare
from cmpolicy.compare.linking import Links
from cmpolicy.document import read
from cmpolicy.fleet import Bench, judge_all, workers
from cmpolicy.pool import ANY, Crew
from cmpolicy.portfolio import Policy
from cmpolicy.runs.running import make_report
from cmpolicy.runs.session import Place, sources_of
from cmpolicy.snapshot import Snapshot
from cmpolicy.verdict import Report, Verdict

HARMLESS = (Effect.STRENGTHENED, Effect.NEUTRAL)


def report_since(
    place: Place,
    sides: tuple[Snapshot, Snapshot],
    policies: tuple[Policy, Policy],
    report: Report,
    jobs: Crew = ANY,
) -> Report:
    """Return the report with what the earlier revision showed already marked as known.

    Every agreement of that revision is looked for, by its id: a file that was renamed since is
    no new one.

    Args:
        place: where the command was called.
        sides: the earlier revision, and what the report is about.
        policies: by which each of them is judged.
        report: of the later side.
        jobs: processes to judge with.
    """
    before, after = (
        Bench.of(snapshot, policy, report.as_of)
        for snapshot, policy in zip(sides, policies, strict=True)
    )
    everything = dataclasses.replace(place, paths=())
    asked, _ = sources_of(everything, before.snapshot, before.policy)
    sources = {source.path: source for found in asked.values() for source in found}
    earlier = make_report(
        tuple(judge_all(before, sources.values(), workers(len(sources), jobs))),
        before.policy,
        report.as_of,
        report.fail_on,
        before.snapshot.commit,
    )
    return mark_known(report, earlier, _worsening(before, after, report.as_of))


def _worsening(before: Bench, after: Bench, as_of: date) -> Callable[[Verdict, Verdict], bool]:
    """Return what says whether a change made worse what a rule found wrong already."""
    packs = (*before.policy.packs, *after.policy.packs)
    frameworks = {pack.id: pack.framework for pack in packs}
    links: dict[tuple[str, str], Links] = {}

    def worse(old: Verdict, new: Verdict) -> bool:
        key = old.file, new.file
        if key not in links:
            sides = (_load(before, old.file), _load(after, new.file))
            changes = compare(*sides, as_of)
            links[key] = Links.of(changes, frameworks)
        behind = links[key].behind(old, new)
        # What no change explains counts as worse: nothing bad may pass as known.
        return not behind or any(
            links[key].changes[number].effect not in HARMLESS for number in behind
        )

    return worse


def _load(bench: Bench, path: str) -> Agreement:
    return bench.load(read(bench.snapshot.read(path), path))
