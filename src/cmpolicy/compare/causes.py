"""Finds the edits that caused a promise to move, by the paths of its sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cmpolicy.promises import EVERYTHING, KINDS
from cmpolicy.terms import EVERYWHERE, RECORD, ROW_RECORD
from cmpolicy.text_edit import TextEdit

_SECTION: Final = re.compile(r"[^.\[]*")
_ENTRY: Final = re.compile(r"[^.\[]*(?:\[.*?\](?=[.\[]|\Z)|\.[^.\[]*)?")
_ROW_FIELD: Final = re.compile(r"(\w+)\[.*\]\.(\w+)")


def touches(path: str, other: str) -> bool:
    """Say whether two symbolic paths are the same, or one leads through the other."""
    short, long = sorted((path, other), key=len)
    return long.startswith(short) and (len(long) == len(short) or long[len(short)] in ".[")


def section(path: str) -> str:
    """Return the top-level key that a path begins with."""
    found = _SECTION.match(path)
    return found[0] if found else ""


def is_term(path: str) -> bool:
    """Say whether an edit there changes what was signed."""
    if section(path) in RECORD:
        return False
    row = _ROW_FIELD.match(path)
    if row and row[2] in ROW_RECORD.get(row[1], ()):
        return False
    return not any(
        path == name or path.endswith(f".{name}") or f".{name}." in path for name in EVERYWHERE
    )


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits of one agreement, to be found by path."""

    every: Sequence[TextEdit]
    _by_section: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_entry: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, ...], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, every: Sequence[TextEdit]) -> Edits:
        """Index edits."""
        found = cls(every)
        for number, edit in enumerate(every):
            found._by_section[section(edit.path)].append(number)
            found._by_entry[_entry(edit.path)].append(number)
        return found

    def causes(
        self, kind: str, own: tuple[str, ...], via: tuple[str, ...]
    ) -> tuple[frozenset[int], frozenset[int]]:
        """Return the edits of what says a promise of a kind, and of what it depends on.

        Where a promise is absent under one reading, its rows are not among the paths. If no edit
        touches the others, the cause is in the section of its kind, or else anywhere.
        """
        direct, indirect = self.behind(own), self.behind(via)
        if direct or indirect:
            return direct, indirect
        row_section, _ = KINDS[kind]
        if direct := self.behind((row_section,)):
            return direct, frozenset()
        return frozenset(), frozenset(range(len(self.every)))

    def behind(self, paths: tuple[str, ...]) -> frozenset[int]:
        """Return the numbers of the edits that touch any of these paths."""
        if paths not in self._known:
            self._known[paths] = frozenset(
                number for path in paths for number in self._touching(path)
            )
        return self._known[paths]

    def _touching(self, path: str) -> list[int]:
        if path == EVERYTHING:
            return [number for number, edit in enumerate(self.every) if is_term(edit.path)]
        top, entry = section(path), _entry(path)
        if entry == top:
            near = self._by_section.get(top, [])
        else:
            # What touches a row stands in that row, or is the whole section.
            near = [*self._by_entry.get(entry, ()), *self._by_entry.get(top, ())]
        return [number for number in near if touches(self.every[number].path, path)]


def _entry(path: str) -> str:
    """Return the row, or the key of a mapping, that a path begins with; or the section alone."""
    found = _ENTRY.match(path)
    return found[0] if found else path
