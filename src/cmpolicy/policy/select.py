"""`when`: which agreements a rule applies to, and the reasons it gives where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.doubts import in_order
from cmpolicy.checks.select import asks, handles
from cmpolicy.clock import Clock
from cmpolicy.policy.pack import Rule
from cmpolicy.unknown import UNKNOWN, Unknown, decide, overlaps

_SCOPE = {
    "level": "level",
    "category": "categories",
    "standing": "standing",
    "assessment": "assessment",
}
# Leaving these out must not excuse an agreement: every rule that asks for one then applies.
_HELD_TO_ALL = ("level", "standing")
_OF_SERVICES = {"service_data": "data", "criticality": "criticality"}
_OF_PARTIES = {"party_kind": "kind", "party_handles": "handles"}
_SECTIONS = {
    "frameworks": ("frameworks",),
    **dict.fromkeys(_SCOPE, ("frameworks",)),
    **dict.fromkeys(_OF_SERVICES, ("services",)),
    **dict.fromkeys(_OF_PARTIES, ("parties",)),
}
"""The lists that a selector looks at."""
_NOT_FOR_DRAFTS = ("signature", "cadence")


def why_not(rule: Rule, framework: str | None, agreement: Agreement, clock: Clock) -> str | None:
    """Return why the rule does not apply to the agreement, under its reading; None: it does."""
    return (
        _status(rule, agreement)
        or _ahead(framework, agreement, clock)
        or _selectors(rule, framework, agreement)
    )


def _status(rule: Rule, agreement: Agreement) -> str | None:
    named = rule.when.get("status")
    if named is not None:
        return None if agreement.status in named else f"its status is {agreement.status}"
    if agreement.status == "ended":
        return "the agreement has ended"
    if agreement.status == "draft" and rule.facts.check in _NOT_FOR_DRAFTS:
        return "the agreement is a draft"
    return None


def _ahead(framework: str | None, agreement: Agreement, clock: Clock) -> str | None:
    scope = agreement.frameworks.get(framework or "")
    if scope is None or scope.starts is None:
        return None
    if isinstance(scope.starts, Unknown):
        return None if agreement.optimistic else f"it is not said from when {framework} applies"
    if clock.reached(scope.starts):
        return None
    return f"{framework} applies from {scope.starts}"


def _selectors(rule: Rule, framework: str | None, agreement: Agreement) -> str | None:
    for name, wanted in rule.when.items():
        if name in _SCOPE:
            reason = _in_scope(name, wanted, framework, rule, agreement)
        elif name == "status":
            reason = None
        else:
            reason = _of_agreement(name, wanted, rule, agreement)
        if reason is not None:
            return reason
    return None


def _listed(wanted: Sequence[Any]) -> str:
    return " or ".join(str(item) for item in wanted)


def _in_scope(
    name: str, wanted: Sequence[Any], framework: str | None, rule: Rule, agreement: Agreement
) -> str | None:
    ids = [framework] if framework else list(rule.when.get("frameworks", agreement.frameworks))
    for identity in ids:
        scope = agreement.frameworks.get(identity)
        if scope is None:
            continue
        found = scope.facts.get(_SCOPE[name])
        if found is None and name in _HELD_TO_ALL:
            return None
        if name == "category" and "common" in wanted:
            return None  # the common criteria are always in scope
        if _is_any(found, wanted, agreement):
            return None
    return f"no {name} {_listed(wanted)} is in scope"


def _is_any(found: Any, wanted: Sequence[Any], agreement: Agreement) -> bool:
    if found is None:
        return False
    if isinstance(found, Unknown):
        return agreement.optimistic
    if isinstance(found, list):
        return any(_is_any(item, wanted, agreement) for item in found)
    return found in wanted


def _of_agreement(name: str, wanted: Sequence[Any], rule: Rule, agreement: Agreement) -> str | None:
    if name == "model":
        if agreement.model is None:
            return None if agreement.optimistic else "its model is unknown"
        return None if agreement.model in wanted else f"its model is {agreement.model}"
    if name == "frameworks":
        named = any(item in agreement.frameworks for item in wanted)
        untold = agreement.document.value.get("frameworks") == UNKNOWN.value
        return (
            None
            if named or (untold and agreement.optimistic)
            else f"it does not name {_listed(wanted)}"
        )
    if name == "service_data":
        touched = any(_touches(service.data, wanted, agreement) for service in agreement.services)
        touched = touched or _may_be_any(agreement, "services")
        return None if touched else f"no service holds {_listed(wanted)}"
    if name == "criticality":
        rated = any(
            asks(service.criticality, lambda value: value in wanted, agreement)
            for service in agreement.services
        )
        rated = rated or _may_be_any(agreement, "services")
        return None if rated else f"no service is of criticality {_listed(wanted)}"
    return _parties(rule.when, agreement)


def _may_be_any(agreement: Agreement, section: str) -> bool:
    """Say whether a list that the file calls unknown may hold what is asked for."""
    return agreement.optimistic and agreement.document.value.get(section) == UNKNOWN.value


def _touches(found: Any, wanted: Sequence[str], agreement: Agreement) -> bool:
    return decide(overlaps(found, wanted), agreement.reading)


def _parties(when: Mapping[str, Sequence[Any]], agreement: Agreement) -> str | None:
    kinds, data = when.get("party_kind"), when.get("party_handles")

    def selected(party: Party) -> bool:
        of_kind = kinds is None or asks(party.kind, lambda value: value in kinds, agreement)
        return of_kind and (data is None or handles(party, data, agreement))

    if any(selected(party) for party in agreement.parties.values()):
        return None
    if _may_be_any(agreement, "parties"):
        return None
    who = _listed(kinds) if kinds else "party"
    return f"no {who} that can touch {_listed(data)}" if data else f"it has no {who}"


def undecided(rule: Rule, framework: str | None, agreement: Agreement) -> tuple[str, ...]:
    """Return the paths of the unknown values on which it hangs that a rule applies, in order."""
    found = (path for name in rule.when for path in _undecided(name, rule, framework, agreement))
    scope = agreement.frameworks.get(framework or "")
    starts = (
        [f"{scope.path}.from" if scope.named else scope.path]
        if scope and isinstance(scope.starts, Unknown)
        else []
    )
    return in_order(agreement, (*starts, *found))


def _undecided(name: str, rule: Rule, framework: str | None, agreement: Agreement) -> Iterator[str]:
    for section in _SECTIONS.get(name, ()):
        if agreement.document.value.get(section) == UNKNOWN.value:
            yield section
    if name == "model" and agreement.model is None:
        yield "model"
    if name in _SCOPE:
        yield from _undecided_scopes(_SCOPE[name], rule, framework, agreement)
    places = (
        (agreement.services, _OF_SERVICES.get(name)),
        (agreement.parties.values(), _OF_PARTIES.get(name)),
    )
    for rows, field in places:
        for row in rows if field else ():
            if _is_unknown(getattr(row, str(field))):
                yield f"{row.path}.{field}"


def _undecided_scopes(
    fact: str, rule: Rule, framework: str | None, agreement: Agreement
) -> Iterator[str]:
    ids = [framework] if framework else list(rule.when.get("frameworks", agreement.frameworks))
    for identity in ids:
        scope = agreement.frameworks.get(identity)
        if scope is not None and _is_unknown(scope.facts.get(fact)):
            yield f"{scope.path}.{fact}" if scope.named else scope.path


def _is_unknown(value: Any) -> bool:
    """Say whether a value is unknown, or an item of it is."""
    if isinstance(value, list | tuple):
        return UNKNOWN in value or UNKNOWN.value in value
    return isinstance(value, Unknown)
