"""Loads an agreement: parsing, placeholders, validation, shared files, and building."""

from __future__ import annotations

import contextlib
import dataclasses
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cmpolicy.agreement.build import NO_WORDS, build
from cmpolicy.agreement.model import Agreement, Needs
from cmpolicy.document import Document, merge, read
from cmpolicy.document.paths import beside
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Location, Problem
from cmpolicy.placeholders import take_out
from cmpolicy.shape import judge, load_schema
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import SHARED_SECTIONS, row_key

if TYPE_CHECKING:
    # Most agreements are on no plan: what combines them is loaded for those that are.
    from cmpolicy.plans import Combination, Named, Plan, Planned

Files = Callable[[str], bytes]
"""Reads a file of the snapshot by its path relative to the root; raises DocumentError."""


@dataclass(frozen=True, slots=True)
class ValidDocument:
    """A document whose shape is right, without its placeholders."""

    document: Document
    placeholders: Mapping[str, str]
    as_read: Document
    """The document with its placeholders."""


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads agreements of one snapshot; a shared file is read once for all who use it."""

    files: Files
    exists: Callable[[str], bool] | None = None
    """Says whether a path is a regular file of the snapshot; None: records are not looked up."""
    words: Mapping[str, frozenset[str]] = field(default_factory=lambda: NO_WORDS)
    _shared: dict[str, ValidDocument | DocumentError] = field(default_factory=dict)
    _plans: dict[str, Plan | DocumentError] = field(default_factory=dict)
    _combined: dict[tuple[str, ...], Combination | DocumentError] = field(default_factory=dict)

    def load(self, document: Document) -> Agreement:
        """Build the agreement of a document that was read already.

        Raises:
            DocumentError: with every problem of the file.
        """
        main = judged(document, "agreement")
        shared = {path: self._use(path, place) for path, place in _uses(main.document)}
        if "plans" in main.document.value:
            return self._built(main, self._planned(main, shared)[1])
        _refuse_without_plans(main.document)
        whole = merge(main.document, [use.document for use in shared.values()])
        _refuse_too_long(whole)
        placeholders = dict(main.placeholders)
        for use in shared.values():
            placeholders.update(use.placeholders)
        return self._finished(main, whole, placeholders)

    def load_on(self, document: Document, plans: Sequence[Plan]) -> Agreement:
        """Build an agreement on these plans, sealed or not, whichever it names.

        Raises:
            DocumentError: with everything in which they do not fit together.
        """
        from cmpolicy.plans import planned

        main = judged(document, "agreement")
        return self._built(
            main, planned(main.as_read, main.document, self.combined(plans), shared={})
        )

    def _built(self, main: ValidDocument, planned: Planned) -> Agreement:
        right = judged(planned.document, "agreement")
        agreement = self._finished(main, right.document, right.placeholders)
        return dataclasses.replace(agreement, inputs=planned.values)

    def _finished(
        self, main: ValidDocument, whole: Document, placeholders: Mapping[str, str]
    ) -> Agreement:
        agreement = build(whole, placeholders, self.words, self._missing_records(whole))
        needs = Needs(self._used(main.document), _kept(whole))
        return dataclasses.replace(agreement, needs=needs)

    def planned(self, document: Document) -> tuple[Combination, Planned]:
        """Return the plans of an agreement that names some, and what they make of it.

        Raises:
            DocumentError: with everything in which they do not fit together.
        """
        main = judged(document, "agreement")
        return self._planned(main, {p: self._use(p, at) for p, at in _uses(main.document)})

    def needed(self, document: Document) -> Needs:
        """Return what an agreement depends on; whether those files are right is not asked.

        Raises:
            DocumentError: where the shape of the document is wrong: it then needs nothing else.
        """
        main = judged(document, "agreement").document
        return Needs(self._used(main), _kept(main))

    def plan(self, path: str) -> Plan:
        """Return the plan in a file.

        Raises:
            DocumentError: with everything that is wrong with it.
        """
        if path not in self._plans:
            from cmpolicy.plans import read_plan

            try:
                found = judged(read(self.files(path), path), "plan")
                self._plans[path] = read_plan(found.as_read, found.document)
            except DocumentError as error:
                self._plans[path] = error
        plan = self._plans[path]
        if isinstance(plan, DocumentError):
            raise DocumentError.of(plan.problems)
        return plan

    def _used(self, document: Document) -> frozenset[str]:
        """Return the shared files and plans of an agreement, and the shared files of its plans."""
        used = {path for path, _ in _uses(document)}
        for named in _named_plans(document):
            used.add(named.path)
            with contextlib.suppress(DocumentError):
                used.update(self.plan(named.path).uses)
        return frozenset(used)

    def _planned(
        self, main: ValidDocument, shared: Mapping[str, ValidDocument]
    ) -> tuple[Combination, Planned]:
        from cmpolicy.plans import judge_choice, planned

        document = main.document
        named = _named_plans(document)
        plans = [self._named(place) for place in named]
        judge_choice(named, plans, str(document.value["status"]))
        combination = self.combined(plans)
        own = {path: use.as_read for path, use in shared.items()}
        return combination, planned(main.as_read, document, combination, own)

    def combined(self, plans: Sequence[Plan]) -> Combination:
        """Return a base plan and add-ons, put together.

        Raises:
            DocumentError: with everything in which they do not fit together.
        """
        paths = tuple(plan.file for plan in plans)
        if paths not in self._combined:
            from cmpolicy.plans import combine

            try:
                self._combined[paths] = combine(plans, self._shared_of(plans))
            except DocumentError as error:
                self._combined[paths] = error
        combination = self._combined[paths]
        if isinstance(combination, DocumentError):
            raise DocumentError.of(combination.problems)
        return combination

    def _named(self, named: Named) -> Plan:
        try:
            return self.plan(named.path)
        except DocumentError as error:
            raise _cannot_be_used(Problem(f"`{named.text}`", named.location), error) from None

    def _shared_of(self, plans: Sequence[Plan]) -> dict[str, Document]:
        return {
            path: self._use(path, place).as_read
            for plan in plans
            for path, place in _uses(plan.pruned)
        }

    def _use(self, path: str, place: Problem) -> ValidDocument:
        if path not in self._shared:
            try:
                self._shared[path] = judged(read(self.files(path), path), "shared")
            except DocumentError as error:
                self._shared[path] = error
        found = self._shared[path]
        if isinstance(found, ValidDocument):
            return found
        raise _cannot_be_used(place, found)

    def _missing_records(self, document: Document) -> frozenset[str]:
        if self.exists is None:
            return frozenset()
        return frozenset(path for path, file in _records(document) if not self._is_there(file))

    def _is_there(self, path: str) -> bool:
        return self.exists is not None and not path.startswith("..") and self.exists(path)


def judged(document: Document, schema: str) -> ValidDocument:
    """Take the placeholders out of a document and judge its shape.

    Raises:
        DocumentError: with every problem, the best match first.
    """
    pruned, placeholders, problems = take_out(document, schema)
    wrong = (*problems, *judge(pruned, schema, placeholders))
    if wrong:
        raise DocumentError.of(tuple(dict.fromkeys(wrong))[:MOST_PROBLEMS])
    return ValidDocument(pruned, placeholders, document)


def _refuse_without_plans(document: Document) -> None:
    """Refuse what says something of plans where there are none."""
    for key in ("inputs", "differs"):
        if key in document.value:
            message = f"`{key}` is about service plans, and the agreement names none"
            hint = "name them under `plans`, or take it out"
            raise DocumentError(message, document.key_position((key,)), hint)


def _refuse_too_long(whole: Document) -> None:
    """Judge the limits of lists again, to which shared files added rows."""
    lists = load_schema("agreement")["properties"]
    if any(len(whole.value.get(name, ())) > lists[name]["maxItems"] for name in SHARED_SECTIONS):
        raise DocumentError.of(judge(whole, "agreement"))


def _cannot_be_used(place: Problem, error: DocumentError) -> DocumentError:
    """Return the error of what names a file that is wrong: of a file that was read, its own."""
    first = error.problems[0]
    message, at = f"{place.message} cannot be used: {first.message}", place.location
    if first.location and first.location.line > 1:
        message, at = first.message, first.location
    return DocumentError(message, at, first.hint, others=error.problems[1:])


def _kept(document: Document) -> frozenset[str]:
    return frozenset(file for _, file in _records(document))


def _uses(document: Document) -> list[tuple[str, Problem]]:
    """Return the paths of the shared files relative to the root, each with its place."""
    found = document.value.get("uses")
    if not isinstance(found, list):
        return []
    named = [(text, document.position(("uses", index))) for index, text in enumerate(found)]
    return [(path, Problem(f"`{text}`", at)) for path, text, at in _inside(document, "uses", named)]


def _named_plans(document: Document) -> list[Named]:
    """Return the plans that an agreement names."""
    found = document.value.get("plans", [])
    if not found:
        return []
    from cmpolicy.plans import Named

    named = [
        (entry["file"], document.position(("plans", index, "file")))
        for index, entry in enumerate(found)
    ]
    inside = _inside(document, "plans", named)
    for path, text, place in inside:
        if not path.endswith((".yaml", ".yml")) or "/." in f"/{path}":
            # A comparison looks through such files to find the agreements that a change reaches.
            message = f"`plans`: `{text}` is not a *.yaml file in a folder that is searched"
            hint = "folders whose name starts with a dot are not searched"
            raise DocumentError(message, place, hint)
    return [
        Named(path, text, entry.get("seal"), at)
        for entry, (path, text, at) in zip(found, inside, strict=True)
    ]


def _inside(
    document: Document, key: str, named: Sequence[tuple[str, Location]]
) -> list[tuple[str, str, Location]]:
    """Return files that a document names: each path relative to the root, its text, and its place.

    Raises:
        DocumentError: for one outside the repository, or named twice.
    """
    paths = []
    seen: set[str] = set()
    for text, place in named:
        path = beside(document.file, text)
        if path.startswith(("..", "/")) or text.startswith("/"):
            raise DocumentError(
                f"`{key}`: `{text}` leads outside the repository",
                place,
                "paths are relative to this file and stay inside the repository",
            )
        if path in seen:
            raise DocumentError(f"`{key}`: duplicate `{text}`", place, "name each file once")
        seen.add(path)
        paths.append((path, text, place))
    return paths


def _records(document: Document) -> list[tuple[str, str]]:
    """Return every `record` that is kept as a file: its path in the document, and the file's."""
    folder = posixpath.dirname(document.file)
    return [
        (path, posixpath.normpath(posixpath.join(folder, record)))
        for path, record in _named_records(document.value)
        if not record.startswith(("https://", "http://"))
    ]


def _named_records(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (path, text) of every `record` of the agreement's reviews and setup."""
    found = []
    for review in value.get("reviews") or ():
        held = review.get("held") if isinstance(review, dict) else None
        for occasion in held if isinstance(held, list) else ():
            key = row_key("held", occasion)
            where = f"reviews[{review['id']}].held[{key}].record"
            found.append((where, occasion.get("record")))
    found.extend(
        (f"setup[{row_key('setup', phase)}].record", phase.get("record"))
        for phase in value.get("setup") or ()
        if isinstance(phase, dict)
    )
    return [(path, text) for path, text in found if isinstance(text, str) and text != UNKNOWN.value]
