"""The parameters of checks, validated and normalised by Cerberus (its only home).

A check kind declares its parameters as data (`PARAMETERS`); here they are judged when a pack is
loaded or a rule is changed by `set:`, with messages of our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from cmpolicy.checks import CHECKS, CheckKind
from cmpolicy.errors import Problem
from cmpolicy.nearest import nearest

KINDS: Mapping[str, CheckKind] = {kind.KIND: kind for kind in CHECKS}
Steps = tuple[str | int, ...]
"""Keys and indices below `with`."""
_UNKNOWN: Final = "unknown field"
_TYPES: Final = {
    "string": "text",
    "list": "a list",
    "dict": "a mapping (keys and values)",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def normalise(
    kind: CheckKind, given: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """Return the parameters with types and defaults resolved, and what is wrong with them.

    What is wrong is reported as (dotted path below `with`, message) pairs, sorted.
    """
    import cerberus

    validator = cerberus.Validator(dict(kind.PARAMETERS), error_handler=_handler())
    if validator.validate(dict(given)):
        return dict(validator.document), ()
    wrong = tuple(_explain(validator.errors, kind, ()))
    return {}, tuple(sorted(wrong))


@cache
def _handler() -> type:
    """Return the class that words what Cerberus finds."""
    from cerberus import errors

    words: Mapping[int, Callable[[Any, Any], str]] = {
        errors.REQUIRED_FIELD.code: lambda _, __: "is required",
        errors.NOT_NULLABLE.code: lambda _, __: "is empty (null)",
        errors.EMPTY_NOT_ALLOWED.code: lambda _, __: "is empty",
        errors.MIN_LENGTH.code: lambda least, _: f"is empty: write at least {least}",
        errors.MIN_VALUE.code: lambda least, value: f"is {value}, and must be at least {least}",
        errors.MAX_VALUE.code: lambda most, value: f"is {value}, and must be at most {most}",
        errors.BAD_TYPE.code: lambda types, _: f"must be {_either(types)}",
        errors.UNALLOWED_VALUE.code: lambda known, value: none_of(value, known),
        errors.UNALLOWED_VALUES.code: lambda known, values: none_of(
            next(value for value in values if value not in known), known
        ),
    }

    class Worded(errors.BasicErrorHandler):  # type: ignore[misc]  # Cerberus has no types
        def _format_message(self, field: str, error: Any) -> str:
            if error.code == errors.UNKNOWN_FIELD.code:
                return _UNKNOWN
            if error.code in words:
                return words[error.code](error.constraint, error.value)
            return str(super()._format_message(field, error))

    return Worded


def none_of(value: Any, known: Any) -> str:
    """Say that a value is none of those known, with the nearest one or all of them."""
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in known]
    if value in (None, "", [], {}):
        return f"is empty, and must be one of {', '.join(texts)}"
    guess = nearest(str(value), texts)
    hint = f"; did you mean `{guess}`?" if guess else f" ({', '.join(texts)})"
    return f"`{value}` is none of those known{hint}"


def _either(types: Any) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(_TYPES.get(str(name), str(name)) for name in names)


def _explain(
    errors: Mapping[Any, Any], kind: CheckKind, steps: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name, found in errors.items():
        path = (*steps, str(name))
        for error in found:
            if isinstance(error, Mapping):
                yield from _explain(error, kind, path)
            elif error == _UNKNOWN:
                yield ".".join(path), _unknown(path, kind)
            else:
                joint = " " if error.startswith(("is ", "must ")) else ": "
                yield ".".join(path), f"`{'.'.join(path)}`{joint}{error}"


def _unknown(path: tuple[str, ...], kind: CheckKind) -> str:
    known = tuple(_below(kind.PARAMETERS, path[:-1]))
    guess = nearest(path[-1], known)
    hint = f"did you mean `{guess}`?" if guess else f"it has {', '.join(known)}"
    return f"the check `{kind.KIND}` has no parameter `{'.'.join(path)}`; {hint}"


def _below(schema: Mapping[str, Any], steps: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the existing parameters below a path."""
    for step in steps:
        node = schema.get(step, schema.get("valuesrules", {}))
        schema = node.get("schema", node)
    return schema


def words_in(kind: CheckKind, parameters: Mapping[str, Any]) -> Iterator[tuple[Steps, str, str]]:
    """Yield where parameters hold a word of a vocabulary, the word, and the vocabulary's name."""
    yield from _words_in(kind.PARAMETERS, parameters, ())


def _words_in(
    schema: Mapping[str, Any], value: Mapping[str, Any], steps: Steps
) -> Iterator[tuple[Steps, str, str]]:
    for name, given in value.items():
        node, path = schema.get(name, {}), (*steps, name)
        vocabulary = node.get("meta", {}).get("words")
        if vocabulary is not None and isinstance(given, str):
            yield path, given, vocabulary
        elif vocabulary is not None and isinstance(given, list):
            yield from (((*path, at), word, vocabulary) for at, word in enumerate(given))
        elif isinstance(given, Mapping) and isinstance(node.get("schema"), Mapping):
            yield from _words_in(node["schema"], given, path)


def unknown_kind(name: str) -> Problem:
    """Return the problem of a check kind that does not exist."""
    guess = nearest(name, tuple(KINDS))
    hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(KINDS)}"
    return Problem(f"there is no check kind `{name}`", None, hint)
