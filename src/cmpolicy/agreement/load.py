"""Loads an agreement: parsing, placeholders, validation, shared files, and building."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cmpolicy.agreement.build import NO_WORDS, build
from cmpolicy.agreement.model import Agreement, Needs
from cmpolicy.document import Document, merge, read
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Problem
from cmpolicy.placeholders import take_out
from cmpolicy.shape import judge, load_schema
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import SHARED_SECTIONS, row_key

Files = Callable[[str], bytes]
"""Reads a file of the snapshot by its path relative to the root; raises DocumentError."""


@dataclass(frozen=True, slots=True)
class ValidDocument:
    """A document whose shape is right, without its placeholders."""

    document: Document
    placeholders: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Loader:
    """Loads agreements of one snapshot; a shared file is read once for all who use it."""

    files: Files
    exists: Callable[[str], bool] | None = None
    """Says whether a path is a regular file of the snapshot; None: records are not looked up."""
    words: Mapping[str, frozenset[str]] = field(default_factory=lambda: NO_WORDS)
    _shared: dict[str, ValidDocument | DocumentError] = field(default_factory=dict)

    def load(self, document: Document) -> Agreement:
        """Build the agreement of a document that was read already.

        Raises:
            DocumentError: with every problem of the file.
        """
        main = judged(document, "agreement")
        shared = [self._use(path, place) for path, place in _uses(main.document)]
        whole = merge(main.document, [use.document for use in shared])
        _refuse_too_long(whole)
        placeholders = dict(main.placeholders)
        for use in shared:
            placeholders.update(use.placeholders)
        agreement = build(whole, placeholders, self.words, self._missing_records(whole))
        return dataclasses.replace(agreement, needs=Needs(_used(main.document), _kept(whole)))

    def _use(self, path: str, place: Problem) -> ValidDocument:
        if path not in self._shared:
            try:
                self._shared[path] = judged(read(self.files(path), path), "shared")
            except DocumentError as error:
                self._shared[path] = error
        found = self._shared[path]
        if isinstance(found, ValidDocument):
            return found
        first = found.problems[0]
        problem = Problem(
            f"{place.message} cannot be used: {first.message}"
            + (f" ({first.location})" if first.location and first.location.line > 1 else ""),
            place.location,
            first.hint,
        )
        raise DocumentError.of((problem, *found.problems[1:]))

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
    return ValidDocument(pruned, placeholders)


def _refuse_too_long(whole: Document) -> None:
    """Judge the limits of lists again, to which shared files added rows."""
    lists = load_schema("agreement")["properties"]
    if any(len(whole.value.get(name, ())) > lists[name]["maxItems"] for name in SHARED_SECTIONS):
        raise DocumentError.of(judge(whole, "agreement"))


def needed(document: Document) -> Needs:
    """Return what an agreement depends on; whether the files are there is not asked.

    Raises:
        DocumentError: where the shape of the document is wrong: it then depends on nothing else.
    """
    main = judged(document, "agreement").document
    return Needs(_used(main), _kept(main))


def _used(document: Document) -> frozenset[str]:
    return frozenset(path for path, _ in _uses(document))


def _kept(document: Document) -> frozenset[str]:
    return frozenset(file for _, file in _records(document))


def _uses(document: Document) -> list[tuple[str, Problem]]:
    """Return the paths of the shared files relative to the root, each with its place."""
    found = document.value.get("uses")
    if not isinstance(found, list):
        return []
    folder = posixpath.dirname(document.file)
    paths = []
    seen: set[str] = set()
    for index, text in enumerate(found):
        place = Problem(f"`{text}`", document.position(("uses", index)))
        path = posixpath.normpath(posixpath.join(folder, text))
        if path.startswith(("..", "/")) or text.startswith("/"):
            raise DocumentError(
                f"`uses`: `{text}` leads outside the repository",
                place.location,
                "paths are relative to this file and stay inside the repository",
            )
        if path in seen:
            raise DocumentError(
                f"`uses`: duplicate `{text}`", place.location, "name each file once"
            )
        seen.add(path)
        paths.append((path, place))
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
