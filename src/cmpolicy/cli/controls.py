"""`cmpolicy controls`: every control of a framework, and what the agreements show of it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

import click

from cmpolicy.cli import options
from cmpolicy.cli.output import colour_wanted, progress, width, write_out
from cmpolicy.pool import Crew
from cmpolicy.reporters.controls import FORMATS, SHOWN, ControlsLook
from cmpolicy.runs.controls import ControlsRequest, run_controls
from cmpolicy.runs.policies import PolicyRequest
from cmpolicy.runs.session import locate, open_snapshot


@click.command("controls")
@click.argument("framework")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="How to write it. `csv` is what an auditor is sent: a row for each control and rule.",
)
@click.option(
    "--show",
    type=click.Choice(SHOWN),
    default="worst",
    show_default=True,
    help="Of text and Markdown: `worst` counts what is met or not applicable, `all` lists every "
    "control of every agreement with its rules and places.",
)
@options.as_of
@options.config
@click.option("--rev", metavar="REV", help="Evaluate the agreements of this revision.")
@options.jobs
def command(
    *,
    framework: str,
    paths: tuple[str, ...],
    format_name: str,
    show: str,
    as_of: date,
    config_path: str | None,
    rev: str | None,
    jobs: int | None,
) -> int:
    """Report the state of every control of FRAMEWORK in the agreements held to it.

    States count by the rules that are law or inferred; open rules that are our practice only
    stand beside them. JSON and CSV say where each rule looked, by file, line and commit.
    """
    place = locate(paths)
    asked = PolicyRequest(config_path, (), None, as_of)
    request = ControlsRequest(place, asked, framework, Crew(jobs), progress)
    with ExitStack() as stack:
        found = run_controls(request, open_snapshot(place, stack, rev=rev))
    look = ControlsLook(colour_wanted(), width(), everything=show == "all")
    write_out(FORMATS[format_name](found, look))
    return 0
