"""What differs between a commit and the work tree, without reading the files."""

from __future__ import annotations

from pathlib import Path

from cmpolicy.snapshot import runner


def pending(root: Path, commit: str) -> tuple[str, ...]:
    """List the paths at which the work tree may differ from a commit, by its full id; sorted.

    Git tells by size and time of change, so a file that was only touched may be among them. What
    git ignores is not.
    """
    edited = runner.run(
        root, "diff-index", "-z", "--name-only", "--no-renames", "--end-of-options", commit
    )
    untracked = runner.run(root, "ls-files", "-z", "--others", "--exclude-standard")
    names = {*edited.split(b"\0"), *untracked.split(b"\0")} - {b""}
    return tuple(sorted(name.decode("utf-8", "surrogateescape") for name in names))
