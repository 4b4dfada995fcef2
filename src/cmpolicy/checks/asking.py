"""Helpers shared by checks: questions to an agreement, and what is observed of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import Any

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.doubts import MOST, in_doubt
from cmpolicy.checks.kinds import Context
from cmpolicy.checks.select import each_party, holds
from cmpolicy.lacks import Lack, unknown, wrong
from cmpolicy.lacks import missing as lacking
from cmpolicy.unknown import UNKNOWN, Answer, Unknown, decide
from cmpolicy.verdict import Holds, Observation


def belongs_to(agreement: Agreement, who: str | Unknown | None, party: Party) -> bool:
    """Say whether a party, person or rota is that party, or belongs to it, under the reading."""
    return decide(of_party(agreement, who, party), agreement.reading)


def of_party(agreement: Agreement, who: str | Unknown | None, party: Party) -> Answer:
    """Say whether a party, person or rota is that party, or belongs to it."""
    if isinstance(who, Unknown) or who == UNKNOWN.value:
        return UNKNOWN
    member = agreement.people.get(who or "") or agreement.rotas.get(who or "")
    if member is not None and isinstance(member.party, Unknown):
        return UNKNOWN
    return agreement.party_of(who) == party.id


def shortened(words: Sequence[str], between: str = ", ") -> str:
    """Return a list as words; of a long one the first five, and how many more there are."""
    if len(words) <= MOST:
        return between.join(words)
    return f"{', '.join(words[:MOST])} and {len(words) - MOST} more"


def either(words: Sequence[str]) -> str:
    """Return a list of words of which one will do, no longer than five."""
    shown = " or ".join(words[:MOST])
    return f"{shown} or {len(words) - MOST} more" if len(words) > MOST else shown


def each_side(agreement: Agreement, kind: str, context: Context) -> tuple[Party, ...]:
    """Return each party of a kind that takes part in what is asked, as `each_party` does.

    The selectors `party_kind` and `party_handles` choose whom a rule is about; the customer, and
    parties of a kind that `party_kind` does not name, are on the other side and stay.

    Raises:
        NotApplicable: where `when` leaves none of them.
    """
    named = context.when.get("party_kind")
    if kind == "customer" or (named is not None and kind not in named):
        return each_party(agreement, kind, Context(context.basis))
    return each_party(agreement, kind, context)


def unsaid(agreement: Agreement, section: str, subject: str) -> Observation | None:
    """Return what is to be said where the file calls a whole list `unknown`; else None."""
    found: Any = agreement.document.value
    steps = section.split(".")
    for depth, step in enumerate(steps, start=1):
        found = found.get(step) if isinstance(found, dict) else None
        if found == UNKNOWN.value:
            path = ".".join(steps[:depth])
            message = f"`{path}` is unknown"
            holding = holds(UNKNOWN, agreement)
            return Observation(subject, path, message, holding, lack=unknown(path))
    return None


def missing(
    agreement: Agreement,
    section: str,
    fields: Iterable[str],
    subject: str,
    message: str,
    near: Container[str] | None = None,
) -> Observation:
    """Return the finding that a list has no such row, at a placeholder in one of its `fields`.

    Args:
        agreement: as read.
        section: the list.
        fields: by which a row is chosen.
        subject: of the finding.
        message: of the finding.
        near: the paths of the rows that only a placeholder keeps from being chosen; None: any.
    """
    names = "|".join(re.escape(field) for field in fields)
    rows = re.compile(rf"({re.escape(section)}(?:\[.*\])?)(?:\.({names}))?")
    path = section
    for lost in agreement.placeholders:
        found = rows.fullmatch(lost)
        if found and (lost == section or (found[2] and (near is None or found[1] in near))):
            path = lost
            break
    return Observation(subject, path, message + blank(agreement, path), Holds.NO)


def answered(
    agreement: Agreement, asked: tuple[str, str, str], answer: Answer, doubts: Iterable[str] = ()
) -> Observation:
    """Return an observation of an answer, whatever the reading.

    Args:
        agreement: where it is.
        asked: the subject, path and message.
        answer: whether the value at the path is what is asked.
        doubts: the paths of the values on which an unknown answer hangs; none: that path.
    """
    subject, path, message = asked
    holding = Holds.YES if answer is True else Holds.NO
    item = Observation(subject, path, message, holding, lack=wrong(path))
    return in_doubt(agreement, item, doubts or (path,)) if isinstance(answer, Unknown) else item


def lack_of(agreement: Agreement, section: str, **key: object) -> Lack:
    """Return the lack of a row of a list: of the section, where it is absent or empty."""
    return lacking(section, **key) if agreement.rows[section] else lacking(section)


def nobody(agreement: Agreement, kind: str) -> Observation:
    """Return the finding that no party is of a kind, with the existing kinds."""
    parties_there = agreement.parties.values()
    there = (
        f"{party.id} is {party.kind if isinstance(party.kind, str) else 'of unknown kind'}"
        for party in parties_there
    )
    message = f"there is no {kind} among the parties: {', '.join(there)}"
    item = missing(agreement, "parties", ("kind",), kind, message)
    return replace(item, lack=lacking("parties", kind=kind))


def blank(agreement: Agreement, path: str) -> str:
    """Return words to add where a placeholder stands at `path`; else none."""
    return f"; {path} {agreement.lack(path)}" if path in agreement.placeholders else ""


def best(candidates: Iterable[tuple[Observation, ...]]) -> tuple[Observation, ...]:
    """Return the first candidate of which everything holds, else the one with least against it."""
    chosen: tuple[Observation, ...] = ()
    fewest: int | None = None
    for candidate in candidates:
        failing = sum(item.holds is not Holds.YES for item in candidate)
        if fewest is None or failing < fewest:
            chosen, fewest = candidate, failing
        if failing == 0:
            break
    return chosen
