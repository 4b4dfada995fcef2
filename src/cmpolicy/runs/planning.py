"""What `cmpolicy plans` looks at and changes: plans, and the agreements on them."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Iterable, Sequence

from cmpolicy.document import Document, Raw, read, spread
from cmpolicy.document.paths import beside
from cmpolicy.edits import Edit, idle, parse_at
from cmpolicy.errors import CmpolicyError, DocumentError, Location, Problem
from cmpolicy.fleet import Evaluator, ParsedFile
from cmpolicy.gate.kinds import AGREEMENT, PLAN, kind_of, worth_parsing
from cmpolicy.gate.members import CandidateFile
from cmpolicy.plans import Plan, broken_seal
from cmpolicy.plans.survey import Customer, Survey
from cmpolicy.runs.touched import EvaluatedFile


def survey(evaluator: Evaluator, sources: Iterable[CandidateFile]) -> Survey:
    """Look at agreements, and at every plan of the snapshot.

    Args:
        evaluator: where files are read.
        sources: the agreements that are looked at.
    """
    problems: dict[Problem, None] = {}
    plans: dict[str, Plan] = {}
    for path in _plan_files(evaluator):
        try:
            plans[path] = evaluator.loader.plan(path)
        except DocumentError as error:
            problems |= dict.fromkeys(error.problems)
    customers = []
    for source in sources:
        document = _document(evaluator, source.path)
        if document is None or kind_of(document.value) != AGREEMENT:
            continue
        if "plans" not in document.value:
            continue
        try:
            combination, planned = evaluator.loader.planned(document)
        except DocumentError as error:
            problems |= dict.fromkeys(error.problems)
            continue
        base, *add_ons = combination.plans
        identity = str(document.value["id"])
        customers.append(Customer(identity, source.path, base, tuple(add_ons), planned.differs))
    return Survey(
        tuple(plans.values()),
        tuple(sorted(customers, key=lambda one: one.id)),
        tuple(problems),
    )


def _plan_files(evaluator: Evaluator) -> Iterable[str]:
    for path in evaluator.snapshot.paths():
        document = _document(evaluator, path)
        if document is not None and kind_of(document.value) == PLAN:
            yield path


def _document(evaluator: Evaluator, path: str) -> Document | None:
    try:
        data = evaluator.snapshot.read(path)
        return read(data, path) if worth_parsing(data) else None
    except DocumentError:
        return None


def sealed(evaluator: Evaluator, path: str) -> str | None:
    """Return the text of a plan with its seal in it; None where it is sealed already.

    Raises:
        DocumentError: the plan is wrong, or was changed after it was sealed.
    """
    plan = evaluator.loader.plan(path)
    if broken := broken_seal(plan):
        raise broken
    if plan.seal is not None:
        return None
    document = plan.document
    text, line = document.text, f'seal: "{plan.terms}"'
    key = document.key_position(("id",))
    if text[_offset(text, document.position(()))] == "{":
        at = document.node(("id",)).node[3]
        return f"{text[:at]}, {line}{text[at:]}"
    end = text.find("\n", document.node(("id",)).node[3])
    at = len(text) if end < 0 else end + 1
    breaks = "\r\n" if "\r\n" in text else "\n"
    before = "" if text[:at].endswith("\n") else breaks
    return f"{text[:at]}{before}{' ' * (key.column - 1)}{line}{breaks}{text[at:]}"


def _offset(text: str, place: Location) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


@dataclasses.dataclass(frozen=True, slots=True)
class EditionMove:
    """An agreement as it is, and as it would be on other editions of its plans."""

    before: EvaluatedFile
    after: EvaluatedFile
    plans: tuple[tuple[Plan, Plan], ...]
    """Each plan that is left, and the edition in its place."""
    fallen: tuple[tuple[Edit, str], ...]
    """Edits that fall away, each with the reason."""


def move(evaluator: Evaluator, path: str, editions: Sequence[str]) -> EditionMove:
    """Try an agreement on other editions, all at once: an add-on may fit its base's edition alone.

    Args:
        evaluator: where files are judged.
        path: the agreement.
        editions: the plans' files.

    Raises:
        CmpolicyError: the agreement is on no plan that one is an edition of, or does not fit them.
    """
    document = read(evaluator.snapshot.read(path), path)
    combination, _ = evaluator.loader.planned(document)
    moved, pairs = document, []
    for edition in editions:
        new = evaluator.loader.plan(edition)
        old = _replaced_by(new, combination.plans, path)
        moved = _with_plan(moved, old, new)
        pairs.append((old, new))
    bare = moved.prune([("differs",)]) if "differs" in moved.value else moved
    bare = dataclasses.replace(bare, before=None)
    _, whole = evaluator.loader.planned(bare)
    _, planned = evaluator.loader.planned(document)
    fallen: list[tuple[Edit, str]] = []
    for group in planned.differs:
        lost = [(edit, why) for edit in group.edits if (why := idle(whole.document, edit))]
        fallen += lost
    drop = _gone(document, [edit for edit, _ in fallen])
    kept = dataclasses.replace(_without_empty(moved.prune(drop)), before=None)
    before, after = (
        EvaluatedFile(
            evaluator.evaluate_parsed(ParsedFile(path, AGREEMENT, one, agreement)), agreement
        )
        for one, agreement in ((document, evaluator.load(document)), (kept, evaluator.load(kept)))
    )
    return EditionMove(before, after, tuple(pairs), tuple(fallen))


def _replaced_by(new: Plan, plans: Sequence[Plan], path: str) -> Plan:
    """Return the plan, of those of an agreement, that a new one is an edition of."""
    alike = [plan for plan in plans if plan.title == new.title]
    base = [plan for plan in plans if plan.adds_to is None and new.adds_to is None]
    for plan in (*alike, *base):
        if (plan.adds_to is None) is (new.adds_to is None):
            return plan
    names = ", ".join(plan.title for plan in plans)
    raise CmpolicyError(
        f"`{new.title}` is an edition of no plan of this agreement",
        Location(path),
        f"it is on {names}",
    )


def _with_plan(document: Document, old: Plan, new: Plan) -> Document:
    """Return an agreement that names another plan in the place of one."""
    folder = posixpath.dirname(document.file)
    text = posixpath.relpath(new.file, folder or ".")
    for index, entry in enumerate(document.value["plans"]):
        if beside(document.file, entry["file"]) != old.file:
            continue
        node = document.node(("plans", index, "file"))
        named = {**entry, "file": text, "seal": new.seal}
        if new.seal is None:
            del named["seal"]
        whole = document.whole.put(("plans", index), spread(named, node))
        return dataclasses.replace(document.with_whole(whole), before=None)
    return document


def _gone(document: Document, lost: Sequence[Edit]) -> list[Raw]:
    """Return the raw paths of edits of an agreement."""
    places = {(edit.location, edit.path) for edit in lost}
    found: list[Raw] = []
    for raw in _entries(document):
        there = [(edit.location, edit.path) in places for edit in parse_at(document, raw)]
        if all(there):
            found.append(raw)
        else:
            found += [(*raw, "remove", place) for place, gone in enumerate(there) if gone]
    return found


def _entries(document: Document) -> Iterable[Raw]:
    """Yield the raw path of every entry under `differs`, placeholders left out."""
    for number, group in enumerate(document.value.get("differs", ())):
        for index, entry in enumerate(group["edits"] if isinstance(group, dict) else ()):
            if isinstance(entry, dict):
                yield ("differs", number, "edits", index)


def _without_empty(document: Document) -> Document:
    """Return an agreement without groups that have no edits left."""
    groups = document.value.get("differs", [])
    empty: list[Raw] = [
        ("differs", number)
        for number, group in enumerate(groups)
        if isinstance(group, dict) and not group["edits"]
    ]
    if groups and len(empty) == len(groups):
        empty = [("differs",)]
    return document.prune(empty)
