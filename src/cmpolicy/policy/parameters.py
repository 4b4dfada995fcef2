"""The parameters of checks, validated and normalised by Cerberus (its only home).

A check kind declares its parameters as data (`PARAMETERS`); here they are judged when a pack is
loaded or a rule is changed by `set:`, with messages in our words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmpolicy.checks import CHECKS, CheckKind
from cmpolicy.errors import Problem
from cmpolicy.nearest import nearest

KINDS: Mapping[str, CheckKind] = {kind.KIND: kind for kind in CHECKS}


def normalise(
    kind: CheckKind, given: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """Return the parameters with types and defaults settled, and what is wrong with them.

    What is wrong is told as (dotted path below `with`, message) pairs, sorted.
    """
    import cerberus

    validator = cerberus.Validator(dict(kind.PARAMETERS))
    if validator.validate(dict(given)):
        return dict(validator.document), ()
    wrong = tuple(_explain(validator.errors, kind, ""))
    return {}, tuple(sorted(wrong))


def _explain(errors: Mapping[Any, Any], kind: CheckKind, prefix: str) -> Iterator[tuple[str, str]]:
    for name, found in errors.items():
        path = f"{prefix}{name}"
        for error in found:
            if isinstance(error, Mapping):
                yield from _explain(error, kind, f"{path}.")
            elif error == "unknown field":
                yield path, _unknown(str(name), kind, prefix)
            else:
                yield path, f"`{path}`: {error}"


def _unknown(name: str, kind: CheckKind, prefix: str) -> str:
    known = () if prefix else tuple(kind.PARAMETERS)
    guess = nearest(name, known)
    if guess:
        return f"the check `{kind.KIND}` has no parameter `{name}`; did you mean `{guess}`?"
    listed = f"; it has {', '.join(known)}" if known else ""
    return f"the check `{kind.KIND}` has no parameter `{prefix}{name}`{listed}"


def unknown_kind(name: str) -> Problem:
    """Return the problem of a check kind that does not exist."""
    guess = nearest(name, tuple(KINDS))
    hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(KINDS)}"
    return Problem(f"there is no check kind `{name}`", None, hint)
