"""Loading a pack: from a document of the right shape to rules with their checks made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cmpolicy.checks import Check, Context
from cmpolicy.document import Document
from cmpolicy.errors import Location, PolicyError, Problem
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy.asked import LedgerEntry, wrong_parameters, wrong_selectors
from cmpolicy.policy.pack import Example, NotJudged, Pack, Rule
from cmpolicy.policy.parameters import KINDS, normalise, unknown_kind
from cmpolicy.policy.questions import SAME_AS, with_questions
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.shape import judge

if TYPE_CHECKING:
    from cmpolicy.edits import Edit

Frameworks = Mapping[str, Framework]


def digest(data: bytes) -> str:
    """Return the digest by which a report names the exact text of a pack."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def load_pack(document: Document, data: bytes, frameworks: Frameworks) -> Pack:
    """Load a pack that a user wrote or that is bundled.

    Raises:
        PolicyError: with every problem of the file: its shape, an unknown check kind or
            parameter, a rule defined twice, a control that no catalog has.
    """
    problems = list(judge(document, "pack"))
    if problems:
        raise PolicyError.of(tuple(problems))
    value = document.value

    def at(*steps: str | int) -> Location:
        return document.position(("rules", *steps))

    rules = [
        _rule(document, index, row, value, frameworks, problems)
        for index, row in with_questions(value["rules"], at, problems)
    ]
    _judge_ids(document, value, problems)
    _judge_duties(document, value, frameworks, problems)
    if problems:
        raise PolicyError.of(tuple(problems))
    return Pack(
        id=value["id"],
        title=value["title"],
        version=value["version"],
        framework=value.get("framework"),
        digest=digest(data),
        rules=tuple(rule for rule in rules if rule is not None),
        not_judged=tuple(
            NotJudged(row["id"], row["because"], row["evidence"], tuple(row.get("obligations", ())))
            for row in value.get("not_judged", ())
        ),
        words={name: frozenset(words) for name, words in value.get("words", {}).items()},
        examples_as_of=_day(value.get("examples_as_of")),
        examples_setup=_edits(
            value.get("examples_setup", ()), document.position(("examples_setup",))
        ),
        file=document.file,
        description=value.get("description", ""),
    )


def _judge_ids(document: Document, value: Mapping[str, Any], problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for index, row in enumerate(value["rules"]):
        if row["id"] in seen:
            first = document.position(("rules", seen[row["id"]], "id"))
            problems.append(
                Problem(
                    f"duplicate rule `{row['id']}`, first in line {first.line}",
                    document.position(("rules", index, "id")),
                    "a rule's id is unique",
                )
            )
        seen.setdefault(row["id"], index)


def _judge_duties(
    document: Document, value: Mapping[str, Any], frameworks: Frameworks, problems: list[Problem]
) -> None:
    for index, row in enumerate(value.get("not_judged", ())):
        wrong = _strange_control(row["id"], frameworks)
        if wrong is not None:
            message, hint = wrong
            place = document.position(("not_judged", index, "id"))
            problems.append(Problem(f"`not_judged`: {message}", place, hint))


def _rule(
    document: Document,
    index: int,
    row: Mapping[str, Any],
    pack: Mapping[str, Any],
    frameworks: Frameworks,
    problems: list[Problem],
) -> Rule | None:
    def at(*steps: str | int) -> Location:
        return document.position(("rules", index, *steps))

    facts = rule_facts(row, pack["id"])
    when = _when(row.get("when", {}))
    known = LedgerEntry(pack.get("words", {}), pack.get("framework"), frameworks)
    _judge_controls(row, frameworks, problems, at)
    for steps, message in wrong_selectors(when, known):
        problems.append(Problem(f"rule `{row['id']}`: {message}", at(*steps)))
    made = _check(row, Context(facts.basis, when, frameworks), known, problems, at)
    if made is None:
        return None
    parameters, check = made
    passing, failing = _examples(row.get("examples", {}), at)
    return Rule(
        facts=facts,
        when=when,
        parameters=parameters,
        check=check,
        locked=row.get("locked", False),
        passing=passing,
        failing=failing,
        location=at("id"),
        same_as=row.get(SAME_AS),
    )


def _check(
    row: Mapping[str, Any],
    context: Context,
    known: LedgerEntry,
    problems: list[Problem],
    at: Callable[..., Location],
) -> tuple[dict[str, Any], Check] | None:
    """Return the parameters, normalised, and the check made of them; None where one is wrong."""
    kind = KINDS.get(row["check"])
    if kind is None:
        wrong = unknown_kind(row["check"])
        problems.append(Problem(f"rule `{row['id']}`: {wrong.message}", at("check"), wrong.hint))
        return None
    parameters, errors = normalise(kind, row.get("with", {}))
    for path, message in errors:
        place = at("with", *path.split(".")) if "with" in row else at("check")
        problems.append(Problem(f"rule `{row['id']}`: {message}", place))
    if errors:
        return None
    for steps, message in wrong_parameters(kind, parameters, known):
        problems.append(Problem(f"rule `{row['id']}`: {message}", at(*steps)))
    try:
        return parameters, kind.make(parameters, context)
    except ValueError as error:
        problems.append(Problem(f"rule `{row['id']}`: {error}", at("with")))
        return None


def _examples(
    examples: Mapping[str, Any], at: Callable[..., Location]
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Return the passing and the failing examples; a passing one may be its edits alone."""
    passing = tuple(
        _example(edits, at("examples", "pass", place), {})
        if isinstance(edits, list)
        else _example(edits.get("edits", []), at("examples", "pass", place), edits)
        for place, edits in enumerate(examples.get("pass", ()))
    )
    failing = tuple(
        _example(entry["edits"], at("examples", "fail", place), entry)
        for place, entry in enumerate(examples.get("fail", ()))
    )
    return passing, failing


def rule_facts(row: Mapping[str, Any], pack: str) -> RuleFacts:
    """Return what a report says of a rule."""
    return RuleFacts(
        id=row["id"],
        pack=pack,
        check=row["check"],
        title=row["title"],
        severity=Severity(row["severity"]),
        basis=row["basis"],
        controls=tuple(row.get("controls", {}).items()),
        references=tuple(row.get("references", ())),
        why=row["why"].strip(),
        fix=row["fix"].strip(),
    )


def _when(given: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        name: tuple(wanted) if isinstance(wanted, list) else (wanted,)
        for name, wanted in given.items()
    }


def _judge_controls(
    row: Mapping[str, Any], frameworks: Frameworks, problems: list[Problem], at: Any
) -> None:
    for reference in row.get("controls", {}):
        wrong = _strange_control(reference, frameworks)
        if wrong is not None:
            message, hint = wrong
            place = at("controls", reference)
            problems.append(Problem(f"rule `{row['id']}`: {message}", place, hint))


def _strange_control(reference: str, frameworks: Frameworks) -> tuple[str, str] | None:
    """Return what is wrong with a reference to a control, and what to do; None: nothing."""
    prefix, _, number = reference.partition(":")
    catalog = frameworks.get(prefix)
    if catalog is None:
        guess = nearest(prefix, frameworks)
        hint = f"did you mean `{guess}:{number}`?" if guess else None
        where = "name its catalog under `frameworks` in cmpolicy.yaml"
        return f"no catalog has the prefix of `{reference}`", hint or where
    if catalog.find(reference) is not None:
        return None
    guess = nearest(number, (*catalog.controls, *catalog.program_rules))
    hint = f"did you mean `{prefix}:{guess}`?" if guess else None
    where = f"`cmpolicy explain {prefix}` lists its controls"
    return f"the catalog of `{prefix}` has no `{reference}`", hint or where


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _edits(entries: Sequence[Any], location: Location) -> tuple[Edit, ...]:
    from cmpolicy.edits import parse  # compiled packs have no examples

    return tuple(edit for entry in entries for edit in parse(entry, location))


def _example(edits: list[Any], location: Location, entry: Mapping[str, Any]) -> Example:
    says = entry.get("says", ())
    return Example(
        edits=_edits(edits, location),
        says=(says,) if isinstance(says, str) else tuple(says),
        as_of=_day(entry.get("as_of")),
        location=location,
    )
