"""One item for each edit: what it did in every agreement that it reaches.

A line of a shared file is one item, however many agreements use it. Several edits behind the same
change are one item too; it goes by the edit that reaches most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.compare import Change, Comparison, Detail, Effect, TextEdit, Turned
from cmpolicy.reporters.changes.wording import location

ALLOCATION: Final = "allocation"
SIGNATURE: Final = "signature"
SIGNATURES: Final = "signatures"
FIELDS: Final = ("within", "every", "accountable", "by", "hours", "calendar", "origin")
"""Of several edits of equal reach, an item goes by one of these fields."""
Same = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An edit, and what it did."""

    edit: TextEdit | None
    """That by which it goes; None: nobody knows it."""
    others: tuple[TextEdit, ...]
    """Further edits that have a part in it."""
    changes: tuple[Change, ...]
    """The worst first."""
    failing: tuple[Turned, ...] = ()
    dropped: tuple[Turned, ...] = ()

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What it did, the worst first."""
        return tuple(sorted({change.effect for change in self.changes}, key=lambda e: e.weight))

    @property
    def agreements(self) -> tuple[str, ...]:
        """The agreements that it reaches, the worst hit first."""
        return tuple(dict.fromkeys(one.agreement for one in self.changes if one.agreement))

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls concerned, those of the worst change first."""
        return tuple(dict.fromkeys(one for change in self.changes for one in change.controls))

    @property
    def allocated(self) -> tuple[str, ...]:
        """The controls whose allocation changed, where nothing else did."""
        if any(change.promise != ALLOCATION for change in self.changes):
            return ()
        details = (detail for change in self.changes for detail in change.details)
        found = (one.parts[0] for one in details if one.promise == ALLOCATION and one.parts)
        return tuple(dict.fromkeys(found))


def is_signature_alone(change: Change) -> bool:
    """Say whether a change is only that signed terms are others now, whatever did that."""
    return change.promise == SIGNATURE and not any(
        edit.path.startswith(SIGNATURES) for edit in change.causes
    )


def is_by_product(change: Change, detail: Detail) -> bool:
    """Say whether a promise that moved is only a signature on terms that are others now."""
    return detail.promise == SIGNATURE and (
        change.promise != SIGNATURE or is_signature_alone(change)
    )


def items(comparison: Comparison) -> tuple[Item, ...]:
    """Return the items of a comparison, the worst first, each verdict that turned with one."""
    changes = [change for change in comparison.moved if not is_signature_alone(change)]
    reach = Counter(_same(edit) for change in changes for edit in dict.fromkeys(_causes(change)))
    together: dict[object, list[Change]] = {}
    for change in changes:
        main = min(
            _causes(change), key=lambda edit: (-reach[_same(edit)], _rank(edit)), default=None
        )
        together.setdefault(_same(main) if main else change, []).append(change)
    home = {change: key for key, found in together.items() for change in found}
    where: dict[str | None, object] = {}
    for key, found in together.items():
        for change in found:
            where.setdefault(change.agreement, key)
    # A signature that no longer matches is the doing of whatever changed the terms.
    signed = [change for change in comparison.moved if is_signature_alone(change)]
    home |= {one: where[one.agreement] for one in signed if one.agreement in where}
    failing = _by_item(comparison.newly_failing, home)
    dropped = _by_item(comparison.dropped, home)
    return tuple(
        _item(found, key, failing.get(key, ()), dropped.get(key, ()))
        for key, found in together.items()
    )


def homeless(found: Iterable[Turned], every: Iterable[Item]) -> tuple[Turned, ...]:
    """Return the verdicts that turned with no item behind them."""
    there = {id(one) for item in every for one in (*item.failing, *item.dropped)}
    return tuple(one for one in found if id(one) not in there)


def _by_item(
    found: Iterable[Turned], home: Mapping[Change, object]
) -> Mapping[object, Sequence[Turned]]:
    """Put each verdict with the first of the items behind it."""
    together: dict[object, list[Turned]] = {}
    for one in found:
        keys = [home[change] for change in one.because if change in home]
        if keys:
            together.setdefault(keys[0], []).append(one)
    return together


def _item(
    changes: Sequence[Change], key: object, failing: Sequence[Turned], dropped: Sequence[Turned]
) -> Item:
    edits = {_same(edit): edit for change in changes for edit in reversed(_causes(change))}
    said = {edit.sentence for change in changes for edit in change.causes if _same(edit) == key}
    edit = edits.pop(key, None) if isinstance(key, tuple) else None
    if edit is not None and len(said) > 1:
        # A name may mean other hours in each agreement: only what all of them say is said.
        edit = TextEdit(edit.path, edit.before, edit.after, edit.old, edit.new, edit.computed)
    others = sorted(edits.values(), key=lambda one: one.path)
    return Item(edit, tuple(others), tuple(changes), tuple(failing), tuple(dropped))


def _causes(change: Change) -> Sequence[TextEdit]:
    """Return the edits behind a change; behind signatures, which depend on all terms, their own."""
    if change.promise != SIGNATURE:
        return change.causes
    return [edit for edit in change.causes if edit.path.startswith(SIGNATURES)] or change.causes


def _rank(edit: TextEdit) -> int:
    """Say how much a field says of what a row promises: less comes first."""
    field = edit.path.rpartition(".")[2]
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)


def _same(edit: TextEdit) -> Same:
    """Return what makes two edits one: a shared file's line reaches many agreements.

    Where a row came or went, the other side's place is another one in each agreement.
    """
    place = location(edit)
    return (edit.path, edit.before, edit.after, place and (place.file, place.line))
