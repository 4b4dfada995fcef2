"""The sides of a comparison: which revisions they are, and by what they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cmpolicy.errors import CmpolicyError
from cmpolicy.policy import Config
from cmpolicy.policy.effective import CONFIG, EffectivePolicy, load_policy
from cmpolicy.runs.policies import PolicyRequest, choose_policy, load_from, pack_names
from cmpolicy.runs.session import Place, config_of
from cmpolicy.snapshot import (
    Revision,
    Snapshot,
    WorkTree,
    default_branch,
    merge_base,
    open_revision,
    parse_range,
    resolve,
)
from cmpolicy.verdict import Skipped


@dataclass(frozen=True, slots=True)
class Policies:
    """What judges both sides, and what the sides themselves would be judged by."""

    judge: EffectivePolicy
    base: EffectivePolicy | None
    """None where it cannot be loaded."""
    head: EffectivePolicy
    because: Skipped | None = None
    """Why it cannot."""


def open_sides(
    root: Path, base: str | None, head: str | None, stack: ExitStack
) -> tuple[Revision, Snapshot]:
    """Open both sides.

    Raises:
        CmpolicyError: where git does not know one of them.
    """
    parted = False
    if base is not None and ".." in base:
        if head is not None:
            message = f"`{base}` is a range already; `{head}` is one revision too many"
            raise CmpolicyError(message, None, "give BASE HEAD, or BASE..HEAD")
        base, head, parted = parse_range(base)
    old = stack.enter_context(_base(root, base, head, parted=parted))
    # Both are read through one git process.
    return old, WorkTree(root) if head is None else old.at(resolve(root, head), head)


def _base(root: Path, base: str | None, head: str | None, *, parted: bool) -> Revision:
    if base is not None and not parted:
        return open_revision(root, base)
    branch = default_branch(root) if base is None else base
    commit = merge_base(root, branch, head or "HEAD")
    return Revision(root, commit, f"merge base with {branch}")


def policies_of(
    place: Place,
    sides: tuple[Revision, Snapshot],
    touched: frozenset[str],
    asked: PolicyRequest,
    stack: ExitStack,
) -> Policies:
    """Load the policies of a comparison.

    Raises:
        CmpolicyError: where that of the head, or of `--policy-from`, cannot be used.
    """
    base, head = sides
    new = load_from(place, head, asked)
    judge = new
    if asked.policy_from is not None:
        judge = choose_policy(place, head, asked, stack).policy
    path = config_of(place, base, asked.config, required=False)
    try:
        if (path or "") == new.config.file and not touched & {*_files(new.config, place, asked)}:
            return Policies(judge, new, new)
        there = tuple(name for name in pack_names(asked.packs, place) if _is_there(base, name))
        return Policies(judge, load_policy(base, path, there, asked.as_of), new)
    except CmpolicyError as error:
        file = error.location.file if error.location else path or CONFIG
        because = f"the policy of the base side cannot be used: {error.message}"
        return Policies(judge, None, new, Skipped(file, because))


def _files(config: Config, place: Place, asked: PolicyRequest) -> Iterator[str]:
    """Yield the files that a policy is made of, relative to the root."""
    yield config.file
    yield from (config.from_root(name) for name in (*config.packs, *config.frameworks))
    for name in (config.waivers, config.releases):
        if name is not None:
            yield config.from_root(name)
    yield from pack_names(asked.packs, place)


def _is_there(base: Snapshot, name: str) -> bool:
    is_path = name.endswith((".yaml", ".yml"))
    return not is_path or Path(name).is_absolute() or base.is_file(name)
