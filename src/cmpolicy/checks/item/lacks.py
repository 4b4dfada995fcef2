"""The lack of an item, in the words that identify its row whichever check kind asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Service
from cmpolicy.checks.asking import lack_of
from cmpolicy.checks.item.facts import Tests
from cmpolicy.lacks import Lack
from cmpolicy.lacks import missing as lacking
from cmpolicy.vocabulary import PARTY_KINDS

KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "responsibilities": {"area": "area"},
    "coverage": {"area": "area", "stage": "stage"},
    "targets": {"stage": "stage"},
    "reviews": {"kind": "kind"},
    "notices": {"event": "event", "from": "from", "to": "to"},
    "clauses": {"topic": "topic", "by": "by"},
    "tools": {"kind": "kind"},
    "access": {"kind": "kind"},
    "documents": {"kind": "kind"},
    "people": {"party": "party", "roles": "role"},
    "attestations": {"party": "party"},
    "setup": {"phase": "phase"},
    "allocations": {"control": "control"},
    "escalations": {"when.events": "event"},
    "parties": {"kind": "kind"},
    "capacity.functions": {"function": "area"},
}
"""The fields that identify a row, by list, and the word that a lack has for each."""
WHOSE: Final = frozenset({"by", "from", "to", "party"})
"""Fields that name a party, and by its kind stand for it."""
MOST: Final = 5
"""So many values of a field are written out; any of them would do."""
OWNERS: Final[Mapping[str, str]] = {
    "clauses": "by",
    "people": "party",
    "attestations": "party",
    "notices": "from",
}
"""Of an item that is asked of each party: the field that names it."""


def lack_of_item(
    agreement: Agreement,
    section: str,
    where: Sequence[Mapping[str, Tests]],
    each: Party | Service | None,
) -> Lack:
    """Return the lack of the items that a rule asks for, in the words of its `where`."""
    fields = KEYS.get(section, {})
    key: dict[str, str] = {}
    for field, word in fields.items():
        found = [_words(field, tests[field], agreement) for tests in where if field in tests]
        words = dict.fromkeys(one for some in found for one in some)
        if words and len(found) == len(where):
            key[f"{word}_"] = _joined(list(words))
    owner = OWNERS.get(section)
    if owner is not None and isinstance(each, Party):
        key[f"{owner}_"] = each.id
    return lack_of(agreement, section, **key) if agreement.rows.get(section) else lacking(section)


def _words(field: str, tests: Tests, agreement: Agreement) -> list[str]:
    """Return the values that tests of a field ask for; of a party kind the party, if it is one."""
    asked: Any = tests.get("one_of", tests.get("equals", []))
    words = [str(word) for word in (asked if isinstance(asked, list) else [asked])]
    return [_resolved(word, agreement) if field in WHOSE else word for word in words]


def _joined(words: Sequence[str]) -> str:
    if len(words) <= MOST:
        return "|".join(words)
    return f"{words[0]}|{len(words) - 1} more"


def _resolved(word: str, agreement: Agreement) -> str:
    ids = [party.id for party in agreement.parties.values() if party.kind == word]
    return ids[0] if word in PARTY_KINDS and len(ids) == 1 else word
