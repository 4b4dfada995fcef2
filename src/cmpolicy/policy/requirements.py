"""`require:` of the configuration: what agreements are held to, by path or by id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import HELD_BY_POLICY, FrameworkScope
from cmpolicy.document import Document
from cmpolicy.errors import Location, Problem
from cmpolicy.globs import fixed_start, is_literal, matches
from cmpolicy.nearest import nearest

BY_ID: Final = "id:"
"""How a key begins that names an agreement by its id."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One key of `require:` and what it asks for."""

    key: str
    """As the file says it: a glob of paths, or `id:NAME`."""
    glob: str | None
    """Relative to the root; None where the key names an id."""
    identity: str | None
    """The id that the key names; None where it is a glob."""
    frameworks: Mapping[str, FrameworkScope]
    """What it asks for by framework; without `starts` at once."""
    model: str | None
    location: Location
    places: Mapping[str, Location]
    """Where the file says each framework."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """All keys of `require:`, found by path and by id."""

    rows: tuple[Requirement, ...] = ()
    """In the order of the file."""
    _exact: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Numbers of rows by `id:NAME`, and by path where a glob has no wildcard."""
    _globs: tuple[tuple[str, int], ...] = ()
    """The text that a glob begins with, which is quick to compare, and its number."""

    @classmethod
    def of(cls, rows: Iterable[Requirement]) -> Requirements:
        """Index requirements."""
        rows = tuple(rows)
        exact: dict[str, tuple[int, ...]] = {}
        globs = []
        for number, row in enumerate(rows):
            if row.glob is not None and not is_literal(row.glob):
                globs.append((fixed_start(row.glob), number))
            else:
                name = row.glob if row.glob is not None else f"{BY_ID}{row.identity}"
                exact[name] = (*exact.get(name, ()), number)
        return cls(rows, exact, tuple(globs))

    def matching(self, paths: Collection[str], *identities: str | None) -> tuple[Requirement, ...]:
        """Return the requirements of one agreement, in the order of the file.

        Args:
            paths: of its file, relative to the root: where it is, and where it was.
            identities: its id, and the one that it had; None where there is none to read.
        """
        found = (self._numbers(paths, one) for one in identities or (None,))
        return tuple(self.rows[number] for number in sorted(set().union(*found)))

    def unmatched(
        self, agreements: Iterable[tuple[Collection[str], str | None]]
    ) -> tuple[Requirement, ...]:
        """Return the requirements that match none of these agreements (paths, id)."""
        seen: set[int] = set()
        for paths, identity in agreements:
            seen |= self._numbers(paths, identity)
        return tuple(row for number, row in enumerate(self.rows) if number not in seen)

    def _numbers(self, paths: Collection[str], identity: str | None) -> set[int]:
        names = (*paths, *([f"{BY_ID}{identity}"] if identity is not None else ()))
        found = {number for name in names for number in self._exact.get(name, ())}
        for start, number in self._globs:
            for path in paths:
                if path.startswith(start) and matches(path, self.rows[number].glob or ""):
                    found.add(number)
        return found

    def unknown_names(self, known: Collection[str]) -> tuple[Problem, ...]:
        """Return a problem for each framework that no catalog and no pack has."""
        return tuple(
            Problem(
                f"`require`: no catalog and no pack has a framework `{name}`",
                place,
                f"did you mean `{guess}`?"
                if (guess := nearest(name, known))
                else f"known: {', '.join(sorted(known))}",
            )
            for row in self.rows
            for name, place in row.places.items()
            if name not in known
        )


def read_requirements(
    document: Document, from_root: Callable[[str], str]
) -> tuple[Requirements, tuple[Problem, ...]]:
    """Return what `require:` of a configuration says, and what is wrong with it.

    Args:
        document: a configuration of the right shape.
        from_root: turns a glob of the configuration into one relative to the root.

    Raises:
        PolicyError: for a glob that leads outside the repository.
    """
    problems: list[Problem] = []
    rows = []
    for key, value in ((document.value or {}).get("require") or {}).items():
        path = ("require", key)
        identity = key.removeprefix(BY_ID) if key.startswith(BY_ID) else None
        entries = dict(_entries(value))
        frameworks = {}
        for name, (facts, step) in entries.items():
            starts = _day(document, (*path, step, "from"), facts.get("from"), problems)
            own = {fact: said for fact, said in facts.items() if fact != "from"}
            frameworks[name] = FrameworkScope(name, HELD_BY_POLICY, own, starts)
        rows.append(
            Requirement(
                key=key,
                glob=from_root(key) if identity is None else None,
                identity=identity,
                frameworks=frameworks,
                model=value.get("model") if isinstance(value, dict) else None,
                location=document.key_position(path),
                places={
                    name: document.position((*path, step)) for name, (_, step) in entries.items()
                },
            )
        )
    return Requirements.of(rows), tuple(problems)


def _entries(value: Any) -> Iterator[tuple[str, tuple[Mapping[str, Any], str | int]]]:
    """Yield each framework with its facts, and the last step of the path to it."""
    if isinstance(value, list):
        for number, name in enumerate(value):
            yield name, ({}, number)
    else:
        for name, facts in value.items():
            if name != "model":
                yield name, (facts, name)


def _day(
    document: Document, path: tuple[str | int, ...], text: str | None, problems: list[Problem]
) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        message = f"`from`: invalid date {text!r}, expected YYYY-MM-DD"
        problems.append(Problem(message, document.position(path)))
        return None
