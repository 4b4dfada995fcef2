"""Each such party holds one of these schemes, it covers the as-of date, somebody verified it.

`party` is the kind of party, `any_of` the schemes; of several attestations of a party one suffices.

A certificate covers from `issued` to `expires`, days inclusive, `open` being no end. A report
covers its period; with `bridge: true` a bridge letter stretches it to its own date. `max_age`
counts from the period's end, or from `issued` where there is no period: it is the life of what
has no `expires`, and a cap on what has. What says no end, and has none by `max_age`, covers
nothing that could be shown.

`scope: true` asks that every area of the party's coverage rows is in the attestation's scope.
`verified: true` asks who verified it and on what day, which must have come, and not before it was
issued or its period ended; a party kind there asks that the verifier belongs to such a party.

Unknown: the party, scheme, days, scope and verification are read as what is asked, or not.

    check: attestation
    with:
      party: provider
      any_of: [soc2-type2, iso27001]
      bridge: true
      max_age: 1 year
      verified: customer
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Attestation, Coverage, Party
from cmpolicy.amounts import Interval, parse_interval
from cmpolicy.checks.asking import (
    belongs_to,
    best,
    blank,
    lists,
    missing,
    nobody,
    unsaid,
)
from cmpolicy.checks.covers import Cover, named
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    FEW,
    FLAG,
    INTERVAL,
    LESS,
    MORE,
    PARTY_KIND,
    SCHEMES,
    Schema,
    meant,
)
from cmpolicy.checks.select import asks, belongs, each_party, holds
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.verdict import Holds, Observation
from cmpolicy.vocabulary import PARTY_KINDS

KIND: Final = "attestation"
BEYOND: Final = (
    "The report or certificate itself, from who issued it: scope, period, opinion, exceptions."
)
PARAMETERS: Final[Mapping[str, Schema]] = {
    "party": {**meant(PARTY_KIND, "The kind of party that holds it."), "required": True},
    "any_of": {**meant(SCHEMES, "The schemes of which one suffices.", FEW), "required": True},
    "bridge": meant(FLAG, "`true`: a bridge letter stretches the period.", LESS),
    "max_age": meant(
        INTERVAL,
        "The life of what has no `expires` and a cap on what has, such as `1 year`, from the "
        "period's end or `issued`.",
        LESS,
    ),
    "scope": meant(FLAG, "`true`: every area of the party's coverage rows is in its scope.", MORE),
    "verified": meant(
        {"type": ["boolean", "string"], "allowed": [True, False, *PARTY_KINDS]},
        "`true`: somebody verified it; or the kind of party whose people must have.",
    ),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    max_age = parameters.get("max_age")
    return _Attested(
        party=parameters["party"],
        any_of=tuple(parameters["any_of"]),
        bridge=bool(parameters.get("bridge")),
        max_age=None if max_age is None else parse_interval(max_age),
        scope=bool(parameters.get("scope")),
        verified=parameters.get("verified") or False,
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Attested:
    party: str
    any_of: tuple[str, ...]
    bridge: bool
    max_age: Interval | None
    scope: bool
    verified: bool | str
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unknown = unsaid(agreement, "attestations", self.party)
        if unknown is not None:
            yield unknown
            return
        holders = each_party(agreement, self.party, self.context)
        if not holders:
            yield nobody(agreement, self.party)
        for party in holders:
            rows = [
                row
                for row in sorted(agreement.attestations, key=lambda row: row.key)
                if belongs_to(agreement, row.party, party)
                and asks(row.scheme, lambda scheme: scheme in self.any_of, agreement)
            ]
            if not rows:
                message = f"{party.id} holds no {' or '.join(self.any_of)}"
                fields = ("party", "scheme")
                yield missing(agreement, "attestations", fields, party.id, message)
            yield from best(tuple(self._judge(party, row, agreement, clock)) for row in rows)

    def _judge(
        self, party: Party, row: Attestation, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        yield Cover(row, self.bridge, self.max_age).judge(party.id, agreement, clock)
        if self.scope:
            yield _in_scope(party, row, agreement)
        if self.verified:
            yield self._verified(party, row, agreement, clock)

    def _verified(
        self, party: Party, row: Attestation, agreement: Agreement, clock: Clock
    ) -> Observation:
        subject, path = f"{party.id}/verified", f"{row.path}.verified"
        what, who, on = named(row, party.id), row.verified_by, row.verified_on
        kind = self.verified if isinstance(self.verified, str) else "any"
        for place, value in ((f"{path}.by", who), (f"{path}.on", on)):
            if value is None:
                message = f"that {what} was verified is not said: {place} {agreement.lack(place)}"
                return Observation(subject, place, message, Holds.NO)
        if isinstance(on, date) and not clock.reached(on):
            message = f"{what} is to be verified on {on} only"
            return Observation(subject, f"{path}.on", message, Holds.NO)
        if isinstance(who, Unknown) or isinstance(on, Unknown):
            message = f"who verified {what}, or when, is unknown"
            return Observation(subject, path, message, holds(UNKNOWN, agreement))
        older = self._older(row, on, agreement)
        if older is not None:
            path = f"{path}.on"
            message = f"{what} was verified on {on}, before it was there: {older}"
            return Observation(subject, path, message, Holds.NO)
        found = belongs(agreement, who, kind)
        message = f"{what} was verified by {who} on {on}"
        message += "" if found else f", and {who} does not belong to a {kind}"
        return Observation(subject, f"{path}.by", message, holds(found, agreement))

    def _older(self, row: Attestation, on: date | None, agreement: Agreement) -> str | None:
        """Say, if a day lies before what is attested, which day of the attestation it is before."""
        days = (row.issued, "issued"), (row.period_ends, "period.to")
        for known, field in days:
            if isinstance(known, Unknown) and not agreement.optimistic:
                return f"{row.path}.{field} is unknown"
            if isinstance(known, date) and isinstance(on, date) and on < known:
                return f"{row.path}.{field} is {known}"
        return None


def _in_scope(party: Party, row: Attestation, agreement: Agreement) -> Observation:
    path = f"{row.path}.scope"
    areas = [cover.area for cover in agreement.coverage if _is_of(party, cover, agreement)]
    words = sorted({area for area in areas if isinstance(area, str)})
    lacking = [area for area in words if row.scope is None or not lists(row.scope, area, agreement)]
    if any(isinstance(area, Unknown) for area in areas) and not agreement.optimistic:
        lacking.append("an area that is unknown")
    what = f"the scope of {named(row, party.id)}"
    if not areas:
        message = f"{party.id} covers no area that {what} must hold"
    elif isinstance(row.scope, Unknown):
        message = f"{what} is unknown"
    elif lacking:
        message = f"{what} lacks {', '.join(lacking)}{blank(agreement, path)}"
    else:
        message = f"{what} holds {', '.join(words)}"
    return Observation(f"{party.id}/scope", path, message, holds(not lacking, agreement))


def _is_of(party: Party, cover: Coverage, agreement: Agreement) -> bool:
    """Say whether a coverage row is a party's; one more is harder to satisfy."""
    if isinstance(cover.by, Unknown):
        return not agreement.optimistic
    return belongs_to(agreement, cover.by, party)
