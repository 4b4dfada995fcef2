"""The responsibility matrix of CMMC: each of the 110, both halves, from whom, never one-sided."""

import pytest

from catalogs import of_level
from cmmc_pack import BASE, verdict
from cmpolicy.errors import DocumentError
from cmpolicy.verdict import Holds

MATRIX = "cmmc-responsibility-matrix"
KEEPS = "cmmc-matrix-customer-keeps"
ROWS = {row["control"]: row for row in BASE.value["allocations"]}
LEVEL_2 = [control.reference for control in of_level(2)]
SHARED = [name for name, row in ROWS.items() if row["origin"] == "shared"]
KEPT = [
    *("AT.L2-3.2.1", "AT.L2-3.2.2", "AT.L2-3.2.3", "IR.L2-3.6.2", "PS.L2-3.9.1", "PS.L2-3.9.2"),
    *("PE.L2-3.10.6", "CA.L2-3.12.4"),
]


def wrong(found):
    return {item.subject: item.message for item in found.observations if item.holds is Holds.NO}


def test_the_known_good_matrix_has_each_of_the_110_once():
    assert list(ROWS) == LEVEL_2
    assert len(BASE.value["allocations"]) == 110
    assert len(verdict(MATRIX).observations) == 110


@pytest.mark.parametrize("control", LEVEL_2)
def test_each_of_the_110_must_be_allocated(control):
    found = verdict(MATRIX, ("remove", f"allocations[{control}]"))

    assert found.outcome == "fail"
    assert set(wrong(found)) == {control}
    assert "is not allocated" in wrong(found)[control]


@pytest.mark.parametrize("half", ["customer", "provider"])
@pytest.mark.parametrize("lack", ["remove", "TBD"])
def test_every_shared_requirement_names_both_halves(half, lack):
    assert len(SHARED) > 50
    for control in SHARED[::10]:
        path = f"allocations[{control}].{half}"
        edit = ("remove", path) if lack == "remove" else ("set", path, lack)
        assert set(wrong(verdict(MATRIX, edit))) == {control}


def inherited(source):
    control = "cmmc:PE.L2-3.10.1"
    row = {"control": control, "origin": "inherited", "from": source, "state": "in-place"}
    return ("set", f"allocations[{control}]", row)


def test_nothing_is_inherited_from_a_party_that_is_not_there():
    with pytest.raises(DocumentError, match="nobody-here"):
        verdict(MATRIX, inherited("nobody-here"))


def test_nothing_is_inherited_from_the_customer_itself_or_from_who_has_no_such_data():
    assert verdict(MATRIX, inherited("govcloud")).outcome == "pass"
    assert "the customer itself" in " ".join(wrong(verdict(MATRIX, inherited("clinic"))).values())
    for data in ([], ["financial"], ["phi"]):
        elsewhere = ("set", "parties[govcloud].handles", data)
        assert verdict(MATRIX, inherited("govcloud"), elsewhere).outcome == "fail"
    unknown = ("set", "parties[govcloud].handles", "unknown")
    assert verdict(MATRIX, inherited("govcloud"), unknown).outcome == "undetermined"


@pytest.mark.parametrize("origin", ["provider", "inherited"])
@pytest.mark.parametrize("control", KEPT)
def test_duties_of_an_employer_are_never_the_provider_s_alone(control, origin):
    found = verdict(KEEPS, ("set", f"allocations[cmmc:{control}].origin", origin))

    assert found.outcome == "fail"


def test_other_duties_may_be():
    others = [name for name in LEVEL_2 if name.removeprefix("cmmc:") not in KEPT]
    edits = [("set", f"allocations[{name}].origin", "provider") for name in others]

    assert verdict(KEEPS, *edits).outcome == "pass"
