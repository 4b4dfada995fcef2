"""Describes every validation error of a document, each at its place.

`jsonschema` finds the errors (its only home); none of its messages reaches a reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import relevance
from jsonschema.validators import extend

from cmpolicy.document import Document
from cmpolicy.errors import MOST_PROBLEMS, Location, Problem
from cmpolicy.nearest import nearest
from cmpolicy.shape.limits import past_limits
from cmpolicy.shape.schema import load_schema, required_of, resolve
from cmpolicy.shape.wording import WORDINGS, expected, shown_key

Raw = tuple[str | int, ...]

_HEAD: Final = ("kind", "apiVersion")
"""Where these are wrong, the file is of another kind, and nothing else is worth reporting."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """A problem, with a key by which another one that says the same is found."""

    path: Raw
    keyword: str
    problem: Problem
    key: str = ""
    """The key that is missing or unknown."""
    guess: str | None = None
    """The known key that an unknown one is nearest to."""


def explain(document: Document, name: str, placeholders: Collection[str]) -> tuple[Problem, ...]:
    """Return all that is wrong, the best match first, then in the order of the file.

    Args:
        document: one that its schema refuses.
        name: the name of the schema.
        placeholders: paths of missing keys that need not be reported.
    """
    explainer = _Explainer(document, name, load_schema(name), frozenset(placeholders))
    # What is too long is reported alone: explaining it item by item may take very long.
    too_long = list(islice(past_limits(document.value, load_schema(name)), MOST_PROBLEMS))
    if too_long:
        return tuple(explainer.too_many(*found).problem for found in too_long)
    errors = list(islice(_explainer(name).iter_errors(document.value), MOST_PROBLEMS))
    if not errors:
        return (_unexplained(document, name),)
    head = [error for error in errors if error.path and error.path[0] in _HEAD]
    errors = sorted(head or errors, key=relevance, reverse=True)
    found = (finding for error in errors for finding in explainer.describe(error))
    kept = _without_echoes(list(islice(found, MOST_PROBLEMS)))
    first, rest = kept[:1], kept[1:]
    rest.sort(key=lambda finding: _order(finding.problem))
    return tuple(dict.fromkeys(finding.problem for finding in (*first, *rest)))


def _order(problem: Problem) -> tuple[int, int]:
    place = problem.location
    return (place.line, place.column) if place else (0, 0)


def _without_echoes(found: list[_Finding]) -> list[_Finding]:
    """Leave out a second finding of one value, and a key missing only because it is misspelt."""
    misspelt = {(finding.path, finding.guess) for finding in found if finding.guess}
    kept: dict[Any, _Finding] = {}
    for finding in found:
        if finding.keyword == "required" and (finding.path, finding.key) in misspelt:
            continue
        of_keys = finding.keyword in _OF_KEYS
        kept.setdefault((finding.path, finding.key) if of_keys else finding.path, finding)
    return list(kept.values())


def _unexplained(document: Document, name: str) -> Problem:
    message = f"the file does not have the shape of a cmpolicy file of this kind ({name})"
    hint = f"`cmpolicy schema {name}` prints the shape asked for"
    return Problem(message, document.position(()), hint)


@cache
def _explainer(name: str) -> Draft202012Validator:
    strict = extend(  # type: ignore[no-untyped-call]  # its stubs leave it untyped
        Draft202012Validator, {"pattern": _whole_pattern}
    )
    validator: Draft202012Validator = strict(load_schema(name))
    return validator


def _whole_pattern(
    _validator: Any, pattern: str, value: Any, _schema: Any
) -> Iterator[ValidationError]:
    """Judge `pattern` as ECMA 262 does: there `$` does not match ahead of a last line break."""
    whole = f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern
    if isinstance(value, str) and not re.search(whole, value):
        yield ValidationError("pattern")


def _field(steps: Iterable[str | int]) -> str:
    """Return the field that a path in a schema is about: `targets.within`; empty: the file."""
    found = list(steps)
    names = [str(name) for above, name in pairwise(found) if above == "properties"]
    return ".".join(names)


_FEW: Final = 12
"""So many keys of a mapping are listed where none is near; of more, how to list them."""
_OF_KEYS: Final = ("required", "additionalProperties", "propertyNames")


@dataclass(frozen=True, slots=True)
class _Explainer:
    """Explains errors of one document."""

    document: Document
    name: str
    """The name of the schema."""
    root: Mapping[str, Any]
    placeholders: frozenset[str]

    def describe(self, error: ValidationError) -> Iterator[_Finding]:
        """Yield what an error comes to."""
        path: Raw = tuple(error.absolute_path)
        node: Any = error.schema
        value: Any = error.instance
        if "propertyNames" in error.absolute_schema_path:
            yield self._wrong_key(path, value, node)
        elif error.validator == "required":
            yield from self._missing(path, value, node)
        elif error.validator == "additionalProperties":
            yield from self._unknown(path, value, node, _field(error.absolute_schema_path))
        else:
            yield self._wrong_value(path, value, node, str(error.validator))

    def _missing(
        self, path: Raw, value: Mapping[str, Any], node: Mapping[str, Any]
    ) -> Iterator[_Finding]:
        whole = node if "properties" in node else self._holding(node)
        for key in required_of(whole, value):
            full = self.document.symbolic((*path, key))
            if key in value or full in self.placeholders:
                continue
            problem = Problem(
                f"`{full}` is missing", self._place(path), self._to_add(key, whole["properties"])
            )
            yield _Finding(path, "required", problem, key)

    def _place(self, path: Raw) -> Location:
        """Return where something is missing: in the file as a whole, or in a mapping of it."""
        return self.document.position(path) if path else Location(self.document.file)

    def _to_add(self, key: str, fields: Mapping[str, Any]) -> str | None:
        """Return the line to write where only one will do, else what the key means."""
        node = resolve(fields[key], self.root)
        if "const" in node:
            return f"write the line `{key}: {node['const']}`"
        meaning: str | None = fields[key].get("description", node.get("description"))
        return meaning

    def _holding(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema of a mapping that asks for more keys in its `else`."""
        every = (self.root, *self.root.get("$defs", {}).values())
        return next(node for node in every if node.get("else") == part)

    def _unknown(
        self, path: Raw, value: Mapping[str, Any], node: Mapping[str, Any], field: str
    ) -> Iterator[_Finding]:
        known = node.get("properties", {})
        command = f"`cmpolicy explain {field or self.name}`"
        for key in value:
            if key in known:
                continue
            elsewhere = node.get("x-elsewhere", {}).get(key)
            others = [name for name in known if name not in value]
            guess = None if elsewhere else nearest(key, others)
            message = f"unknown key {shown_key(key)}"
            if guess:
                message += f"; did you mean `{guess}`?"
            hint = elsewhere or f"{command} lists the keys"
            if not (elsewhere or guess) and len(known) <= _FEW:
                hint = f"known here: {', '.join(known)}"
            place = self.document.key_position((*path, key))
            problem = Problem(message, place, hint)
            yield _Finding(path, "additionalProperties", problem, key, guess)

    def _wrong_key(self, path: Raw, key: str, node: Mapping[str, Any]) -> _Finding:
        message = f"the key {shown_key(key)} must be {expected(node)}"
        place = self.document.key_position((*path, key))
        return _Finding(path, "propertyNames", Problem(message, place), key)

    def _wrong_value(
        self, path: Raw, value: Any, node: Mapping[str, Any], keyword: str
    ) -> _Finding:
        place = self.document.position(path)
        word = WORDINGS[keyword]
        raw = self.document.raw_text(path) if isinstance(value, (int, float)) else ""
        message, hint = word(self._label(path), value, node, raw)
        return _Finding(path, keyword, Problem(message, place, hint))

    def too_many(self, path: Raw, value: Any, node: Mapping[str, Any]) -> _Finding:
        """Return what a list or mapping past its limit comes to, at the first entry past it."""
        if isinstance(value, list):
            place = self.document.position((*path, node["maxItems"]))
        else:
            key = next(islice(value, node["maxProperties"], None))
            place = self.document.key_position((*path, key))
        message, hint = WORDINGS["maxItems"](self._label(path), value, node, "")
        return _Finding(path, "maxItems", Problem(message, place, hint))

    def _label(self, path: Raw) -> str:
        if not path:
            return "the file"
        if isinstance(path[-1], str):
            return f"`{path[-1]}`"
        names = [step for step in path if isinstance(step, str)]
        return f"an entry of `{names[-1]}`" if names else "an entry of the file"
