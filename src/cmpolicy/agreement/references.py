"""References between the parts of an agreement, as one table, and the words of its fields.

Every id that is referred to must exist; ids are unique in their list; parties, people and rotas
share one namespace. A word that an open vocabulary does not know is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cmpolicy.agreement.fields import Notes, suggestion
from cmpolicy.errors import MOST_PROBLEMS, Problem
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import SECTIONS, VOCABULARIES, row_key

WHO: Final = ("parties", "people", "rotas")

# (pattern, sections that may hold the id). `*`: each item of a list; `@`: each key of a mapping.
REFERENCES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("parties.*.engaged_by", ("parties",)),
    ("people.*.party", ("parties",)),
    ("people.*.deputy", ("people",)),
    ("people.*.calendar", ("calendars",)),
    ("rotas.*.party", ("parties",)),
    ("rotas.*.calendar", ("calendars",)),
    ("rotas.*.members.*", ("people",)),
    ("calendars.*.outside", ("calendars",)),
    ("services.*.owner", WHO),
    ("coverage.*.by", WHO),
    ("coverage.*.calendar", ("calendars",)),
    ("coverage.*.services.*", ("services",)),
    ("coverage.*.severities.*", ("severities",)),
    ("coverage.*.tools.*", ("tools",)),
    ("coverage.*.raised_by.*", WHO),
    ("responsibilities.*.accountable", WHO),
    ("responsibilities.*.accountable.*.who", WHO),
    ("responsibilities.*.accountable.*.only.services.*", ("services",)),
    ("responsibilities.*.accountable.*.only.severities.*", ("severities",)),
    ("responsibilities.*.responsible.*", WHO),
    ("responsibilities.*.consulted.*", WHO),
    ("responsibilities.*.informed.*", WHO),
    ("responsibilities.*.split.@", WHO),
    ("responsibilities.*.escalates_to", ("escalations",)),
    ("responsibilities.*.evidence.keeper", WHO),
    ("allocations.*.from", WHO),
    ("allocations.*.evidence", WHO),
    ("escalations.*.when.severities.*", ("severities",)),
    ("escalations.*.when.services.*", ("services",)),
    ("escalations.*.from", WHO),
    ("escalations.*.steps.*.notify", WHO),
    ("targets.*.severity", ("severities",)),
    ("targets.*.services.*", ("services",)),
    ("targets.*.calendar", ("calendars",)),
    ("targets.*.raised", ("calendars",)),
    ("notices.*.from", ("parties",)),
    ("notices.*.to", ("parties",)),
    ("notices.*.contact", WHO),
    ("notices.*.calendar", ("calendars",)),
    ("reviews.*.attended_by.*", WHO),
    ("tools.*.provided_by", WHO),
    ("tools.*.access.@", WHO),
    ("access.*.party", ("parties",)),
    ("access.*.services.*", ("services",)),
    ("access.*.approved_by", WHO),
    ("access.*.reviewed_in", ("reviews",)),
    ("clauses.*.by", WHO),
    ("documents.*.between.*", ("parties",)),
    ("attestations.*.party", ("parties",)),
    ("attestations.*.verified.by", WHO),
    ("setup.*.led_by.*", WHO),
    ("capacity.by", WHO),
    ("capacity.people.*.who", WHO),
    ("signatures.*.party", ("parties",)),
    ("signatures.*.by", WHO),
)

WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("parties.*.handles.*", "data"),
    ("people.*.roles.*", "roles"),
    ("services.*.data.*", "data"),
    ("coverage.*.area", "areas"),
    ("responsibilities.*.area", "areas"),
    ("responsibilities.*.area.*", "areas"),
    ("escalations.*.when.events.*", "events"),
    ("notices.*.event", "events"),
    ("reviews.*.kind", "review kinds"),
    ("reviews.*.agenda.*", "agenda"),
    ("tools.*.kind", "tool kinds"),
    ("access.*.kind", "access kinds"),
    ("clauses.*.topic", "clause topics"),
    ("documents.*.kind", "document kinds"),
    ("attestations.*.scheme", "schemes"),
    ("attestations.*.scope.*", "areas"),
    ("capacity.functions.*.function", "areas"),
)

FREE: Final = ("labels", "note")
"""What every mapping may carry besides its own keys."""

Found = tuple[tuple[str | int, ...], str]


def find(value: Any, pattern: str) -> Iterator[Found]:
    """Yield (raw path, text) of every text that a pattern of the tables reaches."""
    yield from _find(value, pattern.split("."), ())


def _find(value: Any, steps: list[str], path: tuple[str | int, ...]) -> Iterator[Found]:
    if not steps:
        if isinstance(value, str) and value != UNKNOWN.value:
            yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find(item, rest, (*path, index))
    elif step == "@" and isinstance(value, dict):
        for key in value:
            if key not in FREE:
                yield (*path, key), key
    elif isinstance(value, dict) and step in value:
        yield from _find(value[step], rest, (*path, step))


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
