"""The bundled catalogs against the reference lists they were built from."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from catalogs import (
    AICPA_PHRASES,
    CATALOGS,
    CMMC,
    CSF,
    FTC,
    HIPAA,
    ISO,
    ISO_PHRASES,
    LISTS,
    PCI,
    PCI_PHRASES,
    SOC2,
    controls,
    of_level,
    rows,
)
from cmpolicy import bundled

EVERYTHING = [
    pytest.param(found, id=found.reference)
    for catalog in CATALOGS.values()
    for found in (*catalog.controls.values(), *catalog.program_rules.values())
]


def test_there_is_a_catalog_for_each_framework_and_no_other():
    assert set(bundled.frameworks()) == set(LISTS)
    assert all(catalog.id == name for name, catalog in CATALOGS.items())


@pytest.mark.parametrize("name", LISTS)
def test_ids_are_those_of_the_reference_in_its_order(name):
    assert list(CATALOGS[name].controls) == [row["id"] for row in controls(name)]


@pytest.mark.parametrize("found", EVERYTHING)
def test_every_entry_says_what_where_and_what_else(found):
    for text in (found.title, found.beyond):
        assert 15 <= len(text) <= 130, text
        assert text[0].isupper()
    assert found.beyond.endswith(".")
    assert not found.title.endswith(".")
    assert re.search(r"\d", found.citation)


@pytest.mark.parametrize("name", LISTS)
def test_titles_and_evidence_are_written_for_each_entry(name):
    catalog = CATALOGS[name]
    entries = [*catalog.controls.values(), *catalog.program_rules.values()]
    for texts in ([entry.title for entry in entries], [entry.beyond for entry in entries]):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


@pytest.mark.parametrize("name", LISTS)
def test_head_tells_source_and_state(name):
    catalog = CATALOGS[name]
    assert catalog.as_of == date(2026, 11, 24)
    assert all(
        (catalog.source.name, catalog.source.revision, catalog.source.date, catalog.source.licence)
    )
    assert catalog.notes
    assert list(dict.fromkeys(c.group for c in catalog.controls.values())) != []
    assert {control.group for control in catalog.controls.values()} == set(catalog.groups)


def test_the_data_that_a_framework_protects_stands_in_its_catalog():
    """32 CFR 170.19(c)(2)(i): security protection data, passwords among it, is in scope too."""
    assert {name: set(catalog.data) for name, catalog in CATALOGS.items()} == {
        "soc2": set(),
        "hipaa": {"phi"},
        "cmmc": {"cui", "fci", "security-data", "credentials"},
        "csf": set(),
        "pci": set(),
        "ftc": set(),
        "iso27001": set(),
    }


# SOC 2


def test_soc2_counts_and_categories():
    categories = Counter(control.category for control in SOC2.controls.values())
    assert categories == {
        "common": 33,
        "availability": 3,
        "confidentiality": 2,
        "processing-integrity": 5,
        "privacy": 18,
    }
    for row in rows("soc2_tsc.tsv"):
        control = SOC2.controls[row["id"]]
        assert (control.category, control.group) == (row["category"], row["series"])


@pytest.mark.parametrize("control", SOC2.controls.values(), ids=lambda control: control.id)
def test_soc2_texts_are_our_own(control):
    text = f"{control.title} {control.beyond}".lower()
    assert [phrase for phrase in AICPA_PHRASES if phrase in text] == []


# HIPAA


def test_hipaa_designations_that_are_sure():
    """No single total is asserted: it depends on how 164.314 is counted."""
    addressable = [c for c in HIPAA.controls.values() if c.facts["designation"] == "addressable"]
    assert len(addressable) == 22
    required = [
        control.id
        for control in HIPAA.controls.values()
        if control.facts["designation"] == "required"
        and re.match(r"164\.3(08|10|12)\(", control.id)
    ]
    assert len(required) == 14


def test_hipaa_standards_by_section():
    standards = Counter(
        control.id.partition("(")[0]
        for control in HIPAA.controls.values()
        if control.facts["kind"] == "standard"
    )
    assert standards == {"164.308": 9, "164.310": 4, "164.312": 5, "164.314": 2, "164.316": 2}


def test_hipaa_structure_is_that_of_the_reference():
    for row in rows("hipaa_security.tsv"):
        control = HIPAA.controls[row["id"]]
        facts = control.facts
        assert control.citation == f"45 CFR {row['id']}"
        assert (facts["name"], facts["kind"]) == (row["name"], row["kind"])
        assert facts["designation"] == row["designation"].replace("-", "none")
        assert facts.get("parent", "-") == row["parent"]
        assert facts["subpart"] == row["subpart"]
        assert facts["duty"] in {"covered-entity", "business-associate", "both"}


def test_hipaa_s_rewrite_is_proposed_and_nothing_of_it_is_in_force():
    assert {milestone.state for milestone in HIPAA.dates} == {"proposed"}
    assert "90 FR 898" in HIPAA.source.revision


@pytest.mark.parametrize(
    ("control", "duty"),
    [
        ("164.308(a)(2)", "both"),
        ("164.308(b)(1)", "covered-entity"),
        ("164.308(b)(2)", "business-associate"),
        ("164.410(b)", "business-associate"),
        ("164.412", "both"),
        ("164.502(e)(1)(i)", "covered-entity"),
        ("164.504(e)(1)(iii)", "business-associate"),
        ("164.504(e)(2)(ii)(J)", "business-associate"),
    ],
)
def test_hipaa_says_who_owes_a_duty(control, duty):
    assert HIPAA.controls[control].facts["duty"] == duty


# CMMC


def test_cmmc_levels_and_families():
    assert [len(of_level(level)) for level in (1, 2, 3)] == [15, 110, 24]
    sizes = Counter(control.group for control in of_level(2))
    order = ("AC", "AT", "AU", "CM", "IA", "IR", "MA", "MP", "PS", "PE", "RA", "CA", "SC", "SI")
    assert [sizes[family] for family in order] == [22, 3, 9, 9, 11, 3, 6, 9, 2, 6, 3, 4, 16, 7]
    assert tuple(CMMC.groups) == order


def test_cmmc_facts_are_those_of_the_reference():
    for row in rows("cmmc.tsv"):
        control = CMMC.controls[row["id"]]
        facts = control.facts
        assert (str(control.level), control.group) == (row["level"], row["domain"])
        assert facts["poam"] == row["poam"]
        assert str(facts.get("sprs_points", "-")) == row["sprs_points"].replace("NA", "none")
        assert str(facts.get("sprs_partial", "-")) == row["sprs_partial"]
        assert ";".join(facts.get("nist", ["-"])) == row["nist_800_171_map"]
        number = re.sub(r"^.*b\.1\.(\w+)$", r"52.204-21(b)(1)(\1)", row["source"]).split()[-1]
        assert facts["requirement"] == number
        assert number in control.citation


def test_cmmc_point_values_of_level_2():
    points = {control.id: control.facts["sprs_points"] for control in of_level(2)}
    variable = {"IA.L2-3.5.3", "SC.L2-3.13.11"}
    partial = {c.id for c in CMMC.controls.values() if "sprs_partial" in c.facts}
    assert partial == variable
    fixed = Counter(value for identity, value in points.items() if identity not in variable)
    assert fixed == {5: 42, 3: 14, 1: 51, "none": 1}
    assert points["CA.L2-3.12.4"] == "none"
    assert 110 - sum(value for value in points.values() if value != "none") == -203


def test_cmmc_open_items():
    partly = [c.id for c in CMMC.controls.values() if c.facts["poam"] == "partial-only"]
    assert partly == ["SC.L2-3.13.11"]
    assert {control.facts["poam"] for control in of_level(1)} == {"no"}
    for control in of_level(2):
        if control.facts["poam"] == "yes":
            assert control.facts["sprs_points"] == 1


def test_cmmc_level_1_maps_to_17_requirements():
    """15 requirements, of which one holds three: the outdated count of 17 practices."""
    mapped = [number for control in of_level(1) for number in control.facts["nist"]]
    numbers = {control.facts["requirement"] for control in of_level(2)}
    assert len(mapped) == len(set(mapped)) == 17
    assert set(mapped) <= numbers
    assert not any(re.match(r"..\.L1-3\.", control.id) for control in of_level(1))


def test_cmmc_phases_are_data():
    states = {milestone.on: milestone.state for milestone in CMMC.dates}
    assert states[date(2025, 11, 10)] == "in-force"
    assert states[date(2026, 11, 10)] == "suspended"
    assert states[date(2027, 11, 10)] == states[date(2028, 11, 10)] == "uncertain"
    days = [milestone.on for milestone in CMMC.dates]
    assert [day.isoformat() for day in days] == [
        "2024-12-16",
        "2025-11-10",
        "2026-02-01",
        "2026-07-13",
        "2026-09-03",
        "2026-10-01",
        "2026-11-10",
        "2027-11-10",
        "2028-11-10",
    ]
    assert all(earlier < later for earlier, later in pairwise(days))
    assert all(milestone.source_quality for milestone in CMMC.dates)


# NIST CSF, PCI DSS, the FTC Safeguards Rule, ISO/IEC 27001


def test_csf_counts_subcategories_alone():
    functions = Counter(control.facts["function"] for control in CSF.controls.values())
    assert functions == {"GV": 31, "ID": 21, "PR": 22, "DE": 11, "RS": 13, "RC": 8}
    assert len(CSF.groups) == 22
    for row in controls("csf"):
        assert CSF.controls[row["id"]].group == row["category"]


def test_pci_says_on_whom_a_requirement_falls():
    duties = Counter(control.facts["duty"] for control in PCI.controls.values())
    assert duties == {
        "every-entity": 233,
        "provider": 2,
        "service-provider": 13,
        "multi-tenant": 8,
        "issuer": 1,
        "early-tls": 3,
        "designated": 20,
    }
    for row in controls("pci"):
        control = PCI.controls[row["id"]]
        assert (control.facts["applies_to"], control.group) == (
            row["applies_to"],
            row["requirement"],
        )
        assert control.facts.get("limits", "-") == row["frequency"]


@pytest.mark.parametrize(
    ("standing", "count"),
    [("merchant", 235), ("service-provider", 248), ("multi-tenant", 256), ("issuer", 236)],
)
def test_pci_scope_is_by_what_the_customer_is(standing, count):
    found = PCI.in_scope({"standing": standing})
    assert len(found) == count
    assert {"12.8.5", "12.9.1", "12.9.2"} <= {control.id for control in found}


def test_ftc_exempts_the_small_from_no_more_than_the_rule_says():
    everything = {control.id for control in FTC.in_scope({"standing": "5000-or-more"})}
    small = {control.id for control in FTC.in_scope({"standing": "under-5000"})}
    assert everything == set(FTC.controls)
    assert everything - small == {
        row["id"] for row in controls("ftc") if row["exempt_under_5000"] == "yes"
    }
    assert {"314.4(f)(2)", "314.4(j)(1)"} <= small
    assert FTC.find("ftc:314.6").title.startswith("Institutions with fewer than 5,000")


def test_iso_has_its_four_themes():
    themes = Counter(control.facts["theme"] for control in ISO.controls.values())
    assert themes == {"organizational": 37, "people": 8, "physical": 14, "technological": 34}


@pytest.mark.parametrize("catalog", [CSF, ISO], ids=["csf", "iso27001"])
def test_without_a_scope_every_control_binds(catalog):
    assert catalog.in_scope({}) == tuple(catalog.controls.values())
    assert all(catalog.binds(control, {}) is True for control in catalog.controls.values())


@pytest.mark.parametrize(("catalog", "phrases"), [(PCI, PCI_PHRASES), (ISO, ISO_PHRASES)])
def test_texts_of_the_standards_are_our_own(catalog, phrases):
    said = [
        f"{found.title} {found.beyond}".lower()
        for found in (*catalog.controls.values(), *catalog.program_rules.values())
    ]
    said += [note.lower() for note in catalog.notes]
    assert [phrase for phrase in phrases for text in said if phrase in text] == []
