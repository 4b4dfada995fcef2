"""Files that git has stored: of a revision, or of the index."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cmpolicy.errors import DocumentError, GitError
from cmpolicy.snapshot import content, revisions, runner
from cmpolicy.snapshot.blobs import Blobs
from cmpolicy.snapshot.content import Enters, Listing, never
from cmpolicy.verdict import Skipped

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_ADDED_LATER: Final = "only announced with `git add --intent-to-add`; stage it with `git add`"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A path in a tree or the index: its mode, six octal digits, and its object id."""

    mode: str
    id: str

    @property
    def regular(self) -> bool:
        """Say whether it is a file, executable or not."""
        return self.mode.startswith("100")


class Stored(ABC):
    """What revisions and the index have in common. See `Snapshot`."""

    __slots__ = ("_blobs", "_entries", "commit", "label", "root")

    def __init__(
        self, root: Path, label: str, commit: str | None, blobs: Blobs | None = None
    ) -> None:
        self.root = root
        self.label = label
        self.commit = commit
        self._blobs = blobs or Blobs(root)
        self._entries: Mapping[str, TreeEntry] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git; a later read starts it again."""
        self._blobs.close()

    def paths(self, enters: Enters = never) -> tuple[str, ...]:
        """Return the paths of `listing`."""
        return self.listing(enters).paths

    def listing(self, enters: Enters = never) -> Listing:
        """List every regular `*.yaml` and `*.yml` file, sorted."""
        found: list[str] = []
        notices: list[Skipped] = []
        for path, entry in self._all().items():
            name = path.rpartition("/")[2]
            if out_of_sight(path, enters) or (entry.mode == _SUBMODULE and name.startswith(".")):
                continue
            if entry.mode == _SUBMODULE:
                because = content.NESTED_BECAUSE
            elif entry.mode == _LINK and content.link_matters(name):
                because = content.SYMLINK_BECAUSE
            elif not (entry.regular and content.listed(name)):
                continue
            elif content.printable(path) != path:
                because = content.NAME_BECAUSE
            else:
                found.append(path)
                continue
            notices.append(Skipped(content.printable(path), because))
        irregular, announced = (
            tuple(sorted(some, key=lambda notice: notice.file))
            for some in (notices, self._announced())
        )
        return Listing(tuple(sorted(found)), irregular, announced)

    def entries(self) -> Mapping[str, TreeEntry]:
        """Return every path there is, listed once."""
        return self._all()

    def is_file(self, path: str) -> bool:
        """Say whether this is a regular file, with no symbolic link on the way."""
        return self.blob_id(path) is not None

    def blob_id(self, path: str) -> str | None:
        """Return git's id of a regular file's content; None where there is no such file."""
        try:
            entry = self._all().get("/".join(content.components(path)))
        except DocumentError:
            return None
        return entry.id if entry and entry.regular else None

    def read(self, path: str) -> bytes:
        """Return a file's bytes as git stores them; `DocumentError` as in `Snapshot.read`.

        `GitError` where the repository does not have the content.
        """
        blob = self.blob_id(path)
        if blob is None:
            raise self._refusal(path)
        text = self._blobs.read(blob, content.LIMIT)
        if text is None:
            raise content.oversized(path)
        return content.accept(
            path,
            text,
            f"in the {self._where()} the file itself cannot be read: take it out of Git LFS "
            "(`git lfs untrack`), or check the work tree after `git lfs pull`",
        )

    def _refusal(self, path: str) -> DocumentError:
        """Say why a path is not a regular file."""
        entries = self._all()
        parts = content.components(path)
        whole = "/".join(parts)
        for depth in range(1, len(parts) + 1):
            so_far = "/".join(parts[:depth])
            entry = entries.get(so_far)
            if entry and entry.mode == _LINK:
                return content.symlinked(whole, so_far)
            if entry and entry.mode == _SUBMODULE:
                return content.nested(whole, so_far)
        if whole == "." or any(other.startswith(f"{whole}/") for other in entries):
            return content.irregular(whole)
        return content.missing(whole, self._where(), entries)

    def _where(self) -> str:
        """Name this place in a message, after "the"."""
        return self.label

    def _all(self) -> Mapping[str, TreeEntry]:
        """Return every path there is, listed once."""
        if self._entries is None:
            self._entries = self._list()
        return self._entries

    @abstractmethod
    def _list(self) -> Mapping[str, TreeEntry]:
        """List every path there is."""

    def _announced(self) -> Iterable[Skipped]:
        """Return what was announced and has no content yet."""
        return ()


class Revision(Stored):
    """The files of a commit, given by its full id; several may share what reads blobs."""

    __slots__ = ()

    commit: str

    def __init__(
        self, root: Path, commit: str, label: str | None = None, blobs: Blobs | None = None
    ) -> None:
        super().__init__(root, label or commit, commit, blobs)

    def at(self, commit: str, label: str | None = None) -> Revision:
        """Return another commit of the same repository, read through the same git process."""
        return Revision(self.root, commit, label, self._blobs)

    def _where(self) -> str:
        return f"revision {self.label}"

    def _list(self) -> Mapping[str, TreeEntry]:
        listing = runner.run(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit)
        return dict(_entry(record) for record in _records(listing))


class Index(Stored):
    """What is staged: the files of the next commit."""

    __slots__ = ("_environment", "_later")

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        super().__init__(root, "index", None)
        self._environment = environment
        self._later: tuple[str, ...] = ()

    def before(self) -> Revision | None:
        """Return the commit that the next one follows; None: it is the first."""
        commit = revisions.current(self.root)
        return None if commit is None else Revision(self.root, commit, "HEAD", self._blobs)

    def gone(self) -> frozenset[str]:
        """Return the files of the current commit that the next one lacks, of any kind.

        A file that was renamed is one of them, and so is one that a link takes the place of.
        """
        commit = revisions.current(self.root)
        if commit is None:
            return frozenset()
        options = ("--cached", "--ita-invisible-in-index", "--no-renames", "--diff-filter=DT")
        listing = self._run("diff-index", *options, "--name-only", "-z", commit)
        return frozenset(_decoded(name) for name in _records(listing))

    def _list(self) -> dict[str, TreeEntry]:
        listing = self._run("ls-files", "--stage", "-z")
        entries: dict[str, TreeEntry] = {}
        conflicts: set[str] = set()
        for record in _records(listing):
            path, entry = _entry(record)
            entries[path] = entry
            if not record.partition(b"\t")[0].endswith(b" 0"):
                conflicts.add(path)
        if conflicts:
            named = ", ".join(content.printable(path) for path in sorted(conflicts)[:3])
            more = f" and {len(conflicts) - 3} more" if len(conflicts) > 3 else ""  # noqa: PLR2004
            raise GitError(
                f"the index of {self.root} has unresolved merge conflicts: {named}{more}",
                hint="resolve them and stage the result with `git add`, or `git merge --abort`",
            )
        self._later = self._intended(entries)
        for path in self._later:
            del entries[path]
        return entries

    def _intended(self, entries: Mapping[str, TreeEntry]) -> tuple[str, ...]:
        """Return the paths that `git add --intent-to-add` announced: no content is staged yet.

        They look like empty files, except to a comparison that is asked to leave them out.
        """
        empty = {path for path, entry in entries.items() if entry.id == _empty("blob", entry.id)}
        if not empty:
            return ()
        nothing = _empty("tree", entries[min(empty)].id)
        options = ("--cached", "--ita-invisible-in-index", "--name-only", "-z")
        staged = self._run("diff-index", *options, nothing)
        return tuple(sorted(empty - {_decoded(name) for name in _records(staged)}))

    def _announced(self) -> Iterable[Skipped]:
        self._all()
        return [
            Skipped(content.printable(path), _ADDED_LATER)
            for path in self._later
            if content.listed(path) and not content.hidden(path)
        ]

    def _run(self, *arguments: str) -> bytes:
        return runner.run(self.root, *arguments, environment=self._environment)


def open_revision(root: Path, rev: str) -> Revision:
    """Open the commit that a revision names; `GitError` where there is none."""
    return Revision(root, revisions.resolve(root, rev), rev)


def open_index(root: Path) -> Index:
    """Open the index; `GitError` where the repository has none.

    In a pre-commit hook of `git commit --all` or `git commit PATH` git keeps what will be
    committed in a temporary index and names it in GIT_INDEX_FILE: that one is then read.
    """
    # Git names its directory and the index relative to the folder it runs in: the root.
    answer = runner.run(root, "rev-parse", "--is-bare-repository", "--absolute-git-dir")
    bare, directory = os.fsdecode(answer).rstrip("\n").split("\n", maxsplit=1)
    if bare == "true":
        raise GitError(
            f"{root} is a bare repository: nothing can be staged there",
            hint="check a revision instead: --rev HEAD",
        )
    given = os.environ.get("GIT_INDEX_FILE")
    index = (root / given).absolute() if given else None
    if index is None or not _own_index(index, Path(directory)):
        return Index(root, {})
    return Index(root, {"GIT_INDEX_FILE": str(index)})


def _own_index(given: Path, directory: Path) -> bool:
    """Say whether an index is this repository's, not one that a hook of another one names."""
    if not given.is_file():
        return False
    home = given.parent.resolve()
    return home == directory.resolve() or not os.path.lexists(home / "HEAD")


def out_of_sight(path: str, enters: Enters) -> bool:
    """Say whether a path lies in a folder that is not searched."""
    if not content.hidden(path):
        return False
    steps = path.split("/")[:-1]
    hidden = (depth for depth, name in enumerate(steps, start=1) if name.startswith("."))
    return not all(enters("/".join(steps[:depth])) for depth in hidden)


def _records(listing: bytes) -> list[bytes]:
    return listing.split(b"\0")[:-1]


def _entry(record: bytes) -> tuple[str, TreeEntry]:
    """Read `mode type id TAB path` (ls-tree) or `mode id stage TAB path` (ls-files)."""
    facts, _, path = record.partition(b"\t")
    mode, second, third = facts.decode("ascii").split()
    return _decoded(path), TreeEntry(mode, second if len(third) == 1 else third)


def _decoded(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _empty(kind: str, like: str) -> str:
    """Return the id of the empty blob or tree, in the hash that the id `like` is in."""
    algorithm = "sha1" if len(like) == 40 else "sha256"  # noqa: PLR2004  # hexadecimal digits
    return hashlib.new(algorithm, f"{kind} 0\0".encode(), usedforsecurity=False).hexdigest()
