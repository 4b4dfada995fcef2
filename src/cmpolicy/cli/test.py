"""`cmpolicy test`: run the examples of packs, or judge plans for every customer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import click

from cmpolicy import bundled
from cmpolicy.cli import options
from cmpolicy.cli.output import width, write_out
from cmpolicy.document import read
from cmpolicy.errors import CmpolicyError, DocumentError, PolicyError
from cmpolicy.gate.kinds import AGREEMENT, PLAN, kind_by_text, kind_of, worth_parsing
from cmpolicy.policy import Config, Pack, load_config, load_pack
from cmpolicy.policy.library import Catalogs, load_catalogs, load_in_full, read_file
from cmpolicy.reporters.escape import visible
from cmpolicy.rule_examples import run_examples, untested
from cmpolicy.runs.session import config_of, locate
from cmpolicy.snapshot import WorkTree

_PACKS: Final = ("Pack", AGREEMENT)
"""A kind that is misspelt counts as the latter."""


@click.command("test")
@click.argument("packs", nargs=-1, required=True, metavar="PACK... | PLAN [ADD-ON]...")
@click.option("--strict", is_flag=True, help="A rule without examples of both kinds fails the run.")
@click.option(
    "--base",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The agreement that the examples edit. [default: the bundled one]",
)
@options.config
@options.as_of
def command(
    *,
    packs: tuple[str, ...],
    strict: bool,
    base: Path | None,
    config_path: str | None,
    as_of: date,
) -> int:
    """Run the examples of packs, by name or path; or judge a service plan and its add-ons.

    Every rule's passing examples must pass (or not apply), every failing one must fail and say
    what it should. A file that says it is something else, or is not a cmpolicy file, is skipped.
    The controls that packs name are those of the bundled catalogs and of the configuration's.

    Where all files are plans, they are judged as the agreement of any customer: with inputs of
    their kind, of which all else is `unknown`. What fails then fails for every customer.
    """
    if all(_is_plan(name) for name in packs):
        return _try_plans(packs, config_path, as_of)
    frameworks = _catalogs(config_path)
    document = read_file(base or bundled.base(), str(base) if base else "policies/base.yaml")
    failed = 0
    lines: list[str] = []
    for name in packs:
        pack = _load(name, frameworks)
        if pack is None:
            lines.append(f"{name}: skipped: it does not say `kind: Pack` of cmpolicy")
            continue
        results = tuple(run_examples(pack, document, as_of, pack.words))
        wrong = [result for result in results if result.wrong is not None]
        bare = untested(pack)
        lines += [f"{r.location}: {r.rule}, example {r.name}: {r.wrong}" for r in wrong]
        lines += [
            f"{pack.file}: warning: {rule} is untested: it has no examples of both kinds"
            for rule in bare
        ]
        lines.append(
            f"{pack.id} {pack.version}: {len(pack.rules)} rules, {len(results)} examples, "
            f"{len(wrong)} wrong, {len(bare)} rules untested"
        )
        failed += len(wrong) + (len(bare) if strict else 0)
    write_out(visible("\n".join(lines)) + "\n")
    return 1 if failed else 0


def _is_plan(name: str) -> bool:
    path = Path(name)
    if name in bundled.policies() or not path.is_file():
        return False
    data = path.read_bytes()
    return worth_parsing(data) and kind_by_text(data) == PLAN


def _try_plans(plans: tuple[str, ...], config_path: str | None, as_of: date) -> int:
    from cmpolicy.reporters.trial import text
    from cmpolicy.runs.policies import evaluator_of
    from cmpolicy.runs.trial import try_plans

    place = locate(plans)
    trial = try_plans(evaluator_of(place, config_path, as_of), place.paths)
    write_out(text(trial, width()))
    return 1 if trial.failing else 0


def _catalogs(config_path: str | None) -> Catalogs:
    """Return the catalogs of the configuration, which is sought from the working directory up."""
    place = locate(())
    tree = WorkTree(place.root)
    path = config_of(place, tree, config_path)
    config = Config() if path is None else load_config(read(tree.read(path), path))
    return load_catalogs(tree.read, config)


def _load(name: str, frameworks: Catalogs) -> Pack | None:
    """Load a pack; None where the file is another kind of file: a hook names whatever it finds."""
    if name in bundled.policies():
        return load_in_full(name, frameworks)
    path = Path(name)
    if not path.is_file():
        known = ", ".join(bundled.policies())
        raise PolicyError(f"there is no pack `{name}`", None, f"give a path, or one of {known}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CmpolicyError(f"`{name}` cannot be read: {error.strerror}") from error
    if not worth_parsing(data):
        return None
    try:
        document = read(data, name)
    except DocumentError:
        if kind_by_text(data) in _PACKS:
            raise
        return None
    return load_pack(document, data, frameworks) if kind_of(document.value) in _PACKS else None
