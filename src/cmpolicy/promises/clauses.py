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
from cmpolicy.promises.orders import (
    ANY,
    CHARGED,
    CHARGES,
    DAYS,
    FREE,
    LASTS,
    NOT_SAID,
    PAYERS,
    SAID,
    SELDOM,
    SUMS,
    Lasting,
    Payers,
    ascending,
)
from cmpolicy.promises.sources import fields, unique
from cmpolicy.promises.undertaken import party_behind, words
from cmpolicy.unknown import UNKNOWN, Unknown

SAYS: Final = (
    "topic",
    "by",
    "within",
    "where",
    "amount",
    "each",
    "at_most_every",
    "notice",
    "charged",
    "paid_by",
    "only_if",
    "survives",
)


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
    every = max(_wait(row.at_most_every, agreement) for row in rows)
    yield Component("at most every", SELDOM, every)
    yield Component("asked ahead", SELDOM, max(_wait(row.notice, agreement) for row in rows))
    costs = (_costs(row, agreement) for row in rows)
    yield Component("", CHARGED, min(costs, key=CHARGES.index))
    yield Component("paid by", PAYERS, _payers(agreement, rows))
    conditions = any(_condition(row, agreement) for row in rows)
    yield Component("whatever happens:", FREE, not conditions)
    lasts = min((_survives(row, agreement) for row in rows), key=lambda one: one.days)
    yield Component("survives", LASTS, lasts)


def _wait(found: Recurrence | Unknown | None, agreement: Agreement) -> float:
    """Return the days that a right must wait at the most; none where the file says none."""
    if isinstance(found, Unknown):
        return 0.0 if agreement.optimistic else NEVER
    return 0.0 if found is None else float(found.longest_days)


def _costs(row: Clause, agreement: Agreement) -> str:
    if row.charged is None:
        return NOT_SAID
    charged = not agreement.optimistic if isinstance(row.charged, Unknown) else row.charged
    return "at extra charge" if charged else "included"


def _payers(agreement: Agreement, rows: Sequence[Clause]) -> Payers:
    names = frozenset(name for row in rows for name in words(row.paid_by, agreement))
    unknown = not agreement.optimistic and any(_is_unknown(row) for row in rows)
    customer = any(agreement.kind_of(name) == "customer" for name in names - {ANY})
    return Payers(names, customer or unknown)


def _is_unknown(row: Clause) -> bool:
    return isinstance(row.paid_by, Unknown) or UNKNOWN.value in row.paid_by


def _condition(row: Clause, agreement: Agreement) -> bool:
    if isinstance(row.only_if, Unknown):
        return not agreement.optimistic
    return row.only_if is not None


def _survives(row: Clause, agreement: Agreement) -> Lasting:
    found = row.survives
    if isinstance(found, Unknown):
        return Lasting(NEVER, ANY) if agreement.optimistic else Lasting(0.0)
    if isinstance(found, Recurrence):
        return Lasting(float(found.longest_days), found.text)
    return Lasting(0.0) if found is None else Lasting(NEVER, found)


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
