"""Further tests of a task: party, named person, separation of duties, the part of each side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from cmpolicy.agreement import Agreement, Person, Task
from cmpolicy.checks.doubts import of_human, of_member
from cmpolicy.checks.owner.ownership import TaskFault, holders
from cmpolicy.checks.select import belongs
from cmpolicy.duty import behind
from cmpolicy.lacks import conflict, missing, wrong
from cmpolicy.unknown import UNKNOWN, Answer, Reading, Unknown, contains
from cmpolicy.verdict import Holds

RESPONSIBLE = "responsible"


def is_certain(finding: TaskFault) -> bool:
    """Say whether a finding is wrong whatever the unknown values are."""
    return finding.holds is Holds.NO and not finding.doubts


def held_by(agreement: Agreement, task: Task, kind: str) -> Iterator[TaskFault]:
    """Find who is accountable without belonging to a party of that kind."""
    path = f"{task.path}.accountable"
    for who in holders(task):
        if belongs(agreement, who, kind):
            continue
        if belongs(agreement.read_as(Reading.OPTIMISTIC), who, kind):
            doubts = tuple(of_member(agreement, who))
            yield TaskFault(f"{who} may not belong to the {kind}", path, doubts=doubts)
            continue
        found = agreement.kind_of(who) or "of a kind that nobody says"
        yield TaskFault(f"{who} ({found}) is accountable, not the {kind}", path)


def human(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find who is accountable without being a named human being with a deputy."""
    path = f"{task.path}.accountable"
    for who in holders(task):
        person = agreement.people.get(who)
        if person is None:
            what = "a rota" if who in agreement.rotas else "an organisation"
            yield TaskFault(f"{who} is {what}, not a named person", path)
        else:
            yield from _post(agreement, person, path)


def _post(agreement: Agreement, person: Person, path: str) -> Iterator[TaskFault]:
    """Find what keeps a person from being somebody with a name and a deputy."""
    for field, value in (("name", person.name), ("deputy", person.deputy)):
        place = f"{person.path}.{field}"
        if isinstance(value, Unknown):
            if not agreement.optimistic:
                yield TaskFault(f"the {field} of {person.id} is unknown", path, doubts=(place,))
        elif not value:
            yield TaskFault(f"{place} {agreement.lack(place)}", path, lack=wrong(place))
    if person.deputy == person.id:
        own = wrong(f"{person.path}.deputy")
        yield TaskFault(f"{person.id} is their own deputy", path, lack=own)


def done_by_others(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find who is accountable and may do the task too, which another human being must."""
    path = f"{task.path}.responsible"
    if isinstance(task.responsible, Unknown):
        if not agreement.optimistic:
            yield TaskFault("who does it is unknown", path, doubts=(path,))
        return
    if not task.responsible:
        yield TaskFault(f"nobody else does it: `responsible` {agreement.lack(path)}", path)
        return
    for who, doing in product(holders(task), task.responsible):
        answer = may_be_one(agreement, who, doing)
        if answer is True:
            text = f"{who} is accountable and also does it"
            if who != doing:
                text = f"{who} is accountable, and {doing}, who does it, may be the same person"
            yield TaskFault(text, path, lack=conflict(f"{task.path}.accountable", path))
        elif answer is UNKNOWN and not agreement.optimistic:
            doubts = [path] if doing == UNKNOWN.value else []
            for one in (who, doing):
                doubts += [*of_member(agreement, one), *of_human(agreement, one)]
            text = f"whether {who} and {doing} are two people is unknown"
            yield TaskFault(text, path, doubts=tuple(doubts))


def may_be_one(agreement: Agreement, one: str, other: str) -> Answer:
    """Say whether one human being may stand behind two ids.

    A person is that person, a rota each of its members; behind a party, and behind a rota whose
    members are kept elsewhere, may be anybody of that party.
    """
    if UNKNOWN.value in (one, other):
        return UNKNOWN
    people = [behind(agreement, who) for who in (one, other) if _is_named(agreement, who)]
    known = [who for who in people if not isinstance(who, Unknown)]
    if len(known) == len((one, other)):
        return not known[0].isdisjoint(known[1])
    if len(known) < len(people) and one != other:
        return UNKNOWN
    parties = [agreement.party_of(who) for who in (one, other)]
    return UNKNOWN if None in parties else parties[0] == parties[1]


def _is_named(agreement: Agreement, who: str) -> bool:
    """Say whether the agreement says which human beings stand behind an id."""
    rota = agreement.rotas.get(who)
    return who in agreement.people or (rota is not None and not rota.rostered)


def held_elsewhere(agreement: Agreement, task: Task, area: str) -> Iterator[TaskFault]:
    """Find whether the party that is accountable is so in the other area too."""
    path = f"{task.path}.accountable"
    answers = [(other, contains(other.areas, area)) for other in agreement.tasks]
    sure = [other for other, answer in answers if answer is True]
    possible = [other for other, answer in answers if answer is not False]
    if sure:
        for other in sure if agreement.optimistic else possible:
            found = list(_in_area(agreement, task, other, area))
            doubts: tuple[str, ...] = () if other in sure else (f"{other.path}.area",)
            yield from (_doubted(one, doubts) for one in found)
        return
    reading = agreement.read_as(Reading.OPTIMISTIC)
    fits = any(not list(_in_area(reading, task, other, area)) for other in possible)
    if not (fits and agreement.optimistic):
        unsure = tuple(f"{other.path}.area" for other in possible) if fits else ()
        lack = missing("responsibilities", area=area)
        text = f"no task of area {area} says who is accountable there"
        yield TaskFault(text, path, doubts=unsure, lack=lack)


def _doubted(finding: TaskFault, doubts: tuple[str, ...]) -> TaskFault:
    if not doubts:
        return finding
    every = (*doubts, *finding.doubts)
    return TaskFault(finding.text, finding.path, finding.holds, every, finding.lack)


def _in_area(agreement: Agreement, task: Task, other: Task, area: str) -> Iterator[TaskFault]:
    there = f"{other.path}.accountable"
    path = f"{task.path}.accountable"
    held: list[str] = list(holders(other))
    if isinstance(other.accountable, Unknown) or any(
        holder.who is UNKNOWN for holder in other.accountable
    ):
        held.append(UNKNOWN.value)
    text = f"is accountable for {other.id} ({area}) as well"
    yield from _same(agreement, (holders(task), path), (held, there), path, text)


def halves(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find what a task on which several parties act does not say of what each does."""
    path = f"{task.path}.split"
    acting = dict.fromkeys(_parties(agreement, (*holders(task), *_doing(task))))
    known = [party for party in acting if party is not None]
    lacking = [party for party in known if not _has_part(agreement, task, party)]
    if len(known) > 1:
        for party in lacking:
            if isinstance(task.split, Unknown):
                yield TaskFault("what each party does is unknown", path, doubts=(path,))
                break
            unsure = _has_part(agreement.read_as(Reading.OPTIMISTIC), task, party)
            doubts = tuple(_of_parts(agreement, task, party)) if unsure else ()
            lack = agreement.lack(f"{path}.{party}") if task.split else agreement.lack(path)
            if any(doubt.startswith(f"{path}.") for doubt in doubts):
                lack = "is unknown"
            yield TaskFault(f"what {party} does {lack} in `split`", path, doubts=doubts)
    if agreement.optimistic:
        return
    # The others that act may be any party, and then each says its part.
    doubts = tuple(_of_doers(agreement, task))
    others = [party for party in agreement.parties if not _has_part(agreement, task, party)]
    if doubts and len(agreement.parties) > 1 and others:
        yield TaskFault("who does it is unknown", doubts[0], doubts=doubts)


def _doing(task: Task) -> tuple[str, ...]:
    return () if isinstance(task.responsible, Unknown) else task.responsible


def _has_part(agreement: Agreement, task: Task, party: str) -> bool:
    """Say whether `split` says what a party does, under the reading."""
    if isinstance(task.split, Unknown):
        return agreement.optimistic
    for who, part in task.split.items():
        whose = agreement.party_of(who)
        mine = whose == party or (whose is None and agreement.optimistic)
        if mine and part and (agreement.optimistic or part != UNKNOWN.value):
            return True
    return False


def _of_parts(agreement: Agreement, task: Task, party: str) -> Iterator[str]:
    """Yield what is unknown of what a party does by `split`."""
    for who, part in () if isinstance(task.split, Unknown) else task.split.items():
        if agreement.party_of(who) == party and part == UNKNOWN.value:
            yield f"{task.path}.split.{who}"
        elif agreement.party_of(who) is None:
            yield from of_member(agreement, who)


def _of_doers(agreement: Agreement, task: Task) -> Iterator[str]:
    """Yield what is unknown of who acts on a task."""
    if isinstance(task.responsible, Unknown):
        yield f"{task.path}.responsible"
        return
    for who in (*holders(task), *task.responsible):
        if who == UNKNOWN.value:
            yield f"{task.path}.responsible"
        elif agreement.party_of(who) is None:
            yield from of_member(agreement, who)


def _parties(agreement: Agreement, some: Iterable[str]) -> set[str | None]:
    """Return the parties behind some ids; None among them where one is not known."""
    return {agreement.party_of(who) for who in some}


Acting = tuple[Iterable[str], str]
"""Some ids, and the path at which the agreement says them."""


def _same(
    agreement: Agreement, own: Acting, others: Acting, path: str, text: str
) -> Iterator[TaskFault]:
    """Find the parties that are on both sides, and where that may be."""
    mine, theirs = _parties(agreement, own[0]), _parties(agreement, others[0])
    common = sorted(party for party in mine & theirs if party is not None)
    for party in common:
        yield TaskFault(f"{party} {text}", path, lack=conflict(own[1], others[1]))
    if common or None not in mine | theirs or agreement.optimistic:
        return
    doubts: list[str] = []
    for ids, place in (own, others):
        for who in ids:
            doubts += [place] if who == UNKNOWN.value else of_member(agreement, who)
    yield TaskFault("whether one party holds both is unknown", path, doubts=tuple(doubts))
