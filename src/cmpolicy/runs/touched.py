"""Which files two sides of a comparison differ in, and which others depend on those."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cmpolicy.agreement import Agreement
from cmpolicy.errors import DocumentError
from cmpolicy.fleet import Bench, Judgement, Source
from cmpolicy.policy import Config
from cmpolicy.portfolio import kind_of
from cmpolicy.snapshot import Revision, Snapshot, changed, pending


@dataclass(frozen=True, slots=True)
class Looked:
    """An agreement's file on one side: judged, and built where it can be read."""

    judgement: Judgement
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Sight:
    """One side: its files, and where they are judged."""

    bench: Bench
    config: Config
    """Whose globs say which files are agreements."""
    here: str
    """The folder to look below where there are no globs."""

    @property
    def snapshot(self) -> Snapshot:
        """The files of this side."""
        return self.bench.snapshot

    def source(self, path: str) -> Source | None:
        """Return how a file is looked at; None: it is not."""
        if not self.config.looks_at(path, self.here):
            return None
        return Source(path, named=bool(self.config.agreements))

    def sources(self) -> Iterator[Source]:
        """Yield every file that is looked at."""
        for path in self.snapshot.paths():
            source = self.source(path)
            if source is not None:
                yield source

    def look(self, source: Source) -> Looked | None:
        """Judge a file; None where it is no agreement."""
        opened = self.bench.open(source)
        return Looked(self.bench.settle(opened), opened.agreement) if opened.counts else None

    def holding(self, needles: Iterable[bytes], known: frozenset[str]) -> Iterator[str]:
        """Yield the files, beside those known, whose text holds any of the needles."""
        wanted = tuple(needles)
        for source in self.sources() if wanted else ():
            if source.path in known:
                continue
            try:
                data = self.snapshot.read(source.path)
            except DocumentError:
                continue  # it cannot be read on either side: it did not change
            if any(needle in data for needle in wanted):
                yield source.path

    def kind(self, path: str) -> str | None:
        """Return the kind of cmpolicy file at a path; None where there is none."""
        try:
            return kind_of(self.snapshot.read(path))
        except DocumentError:
            return None


def differing(base: Revision, head: Snapshot) -> frozenset[str]:
    """Return the paths at which two sides may differ, of any kind of file."""
    if isinstance(head, Revision):
        found = changed(base.root, base.commit, head.commit)
        paths = (path for change in found for path in (change.old_path, change.new_path))
        return frozenset(path for path in paths if path is not None)
    # Git does not tell of files that it ignores, and `check` judges them.
    added = set(head.paths()) - set(base.paths())
    return frozenset({*pending(base.root, base.commit), *added})


def dependents(sides: tuple[Sight, Sight], touched: frozenset[str]) -> Iterator[str]:
    """Yield the files that did not change and depend on some that did.

    They use a shared file, or name a record that came or went.
    """
    needles = {os.fsencode(posixpath.basename(path)) for path in touched if _matters(sides, path)}
    for side in sides:
        yield from side.holding(needles, touched)


def _matters(sides: tuple[Sight, Sight], path: str) -> bool:
    """Say whether agreements may depend on a file that differs."""
    if any(part.startswith(".") for part in path.split("/")):
        return False
    base, head = (side.snapshot.is_file(path) for side in sides)
    if not path.endswith((".yaml", ".yml")):
        return base is not head
    kinds = {side.kind(path) for side in sides}
    return "Shared" in kinds or (base is not head and "Agreement" not in kinds)


def out_of_sight(sides: tuple[Sight, Sight]) -> Iterator[str]:
    """Yield the files that one side's globs match and the other's do not."""
    base, head = sides
    if base.config.agreements == head.config.agreements:
        return
    for path in {*base.snapshot.paths(), *head.snapshot.paths()}:
        if (base.source(path) is None) is not (head.source(path) is None):
            yield path
