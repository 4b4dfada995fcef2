"""Which practice of a co-managed engagement supports which controls, and by which rules.

Every pair is partial: an agreement shows who, when and within what time, never that it was done.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from cmpolicy import bundled
from cmpolicy.policy import Pack, Rule
from cmpolicy.reference.writing import Writer

_TAG: Final = "practice:"
"""How a rule names a practice among its references."""
_NO_NOTE: Final = "-"


@dataclass(frozen=True, slots=True)
class Support:
    """A practice and a control that it supports in part."""

    practice: str
    control: str
    """With the framework's id in front."""
    note: str


@cache
def _pairs() -> tuple[Support, ...]:
    with bundled.crosswalk().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Support(
            row["practice"],
            f"{row['framework']}:{row['control_id']}",
            "" if row["note"] == _NO_NOTE else row["note"],
        )
        for row in rows
        if row["support"] == "partial"
    )


def of_control(reference: str, packs: Iterable[Pack], writer: Writer) -> Iterator[str]:
    """Yield the practices that support a control, with the rules that ask for them."""
    found = [pair for pair in _pairs() if pair.control == reference]
    if not found:
        return
    rules = [rule for pack in packs for rule in pack.rules]
    yield from ("", "Supported, in part, by practices of a co-managed engagement:", "")
    for pair in found:
        asking = [rule for rule in rules if f"{_TAG}{pair.practice}" in rule.facts.references]
        names = ", ".join(writer.rule(rule.id, rule.facts.pack) for rule in asking)
        note = f" ({pair.note})" if pair.note else ""
        yield from writer.lines(f"{pair.practice}: {names or 'no rule'}{note}", "- ")


def of_rule(rule: Rule, writer: Writer) -> Iterator[str]:
    """Yield the controls that the practices of a rule support, by framework."""
    practices = {name.removeprefix(_TAG) for name in rule.facts.references if _TAG in name}
    found: dict[str, list[str]] = {}
    for pair in _pairs():
        if pair.practice in practices:
            found.setdefault(pair.control.partition(":")[0], []).append(pair.control)
    if not found:
        return
    yield from ("Its practice supports, in part:", "")
    for controls in found.values():
        named = ", ".join(writer.control(name, name) for name in dict.fromkeys(controls))
        yield from writer.lines(named, "- ")
    yield ""
