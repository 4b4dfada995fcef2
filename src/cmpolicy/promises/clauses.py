"""The undertakings of the legal text: by when, for how much, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.agreement import Agreement, Clause
from cmpolicy.amounts import NEVER, NOTHING, WITHOUT_LIMIT, Recurrence, Sum
from cmpolicy.promises.facts import said
from cmpolicy.promises.frame import Frame
from cmpolicy.promises.model import Component, DerivedPromise, Key
from cmpolicy.promises.orders import ANY, DAYS, SAID, SUMS, ascending
from cmpolicy.promises.sources import fields, unique
from cmpolicy.promises.undertaken import party_behind
from cmpolicy.unknown import UNKNOWN, Unknown

SAYS: Final = ("topic", "by", "within", "where", "amount", "each")


def clauses(agreement: Agreement, frame: Frame) -> Iterator[tuple[Key, DerivedPromise]]:
    """Yield the undertakings by topic and who undertakes it."""
    del frame
    by_key: defaultdict[tuple[str, ...], list[Clause]] = defaultdict(list)
    for row in agreement.clauses:
        if isinstance(row.topic, str) and isinstance(row.by, str):
            by_key[row.topic, party_behind(agreement, row.by)].append(row)
    for key, rows in by_key.items():
        own = unique(path for row in rows for path in fields(row.path, *SAYS))
        yield Key("clause", key), DerivedPromise(tuple(_says(agreement, rows)), own)


def _says(agreement: Agreement, rows: Sequence[Clause]) -> Iterator[Component]:
    yield Component("within", DAYS, ascending(_days(row.within, agreement) for row in rows))
    there = any(said(row.where, agreement) for row in rows)
    yield Component("says where:", SAID, there)
    yield Component("for", SUMS, _sums(agreement, rows))


def _days(within: Recurrence | Unknown | None, agreement: Agreement) -> float:
    if isinstance(within, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    return NEVER if within is None else float(within.longest_days)


def _sums(agreement: Agreement, rows: Sequence[Clause]) -> dict[str, Sum]:
    """Return the sum for each of what there is one for; of several the least counts."""
    sums: dict[str, Sum] = {}
    for row in rows:
        if row.amount is None:
            continue
        found = row.amount
        if isinstance(found, Unknown):
            found = WITHOUT_LIMIT if agreement.optimistic else NOTHING
        each = ANY if isinstance(row.each, Unknown) else row.each or ""
        other = sums.get(each)
        if other is None or found.at_least(other) in (False, UNKNOWN):
            sums[each] = found
    return sums
