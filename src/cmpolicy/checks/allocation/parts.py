"""The rows of one control together: are they for all of it, and is a part the provider's alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmpolicy.agreement import Agreement, Allocation
from cmpolicy.checks.allocation.allocated import NOT_APPLICABLE, Fault
from cmpolicy.checks.asking import shortened
from cmpolicy.checks.doubts import of_row
from cmpolicy.unknown import UNKNOWN, Unknown, contains

PROVIDER_ALONE: Final = ("provider", "inherited")
"""Origins by which a control is the provider's alone."""
CUSTOMERS: Final = ("customer", "shared")
"""Origins by which the customer has a part in it."""

_Origins = dict[str, Allocation]
"""The origins of a part, each with a row that says it; `unknown` is one of them."""


def complete(rows: Sequence[Allocation], agreement: Agreement) -> Iterator[Fault]:
    """Yield for which services no row allocates the control, or perhaps none does."""
    if any(row.whole for row in rows):
        return
    path = f"{rows[0].path}.only"
    words = [row for row in rows if row.subject is not None]
    answers = {
        service.id: [contains(row.services, service.id) for row in rows if row.subject is None]
        for service in agreement.services
    }
    open_ = [name for name, found in answers.items() if True not in found]
    lost = [name for name in open_ if UNKNOWN not in answers[name]]
    reached = [name for name in lost if any(contains(row.services, name) for row in words)]
    if set(lost) - set(reached):
        left = [name for name in lost if name not in reached]
        yield Fault(path, f"nobody answers for it for {_names(left)}")
    elif open_ and not agreement.optimistic:
        doubts = tuple(path for row in rows for path in _of_only(row, agreement))
        text = f"whether its parts are all of it is unknown for {_names(open_)}"
        yield Fault(path, text, doubts)


def _names(services: Sequence[str]) -> str:
    return "all services" if "*" in services else shortened(services)


def _of_only(row: Allocation, agreement: Agreement) -> Iterator[str]:
    """Yield what is unknown of the part that a row is for."""
    if row.subject is not None:
        yield f"{row.path}.only.subject"
    yield from _unknown_part(row, agreement)


def _unknown_part(row: Allocation, agreement: Agreement) -> Iterator[str]:
    return of_row(agreement, "allocations", row.path, ["only"])


def one_sided(rows: Sequence[Allocation], agreement: Agreement, *, kept: bool) -> Iterator[Fault]:
    """Yield the parts that are the provider's alone (if `kept`), or met and not applicable both."""
    if not kept and not any(_may_not_apply(row) for row in rows):
        return
    found: dict[str, Fault] = {}
    seen: set[tuple[str, ...]] = set()
    doubts = [path for row in rows for path in _unknown_part(row, agreement)]
    for service in agreement.services:
        here = [row for row in rows if _is_for(row, service.id, agreement)]
        same = tuple(row.path for row in here)
        if same in seen:
            continue
        seen.add(same)
        for origins in _parts(here):
            fault = _wrong_with(origins, doubts, kept=kept, agreement=agreement)
            if fault is not None:
                found.setdefault(fault.path, fault)
    yield from found.values()


def _may_not_apply(row: Allocation) -> bool:
    return not isinstance(row.origins, Unknown) and NOT_APPLICABLE in row.origins


def _is_for(row: Allocation, service: str, agreement: Agreement) -> bool:
    """Say whether a row is for a service; one that may be, where that is harder to satisfy."""
    answer = contains(row.services, service)
    return answer is True or (answer is UNKNOWN and agreement.optimistic is _helps(row))


def _parts(rows: Sequence[Allocation]) -> Iterator[_Origins]:
    """Yield the origins of each part that rows describe: of each in words, and of the rest."""
    rest = _origins(row for row in rows if row.subject is None)
    yield from ({**rest, **_origins([row])} for row in rows if row.subject is not None)
    if rest:
        yield rest


def _origins(rows: Iterable[Allocation]) -> _Origins:
    """Return the rows by their origins; of several with one origin the first."""
    found: _Origins = {}
    for row in rows:
        for origin in (UNKNOWN.value,) if isinstance(row.origins, Unknown) else row.origins:
            found.setdefault(origin, row)
    return found


def _helps(row: Allocation) -> bool:
    return not isinstance(row.origins, Unknown) and not set(CUSTOMERS).isdisjoint(row.origins)


def _wrong_with(
    origins: _Origins, doubts: Sequence[str], *, kept: bool, agreement: Agreement
) -> Fault | None:
    others = sorted(name for name in origins if name not in (NOT_APPLICABLE, UNKNOWN.value))
    if NOT_APPLICABLE in origins and others:
        text = f"it is not applicable, and {' and '.join(others)} as well"
        return Fault(f"{origins[NOT_APPLICABLE].path}.origin", text, tuple(doubts))
    alone = [origin for origin in PROVIDER_ALONE if origin in origins]
    if not kept or not alone or not set(CUSTOMERS).isdisjoint(origins):
        return None
    if UNKNOWN.value in origins:
        if agreement.optimistic:
            return None
        doubts = (*doubts, f"{origins[UNKNOWN.value].path}.origin")
    text = f"it is {' and '.join(alone)}, and must not be the provider's alone"
    return Fault(f"{origins[alone[0]].path}.origin", text, tuple(doubts))
