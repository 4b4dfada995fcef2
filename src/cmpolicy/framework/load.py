"""Loading a catalog: from a document of the right shape to a `Framework`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.errors import PolicyError, Problem
from cmpolicy.framework.catalog import (
    Citation,
    Control,
    Framework,
    Milestone,
    ProgramRule,
    ScopeTable,
)
from cmpolicy.nearest import nearest
from cmpolicy.shape import judge
from cmpolicy.vocabulary import DATA, DOCUMENT_KINDS

_OWN_FIELDS: Final = frozenset({"id", "title", "group", "level", "category", "citation", "beyond"})


def load(document: Document) -> Framework:
    """Make a framework of a catalog that was read.

    Raises:
        PolicyError: with every problem of the file: its shape, an id defined twice, a parent or a
            group that the catalog lacks, a class of data or a kind of document that no agreement
            could name, a date that does not exist.
    """
    problems = tuple(judge(document, "framework"))
    if problems:
        raise PolicyError.of(problems)
    problems = (
        *_repeated(document),
        *_dangling(document),
        *_wrong_data(document),
        *_wrong_contracts(document),
        *_wrong_dates(document),
    )
    if problems:
        raise PolicyError.of(problems)
    value = document.value
    return Framework(
        id=value["id"],
        title=value["title"],
        as_of=date.fromisoformat(value["as_of"]),
        source=Citation(**value["source"]),
        scope=_scope(value["scope"]) if "scope" in value else None,
        groups=dict(value.get("groups", {})),
        controls={row["id"]: _control(value, row) for row in value["controls"]},
        program_rules={
            row["id"]: _program_rule(value["id"], row) for row in value.get("program_rules", ())
        },
        data=tuple(value.get("data", ())),
        dates=tuple(_milestone(row) for row in value.get("dates", ())),
        notes=tuple(value.get("notes", ())),
    )


def _scope(row: Mapping[str, Any]) -> ScopeTable:
    takes = {said: frozenset(taken) for said, taken in row["takes"].items()}
    return ScopeTable(row["asks"], row["compares"], frozenset(row.get("always", ())), takes)


def _control(catalog: Mapping[str, Any], row: Mapping[str, Any]) -> Control:
    return Control(
        framework=catalog["id"],
        id=row["id"],
        title=row["title"],
        group=row.get("group"),
        level=row.get("level"),
        category=row.get("category"),
        citation=row.get("citation", f"{catalog['source']['name']} {row['id']}"),
        beyond=row["beyond"],
        facts={name: value for name, value in row.items() if name not in _OWN_FIELDS},
    )


def _program_rule(framework: str, row: Mapping[str, Any]) -> ProgramRule:
    return ProgramRule(
        framework=framework,
        id=row["id"],
        title=row["title"],
        citation=row["citation"],
        also=tuple(row.get("also", ())),
        beyond=row["beyond"],
        note=row.get("note"),
    )


def _milestone(row: Mapping[str, Any]) -> Milestone:
    day = date.fromisoformat(row["date"])
    return Milestone(day, row["event"], row["source_quality"], row["state"])


def _numbers(document: Document) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every number that a control or rule goes by, and its raw path."""
    for section in ("controls", "program_rules"):
        for index, row in enumerate(document.value.get(section, ())):
            yield row["id"], (section, index, "id")
            for place, number in enumerate(row.get("also", ())):
                yield number, (section, index, "also", place)


def _repeated(document: Document) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for number, path in _numbers(document):
        if number in seen:
            place = document.position(path)
            problems.append(Problem(f"duplicate `{number}`", place, "name it once"))
        seen.add(number)
    return problems


def _dangling(document: Document) -> list[Problem]:
    value = document.value
    targets = {
        "group": set(value.get("groups", ())),
        "parent": {row["id"] for row in value["controls"]},
    }
    return [
        Problem(
            f"control `{row['id']}`: there is no {name} `{row[name]}`",
            document.position(("controls", index, name)),
            f"did you mean `{guess}`?"
            if (guess := nearest(row[name], known))
            else f"name a {name} that the catalog has",
        )
        for index, row in enumerate(value["controls"])
        for name, known in targets.items()
        if name in row and row[name] not in known
    ]


def _wrong_data(document: Document) -> list[Problem]:
    return [
        Problem(
            f"there is no class of data `{word}`",
            document.position(("data", index)),
            f"use the words of `handles`: {', '.join(DATA)}",
        )
        for index, word in enumerate(document.value.get("data", ()))
        if word not in DATA
    ]


def _wrong_contracts(document: Document) -> list[Problem]:
    return [
        Problem(
            f"there is no kind of document `{row['term_of']}`",
            document.position(("controls", index, "term_of")),
            f"use the words of `documents`: {', '.join(DOCUMENT_KINDS)}",
        )
        for index, row in enumerate(document.value["controls"])
        if "term_of" in row and row["term_of"] not in DOCUMENT_KINDS
    ]


def _wrong_dates(document: Document) -> list[Problem]:
    dates: list[tuple[str, tuple[str | int, ...]]] = [(document.value["as_of"], ("as_of",))]
    for index, row in enumerate(document.value.get("dates", ())):
        dates.append((row["date"], ("dates", index, "date")))
    problems = []
    for text, path in dates:
        try:
            date.fromisoformat(text)
        except ValueError:
            place = document.position(path)
            problems.append(Problem(f"invalid date `{text}`, expected YYYY-MM-DD", place))
    return problems
