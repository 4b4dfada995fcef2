"""`cmpolicy controls`: every control of a framework, and what the agreements show of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import click

from cmpolicy.cli import options
from cmpolicy.cli.output import write_out
from cmpolicy.controls import standings
from cmpolicy.errors import CmpolicyError
from cmpolicy.fleet import Bench, Judgement, distinct, judge_all
from cmpolicy.gate.members import Membership
from cmpolicy.nearest import nearest
from cmpolicy.portfolio import Policy
from cmpolicy.reporters.controls import FORMATS
from cmpolicy.runs.policies import PolicyRequest, load_from
from cmpolicy.runs.reporting import make_report
from cmpolicy.runs.session import Place, asked_sources, locate
from cmpolicy.snapshot import Snapshot, WorkTree


@click.command("controls")
@click.argument("framework")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="How to write it.",
)
@options.as_of
@options.config
def command(
    *,
    framework: str,
    paths: tuple[str, ...],
    format_name: str,
    as_of: date,
    config_path: str | None,
) -> int:
    """Tell the state of every control of FRAMEWORK in the agreements held to it.

    Met, not met, waived, undetermined, not judged by any rule, or in need of evidence that no
    agreement can show.
    """
    place = locate(paths)
    snapshot = WorkTree(place.root)
    policy = load_from(place, snapshot, PolicyRequest(config_path, (), None, as_of))
    if framework not in policy.frameworks:
        guess = nearest(framework, tuple(policy.frameworks))
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(policy.frameworks)}"
        raise CmpolicyError(f"there is no framework `{framework}`", None, hint)
    judgements = _held(place, snapshot, policy, as_of, framework)
    scopes: dict[str, Mapping[str, object]] = {
        each.identity: each.scopes.get(framework, {}) for each in judgements
    }
    report = make_report(judgements, policy, as_of, None, None)
    rows = standings(report, policy.frameworks[framework], scopes)
    write_out(FORMATS[format_name](policy.frameworks[framework], report, rows))
    return 0


def _held(
    place: Place, snapshot: Snapshot, policy: Policy, as_of: date, framework: str
) -> tuple[Judgement, ...]:
    members = Membership.of([policy.config], place.here)
    asked, _ = asked_sources(place, snapshot, members)
    sources = {source.path: source for found in asked.values() for source in found}
    judged = distinct(judge_all(Bench.of(snapshot, policy, as_of), sources.values()), policy)
    own = {pack.id for pack in policy.packs if pack.framework == framework}
    held = tuple(each for each in judged if _is_held(each, framework, own))
    if not held:
        hint = "name it under `frameworks`, or under `require` in cmpolicy.yaml"
        raise CmpolicyError(f"no agreement here is held to `{framework}`", None, hint)
    return held


def _is_held(each: Judgement, framework: str, packs: Collection[str]) -> bool:
    """Say whether an agreement is held to a framework; one that cannot be read, by its errors."""
    if each.broken:
        return any(verdict.rule.pack in packs for verdict in each.verdicts)
    return each.counts and framework in each.scopes
