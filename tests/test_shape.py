"""Every file of `tests/shape` is a test.

`pass-<schema>-...yaml` has the right shape. `fail-<schema>-...yaml` begins with what is wrong:
`#= line:column message`, one line for each problem, the best match first.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cmpolicy.document import read
from cmpolicy.errors import MOST_PROBLEMS
from cmpolicy.placeholders import take_out
from cmpolicy.shape import judge

CASES = Path(__file__).parent / "shape"
HINTS = yaml.safe_load((CASES.parent / "hints.yaml").read_text(encoding="utf-8"))
AGREEMENT = (CASES / "pass-agreement-smallest.yaml").read_text(encoding="utf-8")


def schema_of(path: Path) -> str:
    return path.stem.split("-")[1]


def problems(text: str, schema: str = "agreement"):
    return judge(read(text.encode(), "a.yaml"), schema)


def messages(text: str, schema: str = "agreement") -> list[str]:
    return [problem.message for problem in problems(text, schema)]


@pytest.mark.parametrize("path", sorted(CASES.glob("pass-*.yaml")), ids=lambda path: path.stem)
def test_file_of_the_right_shape_has_no_problem(path):
    document = read(path.read_bytes(), path.name)
    if schema_of(path) in ("agreement", "shared"):
        document, _, wrong = take_out(document, schema_of(path))
        assert wrong == ()

    assert judge(document, schema_of(path)) == ()


@pytest.mark.parametrize("path", sorted(CASES.glob("fail-*.yaml")), ids=lambda path: path.stem)
def test_every_problem_is_told_at_its_place(path):
    text = path.read_text(encoding="utf-8")
    expected = re.findall(r"^#= (.+)$", text, re.MULTILINE)

    phrase = [
        f"{problem.location.line}:{problem.location.column} {problem.message}"
        for problem in problems(text, schema_of(path))
    ]

    assert expected
    assert phrase == expected


def test_places_name_the_file_and_the_text_of_the_line():
    (problem,) = problems(AGREEMENT.replace("status: active", "status: actve"))

    assert problem.location.file == "a.yaml"
    assert problem.location.text == "status: actve"
    assert problem.location.end_column == len("status: actve") + 1
    assert problem.hint == "did you mean `active`?"


@pytest.mark.parametrize(
    ("section", "limit", "row"),
    [
        ("services", 500, "  - {{id: s{0}}}\n"),
        ("targets", 2000, "  - {{id: t{0}, stage: respond}}\n"),
        ("calendars", 100, None),
    ],
)
def test_limit_is_an_error_at_the_first_entry_past_it(section, limit, row):
    if row is None:
        hours = '      - "sat 09:00-13:00"\n'
        start, more = "calendars:\n  - id: office\n    hours:\n", hours.format
    else:
        start, more = f"{section}:\n", row.format
    full = AGREEMENT + start + "".join(more(n) for n in range(limit))

    assert messages(full) == []

    (problem,) = problems(full + more(limit))

    assert problem.message.endswith(f"has {limit + 1} entries; the limit is {limit}")
    assert problem.location.line == full.count("\n") + 1


def test_limit_of_a_mapping_is_an_error_at_the_first_key_past_it():
    full = AGREEMENT + "labels:\n" + "".join(f"  k{n}: x\n" for n in range(2000))

    (problem,) = problems(f"{full}  more: x\n")

    assert messages(full) == []
    assert problem.message == "`labels` has 2001 entries; the limit is 2000"
    assert problem.location.line == full.count("\n") + 1


def test_what_is_too_long_is_reported_alone():
    """Whatever is wrong with its rows, and with others: to explain that could take minutes."""
    wrong = AGREEMENT.replace("active", "actve") + "targets:\n"
    wrong += "  - {stage: respnd, within: [], x: {}}\n" * 20_000
    wrong += "people: [{id: dana, roles: [" + "it-manager, " * 2001 + "]}]\n"

    assert messages(wrong) == [
        "`targets` has 20000 entries; the limit is 2000",
        "`roles` has 2001 entries; the limit is 2000",
    ]


def test_ten_repeats_are_the_most():
    path = "escalations: [{id: p1, repeat: {times: %d}}]\n"

    assert messages(AGREEMENT + path % 10) == []
    assert messages(AGREEMENT + path % 11) == [
        "`times` must be at least 0 and at most 10, not `11`"
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [(case["write"], case["hint"]) for case in HINTS],
    ids=[case["write"] for case in HINTS],
)
def test_what_people_write_is_told_what_to_write_instead(text, hint):
    (problem,) = problems(f"{AGREEMENT}{text}\n")

    assert problem.hint == hint


def test_text_that_would_need_quotes_is_no_hint_for_a_list():
    (simple,) = problems(AGREEMENT + "uses: ../common/northbridge.yaml\n")
    (odd,) = problems(AGREEMENT + 'uses: "a, b: [c"\n')

    assert simple.hint == "write a list: [../common/northbridge.yaml]"
    assert odd.hint is None


def test_what_the_whole_file_lacks_is_reported_of_the_file():
    """Not of its first line, which says something else."""
    text = AGREEMENT.replace("apiVersion: cmpolicy/v1\n", "")

    (first,) = problems(text)

    assert (first.message, first.hint) == (
        "`apiVersion` is missing",
        "write the line `apiVersion: cmpolicy/v1`",
    )
    assert (first.location.file, first.location.line, first.location.text) == ("a.yaml", 1, "")


def test_long_values_are_cut():
    (message,) = messages(AGREEMENT.replace("active", "x" * 5000))

    assert len(message) < 200


def test_missing_key_is_not_told_again_where_its_placeholder_was():
    document, placeholders, wrong = take_out(
        read(AGREEMENT.replace("id: northbridge", "id: TBD").encode(), "a.yaml"), "agreement"
    )

    assert [problem.message for problem in wrong] == [
        "`id` is a placeholder ('TBD'); it is required"
    ]
    assert len(judge(document, "agreement")) == 1
    assert judge(document, "agreement", placeholders) == ()


def test_empty_configuration_is_one():
    assert messages("# nothing yet\n{}\n", "config") == []


def test_a_schema_that_does_not_exist_is_a_bug():
    with pytest.raises(FileNotFoundError):
        judge(read(b"a: b", "a.yaml"), "nonsense")


def test_a_good_file_does_not_import_what_explains():
    """Hooks on good files must not pay for jsonschema and difflib."""
    program = (
        "import sys; from pathlib import Path\n"
        "from cmpolicy.document import read; from cmpolicy.shape import judge\n"
        "assert not judge(read(Path(sys.argv[1]).read_bytes(), 'a'), 'agreement')\n"
        "print(*({'jsonschema', 'difflib', 'referencing'} & set(sys.modules)))"
    )
    good = CASES / "pass-agreement-smallest.yaml"

    found = subprocess.run(
        [sys.executable, "-c", program, str(good)], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == ""


def test_hostile_file_is_told_in_reasonable_time_and_length():
    """A file full of unknown keys: neither slow nor endless."""
    text = AGREEMENT + "".join(f"key{n}: {n}\n" for n in range(2000))

    assert len(problems(text)) <= MOST_PROBLEMS
