"""What changed between commits, and which commits there were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from cmpolicy.errors import GitError
from cmpolicy.snapshot import revisions, runner

_NONE: Final = "0"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A path that differs between two commits."""

    status: str
    """`A` added, `D` deleted, `M` modified, `R` renamed unchanged, `T` another type of entry."""
    old_path: str | None
    new_path: str | None
    old_id: str | None
    new_id: str | None
    """Git's ids of the contents; None, like the path, on the side where there is none."""
    old_mode: str | None
    new_mode: str | None
    """What kind of entry it is, six octal digits: a file, a symbolic link, a submodule."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the first-parent line."""

    id: str
    when: int
    """Seconds since 1970-01-01 UTC of the committer's date, never before an earlier commit's."""
    day: date
    """The date where the committer was, as `git log` shows it; it never runs backwards either."""


def changed(root: Path, base_commit: str, head_commit: str) -> tuple[FileChange, ...]:
    """List what differs between two commits, given by their full ids, sorted by path.

    A file that was renamed and edited at once is one deleted and one added.
    """
    # Exact renames only: to compare contents costs much, and needs blobs a clone may lack.
    listing = runner.run(
        root, "diff-tree", "-r", "-z", "-M100%", "--end-of-options", base_commit, head_commit
    )
    fields = iter(listing.decode("utf-8", "surrogateescape").split("\0")[:-1])
    changes: list[FileChange] = []
    for facts in fields:
        old_mode, new_mode, old_id, new_id, status = facts.lstrip(":").split()
        first = next(fields)
        second = next(fields) if status[0] == "R" else first
        kind = status[0]
        changes.append(
            FileChange(
                kind,
                None if kind == "A" else first,
                None if kind == "D" else second,
                None if kind == "A" else old_id,
                None if kind == "D" else new_id,
                None if kind == "A" else old_mode,
                None if kind == "D" else new_mode,
            )
        )
    return tuple(sorted(changes, key=lambda change: change.new_path or change.old_path or ""))


def history(root: Path, since: date, until: date, head: str = "HEAD") -> tuple[Commit, ...]:
    """List the first-parent commits of `since` to `until`, both days included, oldest first.

    The last commit before `since` comes first, where there is one: it is what the period starts
    with. `GitError` where a shallow clone does not reach back that far.
    """
    tip = revisions.resolve(root, head)
    listing = runner.run(
        root, "rev-list", "--first-parent", "--reverse", "--pretty=tformat:%H %ct %cs", tip
    )
    lines = (line for line in listing.decode("ascii").splitlines() if not line.startswith("commit"))
    line = in_order(_commit(line) for line in lines)
    before = [commit for commit in line if commit.day < since]
    if not before and line[0].id in revisions.shallow_commits(root):
        raise GitError(
            f"the history of the shallow clone {root} starts on {line[0].day}, after {since}",
            hint=f"ask for a later start, or {runner.SHALLOW_HINT}",
        )
    known = (_by(commit, until) for commit in line if since <= commit.day)
    return (*before[-1:], *(commit for commit in known if commit.day <= until))


def _by(commit: Commit, until: date) -> Commit:
    """Return a commit that was made by the end of a day in UTC as one of that day.

    East of it the committer's calendar may be a day ahead; the commit is there all the same.
    """
    made = datetime.fromtimestamp(commit.when, UTC).date()
    return replace(commit, day=until) if made <= until < commit.day else commit


def in_order(commits: Iterable[Commit]) -> tuple[Commit, ...]:
    """Return the commits, oldest first, with dates that never run backwards.

    A commit that claims to be older than one before it gets that one's date.
    """
    line: list[Commit] = []
    for commit in commits:
        when, day = commit.when, commit.day
        if line:
            when, day = max(when, line[-1].when), max(day, line[-1].day)
        line.append(Commit(commit.id, when, day))
    return tuple(line)


def _commit(line: str) -> Commit:
    """Read `id seconds date`; a date that cannot be read counts as the oldest there is."""
    identity, *dates = line.split()
    try:
        return Commit(identity, int(dates[0]), date.fromisoformat(dates[1]))
    except (IndexError, ValueError):
        return Commit(identity, 0, date.min)
