"""`cmpolicy check`: evaluate agreements and report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import click

from cmpolicy import __version__
from cmpolicy.cli import options, show
from cmpolicy.cli.others import judge_other
from cmpolicy.cli.output import colour_wanted, width, write_file, write_out
from cmpolicy.cli.session import Place, locate, policy_of, sources_of
from cmpolicy.cli.versions import data_versions
from cmpolicy.errors import CmpolicyError, Problem
from cmpolicy.fleet import Bench, Judgement, Source, judge_all
from cmpolicy.portfolio import Policy
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.reporters.junit import FLAVORS
from cmpolicy.snapshot import Snapshot, WorkTree
from cmpolicy.verdict import FAIL_ON, Report, Skipped, Verdict
from cmpolicy.waivers import apply_waivers

DEFAULT_FAIL_ON = "low"


@dataclass(frozen=True, slots=True)
class Run:
    """A report, and what went wrong beside it with files that are no agreements."""

    report: Report
    errors: tuple[CmpolicyError, ...] = ()


class ReportTo(click.ParamType[tuple[str, str]]):
    """`FORMAT=PATH`."""

    name = "format=path"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first equals sign."""
        if isinstance(value, tuple):
            return value
        name, sign, path = value.partition("=")
        if not sign or not path or name not in REPORTERS:
            known = ", ".join(REPORTERS)
            self.fail(f"{value!r}: write it as FORMAT=PATH, with one of {known}", param, ctx)
        return name, path


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@options.packs
@options.as_of
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="The least severity that fails the gate. [default: the configuration's, else low]",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(REPORTERS)),
    default="text",
    show_default=True,
    help="What to write to standard output.",
)
@click.option(
    "--report",
    "reports",
    type=ReportTo(),
    multiple=True,
    metavar="FORMAT=PATH",
    help="Write a report to a file as well. Repeatable.",
)
@options.config
@click.option(
    "--junit-flavor",
    type=click.Choice(FLAVORS),
    default="ant",
    show_default=True,
    help="`jenkins` leaves out the attributes that Jenkins' schema rejects.",
)
def command(
    *,
    paths: tuple[str, ...],
    packs: tuple[str, ...],
    as_of: date,
    fail_on: str | None,
    format_name: str,
    reports: tuple[tuple[str, str], ...],
    config_path: str | None,
    junit_flavor: str,
) -> int:
    """Evaluate agreements against policy packs.

    PATH is a file or a folder; without one, what the configuration's globs name, else every
    agreement under the working directory.
    """
    place = locate(paths)
    snapshot: Snapshot = WorkTree(place.root)
    policy = policy_of(place, snapshot, config_path, packs, as_of)
    run = run_check(place, snapshot, policy, as_of, fail_on)
    for name, path in reports:
        write_file(path, REPORTERS[name](run.report, Look(junit_flavor=junit_flavor)))
    look = Look(colour_wanted(), width(), junit_flavor)
    write_out(REPORTERS[format_name](run.report, look))
    for error in run.errors:
        show(error)
    if run.errors:
        return 2
    return 0 if run.report.passed else 1


def run_check(
    place: Place, snapshot: Snapshot, policy: Policy, as_of: date, fail_on: str | None
) -> Run:
    """Judge what the paths name, and make the report.

    Raises:
        CmpolicyError: where a folder or glob matches no agreement.
    """
    asked, called = sources_of(place, snapshot, policy)
    sources = {source.path: source for found in asked.values() for source in found}
    bench = Bench.of(snapshot, policy, as_of)
    judgements = tuple(judge_all(bench, sources.values()))
    _refuse_nothing(asked, called, judgements)
    skipped, errors = _others(judgements, sources, bench)
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
    judgements: Sequence[Judgement], sources: dict[str, Source], bench: Bench
) -> tuple[list[Skipped], tuple[CmpolicyError, ...]]:
    """Validate the files given by name that are of another kind, and tell what was skipped."""
    skipped: list[Skipped] = []
    errors: list[CmpolicyError] = []
    for judgement in judgements:
        if judgement.kind == "Agreement" or not sources[judgement.path].named:
            continue
        try:
            because = judge_other(judgement.path, judgement.kind, bench)
        except CmpolicyError as error:
            errors.append(error)
        else:
            skipped.append(Skipped(judgement.path, because))
    return skipped, tuple(errors)
