"""Every customer and provider signed on or before `term.effective` and `term.starts_work`.

Somebody signs for a party: a named person of that party, on a day that has come. Of several
signatures of a party the first counts for the dates.

With `digest: true` something else is asked: that each signed the terms as they stand. The last
signature of a party counts, and its `terms` must be the digest of the terms now.

A signature in the file records that somebody signed elsewhere; it proves nothing
cryptographically.

Unknown: parties, days, people and digests are read as what is asked, or not; a signature of an
unknown day may be the first, or the last.

    check: signature
    with: {}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Signature
from cmpolicy.checks.asking import lack_of, missing, of_party, unsaid
from cmpolicy.checks.chosen import Candidate, hopes, of_each, pick, status
from cmpolicy.checks.doubts import in_doubt
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import FLAG, Schema, meant
from cmpolicy.clock import Clock
from cmpolicy.lacks import wrong
from cmpolicy.terms import digest
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, all_of
from cmpolicy.verdict import Holds, Observation

SIGNATORIES: Final = ("customer", "provider")
LIMITS: Final = ("effective", "starts_work")
KIND: Final = "signature"
BEYOND: Final = "The signed original, and that the person who signed could bind the party."
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
        for section in ("parties", "signatures"):
            no_list = unsaid(agreement, section, section)
            if no_list is not None:
                yield no_list
                return
        now = _digest(agreement) if self.digest else ""

        def judge(party: Party) -> Iterator[Observation]:
            return self._judge(party, now, agreement, clock)

        named = self.context.when.get("party_kind")
        for kind in SIGNATORIES:
            # `when` chooses whom a rule is about; the customer, and a kind that it does not name,
            # are on the other side and stay.
            stays = kind == "customer" or (named is not None and kind not in named)
            context = Context(self.context.basis) if stays else self.context
            yield from of_each(agreement, kind, context, judge)

    def _judge(
        self, party: Party, now: str, agreement: Agreement, clock: Clock
    ) -> Iterator[Observation]:
        """Judge the signature of a party that counts, and those that may count instead."""
        rows = _rows(party, agreement)
        counted, rivals, undated = _counted(rows, clock, last=self.digest)

        def candidate(row: Signature) -> Candidate:
            found = tuple(self._judge_row(party, row, now, agreement))
            return Candidate(found, tuple(_doubts(row, rows[row])))

        perhaps = [candidate(row) for row in rivals]
        sure = [candidate(row) for row in (undated if counted is None else [counted])]
        if not sure:
            yield _unsigned(party, agreement, rows, hopes(perhaps))
            return
        found = pick(agreement, sure, perhaps)
        yield from found
        if counted is not None and status(found) is Holds.YES:
            # One that is dated earlier is in time too, but somebody else may have signed it.
            for one in perhaps:
                for item in one.found:
                    asked = self.digest or item.subject.endswith("/by")
                    if asked and item.holds is not Holds.YES:
                        yield in_doubt(agreement, item, one.doubts)

    def _judge_row(
        self, party: Party, row: Signature, now: str, agreement: Agreement
    ) -> Iterator[Observation]:
        if self.digest:
            yield _same_terms(party, row, now, agreement)
        else:
            yield from _signed_in_time(party, row, agreement)


def _digest(agreement: Agreement) -> str:
    """Return the digest of the terms as they stand; of one that nobody signs, nothing."""
    if not any(row.terms for row in agreement.signatures):
        return ""
    if _digest not in agreement.known:
        agreement.known[_digest] = digest(agreement.document)
    found: str = agreement.known[_digest]
    return found


def _rows(party: Party, agreement: Agreement) -> dict[Signature, Answer]:
    """Return the signatures that are a party's, or may be."""
    answers = ((row, of_party(agreement, row.party, party)) for row in agreement.signatures)
    return {row: answer for row, answer in answers if answer is not False}


def _counted(
    rows: Mapping[Signature, Answer], clock: Clock, *, last: bool
) -> tuple[Signature | None, list[Signature], list[Signature]]:
    """Return the first or last signature, those that may be it instead, and those without a day.

    One counts for certain if it is the party's, and its day has come.
    """
    dated = [(row.on, row.key, row) for row in rows if isinstance(row.on, date)]
    signed = [entry for entry in sorted(dated, key=lambda one: one[:2]) if clock.reached(entry[0])]
    sure = [row for _, _, row in signed if rows[row] is True]
    counted = sure[-1 if last else 0] if sure else None
    ahead = [row for _, _, row in (reversed(signed) if last else signed)]
    if counted is not None:
        ahead = ahead[: ahead.index(counted)]
    undated = [row for row in rows if not isinstance(row.on, date)]
    unknown = [row for row in undated if isinstance(row.on, Unknown)]
    if counted is not None:
        return counted, [*ahead, *unknown], []
    perhaps = [row for row in unknown if rows[row] is not True]
    return None, [*ahead, *perhaps], [row for row in undated if rows[row] is True]


def _doubts(row: Signature, answer: Answer) -> Iterator[str]:
    """Yield what is unknown of whether a signature counts."""
    if answer is UNKNOWN:
        yield f"{row.path}.party"
    if isinstance(row.on, Unknown):
        yield f"{row.path}.on"


def _unsigned(
    party: Party, agreement: Agreement, rows: Mapping[Signature, Answer], hope: Sequence[str]
) -> Observation:
    """Say that a party has not signed, or may not have."""
    perhaps = "perhaps " if hope else ""
    later = [row for row, answer in rows.items() if answer is True]
    if later:
        path, message = f"{later[0].path}.on", f"{perhaps}{party.id} has not signed yet"
        message += f": its signature is dated {later[0].on}"
        found = Observation(party.id, path, message, Holds.NO, lack=wrong(path))
    else:
        message = f"{perhaps}{party.id} has not signed"
        found = missing(agreement, "signatures", ("party",), party.id, message)
        found = replace(found, lack=lack_of(agreement, "signatures", party=party.id))
    return in_doubt(agreement, found, hope)


def _signed_in_time(party: Party, row: Signature, agreement: Agreement) -> Iterator[Observation]:
    for name in LIMITS:
        limit: date | Unknown | None = getattr(agreement.term, name)
        subject = party.id if name == LIMITS[0] else f"{party.id}/{name}"
        said = {f"term.{name}": limit, f"{row.path}.on": row.on}
        path = f"{row.path}.on" if isinstance(limit, date) else f"term.{name}"
        if isinstance(limit, date) and isinstance(row.on, date):
            order = "not later than" if row.on <= limit else "after"
            message = f"{party.id} signed on {row.on}, {order} term.{name} ({limit})"
            holds = Holds.YES if row.on <= limit else Holds.NO
            yield Observation(subject, path, message, holds)
        elif None in said.values():
            lost = next(place for place, day in said.items() if day is None)
            message = f"nothing shows that {party.id} signed by term.{name}: "
            yield Observation(subject, lost, f"{message}{lost} {agreement.lack(lost)}", Holds.NO)
        else:
            doubts = [place for place, day in said.items() if isinstance(day, Unknown)]
            message = f"whether {party.id} signed by term.{name} is not known"
            found = Observation(subject, path, message, Holds.NO)
            yield in_doubt(agreement, found, doubts)
    yield _by_somebody(party, row, agreement)


def _by_somebody(party: Party, row: Signature, agreement: Agreement) -> Observation:
    subject, path, who = f"{party.id}/by", f"{row.path}.by", row.by
    if who is None:
        message = f"who signed for {party.id} {agreement.lack(path)}"
        return Observation(subject, path, message, Holds.NO)
    if isinstance(who, Unknown):
        message = f"who signed for {party.id} is unknown"
        return in_doubt(agreement, Observation(subject, path, message, Holds.NO), [path])
    person = agreement.people.get(who)
    name = person.name if person is not None else None
    answers = {
        f"{person.path}.name" if person else path: name
        if isinstance(name, Unknown)
        else bool(name),
        f"{person.path}.party" if person else "": of_party(agreement, who, party),
    }
    message = f"{who} signed for {party.id}"
    if not name:
        message += f", and {who} is not a named person"
    elif all_of(*answers.values()) is False:
        message += f", and {who} does not belong to it"
    if all_of(*answers.values()) is True:
        return Observation(subject, path, message, Holds.YES)
    found = Observation(subject, path, message, Holds.NO)
    if all_of(*answers.values()) is False:
        return found
    return in_doubt(agreement, found, [place for place, one in answers.items() if one is UNKNOWN])


def _same_terms(party: Party, row: Signature, now: str, agreement: Agreement) -> Observation:
    path = f"{row.path}.terms"
    if isinstance(row.terms, Unknown):
        message = f"which terms {party.id} signed is unknown"
        return in_doubt(agreement, Observation(party.id, path, message, Holds.NO), [path])
    if row.terms is None:
        message = f"nothing shows which terms {party.id} signed: {path} {agreement.lack(path)}"
    elif row.terms == now:
        message = f"{party.id} signed the terms as they stand ({_short(now)})"
    else:
        message = f"{party.id} signed other terms ({_short(row.terms)}) than these ({_short(now)})"
    return Observation(party.id, path, message, Holds.YES if row.terms == now else Holds.NO)


def _short(text: str) -> str:
    """Return the beginning of a digest, enough to distinguish two."""
    return text[: len("sha256:") + 12]
