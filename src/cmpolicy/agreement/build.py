"""Builds an `Agreement` from a validated document.

Here is judged what a schema cannot say: references, ids, dates, zones, holiday regions, and
amounts that can run on their clocks. All problems of a file are reported together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from cmpolicy.agreement import sections, sections_evidence, sections_undertaken
from cmpolicy.agreement.calendar import build_calendars
from cmpolicy.agreement.evidence import SCOPE_FACTS, FrameworkScope, Row, Term
from cmpolicy.agreement.fields import Fields, Notes, plain, suggestion
from cmpolicy.agreement.model import Agreement
from cmpolicy.agreement.references import judge_references, strange_words
from cmpolicy.agreement.who import Service, SeverityLevel
from cmpolicy.calendars import zone_exists, zone_names
from cmpolicy.document import Document
from cmpolicy.errors import DocumentError, Location, Problem
from cmpolicy.references import FREE
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.vocabulary import SECTIONS

P = TypeVar("P")
NO_WORDS: Mapping[str, frozenset[str]] = {}


def build(
    document: Document,
    placeholders: Mapping[str, str] | None = None,
    words: Mapping[str, frozenset[str]] = NO_WORDS,
    missing_records: frozenset[str] = frozenset(),
) -> Agreement:
    """Build the agreement that a document says; its shared files are merged in already.

    Args:
        document: of the right shape, with its placeholders taken out.
        placeholders: path of each placeholder, and its text.
        words: what the packs add to the vocabularies, by vocabulary.
        missing_records: paths of the records that name a file which is not there.

    Raises:
        DocumentError: with every problem of the file, in the order of their places.
    """
    notes = Notes(document, placeholders or {})
    value = document.value
    judge_references(value, notes)
    if value.get("formerly") == value["id"]:
        hint = "name the id that it had before, or take the line out"
        notes.wrong("formerly", f"`formerly: {value['id']}` is the `id` that it has now", hint)
    _judge_zone(value["timezone"], "timezone", notes)
    if notes.problems:
        # Without its zone, or with rows that cannot be distinguished, the rest would mislead.
        raise DocumentError.of(_in_order(notes.problems))
    build_calendars(value, notes)
    warnings = strange_words(value, notes, words)
    agreement = _assemble(document, notes, warnings)
    # A party's own hours are unknown where its coverage row does not say them.
    unsaid = any(row.calendar is None and row.by in agreement.parties for row in agreement.coverage)
    agreement = dataclasses.replace(
        agreement, missing_records=missing_records, unknowns=notes.unknowns or unsaid
    )
    if notes.problems:
        raise DocumentError.of(_in_order(notes.problems))
    return agreement


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    nowhere = Location("")
    return tuple(sorted(unique, key=lambda problem: problem.location or nowhere))


def _judge_zone(zone: str, path: str, notes: Notes) -> None:
    if not zone_exists(zone):
        hint = suggestion(zone, zone_names()) or "use an IANA name such as America/Toronto"
        notes.wrong(path, f"`timezone`: there is no time zone {zone!r}", hint)


def _assemble(document: Document, notes: Notes, warnings: tuple[Problem, ...]) -> Agreement:
    top = Fields(document.value, "", notes)
    model = top.text("model")
    return Agreement(
        document=document,
        id=str(document.value["id"]),
        formerly=document.value.get("formerly"),
        title=str(document.value["title"]),
        version=str(document.value["version"]),
        status=str(document.value["status"]),
        model=None if isinstance(model, Unknown) else model,
        timezone=str(document.value["timezone"]),
        term=_term(top),
        frameworks=_frameworks(top),
        parties=_by_key(top, "parties", sections.party),
        people=_by_key(top, "people", sections.person),
        rotas=_by_key(top, "rotas", sections.rota),
        calendars=dict(notes.calendars),
        severities=_severities(top),
        services=_list(top, "services", sections.service) or (_implicit_service(),),
        coverage=_list(top, "coverage", sections_undertaken.coverage),
        tasks=_list(top, "responsibilities", sections_undertaken.task),
        allocations=_list(top, "allocations", sections_undertaken.allocation),
        escalations=_list(top, "escalations", sections_undertaken.escalation),
        targets=_list(top, "targets", sections_undertaken.target),
        uptime=_list(top, "uptime", sections_undertaken.uptime),
        notices=_list(top, "notices", sections_undertaken.notice),
        reviews=_list(top, "reviews", sections_evidence.review),
        clauses=_list(top, "clauses", sections_undertaken.clause),
        attestations=_list(top, "attestations", sections_evidence.attestation),
        functions=_functions(top),
        signatures=_list(top, "signatures", sections_evidence.signature),
        rows=_rows(top),
        placeholders=notes.placeholders,
        unknowns=notes.unknowns,
        warnings=warnings,
    )


def _list(top: Fields, section: str, make: Callable[[str, Fields], P]) -> tuple[P, ...]:
    found = sections.rows(top.data.get(section), section, section, top.notes)
    return tuple(make(key, row) for key, row in found)


def _by_key(top: Fields, section: str, make: Callable[[str, Fields], P]) -> dict[str, P]:
    found = sections.rows(top.data.get(section), section, section, top.notes)
    return {key: make(key, row) for key, row in found}


def _severities(top: Fields) -> tuple[SeverityLevel, ...]:
    found = _list(top, "severities", sections.severity)
    implicit = SeverityLevel("*", "severities", 1)
    return tuple(sorted(found, key=lambda severity: severity.rank)) or (implicit,)


def _implicit_service() -> Service:
    return Service("*", "services", None, None, (), None)


def _term(top: Fields) -> Term:
    found = top.value("term")
    if isinstance(found, Unknown):
        return Term("term", found, found, found, found, found, found)
    term = Fields(found or {}, "term", top.notes)
    effective = term.date("effective")
    ends = term.date("ends", also="open")
    if isinstance(effective, date) and isinstance(ends, date) and ends < effective:
        top.notes.wrong("term.ends", f"`ends: {ends}` is before `effective: {effective}`")
    return Term(
        "term",
        effective,
        term.date("starts_work"),
        ends,
        term.text("renewal"),
        term.period("renews_for"),
        term.interval("notice"),
    )


def _frameworks(top: Fields) -> dict[str, FrameworkScope]:
    found = top.value("frameworks")
    scopes = {}
    for identity, entry in (found if isinstance(found, dict) else {}).items():
        if identity in FREE:
            continue
        path = f"frameworks.{identity}"
        fields = Fields(entry if isinstance(entry, dict) else {}, path, top.notes)
        facts = plain({k: v for k, v in fields.data.items() if k != "from"}, top.notes)
        starts = fields.date("from")
        if entry == UNKNOWN.value:
            starts = top.notes.unknown()
            facts = dict.fromkeys(SCOPE_FACTS, UNKNOWN)
        scopes[identity] = FrameworkScope(identity, path, facts, starts)
    return scopes


def _functions(top: Fields) -> tuple[Any, ...]:
    capacity = top.value("capacity")
    if not isinstance(capacity, dict):
        return ()
    where = "capacity.functions"
    found = sections.rows(capacity.get("functions"), "functions", where, top.notes)
    return tuple(sections_evidence.capacity_function(key, row) for key, row in found)


def _rows(top: Fields) -> dict[str, tuple[Row, ...]]:
    every = {section: _plain_rows(top, top.data, section, section) for section in SECTIONS}
    capacity = top.data.get("capacity")
    parts = capacity if isinstance(capacity, dict) else {}
    every["capacity.functions"] = _plain_rows(top, parts, "functions", "capacity.functions")
    every["capacity.people"] = _plain_rows(top, parts, "people", "capacity.people")
    for name in ("term", "capacity", "frameworks"):
        found = top.data.get(name)
        fields = plain(found, top.notes) if isinstance(found, dict) else None
        every[name] = () if fields is None else (Row(name, name, fields),)
    return every


def _plain_rows(top: Fields, parent: Mapping[str, Any], name: str, path: str) -> tuple[Row, ...]:
    section = "*" if path == "capacity.people" else name
    found = sections.rows(parent.get(name), section, path, top.notes)
    return tuple(Row(key, row.path, plain(row.data, top.notes)) for key, row in found)
