"""Narrowing: facts of an agreement that select rules, and changes that lower them.

A rule looks at the services of a criticality, at the parties that handle some data, at active
agreements of a model under a framework. Lowering such a fact takes what it describes out of
the rule's sight without keeping a promise better. So a change is also judged as if those facts
stood where they stood before: what only then fails, or is only then looked at, was narrowed.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.build import build
from cmpolicy.errors import DocumentError
from cmpolicy.gate.successors import successors
from cmpolicy.policy.requiring import Demand, hold
from cmpolicy.terms import digest
from cmpolicy.unknown import UNKNOWN
from cmpolicy.vocabulary import row_key

_UNSAID: Final = (UNKNOWN.value,)
_STATUS: Final = ("active", "draft", "ended")
"""Fewer rules look at each than at the one before."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A fact that a change lowers on something that is still there."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}: {self.before} before, {self.after} now"


@dataclass(frozen=True, slots=True)
class Restored:
    """An agreement as it would be without what a change lowers."""

    agreement: Agreement
    lowered: tuple[Lowered, ...]


Restore = Callable[[Any, Any], Any]
"""From the value before and the value now to the one that more rules look at."""


def _ladder(*values: str) -> Restore:
    """Return what restores a value that stands lower than before; the highest comes first."""

    def restore(before: Any, after: Any) -> Any:
        if before not in values or after in _UNSAID:
            return after
        lower = after not in values or values.index(after) > values.index(before)
        return before if lower else after

    return restore


def _words(before: Any, after: Any) -> Any:
    """Restore the words that a list lost; `none` is not a word."""
    if not isinstance(before, list) or after in _UNSAID:
        return after
    now = after if isinstance(after, list) else []
    lost = [word for word in before if word not in now and word != "none"]
    return [*(word for word in now if word != "none"), *lost] if lost else after


def _handled(before: Any, after: Any) -> Any:
    """Restore what a party handles; leaving it out means that it is unknown."""
    return after if after is None else _words(before, after)


def _seen(before: Any, after: Any) -> Any:
    """Restore what is seen through an access; leaving it out means all that its services hold."""
    if before is None and isinstance(after, list):
        return None
    return after if after is None else _words(before, after)


def _other(before: Any, after: Any) -> Any:
    """Restore a value of which no other one is higher or lower."""
    return after if before is None or after in _UNSAID else before


def _rank(before: Any, after: Any) -> Any:
    return min(before, after)


FACTS: Final[Mapping[str, Mapping[str, Restore]]] = {
    "parties": {"handles": _handled, "kind": _other},
    "services": {"criticality": _ladder("critical", "high", "medium", "low"), "data": _words},
    "severities": {"rank": _rank},
    "access": {"kind": _ladder("privileged", "emergency", "standard"), "data": _seen},
    "functions": {"now": _other},
}
"""Facts of rows by which rules choose, by the row's list; `functions` is that of `capacity`."""


def restore(
    before: Agreement,
    after: Agreement,
    words: Mapping[str, frozenset[str]],
    as_of: date,
    *,
    ended: bool = False,
) -> Restored | None:
    """Return the agreement without what it lowers of itself; None: it lowers nothing.

    Args:
        before: the agreement in the earlier revision.
        after: as it is now.
        words: what the packs add to the vocabularies.
        as_of: the day of the run.
        ended: the agreement may say that it has ended: its term is over.
    """
    lowered: list[Lowered] = []
    value = copy.deepcopy(after.document.value)
    renamed = successors(before.document.value, value, tuple(FACTS))
    for path, old_rows, rows, section in _lists(before.document.value, value):
        lowered += _restore_rows(path, (old_rows, rows), renamed.get(section, {}), FACTS[section])
    lowered += _restore_start(before, after, value, as_of)
    status = before.status if _lower_status(before, after, ended) else after.status
    if status != after.status:
        lowered.append(Lowered("status", before.status, after.status))
        value["status"] = status
    try:
        document = dataclasses.replace(after.document, value=value)
        signed_anew(value, digest(after.document), digest(document))
        built = build(document, after.placeholders, words, after.missing_records)
    except DocumentError:
        # The facts of before do not fit what is there now; the rest is restored all the same.
        built = dataclasses.replace(after, status=status)
    whole = hold(built, Demand(after.frameworks), as_of)
    model = before.model if before.model and after.model is not None else None
    whole = hold(whole, Demand(before.frameworks, model), as_of)
    lowered += _of_the_whole(before, after, whole)
    return Restored(whole, tuple(lowered)) if lowered else None


def signed_anew(value: dict[str, Any], terms: str, restored: str) -> None:
    """Let those who signed what stands now have signed what is restored: that is not the lack."""
    for row in value.get("signatures") or ():
        if row.get("terms") == terms:
            row["terms"] = restored


def _lists(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, Sequence[Any], Sequence[Any], str]]:
    """Yield the path of each list with facts, its rows before and now, and its name."""
    for section in FACTS:
        inside = section == "functions"
        old, new = ((side.get("capacity") if inside else side) for side in (before, after))
        if isinstance(old, dict) and isinstance(new, dict):
            rows, now = old.get(section), new.get(section)
            if isinstance(rows, list) and isinstance(now, list):
                yield (f"capacity.{section}" if inside else section), rows, now, section


def _restore_rows(
    path: str,
    sides: tuple[Sequence[Any], Sequence[Any]],
    renamed: Mapping[str, str],
    facts: Mapping[str, Restore],
) -> Iterator[Lowered]:
    section = path.rpartition(".")[2]
    old = {row_key(section, row): row for row in sides[0]}
    for row in sides[1]:
        key = row_key(section, row)
        was = old.get(renamed.get(key, key) if key else key)
        if was is None:
            continue
        for fact, restored in facts.items():
            value = restored(was.get(fact), row.get(fact))
            if value != row.get(fact):
                yield Lowered(f"{path}[{key}].{fact}", _shown(was.get(fact)), _shown(row.get(fact)))
                row[fact] = value
                if value is None:
                    del row[fact]


def _restore_start(
    before: Agreement, after: Agreement, value: dict[str, Any], as_of: date
) -> Iterator[Lowered]:
    """Restore the day on which an agreement took effect: reviews fall due from there."""
    old, new = before.term.effective, after.term.effective
    if isinstance(old, date) and isinstance(new, date) and old <= as_of and old < new:
        yield Lowered("term.effective", str(old), str(new))
        value["term"]["effective"] = before.document.value["term"]["effective"]


def _lower_status(before: Agreement, after: Agreement, ended: bool) -> bool:
    if ended and after.status == "ended":
        return False
    return _STATUS.index(after.status) > _STATUS.index(before.status)


def _of_the_whole(before: Agreement, after: Agreement, whole: Agreement) -> Iterator[Lowered]:
    if whole.model != after.model:
        yield Lowered("model", _shown(before.model), _shown(after.model))
    for name, scope in whole.frameworks.items():
        now = after.frameworks.get(name)
        if now is None:
            yield Lowered(f"frameworks.{name}", "named", "not named")
            continue
        for fact, value in scope.facts.items():
            if now.facts.get(fact) != value:
                was = before.frameworks[name].facts.get(fact)
                yield Lowered(f"frameworks.{name}.{fact}", _shown(was), _shown(now.facts.get(fact)))
        if scope.starts != now.starts:
            was = before.frameworks[name].starts
            yield Lowered(f"frameworks.{name}.from", _shown(was), _shown(now.starts))


def _shown(value: Any) -> str:
    if value is None:
        return "not said"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(getattr(value, "value", value))
