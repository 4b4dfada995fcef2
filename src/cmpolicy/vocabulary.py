"""The one table of words: what the format calls things.

The schemas, the documentation and the packs read it; a pack may add words of its own.
Open vocabularies (`VOCABULARIES`) warn about a word they do not know; closed ones
(`PARTY_KINDS`, `STAGES` ...) are enforced by the JSON Schemas.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final


class Unknown(enum.Enum):
    """The value of a field of which the contract does not say what it is."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN

AREAS: Final = (
    "strategy",
    "policy-management",
    "risk-assessment",
    "vendor-management",
    "asset-inventory",
    "procurement",
    "access-provisioning",
    "access-review",
    "privileged-access",
    "authentication",
    "endpoint-management",
    "server-administration",
    "network-administration",
    "firewall-management",
    "cloud-administration",
    "email-administration",
    "application-support",
    "database-administration",
    "patch-management",
    "vulnerability-management",
    "penetration-testing",
    "configuration-management",
    "change-management",
    "malware-protection",
    "security-monitoring",
    "availability-monitoring",
    "log-management",
    "log-review",
    "threat-intelligence",
    "incident-response",
    "incident-communication",
    "breach-notification",
    "forensics",
    "backup",
    "backup-testing",
    "disaster-recovery",
    "business-continuity",
    "data-retention",
    "data-disposal",
    "media-protection",
    "physical-security",
    "security-training",
    "personnel-screening",
    "helpdesk",
    "after-hours-helpdesk",
    "onsite-support",
    "project-work",
    "onboarding-offboarding",
    "documentation",
    "capacity-planning",
    "reporting",
    "compliance-evidence",
    "security-assessment",
    "system-security-plan",
    "poam-management",
    "encryption-key-management",
    "remote-access",
    "subcontractor-management",
    "privacy-requests",
    "user-entity-controls",
    "unassigned",
)
EVENTS: Final = (
    "security-incident",
    "phi-breach",
    "cui-incident",
    "privacy-breach",
    "outage",
    "unauthorised-use",
    "subpoena",
    "change-of-subcontractor",
    "staff-departure",
    "maintenance",
    "contingency-activation",
    "certification-lapse",
    "termination",
)
ROLES: Final = (
    "business-owner",
    "it-manager",
    "service-delivery-manager",
    "account-manager",
    "vciso",
    "security-official",
    "privacy-official",
    "affirming-official",
    "incident-commander",
    "system-owner",
    "compliance-lead",
    "executive-sponsor",
)
DATA: Final = (
    "phi",
    "cui",
    "fci",
    "pii",
    "financial",
    "cardholder",
    "security-data",
    "credentials",
    "none",
)
REVIEW_KINDS: Final = (
    "service-review",
    "business-review",
    "report",
    "access-review",
    "risk-assessment",
    "matrix-review",
    "agreement-review",
    "security-evaluation",
    "recovery-test",
    "backup-test",
    "incident-exercise",
    "vendor-review",
    "log-review",
    "vulnerability-scan",
    "penetration-test",
    "security-training",
    "control-affirmation",
    "policy-review",
)
AGENDA: Final = (
    "open-tickets",
    "recurring-issues",
    "scope-changes",
    "upcoming-projects",
    "service-levels",
    "security-events",
    "risks",
    "responsibility-matrix",
    "capacity",
)
CLAUSE_TOPICS: Final = (
    "permitted-uses",
    "no-other-uses",
    "safeguards",
    "report-incidents",
    "bind-subcontractors",
    "access-requests",
    "amendment-requests",
    "accounting-of-disclosures",
    "regulator-access",
    "return-or-destroy-data",
    "termination-for-breach",
    "mitigation",
    "minimum-necessary",
    "confidentiality",
    "data-location",
    "evidence-retention",
    "evidence-preservation",
    "audit-rights",
    "flow-down",
    "customer-owns-tenant",
    "customer-holds-admin-credentials",
    "exit-assistance",
    "insurance",
    "service-credits",
    "order-of-precedence",
    "change-control",
    "personnel-screening",
    "cloud-authorisation",
    "subservice-controls",
    "law-enforcement-delay",
)
SCHEMES: Final = (
    "soc2-type1",
    "soc2-type2",
    "soc1-type2",
    "iso27001",
    "hitrust",
    "cmmc-l1",
    "cmmc-l2-self",
    "cmmc-l2-c3pao",
    "cmmc-l3",
    "fedramp-moderate",
    "fedramp-moderate-equivalent",
    "pci-dss",
    "cyber-essentials",
    "penetration-test",
)
TOOL_KINDS: Final = (
    "ticketing",
    "monitoring",
    "security",
    "remote-access",
    "documentation",
    "backup",
    "malware-protection",
)
ACCESS_KINDS: Final = (
    "privileged",
    "standard",
    "emergency",
)
DOCUMENT_KINDS: Final = (
    "master-service-agreement",
    "statement-of-work",
    "service-level-agreement",
    "business-associate-agreement",
    "data-processing-agreement",
    "responsibility-matrix",
    "service-description",
    "system-security-plan",
    "incident-response-plan",
    "order-form",
)

VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "areas": AREAS,
    "events": EVENTS,
    "roles": ROLES,
    "data": DATA,
    "review kinds": REVIEW_KINDS,
    "agenda": AGENDA,
    "clause topics": CLAUSE_TOPICS,
    "schemes": SCHEMES,
    "tool kinds": TOOL_KINDS,
    "access kinds": ACCESS_KINDS,
    "document kinds": DOCUMENT_KINDS,
}

# Closed vocabularies: the machine must know what each word means.
PARTY_KINDS: Final = ("customer", "provider", "subcontractor", "cloud-provider", "other")
MODELS: Final = ("co-managed", "fully-managed", "project", "other")
STATUSES: Final = ("draft", "active", "ended")
CRITICALITIES: Final = ("critical", "high", "medium", "low")
COVERAGE_STAGES: Final = ("detect", "triage", "respond", "contain", "restore", "notify")
TARGET_STAGES: Final = (
    "acknowledge",
    "respond",
    "update",
    "contain",
    "restore",
    "resolve",
    "report",
)
COVERAGE_STAGE_OF_TARGET: Final[Mapping[str, str]] = {
    "acknowledge": "respond",
    "respond": "respond",
    "update": "respond",
    "contain": "contain",
    "restore": "restore",
    "resolve": "restore",
    "report": "notify",
}
CHANNELS: Final = ("phone", "sms", "page", "email", "chat", "ticket", "portal", "in-person")
NOTICE_STARTS: Final = (
    "discovery",
    "suspicion",
    "confirmation",
    "occurrence",
    "receipt",
    "decision",
)
SETUP_PHASES: Final = (
    "capacity-audit",
    "msp-selection",
    "sla-and-matrix",
    "tool-integration",
    "ongoing-reviews",
)

SECTIONS: Final = (
    "parties",
    "people",
    "rotas",
    "calendars",
    "severities",
    "services",
    "coverage",
    "responsibilities",
    "allocations",
    "escalations",
    "targets",
    "notices",
    "reviews",
    "tools",
    "access",
    "clauses",
    "documents",
    "attestations",
    "setup",
    "signatures",
)
"""Top-level lists whose rows are keyed by `id`, or by `ROW_KEYS` where they have none."""

SHARED_SECTIONS: Final = (
    "parties",
    "people",
    "rotas",
    "calendars",
    "severities",
    "targets",
    "escalations",
    "tools",
    "attestations",
)
"""What a `kind: Shared` file may hold."""

ROW_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage": ("area", "stage", "by"),
    "allocations": ("control",),
    "targets": ("severity", "stage"),
    "notices": ("event", "from", "to"),
    "clauses": ("topic", "by"),
    "attestations": ("party", "scheme"),
    "setup": ("phase",),
    "functions": ("function",),
    "signatures": ("party",),
    "held": ("on",),
    "steps": ("notify",),
}
"""The fields that key a row without `id`, by the name of its list.

`functions` are those of `capacity`, `held` those of a review, `steps` those of an escalation.
The people of `capacity` are keyed by `who` (see `row_key`).
"""


def row_key(section: str, row: Mapping[str, Any]) -> str | None:
    """Return the key of a row in the list called `section`, or None where it has none.

    A field that the row leaves out is written `*`: `targets[*/respond]`.
    """
    identity = row.get("id")
    if isinstance(identity, str):
        return identity
    fields = ROW_KEYS.get(section)
    if fields is None:
        who = row.get("who")
        return who if isinstance(who, str) else None
    return "/".join(str(row.get(field, "*")) for field in fields)
