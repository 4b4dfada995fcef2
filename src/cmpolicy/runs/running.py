"""One run of `check`: from paths to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cmpolicy import __version__
from cmpolicy.errors import CmpolicyError, Problem
from cmpolicy.fleet import Bench, Judgement, Source, judge_all, workers
from cmpolicy.pool import ANY, Crew
from cmpolicy.portfolio import Policy
from cmpolicy.runs.others import judge_other
from cmpolicy.runs.session import Place, sources_of
from cmpolicy.runs.versions import data_versions
from cmpolicy.snapshot import Index, Snapshot
from cmpolicy.verdict import Report, Skipped, Verdict
from cmpolicy.waivers import apply_waivers

DEFAULT_FAIL_ON: Final = "low"
Progress = Callable[[Iterable[Judgement], int], Iterable[Judgement]]
"""Hands judgements on, and may show how many of how many there are."""


@dataclass(frozen=True, slots=True)
class Run:
    """A report, and what went wrong beside it with files that are no agreements."""

    report: Report
    errors: tuple[CmpolicyError, ...] = ()


def run_check(
    place: Place,
    snapshot: Snapshot,
    policy: Policy,
    as_of: date,
    fail_on: str | None,
    jobs: Crew = ANY,
    progress: Progress = lambda judgements, _: judgements,
) -> Run:
    """Judge what the paths name, and make the report.

    Raises:
        CmpolicyError: where a folder or glob matches no agreement.
    """
    asked, called = sources_of(place, snapshot, policy)
    sources = {source.path: source for found in asked.values() for source in found}
    bench = Bench.of(snapshot, policy, as_of)
    if isinstance(snapshot, Index):
        from cmpolicy.runs.staged import staged_sources  # a run on the work tree does not pay
        from cmpolicy.runs.touched import Sight

        sources |= staged_sources(Sight(bench, policy.config, ""), snapshot, place.paths)
    crew = workers(len(sources), jobs)
    judgements = tuple(progress(judge_all(bench, sources.values(), crew), len(sources)))
    _refuse_nothing(asked, called, judgements)
    named = frozenset(path for path, source in sources.items() if source.named or path in asked)
    skipped, errors = _others(judgements, named, bench)
    report = make_report(
        judgements, policy, as_of, fail_on, snapshot.commit, (*snapshot.notices, *skipped)
    )
    return Run(report, errors)


def make_report(
    judgements: Sequence[Judgement],
    policy: Policy,
    as_of: date,
    fail_on: str | None,
    commit: str | None,
    skipped: Iterable[Skipped] = (),
) -> Report:
    """Put the judgements of a run together, with waivers applied."""
    verdicts: list[Verdict] = [verdict for each in judgements for verdict in each.verdicts]
    warnings: list[Problem] = [*policy.warnings]
    warnings += [warning for each in judgements for warning in each.warnings]
    report = Report(
        version=__version__,
        as_of=as_of,
        packs=tuple(pack.facts for pack in policy.facts()),
        data=data_versions(),
        commit=commit,
        fail_on=fail_on or policy.config.fail_on or DEFAULT_FAIL_ON,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.sort_key)),
        disabled=policy.disabled,
        skipped=tuple(sorted(skipped, key=lambda entry: (entry.file, entry.because))),
        warnings=tuple(dict.fromkeys(warnings)),
        titles={each.identity: each.title for each in judgements if each.title},
    )
    return apply_waivers(report, policy.waivers)


def _refuse_nothing(
    asked: dict[str, list[Source]], called: str, judgements: Sequence[Judgement]
) -> None:
    kinds = {judgement.path: judgement.kind for judgement in judgements}
    for name, sources in asked.items():
        by_name = [source for source in sources if source.path == name]
        if not by_name and not any(kinds[source.path] == "Agreement" for source in sources):
            raise CmpolicyError(
                f"the {called} `{name or '.'}` matches no agreement",
                None,
                "an agreement is a *.yaml file that says `apiVersion: cmpolicy/v1` "
                "and `kind: Agreement`",
            )


def _others(
    judgements: Sequence[Judgement], named: frozenset[str], bench: Bench
) -> tuple[list[Skipped], tuple[CmpolicyError, ...]]:
    """Validate the files given by name that are of another kind, and tell what was skipped."""
    skipped: list[Skipped] = []
    errors: list[CmpolicyError] = []
    for judgement in judgements:
        if judgement.kind == "Agreement" or judgement.path not in named:
            continue
        try:
            because = judge_other(judgement.path, judgement.kind, bench)
        except CmpolicyError as error:
            errors.append(error)
        else:
            skipped.append(Skipped(judgement.path, because))
    return skipped, tuple(errors)
