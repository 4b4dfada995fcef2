"""The text form of a comparison: what people see first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cmpolicy.compare import Comparison, Effect, Turned
from cmpolicy.reporters.changes import telling
from cmpolicy.reporters.changes.telling import Item
from cmpolicy.reporters.escape import one_line
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.style import SEVERITY, Style

CAUSES: Final = 5
"""Edits behind a change, and controls concerned by it, that are told; the others are counted."""
CONTROLS: Final = 8
EFFECTS: Final = {
    Effect.WEAKENED: "alarm",
    Effect.MIXED: "warn",
    Effect.UNCLEAR: "warn",
    Effect.MOVED: "blue",
    Effect.STRENGTHENED: "good",
    Effect.NEUTRAL: "dim",
}


def render(comparison: Comparison, *, colour: bool = False, width: int = 100) -> str:
    """Return the comparison as text for people; `colour` adds ANSI sequences."""
    style = Style(colour)
    lines: list[str] = [style("bold", one_line(telling.between(comparison))), ""]
    for item in telling.items(comparison.told):
        lines += [*_item(item, style, width), ""]
    for title, found in (
        ("Newly failing", comparison.newly_failing),
        ("Fixed", comparison.fixed),
        ("Dropped", comparison.dropped),
    ):
        if found:
            lines += [style("bold", title), *_turned(found, style, width), ""]
    unmoved, uncomputed = (
        [_words(item) for item in telling.items(changes)]
        for changes in (comparison.unmoved, comparison.uncomputed)
    )
    skipped = [f"{entry.file}: {entry.because}" for entry in comparison.not_compared]
    for title, rows in (
        (telling.UNMOVED, unmoved),
        (telling.UNCOMPUTED, uncomputed),
        ("Not compared", skipped),
    ):
        if rows:
            lines += [style("bold", title), *(_line("  ", row, width) for row in rows), ""]
    lines.append(style("dim", one_line(telling.provenance(comparison))))
    paint = "good" if comparison.passed and not comparison.not_compared else "alarm"
    lines.append(f"{telling.result(comparison)}. {style(paint, telling.gate(comparison))}.")
    return "\n".join(lines) + "\n"


def _item(item: Item, style: Style, width: int) -> Iterator[str]:
    change = item.change
    where = (
        f"  {style('dim', 'in ' + one_line(', '.join(item.agreements)))}" if item.agreements else ""
    )
    effect = style(EFFECTS[change.effect], change.effect.value)
    yield f"{effect} {style('bold', one_line(telling.named(change)))}{where}"
    yield from (_line("  ", _words_of(words), width) for words in telling.said(change, "->"))
    for edit in change.causes[:CAUSES]:
        told = edit.path, telling.edited(edit, "->"), telling.place(edit)
        yield _line("  by ", _edit(*told), width)
    if len(change.causes) > CAUSES:
        yield f"  {style('dim', f'and {len(change.causes) - CAUSES} more edits')}"
    for words in telling.with_it(change, "->"):
        yield _line("  with it ", _words_of(words), width)
    if change.controls:
        yield _line("  controls ", shortened(change.controls, CONTROLS), width)


def _words_of(words: telling.Words) -> str:
    return telling.line(words, str, str)


def shortened(words: Sequence[str], most: int) -> str:
    """List words, and count those beyond the first `most`."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")


def _line(lead: str, text: str, width: int) -> str:
    rows = wrap(one_line(text), max(40, width - len(lead)))
    return "\n".join(
        f"{lead if number == 0 else ' ' * len(lead)}{row}" for number, row in enumerate(rows)
    )


def _turned(found: Sequence[Turned], style: Style, width: int) -> Iterator[str]:
    for one in found:
        rule = one.verdict.rule
        word = style(SEVERITY[rule.severity], f"{rule.severity.value}[{rule.id}]")
        yield f"  {word} in {one_line(one.verdict.agreement)}: {one_line(rule.title)}"
        reason = telling.reason(one)
        if reason != rule.title:
            yield _line("    ", reason, width)
        if one.because:
            names = shortened([telling.named(change) for change in one.because], CAUSES)
            yield _line("    because of ", names, width)


def _words(item: Item) -> str:
    where = f" in {', '.join(item.agreements)}" if item.agreements else ""
    return _edit(*telling.words(item, "->")) + where


def _edit(path: str, told: str, place: str) -> str:
    return path + (f": {told}" if told else "") + (f" ({place})" if place else "")
