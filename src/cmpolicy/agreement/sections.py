"""The sections of an agreement, row by row, from plain values to parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cmpolicy.agreement.fields import Fields, Notes
from cmpolicy.agreement.parts import (
    Allocation,
    Attestation,
    CapacityFunction,
    Coverage,
    Escalation,
    Held,
    Holder,
    Notice,
    Party,
    Person,
    Review,
    Rota,
    Service,
    Severity,
    Signature,
    Step,
    Target,
    Task,
)
from cmpolicy.calendars import ALWAYS
from cmpolicy.vocabulary import UNKNOWN, Unknown, row_key

Keyed = tuple[str, Fields]


def rows(value: Any, section: str, prefix: str, notes: Notes) -> Iterator[Keyed]:
    """Yield (key, fields) for each row of a list; `unknown` in the place of a list is noted."""
    if value == UNKNOWN.value:
        notes.unknowns = True
    if not isinstance(value, list):
        return
    seen: dict[str, int] = {}
    for row in value:
        key = row_key(section, row) or "*"
        seen[key] = seen.get(key, 0) + 1
        shown = key if seen[key] == 1 else f"{key}~{seen[key]}"
        yield shown, Fields(row, f"{prefix}[{shown}]", notes)


def party(key: str, row: Fields) -> Party:
    """Build a party; what it can touch is unknown where it does not say."""
    handles = row.words("handles") if "handles" in row.data else row.notes.unknown()
    if handles == ("none",):
        handles = ()
    return Party(key, row.path, row.text("name"), row.text("kind"), handles, row.text("engaged_by"))


def person(key: str, row: Fields) -> Person:
    """Build a person; hours are unknown where no calendar says them."""
    return Person(
        key,
        row.path,
        row.text("name"),
        row.text("party"),
        row.words("roles"),
        row.text("deputy"),
        row.text("phone"),
        row.calendar("calendar", UNKNOWN),
    )


def rota(key: str, row: Fields) -> Rota:
    """Build a rota."""
    rostered = row.text("roster") is not None
    members = row.selection("members")
    if members is None:
        members = () if rostered else row.notes.unknown()
    elif members == () and row.lost("members") and not rostered:
        members = ()
    return Rota(
        key,
        row.path,
        row.text("party"),
        row.calendar("calendar", UNKNOWN),
        members,
        row.text("phone"),
        rostered and "members" not in row.data,
    )


def severity(key: str, row: Fields) -> Severity:
    """Build a severity."""
    return Severity(key, row.path, int(row.data["rank"]), row.text("means"))


def service(key: str, row: Fields) -> Service:
    """Build a service."""
    return Service(
        key,
        row.path,
        row.text("name"),
        row.text("criticality"),
        row.words("data"),
        row.text("owner"),
    )


def coverage(key: str, row: Fields) -> Coverage:
    """Build a coverage row."""
    services = row.selection("services")
    severities = row.selection("severities")
    return Coverage(
        key,
        row.path,
        row.text("area"),
        row.text("stage"),
        row.text("by"),
        services,
        severities,
        row.calendar("calendar", None),
        row.text("commitment", "promised"),
        row.text("mode"),
        row.words("tools"),
    )


def task(key: str, row: Fields) -> Task:
    """Build a row of the responsibility matrix."""
    evidence = Fields(_mapping(row.value("evidence")), row.at("evidence"), row.notes)
    split = row.value("split")
    return Task(
        key,
        row.path,
        row.words("area"),
        row.text("task"),
        _holders(row),
        row.words("responsible"),
        row.words("consulted"),
        row.words("informed"),
        split if isinstance(split, Unknown) else _mapping(split),
        row.text("escalates_to"),
        evidence.text("keeper"),
        evidence.interval("kept"),
    )


def _holders(row: Fields) -> tuple[Holder, ...] | Unknown:
    found = row.value("accountable")
    if isinstance(found, Unknown):
        return found
    if isinstance(found, str):
        return (Holder(found),)
    holders = []
    for index, entry in enumerate(found or ()):
        part = Fields(entry, f"{row.at('accountable')}[{entry.get('who', index)}]", row.notes)
        only = part.value("only")
        if isinstance(only, Unknown):
            holders.append(Holder(part.text("who"), only, only))
            continue
        narrowed = Fields(_mapping(only), part.at("only"), row.notes)
        holders.append(
            Holder(
                part.text("who"),
                narrowed.selection("services"),
                narrowed.selection("severities"),
                narrowed.text("subject"),
            )
        )
    return tuple(holders)


def allocation(key: str, row: Fields) -> Allocation:
    """Build a row of the customer responsibility matrix."""
    return Allocation(
        key,
        row.path,
        row.text("control"),
        row.text("origin"),
        row.text("from"),
        row.text("customer"),
        row.text("provider"),
        row.text("evidence"),
        row.text("state"),
        row.text("because"),
    )


def escalation(key: str, row: Fields) -> Escalation:
    """Build an escalation path."""
    when = row.value("when")
    selector = Fields(_mapping(when), row.at("when"), row.notes)
    severities, services, events = (
        (when, when, when)
        if isinstance(when, Unknown)
        else (selector.selection("severities"), selector.selection("services"), None)
    )
    repeat = Fields(_mapping(row.value("repeat")), row.at("repeat"), row.notes)
    steps = rows(row.data.get("steps"), "steps", row.at("steps"), row.notes)
    return Escalation(
        key,
        row.path,
        severities,
        services,
        selector.words("events") if events is None else events,
        row.text("from"),
        row.text("hand_over"),
        tuple(
            Step(step.path, step.text("notify"), step.text("via"), step.wait("after"))
            for _, step in steps
        ),
        _times(repeat),
        repeat.promise("wait", ALWAYS),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _times(repeat: Fields) -> int:
    found = repeat.data.get("times")
    return found if isinstance(found, int) else 0


def target(key: str, row: Fields) -> Target:
    """Build a service level; its clock is unknown where no calendar says it."""
    clock = row.calendar("calendar", UNKNOWN)
    attainment = row.value("attainment")
    return Target(
        key,
        row.path,
        row.text("severity"),
        row.text("stage"),
        row.selection("services"),
        row.promise("within", clock),
        clock,
        row.text("commitment", "target"),
        attainment,
        row.calendar("raised", None),
        selects_nothing=row.lost("severity"),
    )


def notice(key: str, row: Fields) -> Notice:
    """Build a deadline between parties; its clock is 24x7 where it does not say."""
    clock = row.calendar("calendar", ALWAYS)
    return Notice(
        key,
        row.path,
        row.text("event"),
        row.text("from"),
        row.text("to"),
        row.text("contact"),
        row.promise("within", clock),
        row.text("starts"),
        row.flag("before"),
        clock,
    )


def review(key: str, row: Fields) -> Review:
    """Build a review."""
    every = row.value("every")
    held = row.value("held")
    return Review(
        key,
        row.path,
        row.text("kind"),
        every if every in ("on request", "on change") else row.interval("every"),
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
