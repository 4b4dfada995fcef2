"""What differs between a commit and the work tree, without reading the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cmpolicy.errors import GitError
from cmpolicy.snapshot import runner

_NONE_SET = 1
"""The status of `git config` where nothing matches."""


def pending(root: Path, commit: str) -> tuple[str, ...]:
    """List the paths at which the work tree may differ from a commit, by its full id; sorted.

    Git decides by size and time of change, so a file that was only touched may be among them. What
    git ignores is not. Git runs no filter for it: of a file whose times decide nothing and that is
    stored through one (Git LFS), it says that it may differ.
    """
    edited = runner.run(
        root,
        *_without_filters(root),
        "diff-index",
        "-z",
        "--name-only",
        "--no-renames",
        # Else git runs in the submodules too, by their configuration.
        "--ignore-submodules=dirty",
        "--end-of-options",
        commit,
    )
    untracked = runner.run(root, "ls-files", "-z", "--others", "--exclude-standard")
    flagged = _not_looked_at(root)
    names = {*edited.split(b"\0"), *untracked.split(b"\0"), *flagged} - {b""}
    return tuple(sorted(name.decode("utf-8", "surrogateescape") for name in names))


def _not_looked_at(root: Path) -> Iterator[bytes]:
    """Yield the files at which git was asked not to look: it calls them unchanged, come what may.

    What a sparse checkout leaves out is not there, and so does not differ.
    """
    listing = runner.run(root, "ls-files", "-v", "-z")
    for line in listing.split(b"\0"):
        flag, _, name = line.partition(b" ")
        skipped = flag == b"S" and os.path.lexists(root / os.fsdecode(name))
        if flag.islower() or skipped:
            yield name


def _without_filters(root: Path) -> Iterator[str]:
    """Yield the options with which git has no filter to run, whatever its configuration says.

    Filters have names; to take one away, it must be called by its name.
    """
    status, listing, messages = runner.attempt(
        root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\."
    )
    if status > _NONE_SET:
        raise runner.failure(root, messages, "git config failed")
    keys = listing.decode("utf-8", "surrogateescape").split("\0")[:-1]
    for name in sorted({key.removeprefix("filter.").rpartition(".")[0] for key in keys}):
        if "=" in name:
            raise GitError(
                f"the configuration of git in {root} has a filter called {name!r}, which cannot "
                "be left out by name",
                hint="call it something without `=` (`git config --show-origin --get-regexp "
                "^filter` shows where it is)",
            )
        for setting in ("process=", "clean=", "smudge=", "required=false"):
            yield from ("-c", f"filter.{name}.{setting}")
