"""The session of a command: root, snapshot to judge, and requested files."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cmpolicy.errors import CmpolicyError, Location
from cmpolicy.gate.members import CandidateFile, Membership, Role
from cmpolicy.policy.effective import find_config
from cmpolicy.snapshot import Snapshot, WorkTree, find_root, open_index, open_revision


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command was called: the root, and the paths given, relative to it."""

    root: Path
    here: str
    """The working directory relative to the root; empty for the root, or elsewhere."""
    paths: tuple[str, ...]


def locate(paths: Sequence[str]) -> Place:
    """Find the root and make paths relative to it.

    Raises:
        CmpolicyError: for paths of different repositories.
    """
    try:
        here = Path.cwd()
    except FileNotFoundError:
        message = "the working directory is not there any more"
        raise CmpolicyError(message, None, "change to a folder that exists") from None
    root = find_root(here)
    full = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay unresolved
    if full and not _below(full[0], root):
        first = full[0] if full[0].is_dir() else full[0].parent
        root = find_root(first)
    for given, path in zip(paths, full, strict=True):
        if not _below(path, root):
            hint = "check one repository at a time"
            raise CmpolicyError(f"`{given}` lies outside {root}", None, hint)
    return Place(
        root,
        _relative(here, root) if _below(here, root) else "",
        tuple(_relative(path, root) for path in full),
    )


def _below(path: Path, root: Path) -> bool:
    return path == root or root in path.parents


def _relative(path: Path, root: Path) -> str:
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def open_snapshot(
    place: Place, stack: ExitStack, *, rev: str | None = None, staged: bool = False
) -> Snapshot:
    """Open what is judged: a revision, the index, or the work tree.

    Raises:
        CmpolicyError: where both are asked, or git cannot answer.
    """
    if rev is not None and staged:
        raise CmpolicyError("`--rev` and `--staged` exclude each other", None, "give one of them")
    if rev is not None:
        return stack.enter_context(open_revision(place.root, rev))
    if staged:
        return stack.enter_context(open_index(place.root))
    return WorkTree(place.root)


def config_of(
    place: Place, snapshot: Snapshot, given: str | None, *, required: bool = True
) -> str | None:
    """Return the configuration's path relative to the root: the one given, or the nearest.

    None where there is none to be found, or the one given is not there and not `required`.

    Raises:
        CmpolicyError: where the one given is not there and is `required`.
    """
    if given is not None:
        path = locate((given,))
        if path.root == place.root and snapshot.is_file(path.paths[0]):
            return path.paths[0]
        if required:
            raise CmpolicyError(
                f"there is no such configuration in the {snapshot.label}",
                Location(given),
                "give `--config` the path of a cmpolicy.yaml in this repository",
            )
        return None
    start = place.paths[0] if place.paths else place.here
    return find_config(snapshot, start)


def pack_name(name: str, place: Place) -> str:
    """Return a pack's id, or its path relative to the root (absolute where it lies elsewhere)."""
    if not name.endswith((".yaml", ".yml")):
        return name
    full = Path(os.path.abspath(name))  # noqa: PTH100 - links stay unresolved
    return _relative(full, place.root) if _below(full, place.root) else str(full)


def asked_sources(
    place: Place, snapshot: Snapshot, members: Membership
) -> tuple[dict[str, list[CandidateFile]], str]:
    """Return the files to judge, by what asked for them, and what such an asking is called.

    Raises:
        CmpolicyError: where a path that was given is not there.
    """
    if place.paths:
        everything = list(_everything(snapshot, members))
        found = {path: _under(path, everything, snapshot, members) for path in place.paths}
        return found, "path"
    if not members.globs:
        # Nobody named this folder: a revision in which it is not yet holds nothing to judge.
        return {place.here or ".": list(members.sources(snapshot))}, "folder"
    by_glob: dict[str, list[CandidateFile]] = {glob: [] for glob in members.globs}
    for source in members.sources(snapshot):
        for glob in members.globs:
            if source.role is not Role.MEMBER or members.names(source.path, glob):
                by_glob[glob].append(source)
    return by_glob, "glob"


def _everything(snapshot: Snapshot, members: Membership) -> Iterator[CandidateFile]:
    """Yield every file, whatever folder the configuration searches: one of them is named."""
    return dataclasses.replace(members, searched="").sources(snapshot)


def _under(
    path: str, everything: Iterable[CandidateFile], snapshot: Snapshot, members: Membership
) -> list[CandidateFile]:
    inside = [source for source in everything if not path or source.path.startswith(f"{path}/")]
    if inside or _is_folder(snapshot, path):
        return inside
    if not _is_there(snapshot, path):
        where = "" if isinstance(snapshot, WorkTree) else f" in {snapshot.label}"
        hint = "check the spelling"
        raise CmpolicyError(f"there is no file or folder `{path}`{where}", None, hint)
    member = members.role(path) is Role.MEMBER
    return [CandidateFile(path, Role.MEMBER if member else Role.NAMED)]


def _is_there(snapshot: Snapshot, path: str) -> bool:
    if isinstance(snapshot, WorkTree):
        return os.path.lexists(snapshot.root / path)
    return snapshot.is_file(path)


def _is_folder(snapshot: Snapshot, path: str) -> bool:
    return isinstance(snapshot, WorkTree) and (snapshot.root / path).is_dir()
