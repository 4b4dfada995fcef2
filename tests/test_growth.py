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
from cmpolicy.fleet import Bench
from cmpolicy.gate.members import Role, Source
from growth import CASES, SEED, base, text_of
from mutations import AS_OF, Memory, policy

PACKAGE = str(Path(cmpolicy.__file__).parent)
ROWS = 40
TWICE = 2.3
"""At most so many times the work for twice the rows."""
KNOWN = (
    "targets alike",
    "targets raised",
    "targets clocks",
    "escalation steps",
    "escalations bare",
    "task holders",
)
"""Lists that took the square of their rows once."""
SOME = sorted({*KNOWN, *random.Random(SEED).sample(sorted(CASES), 12)})  # noqa: S311 - no secret
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


@pytest.fixture(scope="module")
def work():
    """Return what counts the lines that reading and judging a file takes."""
    judges = thinned()

    def count(value):
        bench = Bench.of(Memory({"a/a.yaml": text_of(value)}), judges, AS_OF)
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
            opened = bench.open(Source("a/a.yaml", Role.MEMBER))
            bench.settle(opened)
        finally:
            sys.settrace(before)
        assert opened.error is None, opened.error
        return lines

    count(base())
    return count


@pytest.fixture(scope="module")
def without(work):
    return work(base())


@pytest.mark.parametrize("name", SOME)
def test_twice_the_rows_take_about_twice_the_work(name, work, without):
    make = CASES[name]
    once = work(make(ROWS)) - without
    twice = work(make(2 * ROWS)) - without

    assert twice <= TWICE * once + NOISE, (once, twice)
