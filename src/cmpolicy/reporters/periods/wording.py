"""Words that the formats of a timeline share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cmpolicy.findings import evidence
from cmpolicy.reporters.escape import cut
from cmpolicy.reporters.wording import described as message_of
from cmpolicy.rule_facts import RuleFacts
from cmpolicy.timeline import ONE_DAY, Absence, By, Period, RuleStanding, Timeline
from cmpolicy.verdict import Outcome

SHORT: Final = 7
"""Characters of a commit's id."""
SUBJECT: Final = 72
"""Characters of a commit's subject at most, and of an author's name."""
SENTENCE: Final = 240
"""Characters of what was wrong at most."""
NONE: Final = "no control of a framework"
UNREAD: Final = "not evaluated"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that was out of compliance, with each interval; of a file unread, all rules."""

    rule: RuleFacts | None
    """None where none could judge."""
    rules: int
    """How many it stands for."""
    intervals: tuple[Period, ...]

    @property
    def also(self) -> tuple[str, ...]:
        """The controls that it judges."""
        return tuple(control for control, _ in self.rule.controls) if self.rule else ()


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """A control, and what was out of compliance under it."""

    control: str
    """With its prefix; empty for rules that judge none."""
    title: str
    broken: tuple[Broken, ...]


def by_agreement(found: Iterable[Period]) -> dict[str, list[Period]]:
    """Return intervals by agreement."""
    together: dict[str, list[Period]] = {}
    for one in found:
        together.setdefault(one.verdict.agreement, []).append(one)
    return together


def control_groups(
    found: Iterable[Period], standing: RuleStanding, timeline: Timeline
) -> tuple[ControlGroup, ...]:
    """Return intervals of an agreement by control, the worst first.

    A rule stands under one of its controls: one that was asked for, else one of a framework that
    the agreement is held to, else its first.
    """
    together: dict[str, list[Broken]] = {}
    for broken in _by_rule(found):
        together.setdefault(_control(broken, standing, timeline), []).append(broken)
    return tuple(
        ControlGroup(control, timeline.titles.get(control, ""), tuple(some))
        for control, some in together.items()
    )


def _by_rule(found: Iterable[Period]) -> Iterator[Broken]:
    """Yield intervals by rule, in their order; what no rule could judge is one."""
    together: dict[str, list[Period]] = {}
    unread: dict[tuple[date, date, str], list[Period]] = {}
    for one in found:
        if one.outcome is Outcome.ERROR:
            unread.setdefault((one.first, one.last, message(one)), []).append(one)
        else:
            together.setdefault(one.verdict.rule.id, []).append(one)
    for some in unread.values():
        yield Broken(None, len(some), (some[0],))
    for some in together.values():
        some.sort(key=lambda one: one.first)
        yield Broken(some[0].verdict.rule, 1, tuple(some))


def _control(broken: Broken, standing: RuleStanding, timeline: Timeline) -> str:
    if broken.rule is None:
        return UNREAD
    asked = [control for control in broken.also if timeline.only.names(control)]
    held = [one for one in asked if one.partition(":")[0] in standing.frameworks]
    return next(iter(held or asked), "")


def heading(group: ControlGroup) -> str:
    """Name a control with its title."""
    return f"{group.control} {group.title}".rstrip() if group.control else NONE


def names(broken: Broken, control: str, most: int = 6) -> str:
    """Name the rule, and the other controls that it judges."""
    if broken.rule is None:
        return f"not evaluated by {broken.rules} rules"
    others = [one for one in broken.also if one != control]
    more = f" and {len(others) - most} more" if len(others) > most else ""
    also = f"; also {', '.join(others[:most])}{more}" if others else ""
    return f"{broken.rule.id}{also}"


def message(interval: Period) -> str:
    """Say in a sentence what was wrong on the first day, and how much more."""
    unread = interval.outcome is Outcome.ERROR
    found = evidence(interval.verdict)
    texts = list(dict.fromkeys(cut(item.message) if unread else message_of(item) for item in found))
    more = f" (and {len(texts) - 1} more)" if len(texts) > 1 else ""
    return cut(texts[0], SENTENCE) + more


def period(found: Timeline) -> str:
    """Name the period, and the days of it that nothing is known of."""
    name = found.only.title or found.only.framework
    lead = f"{name} period" if name else "Period"
    controls = f", {', '.join(found.only.controls)}" if found.only.controls else ""
    return f"{lead} {found.since} to {found.until}{controls}: {days(found.days)}{_before(found)}"


def _before(found: Timeline) -> str:
    if found.history_begins is None:
        return ""
    count = (min(found.history_begins, found.until + ONE_DAY) - found.since).days
    were = "was" if count == 1 else "were"
    return f"; {days(count)} before the first commit ({found.history_begins}) {were} not judged"


def line(found: Timeline) -> str:
    """Name the line of commits."""
    head = found.head if found.commit.startswith(found.head) else f"{found.head} ({short(found)})"
    return f"{days(found.commits)} with commits, first parents of {head}"


def unjudged(found: Timeline) -> str:
    """Name the days on which nothing was judged that no agreement names; empty: there are none."""
    begins = found.history_begins or found.since
    named = {(one.first, one.last) for some in found.not_judged.values() for one in some}
    shown = ((max(first, begins), last) for first, last in found.unjudged if last >= begins)
    spans = [
        f"{span(first, last)} ({days((last - first).days + 1)})"
        for first, last in shown
        if (first, last) not in named
    ]
    return f"Not judged, for there was no agreement: {', '.join(spans)}" if spans else ""


def absences(found: Timeline, agreement: str) -> Iterator[str]:
    """Yield the days after the first commit on which an agreement was not there, and why."""
    for one in found.not_judged.get(agreement, ()):
        if one.why is not Absence.BEFORE_HISTORY:
            commit = f" in {short_commit(one.commit)}" if one.commit else ""
            yield (
                f"Not judged: {span(one.first, one.last)} ({days(one.days)}; "
                f"{one.why.value}{commit})"
            )


def short(found: Timeline) -> str:
    """Name the commit at which the line ends."""
    return short_commit(found.commit)


def short_commit(commit: str) -> str:
    """Shorten the id of a commit."""
    return commit[:SHORT]


def commit(found: Timeline, identity: str) -> str:
    """Name a commit: its id in short, its subject and its author, as git says them."""
    facts = found.named.get(identity)
    if facts is None:
        return short_commit(identity)
    subject, author = cut(facts.subject, SUBJECT), cut(facts.author, SUBJECT)
    return f'{short_commit(identity)} "{subject}" ({author})'


def days(count: int) -> str:
    """Count days."""
    return f"{count} day{'s' * (count != 1)}"


def days_out(one: RuleStanding) -> str:
    """Count the days on which an agreement was out of compliance, of those judged."""
    return f"{one.days_out} of {days(one.days)} judged out of compliance"


def standing(one: RuleStanding) -> str:
    """Describe how an agreement stood, without its name."""
    waived = f"; under a waiver on {days(one.days_waived)}" if one.days_waived else ""
    if not one.days_out:
        return f"in compliance on all {days(one.days)} judged, by {one.rules} rules{waived}"
    return f"{days_out(one)}, by {one.rules_out} of {one.rules} rules{waived}"


def span(first: date, last: date) -> str:
    """Describe days, both included."""
    return str(first) if first == last else f"{first} to {last}"


def dates(interval: Period) -> str:
    """Describe the days of an interval."""
    return f"{span(interval.first, interval.last)} ({days(interval.days)})"


def began(interval: Period, found: Timeline) -> str:
    """Say what an interval began with."""
    cause, day = interval.began, interval.first
    if cause.by is By.EARLIER:
        return "before the period"
    if cause.by is By.DEADLINE or cause.commit is None:
        return f"{day} a deadline passed, without a commit"
    said = f"{day} {commit(found, cause.commit)}"
    if cause.by is By.BOTH:
        return f"{said}, and a deadline passed"
    absent = found.not_judged.get(interval.verdict.agreement, ())
    again = any(one.last + ONE_DAY == day for one in absent)
    return f"{said}, the first day judged" if again else said


def ended(interval: Period, found: Timeline) -> str:
    """Say what an interval ended with."""
    cause, day = interval.ended, interval.last + ONE_DAY
    if cause is None:
        return f"not by {interval.last}, the last day"
    since = f" since {commit(found, cause.commit)}" if cause.commit else ""
    if cause.by is By.NOT_JUDGED:
        return f"not known: from {day} on it was not judged{since}"
    if cause.by is By.NOT_APPLICABLE:
        return f"{day} the rule did not apply any more{since}"
    if cause.by is By.DEADLINE or cause.commit is None:
        return f"{day} a date came, without a commit"
    both = ", and a date came" if cause.by is By.BOTH else ""
    return f"{day} {commit(found, cause.commit)}{both}"


def conclusion(found: Timeline) -> str:
    """Describe the totals and the gate."""
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
    """Say what it was judged with, and how much was."""
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in found.packs)
    data = ", ".join(f"{name} {version}" for name, version in found.data.items())
    effort = f"{found.effort.verdicts} verdicts on {found.effort.contents} distinct contents"
    return (
        f"cmpolicy {found.version} as of {found.as_of}, commit {short(found)}; "
        f"packs {packs}; {data}; {effort}"
    )
