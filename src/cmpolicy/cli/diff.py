"""`cmpolicy diff`: what a change does to the promises."""

from __future__ import annotations

from datetime import date

import click

from cmpolicy.cli import options
from cmpolicy.cli.output import colour_wanted, width, write_out
from cmpolicy.compare import FAIL_ON
from cmpolicy.reporters import Look
from cmpolicy.reporters.changes import CHANGE_REPORTERS
from cmpolicy.runs.entry import diff
from cmpolicy.runs.policies import PolicyRequest


@click.command("diff")
@click.argument("base", required=False)
@click.argument("head", required=False)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(CHANGE_REPORTERS)),
    default="text",
    show_default=True,
    help="What to write to standard output.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="dropped",
    show_default=True,
    help="What fails the gate: any promise weakened (or mixed, or unclear), a verdict that is "
    "dropped, or only a rule that fails newly. Each includes those after it.",
)
@options.packs
@options.as_of
@options.policy_from
@options.config
def command(
    *,
    base: str | None,
    head: str | None,
    format_name: str,
    fail_on: str,
    packs: tuple[str, ...],
    as_of: date,
    policy_from: str | None,
    config_path: str | None,
) -> int:
    """Show what a change does to the promises of agreements.

    BASE is a revision, or a range (BASE..HEAD, or BASE...HEAD from where the two parted); without
    it, the point where the work left the default branch. Without HEAD the work tree is compared.
    Two files can be compared as well.
    """
    asked = PolicyRequest(config_path, packs, policy_from, as_of)
    result = diff(base, head, asked, fail_on)
    write_out(CHANGE_REPORTERS[format_name](result, Look(colour_wanted(), width())))
    if result.not_compared:
        return 2
    return 0 if result.passed else 1
