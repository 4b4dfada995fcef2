"""Edits: two documents compared value by value, by symbolic path.

The order of rows and keys, and in which file a row stands, is not an edit; the order of an
escalation's steps is one.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.compare.inputs import by_inputs
from cmpolicy.compare.sentences import Sides
from cmpolicy.compare.values import value_text
from cmpolicy.document.paths import item_names, key_step
from cmpolicy.promises import is_computed
from cmpolicy.text_edit import TextEdit

ORDERED: Final = "steps"
RECORD: Final = "record"


def edits(before: Agreement, after: Agreement) -> tuple[TextEdit, ...]:
    """Return every value that differs, sorted by path."""
    walk = _Walk(before, after, Sides.of(before, after))
    old, new = before.document.value, after.document.value
    found = [
        edit
        for name in sorted(old.keys() | new.keys())
        for edit in walk.section(name, _present(old, new, name), _present(new, old, name))
    ]
    paths = {edit.path for edit in found}
    lost = before.placeholders.keys() | after.placeholders.keys()
    found += [walk.edit(path, None, None) for path in lost - paths if walk.blanks_differ(path)]
    return by_inputs(sorted(found, key=lambda edit: edit.path), before, after)


def _present(own: dict[str, Any], other: dict[str, Any], name: str) -> Any:
    """Return a section; where one side leaves it out, an empty one, so that rows are reported."""
    if name in own:
        return own[name]
    return type(other[name])() if isinstance(other[name], list | dict) else None


@dataclass(frozen=True, slots=True)
class _Walk:
    before: Agreement
    after: Agreement
    sides: Sides

    def section(self, name: str, old: Any, new: Any) -> Iterator[TextEdit]:
        """Yield the edits of a top-level key; a section that came or went whole is one."""
        whole = old or new
        if isinstance(whole, list | dict) and len(whole) > 1 and (not old or not new):
            count = f"all {len(whole)} {name}"
            edit = self.edit(name, count if old else None, count if new else None)
            yield replace(edit, computed=is_computed(name, old or None, new or None))
        else:
            yield from self.below(name, name, old, new)

    def below(self, path: str, name: str, old: Any, new: Any) -> Iterator[TextEdit]:
        """Yield the edits at and below a path; `name` is the key of the nearest mapping."""
        if old == new or (name == RECORD and self._is_one_file(old, new)):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            for key in sorted(old.keys() | new.keys()):
                yield from self.below(key_step(path, key), key, old.get(key), new.get(key))
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._rows(path, name, old, new)
        else:
            yield self.edit(path, old, new)

    def _is_one_file(self, old: Any, new: Any) -> bool:
        """Say whether two records are one file: a path is relative to the file that names it."""
        files = [
            posixpath.normpath(posixpath.join(posixpath.dirname(side.document.file), record))
            for side, record in ((self.before, old), (self.after, new))
            if isinstance(record, str) and not record.startswith(("https://", "http://"))
        ]
        return len(files) == len((old, new)) and len(set(files)) == 1

    def _rows(self, path: str, name: str, old: list[Any], new: list[Any]) -> Iterator[TextEdit]:
        if not any(isinstance(item, dict) for item in (*old, *new)):
            if _alike(old) != _alike(new):
                yield self.edit(path, old, new)
            return
        if name != ORDERED and _alike(old) == _alike(new):
            return
        olds = dict(zip(item_names(name, old), old, strict=True))
        news = dict(zip(item_names(name, new), new, strict=True))
        for key in sorted(olds.keys() | news.keys()):
            yield from self.below(f"{path}[{key}]", key, olds.get(key), news.get(key))
        if name == ORDERED and _common(olds, news) != _common(news, olds):
            yield self.edit(path, [*olds], [*news], " then ")

    def edit(self, path: str, old: Any, new: Any, joint: str = ", ") -> TextEdit:
        """Make the edit at a path; None: there is no value on that side."""
        old_blank, new_blank = self._blank(self.before, path), self._blank(self.after, path)
        return TextEdit(
            path,
            old_blank if old is None else value_text(old, joint),
            new_blank if new is None else value_text(new, joint),
            self.before.locate(path),
            self.after.locate(path),
            is_computed(path, old, new),
            self.sides.sentence(
                path, old_blank if old is None else old, new_blank if new is None else new, joint
            ),
        )

    @staticmethod
    def _blank(side: Agreement, path: str) -> str | None:
        found = side.placeholders.get(path)
        return None if found is None else f"{found} (a placeholder)"

    def blanks_differ(self, path: str) -> bool:
        """Say whether the sides have different placeholders at a path, or only one has any."""
        return self.before.placeholders.get(path) != self.after.placeholders.get(path)


def _common(names: dict[str, Any], others: dict[str, Any]) -> list[str]:
    return [name for name in names if name in others]


def _alike(items: Sequence[Any]) -> list[str]:
    return sorted({json.dumps(item, sort_keys=True) for item in items})
