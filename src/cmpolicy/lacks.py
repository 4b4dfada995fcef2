"""What lacks, as data: the cause of an observation that does not hold.

Several rules, and several observations of one rule, may meet the same lack; a report shows it once
(`cmpolicy.findings`). A lack names rows and fields only, no rule, prose, line or file, so that its
fingerprint outlives a change of any of them.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass


class LackKind(enum.StrEnum):
    """How something lacks."""

    MISSING = "missing"
    """No row of a list is what was asked."""
    WRONG = "wrong"
    """A value is there, and is not what was asked."""
    UNKNOWN = "unknown"
    """A value that the file calls unknown, or leaves out, decides."""
    CONFLICT = "conflict"
    """Rows that are wrong together: two owners, overlapping targets."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What lacks. Make one by `missing`, `wrong`, `unknown` or `conflict`."""

    kind: LackKind
    list: str = ""
    """Of what is missing: the list or section, as `coverage`."""
    key: tuple[tuple[str, str], ...] = ()
    """Of what is missing: the words that identify the row, sorted by field. Empty: all of the list
    is missing."""
    paths: tuple[str, ...] = ()
    """The value that is wrong; the unknown values, of which the first decides; the rows that are
    in conflict."""

    @property
    def text(self) -> str:
        """The lack as one stable line, as in `missing coverage area=backup stage=detect`."""
        words = [self.kind.value, self.list] if self.list else [self.kind.value]
        if self.kind is LackKind.MISSING and not self.key:
            words.append("*")
        words += (f"{field}={word}" for field, word in self.key)
        # Of several unknown values the first decides; more of them is the same lack.
        words += self.paths[:1] if self.kind is LackKind.UNKNOWN else self.paths
        return " ".join(words)

    def fingerprint(self, agreement: str) -> str:
        """Identify the lack in the agreement with this id: 32 hexadecimal digits."""
        # An unreadable agreement goes by its path, and a file's name need not be UTF-8.
        key = f"{agreement}\n{self.text}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(key).hexdigest()[:32]


def missing(section: str, **key: object) -> Lack:
    """Return the lack of a row.

    Args:
        section: the list, as `coverage`.
        key: the words that identify the row, as `area="backup"`; a field that is None is left out.
            Without any, all of the list is missing.
    """
    said = ((field.rstrip("_"), str(word)) for field, word in key.items() if word is not None)
    return Lack(LackKind.MISSING, section, tuple(sorted(said)))


def wrong(path: str) -> Lack:
    """Return the lack of the right value at a path."""
    return Lack(LackKind.WRONG, paths=(path,))


def unknown(*paths: str) -> Lack:
    """Return the lack of known values: first the one that decides, then the others."""
    return Lack(LackKind.UNKNOWN, paths=tuple(dict.fromkeys(paths)))


def conflict(*paths: str) -> Lack:
    """Return the lack of agreement between rows or values, in any order."""
    return Lack(LackKind.CONFLICT, paths=tuple(sorted(set(paths))))
