"""What can go wrong, reported so that the reader can fix it.

Every error that a user can cause is a `CmpolicyError`: it names the thing, where it is, what
was expected and how to fix it. Anything else that escapes is a bug in cmpolicy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_PROBLEMS: Final = 100
"""So many problems of one file are reported. A file with more of them needs another look, and to
word each of a hundred thousand would take long."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1, columns in characters."""

    file: str
    line: int = 1
    column: int = 1
    end_column: int = 0
    """Exclusive end on the same line; 0 where only the start is known."""
    text: str = ""
    """The source line itself, without its line break, for excerpts with a caret."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and how to fix it."""

    message: str
    location: Location | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"


class CmpolicyError(Exception):
    """Something the user can fix (exit status 2, or an `error` verdict for an agreement).

    It carries one problem or several; `message`, `location` and `hint` are those of the first.
    """

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        hint: str | None = None,
        *,
        others: tuple[Problem, ...] = (),
    ) -> None:
        self.problems: tuple[Problem, ...] = (Problem(message, location, hint), *others)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def of(cls, problems: tuple[Problem, ...]) -> CmpolicyError:
        """Make an error from problems found together, at least one, the best match first."""
        first = problems[0]
        return cls(first.message, first.location, first.hint, others=problems[1:])

    @property
    def message(self) -> str:
        """What the first problem says."""
        return self.problems[0].message

    @property
    def location(self) -> Location | None:
        """Where the first problem is."""
        return self.problems[0].location

    @property
    def hint(self) -> str | None:
        """How to fix the first problem."""
        return self.problems[0].hint


class DocumentError(CmpolicyError):
    """A file cannot be read as strict YAML, has the wrong shape, or refers to what is not there."""


class PolicyError(CmpolicyError):
    """A pack, framework, configuration or waiver file cannot be used."""


class GitError(CmpolicyError):
    """The repository is not in a state that answers the question."""
