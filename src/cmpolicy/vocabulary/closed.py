"""The closed vocabularies and the shape of sections: what the machine must know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
    "uptime",
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
    "pauses": ("for",),
    "credits": ("below",),
}
"""The fields that key a row without `id`, by the name of its list.

`functions` are those of `capacity`, `held` those of a review, `steps` those of an escalation,
`pauses` those of a target,
`credits` those of `uptime`.
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
