"""A rule's examples: edits of the known-good agreement, and whether the rule judges them so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.build import build
from cmpolicy.agreement.load import judged
from cmpolicy.document import Document
from cmpolicy.edits import Edit, apply_in_order
from cmpolicy.errors import CmpolicyError, Location
from cmpolicy.evaluate import judge
from cmpolicy.policy.pack import Example, Pack, Rule
from cmpolicy.policy.requiring import naming
from cmpolicy.verdict import Holds, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one example; `wrong` is None where the rule judged it as it should."""

    rule: str
    name: str
    """`pass 1`, `fail 2` ..., counted from 1."""
    wrong: str | None
    location: Location | None


def run_examples(
    pack: Pack, base: Document, as_of: date, words: Mapping[str, frozenset[str]] | None = None
) -> Iterator[Result]:
    """Judge every example of a pack.

    Raises:
        CmpolicyError: where what is set up for all of them cannot be.

    Args:
        pack: loaded in full.
        base: the known-good agreement, as read.
        as_of: the day where neither the pack nor the example says one.
        words: what packs add to the vocabularies.
    """
    day = pack.examples_as_of or as_of
    base = starting_point(base, pack)
    for rule in pack.rules:
        for kind, examples in (("pass", rule.passing), ("fail", rule.failing)):
            for number, example in enumerate(examples, 1):
                wrong = _wrong(rule, pack, kind, example, base, example.as_of or day, words or {})
                yield Result(rule.id, f"{kind} {number}", wrong, example.location)


def starting_point(base: Document, pack: Pack) -> Document:
    """Return the agreement that the examples of a pack edit.

    Raises:
        DocumentError: where the path of an edit of its setup is not there.
    """
    return apply_in_order(base, pack.examples_setup) if pack.examples_setup else base


def untested(pack: Pack) -> tuple[str, ...]:
    """Return the ids of rules without a passing or without a failing example."""
    return tuple(rule.id for rule in pack.rules if not (rule.passing and rule.failing))


def _wrong(
    rule: Rule,
    pack: Pack,
    kind: str,
    example: Example,
    base: Document,
    as_of: date,
    words: Mapping[str, frozenset[str]],
) -> str | None:
    try:
        agreement = example_agreement(base, example.edits, pack.framework, words)
    except CmpolicyError as error:
        return f"the edited agreement cannot be read: {error.message}"
    verdict = judge(agreement, base.file, rule, pack.framework, as_of)
    if kind == "pass":
        fine = verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
        return None if fine else f"it should pass, and is {_outcome(verdict)}"
    if verdict.outcome not in (Outcome.FAIL, Outcome.UNDETERMINED):
        return f"it should fail, and is {_outcome(verdict)}"
    said = [item.message for item in verdict.observations if item.holds is not Holds.YES]
    missing = [text for text in example.says if not any(text in message for message in said)]
    return f"no message says {missing[0]!r}: {_outcome(verdict)}" if missing else None


def _outcome(verdict: Verdict) -> str:
    shown = [item.message for item in verdict.observations if item.holds is not Holds.YES]
    messages = "; ".join((shown or [item.message for item in verdict.observations])[:3])
    return f"{verdict.outcome.value} ({verdict.reason or messages})"


def example_agreement(
    base: Document,
    edits: Sequence[Edit],
    framework: str | None,
    words: Mapping[str, frozenset[str]],
) -> Agreement:
    """Return the agreement that edits make of the base.

    Raises:
        DocumentError: where an edit's path is not there, or the result is not an agreement.
    """
    document = apply_in_order(base, edits)
    right = judged(document, "agreement")
    agreement = build(right.document, right.placeholders, words)
    return naming(agreement, (framework,) if framework else ())
