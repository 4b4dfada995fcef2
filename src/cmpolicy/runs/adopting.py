"""An agreement that is written by hand, rewritten as plans, inputs and differences."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement.load import Loader
from cmpolicy.document import Document, read
from cmpolicy.document.paths import beside
from cmpolicy.errors import CmpolicyError, DocumentError, Location
from cmpolicy.plans import Combination, Named, Plan, judge_choice
from cmpolicy.plans.filling import filled, with_values
from cmpolicy.plans.inferring import by_key, inferred
from cmpolicy.plans.model import PLAN_SECTIONS
from cmpolicy.reference.yaml import flow
from cmpolicy.terms import EVERYWHERE, ROW_RECORD, same_terms, terms
from cmpolicy.vocabulary import ROW_KEYS

BECAUSE: Final = "It stood so before the agreement was put on the plan"


@dataclass(frozen=True, slots=True)
class Adopted:
    """The new text of an agreement, and what it came to."""

    text: str
    rows: int
    """Rows that the plans say now."""
    edits: int


def adopt(loader: Loader, path: str, plan_paths: Sequence[str]) -> Adopted:
    """Rewrite an agreement as plans, inputs and differences; its terms stay what they are.

    Args:
        loader: of the snapshot.
        path: the agreement.
        plan_paths: a base plan, and add-ons.

    Raises:
        CmpolicyError: it is on plans already, an input cannot be inferred, or what the plans say
            cannot be undone by edits.
    """
    document = read(loader.files(path), path)
    if "plans" in document.value:
        raise CmpolicyError("the agreement is on plans already", document.position(("plans",)))
    bare = dataclasses.replace(document.prune([("inputs",)]), before=None)
    by_hand = loader.load(bare).document
    plans = [loader.plan(one) for one in plan_paths]
    named = [Named(plan.file, plan.file, plan.seal, Location(path)) for plan in plans]
    judge_choice(named, plans, str(document.value["status"]))
    combination = loader.combined(plans)
    found = {**inferred(combination, by_hand.value), **document.value.get("inputs", {})}
    inputs = {name: found[name] for name in (*combination.inputs, *found) if name in found}
    given = {
        name: value for name, value in inputs.items() if not _is_default(name, inputs, combination)
    }
    values = filled(combination.inputs, *_with_inputs(document, plans, given))
    base = with_values(combination.document, combination.spots, values).value
    rewriting = _Rewriting(document, by_hand.value, base, plans, given)
    text = rewriting.text()
    _verify(loader, path, text, by_hand)
    return Adopted(text, rewriting.taken(), len(rewriting.edits()))


def _is_default(name: str, inputs: Mapping[str, Any], combination: Combination) -> bool:
    """Say whether an input would be the same if it were not filled."""
    wanted = combination.inputs.get(name)
    if wanted is None or wanted.default is None:
        return False
    default = wanted.default.value
    same = inputs.get(default) if isinstance(default, str) else None
    return bool(inputs[name] == (default if same is None else same))


def _with_inputs(
    document: Document, plans: Sequence[Plan], given: Mapping[str, Any]
) -> tuple[Document, Document]:
    """Return a document that says what fills the inputs, twice: as read, and pruned."""
    files = [{"file": plan.file} for plan in plans]
    text = flow({"plans": files, "inputs": dict(given)})
    made = read(text.encode(), document.file)
    return made, made


def _verify(loader: Loader, path: str, text: str, by_hand: Document) -> None:
    try:
        agreement = loader.load(read(text.encode(), path))
    except DocumentError as error:
        raise CmpolicyError(
            f"the agreement cannot be put on the plan: {error.message}",
            error.location,
            error.hint or "change the plan or the agreement where they clash, and try again",
        ) from error
    old, new = terms(by_hand.value), terms(agreement.document.value)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            message = (
                f"the agreement cannot be put on the plan: its `{name}` would not stay the same"
            )
            raise CmpolicyError(message, Location(path), "bring the two closer together first")


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """What becomes of each part of an agreement's text."""

    document: Document
    by_hand: Mapping[str, Any]
    """With its shared files."""
    plan: Mapping[str, Any]
    """What the plans say, their inputs filled."""
    plans: Sequence[Plan]
    given: Mapping[str, Any]

    def edits(self) -> list[dict[str, Any]]:
        """Return what is different from the plans."""
        found: list[dict[str, Any]] = []
        gone: list[str] = []
        for section in PLAN_SECTIONS:
            theirs = by_key(self.by_hand, section)
            for key, row in by_key(self.plan, section).items():
                path = f"{section}[{key}]"
                if key not in theirs:
                    gone.append(path)
                else:
                    record = ROW_RECORD.get(section, frozenset()) | EVERYWHERE
                    found += _different(path, row, theirs[key], record, gone)
        term = self.by_hand["term"]
        known = {key: value for key, value in term.items() if key in self.plan.get("term", {})}
        found += _different("term", self.plan.get("term", {}), known, EVERYWHERE, gone)
        if "model" in self.plan and self.plan["model"] != self.by_hand["model"]:
            found.append({"set": "model", "to": self.by_hand["model"]})
        return found + ([{"remove": gone}] if gone else [])

    def taken(self) -> int:
        """Return how many rows of the agreement the plans say."""
        return sum(
            len(by_key(self.by_hand, section).keys() & by_key(self.plan, section).keys())
            for section in PLAN_SECTIONS
        )

    def text(self) -> str:
        """Return the new text."""
        parts: list[str] = []
        for name, chunk in _chunks(self.document):
            if name in PLAN_SECTIONS and name in self.plan:
                parts.append(self._section(name, chunk))
            elif name == "uses":
                parts.append(self._uses(chunk))
            elif name == "term":
                parts += [self._term(chunk), self._plans()]
            elif name == "inputs" or (name == "model" and "model" in self.plan):
                parts.append("")
            else:
                parts.append(chunk)
        edits = self.edits()
        if edits:
            parts.append(f"differs:\n  - because: {BECAUSE}\n    edits:\n")
            parts += [f"      - {flow(edit)}\n" for edit in edits]
        return "".join(part if part.endswith("\n") or not part else f"{part}\n" for part in parts)

    def _plans(self) -> str:
        folder = posixpath.dirname(self.document.file) or "."
        lines = ["plans:"]
        for plan in self.plans:
            named = {"file": posixpath.relpath(plan.file, folder)}
            lines.append(f"  - {flow(named | ({'seal': plan.seal} if plan.seal else {}))}")
        return "\n".join([*lines, f"inputs: {flow(dict(self.given))}", ""])

    def _uses(self, chunk: str) -> str:
        used = {path for plan in self.plans for path in plan.uses}
        own = self.document.value["uses"]
        left = [text for text in own if beside(self.document.file, text) not in used]
        return chunk if left == own else (f"uses: {flow(left)}\n" if left else "")

    def _term(self, chunk: str) -> str:
        term = self.document.value["term"]
        left = {key: value for key, value in term.items() if key not in self.plan.get("term", {})}
        return chunk if left == term else f"term: {flow(left)}\n"

    def _section(self, name: str, chunk: str) -> str:
        """Return the rows that stay: what no plan says, and the record of what one says."""
        said = by_key(self.plan, name)
        rows = []
        for index, (key, row) in enumerate(by_key(self.document.value, name).items()):
            if key not in said:
                rows.append(self._row(name, index))
                continue
            record = ROW_RECORD.get(name, frozenset()) | EVERYWHERE
            fields = ("id",) if "id" in row else ROW_KEYS[name]
            own = {k: v for k, v in row.items() if k in record and said[key].get(k) != v}
            if own:
                rows.append(f"  - {flow({k: row[k] for k in fields if k in row} | own)}")
        if (
            len(rows) == len(self.document.value[name])
            and not said.keys() & by_key(self.document.value, name).keys()
        ):
            return chunk
        return "\n".join([f"{name}:", *rows, ""]) if rows else ""

    def _row(self, name: str, index: int) -> str:
        """Return the text of a row as it is, its lines moved to where rows stand."""
        raw = (name, index)
        place = self.document.position(raw)
        first, *rest = self.document.raw_text(raw).split("\n")
        shift = " " * max(0, 5 - place.column)
        cut = max(0, place.column - 5)
        above = self.document.text.split("\n")[: place.line - 1]
        remarks: list[str] = []
        while above and above[-1].lstrip().startswith("#"):
            remarks.insert(0, f"  {above.pop().strip()}")
        return "\n".join([*remarks, f"  - {first}", *(shift + line[cut:] for line in rest)])


def _different(
    path: str,
    plan: Mapping[str, Any],
    own: Mapping[str, Any],
    record: frozenset[str],
    gone: list[str],
) -> Iterator[dict[str, Any]]:
    """Yield the edits of a row, and note the fields that are gone."""
    for name in sorted((plan.keys() | own.keys()) - record):
        if name not in own:
            gone.append(f"{path}.{name}")
        elif name not in plan or not same_terms(name, plan[name], own[name]):
            yield {"set": f"{path}.{name}", "to": own[name]}


def _chunks(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the text of each top-level key, with the remarks ahead of it; all of the file.

    Raises:
        CmpolicyError: keys do not begin lines of their own.
    """
    text, lines = document.text, document.text.split("\n")
    starts = []
    for name in document.value:
        place = document.key_position((name,))
        if lines[place.line - 1][: place.column - 1].strip():
            hint = "give each key of the agreement a line of its own"
            raise CmpolicyError("the agreement is written as a flow mapping", place, hint)
        line = place.line - 1
        while line > 0 and lines[line - 1].lstrip().startswith("#"):
            line -= 1
        starts.append((name, sum(len(one) + 1 for one in lines[:line])))
    starts[0] = (starts[0][0], 0)
    ends = [start for _, start in starts[1:]] + [len(text)]
    for (name, start), end in zip(starts, ends, strict=True):
        yield name, text[start:end]
