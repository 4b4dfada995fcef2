"""What else may be asked of a task: whose it is, a human being, separation, what each side does."""

from __future__ import annotations

from collections.abc import Iterator

from cmpolicy.agreement import Agreement, Task
from cmpolicy.checks.owner.ownership import TaskFault, holders
from cmpolicy.checks.select import belongs
from cmpolicy.unknown import UNKNOWN, Unknown

RESPONSIBLE = "responsible"


def held_by(agreement: Agreement, task: Task, kind: str) -> Iterator[TaskFault]:
    """Find who is accountable without belonging to a party of that kind."""
    for who in holders(task):
        if not belongs(agreement, who, kind):
            found = agreement.kind_of(who) or "nobody says of what kind"
            yield TaskFault(
                f"{who} ({found}) is accountable, not the {kind}", f"{task.path}.accountable"
            )


def human(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find who is accountable without being a named human being with a deputy."""
    path = f"{task.path}.accountable"
    for who in holders(task):
        person = agreement.people.get(who)
        if person is None:
            what = "a rota" if who in agreement.rotas else "an organisation"
            yield TaskFault(f"{who} is {what}, not a named person", path)
            continue
        for field, value in (("name", person.name), ("deputy", person.deputy)):
            if isinstance(value, Unknown):
                if not agreement.optimistic:
                    yield TaskFault(f"the {field} of {who} is unknown", path)
            elif not value:
                lack = agreement.lack(f"{person.path}.{field}")
                yield TaskFault(f"{person.path}.{field} {lack}", path)
        if person.deputy == who:
            yield TaskFault(f"{who} is their own deputy", path)


def done_by_others(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find whether whoever is accountable also does the task, which another party must."""
    path = f"{task.path}.responsible"
    if isinstance(task.responsible, Unknown):
        if not agreement.optimistic:
            yield TaskFault("who does it is unknown", path)
        return
    if not task.responsible:
        yield TaskFault(f"no other party does it: `responsible` {agreement.lack(path)}", path)
        return
    own = _parties(agreement, holders(task))
    doing = _parties(agreement, task.responsible)
    yield from _same(agreement, own, doing, path, "is accountable and also does it")


def held_elsewhere(agreement: Agreement, task: Task, area: str) -> Iterator[TaskFault]:
    """Find whether whoever is accountable is so in the other area too."""
    path = f"{task.path}.accountable"
    others = [
        other
        for other in agreement.tasks
        if (agreement.optimistic is False and isinstance(other.areas, Unknown))
        or (not isinstance(other.areas, Unknown) and area in other.areas)
    ]
    if not others:
        yield TaskFault(f"no task of area {area} says who is accountable there", path)
    for other in others:
        held = _parties(agreement, holders(other))
        if isinstance(other.accountable, Unknown):
            held |= {None}
        text = f"is accountable for {other.id} ({area}) as well"
        yield from _same(agreement, _parties(agreement, holders(task)), held, path, text)


def halves(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find what a task on which several parties act does not say of what each does."""
    path = f"{task.path}.split"
    if isinstance(task.responsible, Unknown):
        if not agreement.optimistic:
            yield TaskFault("who does it is unknown", f"{task.path}.responsible")
        return
    acting = dict.fromkeys(
        party
        for who in (*holders(task), *task.responsible)
        if (party := agreement.party_of(who)) is not None
    )
    if len(acting) <= 1:
        return
    if isinstance(task.split, Unknown):
        if not agreement.optimistic:
            yield TaskFault("what each party does is unknown", path)
        return
    for party in acting:
        said = [part for who, part in task.split.items() if agreement.party_of(who) == party]
        if not any(part and (agreement.optimistic or part != UNKNOWN.value) for part in said):
            lack = agreement.lack(f"{path}.{party}") if task.split else agreement.lack(path)
            yield TaskFault(f"what {party} does {lack} in `split`", path)


def _parties(agreement: Agreement, some: tuple[str, ...]) -> set[str | None]:
    """Return the parties behind some ids; None among them where one is not known."""
    return {agreement.party_of(who) for who in some}


def _same(
    agreement: Agreement, own: set[str | None], others: set[str | None], path: str, text: str
) -> Iterator[TaskFault]:
    common = sorted(party for party in own & others if party is not None)
    for party in common:
        yield TaskFault(f"{party} {text}", path)
    if not common and None in own | others and not agreement.optimistic:
        yield TaskFault("whether one party holds both is unknown", path)
