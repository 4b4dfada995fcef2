"""What one file said, from commit to commit: each distinct content loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cmpolicy.agreement.model import Needs
from cmpolicy.errors import DocumentError
from cmpolicy.fleet import Evaluator, ParsedFile
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.snapshot.past import Past
from cmpolicy.timeline.model import ONE_DAY, By, Cause
from cmpolicy.verdict import Verdict

NOTHING = Needs(frozenset(), frozenset())
Window = tuple[date, date]
"""The first and the last day of what is looked at."""


@dataclass(frozen=True, slots=True)
class Content:
    """An agreement as one file and what it uses had it; with every verdict reached so far."""

    opened: ParsedFile
    """An agreement, or why there is none."""
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    """By rule, each with the days on which it holds."""


Known = dict[tuple[object, ...], tuple[Content | None, Needs]]
"""The contents of a file met so far, by everything that decides what they come to."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Days on which a file had one content."""

    content: Content
    index: int
    """Of the commit that brought it."""
    days: tuple[Window, ...]
    """Those that are looked at; never none."""


@dataclass(frozen=True, slots=True)
class TimelineContext:
    """What the walks of all files share."""

    past: Past
    policies: tuple[tuple[date, EffectivePolicy], ...]
    """Each with the first day on which it is in force: a disable ends."""
    period: Window
    windows: tuple[Window, ...]
    """Days that are judged: the period, the day before it, and those ahead."""
    _evaluators: dict[int, Evaluator] = field(default_factory=dict)

    @property
    def policy(self) -> EffectivePolicy:
        """The policy of the last day; its packs are those of every day."""
        return self.policies[-1][1]

    def evaluator(self, index: int) -> Evaluator:
        """Return where the files of a commit are loaded."""
        if index not in self._evaluators:
            day = self.past.commits[index].day
            self._evaluators[index] = Evaluator.of(self.past.at(index), self.policy, day)
        return self._evaluators[index]

    def cause_on(self, day: date) -> Cause:
        """Return what made a day differ from the one before: its commit, else a date."""
        index = self.past.index_of(day)
        if index is None or self.past.commits[index].day != day:
            return Cause(By.DEADLINE)
        return Cause(By.COMMIT, self.past.commits[index].id)

    def lasts(self, index: int, following: int | None) -> tuple[Window, ...]:
        """Return the days, of those looked at, from one commit until before another one."""
        commits = self.past.commits
        begins = commits[index].day
        ends = commits[following].day - ONE_DAY if following is not None else date.max
        found = ((max(first, begins), min(last, ends)) for first, last in self.windows)
        return tuple((first, last) for first, last in found if first <= last)

    def under(self, days: Window) -> Iterator[tuple[EffectivePolicy, Window]]:
        """Yield the policies of some days, each with those on which it is in force."""
        starts = [start for start, _ in self.policies]
        ends = [*(start - ONE_DAY for start in starts[1:]), date.max]
        for (start, policy), end in zip(self.policies, ends, strict=True):
            first, last = max(days[0], start), min(days[1], end)
            if first <= last:
                yield policy, (first, last)


def runs(path: str, context: TimelineContext) -> Iterator[Runs]:
    """Yield what a file said, in the order of days."""
    past = context.past
    known: Known = {}
    steps = [index for index, _ in past.steps[path]]
    for index, following in zip(steps, [*steps[1:], None], strict=True):
        entry = past.entry(path, index)
        if entry is None or not entry.regular or not context.lasts(index, following):
            continue
        yield from _same_file(path, index, following, context, known)


def _same_file(
    path: str,
    index: int,
    following: int | None,
    context: TimelineContext,
    known: Known,
) -> Iterator[Runs]:
    """Yield the contents of a file that stays as it is while what it depends on changes."""
    at: int | None = index
    while at is not None and at != following:
        content, hangs_on = _content(path, at, context, known)
        changes = (_next(context.past, hangs_on, at), following)
        until = min((found for found in changes if found is not None), default=None)
        days = context.lasts(at, until)
        if content is not None and days:
            yield Runs(content, at, days)
        at = until


def _next(past: Past, hangs_on: Needs, index: int) -> int | None:
    """Return the next commit that changes what a content depends on."""
    found = [past.next_change(path, index) for path in hangs_on.uses]
    for record in hangs_on.records:
        there = _is_file(past, record, index)
        after = past.next_change(record, index)
        while after is not None and _is_file(past, record, after) == there:
            after = past.next_change(record, after)
        found.append(after)
    return min((at for at in found if at is not None), default=None)


def _is_file(past: Past, path: str, index: int) -> bool:
    entry = past.entry(path, index)
    return entry is not None and entry.regular


def _content(
    path: str,
    index: int,
    context: TimelineContext,
    known: Known,
) -> tuple[Content | None, Needs]:
    """Return the content of a file at a commit: one met before, or loaded now."""
    past = context.past
    entry = past.entry(path, index)
    blob = entry.id if entry else None
    for key, (content, hangs_on) in known.items():
        if key == (blob, *_answers(past, hangs_on, index)):
            return content, hangs_on
    source = CandidateFile(path, Role.MEMBER if context.policy.config.agreements else Role.FOUND)
    found = _load(source, context.evaluator(index))
    known[blob, *_answers(past, found[1], index)] = found
    return found


def _answers(past: Past, hangs_on: Needs, index: int) -> Iterator[object]:
    """Yield everything that decides what a content comes to, besides its own text."""
    for path in sorted(hangs_on.uses):
        yield past.entry(path, index)
    for path in sorted(hangs_on.records):
        yield _is_file(past, path, index)


def _load(source: CandidateFile, evaluator: Evaluator) -> tuple[Content | None, Needs]:
    """Load an agreement; no content where the file is none."""
    opened = evaluator.open(source)
    if not opened.counts:
        return None, NOTHING
    try:
        return Content(opened), evaluator.loader.needed(
            opened.document
        ) if opened.document else NOTHING
    except DocumentError:
        return Content(opened), NOTHING  # its own shape is wrong, whatever other files say
