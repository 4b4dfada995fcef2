"""One fault is one finding, two faults are two, and doing what the fix says removes it."""

import random
import re
from itertools import combinations

import pytest

from cmpolicy.verdict import Holds
from drawing import examples, seed
from faults import faults, report

AT_MOST = 1.3
"""Findings a fault, on average."""
PAIRS = examples(50)
ROW = re.compile(r"[^.\[]*(\[[^\]]*\])?")


def lacks(*edits):
    """Return what lacks of the sound example with edits, by the rules that met it."""
    return {
        item.lack.text
        for verdict in report(*edits).failing
        for item in verdict.observations
        if item.holds is not Holds.YES
    }


def rows(fault):
    return {ROW.match(edit.path)[0] for edit in fault.edits}


def test_the_example_is_sound():
    assert lacks() == set()


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_a_fault_is_found_and_doing_what_its_fix_says_removes_it(fault):
    assert lacks(*fault.edits)
    assert lacks(*fault.edits, *fault.fix) == set()


def test_a_fault_is_little_more_than_one_finding():
    counts = {fault.name: len(lacks(*fault.edits)) for fault in faults()}

    assert sum(counts.values()) / len(counts) <= AT_MOST, counts


def test_two_faults_are_never_one_finding():
    pairs = [
        (one, other)
        for one, other in combinations(faults(), 2)
        if not rows(one) & rows(other)
        and not {one.name, other.name} & {*one.moot_with, *other.moot_with}
    ]
    chance = random.Random(seed(4))  # noqa: S311 - nothing secret
    chosen = chance.sample(pairs, min(PAIRS, len(pairs)))

    hidden = [
        (one.name, other.name) for one, other in chosen if len(lacks(*one.edits, *other.edits)) < 2
    ]

    assert hidden == []
