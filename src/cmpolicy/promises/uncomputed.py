"""Fields that no derived promise is computed from, each with its reason.

The one list of it: an edit there is reported as not computed, and a test holds the list against
the JSON Schema of an agreement. A field that is neither here nor in a promise fails that test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

IGNORED: Final[Mapping[str, str]] = {
    "id": "the name of a row: another id is another row",
    "labels": "a remark for readers, not part of the terms",
    "note": "a remark for readers, not part of the terms",
}
"""Keys of any object; a row that came or went is judged by its other keys."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing is computed from a field."""

    why: str
    presence: bool = False
    """Whether there are any words is computed; which words they are is not."""


_FREE = "free text; whether there is any is computed"
UNCOMPUTED: Final[Mapping[str, Reason]] = {
    "apiVersion": Reason("fixed by the format"),
    "kind": Reason("fixed by the format"),
    "id": Reason("the identity by which the sides are matched"),
    "formerly": Reason("the id that it had, by which the sides are matched"),
    "title": Reason("free text for readers"),
    "version": Reason("a number that the parties give to the text"),
    "uses": Reason("only says in which file the words stand; what they say is compared"),
    "plans": Reason("only says in which file the words stand; what they say is compared"),
    "inputs": Reason("only fills the words of the plans; what they then say is compared"),
    "differs": Reason("only edits the words of the plans; what they then say is compared"),
    "parties[].name": Reason("a name; what is promised goes by the id"),
    "people[].name": Reason("record: who holds the post", presence=True),
    "people[].email": Reason("record: how to reach the person", presence=True),
    "people[].phone": Reason("record: how to reach the person", presence=True),
    "rotas[].phone": Reason("how to reach the rota", presence=True),
    "rotas[].roster": Reason("where the rota is kept", presence=True),
    "severities[].means": Reason(_FREE, presence=True),
    "services[].name": Reason("a name; what is promised goes by the id"),
    "responsibilities[].task": Reason("free text; what is promised goes by the id and the area"),
    "responsibilities[].split": Reason(
        "free text; for whom there is any is computed", presence=True
    ),
    "allocations[].customer": Reason(_FREE, presence=True),
    "allocations[].provider": Reason(_FREE, presence=True),
    "allocations[].because": Reason("free text on a control that nobody promises"),
    "escalations[].hand_over": Reason(_FREE, presence=True),
    "uptime[].measured": Reason(_FREE, presence=True),
    "reviews[].held": Reason("record: what was held; the rules on cadence judge it"),
    "tools[].name": Reason("a name; what is promised goes by the id"),
    "clauses[].only_if": Reason(_FREE, presence=True),
    "clauses[].where": Reason("where the text stands, not what it says", presence=True),
    "setup[].record": Reason("record: where it is kept", presence=True),
}
"""By the path of the field, with `[]` for any row; it stands for everything below it."""

_ROW: Final = re.compile(r"\[.*?\](?=[.\[]|\Z)")


def reason(path: str) -> Reason | None:
    """Return why nothing is computed from a field, None where something is.

    Args:
        path: symbolic, with the names of rows or with `[]` in their place.
    """
    pattern = _ROW.sub("[]", path)
    last = pattern.rpartition(".")[2]
    if last in IGNORED and pattern != "id" and not pattern.endswith(f"split.{last}"):
        return Reason(IGNORED[last])
    for listed, why in UNCOMPUTED.items():
        if pattern == listed or pattern.startswith((f"{listed}.", f"{listed}[")):
            return why
    return None


def is_computed(path: str, old: Any, new: Any) -> bool:
    """Say whether all that an edit changed is something that promises are computed from.

    Args:
        path: the symbolic path of the edit.
        old: the plain value before, None where there was none.
        new: the plain value after, None where there is none.
    """
    whole = isinstance(old, dict | list) or isinstance(new, dict | list)
    return all(
        _knows(reason(field), before, after)
        for field, before, after in (_leaves(path, old, new) if whole else [(path, old, new)])
    )


def _knows(why: Reason | None, old: Any, new: Any) -> bool:
    return why is None or (why.presence and (old is None or new is None))


def _leaves(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield every field of a row, or of several, that came or went; ignored ones left out."""
    if reason(path) is not None:
        yield path, old, new
    elif isinstance(old, dict) or isinstance(new, dict):
        olds, news = (side if isinstance(side, dict) else {} for side in (old, new))
        for key in sorted((olds.keys() | news.keys()) - IGNORED.keys()):
            yield from _leaves(f"{path}.{key}", olds.get(key), news.get(key))
    elif isinstance(old, list) or isinstance(new, list):
        for side, rows in enumerate((old, new)):
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict):
                    yield from _leaves(f"{path}[]", *((None, row) if side else (row, None)))
