"""The work tree, as it lies on the disk; needs no git."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from cmpolicy.errors import DocumentError
from cmpolicy.snapshot import content
from cmpolicy.snapshot.content import Enters, Listing, never
from cmpolicy.verdict import Skipped

_LFS_HINT: Final = "fetch the file with `git lfs pull`"
# A file may be swapped for a link or a pipe between the look and the opening.
_OPEN_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_JUNCTION: Final = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT; Python has it on Windows alone


def find_root(start: Path) -> Path:
    """Return the top of the git work tree (or the bare repository) around a file or folder.

    Outside git that is the folder itself. Asks the file system alone.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100  # resolve() would follow links
    if os.path.isfile(here):  # noqa: PTH113  # Path.is_file raises where it may not look
        here = here.parent
    for folder in (here, *here.parents):
        if _is_repository(str(folder)):
            return folder
        if all(os.path.lexists(folder / name) for name in ("HEAD", "objects", "refs")):
            return folder.parent if folder.name == ".git" else folder
    return here


class WorkTree:
    """The files below a folder. See `Snapshot`."""

    __slots__ = ("commit", "label", "root")

    def __init__(self, root: Path) -> None:
        self.root = root
        self.label = "work tree"
        self.commit: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: there is nothing to let go, unlike in the other snapshots."""

    def paths(self, enters: Enters = never) -> tuple[str, ...]:
        """Return the paths of `listing`."""
        return self.listing(enters).paths

    def listing(self, enters: Enters = never) -> Listing:
        """List every regular `*.yaml` and `*.yml` file, sorted.

        Raises `DocumentError` where the root itself cannot be listed.
        """
        found: list[str] = []
        notices: list[Skipped] = []
        folders = [""]
        while folders:
            folder = folders.pop()
            for entry in self._entries(folder, notices):
                path = f"{folder}/{entry.name}" if folder else entry.name
                match _kind(entry):
                    case "folder":
                        folders.append(path)
                    case "hidden folder":
                        folders += [path] if enters(path) else []
                    case "file":
                        found.append(path)
                    case str(because):
                        notices.append(Skipped(content.printable(path), because))
        irregular = sorted(notices, key=lambda notice: notice.file)
        return Listing(tuple(sorted(found)), tuple(irregular))

    def _entries(self, folder: str, notices: list[Skipped]) -> list[os.DirEntry[str]]:
        """Return what lies in a folder, by name; one that cannot be searched is noticed."""
        if folder and _is_repository(str(self.root / folder)):
            notices.append(Skipped(folder, content.NESTED_BECAUSE))
            return []
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if content.exhausted(error):
                raise
            if not folder:
                raise _unreadable(str(self.root), error) from None
            notices.append(Skipped(folder, f"cannot be listed: {error.strerror}"))
            return []

    def is_file(self, path: str) -> bool:
        """Say whether this is a regular file inside the root, with no symbolic link on the way."""
        try:
            return isinstance(self._find(path), str)
        except DocumentError:  # no path below the root, or it may not be looked at
            return False

    def read(self, path: str) -> bytes:
        """Return a file's bytes; `DocumentError` as in `Snapshot.read`."""
        where = self._locate(path)
        try:
            handle = os.open(where, _OPEN_FLAGS)
            with open(handle, "rb") as stream:  # noqa: PTH123  # Path.open takes no descriptor
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode):
                    raise content.irregular(path)
                if status.st_size > content.LIMIT:
                    raise content.oversized(path)
                text = stream.read(status.st_size + 1)
                if len(text) > status.st_size:  # it grew meanwhile
                    text += stream.read(content.LIMIT)
        except OSError as error:
            raise _unreadable(path, error) from None
        if len(text) > content.LIMIT:
            raise content.oversized(path)
        return content.accept(path, text, _LFS_HINT)

    def blob_id(self, path: str) -> str | None:  # noqa: ARG002  # other snapshots know it
        """Return None: files on the disk have no id yet."""
        return None

    def _locate(self, path: str) -> str:
        """Return where a regular file lies; else `DocumentError`, with what may be meant."""
        found = self._find(path)
        if isinstance(found, str):
            return found
        where, parts, depth = found
        # All names of the folder are read for this: only where somebody asks for the file.
        raise content.missing("/".join(parts), self.label, _neighbours(where, parts, depth))

    def _find(self, path: str) -> str | tuple[str, tuple[str, ...], int]:
        """Return where a regular file lies, every component looked at; else `DocumentError`.

        Where one is not there: its place, the components, and the number of the one missing.
        """
        parts = content.components(path)
        whole = "/".join(parts)
        where = str(self.root)  # text, not Path: every file passes here, once per component
        for depth, name in enumerate(parts, start=1):
            where = f"{where}{os.sep}{name}"
            try:
                status = os.lstat(where)
            except (FileNotFoundError, NotADirectoryError):
                return where, parts, depth
            except OSError as error:
                raise _unreadable(whole, error) from None
            if _is_link(status):
                raise content.symlinked(whole, "/".join(parts[:depth]))
            if stat.S_ISDIR(status.st_mode) and name != "." and _is_repository(where):
                raise content.nested(whole, "/".join(parts[:depth]))
        if not stat.S_ISREG(status.st_mode):
            raise content.irregular(whole)
        return where


def _kind(entry: os.DirEntry[str]) -> str | None:
    """Say what an entry is: `folder`, `hidden folder`, `file`, a reason to skip it; None: none."""
    name = entry.name
    link = _links(entry)
    # DirEntry.is_dir raises on a circle of links.
    folder = os.path.isdir(entry) if link else entry.is_dir(follow_symlinks=False)  # noqa: PTH112
    if name == ".git" or (not folder and not content.listed(name)):
        return None
    if folder and name.startswith(".") and (link or content.printable(name) != name):
        return None
    if link:
        return content.SYMLINK_BECAUSE
    if content.printable(name) != name:
        return content.NAME_BECAUSE
    if folder:
        return "hidden folder" if name.startswith(".") else "folder"
    return "file" if entry.is_file(follow_symlinks=False) else content.SPECIAL_BECAUSE


def _links(entry: os.DirEntry[str]) -> bool:
    if os.name == "nt":
        return _is_link(entry.stat(follow_symlinks=False))
    return entry.is_symlink()


def _is_link(status: os.stat_result) -> bool:
    """Say whether this is a symbolic link, or what Windows calls a junction."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _is_repository(folder: str) -> bool:
    """Say whether a folder is the top of a work tree, as git finds it: an empty `.git` is none."""
    marker = f"{folder}{os.sep}.git"
    # Path.is_file raises where it may not look.
    return os.path.lexists(f"{marker}{os.sep}HEAD") or os.path.isfile(marker)  # noqa: PTH113


def _neighbours(where: str, parts: tuple[str, ...], depth: int) -> Iterator[str]:
    """Yield the paths that could have been meant instead of a component that is not there."""
    try:
        names = [neighbour.name for neighbour in Path(where).parent.iterdir()]
    except OSError:
        return
    for name in names:
        yield "/".join((*parts[: depth - 1], name, *parts[depth:]))


def _unreadable(path: str, error: OSError) -> DocumentError:
    """Make the error of a file that cannot be read; raise the system's where all is used up."""
    if content.exhausted(error):
        raise error
    return content.refused(
        path,
        f"cannot be read: {error.strerror}",
        "make it readable for the user that runs cmpolicy",
    )
