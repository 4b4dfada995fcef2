"""The Markdown form of a timeline: for a ticket, a step summary, or an auditor's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.markdown import LIMIT, gathered, size
from cmpolicy.reporters.markdown_sections import Section, disabled, skipped
from cmpolicy.reporters.periods import telling
from cmpolicy.reporters.periods.telling import Told
from cmpolicy.timeline import LIMITS, Interval, Timeline

MARKER: Final = "<!-- cmpolicy:timeline -->"
_LONGEST: Final = 300
"""Characters of a text of other people's at most."""


def render(found: Timeline, *, limit: int = LIMIT) -> str:
    """Return the timeline as Markdown, in at most `limit` bytes."""
    head, foot = "\n".join(_head(found)), markdown(cut(telling.provenance(found)))
    body = gathered(_sections(found), limit - size((head, foot)))
    return "\n".join((head, *body, foot)) + "\n"


def _head(found: Timeline) -> Iterator[str]:
    yield from (MARKER, "## cmpolicy timeline", "")
    yield from (f"**{markdown(cut(telling.conclusion(found)))}.**", "")
    yield from (markdown(cut(telling.period(found))), "")
    if found.unjudged:
        yield from (f"**{_text(telling.unjudged(found))}.**", "")


def _sections(found: Timeline) -> tuple[Section, ...]:
    groups = telling.by_agreement(telling.told_once(found.intervals))
    intervals = [row for told in groups.values() for row in _agreement(told, found)]
    ahead = [_lapse(one.interval) for one in telling.told_once(found.ahead)]
    title = f"Lapses after {found.as_of}, until {found.ahead_until}"
    return (
        Section("Agreements", tuple(_standings(found)), share=0.4, folded=False),
        Section(title, tuple(ahead), share=0.4, folded=False),
        Section("Out of compliance", tuple(intervals), share=0.8),
        Section("Waived", tuple(_waived(found))),
        Section("Disabled rules", tuple(disabled(found.disabled))),
        Section("Skipped", tuple(skipped(found.skipped))),
        Section(
            "What this does not tell, and how it counts",
            tuple(f"- {_text(line)}" for line in LIMITS),
            share=1,
            folded=False,
        ),
    )


def _standings(found: Timeline) -> Iterator[str]:
    for one in found.standings:
        yield f"- {_code(one.agreement)} {_text(one.title)}: {_text(telling.standing(one))}"


def _agreement(told: Iterable[Told], found: Timeline) -> Iterator[str]:
    for one in told:
        interval, rule = one.interval, one.rule
        who = _code(interval.verdict.agreement)
        if rule is None:
            what = f"**error** not evaluated by {one.rules} rules"
        else:
            state = "" if interval.outcome.value == "fail" else f" {interval.outcome.value}"
            what = f"**{rule.severity.value}**{state} {_code(rule.id)}: {_text(rule.title)}"
        ahead = ", still ahead" if interval.first > found.as_of else ""
        yield "\n".join(
            (
                f"- {who} {what}",
                f"  - {_text(f'{telling.dates(interval)}{ahead}; {telling.why(interval)}')}",
                f"  - {_text(telling.message(interval))}",
            )
        )


def _lapse(interval: Interval) -> str:
    rule = interval.verdict.rule
    who = f"{_code(interval.verdict.agreement)} **{rule.severity.value}** {_code(rule.id)}"
    return f"- {interval.first}: {who}: {_text(telling.message(interval))}"


def _waived(found: Timeline) -> Iterator[str]:
    for interval in found.waived:
        who = f"{_code(interval.verdict.agreement)} {_code(interval.verdict.rule.id)}"
        why = interval.verdict.reason or "waived"
        yield f"- {who}: {_text(f'{telling.dates(interval)}; {why}')}"


def _text(text: str) -> str:
    return markdown(cut(text, _LONGEST))


def _code(text: str) -> str:
    return markdown_code(cut(text, _LONGEST))
