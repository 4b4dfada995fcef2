"""Finds rows that a change renames, by what refers to them.

A row with a new id is not a new thing. Where the rows that named the old one name the new one, or
where both have one name, the new row is the *successor* of the old one, and what it says less of
itself was lowered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cmpolicy.vocabulary import row_key

Row = Mapping[str, Any]
Place = tuple[str, ...]
"""Names of lists, keys of rows and names of fields, down to a value."""
_NAMES: Final = ("name", "means")
"""Fields that say in words what a row is."""


def successors(
    before: Mapping[str, Any], after: Mapping[str, Any], sections: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return by list, for the key of each row that took the place of another one, that one's key.

    Args:
        before: the content of an agreement, with its shared files, in the earlier revision.
        after: the same now.
        sections: names of lists, those that other rows refer to before those that refer to them.
    """
    mentions = _mentions(before), _mentions(after)
    found: dict[str, dict[str, str]] = {}
    for section in sections:
        old, new = _keyed(before, section), _keyed(after, section)
        gone = {key: row for key, row in old.items() if key not in new}
        come = {key: row for key, row in new.items() if key not in old}
        if gone and come:
            access = section == "access"
            pairs = _same_work(gone, come, found) if access else _same(gone, come, mentions)
            found[section] = pairs
    return found


def _keyed(value: Mapping[str, Any], section: str) -> dict[str, Row]:
    rows = value.get(section)
    keyed = ((row_key(section, row), row) for row in rows) if isinstance(rows, list) else ()
    return {key: row for key, row in keyed if key is not None}


def _same(
    gone: Mapping[str, Row],
    come: Mapping[str, Row],
    mentions: tuple[Mapping[str, set[Place]], Mapping[str, set[Place]]],
) -> dict[str, str]:
    """Pair rows by their names, then by the places that name them, then in their order."""
    pairs: dict[str, str] = {}
    for old, row in gone.items():
        free = [new for new in come if new not in pairs]
        named = [new for new in free if _named(row) & _named(come[new])]
        new = named[0] if named else _in_its_places(old, free, mentions)
        if new is not None:
            pairs[new] = old
    return pairs


def _named(row: Row) -> set[str]:
    return {text.casefold() for name in _NAMES if isinstance(text := row.get(name), str)}


def _in_its_places(
    old: str,
    free: Sequence[str],
    mentions: tuple[Mapping[str, set[Place]], Mapping[str, set[Place]]],
) -> str | None:
    """Return the row that is named in at least half of the places that named an old one.

    Where all of those places were rewritten too, the rows are taken in their order.
    """
    before, after = mentions
    places = before.get(old, set())
    still = places & set().union(*after.values())
    if not still:
        return free[0] if places and free else None
    taken = Counter({new: len(places & after.get(new, set())) for new in free})
    best, count = next(iter(taken.most_common(1)), (None, 0))
    return best if 2 * count >= len(still) else None


def _same_work(
    gone: Mapping[str, Row], come: Mapping[str, Row], found: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Pair access rows of one party that reach one service at least together."""
    services, parties = (found.get(name, {}) for name in ("services", "parties"))
    pairs: dict[str, str] = {}
    for new, row in come.items():
        party = parties.get(str(row.get("party")), str(row.get("party")))
        reach = {services.get(one, one) for one in _words(row.get("services"))}
        for old, was in gone.items():
            reached = set(_words(was.get("services")))
            both = reach & reached or not reach or not reached
            if str(was.get("party")) == party and both and old not in pairs.values():
                pairs[new] = old
                break
    return pairs


def _words(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _mentions(value: Mapping[str, Any]) -> dict[str, set[Place]]:
    """Return the places of each word that is a value, or a key, in a row with a key of its own."""
    found: dict[str, set[Place]] = {}
    for section, rows in value.items():
        for key, row in _keyed(value, section).items() if isinstance(rows, list) else ():
            for field, inside in row.items():
                for word in () if field == "id" else _inside(inside):
                    found.setdefault(word, set()).add((section, key, field))
    return found


def _inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _inside(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _inside(item)
