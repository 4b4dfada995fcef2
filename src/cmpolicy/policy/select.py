"""`when`: which agreements a rule applies to, and the reasons it gives where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmpolicy.agreement import Agreement
from cmpolicy.clock import Clock
from cmpolicy.policy.pack import Rule
from cmpolicy.reach import doubts as doubts_of_reach
from cmpolicy.reach import touches
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of, any_of, decide, equals, overlaps

_SCOPE = {
    "level": "level",
    "category": "categories",
    "standing": "standing",
    "assessment": "assessment",
}
# Leaving these out must not excuse an agreement: every rule that asks for one then applies.
_HELD_TO_ALL = ("level", "standing")
_NOT_FOR_DRAFTS = ("signature", "cadence")


@dataclass(frozen=True, slots=True)
class _Selected:
    """Whether one thing selects the agreement."""

    answer: Answer
    reason: str
    """Why the rule does not apply, if it does not select."""
    doubts: tuple[str, ...] = ()
    """The paths of what is unknown of it."""


def why_not(rule: Rule, framework: str | None, agreement: Agreement, clock: Clock) -> str | None:
    """Return why the rule does not apply to the agreement, under its reading; None: it does."""
    for one in _selectors(rule, framework, agreement, clock):
        if not decide(one.answer, agreement.reading):
            return one.reason
    return None


def selection_doubts(
    rule: Rule, framework: str | None, agreement: Agreement, clock: Clock
) -> tuple[str, ...]:
    """Return the paths of the unknown values that decide whether the rule applies."""
    selectors = _selectors(rule, framework, agreement, clock)
    doubts = (path for one in selectors if one.answer is UNKNOWN for path in one.doubts)
    return tuple(sorted(dict.fromkeys(doubts), key=agreement.locate))


def _selectors(
    rule: Rule, framework: str | None, agreement: Agreement, clock: Clock
) -> Iterator[_Selected]:
    yield _status(rule, agreement)
    yield _ahead(framework, agreement, clock)
    for name, wanted in rule.when.items():
        if name in _SCOPE:
            yield _in_scope(name, wanted, framework, rule, agreement)
        elif name != "status":
            yield _of_agreement(name, wanted, rule, agreement)


def _status(rule: Rule, agreement: Agreement) -> _Selected:
    named = rule.when.get("status")
    if named is not None:
        return _Selected(agreement.status in named, f"its status is {agreement.status}")
    if agreement.status == "ended":
        return _Selected(False, "the agreement has ended")  # noqa: FBT003 - an answer
    draft = agreement.status == "draft" and rule.facts.check in _NOT_FOR_DRAFTS
    return _Selected(not draft, "the agreement is a draft")


def _ahead(framework: str | None, agreement: Agreement, clock: Clock) -> _Selected:
    scope = agreement.frameworks.get(framework or "")
    if scope is None or scope.starts is None:
        return _Selected(answer=True, reason="")
    if isinstance(scope.starts, Unknown):
        reason = f"from when {framework} applies is unknown"
        return _Selected(UNKNOWN, reason, (_fact(agreement, scope.id, scope.path, "from"),))
    return _Selected(clock.reached(scope.starts), f"{framework} applies from {scope.starts}")


def _fact(agreement: Agreement, framework: str, path: str, fact: str) -> str:
    """Return the path of a fact of a framework, or of what is unknown as a whole."""
    found = agreement.document.value.get("frameworks")
    said = found.get(framework) if isinstance(found, Mapping) else None
    return f"{path}.{fact}" if isinstance(said, Mapping) and fact in said else path


def _listed(wanted: Sequence[Any]) -> str:
    return " or ".join(str(item) for item in wanted)


def _in_scope(
    name: str, wanted: Sequence[Any], framework: str | None, rule: Rule, agreement: Agreement
) -> _Selected:
    ids = [framework] if framework else list(rule.when.get("frameworks", agreement.frameworks))
    answers: list[Answer] = []
    doubts: list[str] = []
    for identity in ids:
        scope = agreement.frameworks.get(identity)
        if scope is None:
            continue
        found = scope.facts.get(_SCOPE[name])
        left_out = found is None and name in _HELD_TO_ALL
        # The common criteria are always in scope.
        common = name == "category" and "common" in wanted
        answers.append(True if left_out or common else _is_any(found, wanted))
        if answers[-1] is UNKNOWN:
            doubts.append(_fact(agreement, identity, scope.path, _SCOPE[name]))
    if not framework and _is_unknown(agreement, "frameworks"):
        answers.append(UNKNOWN)
        doubts.append("frameworks")
    return _Selected(any_of(*answers), f"no {name} {_listed(wanted)} is in scope", tuple(doubts))


def _is_any(found: Any, wanted: Sequence[Any]) -> Answer:
    if isinstance(found, Unknown):
        return UNKNOWN
    if isinstance(found, list):
        return any_of(*(_is_any(item, wanted) for item in found))
    return found is not None and found in wanted


def _is_unknown(agreement: Agreement, section: str) -> bool:
    return bool(agreement.document.value.get(section) == UNKNOWN.value)


def _of_agreement(name: str, wanted: Sequence[Any], rule: Rule, agreement: Agreement) -> _Selected:
    if name == "model":
        if agreement.model is None:
            return _Selected(UNKNOWN, "its model is unknown", ("model",))
        return _Selected(agreement.model in wanted, f"its model is {agreement.model}")
    if name == "frameworks":
        named: Answer = any(item in agreement.frameworks for item in wanted)
        if not named and _is_unknown(agreement, "frameworks"):
            named = UNKNOWN
        return _Selected(named, f"it does not name {_listed(wanted)}", ("frameworks",))
    if name in ("service_data", "criticality"):
        return _of_services(name, wanted, agreement)
    return _parties(rule.when, agreement)


def _of_services(name: str, wanted: Sequence[str], agreement: Agreement) -> _Selected:
    if name == "service_data":
        field, reason = "data", f"no service holds {_listed(wanted)}"
        answers = {item.path: overlaps(item.data, wanted) for item in agreement.services}
    else:
        field, reason = "criticality", f"no service is of criticality {_listed(wanted)}"
        answers = {
            item.path: any_of(*(equals(item.criticality, word) for word in wanted))
            for item in agreement.services
        }
    if _is_unknown(agreement, "services"):
        return _Selected(UNKNOWN, reason, ("services",))
    doubts = (f"{path}.{field}" for path, answer in answers.items() if answer is UNKNOWN)
    return _Selected(any_of(*answers.values()), reason, tuple(doubts))


def _parties(when: Mapping[str, Sequence[Any]], agreement: Agreement) -> _Selected:
    kinds, data = when.get("party_kind"), when.get("party_handles")
    who = _listed(kinds) if kinds else "party"
    reason = f"no {who} that can touch {_listed(data)}" if data else f"it has no {who}"
    if _is_unknown(agreement, "parties"):
        return _Selected(UNKNOWN, reason, ("parties",))
    answers: list[Answer] = []
    doubts: list[str] = []
    for party in agreement.parties.values():
        of_kind = kinds is None or any_of(*(equals(party.kind, kind) for kind in kinds))
        reached = data is None or touches(agreement, party, data)
        answers.append(all_of(of_kind, reached))
        if answers[-1] is UNKNOWN:
            doubts += [f"{party.path}.kind"] if of_kind is UNKNOWN else []
            doubts += doubts_of_reach(agreement, party, data or ()) if reached is UNKNOWN else ()
    return _Selected(any_of(*answers), reason, tuple(doubts))
