"""The terms of an agreement, without its record, and their digest.

Terms are what was signed: all of the file but the record of what happened since, and who is who.
The digest is SHA-256 over canonical JSON (RFC 8785) of the terms, with shared files merged in.
Keyed lists become objects by their keys and lists of words become sorted sets, so that order and
file names do not change it, and words do. The steps of an escalation keep their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.vocabulary import SECTIONS, row_key

RECORD: Final = frozenset(
    {
        "status",
        "attestations",
        "capacity",
        "setup",
        "signatures",
        "uses",
        "plans",
        "inputs",
        "differs",
        "formerly",
    }
)
"""Top-level keys that are not terms; `uses`, `plans`, `inputs` and `differs` only say where the
words stand, `formerly` says under which id they were signed."""
ROW_RECORD: Final[Mapping[str, frozenset[str]]] = {
    "people": frozenset({"name", "email", "phone"}),
    "rotas": frozenset({"members"}),
    "reviews": frozenset({"held"}),
    "allocations": frozenset({"state"}),
}
"""Fields of rows that are not terms, by section."""
UNSEALED: Final = frozenset({"title", "version", "seal", "labels", "note"})
"""Top-level keys of a service plan that its seal leaves out: they change no term."""
EVERYWHERE: Final = frozenset({"labels", "note"})
BY_WHO: Final = frozenset({"split", "access"})
"""Mappings whose keys are ids, of which even `note` is one."""
ORDERED: Final = "steps"


def digest(document: Document) -> str:
    """Return the digest of the terms, as `sha256:` and 64 hexadecimal digits.

    The document is an agreement with its shared files merged in. A placeholder is absent: take
    placeholders out before, as `Agreement.document` has them.
    """
    return "sha256:" + hashlib.sha256(_canonical(terms(document.value))).hexdigest()


def seal(document: Document) -> str:
    """Return the digest of the terms of a service plan, without its placeholders."""
    own = {name: value for name, value in document.value.items() if name not in UNSEALED}
    plain = {
        name: _section(name, value) if name in SECTIONS else _plain(value)
        for name, value in own.items()
        if name not in ("inputs", "changes")
    }
    plain["inputs"] = {
        name: {key: value for key, value in _plain(wanted).items() if key != "means"}
        for name, wanted in own.get("inputs", {}).items()
    }
    groups = own.get("changes", ())
    plain["changes"] = _sorted([_plain(edit) for group in groups for edit in group["edits"]])
    return "sha256:" + hashlib.sha256(_canonical(plain)).hexdigest()


def terms(agreement: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms of an agreement's plain values, in the form that is digested.

    An agreement goes by the id that it had before, where it says so: a new id changes no promise.
    """
    former = agreement.get("formerly")
    signed = agreement if former is None else {**agreement, "id": former}
    return {
        name: _section(name, value) if name in SECTIONS else _plain(value)
        for name, value in signed.items()
        if name not in RECORD | EVERYWHERE and not (name in SECTIONS and value == [])
    }


def same_terms(name: str, one: Any, other: Any) -> bool:
    """Say whether two values of a field of that name are the same terms."""
    return bool(_plain(one, name) == _plain(other, name))


def _section(name: str, rows: Any) -> Any:
    """Return a list of rows as an object by their keys; rows of one key as a set."""
    if not isinstance(rows, list):
        return rows
    record = ROW_RECORD.get(name, frozenset())
    keyed: dict[str, list[Any]] = {}
    for row in rows:
        plain = _plain({field: value for field, value in row.items() if field not in record})
        keyed.setdefault(row_key(name, row) or "", []).append(plain)
    return {key: found[0] if len(found) == 1 else _sorted(found) for key, found in keyed.items()}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        dropped = frozenset() if name in BY_WHO else EVERYWHERE
        return {
            key: item if type(item) is str else _plain(item, key)
            for key, item in value.items()
            if key not in dropped
        }
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        return items if name == ORDERED else _sorted(items)
    return value


def _sorted(items: Sequence[Any]) -> list[Any]:
    """Return what a list holds, each once, in an order that does not depend on the list's."""
    if len(items) == 1:
        return list(items)
    if all(isinstance(item, str) for item in items):
        return sorted(set(items))
    unique = {_canonical(item): item for item in items}
    return [unique[key] for key in sorted(unique)]


def _canonical(value: Any) -> bytes:
    """Return canonical JSON (RFC 8785)."""
    if _is_simple(value):
        # The same bytes, many times faster: tests hold the two together.
        return _encode(value).encode()
    import rfc8785

    return rfc8785.dumps(value)


_encode: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


def _is_simple(value: Any) -> bool:
    """Say whether Python's own JSON is canonical: no fractions, and keys that sort by bytes."""
    if isinstance(value, dict):
        return all(map(str.isascii, value)) and all(map(_is_simple, value.values()))
    if isinstance(value, list):
        return all(map(_is_simple, value))
    return not isinstance(value, float)
