"""The cases that a rule looks at: a service at a severity, each with its own answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmpolicy.agreement import Agreement, Service, SeverityLevel
from cmpolicy.checks.asking import unsaid
from cmpolicy.checks.select import IMPLICIT, matches, services, severities
from cmpolicy.lacks import missing
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

Selector = Mapping[str, Sequence[str]]
VERBS: Final = {"data": "holds"}
"""How a service has a field, where it is not that it is so."""


@dataclass(frozen=True, slots=True)
class Case:
    """A service at a severity."""

    service: Service
    severity: SeverityLevel
    doubts: tuple[str, ...] = ()
    """Paths of the unknown values that decide whether the rule selects the service at all."""
    premise: str = ""
    """The words for them, to stand after what fails: `, if it is critical or high`."""

    @property
    def subject(self) -> str:
        """The ids of what the file names: `ehr/p1`, and `all` where it names neither."""
        named = [item.id for item in (self.service, self.severity) if item.id != IMPLICIT]
        return "/".join(named) or "all"

    @property
    def phrase(self) -> str:
        """Words to follow what is done: ` for EHR platform at p1`."""
        words = ""
        if self.service.id != IMPLICIT:
            words += f" for {self.name}"
        if self.severity.id != IMPLICIT:
            words += f" at {self.severity.id}"
        return words

    @property
    def name(self) -> str:
        """The name of the service, or its id."""
        name = self.service.name
        return name if isinstance(name, str) else self.service.id


def cases(agreement: Agreement, rank: int | None, selector: Selector | None) -> tuple[Case, ...]:
    """Return every selected service at every selected severity, in the file's order.

    Where the file calls all its services or severities unknown, there may be none that is selected.
    Optimistically none is, if the rule selects services; pessimistically none has the rank.
    """
    unnamed = selector and unsaid(agreement, "services", "services")
    unranked = rank is not None and unsaid(agreement, "severities", "severities")
    if (unnamed and agreement.optimistic) or (unranked and not agreement.optimistic):
        return ()
    return tuple(
        Case(service, severity, *_doubts(agreement, service, selector or {}))
        for service in services(agreement, selector)
        for severity in severities(agreement, rank)
    )


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
