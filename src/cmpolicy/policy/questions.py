"""A question that several rules ask, written once: `same_as` takes it from another rule.

Frameworks ask the same of an agreement, each with its own controls, citation and severity. The
rule that owns the question says `check`, `with` and `fix`, and shows what fails; one that is
`same_as` it says the rest. The owner is a rule of the same pack, or of a bundled one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from cmpolicy import bundled
from cmpolicy.document import Document, read
from cmpolicy.errors import Location, Problem
from cmpolicy.nearest import nearest

SAME_AS: Final = "same_as"
TAKEN: Final = ("check", "with", "fix")
"""What makes a question, and cannot be said anew."""
INHERITED: Final = ("title",)
"""What is taken over where the rule does not say it in its own words."""

Row = Mapping[str, Any]
At = Callable[..., Location]


@cache
def bundled_pack(identity: str) -> Document:
    """Return a bundled pack as it is written."""
    path = bundled.policies()[identity]
    return read(path.read_bytes(), f"policies/{path.name}")


def with_questions(
    rows: Sequence[Row], at: At, problems: list[Problem]
) -> Iterator[tuple[int, Row]]:
    """Yield each rule of a pack by its number, with the question that it takes from another.

    Args:
        rows: the rules as the pack says them.
        at: returns the place of a path below `rules`.
        problems: filled with what is wrong; such a rule is left out.
    """
    own = {row["id"]: row for row in rows}
    for number, row in enumerate(rows):
        if SAME_AS not in row:
            yield number, row
            continue
        wrong = _wrong(row, own)
        if wrong is None:
            yield number, _taking(row, _owner(row[SAME_AS], own) or {})
        else:
            name, message, hint = wrong
            text = f"rule `{row['id']}`: {message}"
            problems.append(Problem(text, at(number, name), hint))


def _wrong(row: Row, own: Mapping[str, Row]) -> tuple[str, str, str | None] | None:
    """Return which field of a rule is wrong, why, and what to do; None: none is."""
    asked = row[SAME_AS]
    for name in TAKEN:
        if name in row:
            return name, f"`{name}` comes from `{asked}`", f"leave out `{name}`, or `{SAME_AS}`"
    owner = _owner(asked, own)
    if owner is None:
        guess = nearest(asked, [*own, *_bundled_ids()])
        hint = f"did you mean `{guess}`?" if guess else "name a rule of this or of a bundled pack"
        return SAME_AS, f"there is no rule `{asked}` to ask the same as", hint
    if SAME_AS in owner:
        return SAME_AS, f"`{asked}` takes its question from another rule", f"name {owner[SAME_AS]}"
    return None


def _taking(row: Row, owner: Row) -> Row:
    taken = {name: owner[name] for name in (*TAKEN, *INHERITED) if name in owner}
    examples = {**_examples_of(owner), **row.get("examples", {})}
    return {**taken, **row, "examples": examples}


def _examples_of(owner: Row) -> Row:
    """Return the examples that hold of the question, whatever else a rule says of when it applies.

    What passes for the owner may do so as its own `when` does not apply.
    """
    failing = owner.get("examples", {}).get("fail")
    return {"pass": [[]], "fail": failing} if failing else {}


def _owner(asked: str, own: Mapping[str, Row]) -> Row | None:
    if asked in own:
        return own[asked]
    for identity in bundled.policies():
        if _names(identity, asked):
            rules = bundled_pack(identity).value["rules"]
            return next((row for row in rules if row["id"] == asked), None)
    return None


def _names(identity: str, asked: str) -> bool:
    """Say whether a bundled pack may have a rule, before it is read."""
    return f"id: {asked}\n".encode() in bundled.policies()[identity].read_bytes()


def _bundled_ids() -> Iterator[str]:
    for identity in bundled.policies():
        yield from (row["id"] for row in bundled_pack(identity).value["rules"])
