"""The agreement of any customer of a plan: its inputs are filled, and all else is `unknown`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.plans.combining import Combination
from cmpolicy.plans.model import Input
from cmpolicy.shape.schema import load_schema, resolve
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import SECTIONS

FILE: Final = "any-customer.yaml"
IDENTITY: Final = "any-customer"
OWN_ROWS: Final[Mapping[str, str]] = {
    "party": "parties",
    "person": "people",
    "rota": "rotas",
    "calendar": "calendars",
    "services": "services",
    "severities": "severities",
}
"""Kinds of inputs that are filled by a row of the customer's own, and its list."""
_LEFT_OUT: Final = frozenset({"id", "labels", "note", "outside", "roster"})
"""Fields that say nothing, or say the same in another way."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """The text of such an agreement, and what each line of it is about."""

    text: str
    about: tuple[str, ...]
    """By line, from the first: the name of an input or of a section; "" for neither."""


def stand_in(combination: Combination, *, by_default: bool) -> StandIn:
    """Return the agreement of any customer on plans.

    Args:
        combination: the plans.
        by_default: leave inputs that have a default to it; else they are filled by an unknown one.
    """
    lines = list(_lines(combination, by_default=by_default))
    text = "".join(f"{line}\n" for line, _ in lines)
    return StandIn(text, tuple(about for _, about in lines))


def _lines(combination: Combination, *, by_default: bool) -> Iterator[tuple[str, str]]:
    said = combination.document.value
    for key, value in {
        "apiVersion": "cmpolicy/v1",
        "kind": "Agreement",
        "id": IDENTITY,
        "title": UNKNOWN.value,
        "version": "1.0.0",
        "status": "active",
        "timezone": _timezone(said),
    }.items():
        yield f"{key}: {json.dumps(value)}", ""
    if "model" not in said:
        yield f"model: {UNKNOWN.value}", "model"
    yield f"term: {_unknown_but('term', said.get('term', {}))}", "term"
    yield from _facts(said.get("frameworks", {}))
    keys = {spot.name for spot in combination.spots if spot.is_key}
    wanted = {
        one: _own_list(one, keys)
        for one in combination.inputs.values()
        if not (by_default and one.default is not None)
    }
    customer = _customer(wanted)
    yield f"plans: {json.dumps([{'file': plan.file} for plan in combination.plans])}", ""
    if wanted:
        yield "inputs:", ""
        for one, rows in wanted.items():
            yield f"  {one.name}: {_id(one) if rows else UNKNOWN.value}", one.name
    for section in (*SECTIONS, "capacity"):
        own = {one: _row(section, one) for one, rows in wanted.items() if rows == section}
        if customer in own:
            own[customer] |= {"kind": "customer"}
        yield from _section(section, said, own)


def _section(
    section: str, said: Mapping[str, Any], own: Mapping[Input, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    held = _unheld(said) if section == "reviews" else ()
    if own or held:
        yield f"{section}:", section
        yield from ((f"  - {json.dumps(row)}", one.name) for one, row in own.items())
        yield from ((f"  - {json.dumps(row)}", section) for row in held)
    elif section not in said:
        yield f"{section}: {UNKNOWN.value}", section


def _customer(wanted: Mapping[Input, str | None]) -> Input | None:
    """Return the input that is the customer: the only party, or the one that is called so."""
    parties = [one for one, rows in wanted.items() if rows == "parties" and one.kind == "party"]
    named = [one for one in parties if one.name == "customer"]
    return next(iter(named or (parties if len(parties) == 1 else ())), None)


def _unheld(said: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the reviews of a plan, of which nobody knows when they were held."""
    rows = said.get("reviews")
    named = [row for row in (rows if isinstance(rows, list) else ()) if "id" in row]
    return [{"id": row["id"], "held": UNKNOWN.value} for row in named]


def _own_list(wanted: Input, keys: Collection[str]) -> str | None:
    """Return the list whose row fills an input; None: it is filled by `unknown`."""
    as_key = "parties" if wanted.kind == "holder" and wanted.name in keys else None
    return OWN_ROWS.get(wanted.kind, as_key)


def _id(wanted: Input) -> str:
    return f"any-{wanted.name}"


def _row(section: str, wanted: Input) -> dict[str, Any]:
    root = load_schema("agreement")
    item = resolve(root["properties"][section]["items"], root)
    row: dict[str, Any] = {"id": _id(wanted)}
    row |= {name: UNKNOWN.value for name in item["properties"] if name not in _LEFT_OUT}
    if "rank" in row:  # never unknown
        row["rank"] = 1
    return row


def _unknown_but(name: str, said: Any) -> str:
    """Return a mapping of the agreement in which all is unknown that the plans do not say."""
    if not isinstance(said, dict):
        return UNKNOWN.value
    fields = load_schema("agreement")["properties"][name]["properties"]
    left = [field for field in fields if field not in said and field not in _LEFT_OUT]
    return json.dumps(dict.fromkeys(left, UNKNOWN.value))


def _facts(said: Any) -> Iterator[tuple[str, str]]:
    """Yield the facts of frameworks that the plans name without them; each holds from now."""
    known = load_schema("agreement")["properties"]["frameworks"]["properties"]
    facts = {}
    for name, entry in said.items() if isinstance(said, dict) else ():
        fields = known.get(name, {}).get("properties", {})
        if isinstance(entry, dict):
            open_ones = [one for one in fields if one not in {*entry, *_LEFT_OUT, "from"}]
            facts[name] = dict.fromkeys(open_ones, UNKNOWN.value)
    facts = {name: entry for name, entry in facts.items() if entry}
    if facts:
        yield f"frameworks: {json.dumps(facts)}", "frameworks"


def _timezone(said: Mapping[str, Any]) -> str:
    """Return the zone of the first calendar that has one: a zone is never unknown."""
    calendars = said.get("calendars")
    zones = [row.get("timezone") for row in (calendars if isinstance(calendars, list) else ())]
    return next((zone for zone in zones if zone and zone != UNKNOWN.value), "Etc/UTC")
