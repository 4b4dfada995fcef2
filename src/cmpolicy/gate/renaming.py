"""Renamed rows: the earlier side is read under the current ids.

What a rule said of the old id it says of the new one, so that a failure that is known stays known.
What the row says is not touched: a row renamed and worsened is compared with what stood there.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.build import build
from cmpolicy.errors import DocumentError
from cmpolicy.gate.narrowing import signed_anew
from cmpolicy.gate.successors import successors
from cmpolicy.policy.requiring import Demand, hold
from cmpolicy.references import REFERENCES, WHO, find
from cmpolicy.terms import digest

SECTIONS: Final = (
    *WHO,
    "calendars",
    "severities",
    "services",
    "tools",
    "escalations",
)
"""Lists of rows that others refer to, by which they are found again."""
Names = Mapping[str, Mapping[str, str]]
"""By list, the id of now for each earlier id that is another one now."""


def under_new_ids(
    before: Agreement, after: Agreement, words: Mapping[str, frozenset[str]], as_of: date
) -> Agreement | None:
    """Return an earlier agreement with the ids that its rows have now; None: they are the same.

    Args:
        before: the agreement in the earlier revision.
        after: as it is now.
        words: what the packs add to the vocabularies.
        as_of: the day of the run.
    """
    names = _renamed(before.document.value, after.document.value)
    if not names:
        return None
    value = copy.deepcopy(before.document.value)
    _rename(value, names)
    document = dataclasses.replace(before.document, value=value, _names={})
    signed_anew(value, digest(before.document), digest(document))
    placeholders = {_path(path, names): text for path, text in before.placeholders.items()}
    missing = frozenset(_path(path, names) for path in before.missing_records)
    try:
        built = build(document, placeholders, words, missing)
    except DocumentError:
        return None  # the ids of now have another meaning there
    model = before.model or None
    held = hold(built, Demand(before.frameworks, model), as_of)
    return dataclasses.replace(held, needs=before.needs, warnings=before.warnings)


def _renamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Names:
    """Return the new ids, but for those that name something else on the earlier side."""
    taken: dict[str, set[str]] = {}
    for section in SECTIONS:
        space = "who" if section in WHO else section
        taken.setdefault(space, set()).update(text for _, text in find(before, f"{section}.*.id"))
    found: dict[str, dict[str, str]] = {}
    for section, pairs in successors(before, after, SECTIONS).items():
        others = taken["who" if section in WHO else section]
        names = {old: new for new, old in pairs.items() if new not in others and old in others}
        if names:
            found[section] = names
    return found


def _rename(value: dict[str, Any], names: Names) -> None:
    ids = tuple((f"{section}.*.id", (section,)) for section in names)
    for pattern, sections in (*REFERENCES, *ids):
        new = {old: name for one in sections for old, name in names.get(one, {}).items()}
        for raw, text in list(find(value, pattern)) if new else ():
            if text in new:
                _put(value, raw, text, new[text])


def _put(value: Any, raw: tuple[str | int, ...], old: str, new: str) -> None:
    """Write a new id in the place of an old one, be it a value or the key of a mapping."""
    *above, last = raw
    for step in above:
        value = value[step]
    if value[last] == old and last != old:
        value[last] = new
    else:
        items = [(new if key == old else key, item) for key, item in value.items()]
        value.clear()
        value.update(items)


def _path(path: str, names: Names) -> str:
    """Return a symbolic path that goes by the new id of its row."""
    found = re.match(r"(\w+)\[([^\]]*)\]", path)
    if found is None or found[2] not in names.get(found[1], {}):
        return path
    return f"{found[1]}[{names[found[1]][found[2]]}]{path[found.end() :]}"
