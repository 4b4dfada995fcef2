"""Membership: which files of a snapshot the gate covers.

The set is what the globs of the policy match and what those of the change match too: a change may
add to it, and never take away. What a glob matches is judged, or is an error, also where there is
no regular file to read.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cmpolicy.globs import matches, may_match_below
from cmpolicy.policy import Config
from cmpolicy.snapshot import Snapshot


class Role(enum.Enum):
    """Why a file is looked at."""

    MEMBER = "member"
    """A glob of a configuration matches it: it is judged, or is an error."""
    NAMED = "named"
    """Given by name: judged where it is an agreement or nearly one, else skipped and reported."""
    FOUND = "found"
    """It lies in a folder that is searched: judged where it is an agreement or nearly one."""


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """A file to judge, and how it was found."""

    path: str
    role: Role = Role.FOUND
    unreadable: str | None = None
    """Why there is no regular file to read, such as a symbolic link in its place."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Which paths belong to the set."""

    globs: tuple[str, ...]
    """Relative to the root."""
    searched: str | None
    """A folder in which agreements are looked for besides: that of a configuration without globs,
    or of none. Empty: the root; None: there is no such folder."""

    @classmethod
    def of(cls, configs: Iterable[Config], here: str) -> Membership:
        """Return the set of several configurations together.

        Args:
            configs: that of the policy, and that of the change.
            here: the folder that is searched for a configuration without globs.
        """
        configs = tuple(configs)
        globs = (config.from_root(glob) for config in configs for glob in config.agreements)
        bare = not all(config.agreements for config in configs)
        return cls(tuple(dict.fromkeys(globs)), here if bare else None)

    @property
    def everywhere(self) -> Membership:
        """The same with the whole repository in the place of the folder that is searched."""
        return self if self.searched is None else Membership(self.globs, "")

    def role(self, path: str) -> Role | None:
        """Return why a path is looked at; None: it is not."""
        if any(matches(path, glob) for glob in self.globs):
            return Role.MEMBER
        return Role.FOUND if self._searches(path) else None

    def source(self, path: str) -> CandidateFile | None:
        """Return how a path is looked at; None: it is not."""
        role = self.role(path)
        return None if role is None else CandidateFile(path, role)

    def sources(self, snapshot: Snapshot) -> Iterator[CandidateFile]:
        """Yield every file of a snapshot that is looked at, and what a glob names in vain."""
        listing = snapshot.listing(self.enters)
        for path in listing.paths:
            source = self.source(path)
            if source is not None:
                yield source
        for left_out in listing.irregular:
            if any(self.names(left_out.file, glob) for glob in self.globs):
                yield CandidateFile(left_out.file, Role.MEMBER, left_out.because)

    def enters(self, folder: str) -> bool:
        """Say whether a folder whose name starts with a dot is searched: where a glob names it."""
        return any(may_match_below(folder, glob) for glob in self.globs)

    @staticmethod
    def names(path: str, glob: str) -> bool:
        """Say whether a glob matches what is at a path, or may match below it."""
        return matches(path, glob) or may_match_below(path, glob)

    def _searches(self, path: str) -> bool:
        if self.searched is None or any(part.startswith(".") for part in path.split("/")[:-1]):
            return False
        return not self.searched or path.startswith(f"{self.searched}/")
