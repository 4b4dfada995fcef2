"""Which files two sides of a comparison differ in, and which others depend on those."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cmpolicy.agreement import Agreement
from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.fleet import Evaluator, FileResult
from cmpolicy.gate.kinds import AGREEMENT, PLAN, kind_by_text, kind_of, worth_parsing
from cmpolicy.gate.members import CandidateFile, Membership
from cmpolicy.snapshot import Revision, Snapshot, Stored, pending


@dataclass(frozen=True, slots=True)
class EvaluatedFile:
    """An agreement's file on one side: judged, and built where it can be read."""

    judgement: FileResult
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One side: its files, which of them are agreements, and where they are judged."""

    evaluator: Evaluator
    members: Membership

    @property
    def snapshot(self) -> Snapshot:
        """The files of this side."""
        return self.evaluator.snapshot

    def evaluate(self, source: CandidateFile) -> EvaluatedFile | None:
        """Judge a file; None where it is not an agreement."""
        opened = self.evaluator.open(source)
        if not opened.counts:
            return None
        return EvaluatedFile(self.evaluator.evaluate_parsed(opened), opened.agreement)

    def holding(self, needles: Iterable[bytes], known: frozenset[str]) -> Iterator[CandidateFile]:
        """Yield the files, beside those known, whose text may say any of the needles.

        What is written with a backslash may spell anything.
        """
        wanted = tuple(needles)
        for source in self.members.sources(self.snapshot) if wanted else ():
            if source.path in known:
                continue
            try:
                data = self.snapshot.read(source.path)
            except DocumentError:
                continue  # it cannot be read on either side: it did not change
            if b"\\" in data or any(needle in data for needle in wanted):
                yield source

    def plans_using(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield the service plans that may use any of these files: an agreement names no other."""
        wanted = [os.fsencode(posixpath.basename(path)) for path in paths]
        for path in self.snapshot.paths() if wanted else ():
            if not path.endswith((".yaml", ".yml")):
                continue
            try:
                data = self.snapshot.read(path)
            except DocumentError:
                continue
            named = b"\\" in data or any(needle in data for needle in wanted)
            if named and (b"\\" in data or PLAN.encode() in data) and self.kind(path) == PLAN:
                yield path

    def kind(self, path: str) -> str | None:
        """Return the kind of cmpolicy file at a path; None where there is none."""
        try:
            data = self.snapshot.read(path)
        except DocumentError:
            return None
        if not worth_parsing(data):
            return None
        try:
            return kind_of(read(data, path).value)
        except DocumentError:
            return kind_by_text(data)


def differing(base: Revision, head: Snapshot) -> frozenset[str]:
    """Return the paths at which two sides may differ, of any kind of file."""
    if isinstance(head, Stored):
        old, new = base.entries(), head.entries()
        return frozenset(path for path in {*old, *new} if old.get(path) != new.get(path))
    # Git does not list files that it ignores, and `check` judges them.
    added = set(head.paths()) - set(base.paths())
    return frozenset({*pending(base.root, base.commit), *added})


def dependents(sides: tuple[RevisionView, RevisionView], touched: frozenset[str]) -> Iterator[str]:
    """Yield the files that did not change and depend on some that did.

    They use a shared file, are on a service plan, or name a record that came or went.
    """
    changed = {path for path in touched if _matters(sides, path)}
    for side in sides:
        reached = changed | frozenset(side.plans_using(changed))
        needles = {os.fsencode(posixpath.basename(path)) for path in reached}
        yield from (source.path for source in side.holding(needles, touched))


def _matters(sides: tuple[RevisionView, RevisionView], path: str) -> bool:
    """Say whether agreements may depend on a file that differs."""
    base, head = (side.snapshot.is_file(path) for side in sides)
    if not path.endswith((".yaml", ".yml")):
        return base is not head
    kinds = {side.kind(path) for side in sides}
    return bool(kinds & {"Shared", PLAN}) or (base is not head and AGREEMENT not in kinds)


def newly_out_of_scope(sides: tuple[RevisionView, RevisionView]) -> Iterator[str]:
    """Yield the files that belong to the set on one side and not on the other."""
    base, head = sides
    if base.members == head.members:
        return
    for path in {*base.snapshot.paths(), *head.snapshot.paths()}:
        if (base.members.role(path) is None) is not (head.members.role(path) is None):
            yield path
