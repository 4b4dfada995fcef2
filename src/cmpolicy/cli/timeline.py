"""`cmpolicy timeline`: compliance over a period."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta

import click

from cmpolicy.bundled import data_versions
from cmpolicy.cli import options
from cmpolicy.cli.output import colour_wanted, progress, width, write_out
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.pool import Crew
from cmpolicy.reporters import Look
from cmpolicy.reporters.periods import PERIOD_REPORTERS
from cmpolicy.rule_facts import FAIL_ON
from cmpolicy.runs.policies import HEAD, PolicyRequest, load_from
from cmpolicy.runs.session import Place, locate, open_snapshot
from cmpolicy.snapshot import Snapshot
from cmpolicy.snapshot.past import open_past
from cmpolicy.timeline import PeriodRequest, policy_days, timeline


@click.command("timeline")
@click.option(
    "--since",
    type=options.Day(),
    metavar="DATE",
    help="The first day. [default: a year before the last one]",
)
@click.option("--until", type=options.Day(), metavar="DATE", help="The last day. [default: today]")
@click.option(
    "--ahead",
    type=click.IntRange(0, 3660),
    default=90,
    show_default=True,
    metavar="DAYS",
    help="Report what lapses in so many days after today.",
)
@click.option(
    "--agreement",
    "agreements",
    multiple=True,
    metavar="ID",
    help="Report this agreement only, whatever file it was in. Repeatable.",
)
@click.option(
    "--framework",
    metavar="ID",
    help="Only agreements held to this framework, and rules that judge its controls.",
)
@click.option(
    "--control",
    "controls",
    multiple=True,
    metavar="ID",
    help="Only rules that judge this control, such as soc2:CC7.4. Repeatable.",
)
@click.option(
    "--rev",
    default="HEAD",
    show_default=True,
    metavar="REV",
    help="The line of first parents that ends at this revision.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(PERIOD_REPORTERS)),
    default="text",
    show_default=True,
    help="What to write to standard output.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="never",
    show_default=True,
    help="The lowest severity of an interval out of compliance that fails the gate.",
)
@options.packs
@options.as_of
@options.policy_from
@options.config
@options.jobs
def command(
    *,
    since: date | None,
    until: date | None,
    ahead: int,
    agreements: tuple[str, ...],
    framework: str | None,
    controls: tuple[str, ...],
    rev: str,
    format_name: str,
    fail_on: str,
    packs: tuple[str, ...],
    as_of: date,
    policy_from: str | None,
    config_path: str | None,
    jobs: int | None,
) -> int:
    """Show on which days agreements were out of compliance, and what lapses next.

    Days behind --as-of are judged as git has them, days ahead by their deadlines. Packs,
    configuration and waivers are those of the work tree, or of --policy-from.
    """
    until = until or as_of
    since = since or _a_year_before(until)
    if since > until:
        message = f"--since {since} is after --until {until}"
        raise click.UsageError(message)
    place = locate(())
    asked = PeriodRequest(
        since, until, as_of, ahead, rev, fail_on, place.here, agreements, framework, controls
    )
    with ExitStack() as stack:
        first = asked.windows[0][0] + timedelta(days=1)
        past = stack.enter_context(open_past(place.root, first, as_of, rev))
        judges = _judges(place, policy_from, rev, stack)
        policies = _policies(place, judges, asked, config_path, packs)
        found = timeline(past, policies, asked, data_versions(), Crew(jobs), progress)
    write_out(PERIOD_REPORTERS[format_name](found, Look(colour_wanted(), width())))
    return 0 if found.passed else 1


def _a_year_before(day: date) -> date:
    """Return the first day of the year that ends on a day."""
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)


def _judges(place: Place, policy_from: str | None, rev: str, stack: ExitStack) -> Snapshot:
    """Open what holds the policy: the work tree; where there is none, the end of the line."""
    bare = not (place.root / ".git").exists()
    named = None if policy_from == HEAD else policy_from
    return open_snapshot(place, stack, rev=named or (rev if bare else None))


def _policies(
    place: Place,
    judges: Snapshot,
    asked: PeriodRequest,
    config_path: str | None,
    packs: tuple[str, ...],
) -> tuple[tuple[date, EffectivePolicy], ...]:
    today = load_from(place, judges, PolicyRequest(config_path, packs, None, asked.as_of))
    days = policy_days(today.config, asked)
    if len(days) == 1 and not today.config.disabled:
        return ((days[0], today),)
    return tuple(
        (day, load_from(place, judges, PolicyRequest(config_path, packs, None, day)))
        for day in days
    )
