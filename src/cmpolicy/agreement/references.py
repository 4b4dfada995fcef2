"""Judging the references between the parts of an agreement, and the words of its fields.

Every id that is referred to must exist; ids are unique in their list; parties, people and rotas
share one namespace. A word that an open vocabulary does not know is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cmpolicy.agreement.fields import Notes, suggestion
from cmpolicy.errors import MOST_PROBLEMS, Problem
from cmpolicy.references import REFERENCES, WHO, WORDS, find
from cmpolicy.vocabulary import SECTIONS, VOCABULARIES, row_key


def judge_references(value: Mapping[str, Any], notes: Notes) -> None:
    """Note every id that is defined twice, and every reference to what is not there."""
    ids = _judge_keys(value, notes)
    _judge_namespace(value, notes)
    ids["calendars"].add("24x7")
    for pattern, sections in REFERENCES:
        known: set[str] | None = None
        for raw, text in find(value, pattern):
            if known is None:
                known = set().union(*(ids[section] for section in sections))
            if notes.full:
                return
            if text not in known:
                what = " or ".join(_SINGULAR[section] for section in sections)
                place = notes.document.position(raw)
                message = f"{_field(pattern)}: there is no {what} `{text}`"
                hint = suggestion(text, known) or f"define it under `{sections[0]}`"
                notes.problems.append(Problem(message, place, hint))


_SINGULAR: Final = {
    "parties": "party",
    "people": "person",
    "rotas": "rota",
    "calendars": "calendar",
    "severities": "severity",
    "services": "service",
    "escalations": "escalation",
    "reviews": "review",
    "tools": "tool",
}


def _field(pattern: str) -> str:
    words = [step for step in pattern.split(".") if step not in "*@"]
    return f"`{words[-1]}`"


def _judge_keys(value: Mapping[str, Any], notes: Notes) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = {}
    for section in SECTIONS:
        rows = value.get(section)
        first: dict[str, int] = {}
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            key = row_key(section, row)
            if key is None:
                continue
            if key in first and not notes.full:
                at = notes.document.position((section, first[key]))
                hint = "ids are unique in their list" if "id" in row else "give the rows ids"
                notes.problems.append(
                    Problem(
                        f"`{section}`: `{key}` is a duplicate of line {at.line} of {at.file}",
                        notes.document.position((section, index)),
                        hint,
                    )
                )
            first.setdefault(key, index)
        ids[section] = set(first)
    return ids


def _judge_namespace(value: Mapping[str, Any], notes: Notes) -> None:
    seen: dict[str, str] = {}
    for section in WHO:
        for raw, identity in find(value, f"{section}.*.id"):
            other = seen.setdefault(identity, section)
            if other != section and not notes.full:
                notes.problems.append(
                    Problem(
                        f"`{identity}` is a {_SINGULAR[other]} already; "
                        "parties, people and rotas share one namespace",
                        notes.document.position(raw),
                        "give one of them another id",
                    )
                )


def strange_words(
    value: Mapping[str, Any], notes: Notes, extra: Mapping[str, frozenset[str]]
) -> tuple[Problem, ...]:
    """Return a warning for each word that its vocabulary, and the packs' words, do not know."""
    found = list(islice(_strange(value, extra), MOST_PROBLEMS + 1))
    warnings = [
        Problem(message, notes.document.position(raw), suggestion(text, known))
        for raw, text, message, known in found[:MOST_PROBLEMS]
    ]
    if len(found) > MOST_PROBLEMS:
        message = f"there are more such words; the first {MOST_PROBLEMS} are reported"
        warnings.append(Problem(message, notes.document.position(found[-1][0])))
    return tuple(warnings)


def _strange(
    value: Mapping[str, Any], extra: Mapping[str, frozenset[str]]
) -> Iterator[tuple[tuple[str | int, ...], str, str, tuple[str, ...]]]:
    """Yield the raw path of each strange word, the word, what to say, and the words known."""
    for pattern, vocabulary in WORDS:
        known = VOCABULARIES[vocabulary]
        known_set = {*known, *extra.get(vocabulary, ())}
        for raw, text in find(value, pattern):
            if text not in known_set:
                message = f"{_field(pattern)}: `{text}` is none of the {vocabulary} known"
                yield raw, text, message, known
