"""What a party reaches: no certain answer that some filling of what is unknown would contradict."""

from functools import cache
from itertools import product

import pytest

import build
from cmpolicy import reach
from cmpolicy.unknown import UNKNOWN

PHI = ("phi",)
HEAD = build.HEAD.replace("kind: provider, handles: [phi]", "kind: provider, handles: []")
ACCESS = {
    "party": ("msp", "soc"),
    "services": ("[ehr]", "[wifi]", "[ehr, wifi]"),
    "data": ("[phi]", "[]"),
    "held": ("[phi]", "[none]"),
}
WORK = {
    "by": ("msp", "soc"),
    "area": ("backup", "helpdesk"),
    "services": ("[ehr]", "[wifi]"),
    "held": ("[phi]", "[none]"),
}
TOOL = {
    "tools": ("[vault]", "[]"),
    "provided_by": ("msp", "soc"),
    "area": ("backup", "helpdesk"),
    "held": ("[phi]", "[none]"),
}


def of_access(party, services, data, held):
    seen = "" if data is None else f", data: {data}"
    return held, f"access:\n  - {{id: in, party: {party}, services: {services}{seen}}}\n"


def of_work(by, area, services, held):
    row = f"{{id: work, area: {area}, stage: restore, by: {by}, services: {services}}}"
    return held, f"coverage:\n  - {row}\n"


def of_task(by, area, services, held):
    who = by if by == "unknown" else f"[{{who: {by}, only: {{services: {services}}}}}]"
    return held, f"responsibilities:\n  - {{id: work, area: {area}, accountable: {who}}}\n"


def of_tool(tools, provided_by, area, held):
    row = f"{{id: work, area: {area}, stage: restore, by: clinic, tools: {tools}}}"
    tool = f"{{id: vault, kind: backup, provided_by: {provided_by}}}"
    return held, f"coverage:\n  - {row}\ntools:\n  - {tool}\n"


@cache
def made(held, rows):
    """Return an agreement in which `ehr` holds this, and `wifi` nothing."""
    parties = (
        "  - {id: soc, name: SOC, kind: subcontractor, engaged_by: msp, handles: []}\n"
        f"services: [{{id: ehr, data: {held}}}, {{id: wifi, data: [none]}}]\n"
    )
    return build.agreement(parties + rows, HEAD)


def asked(agreement):
    return reach.reaches(agreement, agreement.parties["msp"], PHI)


@pytest.mark.parametrize(
    ("write", "words"),
    [(of_access, ACCESS), (of_work, WORK), (of_task, WORK), (of_tool, TOOL)],
)
def test_a_certain_answer_is_that_of_every_filling(write, words):
    for values in product(*((*one, "unknown") for one in words.values())):
        row = made(*write(*values))
        answer = asked(row)
        places = zip(words.values(), values, strict=True)
        fillings = product(*(some if one == "unknown" else (one,) for some, one in places))
        found = {asked(made(*write(*filling))) for filling in fillings}

        assert UNKNOWN not in found
        if answer is not UNKNOWN:
            assert found == {answer}, values
        else:
            assert "unknown" in values
            assert reach.doubts(row, row.parties["msp"], PHI), values


def test_an_access_shows_what_its_services_hold_where_it_does_not_say():
    assert asked(made(*of_access("msp", "[ehr]", None, "[phi]"))) is True
    assert asked(made(*of_access("msp", "[wifi]", None, "[phi]"))) is False


@pytest.mark.parametrize("section", ["access", "coverage", "responsibilities", "services"])
def test_of_a_section_that_is_unknown_nobody_knows_what_it_opens(section):
    rows = "" if section == "services" else "services: [{id: ehr, data: [phi]}]\n"
    rows += "access: [{id: in, party: msp}]\n" if section == "services" else ""
    agreement = build.agreement(f"{rows}{section}: unknown\n", HEAD)

    assert asked(agreement) is UNKNOWN
    assert section in reach.doubts(agreement, agreement.parties["msp"], PHI)


def test_a_customer_needs_no_way_in_to_its_own_data():
    agreement = made("[phi]", "access: [{id: in, party: clinic}]\n")
    clinic = agreement.parties["clinic"]

    assert reach.reaches(agreement, clinic, PHI) is False
    assert reach.says_all(agreement, clinic, None) is True
    assert reach.is_let_in(agreement, clinic) is True


def test_what_a_party_says_counts_beside_what_it_reaches():
    agreement = made("[phi]", "access: [{id: in, party: soc, services: [ehr]}]\n")
    soc, msp = agreement.parties["soc"], agreement.parties["msp"]

    assert reach.touches(agreement, soc, PHI) is True
    assert reach.unsaid(agreement, soc, None) == PHI
    assert reach.ways_to(agreement, soc, PHI) == ("access[in]",)
    assert reach.unsaid(agreement, msp, None) == ()
