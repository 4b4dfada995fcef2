"""Single faults of the sound example, as a table, and the reports on them."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from by_hand import BY_HAND as ROOT
from cmpolicy.agreement.build import build
from cmpolicy.agreement.load import Loader, judged
from cmpolicy.document import read
from cmpolicy.edits import Edit, apply_in_order
from cmpolicy.evaluate import evaluate
from cmpolicy.fleet import FileResult
from cmpolicy.policy.effective import load_policy
from cmpolicy.runs.reporting import make_report
from cmpolicy.snapshot import WorkTree
from cmpolicy.terms import digest

FILE = "agreements/larkspur-analytics.yaml"
TABLE = Path(__file__).parent / "faults" / "larkspur-analytics.yaml"
AS_OF = date(2026, 11, 24)


@dataclass(frozen=True)
class Fault:
    """What is wrong, in words; the edits that make it, and those that its fix asks for."""

    name: str
    edits: tuple
    fix: tuple
    moot_with: tuple
    """Faults beside which it is none."""


@cache
def faults():
    rows = read(TABLE.read_bytes(), TABLE.name).value
    return tuple(
        Fault(
            row["fault"], _edits(row["edits"]), _edits(row["fix"]), tuple(row.get("moot_with", ()))
        )
        for row in rows
    )


def _edits(rows):
    found = []
    for row in rows:
        action = next(word for word in ("set", "remove", "add") if word in row)
        found.append(Edit(action, row[action], row.get("to")))
    return tuple(found)


@cache
def _sound():
    tree = WorkTree(ROOT)
    policy = load_policy(tree, "cmpolicy.yaml", (), AS_OF)
    loader = Loader(tree.read, None, policy.words)
    return policy, loader.load(read(tree.read(FILE), FILE)).document


def report(*edits):
    """Return the report on the sound example with edits, judged by its own packs."""
    policy, document = _sound()
    document = _signed_anew(apply_in_order(document, edits))
    right = judged(document, "agreement")
    agreement = policy.hold(build(right.document, right.placeholders, policy.words), AS_OF)
    packs = policy.packs_for(agreement.frameworks)
    verdicts = evaluate(agreement, FILE, packs, AS_OF)
    result = FileResult(FILE, "Agreement", agreement.id, agreement.title, verdicts)
    return make_report([result], policy, AS_OF, "low", None, ())


def _signed_anew(document):
    """Return a document whose signatures have the digest of its terms as they are now."""
    terms = digest(document)
    rows = [
        {**row, "terms": terms} if "terms" in row else row for row in document.value["signatures"]
    ]
    return replace(document, value={**document.value, "signatures": rows}, before=None, _names={})
