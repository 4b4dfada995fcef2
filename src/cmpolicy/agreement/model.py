"""The engagement agreement: what a customer's own IT team and its provider promised each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from cmpolicy.agreement.evidence import (
    Attestation,
    CapacityFunction,
    FrameworkScope,
    Review,
    Row,
    Signature,
    Term,
)
from cmpolicy.agreement.undertakings import (
    Allocation,
    Clause,
    Coverage,
    Escalation,
    Notice,
    Target,
    Task,
    Uptime,
)
from cmpolicy.agreement.who import Party, Person, Rota, Service, SeverityLevel
from cmpolicy.calendars import Calendar
from cmpolicy.document import Document, Placed
from cmpolicy.errors import Location, Problem
from cmpolicy.unknown import Reading


@dataclass(frozen=True, slots=True)
class Needs:
    """The other files that an agreement depends on, by their paths relative to the root."""

    uses: frozenset[str] = frozenset()
    """Shared files and service plans: it changes with their contents."""
    records: frozenset[str] = frozenset()
    """Records: it changes where one comes or goes."""

    def touched_by(self, paths: AbstractSet[str]) -> bool:
        """Say whether it may change with any of these files."""
        return not (self.uses.isdisjoint(paths) and self.records.isdisjoint(paths))


NO_NEEDS: Final = Needs()


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement, with its shared files merged in; built by `agreement.build`."""

    document: Document
    """The values and their positions, shared files merged in, placeholders taken out."""
    id: str
    formerly: str | None
    """An earlier id of the same agreement."""
    title: str
    version: str
    status: str
    model: str | None
    """None where the file says `unknown`."""
    timezone: str
    term: Term
    frameworks: Mapping[str, FrameworkScope]
    parties: Mapping[str, Party]
    people: Mapping[str, Person]
    rotas: Mapping[str, Rota]
    calendars: Mapping[str, Calendar]
    """As the file names them, with the built-in `24x7`."""
    severities: tuple[SeverityLevel, ...]
    """By rank; one implicit severity of rank 1 (`*`) where the file names none."""
    services: tuple[Service, ...]
    """One implicit service (`*`) where the file names none."""
    coverage: tuple[Coverage, ...]
    tasks: tuple[Task, ...]
    allocations: tuple[Allocation, ...]
    escalations: tuple[Escalation, ...]
    targets: tuple[Target, ...]
    uptime: tuple[Uptime, ...]
    notices: tuple[Notice, ...]
    reviews: tuple[Review, ...]
    clauses: tuple[Clause, ...]
    attestations: tuple[Attestation, ...]
    functions: tuple[CapacityFunction, ...]
    signatures: tuple[Signature, ...]
    rows: Mapping[str, tuple[Row, ...]]
    """Every list as plain rows: each of `SECTIONS`, `capacity.people`, `capacity.functions`, and
    single mappings (`term`, `capacity`) as one row."""
    placeholders: Mapping[str, str]
    """Path of each placeholder, and its text."""
    reading: Reading = Reading.PESSIMISTIC
    """How unknowns are read."""
    unknowns: bool = False
    """Anything in the file is unknown, so that the two readings may differ."""
    warnings: tuple[Problem, ...] = ()
    missing_records: frozenset[str] = frozenset()
    """Paths of the `record`s that name a file of the repository which is not there."""
    needs: Needs = NO_NEEDS
    """The other files that it depends on."""
    inputs: Mapping[str, Placed] = field(default_factory=dict)
    """What fills the inputs of its plans."""
    known: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """Answers that many cases and rules ask for, by question and reading; filled as they are asked
    for, shared by both readings, and no part of what the agreement says."""

    def read_as(self, reading: Reading) -> Agreement:
        """Return the same agreement under the other reading of its unknowns."""
        return self if reading is self.reading else dataclasses.replace(self, reading=reading)

    @property
    def optimistic(self) -> bool:
        """Say whether unknowns are read optimistically."""
        return self.reading is Reading.OPTIMISTIC

    def locate(self, path: str) -> Location:
        """Return where the file says what is at `path`, or the nearest thing above it."""
        return self.document.locate(path)

    def lack(self, path: str) -> str:
        """Word the absence of what should be at `path`: missing, or a placeholder."""
        text = self.placeholders.get(path)
        return "is missing" if text is None else f"is a placeholder ({text!r})"

    def party_of(self, who: str | None) -> str | None:
        """Return the party that a party, person or rota id belongs to, or None."""
        if who is None or who in self.parties:
            return who
        member = self.people.get(who) or self.rotas.get(who)
        if member is None or not isinstance(member.party, str):
            return None
        return member.party

    def kind_of(self, who: str | None) -> str | None:
        """Return the party kind behind a party, person or rota id, or None where it is unsaid."""
        party = self.party_of(who)
        found = self.parties.get(party) if party else None
        return found.kind if found and isinstance(found.kind, str) else None
