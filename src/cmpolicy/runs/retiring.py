"""What a change retires: services and severities that are gone, and what was promised of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cmpolicy.agreement import Agreement
from cmpolicy.compare.model import Change, Detail

_PLACES: Final[Mapping[str, Mapping[int, str]]] = {
    "service": {0: "service"},
    "severity": {0: "severity"},
    "target": {0: "severity", 2: "service"},
    "route": {0: "severity", 1: "service"},
    "coverage": {2: "service", 3: "severity"},
}
"""Kinds of promises that are made of each service at each severity: where their keys name those."""


def only_of_what_is_gone(change: Change, now: Agreement) -> bool:
    """Say whether a change moved nothing but promises of services or severities that are gone.

    Nothing that is still there can be worse by it, whatever rows spoke for both.
    """
    there = {
        "service": {service.id for service in now.services},
        "severity": {severity.id for severity in now.severities},
    }
    return bool(change.details) and all(_is_gone(detail, there) for detail in change.details)


def _is_gone(detail: Detail, there: Mapping[str, set[str]]) -> bool:
    parts = detail.parts
    places = _PLACES.get(detail.promise, {})
    return len(parts) > max(places, default=0) and any(
        parts[place] not in there[sort] for place, sort in places.items()
    )
