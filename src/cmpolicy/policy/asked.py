"""Validates what a rule refers to: fields of its list, and words of the vocabularies.

A field that no item has fails or holds for ever, and so does a word that nobody writes. The schema
of the agreement is the one table of fields; a pack may add words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cmpolicy.checks import CheckKind
from cmpolicy.checks.item.comparing import share
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy.parameters import Steps, none_of, words_in
from cmpolicy.references import REFERENCES, WORDS
from cmpolicy.shape import load_schema
from cmpolicy.shape.schema import options
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import PARTY_KINDS, VOCABULARIES

Wrong = tuple[Steps, str]
"""Where it stands below the rule, and what is wrong."""
Node = Mapping[str, Any]
_MANY: Final = 12
"""How many fields a message lists where none is near."""
_DATA: Final = ("service_data", "party_handles")
_SCOPE: Final = {
    "level": "level",
    "category": "categories",
    "standing": "standing",
    "assessment": "assessment",
}
"""Selectors that read a fact of a framework, and its key."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What a rule may ask of, beside the format's own words."""

    words: Mapping[str, Collection[str]]
    """Words that its pack adds, by vocabulary."""
    framework: str | None
    """The framework that its pack is for."""
    frameworks: Mapping[str, Framework]


def wrong_parameters(
    kind: CheckKind, parameters: Mapping[str, Any], known: LedgerEntry
) -> Iterator[Wrong]:
    """Yield each field and word of normalised parameters that nothing could ever meet."""
    for steps, word, vocabulary in words_in(kind, parameters):
        if kind.KIND == "owner" and (steps, word) == (("not_same_as",), "responsible"):
            continue
        yield from _strange(("with", *steps), word, vocabulary, known)
    if "list" in parameters:
        yield from _wrong_items(parameters, known)


def wrong_selectors(when: Mapping[str, Any], known: LedgerEntry) -> Iterator[Wrong]:
    """Yield each word of `when` that no agreement could ever hold."""
    for name, wanted in when.items():
        for word in wanted:
            if name in _DATA:
                yield from _strange(("when", name), word, "data", known)
            elif name == "frameworks":
                yield from _near_framework(("when", name), word, known)
            elif name in _SCOPE and known.framework is not None:
                leaves = _leaves("frameworks", f"{known.framework}.{_SCOPE[name]}")
                yield from _wrong_value(("when", name), word, leaves or [])


def _strange(steps: Steps, word: Any, vocabulary: str, known: LedgerEntry) -> Iterator[Wrong]:
    words = {*VOCABULARIES[vocabulary], *known.words.get(vocabulary, ())}
    if isinstance(word, str) and word not in words:
        guess = nearest(word, words) or next((w for w in sorted(words) if w.startswith(word)), None)
        hint = f"did you mean `{guess}`, or is it" if guess else "is it"
        yield (
            steps,
            (
                f"`{word}` is none of the {vocabulary} known; {hint} one to add "
                f"to the pack's `words: {{{vocabulary}: [{word}]}}`?"
            ),
        )


def _near_framework(steps: Steps, word: Any, known: LedgerEntry) -> Iterator[Wrong]:
    there = {*known.frameworks, *filter(None, (known.framework,))}
    guess = None if word in there else nearest(str(word), there)
    if guess is not None:
        yield steps, f"there is no framework `{word}`; did you mean `{guess}`?"


def _wrong_items(parameters: Mapping[str, Any], known: LedgerEntry) -> Iterator[Wrong]:
    section = parameters["list"]
    where = parameters.get("where") or {}
    choices = (
        [((), where)] if isinstance(where, Mapping) else [((at,), w) for at, w in enumerate(where)]
    )
    asked = [(("with", "where", *at), choice) for at, choice in choices]
    asked += [(("with", name), parameters.get(name) or {}) for name in ("unless", "must")]
    for steps, tests_of in asked:
        for field, value in tests_of.items():
            tests = value if isinstance(value, Mapping) else {"one_of": value}
            yield from _wrong_field((*steps, field), section, field, known)
            if _leaves(section, field) is not None:
                yield from _wrong_tests((*steps, field), section, field, tests, known)


def _wrong_field(steps: Steps, section: str, field: str, known: LedgerEntry) -> Iterator[Wrong]:
    if section == "frameworks":
        yield from _near_framework(steps, field.partition(".")[0], known)
    parts = field.split(".")
    if _leaves(section, field) is not None:
        for at in range(1, len(parts)):
            if f"{section}.{'.'.join(parts[:at])}" in _by_party():
                yield from _near_kind(steps, parts[at])
        return
    depth = next(
        at for at in range(1, len(parts) + 1) if _leaves(section, ".".join(parts[:at])) is None
    )
    above, name = ".".join((section, *parts[: depth - 1])), parts[depth - 1]
    fields = _fields(_leaves(section, ".".join(parts[: depth - 1])) or [])
    guess = nearest(name, fields)
    listed = ", ".join(sorted(fields)[:_MANY])
    hint = f"did you mean `{guess}`?" if guess else f"it has {listed or 'no fields'}"
    yield steps, f"`{above}` has no field `{name}`; {hint}"


def _wrong_tests(
    steps: Steps, section: str, field: str, tests: Mapping[str, Any], known: LedgerEntry
) -> Iterator[Wrong]:
    leaves = _leaves(section, field) or []
    vocabulary = _vocabularies().get(f"{section}.{field}")
    for test, value in tests.items():
        part = share(value)
        if part is not None and _leaves(section, part[1]) is None:
            yield (
                steps,
                (
                    f"`{value}`: a share is of a field of the same item, as in `20% of week`, "
                    f"and `{section}` has no field `{part[1]}`"
                ),
            )
        if test not in {"equals", "one_of"}:
            continue
        for word in value if isinstance(value, list) else [value]:
            if vocabulary is not None:
                yield from _strange(steps, word, vocabulary, known)
            elif f"{section}.{field}" in _who():
                yield from _near_kind(steps, word)
            else:
                yield from _wrong_value(steps, word, leaves)


def _near_kind(steps: Steps, word: Any) -> Iterator[Wrong]:
    """Yield what is not a party kind and looks like one; else it may be the id of a party."""
    guess = None if word in PARTY_KINDS else nearest(str(word), PARTY_KINDS)
    if guess is not None:
        yield steps, f"`{word}` is not a party kind; did you mean `{guess}`?"


def _wrong_value(steps: Steps, word: Any, leaves: list[Node]) -> Iterator[Wrong]:
    """Yield a value that a field with a closed list of words cannot have."""
    enums = [leaf["enum"] for leaf in leaves if "enum" in leaf]
    words = [one for enum in enums for one in enum if one != UNKNOWN.value]
    closed = all("enum" in leaf or "items" in leaf for leaf in leaves)
    if words and closed and word not in words:
        yield steps, none_of(word, words)


@cache
def _leaves(section: str, field: str) -> list[Node] | None:
    """Return what a field of an item may be, as pieces of the schema; None: there is none."""
    root = load_schema("agreement")
    found: list[Node] = [root]
    for step in (*section.split("."), *filter(None, field.split("."))):
        found = [below for node in found for below in _below(node, step, root)]
        if not found:
            return None
    return [one for node in found for one in options(node, root)]


def _below(node: Node, step: str, root: Node) -> Iterator[Node]:
    for option in options(node, root):
        if step in option.get("properties", {}):
            yield option["properties"][step]
        elif isinstance(option.get("additionalProperties"), Mapping):
            yield option["additionalProperties"]


def _fields(leaves: list[Node]) -> set[str]:
    return {name for leaf in leaves for name in leaf.get("properties", {})}


@cache
def _vocabularies() -> Mapping[str, str]:
    """Return the vocabulary of each field that has one."""
    return {_plain(pattern): vocabulary for pattern, vocabulary in WORDS}


@cache
def _who() -> frozenset[str]:
    """Return the fields that name a party, a person or a rota."""
    return frozenset(_plain(pattern) for pattern, names in REFERENCES if "parties" in names)


@cache
def _by_party() -> frozenset[str]:
    """Return the fields that are mappings by party, person or rota."""
    return frozenset(_plain(pattern) for pattern, _ in REFERENCES if pattern.endswith("@"))


def _plain(pattern: str) -> str:
    return ".".join(step for step in pattern.split(".") if step not in {"*", "@"})
