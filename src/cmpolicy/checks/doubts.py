"""The paths of unknown values that an answer depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cmpolicy.agreement import (
    Agreement,
    Coverage,
    Escalation,
    Notice,
    Person,
    Row,
    Share,
    Step,
    Target,
)
from cmpolicy.calendars import is_always
from cmpolicy.duty import behind
from cmpolicy.lacks import Lack, LackKind, unknown
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.verdict import Holds, Observation

MOST = 5
"""So many paths a message names."""
SPEAKS = ("severity", "services", "stage", "raised")
"""The fields of a target that say for which starts of which cases it speaks."""


def decides(paths: Iterable[str]) -> str:
    """Return the end of a message whose answer depends on these: ` (unknown: a.b)`, or none."""
    every = tuple(dict.fromkeys(paths))
    listed = ", ".join(every[:MOST])
    more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
    return f" (unknown: {listed}{more})" if listed else ""


def in_order(
    agreement: Agreement, paths: Iterable[str], first: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return paths in the order of the file, each once; those of `first` before the others.

    `first` are the values that can change the answer alone.
    """
    alone = set(first)
    every = sorted(dict.fromkeys((*alone, *paths)), key=agreement.locate)
    return tuple(sorted(every, key=lambda path: path not in alone))


def deciding(agreement: Agreement, alone: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that can change an answer alone, then the others, in the file's order.

    Holidays come last: they close a few days of what other values open or close altogether.
    """
    first, more = in_order(agreement, alone), in_order(agreement, others)
    rest = sorted(more, key=lambda path: path.endswith(".holidays"))
    return (*first, *(path for path in rest if path not in first))


def in_doubt(agreement: Agreement, item: Observation, paths: Iterable[str]) -> Observation:
    """Return an observation that depends on these unknown values too; none: as it was.

    What holds, holds whatever they are. The message names them at its end: see `ended`.
    """
    more = tuple(paths)
    if item.holds is Holds.YES or not more:
        return item
    own = item.lack.paths if item.lack and item.lack.kind is LackKind.UNKNOWN else ()
    return replace(item, holds=Holds.UNKNOWN, lack=unknown(*in_order(agreement, (*more, *own))))


def ended(found: Iterable[Observation]) -> Iterator[Observation]:
    """Yield observations; those in doubt end with the paths of what decides."""
    for item in found:
        if item.holds is Holds.UNKNOWN and item.lack and item.lack.kind is LackKind.UNKNOWN:
            said = "(unknown: " in item.message
            yield item if said else replace(item, message=item.message + decides(item.lack.paths))
        else:
            yield item


def failing(
    subject: str,
    path: str,
    message: str,
    lack: Lack | None,
    doubts: Sequence[str],
    premise: str = "",
) -> Observation:
    """Return the observation that something does not hold, for certain or perhaps.

    Args:
        subject: of the observation.
        path: of the observation.
        message: what does not hold, without its doubts.
        lack: what lacks, where that is certain.
        doubts: the paths of the unknown values on which it hangs, the one that decides first;
            none: it is certain.
        premise: on what it is asked at all, as in `, if it is critical`.
    """
    message += premise + decides(doubts)
    return Observation(subject, path, message, Holds.NO, lack=unknown(*doubts) if doubts else lack)


def of_coverage(agreement: Agreement, row: Coverage) -> Iterator[str]:
    """Yield what is unknown of a coverage row: what it names, what it is worth, and its hours."""
    fields = _fields(agreement, "coverage", row.path)
    yield from _unknown(row.path, fields, ("area", "stage", "by", "commitment"))
    for name in ("services", "severities"):
        words = fields.get(name)
        if isinstance(words, Unknown) or (isinstance(words, list) and UNKNOWN in words):
            yield f"{row.path}.{name}"
    if isinstance(row.calendar, Unknown) or (row.calendar is None and row.by in agreement.parties):
        yield f"{row.path}.calendar"
    yield from of_calendar(agreement, fields.get("calendar"))
    rota = agreement.rotas.get(str(row.by))
    if rota is not None and not rota.rostered and isinstance(behind(agreement, rota.id), Unknown):
        yield f"{rota.path}.members"
    member = agreement.people.get(str(row.by)) or rota
    if member is not None:
        section = "rotas" if member is rota else "people"
        own = _fields(agreement, section, member.path).get("calendar", UNKNOWN)
        if isinstance(own, Unknown):
            yield f"{member.path}.calendar"
        yield from of_calendar(agreement, own)


def of_parties(agreement: Agreement) -> Iterator[str]:
    """Yield what is unknown of the parties: all of them, their kinds, and what they handle."""
    if agreement.document.value.get("parties") == UNKNOWN.value:
        yield "parties"
    for party in agreement.parties.values():
        yield from of_side(agreement, party.id)


def of_side(agreement: Agreement, who: str | Unknown | None) -> Iterator[str]:
    """Yield what is unknown of the party behind an id: which it is, its kind, what it handles."""
    member = agreement.people.get(str(who)) or agreement.rotas.get(str(who))
    if member is not None and isinstance(member.party, Unknown):
        yield f"{member.path}.party"
    party = agreement.parties.get(str(agreement.party_of(str(who))))
    if party is not None:
        fields = _fields(agreement, "parties", party.path)
        yield from _unknown(party.path, fields, ("kind",))
        if isinstance(party.handles, Unknown) or UNKNOWN.value in party.handles:
            yield f"{party.path}.handles"


def of_target(agreement: Agreement, target: Target) -> Iterator[str]:
    """Yield what is unknown of a target: its own fields, and the hours of its calendars."""
    yield from of_starts(agreement, target)
    fields = _fields(agreement, "targets", target.path)
    yield from _unknown(target.path, fields, ("within", "commitment"))
    yield from of_pauses(target)
    if isinstance(target.calendar, Unknown):
        yield f"{target.path}.calendar"
    yield from of_calendar(agreement, fields.get("calendar"))


def of_pauses(target: Target) -> Iterator[str]:
    """Yield what is unknown of what a target's clock stops for, and for how long."""
    if isinstance(target.pauses, Unknown):
        yield f"{target.path}.pauses"
        return
    for pause in target.pauses:
        if isinstance(pause.at_most, Unknown):
            yield f"{pause.path}.at_most"


def of_starts(agreement: Agreement, target: Target) -> Iterator[str]:
    """Yield what is unknown of when and for what a target speaks."""
    fields = _fields(agreement, "targets", target.path)
    yield from _unknown(target.path, fields, SPEAKS)
    yield from of_calendar(agreement, fields.get("raised"))


def of_calendar(agreement: Agreement, name: Any) -> Iterator[str]:
    """Yield what is unknown of a calendar, by name: its hours, its holidays, those it is outside.

    Of a calendar that is open around the clock the holidays do not matter where they are said.
    """
    rows = {row.key: row for row in agreement.rows["calendars"]}
    seen: set[str] = set()
    while isinstance(name, str) and name in rows and name not in seen:
        seen.add(name)
        row = rows[name]
        found = agreement.calendars.get(name)
        if found is not None and found.outside is None and not is_always(found):
            if found.windows is None:
                yield f"{row.path}.hours"
            if found.holidays is None:
                yield f"{row.path}.holidays"
        name = row.fields.get("outside")


def of_notice(agreement: Agreement, row: Notice, *more: str) -> Iterator[str]:
    """Yield what is unknown of a notice: what decides how late it is, and `more` fields."""
    fields = _fields(agreement, "notices", row.path)
    named = ("event", "from", "to", "within", "before", "calendar", *more)
    yield from _unknown(row.path, fields, named)
    yield from of_calendar(agreement, fields.get("calendar"))


def of_selection(agreement: Agreement, rows: Iterable[Notice]) -> Iterator[str]:
    """Yield what is unknown of what notices report, and to whom."""
    for row in rows:
        fields = _fields(agreement, "notices", row.path)
        yield from _unknown(row.path, fields, ("event", "from", "to"))
        for who in (row.source, row.to):
            member = agreement.people.get(str(who)) or agreement.rotas.get(str(who))
            if member is not None and isinstance(member.party, Unknown):
                yield f"{member.path}.party"


def of_row(agreement: Agreement, section: str, path: str, names: Iterable[str]) -> Iterator[str]:
    """Yield what is unknown of these fields of a row, and of what is in them."""
    fields = _fields(agreement, section, path)
    for name in names:
        yield from _inside(f"{path}.{name}", fields.get(name))


def of_member(agreement: Agreement, who: object) -> Iterator[str]:
    """Yield what is unknown of the party of a person or rota, and of its kind."""
    member = agreement.people.get(str(who)) or agreement.rotas.get(str(who))
    if member is not None and isinstance(member.party, Unknown):
        yield f"{member.path}.party"
    party = agreement.parties.get(str(who if member is None else member.party))
    if party is not None and isinstance(party.kind, Unknown):
        yield f"{party.path}.kind"


def of_human(agreement: Agreement, who: str | Unknown | None) -> Iterator[str]:
    """Yield what is unknown of which named human beings stand behind an id."""
    ids = behind(agreement, who)
    if isinstance(ids, Unknown) and str(who) in agreement.rotas:
        yield f"{agreement.rotas[str(who)].path}.members"
    for one in () if isinstance(ids, Unknown) else sorted(ids):
        person = agreement.people.get(one)
        if person is not None and isinstance(person.name, Unknown):
            yield f"{person.path}.name"


def of_when(path: Escalation) -> Iterator[str]:
    """Yield what is unknown of when a path applies."""
    found = {"severities": path.severities, "services": path.services, "events": path.events}
    if all(isinstance(words, Unknown) for words in found.values()):
        yield f"{path.path}.when"
        return
    for name, words in found.items():
        if isinstance(words, Unknown) or UNKNOWN.value in (words or ()):
            yield f"{path.path}.when.{name}"


def of_duty(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of who is on duty when a path calls."""
    for step in path.steps:
        yield from _called(step)
        for section in ("people", "rotas"):
            for row in agreement.rows[section]:
                if row.key != step.notify:
                    continue
                yield from _members(agreement, step)
                if isinstance(row.fields.get("calendar", UNKNOWN), Unknown):
                    yield f"{row.path}.calendar"
                yield from of_calendar(agreement, row.fields.get("calendar"))


def of_step(agreement: Agreement, path: Escalation, step: Step) -> frozenset[str]:
    """Return what is unknown of whether a step reaches somebody: of the steps ahead, the waits."""
    ahead = path.steps[: path.steps.index(step) + 1]
    waits = of_waits(agreement, replace(path, steps=ahead, repeat=0))
    return frozenset((*of_duty(agreement, replace(path, steps=(step,))), *waits))


def of_waits(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of how long a path waits."""
    for step in path.steps:
        if isinstance(step.after, Unknown) or f"{step.path}.after" in agreement.placeholders:
            yield f"{step.path}.after"
        if isinstance(step.after, Share):
            yield from _of_share(agreement, path, step, step.after)
    wait = f"{path.path}.repeat.wait"
    if isinstance(path.repeat, Unknown):
        yield f"{path.path}.repeat" if path.wait is path.repeat else f"{path.path}.repeat.times"
    elif path.repeat and (isinstance(path.wait, Unknown) or wait in agreement.placeholders):
        yield wait


def _of_share(agreement: Agreement, path: Escalation, step: Step, share: Share) -> Iterator[str]:
    """Yield what is unknown of the targets of a share; the wait itself, where they have no end."""
    found: list[str] = []
    for target in agreement.targets:
        if target.stage in (share.stage, UNKNOWN):
            fields = _fields(agreement, "targets", target.path)
            found += _unknown(target.path, fields, ("within", *SPEAKS))
    if agreement.document.value.get("targets") == UNKNOWN.value:
        found.append("targets")
    if isinstance(path.severities, Unknown) or UNKNOWN.value in (path.severities or ()):
        found.append(next(of_when(path)))
    yield from found or [f"{step.path}.after"]


def of_humans(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of which human beings a path calls."""
    for step in path.steps:
        yield from _called(step)
        yield from _members(agreement, step)
        for person in _people(agreement, step):
            if isinstance(person.name, Unknown):
                yield f"{person.path}.name"


def of_roles(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of the roles of whom a path calls."""
    for step in path.steps:
        yield from _called(step)
        yield from _members(agreement, step)
        for person in _people(agreement, step):
            if isinstance(person.roles, Unknown) or UNKNOWN.value in person.roles:
                yield f"{person.path}.roles"


def of_sides(agreement: Agreement, path: Escalation) -> Iterator[str]:
    """Yield what is unknown of the parties that take part in a path."""
    if isinstance(path.source, Unknown):
        yield f"{path.path}.from"
    for step in path.steps:
        yield from _called(step)
    for who in (path.source, *(step.notify for step in path.steps)):
        yield from of_member(agreement, who)


def _called(step: Step) -> Iterator[str]:
    if isinstance(step.notify, Unknown):
        yield f"{step.path}.notify"


def _people(agreement: Agreement, step: Step) -> Iterator[Person]:
    ids = behind(agreement, step.notify)
    known = () if isinstance(ids, Unknown) else sorted(ids)
    yield from (agreement.people[who] for who in known if who in agreement.people)


def _members(agreement: Agreement, step: Step) -> Iterator[str]:
    """Yield the members of the rota that a step calls, where nobody says who they are."""
    rota = agreement.rotas.get(str(step.notify))
    if rota is not None and isinstance(behind(agreement, rota.id), Unknown):
        yield f"{rota.path}.members"


def _fields(agreement: Agreement, section: str, path: str) -> Mapping[str, Any]:
    known: dict[str, Row] = agreement.known.setdefault((_fields, section), {})
    if not known:
        known.update((row.path, row) for row in agreement.rows[section])
    return known[path].fields


def _inside(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Unknown) or (isinstance(value, list) and UNKNOWN in value):
        yield path
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _inside(f"{path}.{name}", item)


def _unknown(path: str, fields: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield the paths of the fields that the file calls unknown."""
    for name in names:
        if isinstance(fields.get(name), Unknown):
            yield f"{path}.{name}"
