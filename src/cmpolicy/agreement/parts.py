"""All parts of an agreement, in one place to import from."""

from __future__ import annotations

from cmpolicy.agreement.evidence import (
    Attestation,
    CapacityFunction,
    FrameworkScope,
    Held,
    Review,
    Row,
    Signature,
    Term,
)
from cmpolicy.agreement.undertakings import (
    Allocation,
    Coverage,
    Escalation,
    Holder,
    Notice,
    Share,
    Step,
    Target,
    Task,
)
from cmpolicy.agreement.who import Maybe, Party, Person, Rota, Service, Severity, Words

__all__ = [
    "Allocation",
    "Attestation",
    "CapacityFunction",
    "Coverage",
    "Escalation",
    "FrameworkScope",
    "Held",
    "Holder",
    "Maybe",
    "Notice",
    "Party",
    "Person",
    "Review",
    "Rota",
    "Row",
    "Service",
    "Severity",
    "Share",
    "Signature",
    "Step",
    "Target",
    "Task",
    "Term",
    "Words",
]
