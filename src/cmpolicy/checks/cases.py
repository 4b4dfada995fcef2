"""The cases that a rule looks at: services at severities that no row distinguishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Service
from cmpolicy.cells import Cell, Named, alike
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.select import IMPLICIT, matches, services, severities
from cmpolicy.lacks import Lack, missing
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

Selector = Mapping[str, Sequence[str]]
VERBS: Final = {"data": "holds"}
"""How a service has a field, where it is not that it is so."""
NAMED: Final = 4
"""So many services or severities are named; of the others, how many there are."""
PARTS: Final = 2
"""So many groups of services with severities of their own are named."""


@dataclass(frozen=True, slots=True)
class Case:
    """Services at severities that no row distinguishes, and that a rule selects alike."""

    cells: tuple[Cell, ...]
    """In the order of the file; at least one."""
    every: tuple[int, int]
    """How many services and severities the agreement has."""
    doubts: tuple[str, ...] = ()
    """Paths of the unknown values that decide whether the rule selects the service at all."""
    premise: str = ""
    """The words for them, to stand after what fails: `, if it is critical or high`."""
    phrase: str = ""
    """Words to follow what is done: ` for Mail and EHR platform at p1`."""

    @property
    def service(self) -> str:
        """The id of a service that stands for all."""
        return self.cells[0][0].id

    @property
    def severity(self) -> str:
        """The id of a severity that stands for all."""
        return self.cells[0][1].id

    @property
    def rank(self) -> int | None:
        """The rank of that severity; None where the file names none."""
        severity = self.cells[0][1]
        return None if severity.id == IMPLICIT else severity.rank

    @property
    def is_all(self) -> bool:
        """Whether it is every service at every severity."""
        services, severities = self.every
        return len(self.cells) == services * severities

    def by_rank(self) -> tuple[Case, ...]:
        """Return the case as cases of one rank each: what lacks may go by the rank."""
        ranks: defaultdict[int, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            ranks[cell[1].rank].append(cell)
        return tuple(replace(self, cells=tuple(cells)).named() for cells in ranks.values())

    def observed(
        self,
        path: str,
        message: str,
        holds: Holds,
        pieces: Sequence[str] = (),
        lack: Lack | None = None,
    ) -> Observation:
        """Return an observation of the case, or with `pieces` of a part of it, as of a stage."""
        subject, *others = ("/".join((_subject(cell), *pieces)) for cell in self.cells)
        cells = (subject, *others) if others else ()
        return Observation(subject, path, message, holds, lack=lack, cells=cells, where=self.phrase)

    def named(self) -> Case:
        """Return the case with the words that name it."""
        return replace(self, phrase=self._words())

    def _words(self) -> str:
        together: dict[tuple[str, ...], list[Service]] = {}
        for service, ids in self._severities().items():
            together.setdefault(tuple(ids), []).append(service)
        parts = [self._part(some, ids) for ids, some in together.items()]
        left = sum(len(some) for some in list(together.values())[PARTS:])
        more = f" and for {left} more service{'s' if left > 1 else ''}" if left else ""
        return " and".join(parts[:PARTS]) + more

    def _severities(self) -> Mapping[Service, list[str]]:
        found: dict[Service, list[str]] = {}
        for service, severity in self.cells:
            found.setdefault(service, []).append(severity.id)
        return found

    def _part(self, some: Sequence[Service], ids: Sequence[str]) -> str:
        words = ""
        if some[0].id != IMPLICIT:
            words += f" for {_listed([_name(one) for one in some], self.every[0], 'service')}"
        if ids[0] != IMPLICIT:
            words += f" at {_listed(ids, self.every[1], 'severity')}"
        return words


def _subject(cell: Cell) -> str:
    """Return the ids of what the file names: `ehr/p1`, or `all` where it names neither."""
    return "/".join(item.id for item in cell if item.id != IMPLICIT) or "all"


def _name(service: Service) -> str:
    return service.name if isinstance(service.name, str) else service.id


def _listed(names: Sequence[str], every: int, noun: str) -> str:
    """Return names as words; of all in the file their number: `any of the 5 services`."""
    if len(names) == every and every > 2:  # noqa: PLR2004 - of two, `any` says less than the names
        return f"any of the {every} services" if noun == "service" else f"any {noun}"
    shown = (
        list(names) if len(names) <= NAMED + 1 else [*names[:NAMED], f"{len(names) - NAMED} more"]
    )
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def cases(
    agreement: Agreement, rank: int | None, selector: Selector | None, rows: Iterable[Named]
) -> tuple[Case, ...]:
    """Return every selected service at every selected severity, in the file's order.

    Where the file calls all its services or severities unknown, there may be none that is selected.
    Optimistically none is, if the rule selects services; pessimistically none has the rank.

    Args:
        agreement: under the reading that decides.
        rank: of the worst severities; None: all.
        selector: of services; None: all.
        rows: what each row that counts for the rule names: cells that none of them distinguishes
            are one case.
    """
    unnamed = selector and unsaid(agreement, "services", "services")
    unranked = rank is not None and unsaid(agreement, "severities", "severities")
    if (unnamed and agreement.optimistic) or (unranked and not agreement.optimistic):
        return ()
    named = tuple(rows)
    # Many rules ask about the same cells: the answers are kept for the agreement.
    known: dict[Any, tuple[Case, ...]] = agreement.known.setdefault(cases, {})
    wanted = tuple((name, tuple(words)) for name, words in (selector or {}).items())
    question = agreement.reading, rank, wanted, named
    if question not in known:
        known[question] = tuple(_cases(agreement, rank, selector, named))
    return known[question]


def _cases(
    agreement: Agreement, rank: int | None, selector: Selector | None, named: Sequence[Named]
) -> Iterator[Case]:
    chosen: dict[tuple[tuple[str, ...], str], list[Service]] = {}
    for service in services(agreement, selector):
        chosen.setdefault(_doubts(agreement, service, selector or {}), []).append(service)
    every = len(agreement.services), len(agreement.severities)
    for why, some in chosen.items():
        for cells in alike(some, severities(agreement, rank), named):
            yield Case(cells, every, *why).named()


def _doubts(
    agreement: Agreement, service: Service, selector: Selector
) -> tuple[tuple[str, ...], str]:
    """Return the paths that decide whether a selector takes a service, and the words for it."""
    if service.id == IMPLICIT:
        unnamed = selector and unsaid(agreement, "services", "services")
        wanted = " and ".join(f"{name} {' or '.join(words)}" for name, words in selector.items())
        return (("services",), f", if there is a service of {wanted}") if unnamed else ((), "")
    doubtful = {
        name: words
        for name, words in selector.items()
        if isinstance(matches(getattr(service, name), words), Unknown)
    }
    if not doubtful:
        return (), ""
    wanted = " and ".join(
        f"{VERBS.get(field, 'is')} {' or '.join(words)}" for field, words in doubtful.items()
    )
    return tuple(f"{service.path}.{field}" for field in doubtful), f", if it {wanted}"


def no_case(
    agreement: Agreement, rank: int | None, selector: Selector | None
) -> Iterator[Observation]:
    """Say why no case is selected: no service is so rated, or no severity is so bad."""
    if rank is not None and unsaid(agreement, "severities", "severities"):
        message = "`severities` is unknown"
        yield Observation("severities", "severities", message, Holds.NO)
    elif not services(agreement, selector) or unsaid(agreement, "services", "services"):
        wanted = " and ".join(
            f"of {name} {' or '.join(words)}" for name, words in (selector or {}).items()
        )
        yield Observation("services", "services", f"no service is {wanted}", Holds.YES, empty=True)
    else:
        message = f"no severity has rank {rank} or worse (the worst is rank 1)"
        lack = missing("severities", rank=rank)
        yield Observation("severities", "severities", message, Holds.NO, lack=lack)
