"""Cases: which cells are looked at together, and how a message names them."""

import pytest

from build import agreement
from cmpolicy.checks.cases import cases

SERVICES = "services: [{id: ehr, name: EHR}, {id: mail, name: Mail}, {id: web, name: Web}]\n"
SEVERITIES = "severities: [{id: p1, rank: 1}, {id: p2, rank: 2}, {id: p3, rank: 3}]\n"
ALL, ONE = None, ("ehr",)


def phrases(rows, body=SERVICES + SEVERITIES, selector=None):
    return [case.phrase for case in cases(agreement(body), None, selector, rows)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [" for any of the 3 services at any severity"]),
        ([(None, None), (None, None)], [" for any of the 3 services at any severity"]),
        ([(ONE, None)], [" for EHR at any severity", " for Mail and Web at any severity"]),
        (
            [(None, ("p1", "p2"))],
            [" for any of the 3 services at p1 and p2", " for any of the 3 services at p3"],
        ),
        (
            [(ONE, ("p1",))],
            [" for EHR at p1", " for EHR at p2 and p3 and for Mail and Web at any severity"],
        ),
        (
            [(("ehr", "unknown"), ("p3",))],
            [
                " for any of the 3 services at p1 and p2",
                " for EHR at p3",
                " for Mail and Web at p3",
            ],
        ),
    ],
)
def test_cells_that_no_row_distinguishes_are_one_case(rows, expected):
    assert phrases(rows) == expected


def test_what_the_file_does_not_name_is_not_named():
    assert phrases([], "") == [""]
    assert phrases([], SERVICES) == [" for any of the 3 services"]
    assert phrases([], SEVERITIES) == [" at any severity"]


def test_of_many_services_some_are_named():
    many = "services: [" + ", ".join(f"{{id: s{number}}}" for number in range(9)) + "]\n"
    rows = [(("s0",), None)]

    assert phrases(rows, many) == [" for s0", " for s1, s2, s3, s4 and 4 more"]


def test_services_that_a_rule_may_select_are_cases_of_their_own():
    body = (
        "services:\n  - {id: ehr, criticality: high}\n  - {id: mail, criticality: unknown}\n"
        "  - {id: web, criticality: high}\n"
    )
    found = cases(agreement(body), None, {"criticality": ["high"]}, [])

    assert [(case.phrase, case.doubts) for case in found] == [
        (" for ehr and web", ()),
        (" for mail", ("services[mail].criticality",)),
    ]
