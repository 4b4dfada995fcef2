"""Placeholders: values that say only that something is still to be said, and count as absent.

They are found before shape and references are judged: empty text, `TBD`, `to be completed`,
`[Name]`, `<name>`, `{{name}}`, `___` and their like in the place of a whole value. Text that
merely holds one (`[P1] phone`) is text. `labels` and `note` are left alone. Of a person's name also
`vacant`, `N/A` and their like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.errors import MOST_PROBLEMS, Problem
from cmpolicy.shape.schema import load_schema, required_of, resolve, types_of

Raw = tuple[str | int, ...]

_BLANK: Final = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
_WRAPPING: Final = "()\"'`*"
_SIGNS: Final = frozenset(("", *_BLANK, *_WRAPPING, *"[<{_-\u2013\u2014.\u2026?/:X"))
_WORDS: Final = frozenset(("tb", "t.", "to", "sh"))
_STARTS: Final = _SIGNS | frozenset("Tts")
"""How a placeholder can begin; other text needs no closer look."""
_LONGEST: Final = 200

_UNIT: Final = r"(?:\s*(?:%|percent|(?:business )?(?:minute|hour|day|week|month|year)s?))?"
_LINK: Final = "after|at|by|in|on|once|pending|until|when|with"
_AFTER: Final = r"\s*[:;,([].*|\s+[/\u2013\u2014-].*|[.\u2013\u2014-]\s.*|[.!?]*"
_OPEN: Final = "advised|agreed|announced|assigned|completed|confirmed|decided|defined|determined"
_MISSING: Final = "added|appointed|discussed|documented|inserted|named|provided|specified|supplied"


def _repeated(one: str) -> str:
    """Return a pattern for one such sign or several, perhaps with a unit: `[24] hours`."""
    return rf"{one}(?:[\s,/&-]*{one})*{_UNIT}"


_FORMS: Final = (
    _repeated(r"\[+[^\[\]]*\]+"),
    _repeated(r"<+[^<>]*>+"),
    _repeated(r"\{\{[^{}]*\}\}"),
    rf"(?=.*__)[_\s/.:-]++{_UNIT}",
    r"(?:sha256:)?(?:\.{3,}|\u2026+)",
    r"\?+|[-\u2013\u2014]+",
    r"(?-i:(?=.*XXX)[X\s().+-]+)",
    rf"(?:tb[acd]|t\.b\.[acd]\.?|todo)(?:{_AFTER}|\s+(?:{_LINK})\b.*|{_UNIT})",
    rf"to be (?:{_OPEN})(?:{_AFTER})",
    rf"to be (?:{_MISSING})\.?",
)
_NOBODY: Final = re.compile(
    r"(?:currently )?vacant(?: (?:post|position|role))?|vacancy"
    r"|(?:post|position|role) (?:is )?vacant"
    r"|(?:open|unfilled) (?:post|position|role)|n/a|n\.a\.|n\.n\.|none|nobody|no one|unassigned"
    r"|not applicable|not (?:yet )?(?:appointed|assigned|filled|hired|named)|to be hired",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile("|".join(_FORMS), re.IGNORECASE | re.DOTALL)


def is_placeholder(text: str) -> bool:
    """Say whether a text as a whole is a placeholder."""
    if text[:1] not in _SIGNS and text[:2].lower() not in _WORDS:
        return False
    bare = text.strip(_BLANK)
    if len(bare) > _LONGEST:
        return False
    bare = bare.strip(_WRAPPING).strip(_BLANK)
    return not bare or _WHOLE.fullmatch(bare) is not None


def is_nobody(text: str) -> bool:
    """Say whether a person's name says only that there is no such person."""
    return _NOBODY.fullmatch(text.strip(_BLANK).strip(_WRAPPING).strip(_BLANK)) is not None


@dataclass(frozen=True, slots=True)
class _Form:
    """What a schema says of a value, as far as placeholders are concerned."""

    fields: Mapping[str, _Form]
    """Of a mapping, by key; `labels` and `note` are left out."""
    rest: _Form | None
    """Of keys not named."""
    items: _Form | None
    """Of the items of a list; None where no list is wanted."""
    bracketed: bool
    """A list of one text can only be a `[Name]` that is not quoted."""
    required: frozenset[str]
    entries: bool
    """None of its entries may be a placeholder: that it is there is what counts."""
    person: bool
    """It is a person's name."""


_EXEMPT: Final = ("labels", "note")


@cache
def _form(schema: str) -> _Form:
    root = load_schema(schema)
    return _form_of(root, root)


def _form_of(node: Mapping[str, Any], root: Mapping[str, Any]) -> _Form:
    person = "x-person" in node
    node = resolve(node, root)
    types = types_of(node)
    fields = {
        key: _form_of(part, root)
        for key, part in node.get("properties", {}).items()
        if key not in _EXEMPT
    }
    rest = node.get("additionalProperties")
    items = node.get("items")
    return _Form(
        fields=fields,
        rest=_form_of(rest, root) if isinstance(rest, Mapping) else None,
        items=_form_of(items, root) if isinstance(items, Mapping) else None,
        bracketed=_takes_no_texts(types, items, root),
        required=frozenset(required_of(node)),
        entries="x-entries" in node,
        person=person,
    )


def _takes_no_texts(types: tuple[str, ...], items: Any, root: Mapping[str, Any]) -> bool:
    """Say whether text or another scalar is wanted, and a list of texts is not."""
    if "array" in types:
        if items is None:  # of anything
            return False
        return "string" in types and "string" not in types_of(resolve(items, root))
    return "string" in types or "object" not in types


def find(document: Document, schema: str) -> dict[Raw, str]:
    """Return the placeholders of a document: the raw path of each, and its text.

    Args:
        document: any document, of the right shape or not.
        schema: the name of its schema, which says where text is wanted.
    """
    found: dict[Raw, str] = {}
    form = _form(schema)
    if isinstance(document.value, dict):
        _look_into(document.value, form, (), _Search(document, found))
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    document: Document
    found: dict[Raw, str]


def _look_into(value: Mapping[str, Any], form: _Form, path: Raw, search: _Search) -> None:
    """Look at the values of a mapping."""
    fields, rest = form.fields, form.rest
    for key, item in value.items():
        part = fields.get(key)
        if part is None:
            if rest is None or key in _EXEMPT:
                continue
            part = rest
        # The hot path: most text is passed over by its first letter.
        if item.__class__ is str:
            if (item[:1] in _STARTS and is_placeholder(item)) or (part.person and is_nobody(item)):
                search.found[*path, key] = item
        else:
            _look_at(item, part, (*path, key), search)


def _look_at(value: Any, form: _Form, path: Raw, search: _Search) -> None:
    """Look at what is not text."""
    if value.__class__ is dict:
        _look_into(value, form, path, search)
    elif value.__class__ is list:
        _look_through(value, form, path, search)
    elif value is None:
        search.found[path] = ""


def _look_through(value: list[Any], form: _Form, path: Raw, search: _Search) -> None:
    """Look at the items of a list; one that holds nothing but placeholders is one itself."""
    found, part = search.found, form.items
    if form.bracketed and _bracketed(value, path, search.document):
        found[path] = f"[{value[0]}]"
        return
    if part is None:
        return
    for index, item in enumerate(value):
        if item.__class__ is str:
            if item[:1] in _STARTS and is_placeholder(item):
                found[*path, index] = item
        else:
            _look_at(item, part, (*path, index), search)
    items = [(*path, index) for index in range(len(value))] if (*path, 0) in found else []
    if items and all(raw in found for raw in items):
        found[path] = ", ".join([found.pop(raw) for raw in items])


def _bracketed(value: list[Any], path: Raw, document: Document) -> bool:
    """Say whether a list is `[Name]` without quotes, which YAML takes for a list of one."""
    if len(value) != 1 or isinstance(value[0], (dict, list)):
        return False
    first = document.position((*path, 0))
    # A line may be as long as the file: no more of it is looked at than a bracket needs.
    before = first.text[max(0, first.column - 1 - _LONGEST) : first.column - 1]
    return before.rstrip().endswith("[")


def take_out(
    document: Document, schema: str
) -> tuple[Document, dict[str, str], tuple[Problem, ...]]:
    """Take the placeholders out of a document.

    Returns:
        The document without them; the path of each as it reads without them, with its text;
        and a problem for each that stands where the schema requires a value.
    """
    found = find(document, schema)
    if not found:
        return document, {}, ()
    problems = tuple(islice(_problems(document, found, _form(schema)), MOST_PROBLEMS))
    # Keys first, items of lists after: a row's path then leaves out what its key fields lost,
    # and no index moves before its path is reported.
    keyed = document.prune([raw for raw in found if isinstance(raw[-1], str)])
    paths = {keyed.symbolic(raw): text for raw, text in found.items()}
    return document.prune(list(found)), paths, problems


def _problems(document: Document, found: Mapping[Raw, str], form: _Form) -> Iterator[Problem]:
    for raw, text in found.items():
        above = _at(form, raw[:-1])
        if above is None:
            continue
        if raw[-1] in above.required:
            message = f"`{raw[-1]}` is a placeholder ({text!r}); it is required"
            yield Problem(message, document.position(raw), "write what it stands for")
        elif above.entries:
            message = f"`{raw[-1]}` is a placeholder ({text!r}), but a value is wanted"
            hint = "write its entry, or `unknown` if nothing is known but that it applies"
            yield Problem(message, document.position(raw), hint)


def _at(form: _Form, path: Raw) -> _Form | None:
    at: _Form | None = form
    for step in path:
        if at is None:
            return None
        at = at.items if isinstance(step, int) else at.fields.get(step) or at.rest
    return at
