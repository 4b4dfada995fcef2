"""What was edited, as a sentence that a manager understands: ids in backticks, hours in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.compare.values import value_text

_PATH: Final = re.compile(r"(?P<section>[^.\[]*)(?P<rest>.*)", re.DOTALL)
_STEP: Final = re.compile(r"\[(?P<key>.*?)\](?=[.\[]|\Z)|\.(?P<name>[^.\[]*)", re.DOTALL)
_DAY_NAMES: Final = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)\b")
ALWAYS: Final = "at all hours"
NOUNS: Final[Mapping[str, str]] = {
    "parties": "party",
    "people": "person",
    "rotas": "rota",
    "calendars": "calendar",
    "severities": "severity",
    "services": "service",
    "coverage": "coverage",
    "responsibilities": "task",
    "allocations": "control",
    "escalations": "escalation path",
    "targets": "target",
    "uptime": "availability",
    "notices": "notice",
    "reviews": "review",
    "tools": "tool",
    "access": "access",
    "clauses": "clause",
    "documents": "document",
    "attestations": "attestation",
    "setup": "set-up phase",
    "signatures": "signature of",
    "frameworks": "framework",
    "functions": "function",
    "steps": "step",
    "held": "meeting of",
    "pauses": "pause for",
    "credits": "credit below",
}
_ID: Final = "`{}`".format
PHRASES: Final[Mapping[tuple[str, str], str]] = {
    ("rotas", "calendar"): "{row} is on duty {new} instead of {old}",
    ("people", "calendar"): "{row} is on duty {new} instead of {old}",
    ("calendars", "hours"): "{row} is open {new} instead of {old}",
    ("coverage", "calendar"): "{row} covers {new} instead of {old}",
    ("coverage", "by"): "{row} is by `{new}` instead of `{old}`",
    ("targets", "within"): "{row} allows {new} instead of {old}",
    ("targets", "calendar"): "the clock of {row} runs {new} instead of {old}",
    ("targets", "attainment"): "{row} is to be kept in {new} % of cases instead of {old} %",
    ("targets", "commitment"): "{row} is {new} instead of {old}",
    ("uptime", "percent"): "{row} is {new} % instead of {old} %",
    ("uptime", "per"): "{row} is measured over {new} instead of {old}",
    ("clauses", "amount"): "{row} is for {new} instead of {old}",
    ("reviews", "every"): "{row} is due {new} instead of {old}",
    ("notices", "within"): "{row} is due within {new} instead of {old}",
    ("responsibilities", "accountable"): "`{new}` instead of `{old}` is accountable for {row}",
    ("services", "criticality"): "{row} is {new} instead of {old}",
}
"""Of a field that both sides have; others are shown as field, new value and old value."""
HOURS: Final = frozenset({"calendar", "hours"})
"""Fields whose values are shown as hours."""
_PLAIN: Final = "{lead} {new} instead of {old}"
CALENDARS: Final = "calendars"
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage": ("stage", "area"),
    "clauses": ("topic",),
    "reviews": ("kind",),
    "notices": ("event",),
}
"""Fields that say what a row is about, where its id may not."""


Fields = Mapping[str, Mapping[str, Any]]
"""Plain rows, by their paths."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The agreements that edits lie between: of each, the rows that sentences look up."""

    before: Fields
    after: Fields

    @classmethod
    def of(cls, before: Agreement, after: Agreement) -> Sides:
        """Index both agreements, once for all their edits."""
        old, new = (
            {row.path: row.fields for name in (*ABOUT, CALENDARS) for row in side.rows[name]}
            for side in (before, after)
        )
        return cls(old, new)

    def sentence(self, path: str, old: Any, new: Any, joint: str = ", ") -> str:
        """Return an edit as a sentence without its end.

        Args:
            path: its symbolic path.
            old: the plain value before; None: there was none.
            new: the plain value now; None: there is none.
            joint: what stands between the items of a list.
        """
        rows, field = _parts(path)
        section, key = rows[0]
        row = self._row(rows)
        if not field:
            return _whole(row, old, new)
        said = [_value(field, old, self.before, joint), _value(field, new, self.after, joint)]
        if old is None or new is None:
            return _one_sided(row, field, said[0], said[1])
        if isinstance(old, list) and isinstance(new, list) and field not in HOURS:
            listed = _listed(old, new)
            if listed:
                return f"{_lead(row, field)} {listed}"
        phrase = PHRASES.get((section, field)) if len(rows) == 1 and key else None
        if phrase is None or not all(isinstance(one, str | int | float) for one in (old, new)):
            phrase = PHRASES[section, field] if phrase and field in HOURS else _PLAIN
        return phrase.format(lead=_lead(row, field), row=row, old=said[0], new=said[1])

    def _row(self, rows: Sequence[tuple[str, str]]) -> str:
        """Name a row, and rows within it from the outside in."""
        named = [f"{NOUNS.get(noun, noun)} `{key}`" if key else noun for noun, key in rows]
        about = self._about(*rows[0])
        return ", ".join([f"{named[0]} ({about})" if about else named[0], *named[1:]])

    def _about(self, section: str, key: str) -> str:
        names = ABOUT.get(section, ())
        path = f"{section}[{key}]"
        fields = self.after.get(path) or self.before.get(path) or {}
        found = (fields.get(name) for name in names)
        return ", ".join(word for word in found if isinstance(word, str) and word not in key)


def _parts(path: str) -> tuple[Sequence[tuple[str, str]], str]:
    """Split a path into its rows, each a list's name and a key, and the field, in words."""
    match = _PATH.match(path)
    assert match is not None  # noqa: S101 - it matches any text
    rows: list[tuple[str, str]] = []
    names = [match["section"]]
    for step in _STEP.finditer(match["rest"]):
        if step["key"] is None:
            names.append(step["name"])
        else:
            rows.append((names.pop() if names else "", step["key"]))
    if not rows:
        first = names.pop(0)
        rows.append((first, names.pop(0) if first == "frameworks" and names else ""))
    return rows, " ".join(filter(None, names)).replace("_", " ")


def _whole(row: str, old: Any, new: Any) -> str:
    """Describe a row, a section or a key of the agreement itself that came, went or changed."""
    if isinstance(old, dict | type(None)) and isinstance(new, dict | type(None)):
        return f"{row} is {'new' if old is None else 'gone'}"
    if old is None or new is None:
        text = value_text(new if old is None else old)
        if text.startswith("all "):  # a whole section, which is counted
            counted = f"{text} are" if row in NOUNS else f"section `{row}` is"
            return f"{counted} {'new' if old is None else 'gone'}"
        return f"{row}: {text} is {'new' if old is None else 'gone'}"
    listed = _listed(old, new) if isinstance(old, list) and isinstance(new, list) else ""
    return f"{row}: {listed or f'{value_text(new)} instead of {value_text(old)}'}"


def _one_sided(row: str, field: str, old: str, new: str) -> str:
    if new:
        return f"{_lead(row, field)} {new}, where nothing was said"
    return f"{_lead(row, field)} no longer said; it was {old}"


def _lead(row: str, field: str) -> str:
    return f"{row}, {field}:" if row != "term" else f"the term's {field}:"


def _listed(old: Sequence[Any], new: Sequence[Any]) -> str:
    """Say which items of a list came and went; empty where only their order differs."""
    lost = [value_text(item) for item in old if item not in new]
    gained = [value_text(item) for item in new if item not in old]
    parts = [f"without {', '.join(map(_ID, lost))}"] if lost else []
    parts += [f"now with {', '.join(map(_ID, gained))}"] if gained else []
    return " and ".join(parts)


def _value(field: str, found: Any, side: Fields, joint: str) -> str:
    if found is None:
        return ""
    if field in HOURS:
        return hours_in_words(found, side)
    text = value_text(found, joint)
    return f"every {text}" if field == "every" and text[:1].isdigit() else text


def hours_in_words(found: Any, side: Fields) -> str:
    """Describe hours, or the calendar that has them, as a person would."""
    if isinstance(found, list):
        return ", ".join(_window(str(item)) for item in found) or "never"
    if found == "24x7":
        return ALWAYS
    fields = side.get(f"{CALENDARS}[{found}]", {})
    hours, outside = fields.get("hours"), fields.get("outside")
    if isinstance(hours, list) and hours:
        return hours_in_words(hours, side)
    if isinstance(outside, str) and outside != found:
        return f"outside the hours of `{outside}`"
    return f"in the hours of `{value_text(found)}`" if found != "unknown" else "at unknown hours"


def _window(text: str) -> str:
    """Describe one window of a calendar: `mon-fri 08:00-18:00` with its days as names."""
    return ALWAYS if text == "24x7" else _DAY_NAMES.sub(lambda day: day[0].title(), text)
