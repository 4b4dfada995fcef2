"""The cases that a rule looks at: a service at a severity, each with its own answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmpolicy.agreement import Agreement, Service, SeverityLevel
from cmpolicy.checks.select import IMPLICIT, services, severities
from cmpolicy.verdict import Holds, Observation

Selector = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A service at a severity."""

    service: Service
    severity: SeverityLevel

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
            name = self.service.name
            words += f" for {name if isinstance(name, str) else self.service.id}"
        if self.severity.id != IMPLICIT:
            words += f" at {self.severity.id}"
        return words


def cases(agreement: Agreement, rank: int | None, selector: Selector | None) -> tuple[Case, ...]:
    """Return every selected service at every selected severity, in the file's order."""
    return tuple(
        Case(service, severity)
        for service in services(agreement, selector)
        for severity in severities(agreement, rank)
    )


def no_case(
    agreement: Agreement, rank: int | None, selector: Selector | None
) -> Iterator[Observation]:
    """Say why no case is selected: no service is so rated, or no severity is so bad."""
    if not services(agreement, selector):
        wanted = " and ".join(
            f"of {name} {' or '.join(words)}" for name, words in (selector or {}).items()
        )
        yield Observation("services", "services", f"no service is {wanted}", Holds.YES, empty=True)
    else:
        message = f"no severity has rank {rank} or worse (the worst is rank 1)"
        yield Observation("severities", "severities", message, Holds.NO)
