"""`cmpolicy diff`: what a change does to the promises."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click

from cmpolicy.cli import options
from cmpolicy.cli.output import colour_wanted, width, write_out
from cmpolicy.compare import FAIL_ON, Comparison
from cmpolicy.fleet import Bench
from cmpolicy.gate.members import Membership
from cmpolicy.policy import Config
from cmpolicy.reporters import Look
from cmpolicy.reporters.changes import CHANGE_REPORTERS
from cmpolicy.runs.comparing import compare_files, compare_revisions
from cmpolicy.runs.policies import PolicyRequest, choose_policy
from cmpolicy.runs.session import locate
from cmpolicy.runs.sides import Policies, open_sides, policies_of
from cmpolicy.runs.touched import RevisionView, differing
from cmpolicy.snapshot import WorkTree


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
    """Tell what a change does to the promises of agreements.

    BASE is a revision, or a range (BASE..HEAD, or BASE...HEAD from where the two parted); without
    it, the point where the work left the default branch. Without HEAD the work tree is compared.
    Two files can be compared as well.
    """
    asked = PolicyRequest(config_path, packs, policy_from, as_of)
    if base and head and Path(base).is_file() and Path(head).is_file():
        result = _files(base, head, asked, fail_on)
    else:
        result = _revisions(base, head, asked, fail_on)
    write_out(CHANGE_REPORTERS[format_name](result, Look(colour_wanted(), width())))
    if result.not_compared:
        return 2
    return 0 if result.passed else 1


def _revisions(
    base: str | None, head: str | None, asked: PolicyRequest, fail_on: str
) -> Comparison:
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
                Bench.of(snapshot, policies.judge, asked.as_of),
                Membership.of([config], place.here),
            )
            for snapshot, config in zip((old, new), configs, strict=True)
        )
        return compare_revisions((before, after), touched, policies, asked.as_of, fail_on)


def _files(base: str, head: str, asked: PolicyRequest, fail_on: str) -> Comparison:
    places = [locate((path,)) for path in (base, head)]
    with ExitStack() as stack:
        judge = choose_policy(places[1], WorkTree(places[1].root), asked, stack).policy
        before, after = (
            RevisionView(
                Bench.of(WorkTree(place.root), judge, asked.as_of), Membership.of([Config()], "")
            )
            for place in places
        )
        paths = places[0].paths[0], places[1].paths[0]
        policies = Policies(judge, judge, judge)
        return compare_files((before, after), paths, policies, asked.as_of, fail_on)
