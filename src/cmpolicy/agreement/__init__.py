"""The engagement agreement and its parts."""

from __future__ import annotations

from cmpolicy.agreement.evidence import (
    HELD_BY_POLICY,
    SCOPE_FACTS,
    Attestation,
    CapacityFunction,
    FrameworkScope,
    Held,
    Review,
    Row,
    Signature,
    Term,
)
from cmpolicy.agreement.model import Agreement
from cmpolicy.agreement.undertakings import (
    Allocation,
    Clause,
    Coverage,
    Credit,
    Escalation,
    Holder,
    Maintenance,
    Notice,
    Pause,
    Share,
    Step,
    Target,
    Task,
    Uptime,
)
from cmpolicy.agreement.who import Party, Person, Rota, Service, SeverityLevel

__all__ = [
    "HELD_BY_POLICY",
    "SCOPE_FACTS",
    "Agreement",
    "Allocation",
    "Attestation",
    "CapacityFunction",
    "Clause",
    "Coverage",
    "Credit",
    "Escalation",
    "FrameworkScope",
    "Held",
    "Holder",
    "Maintenance",
    "Notice",
    "Party",
    "Pause",
    "Person",
    "Review",
    "Rota",
    "Row",
    "Service",
    "SeverityLevel",
    "Share",
    "Signature",
    "Step",
    "Target",
    "Task",
    "Term",
    "Uptime",
]
