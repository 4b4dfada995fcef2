"""What a check asks an agreement again and again, and how it reads what the file does not say."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import Any

from cmpolicy.agreement import Agreement, Party
from cmpolicy.checks.kinds import Context
from cmpolicy.checks.select import asks, holds, parties
from cmpolicy.lacks import Lack, unknown
from cmpolicy.lacks import missing as lacking
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.verdict import Holds, Observation


def lists(words: Sequence[str] | Unknown, word: str, agreement: Agreement) -> bool:
    """Say whether a list holds `word`; a list or an item that is unknown is read as it must be."""
    if isinstance(words, Unknown):
        return agreement.optimistic
    return word in words or (agreement.optimistic and UNKNOWN.value in words)


def belongs_to(agreement: Agreement, who: str | Unknown | None, party: Party) -> bool:
    """Say whether a party, person or rota is that party, or belongs to it."""
    if isinstance(who, Unknown) or who == UNKNOWN.value:
        return agreement.optimistic
    member = agreement.people.get(who or "") or agreement.rotas.get(who or "")
    if member is not None and isinstance(member.party, Unknown):
        return agreement.optimistic
    return agreement.party_of(who) == party.id


def of_kind(agreement: Agreement, kind: str) -> tuple[Party, ...]:
    """Return each party of a kind, in the file's order, whatever `when` says."""
    return tuple(
        party
        for party in agreement.parties.values()
        if asks(party.kind, lambda value: value == kind, agreement)
    )


def sides(agreement: Agreement, kind: str, context: Context) -> tuple[Party, ...]:
    """Return each party of a kind that takes part in what is asked.

    The selectors `party_kind` and `party_handles` choose whom a rule is about; the customer, and
    parties of a kind that `party_kind` does not name, are on the other side and stay.

    Raises:
        NotApplicable: where `when` leaves none of them.
    """
    named = context.when.get("party_kind")
    if kind == "customer" or (named is not None and kind not in named):
        return of_kind(agreement, kind)
    return parties(agreement, kind, context)


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


def lack_of(agreement: Agreement, section: str, **key: object) -> Lack:
    """Return the lack of a row of a list: of the section, where it is absent or empty."""
    return lacking(section, **key) if agreement.rows[section] else lacking(section)


def nobody(agreement: Agreement, kind: str) -> Observation:
    """Return the finding that no party is of a kind, with the kinds that there are."""
    there = (
        f"{party.id} is {party.kind if isinstance(party.kind, str) else 'of unsaid kind'}"
        for party in agreement.parties.values()
    )
    message = f"there is no {kind} among the parties: {', '.join(there)}"
    return missing(agreement, "parties", ("kind",), kind, message)


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
