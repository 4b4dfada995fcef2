"""The Markdown form of a comparison: one comment on a pull request, updated with each push.

The verdict and the totals come first, then the worst changes with their causes and controls, then
what fails newly; the rest is folded. What does not fit into a comment is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.compare import Change, Comparison, Effect, Turned
from cmpolicy.reporters.changes import telling
from cmpolicy.reporters.changes.telling import Item
from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.markdown import LIMIT, gathered, size
from cmpolicy.reporters.markdown_sections import Section

MARKER: Final = "<!-- cmpolicy:diff -->"
WORST: Final = 12
"""Changes, and rules that fail newly, that are told above the fold."""
CAUSES: Final = 5
"""Edits behind a change that are told; the others are counted."""
CONTROLS: Final = 12
"""Controls of a change that are told; the others are counted."""
KEYS: Final = 100
"""Promises that moved in the same words that are named; the others are counted."""
_LONGEST: Final = 300
"""Characters of a text of other people's at most."""


def render(comparison: Comparison, *, limit: int = LIMIT) -> str:
    """Return the comparison as Markdown, in at most `limit` bytes."""
    head, foot = "\n".join(_head(comparison)), markdown(cut(telling.provenance(comparison)))
    body = gathered(_sections(comparison), limit - size((head, foot)))
    return "\n".join((head, *body, foot)) + "\n"


def _head(comparison: Comparison) -> Iterator[str]:
    mark = "✅" if comparison.passed else "❌"
    mark = "⚠️" if comparison.not_compared else mark
    yield from (MARKER, f"## {mark} cmpolicy diff", "")
    yield from (f"**{telling.gate(comparison)}. {telling.result(comparison)}.**", "")
    counted = telling.items(comparison.told)
    cells = [
        (effect.value, sum(1 for item in counted if item.change.effect is effect))
        for effect in Effect
        if effect is not Effect.NEUTRAL
    ]
    cells += [
        ("newly failing", len(comparison.newly_failing)),
        ("fixed", len(comparison.fixed)),
        ("dropped", len(comparison.dropped)),
    ]
    yield f"| {' | '.join(name for name, _ in cells)} |"
    yield f"|{' ---: |' * len(cells)}"
    yield f"| {' | '.join(str(count) for _, count in cells)} |"
    yield from ("", f"From {_text(telling.between(comparison))}", "")


def _sections(comparison: Comparison) -> tuple[Section, ...]:
    told = [_item(item) for item in telling.items(comparison.told)]
    failing = [_turned(one) for one in comparison.newly_failing]
    skipped = [f"- {_code(e.file)}: {_text(e.because)}" for e in comparison.not_compared]
    return (
        Section("Not compared", tuple(skipped), folded=False),
        Section(_worst("Changes", told), tuple(told[:WORST]), share=0.6, folded=False),
        Section(_worst("Newly failing", failing), tuple(failing[:WORST]), folded=False),
        Section("More changes", tuple(told[WORST:])),
        Section("More rules that fail newly", tuple(failing[WORST:])),
        Section("Dropped", tuple(map(_turned, comparison.dropped))),
        Section("Fixed", tuple(map(_turned, comparison.fixed))),
        Section(telling.UNMOVED, tuple(_words(comparison.unmoved))),
        Section(telling.UNCOMPUTED, tuple(_words(comparison.uncomputed))),
        Section("Every promise that moved", tuple(_details(comparison)), share=1),
    )


def _worst(title: str, rows: Sequence[str]) -> str:
    return f"{title}: the worst {WORST} of {len(rows)}" if len(rows) > WORST else title


def _item(item: Item) -> str:
    change = item.change
    where = f" in {_agreements(item)}" if item.agreements else ""
    said = [telling.line(words, _code, _text) for words in telling.said(change, "→")]
    if len(said) == 1:
        lines = [f"- **{change.effect}** {_named(item)}{where}: {said[0]}"]
    else:
        lines = [f"- **{change.effect}** {_named(item)}{where}:", *(f"  - {one}" for one in said)]
    lines += [
        f"  - by {_edit(edit.path, telling.edited(edit, '→'), telling.place(edit))}"
        for edit in change.causes[:CAUSES]
    ]
    if len(change.causes) > CAUSES:
        lines.append(f"  - and {len(change.causes) - CAUSES} more edits")
    with_it = (telling.line(words, _code, _text) for words in telling.with_it(change, "→"))
    lines += [f"  - with it {line}" for line in with_it]
    if change.controls:
        rest = len(change.controls) - CONTROLS
        listed = ", ".join(_code(control) for control in change.controls[:CONTROLS])
        lines.append(f"  - controls: {listed}" + (f" and {rest} more" if rest > 0 else ""))
    return "\n".join(lines)


def _named(item: Item) -> str:
    """Name a change: its promise in words, its key as code."""
    change = item.change
    return f"{change.promise} {_code(change.key)}" if change.key else change.promise


def _agreements(item: Item) -> str:
    most = 5
    rest = len(item.agreements) - most
    listed = ", ".join(_code(name) for name in item.agreements[:most])
    return listed + (f" and {rest} more" if rest > 0 else "")


def _edit(path: str, told: str, place: str) -> str:
    texts = f": {_text(told)}" if told else ""
    return _code(path) + texts + (f" ({_code(place)})" if place else "")


def _turned(one: Turned) -> str:
    verdict, rule = one.verdict, one.verdict.rule
    reason = telling.reason(one)
    lines = [
        f"- **{rule.severity}** {_code(rule.id)} in {_code(verdict.agreement)}: {_text(rule.title)}"
    ]
    lines += [f"  - {_text(reason)}"] if reason != rule.title else []
    if one.because:
        names = ", ".join(_code(telling.named(change)) for change in one.because[:CAUSES])
        rest = len(one.because) - CAUSES
        lines.append(f"  - because of {names}" + (f" and {rest} more" if rest > 0 else ""))
    if rule.controls:
        lines.append(f"  - controls: {', '.join(_code(control) for control, _ in rule.controls)}")
    return "\n".join(lines)


def _words(changes: Sequence[Change]) -> Iterator[str]:
    for item in telling.items(changes):
        where = f" in {_agreements(item)}" if item.agreements else ""
        yield f"- {_edit(*telling.words(item, '→'))}{where}"


def _details(comparison: Comparison) -> Iterator[str]:
    for item in telling.items(comparison.told):
        for detail, keys in (
            telling.details(item.change.details) if len(item.change.details) > 1 else ()
        ):
            told = _text(telling.before_after(detail, "→"))
            listed = "".join(f" {_code(key)}" for key in keys[:KEYS] if key)
            rest = f" and {len(keys) - KEYS} more" if len(keys) > KEYS else ""
            where = f"{listed}{rest} in {_agreements(item)}"
            yield f"- **{detail.effect}** {detail.promise}{where}: {told}"


def _text(text: str) -> str:
    return markdown(cut(text, _LONGEST))


def _code(text: str) -> str:
    return markdown_code(cut(text, _LONGEST))
