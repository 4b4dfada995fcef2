"""Whatever an agreement is turned into, the quick judge and the one that explains agree."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cmpolicy.document import read
from cmpolicy.placeholders import find, take_out
from cmpolicy.shape import judge, load_schema
from cmpolicy.shape.explain import explain

SHAPE = Path(__file__).parents[1] / "shape"
EXAMPLE, _, _ = take_out(
    read((SHAPE / "pass-agreement-format-page.yaml").read_bytes(), "a.yaml"), "agreement"
)
FOREIGN = ("is not of type", "does not match", "dditional properties", "required property", "$ref")
SCALARS = (None, True, 0, 11, -1, 1.5, "unknown", "TBD", "x", "x\n", "p1", "2026-01-01", "2 hours")
NESTED = ([], ["x"], ["TBD"], [[]], [{}], {}, {"id": "x"}, {"note": None}, {"a": {"b": 1}})
VALUES = st.sampled_from((*SCALARS, *NESTED))


def paths(value, path=()):
    for step in value if isinstance(value, dict) else range(len(value)):
        yield (*path, step)
        if isinstance(value[step], (dict, list)):
            yield from paths(value[step], (*path, step))


PATHS = list(paths(EXAMPLE.value))
EDITS = st.lists(st.tuples(st.sampled_from(PATHS), st.booleans(), VALUES), min_size=1, max_size=4)


def edited(edits):
    value = copy.deepcopy(EXAMPLE.value)
    for path, remove, new in edits:
        place = value
        try:
            for step in path[:-1]:
                place = place[step]
            if remove:
                del place[path[-1]]
            else:
                place[path[-1]] = new
        except (KeyError, IndexError, TypeError):
            continue  # an edit before took this place away
    return read(json.dumps(value, indent=1).encode(), "a.yaml")


@settings(max_examples=150)
@given(EDITS)
def test_quick_judge_and_explanation_agree(edits):
    document = edited(edits)

    problems = judge(document, "agreement")

    assert bool(problems) is bool(real(explain(document, "agreement", ())))
    for problem in problems:
        assert problem.location.line >= 1
        assert not any(words in problem.message for words in FOREIGN)


def real(problems):
    """What was found wrong; nothing where the explanation found nothing to explain."""
    return [problem for problem in problems if "does not have the shape" not in problem.message]


@settings(max_examples=150)
@given(EDITS)
def test_placeholders_are_found_once_and_for_all(edits):
    document = edited(edits)

    left, paths_found, problems = take_out(document, "agreement")

    assert len(paths_found) == len(find(document, "agreement"))
    assert find(left, "agreement") == {}
    assert len(problems) <= len(paths_found)
    assert load_schema("agreement")["properties"].keys() >= left.value.keys()
