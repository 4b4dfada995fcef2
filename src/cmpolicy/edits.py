"""Edits of an agreement: `set` a value, `remove` it, or `add` an item to a list.

The one language of changes: a pack's examples edit the known-good agreement with it, an add-on the
base plan (`changes`), an agreement its plans (`differs`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from cmpolicy.document import Document, Placed, Raw, spread
from cmpolicy.errors import MOST_PROBLEMS, DocumentError, Location, Problem
from cmpolicy.nearest import nearest
from cmpolicy.vocabulary import row_key

ACTIONS: Final = ("set", "remove", "add")
VALUE_KEYS: Final[Mapping[str, str]] = {"set": "to", "add": "item"}
"""The key that the new value stands under, by action."""
ORDERED: Final = "steps"
"""The list in which an added item has a place, so that two additions are no longer independent."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: `set` a value, `remove` it, or `add` an item to a list."""

    action: str
    path: str
    value: Any = None
    location: Location | None = None
    placed: Placed | None = None
    """The new value with its positions in the file that says the edit; of a removal its path."""

    def __str__(self) -> str:
        return f"`{self.action}: {self.path}`"


def parse(entry: Mapping[str, Any], location: Location | None) -> tuple[Edit, ...]:
    """Return the edits of an entry: several where it removes a list of paths."""
    action = next(name for name in ACTIONS if name in entry)
    paths = entry[action]
    value = entry.get(VALUE_KEYS.get(action, ""))
    return tuple(
        Edit(action, path, value, location)
        for path in (paths if isinstance(paths, list) else [paths])
    )


def parse_at(document: Document, raw: Raw) -> tuple[Edit, ...]:
    """Return the edits of the entry at a raw path, each with its place and that of its value."""
    entry = document.placed(raw).value
    action = next(name for name in ACTIONS if name in entry)
    found = parse(entry, document.position((*raw, action)))
    several = isinstance(entry[action], list)
    made = []
    for index, edit in enumerate(found):
        at = (*raw, action, index) if several else (*raw, action)
        placed = document.placed((*raw, VALUE_KEYS[action]) if action in VALUE_KEYS else at)
        made.append(dataclasses.replace(edit, location=document.position(at), placed=placed))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class EditTarget:
    """What an edit changes: a raw path that is there, or the last step of which is new."""

    edit: Edit
    raw: Raw
    touched: Raw
    """What it touches: an item added to a list counts by its key, not its index."""


def resolve(document: Document, edit: Edit) -> EditTarget:
    """Find what an edit changes.

    Raises:
        DocumentError: there is no such place.
    """
    raw, rest = document.resolve(edit.path)
    if edit.action == "remove" and not rest and raw:
        return EditTarget(edit, raw, raw)
    name = _new_key(document, raw, rest)
    if edit.action in ("set", "add") and name is not None:
        raw = (*raw, name)
    elif rest or not raw or edit.action == "remove":
        raise _nowhere(document, edit)
    if edit.action != "add":
        return EditTarget(edit, raw, raw)
    found = document.placed(raw).value if name is None else []
    if not isinstance(found, list):
        raise DocumentError(f"`add: {edit.path}` is not a list", edit.location)
    section = next((step for step in reversed(raw) if isinstance(step, str)), "")
    if section == ORDERED:
        return EditTarget(edit, raw, raw)
    return EditTarget(edit, raw, (*raw, f"+{_item_key(section, edit.value)}"))


def _new_key(document: Document, raw: Raw, rest: str) -> str | None:
    """Return the one key that a path names besides what is there, if it is one of a mapping."""
    name = rest.removeprefix(".")
    if not name or "." in name or "[" in name:
        return None
    return name if isinstance(document.placed(raw).value, dict) else None


def _item_key(section: str, item: Any) -> str:
    key = row_key(section, item) if isinstance(item, dict) else None
    return key or str(item)


def _nowhere(document: Document, edit: Edit) -> DocumentError:
    raw, rest = document.resolve(edit.path)
    at = document.placed(raw).value
    step = rest.lstrip(".[").partition("]")[0].partition(".")[0]
    known: tuple[str, ...] = ()
    if isinstance(at, dict):
        known = tuple(at)
    elif isinstance(at, list):
        names = (document.symbolic((*raw, index)) for index in range(len(at)))
        known = tuple(name[len(document.symbolic(raw)) + 1 : -1] for name in names)
    guess = nearest(step, known)
    hint = f"did you mean `{guess}`?" if guess else None
    return DocumentError(f"{edit}: there is no such place", edit.location, hint)


def apply_in_order(document: Document, edits: Sequence[Edit]) -> Document:
    """Return a document with its values edited, one edit after the other.

    Raises:
        DocumentError: where the path of one is not there.
    """
    for edit in edits:
        target = resolve(document, edit)
        if edit.action == "remove":
            document = dataclasses.replace(document.prune([target.raw]), before=None)
        else:
            changed = document.with_whole(_put(document.whole, document, target))
            document = dataclasses.replace(changed, before=None)
    return document


def apply_together(
    document: Document, edits: Sequence[Edit], *, rows_move: bool = False
) -> Document:
    """Return a document with its values edited, as if all edits were made at once.

    What was removed is located at the edit that removed it.

    Args:
        document: what is edited.
        edits: in any order.
        rows_move: a row that an edit changed is located at the first of its edits.

    Raises:
        DocumentError: with every edit that finds or changes nothing, and each pair that touches
            one path, or a path and what is above it.
    """
    problems: list[Problem] = []
    targets = []
    for edit in edits:
        if len(problems) >= MOST_PROBLEMS:
            break
        try:
            target = resolve(document, edit)
        except DocumentError as error:
            problems.extend(error.problems)
            continue
        idle = _changes_nothing(document, target)
        if idle:
            problems.append(Problem(f"{edit}: {idle}", edit.location, "take the edit out"))
        else:
            targets.append(target)
    problems.extend(_overlaps(targets))
    if problems:
        raise DocumentError.of(tuple(problems[:MOST_PROBLEMS]))
    whole = document.whole
    for target in targets:
        if target.edit.action != "remove":
            whole = _put(whole, document, target)
    if rows_move:
        whole = _with_rows_moved(whole, targets)
    removed = [target for target in targets if target.edit.action == "remove"]
    changed = document.with_whole(whole)
    if not removed:
        return changed
    pruned = changed.prune([target.raw for target in removed])
    return dataclasses.replace(pruned, before=_with_tombs(changed, removed))


def _with_rows_moved(whole: Placed, targets: Sequence[EditTarget]) -> Placed:
    """Return the whole in which a row that an edit changed stands at the first of its edits.

    What is wrong with such a row is looked for where it was made other than it was.
    """
    rows: dict[Raw, Placed] = {}
    for target in targets:
        placed, raw = target.edit.placed, target.raw
        items = [place for place, step in enumerate(raw[:-1]) if isinstance(step, int)]
        if items and placed is not None and target.edit.action != "remove":
            rows.setdefault(raw[: items[-1] + 1], placed)
    for raw, placed in rows.items():
        whole = whole.inside(raw, partial(Placed.moved_to, place=placed))
    return whole


def idle(document: Document, edit: Edit) -> str | None:
    """Return why an edit finds or changes nothing in a document; None where it does."""
    try:
        return _changes_nothing(document, resolve(document, edit))
    except DocumentError as error:
        return error.message.removeprefix(f"{edit}: ")


def _put(whole: Placed, document: Document, target: EditTarget) -> Placed:
    """Return the whole with the value of a `set` or `add` in it."""
    edit, raw = target.edit, target.raw
    item = edit.placed or spread(edit.value, document.node(raw))
    if edit.action == "set":
        return whole.put(raw, item)
    if not isinstance(raw[-1], str) or raw[-1] in whole.at(raw[:-1]):
        return whole.inside(raw, lambda found: found.with_appended(item))
    return whole.put(raw, spread([], item.node).with_appended(item))


def _changes_nothing(document: Document, target: EditTarget) -> str | None:
    edit, raw = target.edit, target.raw
    if isinstance(raw[-1], str) and raw[-1] not in document.placed(raw[:-1]).value:
        return None
    there = document.placed(raw).value
    if edit.action == "set" and there == edit.value and type(there) is type(edit.value):
        return f"it is so already, in {_place(document, raw)}"
    if edit.action == "add" and target.touched != raw:
        key = str(target.touched[-1]).removeprefix("+")
        found, rest = document.resolve(f"{document.symbolic(raw)}[{key}]")
        if not rest:
            return f"duplicate `{key}`, also in {_place(document, found)}"
    return None


def _place(document: Document, raw: Raw) -> str:
    at = document.position(raw)
    return f"line {at.line} of {at.file}"


def _overlaps(targets: Sequence[EditTarget]) -> list[Problem]:
    """Return a problem for each edit that touches what another one ahead of it touches."""
    found: list[Problem] = []
    seen: dict[Raw, Edit] = {}
    for target in sorted(targets, key=lambda one: len(one.touched)):
        touched = target.touched
        for length in range(1, len(touched) + 1):
            other = seen.get(touched[:length])
            if other is not None:
                found.append(_overlap(target.edit, other))
                break
        seen.setdefault(touched, target.edit)
    return found


def _overlap(edit: Edit, other: Edit) -> Problem:
    first, second = sorted((edit, other), key=lambda one: one.location or Location(""))
    at = first.location
    where = f" in line {at.line} of {at.file}" if at else ""
    message = f"{second} touches what {first}{where} touches"
    return Problem(message, second.location, "make it one edit, or keep one of the two")


def _with_tombs(document: Document, removed: Sequence[EditTarget]) -> Document:
    """Return the document before the removals, with each removed value located at its edit."""
    whole = document.whole
    for target in removed:
        placed = target.edit.placed
        if placed is None:
            continue
        value = document.placed(target.raw).value
        tomb = spread(value, placed.node)
        whole = whole.put(target.raw, tomb)
    return dataclasses.replace(document.with_whole(whole), before=document)
