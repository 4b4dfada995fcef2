"""Twice the rows take about twice the work, for each list of the format; `growth.CASES` has them.

Some of them are tried here, and `tools/growth.py` tries all.

What is counted are the lines of cmpolicy that run, which are the same on every machine, beyond
those of the file without the rows.
"""

import dataclasses
import random
import sys
from pathlib import Path

import pytest

import cmpolicy
from cmpolicy.compare import compare
from cmpolicy.document import read
from cmpolicy.fleet import Evaluator
from cmpolicy.gate.members import CandidateFile, Role
from drawing import examples
from growth import CASES, SEED, base, edited, text_of
from mutations import AS_OF, Memory, policy

PACKAGE = str(Path(cmpolicy.__file__).parent)
ROWS = 40
MANY = 100
TWICE = 2.3
"""At most so many times the work for twice the rows."""
KNOWN = (
    "targets alike",
    "targets raised",
    "targets clocks",
    "escalation steps",
    "escalations bare",
    "task holders",
    "notices contradict",
    "notices of unknown events",
    "severities with targets",
    "services with targets",
)
"""Lists that took the square of their rows once."""
RARE = ("notices of unknown events",)
"""Those in which it is few of the lines, so that it takes many rows to show."""
COMPARED = ("targets clocks", "targets own clock")
"""Those that did where a file is compared with itself, nearly every row changed."""
CHANCE = random.Random(SEED)  # noqa: S311 - nothing secret
DRAWN = CHANCE.sample(sorted(CASES), min(examples(4), len(CASES)))
SOME = sorted({*KNOWN, *DRAWN})
NOISE = 4_000
"""Lines that come and go with what is memoised between files."""


def thinned():
    """Return the policy with one rule of each check and set of parameters."""
    packs, seen = [], set()
    for pack in policy().packs:
        rules = []
        for rule in pack.rules:
            asked = rule.facts.check, str(rule.parameters.get("list")), *sorted(rule.parameters)
            if asked not in seen:
                seen.add(asked)
                rules.append(rule)
        packs.append(dataclasses.replace(pack, rules=tuple(rules)))
    return dataclasses.replace(policy(), packs=tuple(packs))


def lines_of(work):
    """Count the lines of cmpolicy that some work takes."""
    lines = 0

    def each(*_):
        nonlocal lines
        lines += 1
        return each

    def own(frame, *_):
        return each if frame.f_code.co_filename.startswith(PACKAGE) else None

    before = sys.gettrace()
    sys.settrace(own)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


@pytest.fixture(scope="module")
def judges():
    return thinned()


@pytest.fixture(scope="module")
def work(judges):
    """Return what counts the lines that reading and judging a file takes."""

    def count(value):
        evaluator = Evaluator.of(Memory({"a/a.yaml": text_of(value)}), judges, AS_OF)
        opened = None

        def run():
            nonlocal opened
            opened = evaluator.open(CandidateFile("a/a.yaml", Role.MEMBER))
            evaluator.evaluate_parsed(opened)

        lines = lines_of(run)
        assert opened.error is None, opened.error
        return lines

    count(base())
    return count


@pytest.fixture(scope="module")
def comparing(judges):
    """Return what counts the lines that comparing a file with its rows changed takes."""

    def count(value):
        data = text_of(value)
        evaluator = Evaluator.of(Memory({"a/a.yaml": data}), judges, AS_OF)
        old, new = (evaluator.load(read(text, "a/a.yaml")) for text in (edited(data), data))
        return lines_of(lambda: compare(old, new, AS_OF))

    count(base())
    return count


@pytest.fixture(scope="module")
def without(work):
    return work(base())


@pytest.mark.parametrize("name", SOME)
def test_twice_the_rows_take_about_twice_the_work(name, work, without):
    make = CASES[name]
    rows = MANY if name in RARE else ROWS
    once = work(make(rows)) - without
    twice = work(make(2 * rows)) - without

    assert twice <= TWICE * once + NOISE, (once, twice)


@pytest.mark.parametrize("name", COMPARED)
def test_twice_the_rows_take_about_twice_the_work_to_compare(name, comparing):
    make = CASES[name]
    once, twice = (comparing(make(rows)) for rows in (MANY, 2 * MANY))

    assert twice <= TWICE * once, (once, twice)
