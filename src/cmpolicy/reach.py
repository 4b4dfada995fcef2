"""What a party can touch: what it says that it handles, and what it reaches by access and work.

A party reaches the data of a service by a row of `access` to it; by hands-on work on it (coverage
or a task of one of `HANDS_ON`); by a tool that it provides and that such a row names. Other work
reaches nothing: who answers the telephone opens no record. An access row may say what is seen
through it (`data`); else that is what its services hold. A customer's own data needs no way in.

Answers are yes, no or unknown, whatever the reading, and name the values that decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, any_of, contains, not_, overlaps
from cmpolicy.vocabulary import HANDS_ON

OTHER: Final = "*"
"""Any class that nothing names: what is unknown may be one."""

Words = tuple[Any, ...] | list[Any] | Unknown | None


@dataclass(frozen=True, slots=True)
class Way:
    """A row by which somebody reaches the data of services."""

    path: str
    who: Any
    """A party, person or rota; UNKNOWN."""
    field: str
    """The field that names them."""
    services: Words
    """None: all."""
    data: Words = None
    """What is seen through it; None: what the services hold."""
    area: Answer = True
    """Whether it is work that reaches anything."""
    by_tool: bool = False


def touches(agreement: Agreement, party: Party, data: Sequence[str]) -> Answer:
    """Say whether a party can touch any of these data classes: it says so, or reaches them."""
    said = overlaps(party.handles, data)
    return said if said is True else any_of(said, reaches(agreement, party, data))


def reaches(agreement: Agreement, party: Party, data: Sequence[str]) -> Answer:
    """Say whether a party has a way to any of these data classes."""
    key = reaches, party.id, tuple(data)
    if key not in agreement.known:
        agreement.known[key] = _reaches(agreement, party, data)
    answer: Answer = agreement.known[key]
    return answer


def is_let_in(agreement: Agreement, party: Party) -> Answer:
    """Say whether a party has a row of access, if it does hands-on work; a customer needs none."""
    if party.kind == "customer":
        return True
    hands_on = any_of(
        *(
            all_of(way.area, _is_of(agreement, way.who, party))
            for way in _ways(agreement)
            if not way.by_tool and not _is_access(way)
        ),
        *_whole(agreement, ("coverage", "responsibilities")),
    )
    let_in = any_of(
        *(_is_of(agreement, way.who, party) for way in _ways(agreement) if _is_access(way)),
        *_whole(agreement, ("access",)),
    )
    return any_of(not_(hands_on), let_in)


def work_of(agreement: Agreement, party: Party) -> tuple[str, ...]:
    """Return the paths of the rows that surely are hands-on work of a party."""
    found = (
        way.path
        for way in _ways(agreement)
        if not way.by_tool
        and not _is_access(way)
        and all_of(way.area, _is_of(agreement, way.who, party)) is True
    )
    return tuple(dict.fromkeys(found))


def unsaid(agreement: Agreement, party: Party, data: Sequence[str] | None) -> tuple[str, ...]:
    """Return the data classes (of these; None: of all) that a party surely reaches and not says."""
    every = classes(agreement) if data is None else data
    return tuple(
        word
        for word in every
        if contains(party.handles, word) is False and reaches(agreement, party, (word,)) is True
    )


def says_all(agreement: Agreement, party: Party, data: Sequence[str] | None) -> Answer:
    """Say whether a party says that it handles all data (of these classes) that it reaches."""
    every = (*classes(agreement), OTHER) if data is None else data
    return all_of(
        *(
            any_of(contains(party.handles, word), not_(reaches(agreement, party, (word,))))
            for word in every
        )
    )


def ways_to(agreement: Agreement, party: Party, data: Sequence[str]) -> tuple[str, ...]:
    """Return the paths of the rows by which a party surely reaches one of these data classes."""
    found = (
        way.path
        for way in _ways(agreement)
        if all_of(_is_of(agreement, way.who, party), _shows(agreement, way, data)) is True
    )
    return tuple(dict.fromkeys(found))


def classes(agreement: Agreement) -> tuple[str, ...]:
    """Return the data classes that services hold or access rows show."""
    lists: list[Words] = [service.data for service in agreement.services]
    lists += [way.data for way in _ways(agreement)]
    words = (word for some in lists if not isinstance(some, Unknown) for word in some or ())
    return tuple(dict.fromkeys(word for word in words if word not in ("none", UNKNOWN.value)))


def doubts(agreement: Agreement, party: Party, data: Sequence[str] | None) -> tuple[str, ...]:
    """Return the paths of what is unknown of whether a party can touch these data classes."""
    every = (*classes(agreement), OTHER) if data is None else data
    found = [f"{party.path}.handles"] if overlaps(party.handles, every) is UNKNOWN else []
    unclear = [
        word
        for word in every
        if contains(party.handles, word) is not True
        and reaches(agreement, party, (word,)) is UNKNOWN
    ]
    if not unclear:
        return tuple(found)
    found += [name for name in _SECTIONS if _is_unknown(agreement, name)]
    for way in _ways(agreement):
        answers = _is_of(agreement, way.who, party), _shows(agreement, way, unclear)
        if all_of(*answers) is UNKNOWN:
            found += _of_way(agreement, way, unclear, whose=answers[0] is UNKNOWN)
    return tuple(dict.fromkeys(found))


def doubts_of_work(agreement: Agreement, party: Party) -> tuple[str, ...]:
    """Return the paths of what is unknown of whether a party works hands-on, and is let in."""
    found = [
        name for name in ("access", "coverage", "responsibilities") if _is_unknown(agreement, name)
    ]
    for way in _ways(agreement):
        whose = _is_of(agreement, way.who, party)
        if all_of(way.area, whose) is UNKNOWN:
            found += _of_who(agreement, way) if whose is UNKNOWN else ()
            found += [f"{way.path}.area"] if way.area is UNKNOWN else []
    return tuple(dict.fromkeys(found))


_SECTIONS = ("services", "access", "coverage", "responsibilities", "tools")
"""What a reach depends on, as a whole."""


def _is_access(way: Way) -> bool:
    return way.field == "party"


def _is_unknown(agreement: Agreement, section: str) -> bool:
    return bool(agreement.document.value.get(section) == UNKNOWN.value)


def _whole(agreement: Agreement, sections: Iterable[str]) -> Iterator[Answer]:
    """Yield UNKNOWN for each section that the file calls unknown as a whole."""
    yield from (UNKNOWN for name in sections if _is_unknown(agreement, name))


def _reaches(agreement: Agreement, party: Party, data: Sequence[str]) -> Answer:
    if party.kind == "customer":
        return False
    # Of a tool that is unknown, a row that names one decides.
    sections = ("access", "coverage", "responsibilities")
    found = any_of(
        *(
            all_of(_is_of(agreement, way.who, party), _shows(agreement, way, data))
            for way in _ways(agreement)
        ),
        *_whole(agreement, sections),
    )
    return all_of(found, UNKNOWN) if isinstance(party.kind, Unknown) else found


def _is_of(agreement: Agreement, who: Any, party: Party) -> Answer:
    """Say whether a party, person or rota is that party, or belongs to it."""
    if isinstance(who, Unknown) or who == UNKNOWN.value:
        return UNKNOWN
    member = agreement.people.get(who) or agreement.rotas.get(who)
    if member is not None and isinstance(member.party, Unknown):
        return UNKNOWN
    return agreement.party_of(who) == party.id


def _shows(agreement: Agreement, way: Way, data: Sequence[str]) -> Answer:
    """Say whether one of these data classes is seen through a way."""
    if way.data is not None:
        return all_of(way.area, overlaps(way.data, data))
    sure, possible = _holding(agreement, tuple(data))
    if way.services is None:
        held: Answer = True if sure else (UNKNOWN if possible else False)
    elif isinstance(way.services, Unknown):
        held = UNKNOWN if sure or possible else False
    elif not sure.isdisjoint(way.services):
        held = True
    else:
        unclear = UNKNOWN.value in way.services and bool(sure or possible)
        held = UNKNOWN if unclear or not possible.isdisjoint(way.services) else False
    return all_of(way.area, held)


def _holding(agreement: Agreement, data: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the services that surely hold one of these data classes, and those that may."""
    key = _holding, data
    if key not in agreement.known:
        answers = {one.id: overlaps(one.data, data) for one in agreement.services}
        if _is_unknown(agreement, "services"):
            answers = dict.fromkeys(answers, UNKNOWN)
        agreement.known[key] = tuple(
            frozenset(name for name, answer in answers.items() if answer is asked)
            for asked in (True, UNKNOWN)
        )
    found: tuple[frozenset[str], frozenset[str]] = agreement.known[key]
    return found


def _ways(agreement: Agreement) -> tuple[Way, ...]:
    if _ways not in agreement.known:
        made = (*_of_access(agreement), *_of_coverage(agreement), *_of_tasks(agreement))
        agreement.known[_ways] = made
    ways: tuple[Way, ...] = agreement.known[_ways]
    return ways


def _of_access(agreement: Agreement) -> Iterator[Way]:
    for row in agreement.rows.get("access", ()):
        said = row.fields
        yield Way(row.path, said.get("party"), "party", said.get("services"), said.get("data"))


def _of_coverage(agreement: Agreement) -> Iterator[Way]:
    tools = {row.key: row for row in agreement.rows.get("tools", ())}
    for row in agreement.coverage:
        area = _is_hands_on((row.area,))
        if area is False:
            continue
        yield Way(row.path, row.by, "by", row.services, area=area)
        named = row.tools if isinstance(row.tools, tuple) else (UNKNOWN.value,)
        for name in named:
            tool = tools.get(name)
            if tool is not None:
                by = tool.fields.get("provided_by")
                yield Way(row.path, by, "tools", row.services, area=area, by_tool=True)
            elif name == UNKNOWN.value and tools:
                yield Way(row.path, UNKNOWN, "tools", row.services, area=area, by_tool=True)


def _of_tasks(agreement: Agreement) -> Iterator[Way]:
    for task in agreement.tasks:
        area = UNKNOWN if isinstance(task.areas, Unknown) else _is_hands_on(task.areas)
        if area is False:
            continue
        if isinstance(task.accountable, Unknown):
            yield Way(task.path, UNKNOWN, "accountable", None, area=area)
        else:
            for holder in task.accountable:
                yield Way(task.path, holder.who, "accountable", holder.services, area=area)
        doers = (UNKNOWN,) if isinstance(task.responsible, Unknown) else task.responsible
        for who in doers:
            yield Way(task.path, who, "responsible", None, area=area)


def _is_hands_on(areas: Iterable[Any]) -> Answer:
    return any_of(
        *(
            UNKNOWN if isinstance(one, Unknown) or one == UNKNOWN.value else one in HANDS_ON
            for one in areas
        )
    )


def _of_way(agreement: Agreement, way: Way, data: Sequence[str], *, whose: bool) -> Iterator[str]:
    """Yield what is unknown of a way."""
    if whose:
        yield from _of_who(agreement, way)
    if way.area is UNKNOWN:
        yield f"{way.path}.area"
    if way.data is not None:
        if overlaps(way.data, data) is UNKNOWN:
            yield f"{way.path}.data"
        return
    if isinstance(way.services, Unknown) or (way.services and UNKNOWN.value in way.services):
        yield f"{way.path}.{'services' if way.field != 'accountable' else way.field}"
    _, possible = _holding(agreement, tuple(data))
    named = possible
    if way.services is not None and not isinstance(way.services, Unknown):
        named = possible.intersection(way.services)
    yield from (f"{one.path}.data" for one in agreement.services if one.id in named)


def _of_who(agreement: Agreement, way: Way) -> Iterator[str]:
    """Yield what is unknown of whose a way is."""
    if way.by_tool:
        yield f"{way.path}.tools"
        yield from (
            f"{row.path}.provided_by"
            for row in agreement.rows.get("tools", ())
            if row.fields.get("provided_by") is UNKNOWN
        )
    elif isinstance(way.who, Unknown) or way.who == UNKNOWN.value:
        yield f"{way.path}.{way.field}"
    else:
        member = agreement.people.get(way.who) or agreement.rotas.get(way.who)
        if member is not None:
            yield f"{member.path}.party"
