"""`cmpolicy plans`: the plans, the agreements on each, and every difference with its reason."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from cmpolicy import bundled
from cmpolicy.cli import options
from cmpolicy.cli.output import colour_wanted, width, write_file, write_out
from cmpolicy.errors import CmpolicyError
from cmpolicy.fleet import Evaluator
from cmpolicy.gate.members import Membership
from cmpolicy.reporters.plans import FORMATS, moved
from cmpolicy.runs.policies import evaluator_of
from cmpolicy.runs.session import Place, asked_sources, locate


@click.command("plans")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--seal", is_flag=True, help="Write the seal into each plan named that has none.")
@click.option(
    "--move",
    nargs=2,
    metavar="AGREEMENT EDITION",
    help="Show what the promises of an agreement become on another edition (a plan's file; those "
    "of its add-ons given as PATH), and which of its edits fall away.",
)
@click.option(
    "--adopt",
    nargs=2,
    metavar="AGREEMENT PLAN",
    help="Rewrite an agreement that is written by hand as that base plan (and the add-ons given as "
    "PATH), inputs and differences; its terms and their digest stay the same.",
)
@click.option(
    "--copy",
    metavar="FOLDER",
    help="Copy the starter plans into a folder: Co-managed, with HIPAA, SOC 2 and CMMC Level 2 as "
    "add-ons, and the file that they use.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="How to write the plans.",
)
@options.as_of
@options.config
def command(
    *,
    paths: tuple[str, ...],
    seal: bool,
    move: tuple[str, str] | None,
    adopt: tuple[str, str] | None,
    copy: str | None,
    format_name: str,
    as_of: date,
    config_path: str | None,
) -> int:
    """Show the service plans, the agreements on each, their edits with the reasons, and the drift.

    PATH names agreements; with --seal plans, with --adopt add-ons, with --move
    further editions. Without it, all that `check`
    judges.
    """
    if copy is not None:
        return _copy(Path(copy))
    place = locate((*(adopt or move or ()), *paths))
    evaluator = evaluator_of(place, config_path, as_of)
    if seal:
        return _seal(place, evaluator)
    if adopt:
        return _adopt(place, evaluator)
    if move:
        return _move(place, evaluator)
    from cmpolicy.runs.planning import survey

    members = Membership.of([evaluator.policy.config], place.here)
    asked, _ = asked_sources(place, evaluator.snapshot, members)
    sources = {source.path: source for found in asked.values() for source in found}
    found = survey(evaluator, [sources[path] for path in sorted(sources)])
    write_out(FORMATS[format_name](found))
    return 1 if found.unreadable else 0


def _copy(folder: Path) -> int:
    files = bundled.starters()
    there = [name for name in files if os.path.lexists(folder / name)]
    if there:
        raise CmpolicyError(
            f"`{folder}` has {', '.join(there)} already", None, "name another folder, or move them"
        )
    for name, source in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_file(str(folder / name), source.read_text(encoding="utf-8"), folder)
        write_out(f"{folder / name}\n")
    return 0


def _seal(place: Place, evaluator: Evaluator) -> int:
    from cmpolicy.runs.planning import sealed

    if not place.paths:
        raise CmpolicyError("`--seal` seals the plans that are named", None, "name their files")
    texts = {path: sealed(evaluator, path) for path in place.paths}
    for path, text in texts.items():
        if text is not None:
            write_file(str(place.root / path), text, place.root)
        write_out(f"{path}: {'sealed already' if text is None else 'sealed'}\n")
    return 0


def _adopt(place: Place, evaluator: Evaluator) -> int:
    from cmpolicy.runs.adopting import adopt

    path, *plans = place.paths
    found = adopt(evaluator.loader, path, plans)
    write_file(str(place.root / path), found.text, place.root)
    write_out(
        f"{path}: {found.rows} rows are the plan's now, {found.edits} edits are its own; "
        "the terms are the same\n"
    )
    return 0


def _move(place: Place, evaluator: Evaluator) -> int:
    from cmpolicy.reporters import Look
    from cmpolicy.reporters.changes import CHANGE_REPORTERS
    from cmpolicy.runs.comparing import compare_evaluated
    from cmpolicy.runs.planning import move
    from cmpolicy.runs.sides import Policies
    from cmpolicy.runs.touched import RevisionView

    agreement, *editions = place.paths
    found = move(evaluator, agreement, editions)
    side = RevisionView(evaluator, Membership.of([evaluator.policy.config], place.here))
    policies = Policies(evaluator.policy, evaluator.policy, evaluator.policy)
    pair = (found.before, found.after)
    changes = compare_evaluated((side, side), pair, policies, evaluator.as_of, "never")
    look = Look(colour_wanted(), width())
    write_out(moved(agreement, found.plans, found.fallen))
    write_out(CHANGE_REPORTERS["text"](changes, look))
    return 0
