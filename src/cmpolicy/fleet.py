"""The same evaluation over many files.

Each file is judged by itself; what comes back is small (verdicts), whatever the file was. The
same content is judged once in a run where the snapshot knows that it is the same.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.load import Loader
from cmpolicy.document import Document, read
from cmpolicy.errors import DocumentError, Location, Problem
from cmpolicy.evaluate import evaluate, not_evaluated
from cmpolicy.pool import ALONE, Crew, spread
from cmpolicy.portfolio import Policy, frameworks_of, held_to, kind_of, unjudged_frameworks
from cmpolicy.snapshot import Snapshot
from cmpolicy.verdict import Verdict

WORTH_A_PROCESS: Final = 60
"""Files that take about as long to judge as a process takes to start."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to judge, and how it was found."""

    path: str
    named: bool = False
    """Given by name, or matched by the configuration's globs: it cannot be passed over."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one file."""

    path: str
    kind: str | None
    """`Agreement`, another kind of cmpolicy file, or None: no cmpolicy file."""
    identity: str = ""
    title: str = ""
    verdicts: tuple[Verdict, ...] = ()
    warnings: tuple[Problem, ...] = ()
    broken: bool = False
    place: Location | None = None
    """Where the file says its id."""
    scopes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The frameworks that the agreement is held to, and what its entries say."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it was read: an agreement, another kind of file, or what is wrong with it."""

    path: str
    kind: str | None
    """`Agreement`, another kind of cmpolicy file, or None: no cmpolicy file, or unreadable."""
    document: Document | None = None
    agreement: Agreement | None = None
    error: DocumentError | None = None
    """Why there is no agreement, where one was looked for."""

    @property
    def counts(self) -> bool:
        """Say whether there is something to judge: an agreement, or that it cannot be read."""
        return self.agreement is not None or self.error is not None


@dataclass(frozen=True, slots=True)
class Bench:
    """Where files are judged: a snapshot, a policy, and a day."""

    snapshot: Snapshot
    policy: Policy
    as_of: date
    loader: Loader

    @classmethod
    def of(cls, snapshot: Snapshot, policy: Policy, as_of: date) -> Bench:
        """Set up for a snapshot."""
        return cls(snapshot, policy, as_of, Loader(snapshot.read, snapshot.is_file, policy.words))

    def open(self, source: Source) -> Opened:
        """Read one file, and build the agreement in it."""
        kind: str | None = None
        document: Document | None = None
        try:
            data = self.snapshot.read(source.path)
            kind = kind_of(data)
            if not source.named and kind != "Agreement":
                return Opened(source.path, kind)
            document = read(data, source.path)
            if kind != "Agreement":
                return Opened(source.path, kind, document)
            return Opened(source.path, kind, document, self.load(document))
        except DocumentError as error:
            return Opened(source.path, kind, document, error=error)

    def judge(self, source: Source) -> Judgement:
        """Judge one file; whatever is wrong with it becomes error verdicts."""
        return self.settle(self.open(source))

    def settle(self, opened: Opened) -> Judgement:
        """Judge a file that was opened."""
        if opened.error is not None:
            return self.broken(opened.path, opened.document, opened.error)
        if opened.agreement is None:
            return Judgement(opened.path, opened.kind)
        return self.judged(opened.agreement)

    def load(self, document: Document) -> Agreement:
        """Build an agreement as it is judged here: held to what the configuration asks too.

        Raises:
            DocumentError: with every problem of the file.
        """
        return self.policy.hold(self.loader.load(document), self.as_of)

    def judged(self, agreement: Agreement) -> Judgement:
        """Judge an agreement that `load` built."""
        file = agreement.document.file
        packs = self.policy.packs_for(agreement.frameworks)
        return Judgement(
            file,
            "Agreement",
            agreement.id,
            agreement.title,
            evaluate(agreement, file, packs, self.as_of),
            (*agreement.warnings, *unjudged_frameworks(agreement, self.policy)),
            place=agreement.locate("id"),
            scopes={name: scope.facts for name, scope in agreement.frameworks.items()},
        )

    def broken(self, path: str, document: Document | None, error: DocumentError) -> Judgement:
        """Return the error verdicts of an agreement that cannot be read."""
        value = document.value if document else None
        identity = value.get("id") if isinstance(value, dict) else None
        known = identity if isinstance(identity, str) and identity else None
        identity = known or path
        named = frameworks_of(value)
        if named is not None:
            named = (*named, *self.policy.required((path,), known).names)
        verdicts = not_evaluated(identity, path, error, self.policy.packs_for(named))
        return Judgement(path, "Agreement", identity, verdicts=verdicts, broken=True)


def judge_all(bench: Bench, sources: Iterable[Source], crew: Crew = ALONE) -> Iterator[Judgement]:
    """Judge files in the order of their paths; an id that is taken already is an error."""
    taken: dict[str, str] = {}
    ordered = sorted(sources, key=lambda found: found.path)
    judgements = map(bench.judge, ordered) if crew.alone else _spread(bench, ordered, crew)
    for judgement in judgements:
        yield distinct(judgement, taken, bench.policy)


def workers(files: int, asked: Crew) -> Crew:
    """Return how many processes to judge with: what was asked, or as many as are worth it."""
    worth = min(os.cpu_count() or 1, 1 + files // WORTH_A_PROCESS)
    return Crew(max(1, min(asked.size or worth, files)), asked.limit)


def _spread(bench: Bench, sources: list[Source], crew: Crew) -> Iterator[Judgement]:
    """Judge in processes; only small results come back, in the order of the sources."""
    found = spread(_start, bench, sources, crew)
    for source, judgement in zip(sources, found, strict=True):
        yield judgement or _late(bench, source, str(crew.limit))


def _start(bench: Bench) -> Callable[[Source], Judgement]:
    """Return what a worker process does with each file."""
    return bench.judge


def _late(bench: Bench, source: Source, because: str) -> Judgement:
    """Return the error verdicts of a file that was not judged in time."""
    try:
        kind = kind_of(bench.snapshot.read(source.path))
    except DocumentError as error:
        return bench.broken(source.path, None, error)
    if kind != "Agreement":
        return Judgement(source.path, kind)
    hint = "give it more with --timeout, or more processes with --jobs"
    late = DocumentError(f"not judged: {because}", Location(source.path), hint)
    return bench.broken(source.path, None, late)


def distinct(judgement: Judgement, taken: dict[str, str], policy: Policy) -> Judgement:
    """Return the judgement, or its refusal where an earlier file has the same id."""
    if judgement.kind != "Agreement" or judgement.identity == judgement.path:
        return judgement
    first = taken.setdefault(judgement.identity, judgement.path)
    if first == judgement.path:
        return judgement
    error = DocumentError(
        f"the agreement `{judgement.identity}` is in {first} already",
        judgement.place or Location(judgement.path),
        "give this one an `id` of its own",
    )
    held = {verdict.rule.pack for verdict in judgement.verdicts}
    packs = [pack for pack in policy.packs if pack.id in held]
    return dataclasses.replace(
        judgement,
        identity=judgement.path,
        verdicts=not_evaluated(judgement.path, judgement.path, error, packs),
        broken=True,
    )
