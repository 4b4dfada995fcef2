"""Rows of reviews, attestations, signatures and the capacity audit, as parts."""

from __future__ import annotations

from typing import Any

from cmpolicy.agreement.evidence import Attestation, CapacityFunction, Held, Review, Signature
from cmpolicy.agreement.fields import Fields
from cmpolicy.agreement.sections import rows
from cmpolicy.unknown import Unknown


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def review(key: str, row: Fields) -> Review:
    """Build a review."""
    every = row.value("every")
    held = row.value("held")
    return Review(
        key,
        row.path,
        row.text("kind"),
        every if every in ("on request", "on change") else row.period("every"),
        row.words("attended_by"),
        row.words("agenda"),
        held
        if isinstance(held, Unknown)
        else tuple(
            Held(item.date("on"), item.text("record"), item.path)
            for _, item in rows(held, "held", row.at("held"), row.notes)
            if item.data.get("on") is not None
        ),
    )


def attestation(key: str, row: Fields) -> Attestation:
    """Build a certificate or report that a party holds."""
    found = row.value("period")
    period = Fields(_mapping(found), row.at("period"), row.notes)
    checked = row.value("verified")
    verified = Fields(_mapping(checked), row.at("verified"), row.notes)
    issued = row.date("issued")
    lost = found if isinstance(found, Unknown) else None
    unseen = checked if isinstance(checked, Unknown) else None
    starts = lost or period.date("from")
    return Attestation(
        key,
        row.path,
        row.text("party"),
        row.text("scheme"),
        issued if starts is None else starts,
        lost or period.date("to"),
        issued,
        row.date("expires", also="open"),
        row.date("bridge_letter_to"),
        row.selection("scope"),
        unseen or verified.text("by"),
        unseen or verified.date("on"),
    )


def signature(key: str, row: Fields) -> Signature:
    """Build the record of a signature."""
    return Signature(
        key,
        row.path,
        row.text("party"),
        row.text("by"),
        row.date("on"),
        row.text("terms"),
    )


def capacity_function(key: str, row: Fields) -> CapacityFunction:
    """Build a function of the capacity audit."""
    return CapacityFunction(key, row.path, row.text("function"), row.text("now"))
