"""The files of every day of a period: listed once, and from there by what each day changed.

A day shows what its last commit on the first-parent line left; what an earlier commit of the
same day showed for some hours is not reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

from cmpolicy.snapshot import content
from cmpolicy.snapshot.blobs import Blobs
from cmpolicy.snapshot.changes import Commit, changed, history
from cmpolicy.snapshot.content import Enters, never
from cmpolicy.snapshot.stored import Revision, TreeEntry, out_of_sight

Steps = tuple[tuple[int, TreeEntry | None], ...]
"""(index of a commit, what it made of a path), in order; None: it is gone."""


@dataclass(frozen=True, slots=True)
class Past:
    """The first-parent line of a period: for each day with commits the last of them.

    The commit at index 0 is what the period starts with, where there is one before it.
    """

    root: Path
    commits: tuple[Commit, ...]
    steps: Mapping[str, Steps]
    """Every path there ever was, and the commits that changed it."""
    _blobs: Blobs
    _moments: dict[int, Moment] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._blobs.close()

    def paths(self, enters: Enters = never) -> tuple[str, ...]:
        """List every path that was a regular `*.yaml` or `*.yml` file on some day, sorted.

        What `Snapshot.paths` leaves out is left out here too.
        """
        return tuple(
            sorted(
                path
                for path, steps in self.steps.items()
                if content.listed(path.rpartition("/")[2])
                and not out_of_sight(path, enters)
                and content.printable(path) == path
                and any(entry and entry.regular for _, entry in steps)
            )
        )

    def at(self, index: int) -> Moment:
        """Return the files as the commit at an index left them."""
        if index not in self._moments:
            self._moments[index] = Moment(self, index, self._blobs)
        return self._moments[index]

    def entry(self, path: str, index: int) -> TreeEntry | None:
        """Return what a path was after the commit at an index."""
        steps = self.steps.get(path, ())
        found = bisect_right(steps, index, key=lambda step: step[0])
        return steps[found - 1][1] if found else None

    def next_change(self, path: str, index: int) -> int | None:
        """Return the index of the next commit that changes a path; None: none does."""
        steps = self.steps.get(path, ())
        found = bisect_right(steps, index, key=lambda step: step[0])
        return steps[found][0] if found < len(steps) else None

    def index_of(self, day: date) -> int | None:
        """Return the index of the commit that a day shows; None: it is before all of them."""
        found = bisect_right(self.commits, day, key=lambda commit: commit.day)
        return found - 1 if found else None


class Moment(Revision):
    """The files as one commit of the line left them, without listing them again."""

    __slots__ = ("_index", "_past")

    def __init__(self, past: Past, index: int, blobs: Blobs) -> None:
        super().__init__(past.root, past.commits[index].id, None, blobs)
        self._past = past
        self._index = index

    def _list(self) -> Mapping[str, TreeEntry]:
        return _Listing(self._past, self._index)


@dataclass(frozen=True, slots=True)
class _Listing(Mapping[str, TreeEntry]):
    """The paths of one moment, looked up in those of the whole period."""

    past: Past
    index: int

    def __getitem__(self, path: str) -> TreeEntry:
        entry = self.past.entry(path, self.index)
        if entry is None:
            raise KeyError(path)
        return entry

    def __iter__(self) -> Iterator[str]:
        return (path for path in self.past.steps if self.past.entry(path, self.index))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def open_past(root: Path, since: date, until: date, head: str = "HEAD") -> Past:
    """Open a period, both days included, of the line that ends at a revision.

    Raises:
        GitError: where there is no such revision, or a shallow clone does not reach back so far.
    """
    last_of_day = {commit.day: commit for commit in history(root, since, until, head)}
    commits = tuple(last_of_day.values())
    blobs = Blobs(root)
    steps: dict[str, list[tuple[int, TreeEntry | None]]] = {}
    if commits:
        first = Revision(root, commits[0].id, None, blobs)
        steps = {path: [(0, entry)] for path, entry in first.entries().items()}
    for index in range(1, len(commits)):
        for path, entry in _left(root, commits[index - 1].id, commits[index].id):
            steps.setdefault(path, []).append((index, entry))
    return Past(root, commits, {path: tuple(found) for path, found in steps.items()}, blobs)


def _left(root: Path, before: str, after: str) -> Iterator[tuple[str, TreeEntry | None]]:
    """Yield what became of each path that differs."""
    found: dict[str, TreeEntry | None] = {}
    for change in changed(root, before, after):
        if change.old_path is not None:
            found.setdefault(change.old_path, None)
        if change.new_path is not None and change.new_id and change.new_mode:
            found[change.new_path] = TreeEntry(change.new_mode, change.new_id)
    yield from found.items()
