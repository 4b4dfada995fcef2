"""The text form of a comparison: the verdict, then each edit with what it did, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmpolicy.compare import Change, Comparison, Effect
from cmpolicy.reporters.changes import wording
from cmpolicy.reporters.changes.findings import TurnedRules, drops, findings, headline
from cmpolicy.reporters.changes.items import Item, homeless, items
from cmpolicy.reporters.changes.rows import ChangeRow, first_of_each, rows
from cmpolicy.reporters.escape import one_line
from cmpolicy.reporters.excerpt import wrap
from cmpolicy.reporters.style import SEVERITY, Style

ROWS: Final = 4
"""Rows of an edit that are shown; the others are counted."""
FINDINGS: Final = 6
"""Rules of an edit that fail newly and are named; the others are counted."""
OTHERS: Final = 4
"""Further edits behind an item, and controls concerned, that are named."""
CONTROLS: Final = 8
WORDS: Final = 20
"""Edits that mean nothing computed that are named."""
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
    found = items(comparison)
    lines = [*_head(comparison, found, style, width), ""]
    for number, item in enumerate(found, 1):
        lines += [*_item(number, item, style, width), ""]
    for title, some in (
        ("Newly failing, by no edit above", homeless(comparison.newly_failing, found)),
        ("Dropped, by no edit above", homeless(comparison.dropped, found)),
        ("Fixed", comparison.fixed),
    ):
        if some:
            lines += [style("bold", title), *_findings(findings(some), style, width, "  "), ""]
    skipped = [f"{entry.file}: {entry.because}" for entry in comparison.not_compared]
    for title, shown in (
        (wording.UNMOVED, _words(comparison.unmoved)),
        (wording.UNCOMPUTED, _words(comparison.uncomputed)),
        ("Not compared", skipped),
    ):
        if shown:
            said = [*shown[:WORDS], *_more(len(shown) - WORDS)]
            lines += [style("bold", title), *(_line("  ", row, width) for row in said), ""]
    lines.append(_line("", wording.provenance(comparison), width))
    lines.append(_conclusion(comparison, found, style))
    return "\n".join(lines) + "\n"


def _head(comparison: Comparison, found: Sequence[Item], style: Style, width: int) -> Iterator[str]:
    yield _line("", wording.between(comparison), width)
    if found and headline(found) != wording.title(found[0].edit, found[0].changes[0]):
        yield style("bold", _line("", headline(found), width))
    said = [text for text in (wording.turned(comparison), wording.signatures(comparison)) if text]
    yield from (_line("", f"{text}.", width) for text in said)


def _conclusion(comparison: Comparison, found: Sequence[Item], style: Style) -> str:
    paint = "good" if comparison.passed and not comparison.not_compared else "alarm"
    result = wording.result(comparison, [item.effects[0] for item in found])
    return f"{result}. {style(paint, wording.gate(comparison))}."


def _item(number: int, item: Item, style: Style, width: int) -> Iterator[str]:
    lead = f"{number:<2} "
    indent = " " * len(lead)
    title = one_line(wording.title(item.edit, item.changes[0]))
    effects = ", ".join(style(EFFECTS[one], one.value) for one in item.effects)
    first, *more = wrap(title, width - len(lead))
    yield f"{lead}{style('bold', first)}"
    yield from (f"{indent}{style('bold', row)}" for row in more)
    yield from _edited(item, indent, effects, width)
    for edit in item.others[:OTHERS]:
        where = wording.place(edit)
        said = f"{wording.title(edit, item.changes[0])}{f' ({where})' if where else ''}"
        yield _line(f"{indent}and ", said, width)
    if len(item.others) > OTHERS:
        count = wording.counted(len(item.others) - OTHERS, "more edit")
        yield f"{indent}{style('dim', f'and {count}')}"
    every = rows(item)
    shown = first_of_each(every, ROWS)
    for row in shown:
        yield _line(f"{indent}- ", _row(row, item), width)
    for text in _more(len(every) - len(shown)):
        yield _line(f"{indent}- ", f"{text}: the markdown and json forms list all", width)
    for text in drops(item.dropped):
        yield _line(f"{indent}dropped   ", text, width)
    yield from _findings(findings(item.failing), style, width, indent, "fails     ")
    if item.controls:
        said = wording.controls(item.controls, item.allocated, CONTROLS)
        yield _line(f"{indent}controls  ", said, width)


def _edited(item: Item, indent: str, effects: str, width: int) -> Iterator[str]:
    """Say where the edit is, and what it is to the letter."""
    place = wording.place(item.edit) if item.edit else ""
    yield f"{indent}{effects}{f'  {one_line(place)}' if place else ''}"
    if item.edit and item.edit.sentence:
        texts = wording.edited(item.edit, "->")
        yield _line(
            f"{indent}edit      ", f"{item.edit.path}{f': {texts}' if texts else ''}", width
        )


def _row(row: ChangeRow, item: Item) -> str:
    who = f"{wording.listed(row.agreements, ROWS)}: " if row.agreements else ""
    effect = f" [{row.effect}]" if len(item.effects) > 1 else ""
    return f"{who}{'; '.join(filter(None, (row.what, row.value)))}{effect}"


def _findings(
    found: Sequence[TurnedRules], style: Style, width: int, indent: str, lead: str = ""
) -> Iterator[str]:
    for one in found[:FINDINGS]:
        word = style(SEVERITY[one.rule.severity], one.rule.severity.value)
        text = f"{one.rule.title} [{one.rule.id}] in {wording.listed(one.agreements, OTHERS)}"
        pad = f"{indent}{lead}{one.rule.severity.value} "
        first, *more = wrap(one_line(text), width - len(pad))
        yield f"{indent}{lead}{word} {first}"
        yield from (f"{' ' * len(pad)}{row}" for row in more)
    yield from (f"{indent}{lead}{text}" for text in _more(len(found) - FINDINGS))


def _more(count: int) -> list[str]:
    return [f"and {count} more"] if count > 0 else []


def _line(lead: str, text: str, width: int) -> str:
    shown = wrap(one_line(text), max(40, width - len(lead)))
    return "\n".join(
        f"{lead if number == 0 else ' ' * len(lead)}{row}" for number, row in enumerate(shown)
    )


def _words(changes: Iterable[Change]) -> list[str]:
    return [_edit(change, agreements) for change, agreements in wording.once(changes)]


def _edit(change: Change, agreements: Sequence[str]) -> str:
    path, said, place = wording.words(change, "->")
    where = f" in {', '.join(agreements)}" if agreements else ""
    return path + (f": {said}" if said else "") + (f" ({place})" if place else "") + where
