"""A line of findings as people read it: in full, or on one line of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.findings import Finding, Line, root
from cmpolicy.lacks import Lack, LackKind
from cmpolicy.reporters import wording
from cmpolicy.reporters.escape import cut, one_line, shorten, visible
from cmpolicy.reporters.excerpt import excerpt, source, wrap
from cmpolicy.reporters.style import SEVERITY, Style
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Outcome

WIDE: Final = 100
"""From here on a short line has room for a folder and a file."""
ALSO: Final = 3
"""Further rules that are named; the others are counted."""
CONTROLS: Final = 6
"""Controls that are named; the others are counted."""
ACUTE: Final = (Severity.CRITICAL, Severity.HIGH)
"""Severities whose short form may take two rows."""
ROWS: Final = 4
"""Further rows of a list of what is missing, such as the areas that nobody has."""
MESSAGES: Final = 2
"""Places and messages of a finding that are shown, where not all are asked for."""
_INDENT: Final = "   "
_SEVERITY: Final = 8
_DOUBT: Final = Outcome.UNDETERMINED.value


@dataclass(frozen=True, slots=True)
class Canvas:
    """How the text is to look."""

    style: Style
    width: int
    fail_on: str
    everything: bool = False
    """All places and messages, however many."""
    frameworks: frozenset[str] = frozenset()
    """Of whose controls the text speaks; none: of all."""


def full(number: int, line: Line, canvas: Canvas, *, named: bool) -> Iterator[str]:
    """Yield a line of findings in full: what, where, why, how to fix it, and who else asks.

    Args:
        number: its rank in the run.
        line: the findings.
        canvas: how it is to look.
        named: say of which agreement it is; else a heading does.
    """
    worst, style = line.worst, canvas.style
    yield from _title(number, line, canvas, named=named)
    yield from _where(line, canvas)
    paint = SEVERITY[worst.severity]
    text = "; ".join(_messages(line, canvas))
    if text:
        yield from (f"{_INDENT}{style(paint, row)}" for row in wrap(text, canvas.width - 3))
    why = worst.rule.why if canvas.everything else wording.first_sentence(worst.rule.why)
    yield from _field("why", why, canvas)
    yield from _field("fix", wording.fix(line), canvas)
    if worst.note:
        yield from _field("note", worst.note, canvas)
    others = [rule.id for rule in line.rules if rule.id != worst.rule.id]
    if others:
        yield from _field("also", wording.some(others, 100 if canvas.everything else ALSO), canvas)
    waived = sorted({name for finding in line.findings for name in finding.waived})
    if waived:
        yield from _field("waived", ", ".join(waived), canvas)
    if len(line.agreements) > 1:
        yield from _field("reaches", wording.some(line.agreements, 100), canvas)
    yield from _rests(line, canvas)


def short(line: Line, canvas: Canvas) -> Iterator[str]:
    """Yield a line of findings on one row: severity, line, what, and the worst rule.

    What is high or critical may take a second row rather than lose its end, and a list of what is
    missing a few.
    """
    worst, style = line.worst, canvas.style
    more = len(line.rules) - 1
    rule = cut(worst.rule.id, canvas.width // 3) + (f" +{more}" if more else "")
    start = f"{worst.severity:<{_SEVERITY}}  {_line_of(worst):>4}  "
    state = wording.state(worst, canvas.fail_on)
    text = _elsewhere(worst, canvas.width) + wording.sentence(line)
    if state and not (state == _DOUBT and text.startswith(("unknown", _DOUBT))):
        text = f"{state}: {text}"
    room = max(12, canvas.width - len(_INDENT) - len(start) - len(rule) - 2)
    painted = style(SEVERITY[worst.severity], f"{worst.severity:<{_SEVERITY}}")
    first, rest = shorten(text, room), ""
    if worst.severity in ACUTE and first != text:
        first = wrap(text, room)[0]
        rest = text[len(first) :].strip()
    head = f"{_INDENT}{painted}{start[_SEVERITY:]}{first:<{room}}  {style('dim', rule)}"
    yield head.rstrip()
    indent = " " * (len(_INDENT) + len(start))
    most = ROWS if wording.lists(line) else 1
    yield from (f"{indent}{row}" for row in _rows(rest, canvas.width - len(indent), most))


def _rows(text: str, width: int, most: int) -> list[str]:
    """Return text on so many rows at most; what does not fit is cut."""
    rows = wrap(text, width) if text else []
    return (
        rows
        if len(rows) <= most
        else [*rows[: most - 1], shorten(" ".join(rows[most - 1 :]), width)]
    )


def plain_line(finding: Finding) -> str:
    """Return a finding as compilers write one: `file:line:col: severity: message [rule +n]`."""
    more = len(finding.rules) - 1
    rule = f"{finding.rule.id} +{more}" if more else finding.rule.id
    place = visible(str(finding.place))
    return f"{place}: {finding.severity}: {wording.said(finding)} [{one_line(rule)}]"


def problem(finding: Finding, canvas: Canvas, *, quoted: bool) -> Iterator[str]:
    """Yield a problem of a file that cannot be read; with its source line where asked."""
    style = canvas.style
    if quoted:
        yield from excerpt(finding.place, finding.messages, style, "alarm", canvas.width)
        return
    rows = wrap(f"{finding.place.line}:{finding.place.column}  {finding.message}", canvas.width - 4)
    yield f" {style('alarm', '-')} {rows[0]}"
    yield from (f"   {row}" for row in rows[1:])


def _title(number: int, line: Line, canvas: Canvas, *, named: bool) -> Iterator[str]:
    """Yield the headline, with the rule at the right where there is room for it."""
    worst, style = line.worst, canvas.style
    start = f"{number:<3}{worst.severity:<{_SEVERITY}}  "
    head = text = wording.headline(line)
    if named and len(line.agreements) == 1:
        text = f"{one_line(worst.agreement)}: {text}"
    state = wording.state(worst, canvas.fail_on)
    text += f" ({state})" if state and not (state == _DOUBT and head.startswith("unknown")) else ""
    rows = wrap(text, canvas.width - len(start))
    painted = f"{number:<3}{style(SEVERITY[worst.severity], f'{worst.severity:<{_SEVERITY}}')}  "
    rule = one_line(worst.rule.id)
    room = canvas.width - len(start) - len(rows[-1]) - len(rule)
    for index, row in enumerate(rows):
        begin = painted if index == 0 else " " * len(start)
        last = index == len(rows) - 1
        end = f"{' ' * room}{style('dim', rule)}" if last and room > 1 else ""
        yield f"{begin}{style('bold', row)}{end}"
    if room <= 1:
        yield f"{' ' * len(start)}{style('dim', rule)}"


def _where(line: Line, canvas: Canvas) -> Iterator[str]:
    """Yield the place and the path, with the source line where a value stands."""
    finding, style = line.worst, canvas.style
    place, path = finding.place, one_line(finding.path)
    whole = wording.whole_file(place)
    missing = finding.lack is not None and finding.lack.kind is LackKind.MISSING
    where = visible(place.file) if whole else visible(str(place))
    # Where a whole list is missing, the headline names it.
    named = path and finding.lack != Lack(LackKind.MISSING, path)
    text = f"{where}: `{path}`" if named else where
    rows = wrap(text, canvas.width - 3)
    yield from (f"{_INDENT}{style('blue', row)}" for row in rows)
    # A row that holds nothing but a key says no more than the path.
    bare = place.text.rstrip().endswith(":")
    if not whole and not missing and not bare and root(path) != path:
        paint = SEVERITY[finding.severity]
        yield from (f"{_INDENT}{row}" for row in source(place, style, paint, canvas.width - 3))
    others = list(dict.fromkeys(_places(line, place)))
    if others:
        most = 100 if canvas.everything else ALSO
        yield from _field("at", wording.some(others, most), canvas)


def _places(line: Line, first: Location) -> Iterator[str]:
    """Yield the further places; those of the same file by their line alone."""
    for finding in line.findings:
        for place in (finding.place, *finding.others):
            if (place.file, place.line) != (first.file, first.line):
                file = "line " if place.file == first.file else f"{visible(place.file)}:"
                yield f"{file}{place.line}"


def _messages(line: Line, canvas: Canvas) -> list[str]:
    """Return what is said beyond the headline, each sentence once."""
    texts = list(wording.further(line))
    if canvas.everything:
        texts += [text for finding in line.findings[1:] for text in finding.messages]
        return list(dict.fromkeys(texts))
    more = len(texts) - MESSAGES
    return [*texts[:MESSAGES], *([f"and {more} more"] if more > 0 else [])]


def _rests(line: Line, canvas: Canvas) -> Iterator[str]:
    text = wording.basis(line.worst.rule)
    asked = canvas.frameworks
    controls = [one for one in line.controls if not asked or one.partition(":")[0] in asked]
    if controls:
        most = 100 if canvas.everything else CONTROLS
        text += f"; controls {wording.controls(controls, most)}"
    style = canvas.style
    yield from (f"{_INDENT}{style('dim', row)}" for row in wrap(text, canvas.width - 3))
    yield ""


def _field(name: str, text: str, canvas: Canvas) -> Iterator[str]:
    """Yield a named text, its further rows under its first."""
    label = f"{_INDENT}{name:<4} "
    rows = wrap(text, canvas.width - len(label))
    yield f"{_INDENT}{canvas.style('dim', f'{name:<4}')} {rows[0]}"
    yield from (f"{' ' * len(label)}{row}" for row in rows[1:])


def _line_of(finding: Finding) -> str:
    """Return the line in the agreement's own file; of another file the text names it."""
    own = finding.place.file == finding.file
    return str(finding.place.line) if own and not wording.whole_file(finding.place) else "-"


def _elsewhere(finding: Finding, width: int) -> str:
    """Return the end of the path, and the line, of a plan or shared file that says it."""
    place = finding.place
    if place.file == finding.file or wording.whole_file(place):
        return ""
    parts = place.file.split("/")[-2 if width >= WIDE else -1 :]
    return f"{visible('/'.join(parts))}:{place.line}: "
