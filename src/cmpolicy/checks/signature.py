"""Every customer and provider signed on or before `term.effective` and `term.starts_work`.

Somebody signs for a party: a named person of that party, on a day that has come. Of several
signatures of a party the first counts for the dates.

With `digest: true` something else is asked: that each signed the terms as they stand. The last
signature of a party counts, and its `terms` must be the digest of the terms now.

A signature in the file records that somebody signed elsewhere; it proves nothing
cryptographically.

Unknown: days, people and digests are read as what is asked, or not.

    check: signature
    with: {}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Signature
from cmpolicy.checks.asking import belongs_to, best, each_side, missing, nobody, unsaid
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import FLAG, Schema, meant
from cmpolicy.checks.select import asks, holds
from cmpolicy.clock import Clock
from cmpolicy.duty import named
from cmpolicy.terms import digest
from cmpolicy.unknown import Unknown
from cmpolicy.verdict import Holds, Observation

SIGNATORIES: Final = ("customer", "provider")
LIMITS: Final = ("effective", "starts_work")
KIND: Final = "signature"
BEYOND: Final = "The signed original, and that whoever signed could bind the party."
PARAMETERS: Final[Mapping[str, Schema]] = {
    "digest": meant(FLAG, "`true`: asks instead that they signed the terms as they stand."),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    return _Signed(bool(parameters.get("digest")), context)


@dataclass(frozen=True, slots=True)
class _Signed:
    digest: bool
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unknown = unsaid(agreement, "signatures", "signatures")
        if unknown is not None:
            yield unknown
            return
        now = digest(agreement.document) if self.digest else ""
        for kind in SIGNATORIES:
            parties = each_side(agreement, kind, self.context)
            if not parties:
                yield nobody(agreement, kind)
            for party in parties:
                yield from self._judge(party, now, agreement, clock)

    def _judge(
        self, party: Party, now: str, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        rows = [row for row in agreement.signatures if belongs_to(agreement, row.party, party)]
        if not rows:
            message = f"{party.id} has not signed"
            yield missing(agreement, "signatures", ("party",), party.id, message)
            return
        counted = _counted(rows, agreement, clock, last=self.digest)
        if not counted:
            path = f"{rows[0].path}.on"
            message = f"{party.id} has not signed yet: its signature is dated {rows[0].on}"
            yield Observation(party.id, path, message, Holds.NO)
        elif self.digest:
            yield from best((_same_terms(party, row, now, agreement),) for row in counted)
        else:
            yield from best(tuple(_signed_in_time(party, row, agreement)) for row in counted)


def _counted(
    rows: Sequence[Signature], agreement: Agreement, clock: Clock, *, last: bool
) -> list[Signature]:
    """Return the first or the last signature; optimistically of an unknown day too."""
    dated = sorted(
        ((row.on, row.key, row) for row in rows if isinstance(row.on, date)),
        key=lambda entry: entry[:2],
    )
    signed = [row for day, _, row in dated if clock.reached(day)]
    undated = [row for row in rows if not isinstance(row.on, date)]
    if not signed:
        return undated
    unknown = [row for row in undated if row.on is not None and agreement.optimistic]
    return [signed[-1 if last else 0], *unknown]


def _signed_in_time(party: Party, row: Signature, agreement: Agreement) -> Iterator[Observation]:
    for name in LIMITS:
        limit: date | Unknown | None = getattr(agreement.term, name)
        subject = party.id if name == LIMITS[0] else f"{party.id}/{name}"
        path = f"{row.path}.on" if isinstance(limit, date) else f"term.{name}"
        if isinstance(limit, date) and isinstance(row.on, date):
            order = "not later than" if row.on <= limit else "after"
            message = f"{party.id} signed on {row.on}, {order} term.{name} ({limit})"
            yield Observation(subject, path, message, holds(row.on <= limit, agreement))
            continue
        lacking = row.on if isinstance(limit, date) else limit
        lack = "is unknown" if isinstance(lacking, Unknown) else agreement.lack(path)
        message = f"whether {party.id} signed by term.{name} cannot be told: {path} {lack}"
        known = lacking if isinstance(lacking, Unknown) else False
        yield Observation(subject, path, message, holds(known, agreement))
    yield _by_somebody(party, row, agreement)


def _by_somebody(party: Party, row: Signature, agreement: Agreement) -> Observation:
    subject, path, who = f"{party.id}/by", f"{row.path}.by", row.by
    if who is None or isinstance(who, Unknown):
        lack = agreement.lack(path) if who is None else "is unknown"
        found = agreement.optimistic and who is not None
        message = f"who signed for {party.id} {lack}"
        return Observation(subject, path, message, holds(found, agreement))
    human = who in agreement.people and bool(named(agreement, frozenset({who})))
    found = human and belongs_to(agreement, who, party)
    message = f"{who} signed for {party.id}"
    if not human:
        message += f", and {who} is no named person"
    elif not found:
        message += f", and {who} does not belong to it"
    return Observation(subject, path, message, holds(found, agreement))


def _same_terms(party: Party, row: Signature, now: str, agreement: Agreement) -> Observation:
    path = f"{row.path}.terms"
    if row.terms is None:
        message = f"which terms {party.id} signed cannot be told: {path} {agreement.lack(path)}"
    elif isinstance(row.terms, Unknown):
        message = f"which terms {party.id} signed is unknown"
    elif row.terms == now:
        message = f"{party.id} signed the terms as they stand ({_short(now)})"
    else:
        message = f"{party.id} signed other terms ({_short(row.terms)}) than these ({_short(now)})"
    found = asks(row.terms, lambda terms: terms == now, agreement)
    return Observation(party.id, path, message, holds(found, agreement))


def _short(text: str) -> str:
    """Return the beginning of a digest, enough to tell two apart."""
    return text[: len("sha256:") + 12]
