"""Author, day and subject of a commit, as git reports them: untrusted text.

Whatever prints it must make it harmless for its medium.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cmpolicy.snapshot import runner

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What a reader needs to find a commit, and to ask the person who made it."""

    id: str
    """The full object id."""
    day: date
    """Of the committer, where the committer was."""
    author: str
    subject: str
    """The first line of the message."""


def commit_facts(root: Path, ids: Iterable[str]) -> Mapping[str, CommitFacts]:
    """Return what git says of commits, by their full ids."""
    found: dict[str, CommitFacts] = {}
    every = [*dict.fromkeys(ids)]
    for first in range(0, len(every), _AT_ONCE):
        listing = runner.run(
            root,
            "rev-list",
            "--no-walk=unsorted",
            "--encoding=UTF-8",
            "--format=tformat:%cs%n%an%n%s",
            *every[first : first + _AT_ONCE],
        )
        lines = iter(listing.decode("utf-8", "replace").split("\n")[:-1])
        for header, day, author, subject in zip(lines, lines, lines, lines, strict=True):
            identity = header.removeprefix("commit ")
            found[identity] = CommitFacts(identity, _day(day), author, subject)
    return found


def _day(text: str) -> date:
    """Read a date; one that cannot be read counts as the oldest there is, as in `changes`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
