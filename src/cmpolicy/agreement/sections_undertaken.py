"""Rows of coverage, tasks, allocations, escalations, targets, notices, uptime and clauses."""

from __future__ import annotations

from typing import Any

from cmpolicy.agreement.fields import Fields
from cmpolicy.agreement.sections import rows
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
    Step,
    Target,
    Task,
    Uptime,
)
from cmpolicy.agreement.who import Words
from cmpolicy.amounts import INDEFINITELY, Recurrence, TimeLimit
from cmpolicy.calendars import ALWAYS
from cmpolicy.unknown import UNKNOWN, Unknown


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
        split if isinstance(split, Unknown) else _mapping(split),
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
    services, subject = _only(row)
    return Allocation(
        key,
        row.path,
        row.text("control"),
        row.words("origin"),
        row.words("from"),
        row.text("customer"),
        row.text("provider"),
        row.text("evidence"),
        row.text("state"),
        row.text("because"),
        services,
        subject,
    )


def _only(row: Fields) -> tuple[Words | Unknown | None, str | Unknown | None]:
    """Return the services and the subject of the part that a row is for; a placeholder is none."""
    found = row.value("only")
    if isinstance(found, Unknown):
        return found, None
    if row.lost("only"):
        return (), None
    part = Fields(_mapping(found), row.at("only"), row.notes)
    subject = part.text("subject")
    if subject is None and part.lost("subject"):
        return (), None
    return part.selection("services"), subject


def escalation(key: str, row: Fields) -> Escalation:
    """Build an escalation path."""
    when = row.value("when")
    selector = Fields(_mapping(when), row.at("when"), row.notes)
    severities, services, events = (
        (when, when, when)
        if isinstance(when, Unknown)
        else (selector.selection(name) for name in ("severities", "services", "events"))
    )
    repeat = Fields(_mapping(row.value("repeat")), row.at("repeat"), row.notes)
    steps = rows(row.data.get("steps"), "steps", row.at("steps"), row.notes)
    return Escalation(
        key,
        row.path,
        severities,
        services,
        events,
        row.text("from"),
        row.text("hand_over"),
        tuple(
            Step(step.path, step.text("notify"), step.text("via"), step.wait("after"))
            for _, step in steps
        ),
        _times(row.value("repeat"), repeat),
        _wait(row.value("repeat"), repeat),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _times(found: Any, repeat: Fields) -> int | Unknown:
    times = found if isinstance(found, Unknown) else repeat.value("times")
    return times if isinstance(times, int | Unknown) else 0


def _wait(found: Any, repeat: Fields) -> TimeLimit | Unknown | None:
    return found if isinstance(found, Unknown) else repeat.promise("wait", ALWAYS)


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
        pauses=_pauses(row),
    )


def _pauses(row: Fields) -> tuple[Pause, ...] | Unknown:
    found = row.value("pauses")
    if isinstance(found, Unknown):
        return found
    path = row.at("pauses")
    if row.lost("pauses"):
        return (Pause(path, None, None),)
    listed = rows(found, "pauses", path, row.notes)
    return tuple(
        Pause(pause.path, pause.text("for"), pause.promise("at_most", ALWAYS))
        for _, pause in listed
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
        row.words("contact"),
        row.promise("within", clock),
        row.text("starts"),
        row.flag("before"),
        clock,
    )


def uptime(key: str, row: Fields) -> Uptime:
    """Build a promise of availability."""
    return Uptime(
        key,
        row.path,
        row.text("by"),
        row.selection("services"),
        row.value("percent"),
        row.period("per"),
        row.text("measured"),
        row.text("commitment", "target"),
        _maintenance(row),
        _credits(row),
    )


def _maintenance(row: Fields) -> Maintenance | Unknown | None:
    found = row.value("maintenance")
    if isinstance(found, Unknown):
        return found
    if found is None:
        return Maintenance(None, None) if row.lost("maintenance") else None
    inner = Fields(found, row.at("maintenance"), row.notes)
    return Maintenance(inner.calendar("calendar", None), inner.promise("at_most", ALWAYS))


def _credits(row: Fields) -> tuple[Credit, ...] | Unknown:
    found = row.value("credits")
    if isinstance(found, Unknown):
        return found
    listed = rows(found, "credits", row.at("credits"), row.notes)
    steps = tuple(Credit(one.path, one.value("below"), one.value("percent")) for _, one in listed)
    seen: set[float] = set()
    for step in steps:
        if isinstance(step.below, int | float):
            if step.below in seen:
                hint = "write one step for each percentage"
                message = f"`credits`: there are two below {step.below:g} %"
                row.notes.wrong(step.path, message, hint)
            seen.add(step.below)
    return steps


def clause(key: str, row: Fields) -> Clause:
    """Build an undertaking of the legal text."""
    return Clause(
        key,
        row.path,
        row.text("topic"),
        row.text("by"),
        row.text("where"),
        row.interval("within"),
        row.sum("amount"),
        row.text("each"),
        row.period("at_most_every"),
        row.interval("notice"),
        row.value("charged"),
        row.words("paid_by"),
        row.text("only_if"),
        _survives(row),
    )


def _survives(row: Fields) -> Recurrence | str | Unknown | None:
    found = row.value("survives")
    return found if found == INDEFINITELY else row.interval("survives")
