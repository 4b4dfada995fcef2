"""Each such party holds one of these schemes, it covers the as-of date, somebody verified it.

`party` is the kind of party, `any_of` the schemes; of several attestations of a party one suffices.

A certificate covers from `issued` to `expires`, days inclusive, `open` being no end. A report
covers its period; with `bridge: true` a bridge letter stretches it to its own date. `max_age`
counts from the period's end, or from `issued` where there is no period: it is the life of what
has no `expires`, and a cap on what has. What says no end, and has none by `max_age`, covers
nothing that could be shown. `max_age_of` gives single schemes of `any_of` a shorter life, such as
that of a conditional status.

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
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Attestation, Coverage, Party
from cmpolicy.amounts import Recurrence, parse_interval
from cmpolicy.checks.asking import (
    blank,
    either,
    lack_of,
    missing,
    of_party,
    unsaid,
)
from cmpolicy.checks.attestation.covers import Cover, named
from cmpolicy.checks.chosen import (
    Candidate,
    asked_both_ways,
    hopes,
    of_each,
    pick,
)
from cmpolicy.checks.doubts import MOST, in_doubt, of_member, of_row
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
from cmpolicy.checks.select import belongs, holds
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Unknown, all_of, any_of, contains, decide, equals
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
    "max_age_of": meant(
        {"type": "dict", "minlength": 1, "valuesrules": meant(INTERVAL, "The life.", LESS)},
        "Schemes with a shorter life than `max_age`: `{cmmc-l2-self-conditional: 180 days}`.",
    ),
    "scope": meant(FLAG, "`true`: every area of the party's coverage rows is in its scope.", MORE),
    "verified": meant(
        {"type": ["boolean", "string"], "allowed": [True, False, *PARTY_KINDS]},
        "`true`: somebody verified it; or the kind of party whose people must have.",
    ),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check; ValueError where a scheme of `max_age_of` is not one of `any_of`."""
    max_age = parameters.get("max_age")
    shorter = parameters.get("max_age_of") or {}
    strange = sorted(shorter.keys() - set(parameters["any_of"]))
    if strange:
        raise ValueError(f"`max_age_of`: `{strange[0]}` is not one of `any_of`")
    return _Attested(
        party=parameters["party"],
        any_of=tuple(parameters["any_of"]),
        bridge=bool(parameters.get("bridge")),
        max_age=None if max_age is None else parse_interval(max_age),
        max_age_of={scheme: parse_interval(age) for scheme, age in shorter.items()},
        scope=bool(parameters.get("scope")),
        verified=parameters.get("verified") or False,
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Attested:
    party: str
    any_of: tuple[str, ...]
    bridge: bool
    max_age: Recurrence | None
    max_age_of: Mapping[str, Recurrence]
    scope: bool
    verified: bool | str
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        for section in ("parties", "attestations"):
            no_list = unsaid(agreement, section, self.party)
            if no_list is not None:
                yield no_list
                return

        def judge(party: Party) -> Iterator[Observation]:
            return self._judge(party, agreement, clock)

        yield from of_each(agreement, self.party, self.context, judge)

    def _judge(self, party: Party, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        """Judge what a party holds; of several attestations one suffices."""
        sure: list[Candidate] = []
        perhaps: list[Candidate] = []
        for row in sorted(agreement.attestations, key=lambda row: row.key):
            of_scheme = any_of(*(equals(row.scheme, scheme) for scheme in self.any_of))
            answer = all_of(of_party(agreement, row.party, party), of_scheme)
            if answer is not False:
                found = tuple(self._judge_row(party, row, agreement, clock))
                doubts = of_row(agreement, "attestations", row.path, ("party", "scheme"))
                listed = sure if answer is True else perhaps
                listed.append(Candidate(found, () if answer is True else tuple(doubts)))
        found = pick(agreement, sure, perhaps)
        if found:
            yield from found
            return
        message = f"{party.id} holds no {either(self.any_of)}"
        lost = missing(agreement, "attestations", ("party", "scheme"), party.id, message)
        lost = replace(lost, lack=lack_of(agreement, "attestations", party=party.id))
        hope = hopes(perhaps)
        yield (
            in_doubt(agreement, replace(lost, message=f"perhaps {message}"), hope) if hope else lost
        )

    def _judge_row(
        self, party: Party, row: Attestation, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        def doubts(*names: str) -> list[str]:
            return list(of_row(agreement, "attestations", row.path, names))

        # A row of an unknown scheme is only hoped for: so it has the longer life.
        scheme = "" if isinstance(row.scheme, Unknown) else row.scheme or ""
        cover = Cover(row, self.bridge, self.max_age_of.get(scheme, self.max_age))
        days = doubts("period", "issued", "expires", "bridge_letter_to")
        yield asked_both_ways(agreement, lambda read: cover.judge(party.id, read, clock), days)
        if self.scope:
            areas = (*doubts("scope"), *_of_coverage(party, agreement))
            yield asked_both_ways(agreement, lambda read: _in_scope(party, row, read), areas)
        if self.verified:
            unseen = doubts("verified", "issued", "period")
            unseen += of_member(agreement, row.verified_by)
            yield asked_both_ways(
                agreement, lambda read: self._verified(party, row, read, clock), unseen
            )

    def _verified(
        self, party: Party, row: Attestation, agreement: Agreement, clock: Clock
    ) -> Observation:
        subject, path = f"{party.id}/verified", f"{row.path}.verified"
        what, who, on = named(row, party.id), row.verified_by, row.verified_on
        kind = self.verified if isinstance(self.verified, str) else "any"
        for place, value in ((f"{path}.by", who), (f"{path}.on", on)):
            if value is None:
                message = f"nothing says that {what} was verified: {place} {agreement.lack(place)}"
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
    lacking = [
        area
        for area in words
        if not decide(contains(row.scope, area, absent=False), agreement.reading)
    ]
    what = f"the scope of {named(row, party.id)}"
    if any(isinstance(area, Unknown) for area in areas) and not agreement.optimistic:
        lacking.append("an area that is unknown")
    if unsaid(agreement, "coverage", "") and not agreement.optimistic:
        message, lacking = f"whether {what} holds what {party.id} covers is unknown", ["coverage"]
    elif not areas:
        message = f"{party.id} covers no area that {what} must hold"
    elif isinstance(row.scope, Unknown):
        message = f"{what} is unknown"
    elif lacking:
        message = f"{what} lacks {_listed(lacking)}{blank(agreement, path)}"
    else:
        message = f"{what} holds {_listed(words)}"
    return Observation(f"{party.id}/scope", path, message, holds(not lacking, agreement))


def _listed(words: list[str]) -> str:
    more = f" and {len(words) - MOST} more" if len(words) > MOST else ""
    return ", ".join(words[:MOST]) + more


def _is_of(party: Party, cover: Coverage, agreement: Agreement) -> bool:
    """Say whether a coverage row is a party's; one more is harder to satisfy."""
    return decide(of_party(agreement, cover.by, party), agreement.reading.opposite)


def _of_coverage(party: Party, agreement: Agreement) -> Iterator[str]:
    """Yield what is unknown of which areas a party covers."""
    if unsaid(agreement, "coverage", ""):
        yield "coverage"
    for cover in agreement.coverage:
        if of_party(agreement, cover.by, party) is not False:
            yield from of_row(agreement, "coverage", cover.path, ("area", "by"))
            yield from of_member(agreement, cover.by)
