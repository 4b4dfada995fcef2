"""Waivers: dated, approved exceptions. A report goes in, a report comes out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.errors import PolicyError
from cmpolicy.exemptions import Waiver, WaiverState
from cmpolicy.shape import judge
from cmpolicy.validity import Validity, read_validity
from cmpolicy.verdict import Holds, Outcome, Report, Verdict

LONGEST: Final = timedelta(days=366)
"""`expires - granted` at most: a waiver is an exception, not a new policy."""

SHOWN: Final = 5
"""So many cells that no waiver covers are named."""


def load_waivers(document: Document) -> tuple[Waiver, ...]:
    """Load a waivers file.

    Raises:
        PolicyError: with every problem: a shape or a date that is wrong, a waiver that expires
            before it is granted or runs longer than 366 days.
    """
    problems = list(judge(document, "waivers"))
    if problems:
        raise PolicyError.of(tuple(problems))
    waivers = []
    for index, row in enumerate(document.value["waivers"]):
        path = ("waivers", index)
        days = read_validity(document, path, LONGEST, "renew a waiver rather than let it run on")
        if isinstance(days, Validity):
            waivers.append(_waiver(document, path, row, days))
        else:
            problems += days
    if problems:
        raise PolicyError.of(tuple(problems))
    return tuple(waivers)


def _waiver(
    document: Document, path: tuple[str | int, ...], row: Mapping[str, Any], days: Validity
) -> Waiver:
    return Waiver(
        rule=row["rule"],
        agreement=row["agreement"],
        subject=row.get("subject"),
        reason=row["reason"],
        approved_by=row["approved_by"],
        granted=days.granted,
        expires=days.expires,
        location=document.position(path),
    )


def by_verdict(waivers: Iterable[Waiver]) -> dict[tuple[str, str], list[Waiver]]:
    """Return the waivers by the rule and the agreement that they are for."""
    found: dict[tuple[str, str], list[Waiver]] = {}
    for waiver in waivers:
        found.setdefault((waiver.rule, waiver.agreement), []).append(waiver)
    return found


def waived(verdict: Verdict, waivers: Iterable[Waiver], as_of: date) -> Verdict:
    """Return a verdict as the waivers for its rule and agreement leave it on a day."""
    return _judge(verdict, waivers, as_of, set())


def apply_waivers(report: Report, waivers: Iterable[Waiver]) -> Report:
    """Return the report with its waived verdicts, and the state of every waiver."""
    waivers = tuple(waivers)
    by_key = by_verdict(waivers)
    used: set[int] = set()
    verdicts = tuple(
        _judge(verdict, by_key.get((verdict.rule.id, verdict.agreement), ()), report.as_of, used)
        for verdict in report.verdicts
    )
    judged = frozenset(report.agreements)
    states = tuple(
        WaiverState(waiver, _state(waiver, judged, report.as_of, used)) for waiver in waivers
    )
    return dataclasses.replace(report, verdicts=verdicts, waivers=states)


def _state(waiver: Waiver, judged: frozenset[str], as_of: date, used: set[int]) -> str:
    if waiver.agreement not in judged:
        return "elsewhere"
    if waiver.expires < as_of:
        return "expired"
    return "live" if id(waiver) in used else "stale"


def _judge(verdict: Verdict, waivers: Iterable[Waiver], as_of: date, used: set[int]) -> Verdict:
    if verdict.outcome not in (Outcome.FAIL, Outcome.UNDETERMINED):
        return verdict
    bad = _open(verdict)
    relevant = [waiver for waiver in waivers if waiver.subject is None or waiver.subject in bad]
    if not relevant:
        return verdict
    used.update(id(waiver) for waiver in relevant)
    in_force = [waiver for waiver in relevant if waiver.granted <= as_of <= waiver.expires]
    narrowed = _narrow(verdict, relevant, as_of)
    covering = _covering(verdict, in_force)
    if covering is not None:
        reason = f"waived until {covering.expires} by {covering.approved_by}: {covering.reason}"
        return dataclasses.replace(narrowed, outcome=Outcome.WAIVED, waiver=covering, reason=reason)
    waived = {waiver.subject for waiver in in_force}
    left = [subject for subject in bad if subject not in waived]
    return dataclasses.replace(narrowed, reason=_why_not(relevant, in_force, left, as_of))


def _open(verdict: Verdict) -> tuple[str, ...]:
    """Return the cells that do not hold, each once."""
    bad = (item for item in verdict.observations if item.holds is not Holds.YES)
    return tuple(dict.fromkeys(subject for item in bad for subject in item.subjects))


def _covering(verdict: Verdict, in_force: list[Waiver]) -> Waiver | None:
    """Return the waiver to name where every failing observation is waived: the first to end."""
    whole = [waiver for waiver in in_force if waiver.subject is None]
    if whole:
        return max(whole, key=lambda waiver: waiver.expires)
    latest: dict[str | None, Waiver] = {}
    for waiver in in_force:
        other = latest.get(waiver.subject)
        if other is None or waiver.expires > other.expires:
            latest[waiver.subject] = waiver
    needed = [latest.get(subject) for subject in _open(verdict)]
    known = [waiver for waiver in needed if waiver is not None]
    if not known or len(known) < len(needed):
        return None
    return min(known, key=lambda waiver: waiver.expires)


def _narrow(verdict: Verdict, waivers: list[Waiver], as_of: date) -> Verdict:
    """Narrow the days on which the verdict holds by what the waivers' own dates change."""
    edges = [waiver.granted for waiver in waivers]
    over = [waiver.expires for waiver in waivers if waiver.expires < date.max]
    edges += [day + timedelta(days=1) for day in over]
    past = [edge for edge in edges if edge <= as_of]
    ahead = [edge - timedelta(days=1) for edge in edges if edge > as_of]
    starts = [*past, *([verdict.holds_from] if verdict.holds_from else [])]
    ends = [*ahead, *([verdict.holds_until] if verdict.holds_until else [])]
    return dataclasses.replace(
        verdict,
        holds_from=max(starts) if starts else None,
        holds_until=min(ends) if ends else None,
    )


def _why_not(
    relevant: list[Waiver], in_force: list[Waiver], left: Sequence[str], as_of: date
) -> str:
    over = [waiver for waiver in relevant if waiver.expires < as_of]
    if in_force:
        more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
        return f"a waiver covers a part of this only; open: {', '.join(left[:SHOWN])}{more}"
    if over:
        last = max(over, key=lambda waiver: waiver.expires)
        return f"the waiver by {last.approved_by} expired on {last.expires}"
    first = min(relevant, key=lambda waiver: waiver.granted)
    return f"the waiver by {first.approved_by} is in force from {first.granted} only"
