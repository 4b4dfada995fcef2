"""Words that the formats of a timeline share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cmpolicy.reporters.escape import cut
from cmpolicy.reporters.findings import evidence, told
from cmpolicy.timeline import By, Cause, Interval, Standing, Timeline
from cmpolicy.verdict import Outcome, RuleFacts

MESSAGES: Final = 3
"""Messages of an interval that are told; the others are counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """An interval as it is told: what no rule could judge is told once, not for each rule."""

    interval: Interval
    rules: int

    @property
    def rule(self) -> RuleFacts | None:
        """The rule; None where none could judge."""
        return None if self.interval.outcome is Outcome.ERROR else self.interval.verdict.rule


def told_once(found: Iterable[Interval]) -> Iterator[Told]:
    """Yield intervals in their order, those of an unreadable agreement together."""
    together: dict[object, list[Interval]] = {}
    for one in found:
        unread = one.outcome is Outcome.ERROR
        key = (one.verdict.agreement, one.first, one.last, message(one)) if unread else id(one)
        together.setdefault(key, []).append(one)
    for group in together.values():
        yield Told(group[0], len(group))


def by_agreement(found: Iterable[Told]) -> dict[str, list[Told]]:
    """Return what is told, by agreement."""
    groups: dict[str, list[Told]] = {}
    for one in found:
        groups.setdefault(one.interval.verdict.agreement, []).append(one)
    return groups


def message(interval: Interval) -> str:
    """Tell what was found on the first day."""
    unread = interval.outcome is Outcome.ERROR
    found = evidence(interval.verdict)
    texts = list(dict.fromkeys(cut(item.message) if unread else told(item) for item in found))
    more = f"; and {len(texts) - MESSAGES} more" if len(texts) > MESSAGES else ""
    return "; ".join(texts[:MESSAGES]) + more


def period(found: Timeline) -> str:
    """Name the period."""
    commits = f"{found.commits} day{'s' * (found.commits != 1)} with commits"
    head = found.head if found.commit.startswith(found.head) else f"{found.head} ({short(found)})"
    return f"{found.since} to {found.until}, {days(found.days)}, {commits}, at {head}"


def unjudged(found: Timeline) -> str:
    """Name the days on which nothing was judged; empty where there were none."""
    spans = [
        f"{first} to {last} ({days((last - first).days + 1)})" for first, last in found.unjudged
    ]
    return f"Not judged, for there was no agreement: {', '.join(spans)}" if spans else ""


def short(found: Timeline) -> str:
    """Name the commit at which the line ends."""
    return found.commit[:12]


def days(count: int) -> str:
    """Count days."""
    return f"{count} day{'s' * (count != 1)}"


def standing(one: Standing) -> str:
    """Tell how an agreement stood, without its name."""
    waived = f"; under a waiver on {one.days_waived}" if one.days_waived else ""
    if not one.days_out:
        return f"in compliance on all {days(one.days)}, with {one.rules} rules{waived}"
    return (
        f"out of compliance on {one.days_out} of {days(one.days)}, "
        f"with {one.rules_out} of {one.rules} rules{waived}"
    )


def dates(interval: Interval) -> str:
    """Tell the days of an interval."""
    if interval.first == interval.last:
        return f"{interval.first}, {days(1)}"
    return f"{interval.first} to {interval.last}, {days(interval.days)}"


def why(interval: Interval) -> str:
    """Tell what an interval began and ended with."""
    began = _cause(interval.began, "a deadline")
    ended = "not over at the end"
    if interval.ended:
        ended = f"ended by {_cause(interval.ended, 'a date that came')}"
    return f"began {began if interval.began.by is By.EARLIER else f'by {began}'}, {ended}"


def _cause(cause: Cause, passed: str) -> str:
    commit = f"commit {cause.commit[:12]}" if cause.commit else "a commit"
    return {
        By.EARLIER: "before the period",
        By.COMMIT: commit,
        By.DEADLINE: passed,
        By.BOTH: f"{commit} and {passed}",
    }[cause.by]


def conclusion(found: Timeline) -> str:
    """Tell the totals and the gate."""
    out = sum(1 for one in found.standings if one.days_out)
    count = len(found.standings)
    gate = "the gate is off"
    if found.fail_on != "never":
        gate = f"gate {'passed' if found.passed else 'failed'} at {found.fail_on}"
    return (
        f"{count} agreement{'s' * (count != 1)}: {out} out of compliance on some day, "
        f"{count - out} never; {gate}"
    )


def provenance(found: Timeline) -> str:
    """Tell what it was judged with, and how much was."""
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in found.packs)
    data = ", ".join(f"{name} {version}" for name, version in found.data.items())
    effort = f"{found.effort.verdicts} verdicts on {found.effort.contents} distinct contents"
    return (
        f"cmpolicy {found.version} as of {found.as_of}, commit {short(found)}; "
        f"packs {packs}; {data}; {effort}"
    )
