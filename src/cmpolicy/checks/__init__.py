"""The check kinds: a closed vocabulary, one module each. `CHECKS` is the only list of them."""

from __future__ import annotations

from typing import Final

from cmpolicy.checks import (
    allocation,
    attestation,
    cadence,
    coverage,
    escalation,
    item,
    notice,
    owner,
    signature,
    target,
)
from cmpolicy.checks.kinds import Check, CheckKind, Context, NotApplicable

CHECKS: Final[tuple[CheckKind, ...]] = (
    owner,
    coverage,
    target,
    escalation,
    cadence,
    notice,
    allocation,
    attestation,
    signature,
    item,
)

__all__ = ["CHECKS", "Check", "CheckKind", "Context", "NotApplicable"]
