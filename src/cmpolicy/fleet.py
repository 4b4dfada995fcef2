"""Evaluates many files, in worker processes where that is worth it.

Each file is judged by itself; what comes back is small (verdicts), whatever the file was. The
same content is judged once in a run where the snapshot knows that it is the same.
"""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.load import Loader
from cmpolicy.agreement.model import NO_NEEDS, Needs
from cmpolicy.document import Document, read
from cmpolicy.errors import DocumentError, Location, Problem
from cmpolicy.evaluate import evaluate, not_evaluated
from cmpolicy.gate.kinds import AGREEMENT, kind_by_text, kind_of, worth_parsing
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.policy.effective import EffectivePolicy, frameworks_of, unjudged_frameworks
from cmpolicy.pool import ALONE, Crew, spread
from cmpolicy.rule_facts import RuleFacts
from cmpolicy.snapshot import Snapshot
from cmpolicy.verdict import Verdict

WORTH_A_PROCESS: Final = 60
"""Files that take about as long to judge as a process takes to start."""


@dataclass(frozen=True, slots=True)
class FileResult:
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
    formerly: str | None = None
    """An earlier id of the agreement."""
    needs: Needs = NO_NEEDS
    """The other files that it depends on."""

    @property
    def counts(self) -> bool:
        """Say whether it is an agreement, or what should be one and cannot be read."""
        return self.kind == AGREEMENT


@dataclass(frozen=True, slots=True)
class ParsedFile:
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
class Evaluator:
    """Where files are judged: a snapshot, a policy, and a day."""

    snapshot: Snapshot
    policy: EffectivePolicy
    as_of: date
    loader: Loader
    evidence: bool = True
    """Keep the observations of what passes, and their places."""

    @classmethod
    def of(
        cls, snapshot: Snapshot, policy: EffectivePolicy, as_of: date, *, evidence: bool = True
    ) -> Evaluator:
        """Set up for a snapshot."""
        loader = Loader(snapshot.read, snapshot.is_file, policy.words)
        return cls(snapshot, policy, as_of, loader, evidence)

    def open(self, source: CandidateFile) -> ParsedFile:
        """Read one file, and build the agreement in it."""
        return self.build(self.parse(source))

    def parse(self, source: CandidateFile) -> ParsedFile:
        """Read one file, without building the agreement in it."""
        path, member = source.path, source.role is Role.MEMBER
        document: Document | None = None
        data = b""
        try:
            if source.unreadable is not None:
                raise _unreadable(source)
            data = self.snapshot.read(path)
            if not member and not worth_parsing(data):
                return ParsedFile(path, None)
            document = read(data, path)
            kind = kind_of(document.value)
            if kind is None and member:
                raise _no_agreement(document)
            return ParsedFile(path, kind, document)
        except DocumentError as error:
            claimed = AGREEMENT if document or member or not data else kind_by_text(data)
            if claimed != AGREEMENT:
                return ParsedFile(path, claimed)
            return ParsedFile(path, claimed, document, error=error)

    def build(self, parsed: ParsedFile) -> ParsedFile:
        """Build the agreement in a file that was read."""
        if parsed.document is None or parsed.error is not None or parsed.kind != AGREEMENT:
            return parsed
        try:
            return dataclasses.replace(parsed, agreement=self.load(parsed.document))
        except DocumentError as error:
            return dataclasses.replace(parsed, error=error)

    def names(self, parsed: ParsedFile, framework: str) -> bool:
        """Say whether an agreement that was read may be held to a framework: it need not be built.

        Where nobody can read what it names, it may.
        """
        value = parsed.document.value if parsed.document else None
        found = frameworks_of(value)
        if found is None or framework in found:
            return True
        claims = (_text(value, "id"), _text(value, "formerly"))
        return framework in self.policy.required((parsed.path,), *claims).names

    def judge(self, source: CandidateFile) -> FileResult:
        """Judge one file; whatever is wrong with it becomes error verdicts."""
        return self.evaluate_parsed(self.open(source))

    def evaluate_parsed(self, opened: ParsedFile) -> FileResult:
        """Judge a file that was opened."""
        if opened.error is not None:
            return self.broken(opened.path, opened.document, opened.error)
        if opened.agreement is None:
            return FileResult(opened.path, opened.kind)
        return self.evaluate_agreement(opened.agreement)

    def load(self, document: Document, former_path: str | None = None) -> Agreement:
        """Build an agreement as it is judged here: held to what the configuration asks too.

        Args:
            document: the file.
            former_path: where the file was before; what is required there is required here.

        Raises:
            DocumentError: with every problem of the file.
        """
        paths = () if former_path is None else (former_path,)
        return self.policy.hold(self.loader.load(document), self.as_of, paths)

    def evaluate_agreement(self, agreement: Agreement) -> FileResult:
        """Judge an agreement that `load` built."""
        file = agreement.document.file
        packs = self.policy.packs_for(agreement.frameworks)
        return FileResult(
            file,
            AGREEMENT,
            agreement.id,
            agreement.title,
            evaluate(agreement, file, packs, self.as_of, evidence=self.evidence),
            (*agreement.warnings, *unjudged_frameworks(agreement, self.policy)),
            place=agreement.locate("id"),
            scopes={name: scope.facts for name, scope in agreement.frameworks.items()},
            formerly=agreement.formerly,
            needs=agreement.needs,
        )

    def passed_over(self, parsed: ParsedFile) -> FileResult:
        """Return what is to be known of an agreement that is not evaluated: whose id it is."""
        value = parsed.document.value if parsed.document else None
        known, former = (_text(value, key) for key in ("id", "formerly"))
        return FileResult(parsed.path, parsed.kind, known or parsed.path, formerly=former)

    def broken(self, path: str, document: Document | None, error: DocumentError) -> FileResult:
        """Return the error verdicts of an agreement that cannot be read."""
        value = document.value if document else None
        known, former = (_text(value, key) for key in ("id", "formerly"))
        identity = known or path
        named = frameworks_of(value)
        if named is not None:
            named = (*named, *self.policy.required((path,), known, former).names)
        verdicts = not_evaluated(identity, path, error, self.policy.packs_for(named))
        return FileResult(
            path, AGREEMENT, identity, verdicts=verdicts, broken=True, formerly=former
        )


def judge_all(
    evaluator: Evaluator, sources: Iterable[CandidateFile], crew: Crew = ALONE
) -> Iterator[FileResult]:
    """Judge files in the order of their paths, each by itself: see `distinct`."""
    ordered = sorted(sources, key=lambda found: found.path)
    return map(evaluator.judge, ordered) if crew.alone else _spread(evaluator, ordered, crew)


def workers(files: int, asked: Crew) -> Crew:
    """Return how many worker processes: what was asked, or as many as are worth it."""
    worth = min(os.cpu_count() or 1, 1 + files // WORTH_A_PROCESS)
    return Crew(max(1, min(asked.size or worth, files)), asked.limit)


def _spread(evaluator: Evaluator, sources: list[CandidateFile], crew: Crew) -> Iterator[FileResult]:
    """Judge in processes; only small results come back, in the order of the sources."""
    rules = {rule.id: rule.facts for pack in evaluator.policy.packs for rule in pack.rules}
    found = spread(_start, evaluator, sources, crew)
    for source, packed in zip(sources, found, strict=True):
        if packed is None:
            yield _late(evaluator, source, str(crew.limit))
        else:
            judgement: FileResult = _Unpacker(io.BytesIO(packed), rules).load()
            yield judgement


def _start(evaluator: Evaluator) -> Callable[[CandidateFile], bytes]:
    """Return what a worker process does with each file."""
    names = {id(rule.facts): rule.id for pack in evaluator.policy.packs for rule in pack.rules}

    def judge(source: CandidateFile) -> bytes:
        packed = io.BytesIO()
        _Packer(packed, names).dump(evaluator.judge(source))
        return packed.getvalue()

    return judge


class _Packer(pickle.Pickler):
    """Names the rules of the policy, which both sides have: there is one in each verdict."""

    def __init__(self, target: io.BytesIO, names: Mapping[int, str]) -> None:
        super().__init__(target, pickle.HIGHEST_PROTOCOL)
        self._names = names

    def persistent_id(self, found: Any) -> str | None:
        return self._names.get(id(found))


class _Unpacker(pickle.Unpickler):
    """Puts the rules in again."""

    def __init__(self, source: io.BytesIO, rules: Mapping[str, RuleFacts]) -> None:
        super().__init__(source)
        self._rules = rules

    def persistent_load(self, name: Any) -> RuleFacts:
        return self._rules[name]


def _late(evaluator: Evaluator, source: CandidateFile, because: str) -> FileResult:
    """Return the error verdicts of a file that was not judged in time.

    Of one that no glob names, its text must do to say whether it is an agreement.
    """
    if source.role is not Role.MEMBER:
        try:
            kind = kind_by_text(evaluator.snapshot.read(source.path))
        except DocumentError as error:
            return evaluator.broken(source.path, None, error)
        if kind != AGREEMENT:
            return FileResult(source.path, kind)
    hint = "give it more with --timeout, or more processes with --jobs"
    late = DocumentError(f"not judged: {because}", Location(source.path), hint)
    return evaluator.broken(source.path, None, late)


def distinct(
    judgements: Iterable[FileResult],
    policy: EffectivePolicy,
    had: Callable[[str, str], bool] = lambda *_: False,
) -> tuple[FileResult, ...]:
    """Return the judgements, with an error for each file that claims an id of another one.

    A file claims its `id` and what it says under `formerly`. An id that several claim is that of
    the file that had it before (`had` says so of a path and an id), else of the first one by path
    whose own `id` it is.
    """
    judgements = tuple(judgements)
    claims: dict[str, list[FileResult]] = {}
    for one in judgements:
        for identity in _claimed(one):
            claims.setdefault(identity, []).append(one)
    refused: dict[str, DocumentError] = {}
    for identity, found in claims.items():
        if len(found) > 1:
            owner = _owner(found, identity, had)
            for one in found:
                if one is not owner:
                    refused.setdefault(one.path, _taken(one, identity, owner.path))
    return tuple(
        _refused(one, refused[one.path], policy) if one.path in refused else one
        for one in judgements
    )


def _claimed(one: FileResult) -> tuple[str, ...]:
    if not one.counts or one.identity == one.path:
        return ()
    return (one.identity,) if one.formerly is None else (one.identity, one.formerly)


def _owner(
    claimants: Iterable[FileResult], identity: str, had: Callable[[str, str], bool]
) -> FileResult:
    return min(
        claimants,
        key=lambda one: (not had(one.path, identity), one.identity != identity, one.path),
    )


def _taken(one: FileResult, identity: str, owner: str) -> DocumentError:
    if one.identity == identity:
        message = f"the agreement `{identity}` is in {owner} already"
        return DocumentError(
            message, one.place or Location(one.path), "give this one an `id` of its own"
        )
    return DocumentError(
        f"`formerly: {identity}`: {owner} claims that id too",
        Location(one.path),
        "an id belongs to one agreement: take it out of one of them",
    )


def _refused(one: FileResult, error: DocumentError, policy: EffectivePolicy) -> FileResult:
    held = {verdict.rule.pack for verdict in one.verdicts}
    packs = [pack for pack in policy.packs if pack.id in held]
    return dataclasses.replace(
        one,
        identity=one.path,
        formerly=None,
        verdicts=not_evaluated(one.path, one.path, error, packs),
        broken=True,
    )


def _text(value: Any, key: str) -> str | None:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else None


def _unreadable(source: CandidateFile) -> DocumentError:
    return DocumentError(
        f"{source.path} cannot be judged: {source.unreadable}",
        Location(source.path),
        "a glob of the configuration names it: put a regular YAML file there",
    )


def _no_agreement(document: Document) -> DocumentError:
    return DocumentError(
        f"{document.file} is not an agreement: it does not say `apiVersion: cmpolicy/v1`",
        Location(document.file),
        "a glob of the configuration names it: make it an agreement, or narrow the glob",
    )
