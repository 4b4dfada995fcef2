"""Words for findings and lines of findings that the formats share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from cmpolicy.errors import Location
from cmpolicy.findings import Finding, Line, row
from cmpolicy.lacks import LackKind
from cmpolicy.reporters.escape import cut, one_line
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.text_edit import TextEdit
from cmpolicy.verdict import Holds, Observation, Outcome

BASIS: Final = {
    "law": "the law asks for it",
    "inferred": "implied by the source",
    "practice": "our default",
}
_DECIDES: Final = re.compile(r" \(unknown: [^()]*\)")
_NAMED: Final = re.compile(r"^(?:topic|kind|phase) (?=\S+$)")
"""A field whose word says by itself what is meant."""
FEW: Final = 2
"""Rules that wait for a value, up to which it is said what they ask for."""
_ROW: Final = re.compile(r"\[[^\]]*\]")
_SENTENCE: Final = re.compile(r"(?<=[^.\s]{3}[.!?]) (?=[A-Z`])")
_NOUNS: Final = {"by": "parties", "from": "senders", "to": "recipients", "who": "people"}


def described(item: Observation) -> str:
    """Return the message of an observation, on one line, that says when it is undetermined."""
    doubt = "undetermined: " if item.holds is Holds.UNKNOWN else ""
    return cut(doubt + item.message)


def said(finding: Finding) -> str:
    """Return the message of a finding, on one line, that says when it is undetermined."""
    doubt = "undetermined: " if finding.outcome is Outcome.UNDETERMINED else ""
    return cut(doubt + finding.message)


def headline(line: Line) -> str:
    """Return what lacks, in a sentence."""
    finding, count = line.worst, len(line.findings)
    lack = finding.lack
    if lack is not None and lack.kind is LackKind.UNKNOWN:
        return _unknown(line)
    if lack is not None and lack.kind is LackKind.MISSING and not _by_message(line):
        return _missing(line) if lack.key else f"no `{lack.list}`"
    if lack is None or count == 1:
        return cut(finding.messages[0] if lack and finding.messages else finding.message)
    rows = _listed(row(other.path) for other in line.findings[1:])
    return cut(f"{finding.messages[0] if finding.messages else finding.message}; also {rows}")


def further(line: Line) -> tuple[str, ...]:
    """Return what the worst finding of a line says beyond the headline."""
    return line.worst.messages[1:] if _by_message(line) else line.worst.messages


def detail(line: Line) -> str:
    """Return what the worst finding of a line says beyond the headline; empty: nothing."""
    return cut("; ".join(further(line)))


def _by_message(line: Line) -> bool:
    """Say whether the headline is what the worst rule says; else the lack itself is worded."""
    lack = line.worst.lack
    if lack is None or lack.kind is LackKind.UNKNOWN:
        return lack is None
    return lack.kind is not LackKind.MISSING or bool(lack.key and len(line.findings) == 1)


def sentence(line: Line) -> str:
    """Return the headline with what stands behind it, for one line of text.

    What the headline says already is not said again: the value that decides, the empty list.
    """
    first = headline(line)
    unknown = first.startswith("unknown")
    if len(line.findings) > 1 and not unknown:
        return first
    more = "" if _by_message(line) else detail(line)
    lack = line.worst.lack
    if unknown and lack is not None:
        more = _DECIDES.sub("", more)
        for path in lack.paths:
            more = more.removeprefix(f"{path} is unknown; ").removeprefix(f"`{path}` is unknown")
    elif lack is not None:
        more = _NAMED.sub("", more.removeprefix(f"no entry in {lack.list} with "))
        more = more.removesuffix(f": `{lack.list}` is missing")
    return f"{first}: {more}" if more else first


def fix(line: Line) -> str:
    """Return how a line is put right: what waits for a value is first given that value.

    Where many rules wait for it, what the worst of them would ask may never be asked.
    """
    finding = line.worst
    lack = finding.lack
    if lack is None or lack.kind is not LackKind.UNKNOWN or not lack.paths[:1] or not lack.paths[0]:
        return finding.rule.fix
    path, count = lack.paths[0], len(line.rules)
    if count > FEW:
        name = _ROW.sub("", path)
        return (
            f"Write the value of `{path}`: {count} rules wait for it. "
            f"`cmpolicy explain {name}` says what may stand there."
        )
    if path == finding.path:
        return finding.rule.fix
    return f"First write the value of `{path}`, which decides. Then: {finding.rule.fix}"


def lists(line: Line) -> bool:
    """Say whether the headline is a list of what is missing, of which each word counts."""
    lack = line.worst.lack
    return len(line.findings) > 1 and lack is not None and lack.kind is LackKind.MISSING


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; `cmpolicy explain` and `--show all` have the others."""
    return _SENTENCE.split(one_line(text), maxsplit=1)[0]


def basis(rule: RuleFacts) -> str:
    """Return on what a rule rests, in words."""
    return BASIS.get(rule.basis, "as the pack says")


def controls(found: Iterable[str], most: int) -> str:
    """Return ids of controls; those of one framework name it once, and many are counted."""
    names = list(found)
    texts, framework = [], ""
    for name in names[:most]:
        prefix, sign, rest = name.partition(":")
        texts.append(rest if sign and prefix == framework else name)
        framework = prefix
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(texts) + more


def by_severity(found: Iterable[Finding]) -> str:
    """Count findings by severity, the worst first; zeros are left out."""
    counts = Counter(finding.severity for finding in found)
    return ", ".join(f"{counts[one]} {one}" for one in Severity if counts[one])


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {noun}{'s' * (number != 1)}"


def some(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def folded(found: Sequence[Finding]) -> str:
    """Count what is not shown, since nobody must act on it now; empty: nothing."""
    known = sum(finding.known for finding in found)
    below = sum(finding.quiet and not finding.known for finding in found)
    texts = [f"{known} known"] if known else []
    texts += [f"{below} below the gate"] if below else []
    return ", ".join(texts)


def state(finding: Finding, fail_on: str = "") -> str:
    """Return what a reader must know of a finding besides its severity; empty: nothing."""
    words: list[str] = []
    if finding.outcome is not Outcome.FAIL:
        words.append("cannot be read" if finding.outcome is Outcome.ERROR else finding.outcome)
    if finding.known:
        words.append("known")
    elif finding.quiet and finding.outcome is not Outcome.DROPPED:
        words.append(f"below the gate: {fail_on}" if fail_on else "below the gate")
    return ", ".join(words)


def edited(edit: TextEdit) -> str:
    """Return what an edit did to a value."""
    if edit.before is None:
        return f"{edit.path}: added {edit.after}" if edit.after is not None else edit.path
    if edit.after is None:
        return f"{edit.path}: removed {edit.before}"
    return f"{edit.path}: {edit.before} -> {edit.after}"


def tally(found: Sequence[Finding]) -> str:
    """Return how many findings there are, beside the files that cannot be read."""
    broken = {one.agreement for one in found if one.outcome is Outcome.ERROR}
    count = sum(one.outcome is not Outcome.ERROR for one in found)
    texts = [f"{counted(len(broken), 'file')} that cannot be read"] if broken else []
    return ", ".join([*texts, *([counted(count, "finding")] if count else [])])


def whole_file(place: Location) -> bool:
    """Say whether a place stands for the file as a whole, where nothing in it can be pointed to."""
    return not place.text.strip() or place.text.startswith(("apiVersion", "\ufeffapiVersion"))


def _unknown(line: Line) -> str:
    paths = [
        path for finding in line.findings if finding.lack is not None for path in finding.lack.paths
    ]
    paths = list(dict.fromkeys(paths))
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return cut(f"unknown: `{paths[0]}`{more}" if paths and paths[0] else "unknown")


def _missing(line: Line) -> str:
    """Word rows that are missing from one list: what differs is listed, what is common named."""
    keys = [dict(finding.lack.key) for finding in line.findings if finding.lack is not None]
    fixed = {field for field in keys[0] if len({key.get(field) for key in keys}) == 1}
    varied = [field for field in keys[0] if field not in fixed]
    words = dict.fromkeys(" ".join(key[field] for field in varied) for key in keys)
    common = ", ".join(f"{field} {keys[0][field]}" for field in keys[0] if field in fixed)
    lack = line.worst.lack
    where = f"{lack.list if lack else ''}{f' ({common})' if common else ''}"
    noun = _plural(varied[0]) if len(varied) == 1 else "cases"
    return cut(f"no {where} for {len(words)} {noun}: {', '.join(words)}")


def _plural(field: str) -> str:
    return _NOUNS.get(field, f"{field[:-1]}ies" if field.endswith("y") else f"{field}s")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word))
