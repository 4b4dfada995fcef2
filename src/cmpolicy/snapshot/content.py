"""What every snapshot has in common: its interface, its paths, and which content it refuses."""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cmpolicy.errors import DocumentError, Location
from cmpolicy.verdict import Skipped

LIMIT: Final = 1024 * 1024
"""The most bytes a file may have (agreement format, principle 8)."""

SUFFIXES: Final = (".yaml", ".yml")

# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer starts with its version,
# and is smaller than 1024 bytes.
_LFS_START: Final = b"version https://git-lfs.github.com/spec/"
_LFS_LIMIT: Final = 1024

SYMLINK_BECAUSE: Final = "a symbolic link, which is not followed"
NESTED_BECAUSE: Final = "a repository of its own (a submodule, for example); run cmpolicy there"
NAME_BECAUSE: Final = "its name is not valid UTF-8; rename it"
SPECIAL_BECAUSE: Final = "not a regular file"


Enters = Callable[[str], bool]
"""Says whether a folder whose name starts with a dot is searched, by its path."""


def never(folder: str) -> bool:  # noqa: ARG001 - one answer for every folder
    """Search no folder whose name starts with a dot."""
    return False


@dataclass(frozen=True, slots=True)
class Listing:
    """The YAML files of a snapshot, and what stands where one could be."""

    paths: tuple[str, ...]
    """Every regular `*.yaml` and `*.yml` file, sorted."""
    irregular: tuple[Skipped, ...] = ()
    """What cannot be read as files are: links, repositories of their own, odd names; sorted."""
    announced: tuple[Skipped, ...] = ()
    """Files without content yet (`git add --intent-to-add`); sorted."""

    @property
    def left_out(self) -> tuple[Skipped, ...]:
        """Everything that is not among the paths, and why; sorted."""
        return tuple(sorted((*self.irregular, *self.announced), key=lambda one: one.file))


class Snapshot(Protocol):
    """The files of a repository at one moment. Paths are POSIX paths relative to `root`."""

    @property
    def label(self) -> str:
        """`work tree`, `index`, or the revision as it was given."""

    @property
    def commit(self) -> str | None:
        """The full object id of a revision; None for the work tree and the index."""

    @property
    def root(self) -> Path:
        """The top of the work tree; of a bare repository its git directory."""

    def listing(self, enters: Enters = never) -> Listing:
        """List every regular `*.yaml` and `*.yml` file, and what stands where one could be.

        Folders whose name starts with a dot (`.github`, `.venv`) are not searched, unless `enters`
        says so, and `.git` never; files in them can still be read by name. Files that git ignores
        are listed.
        """

    def paths(self, enters: Enters = never) -> tuple[str, ...]:
        """Return the paths of `listing`."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes, as they are stored.

        Raises `DocumentError` where there is no such regular file inside the root, or it cannot
        be read, is larger than `LIMIT`, or is a Git LFS pointer.
        """

    def is_file(self, path: str) -> bool:
        """Say whether this is a regular file inside the root, with no symbolic link on the way."""

    def blob_id(self, path: str) -> str | None:
        """Return git's id of the content, the same for the same content; None where unknown."""


def exhausted(error: OSError) -> bool:
    """Say whether it is the machine that has no more, of files or of memory: no file's fault."""
    return error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def components(path: str) -> tuple[str, ...]:
    """Split a path, `.` and `..` resolved by name alone.

    Raises `DocumentError` where it leaves the root, is absolute, or reaches into `.git`.
    """
    if printable(path) != path:
        raise refused(printable(path), "has a name that is not valid UTF-8", "rename it")
    normal = posixpath.normpath(path)
    parts = tuple(normal.split("/"))
    windows = os.name == "nt" and any(mark in path for mark in "\\:")
    if "\0" in path or normal.startswith("/") or parts[0] == ".." or windows:
        raise refused(
            path,
            "lies outside the repository",
            "give a path below the root of the repository, with / between its parts",
        )
    if any(part.casefold() == ".git" for part in parts):
        raise refused(path, "belongs to git itself", "keep agreements and records outside `.git`")
    return parts


def listed(name: str) -> bool:
    """Say whether a file of this name is looked for in a folder."""
    return name.endswith(SUFFIXES)


def hidden(path: str) -> bool:
    """Say whether a file lies in a folder whose name starts with a dot."""
    return (path.startswith(".") and "/" in path) or "/." in posixpath.dirname(path)


def link_matters(name: str) -> bool:
    """Say whether a symbolic link of this name may stand for YAML files, or a folder of them."""
    return listed(name) or "." not in name


def printable(name: str) -> str:
    """Return a name with what is not UTF-8 in it escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


def refused(path: str, message: str, hint: str) -> DocumentError:
    """Make the error of a file that cannot be read; the message goes on after the path."""
    return DocumentError(f"{path} {message}", Location(path), hint)


def missing(path: str, where: str, others: Iterable[str]) -> DocumentError:
    """Make the error of a file that is not there; `others` may differ from it in case alone."""
    twins = sorted(other for other in others if other.casefold() == path.casefold())
    hint = "check the path; it is relative to the root of the repository"
    if twins:
        hint = f"upper and lower case differ: there is {twins[0]}"
    return refused(path, f"is not in the {where}", hint)


def symlinked(path: str, link: str) -> DocumentError:
    """Make the error of a file that is a symbolic link, or lies below one."""
    message = "is a symbolic link" if path == link else f"lies below the symbolic link {link}"
    return refused(path, message, "links are not followed: put the file itself into the repository")


def nested(path: str, folder: str) -> DocumentError:
    """Make the error of a file in a submodule or another nested repository."""
    return refused(
        path,
        f"lies in {folder}, a repository of its own",
        "run cmpolicy in that repository, or keep the file in this one",
    )


def irregular(path: str) -> DocumentError:
    """Make the error of a folder, pipe or device where a file is wanted."""
    return refused(path, "is not a regular file", "name a file")


def oversized(path: str) -> DocumentError:
    """Make the error of a file that is too large to be judged."""
    return refused(
        path, f"is larger than 1 MiB ({LIMIT} bytes)", "split it: one file holds one agreement"
    )


def accept(path: str, content: bytes, lfs_hint: str) -> bytes:
    """Return the content, unless it only points to one in Git LFS (`DocumentError`)."""
    if len(content) < _LFS_LIMIT and content.startswith(_LFS_START):
        raise refused(path, "is a Git LFS pointer, not the file itself", lfs_hint)
    return content
