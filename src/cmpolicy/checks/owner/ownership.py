"""Who is accountable for a task, for which services and severities, and what is wrong with that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmpolicy.agreement import Agreement, Holder, Task
from cmpolicy.checks.cases import Case, cases
from cmpolicy.lacks import Lack, conflict
from cmpolicy.unknown import UNKNOWN, Unknown, all_of, contains
from cmpolicy.verdict import Holds

WORDED: Final = "may be accountable: the parts are described in words, which nobody can judge"
DOUBTFUL: Final = "may be accountable: the part is unknown"
NOBODY: Final = "nobody is accountable"

PAIR: Final = 2
Who = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskFault:
    """One thing that is wrong with a task, or that nobody can judge."""

    text: str
    path: str
    holds: Holds = Holds.NO
    doubts: tuple[str, ...] = ()
    """The unknown values that decide; none where it is wrong whatever they are."""
    lack: Lack | None = None
    """What lacks; None: the value at `path` is wrong."""


def holders(task: Task) -> Who:
    """Return who is accountable, each once, as far as the file says."""
    if isinstance(task.accountable, Unknown):
        return ()
    found = (holder.who for holder in task.accountable)
    return tuple(dict.fromkeys(who for who in found if isinstance(who, str)))


def owners(agreement: Agreement, task: Task) -> Iterator[TaskFault]:
    """Find what keeps each service and severity from having exactly one accountable holder."""
    path = f"{task.path}.accountable"
    found = task.accountable
    if isinstance(found, Unknown):
        if not agreement.optimistic:
            yield TaskFault("who is accountable is unknown", path, doubts=(path,))
        return
    there = [holder for holder in found if holder.who is not None]
    if not there:
        yield TaskFault(f"nobody is accountable: `accountable` {agreement.lack(path)}", path)
        return
    known = [holder for holder in there if holder.who is not UNKNOWN]
    if len(known) == len(there):
        yield from _parts(agreement, there, path)
        return
    # No matter who the unknown holder is, what two others share stays shared.
    yield from (one for one in _parts(agreement, known, path) if one.lack is not None)
    if not agreement.optimistic:
        doubt = f"{path}[{UNKNOWN.value}].who"
        yield TaskFault("who is accountable is unknown", path, doubts=(doubt,))


def _parts(agreement: Agreement, found: Sequence[Holder], path: str) -> Iterator[TaskFault]:
    """Judge a split: its parts must neither overlap nor leave anything out."""
    worded = [_is_worded(agreement, holder, path) for holder in found]
    if not found or (list(found) == [Holder(found[0].who)] and not any(worded)):
        return
    near = _Near.of(found, worded)
    parts = [(holder.services, holder.severities) for holder in found]
    answers: defaultdict[tuple[str, Who, Holds], list[Case]] = defaultdict(list)
    for case in cases(agreement, None, None, parts):
        plain, in_words_only = near.to(case)
        sure = _who(plain, case, (True,))
        perhaps = _who(plain, case, (True, UNKNOWN))
        described = _who(in_words_only, case, (True, UNKNOWN))
        if len(sure) > 1:
            text = "are both accountable" if len(sure) == PAIR else "are all accountable"
            answers[text, sure, Holds.NO].append(case)
        elif described:
            answers[WORDED, described, Holds.UNKNOWN].append(case)
        elif perhaps != sure and not agreement.optimistic:
            answers[DOUBTFUL, perhaps, Holds.NO].append(case)
        elif not perhaps:
            answers[NOBODY, (), Holds.NO].append(case)
    for (text, who, holds), where in answers.items():
        what, colon, why = text.partition(":")
        phrase = f"{' and '.join(who)} {what}{_describe(where)}{colon}{why}".strip()
        doubts: tuple[str, ...] = ()
        if text == DOUBTFUL:
            doubts = tuple(_unknown_parts(found, path))
        elif text == WORDED:
            doubts = tuple(f"{path}[{one}].only.subject" for one in who)
        shared = len(who) > 1 and holds is Holds.NO and not doubts
        lack = conflict(*(f"{path}[{one}]" for one in who)) if shared else None
        yield TaskFault(phrase, path, holds, doubts, lack)


def _unknown_parts(found: Sequence[Holder], path: str) -> Iterator[str]:
    """Yield what is unknown of the parts of a split."""
    for holder in found:
        part = f"{path}[{holder.who}].only"
        parts = {"services": holder.services, "severities": holder.severities}
        unknown = [
            name
            for name, words in parts.items()
            if isinstance(words, Unknown) or UNKNOWN.value in (words or ())
        ]
        if len(unknown) == len(parts):
            yield part
        else:
            yield from (f"{part}.{name}" for name in unknown)


@dataclass(frozen=True, slots=True)
class _Near:
    """The holders of a split by the services of their parts: most cases concern few of them."""

    found: Sequence[Holder]
    worded: Sequence[bool]
    by_service: Mapping[str, list[int]]
    anywhere: Sequence[int]

    @classmethod
    def of(cls, found: Sequence[Holder], worded: Sequence[bool]) -> _Near:
        """Sort holders by the services that they name."""
        by_service: defaultdict[str, list[int]] = defaultdict(list)
        anywhere = []
        for place, holder in enumerate(found):
            if isinstance(holder.services, tuple) and UNKNOWN.value not in holder.services:
                for service in dict.fromkeys(holder.services):
                    by_service[service].append(place)
            else:
                anywhere.append(place)
        return cls(found, worded, by_service, anywhere)

    def to(self, case: Case) -> tuple[list[Holder], list[Holder]]:
        """Return the holders that a case may concern: plain ones, and those described in words."""
        places = sorted((*self.by_service.get(case.service, ()), *self.anywhere))
        plain = [self.found[place] for place in places if not self.worded[place]]
        return plain, [self.found[place] for place in places if self.worded[place]]


def _is_worded(agreement: Agreement, holder: Holder, path: str) -> bool:
    """Say whether a part is described in words; a placeholder there does not make it the whole."""
    only = f"{path}[{holder.who}].only"
    lost = {only, f"{only}.subject"} & agreement.placeholders.keys()
    return holder.subject is not None or bool(lost)


def _who(some: Iterable[Holder], case: Case, answers: Sequence[bool | Unknown]) -> Who:
    def selected(holder: Holder) -> bool | Unknown:
        service = contains(holder.services, case.service)
        return all_of(service, contains(holder.severities, case.severity))

    return tuple(dict.fromkeys(str(one.who) for one in some if selected(one) in answers))


def _describe(where: Sequence[Case]) -> str:
    """Describe for which services and severities; nothing where for all."""
    cells = tuple(cell for case in where for cell in case.cells)
    whole = replace(where[0], cells=cells).named()
    return "" if whole.is_all else whole.phrase
