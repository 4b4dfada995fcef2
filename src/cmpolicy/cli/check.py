"""`cmpolicy check`: evaluate agreements and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from cmpolicy.cli import options, show
from cmpolicy.cli.output import colour_wanted, progress, width, write_file, write_out
from cmpolicy.pool import Crew, Limit
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.reporters.junit import FLAVORS
from cmpolicy.reporters.text import SHOWS
from cmpolicy.rule_facts import FAIL_ON
from cmpolicy.runs.entry import CheckArguments, check
from cmpolicy.runs.policies import PolicyRequest
from cmpolicy.runs.running import Run


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
    help="The lowest severity that fails the gate. [default: the configuration's, else low]",
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
@click.option("--rev", metavar="REV", help="Judge the agreements of this revision.")
@click.option(
    "--staged",
    is_flag=True,
    help="Judge what is staged: the index, not the work tree. Of files given by name, also the "
    "agreements that need them.",
)
@click.option(
    "--new-since",
    metavar="REV",
    help="Only what is new or worse since this revision can fail the gate.",
)
@options.policy_from
@options.jobs
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop judging after so many seconds: what is not judged by then is an error.",
)
@click.option(
    "--show",
    "shown",
    type=click.Choice(SHOWS),
    default="worst",
    show_default=True,
    help="How much the text shows: the worst in full and the others on a line each, a line for "
    "each finding and nothing else, or everything.",
)
@click.option(
    "--evidence",
    is_flag=True,
    help="Write what was looked at for verdicts that pass, too (json, jsonl, junit).",
)
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
    rev: str | None,
    staged: bool,
    new_since: str | None,
    policy_from: str | None,
    jobs: int | None,
    timeout: float | None,
    shown: str,
    evidence: bool,
    junit_flavor: str,
) -> int:
    """Evaluate agreements against policy packs.

    PATH is a file or a folder; without one, what the configuration's globs name, else every
    agreement under the working directory.
    """
    run, root = check(
        CheckArguments(
            paths,
            PolicyRequest(config_path, packs, policy_from, as_of, alone=True),
            fail_on,
            rev,
            staged,
            new_since,
            Crew(jobs, None if timeout is None else Limit.of(timeout)),
            progress,
            evidence,
        )
    )
    plain = Look(junit_flavor=junit_flavor, show=shown, evidence=evidence)
    look = replace(plain, colour=colour_wanted(), width=width())
    return write(run, root, (format_name, look), [(*one, plain) for one in reports])


def write(
    run: Run,
    root: Path,
    output: tuple[str, Look],
    reports: Iterable[tuple[str, str, Look]],
) -> int:
    """Write the reports, report the errors, and return the exit status.

    Args:
        run: what was found.
        root: of the repository.
        output: format and looks of what goes to standard output.
        reports: format, path and looks of each file.
    """
    for name, path, look in reports:
        write_file(path, REPORTERS[name](run.report, look), root)
    name, look = output
    write_out(REPORTERS[name](run.report, look))
    for error in run.errors:
        show(error)
    if run.errors:
        return 2
    return 0 if run.report.passed else 1
