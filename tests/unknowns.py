"""Agreements in which values are made unknown, and what they are once somebody fills them in.

The law of the unknown: no certain fail and no certain pass that some concrete value at the place
of an `unknown` would contradict. `contradictions` looks for what breaks it: it draws an agreement
and a rule, makes one, two or three values unknown, and judges; then it puts concrete values in
their places and judges again.

    python tests/unknowns.py 2000 --seed 7 [--kind target]     # prints what it finds
"""

import argparse
import copy
import dataclasses
import json
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from absent import section_of
from cmpolicy import bundled
from cmpolicy.agreement import Agreement
from cmpolicy.agreement.build import build
from cmpolicy.agreement.load import judged
from cmpolicy.calendars.zones import country
from cmpolicy.document import Document, read
from cmpolicy.edits import apply_in_order
from cmpolicy.errors import CmpolicyError
from cmpolicy.evaluate import judge
from cmpolicy.framework import load as load_framework
from cmpolicy.placeholders import is_placeholder
from cmpolicy.policy import load_pack
from cmpolicy.policy.pack import Rule
from cmpolicy.policy.requiring import naming
from cmpolicy.rule_examples import starting_point

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 24)
CERTAIN = {"pass": True, "not-applicable": True, "fail": False}
"""Outcomes that claim something, and whether the rule then holds."""
OF_PACKS = 0.1
"""Of the cases, those that judge an example of a bundled pack; it is a hundred times the size."""
MIXED = 0.3
MOST = 3
"""Values made unknown at once."""
FILLINGS = 6
"""Concrete agreements tried for each one with unknowns."""
RELATED = {
    "parties",
    "people",
    "coverage",
    "targets",
    "rotas",
    "calendars",
    "services",
    "severities",
    "frameworks",
    "term",
}
"""Sections that any rule may hang on, besides its own."""
KEPT = {"apiVersion", "kind", "id", "version", "status", "timezone", "rank", "note", "labels"}
"""Fields that may not be unknown, or say nothing to a rule."""
TIMES = ("1 minute", "30 minutes", "4 hours", "20 hours", "3 days", "1 business day", "best effort")
COMMON = {
    "within": (*TIMES, "8 business hours", "none"),
    "after": ("5 minutes", "2 hours", "75% of respond"),
    "wait": ("5 minutes", "2 hours"),
    "calendar": ("24x7",),
    "commitment": ("promised", "guaranteed", "best-effort", "on-request"),
    "criticality": ("critical", "high", "medium", "low"),
    "hours": (["daily 00:00-24:00"], ["mon-fri 09:00-17:00"], ["sat 10:00-12:00"], []),
    "holidays": ("none", {"region": "CA-ON"}, {"region": "US-NY"}),
    "every": ("1 month", "3 months", "1 year", "on change"),
    "stage": ("detect", "respond", "contain", "restore", "acknowledge", "notify", "resolve"),
    "kind": ("customer", "provider", "vendor"),
    "via": ("phone", "email", "ticket"),
    "handles": ([], ["phi"], ["cui"]),
}
"""Concrete values by field, besides those that any agreement here has at such a place."""
NAMES = {"by", "notify", "party", "from", "to", "accountable", "responsible", "owner", "contact"}
"""Fields that name a party, person or rota of the same agreement."""


@dataclass(frozen=True)
class Subject:
    """An agreement, and a rule to judge it by."""

    label: str
    document: Document
    rule: Rule
    framework: str | None
    as_of: date
    small: bool = True
    """Its agreement has a few rows, and is no example of a pack."""


@dataclass(frozen=True)
class Contradiction:
    """What a certain verdict claims, and a filling that contradicts it."""

    subject: Subject
    unknown: dict[tuple, object]
    filled: dict[tuple, object]
    claimed: str
    found: str
    messages: tuple[str, ...]

    def __str__(self) -> str:
        made = ", ".join(f"{text(path)}={self.filled[path]!r}" for path in self.unknown)
        rule = self.subject.rule
        asked = {**rule.parameters, **({"when": dict(rule.when)} if rule.when else {})}
        return (
            f"{rule.facts.check} {self.subject.label}\n  {asked}\n"
            f"  claimed {self.claimed}, is {self.found} with {made}\n  {self.messages[:2]}"
        )


def text(path):
    return ".".join(map(str, path))


@cache
def subjects():
    """Return every agreement here with each rule that was written for it."""
    return (*_of_cases(), *_of_packs())


def subject(kind, random):
    """Draw a small agreement and a rule of a kind (None: any), or an example of a pack.

    The rule need not be the one that the agreement was written for, and the agreement may have the
    sections of a second one beside its own.
    """
    every, small = of_kind(kind)
    if random.random() < OF_PACKS:
        return random.choice(every)
    chosen = random.choice(small)
    if random.random() < MIXED:
        same = [one for one in small if one.rule.facts.check == chosen.rule.facts.check]
        other = random.choice(same)
        chosen = dataclasses.replace(
            chosen, label=f"{chosen.label}, rule of {other.label}", rule=other.rule
        )
    if random.random() < MIXED:
        other = random.choice(of_kind(None)[1])
        value = {**other.document.value, **chosen.document.value}
        document = dataclasses.replace(chosen.document, value=value)
        chosen = dataclasses.replace(
            chosen, label=f"{chosen.label}, beside {other.label}", document=document
        )
    return chosen


@cache
def of_kind(kind):
    """Return the subjects whose rule is of a kind (None: any), and of these the small ones."""
    every = [one for one in subjects() if kind in (None, one.rule.facts.check) and lawful(one)]
    return every, [one for one in every if one.small]


def lawful(one):
    """Say whether the law holds for a rule: a digest is of the words, of `unknown` too."""
    return not one.rule.parameters.get("digest")


def _of_cases():
    from test_checks import CASES, head_without, rule_of

    for path in CASES:
        case = read(path.read_bytes(), path.name).value
        head, _ = head_without(case["agreement"])
        document = read((head + case["agreement"]).encode(), path.name)
        day = date.fromisoformat(case.get("as_of", str(AS_OF)))
        yield Subject(f"{path.parent.name}/{path.stem}", document, rule_of(case), None, day)


def _of_packs():
    frameworks = {
        name: load_framework(read(path.read_bytes(), path.name))
        for name, path in bundled.frameworks().items()
    }
    base_path = bundled.base()
    base = read(base_path.read_bytes(), base_path.name)
    for name, path in bundled.policies().items():
        pack = load_pack(read(path.read_bytes(), path.name), path.read_bytes(), frameworks)
        start = starting_point(base, pack)
        for rule in pack.rules:
            for kind, examples in (("pass", rule.passing), ("fail", rule.failing)):
                for at, example in enumerate(examples, 1):
                    day = example.as_of or pack.examples_as_of or AS_OF
                    document = apply_in_order(start, example.edits)
                    label = f"{name}/{rule.id} {kind} {at}"
                    yield Subject(label, document, rule, pack.framework, day, small=False)


def loaded(subject, value) -> Agreement | None:
    """Build the agreement of a value; None where it is not a valid one."""
    try:
        document = read(json.dumps(value, default=str).encode(), subject.document.file)
        right = judged(document, "agreement")
        agreement = build(right.document, right.placeholders, {})
    except CmpolicyError:
        return None
    return naming(agreement, (subject.framework,) if subject.framework else ())


def places(value, path=()):
    """Yield the path of every value below the top."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in items:
        if step in KEPT and (not path or step != "kind"):
            continue
        yield (*path, step)
        if isinstance(below, dict | list) and step != "holidays":
            yield from places(below, (*path, step))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def put(value, path, new):
    """Return a copy of a value with another at a path; None where the path is gone."""
    value = copy.copy(value)
    here = value
    for step in path[:-1]:
        try:
            below = copy.copy(here[step])
        except (KeyError, IndexError, TypeError):
            return None
        if not isinstance(below, dict | list):
            return None
        here[step] = below
        here = below
    try:
        here[path[-1]] = new
    except (IndexError, TypeError):
        return None
    return value


def is_blank(value):
    """Say whether a placeholder stands anywhere in a value."""
    if isinstance(value, dict | list):
        return any(map(is_blank, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and is_placeholder(value)


def pattern(path):
    return tuple("*" if isinstance(step, int) else step for step in path)


@cache
def pool():
    """Return the values that any agreement here has, by the pattern of their place."""
    found = defaultdict(dict)
    looked_at = set()
    for subject in subjects():
        for section, value in subject.document.value.items():
            # Examples of packs are one agreement with a few edits: most sections come again.
            written = (section, json.dumps(value, default=str))
            if written not in looked_at:
                looked_at.add(written)
                _gather(found, {section: value})
    return {key: list(values.values()) for key, values in found.items()}


def _gather(found, value):
    """Add the values of a section, by the pattern of their place."""
    for path in places(value):
        new = at(value, path)
        # A placeholder is an absence, no concrete value.
        if '"unknown"' not in json.dumps(new, default=str) and not is_blank(new):
            found[pattern(path)].setdefault(repr(new), new)


def choices(subject, path):
    """Return concrete values for a place: the original one, and others of its sort."""
    value = subject.document.value
    original = at(value, path)
    if path[-1] == "holidays":
        # The format bounds them: none, or the public holidays of the country of the zone.
        there = country(value["timezone"])
        return ["none", {"region": there}] if there else ["none"]
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    others = [*pool().get(pattern(path), ()), *COMMON.get(field, ())]
    if field in NAMES:
        for section in ("parties", "people", "rotas"):
            rows = value.get(section)
            if isinstance(rows, list):
                others += [row["id"] for row in rows if isinstance(row, dict) and "id" in row]
    if field == "calendar" and isinstance(value.get("calendars"), list):
        others += [row["id"] for row in value["calendars"] if isinstance(row, dict)]
    if isinstance(original, list):
        others += [[], *([item] for item in original)]
    return ([] if original == "unknown" else [original] * 3) + others


def draw(subject, random):
    """Make values of an agreement unknown; return which, and the agreement; or None."""
    value = subject.document.value
    related = RELATED | {section_of(subject.rule), "capacity"}
    every = [path for path in places(value) if path[0] in related]
    # Most answers hang on the rows that the rule is about.
    every += [path for path in every if path[0] == section_of(subject.rule)] * 2
    chosen = []
    for path in random.sample(every, min(len(every), random.randint(1, MOST))):
        inside = any(path[: len(one)] == one or one[: len(path)] == path for one in chosen)
        if not inside:
            chosen.append(path)
    for path in chosen:
        value = put(value, path, "unknown")
    agreement = loaded(subject, value)
    return (tuple(chosen), agreement) if agreement is not None and agreement.unknowns else None


def contradiction(subject, random):
    """Draw one case; return whether it was one, and what contradicts the law, if anything does."""
    drawn = draw(subject, random)
    if drawn is None:
        return False, None
    chosen, agreement = drawn
    claimed = _outcome(subject, agreement)
    if claimed.outcome not in CERTAIN:
        return True, None
    for _ in range(FILLINGS):
        value = subject.document.value
        filled = {}
        for path in chosen:
            filled[path] = random.choice(choices(subject, path))
            value = put(value, path, filled[path])
        concrete = loaded(subject, value)
        if concrete is None:
            continue
        found = _outcome(subject, concrete)
        if CERTAIN.get(found.outcome, CERTAIN[claimed.outcome]) is not CERTAIN[claimed.outcome]:
            said = tuple(item.message for item in (*claimed.observations, *found.observations))
            unknown = dict.fromkeys(chosen, "unknown")
            return True, Contradiction(
                subject, unknown, filled, claimed.outcome.value, found.outcome.value, said
            )
    return True, None


def _outcome(subject, agreement):
    return judge(agreement, subject.document.file, subject.rule, subject.framework, subject.as_of)


def contradictions(number, seed, kind=None):
    """Yield what contradicts the law in a number of random cases."""
    draws = random.Random(seed)  # noqa: S311 - a repeatable choice of test cases, no secret
    done = 0
    while done < number:
        counts, found = contradiction(subject(kind, draws), draws)
        done += counts
        if found is not None:
            yield found


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind")
    options = parser.parse_args(arguments)
    counts = Counter()
    for found in contradictions(options.number, options.seed, options.kind):
        counts[found.subject.rule.facts.check] += 1
        print(found, flush=True)  # noqa: T201 - run by hand, it writes for its reader
    print(dict(counts))  # noqa: T201 - as above
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
