"""Verdicts and changes of one agreement, linked by the paths that both look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare.causes import touches
from cmpolicy.compare.model import AGREEMENT, Change, Effect
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict

SCOPE: Final = frozenset({"framework", "service", "severity", "party", "status", "model"})
"""Promises of what is looked at: where a rule stops or begins to apply, they are behind it."""
_ROW: Final = re.compile(r"[^.\[]*(?:\[.*?\](?=[.\[]|\Z))?")


@dataclass(frozen=True, slots=True)
class Links:
    """Where the changes of one agreement touch it."""

    changes: Sequence[Change]
    frameworks: Mapping[str, str | None]
    """The framework of each pack, by the pack's id."""
    by_row: Mapping[str, Sequence[tuple[str, int]]]
    """Paths and the number of the change that has them, by the row that they begin with."""

    @classmethod
    def of(cls, changes: Sequence[Change], frameworks: Mapping[str, str | None]) -> Links:
        """Index changes by their paths and those of their causes."""
        by_row: dict[str, list[tuple[str, int]]] = {}
        for number, change in enumerate(changes):
            for path in dict.fromkeys((*change.paths, *(edit.path for edit in change.causes))):
                by_row.setdefault(_row(path), []).append((path, number))
        return cls(changes, frameworks, by_row)

    def behind(self, old: Verdict | None, new: Verdict | None) -> tuple[int, ...]:
        """Return the numbers of the changes behind a verdict that turned."""
        found = self._touching(_wrong_paths(old, new)) or self.concerned(old, new)
        if found:
            return found
        if _applies(old) is not _applies(new):
            return tuple(n for n, change in enumerate(self.changes) if change.promise in SCOPE)
        return ()

    def alone(self) -> tuple[int, ...]:
        """Return the one change that means anything: of what turned, nothing else can be behind."""
        moved = [n for n, change in enumerate(self.changes) if change.effect is not Effect.NEUTRAL]
        known = all(change.computed for change in self.changes)
        return tuple(moved) if len(moved) == 1 and known else ()

    def in_rows(self, old: Verdict, new: Verdict) -> tuple[int, ...]:
        """Return the numbers of the changes to the very rows in which something is wrong."""
        return self._touching(path for path in _wrong_paths(old, new) if "[" in path)

    def concerned(self, old: Verdict | None, new: Verdict | None) -> tuple[int, ...]:
        """Return the numbers of the changes that a rule looks at, whatever it says."""
        paths = [item.path for item in (*_observed(old), *_observed(new))]
        verdict = new or old
        framework = self.frameworks.get(verdict.rule.pack) if verdict else None
        whole = (
            number
            for number, change in enumerate(self.changes)
            if change.promise == AGREEMENT
            or (change.promise == "framework" and framework in change.key.split(","))
        )
        return tuple(sorted({*self._touching(paths), *whole}))

    def _touching(self, paths: Iterable[str]) -> tuple[int, ...]:
        found = {
            number
            for path in dict.fromkeys(paths)
            for other, number in self.by_row.get(_row(path), ())
            if touches(path, other)
        }
        return tuple(sorted(found))


def _row(path: str) -> str:
    """Return the row that a path begins with: `targets[p1-respond]`, or the key alone."""
    found = _ROW.match(path)
    return found[0] if found else path


def _wrong_paths(old: Verdict | None, new: Verdict | None) -> list[str]:
    """Return the paths of what is wrong now, before and now."""
    wrong = (item for item in _observed(new) if item.holds is not Holds.YES)
    bad = {subject for item in wrong for subject in item.subjects}
    both = (*_observed(old), *_observed(new))
    return [item.path for item in both if not bad.isdisjoint(item.subjects)]


def _observed(verdict: Verdict | None) -> tuple[Observation, ...]:
    return verdict.observations if verdict else ()


def _applies(verdict: Verdict | None) -> bool:
    idle = (Outcome.NOT_APPLICABLE, Outcome.DROPPED)
    return verdict is not None and verdict.outcome not in idle
