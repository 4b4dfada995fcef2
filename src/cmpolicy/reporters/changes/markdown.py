"""The Markdown form of a comparison: one comment on a pull request, updated with each push.

The verdict comes first, then each edit with what it did, the worst first; the rest is folded. What
does not fit into a comment is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cmpolicy.compare import Change, Comparison, Turned
from cmpolicy.reporters.changes import wording
from cmpolicy.reporters.changes.findings import TurnedRules, drops, findings, headline
from cmpolicy.reporters.changes.items import Item, homeless, is_by_product, items
from cmpolicy.reporters.changes.rows import ChangeRow, first_of_each, rows
from cmpolicy.reporters.escape import cut, markdown, markdown_code
from cmpolicy.reporters.markdown import LIMIT, gathered, size
from cmpolicy.reporters.markdown_sections import Section

MARKER: Final = "<!-- cmpolicy:diff -->"
WORST: Final = 6
"""Edits, and rules that fail newly without one, that are shown above the fold."""
ROWS: Final = 8
"""Rows of an edit; the others are counted."""
FINDINGS: Final = 6
"""Rules of an edit that fail newly and are named."""
OTHERS: Final = 5
"""Further edits behind an item that are shown; the others are counted."""
CONTROLS: Final = 12
"""Controls of an edit that are shown; the others are counted."""
KEYS: Final = 100
"""Promises that moved in the same words that are named; the others are counted."""
NAMED: Final = 5
"""Agreements that are named in one place."""
ARROW: Final = "→"
_LONGEST: Final = 300
"""Characters of a text of other people's at most."""


def render(comparison: Comparison, *, limit: int = LIMIT) -> str:
    """Return the comparison as Markdown, in at most `limit` bytes."""
    found = items(comparison)
    head = "\n".join(_head(comparison, found))
    foot = markdown(cut(wording.provenance(comparison)))
    body = gathered(_sections(comparison, found), limit - size((head, foot)))
    return "\n".join((head, *body, foot)) + "\n"


def _head(comparison: Comparison, found: Sequence[Item]) -> Iterator[str]:
    mark = "✅" if comparison.passed else "❌"
    mark = "⚠️" if comparison.not_compared else mark
    yield from (MARKER, f"## {mark} cmpolicy: {_text(_heading(comparison, found))}", "")
    # What decides whether there is anything to comment on: no word of a stranger's stands here.
    result = wording.result(comparison, [item.effects[0] for item in found])
    said = [wording.gate(comparison), result, wording.turned(comparison)]
    yield f"**{'. '.join(filter(None, said))}.**"
    signed = wording.signatures(comparison)
    yield f"{signed}.\n" if signed else ""
    yield from (f"From {_text(wording.between(comparison))}", "")


def _heading(comparison: Comparison, found: Sequence[Item]) -> str:
    if found:
        return headline(found)
    if comparison.not_compared:
        return "not compared"
    if comparison.result == "unchanged":
        return "nothing changes"
    return f"no promise moves{'; ' * bool(wording.turned(comparison))}{wording.turned(comparison)}"


def _sections(comparison: Comparison, found: Sequence[Item]) -> tuple[Section, ...]:
    said = [_item(number, item) for number, item in enumerate(found, 1)]
    failing = [_finding(one) for one in findings(homeless(comparison.newly_failing, found))]
    dropped = homeless(comparison.dropped, found)
    skipped = [f"- {_code(e.file)}: {_text(e.because)}" for e in comparison.not_compared]
    return (
        Section("Not compared", tuple(skipped), folded=False),
        Section(_worst("Changes", said), tuple(said[:WORST]), share=0.6, folded=False),
        Section("Newly failing, by no edit above", tuple(failing[:WORST]), share=0.3, folded=False),
        Section("Dropped, by no edit above", tuple(_drops(dropped)), share=0.3, folded=False),
        Section("More changes", tuple(said[WORST:])),
        Section("More rules that fail newly", tuple(failing[WORST:])),
        Section("Every rule that fails newly", tuple(map(_turned, comparison.newly_failing))),
        Section("Every rule that was dropped", tuple(map(_turned, comparison.dropped))),
        Section("Fixed", tuple(map(_turned, comparison.fixed))),
        Section(wording.UNMOVED, tuple(_words(comparison.unmoved))),
        Section(wording.UNCOMPUTED, tuple(_words(comparison.uncomputed))),
        Section("Every promise that changed", tuple(_details(found, signed=False)), share=0.9),
        Section("Signatures", tuple(_signatures(comparison)), share=1),
    )


def _worst(title: str, shown: Sequence[str]) -> str:
    return f"{title}: the worst {WORST} of {len(shown)}" if len(shown) > WORST else title


def _item(number: int, item: Item) -> str:
    title = _text(wording.title(item.edit, item.changes[0]))
    place = wording.place(item.edit) if item.edit else ""
    lead = f"{_code(place)}: " if place else ""
    lines = [f"**{number}. {lead}{title}** ({', '.join(item.effects)})", ""]
    for edit in item.others[:OTHERS]:
        where = wording.place(edit)
        said = _text(wording.title(edit, item.changes[0]))
        lines.append(f"- and {said}{f' ({_code(where)})' if where else ''}")
    if len(item.others) > OTHERS:
        lines.append(f"- and {wording.counted(len(item.others) - OTHERS, 'more edit')}")
    table = [*_table(item)]
    lines += [*([""] if item.others and table else []), *table, *([""] if table else [])]
    lines += [f"- dropped: {_text(text)}" for text in drops(item.dropped)]
    failing = findings(item.failing)
    lines += [f"- {_finding(one, lead='fails now: ')}" for one in failing[:FINDINGS]]
    if len(failing) > FINDINGS:
        lines.append(f"- and {wording.counted(len(failing) - FINDINGS, 'more rule')}")
    if item.edit and item.edit.sentence:
        texts = wording.edited(item.edit, ARROW)
        lines.append(f"- edit: {_code(item.edit.path)}{f': {_text(texts)}' if texts else ''}")
    if item.controls:
        every, allocated = ([*map(_code, some)] for some in (item.controls, item.allocated))
        lines.append(f"- controls: {wording.controls(every, allocated, CONTROLS)}")
    return "\n".join((*lines, ""))


def _table(item: Item) -> Iterator[str]:
    every = rows(item, ARROW)
    shown = first_of_each(every, ROWS)
    if not shown:
        return
    several = len(item.effects) > 1
    extra = (" effect |", " --- |") if several else ("", "")
    yield f"| agreement | what changes | at worst |{extra[0]}"
    yield f"| --- | --- | --- |{extra[1]}"
    for row in shown:
        yield _row(row) + (f" {row.effect} |" if several else "")
    if len(every) > len(shown):
        yield f"| … {len(every) - len(shown)} more, folded below | | |{' |' * several}"


def _row(row: ChangeRow) -> str:
    who = _agreements(row.agreements)
    return f"| {who} | {_text(row.what)} | {_text(row.value)} |"


def _agreements(names: Sequence[str]) -> str:
    return wording.listed([_code(name) for name in names], NAMED)


def _finding(one: TurnedRules, lead: str = "") -> str:
    rule = one.rule
    where = _agreements(one.agreements)
    return f"{lead}**{rule.severity}** {_text(rule.title)} ({_code(rule.id)}) in {where}"


def _drops(dropped: Iterable[Turned]) -> Iterator[str]:
    yield from (f"- {_text(text)}" for text in drops(dropped))


def _turned(one: Turned) -> str:
    verdict, rule = one.verdict, one.verdict.rule
    reason = wording.reason(one)
    lines = [
        f"- **{rule.severity}** {_code(rule.id)} in {_code(verdict.agreement)}: {_text(rule.title)}"
    ]
    lines += [f"  - {_text(reason)}"] if reason != rule.title else []
    if rule.controls:
        shown = wording.listed([_code(control) for control, _ in rule.controls], CONTROLS)
        lines.append(f"  - controls: {shown}")
    return "\n".join(lines)


def _words(changes: Sequence[Change]) -> Iterator[str]:
    for change, agreements in wording.once(changes):
        path, said, place = wording.words(change, ARROW)
        where = f" in {_agreements(agreements)}" if agreements else ""
        texts = f": {_text(said)}" if said else ""
        yield f"- {_code(path)}{texts}{f' ({_code(place)})' if place else ''}{where}"


def _details(found: Iterable[Item], *, signed: bool) -> Iterator[str]:
    for item in found:
        for change in item.changes:
            yield from _of_change(change, signed=signed)


def _signatures(comparison: Comparison) -> Iterator[str]:
    for change in comparison.moved:
        yield from _of_change(change, signed=True)


def _of_change(change: Change, *, signed: bool) -> Iterator[str]:
    chosen = (one for one in change.details if is_by_product(change, one) is signed)
    where = f" in {_code(change.agreement)}" if change.agreement else ""
    for detail, keys in wording.details(chosen):
        said = _text(wording.before_after(detail, ARROW))
        listed = wording.listed([_code(key) for key in keys if key], KEYS)
        yield f"- **{detail.effect}** {detail.promise} {listed}{where}: {said}"


def _text(text: str) -> str:
    return markdown(cut(text, _LONGEST))


def _code(text: str) -> str:
    return markdown_code(cut(text, _LONGEST))
