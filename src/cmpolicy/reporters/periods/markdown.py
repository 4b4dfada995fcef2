"""The Markdown form of a timeline: for a ticket, a step summary, or an auditor's file.

What was out of compliance comes first and is not folded: it is printed too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.markdown import LIMIT, gathered, size
from cmpolicy.reporters.markdown_sections import Section, disabled, skipped
from cmpolicy.reporters.periods import wording
from cmpolicy.reporters.periods.wording import Broken, ControlGroup
from cmpolicy.timeline import LIMITS, Period, RuleStanding, Timeline
from cmpolicy.verdict import Outcome

MARKER: Final = "<!-- cmpolicy:timeline -->"
_LONGEST: Final = 300
"""Characters of a text of other people's at most."""


def render(found: Timeline, *, limit: int = LIMIT) -> str:
    """Return the timeline as Markdown, in at most `limit` bytes."""
    head, foot = "\n".join(_head(found)), markdown(cut(wording.provenance(found)))
    body = gathered(_sections(found), limit - size((head, foot)))
    return "\n".join((head, *body, foot)) + "\n"


def _head(found: Timeline) -> Iterator[str]:
    yield from (MARKER, "## cmpolicy timeline", "")
    yield from (f"**{_text(wording.period(found))}**", "")
    yield from (f"{_text(f'{wording.conclusion(found)}; {wording.line(found)}')}.", "")
    if wording.unjudged(found):
        yield from (f"**{_text(wording.unjudged(found))}.**", "")


def _sections(found: Timeline) -> tuple[Section, ...]:
    by_agreement = wording.by_agreement(found.intervals)
    intervals = [
        row
        for one in found.standings
        for row in _agreement(one, by_agreement.get(one.agreement, []), found)
    ]
    title = f"Lapses after {found.as_of}, until {found.ahead_until}, if nothing is done"
    return (
        Section("Agreements", tuple(_standings(found)), share=0.3, folded=False),
        Section("Out of compliance", tuple(intervals), share=0.8, folded=False),
        Section(title, tuple(map(_lapse, found.ahead)), share=0.6, folded=False),
        Section("Waived", tuple(_waived(found))),
        Section("Disabled rules", tuple(disabled(found.disabled))),
        Section("Skipped", tuple(skipped(found.skipped))),
        Section(
            "What this does not show, and how it counts",
            tuple(f"- {_text(line)}" for line in LIMITS),
            share=1,
            folded=False,
        ),
    )


def _standings(found: Timeline) -> Iterator[str]:
    for one in found.standings:
        lines = [f"- {_code(one.agreement)} {_text(one.title)}: {_text(wording.standing(one))}"]
        lines += [f"  - {_text(text)}" for text in wording.absences(found, one.agreement)]
        yield "\n".join(lines)


def _agreement(one: RuleStanding, some: Iterable[Period], found: Timeline) -> Iterator[str]:
    """Yield a block for each control, the first under the name of the agreement."""
    lead = f"\n#### {_code(one.agreement)} {_text(one.title)}".rstrip() + "\n"
    for group in wording.control_groups(some, one, found):
        yield f"{lead}\n{_group(group, found)}\n"
        lead = ""


def _group(group: ControlGroup, found: Timeline) -> str:
    title = f" {_text(group.title)}" if group.title else ""
    name = _code(group.control) if group.control else wording.NONE
    rows = [row for broken in group.broken for row in _broken(broken, group, found)]
    return "\n".join((f"**{name}{title}**", "", *rows))


def _broken(broken: Broken, group: ControlGroup, found: Timeline) -> Iterator[str]:
    rule = broken.rule
    names = _text(wording.names(broken, group.control))
    if rule is None:
        yield f"- **error** {names}"
    else:
        yield f"- **{rule.severity.value}** {_text(rule.title)} ({names})"
    for one in broken.intervals:
        doubt = "" if one.outcome is Outcome.FAIL else f" {one.outcome.value}"
        ahead = ", still ahead" if one.first > found.as_of else ""
        yield f"  - **{wording.dates(one)}**{doubt}{ahead}: {_text(wording.message(one))}"
        yield f"    - {_text(f'began {wording.began(one, found)}')}"
        yield f"    - {_text(f'ended {wording.ended(one, found)}')}"


def _lapse(interval: Period) -> str:
    rule = interval.verdict.rule
    who = f"{_code(interval.verdict.agreement)} **{rule.severity.value}** {_code(rule.id)}"
    return f"- {interval.first}: {who}: {_text(wording.message(interval))}"


def _waived(found: Timeline) -> Iterator[str]:
    for interval in found.waived:
        who = f"{_code(interval.verdict.agreement)} {_code(interval.verdict.rule.id)}"
        why = interval.verdict.reason or "waived"
        yield f"- {who}: {_text(f'{wording.dates(interval)}; {why}')}"


def _text(text: str) -> str:
    return markdown(cut(text, _LONGEST))


def _code(text: str) -> str:
    return markdown_code(cut(text, _LONGEST))
