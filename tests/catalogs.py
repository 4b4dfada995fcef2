"""The bundled catalogs, loaded once, and the reference lists they are held against."""

import csv
from pathlib import Path

from cmpolicy import bundled
from cmpolicy.document import read
from cmpolicy.framework import load

REFERENCE = Path(__file__).parent / "reference"
LISTS = {
    "soc2": "soc2_tsc.tsv",
    "hipaa": "hipaa_security.tsv",
    "cmmc": "cmmc.tsv",
    "csf": "nist_csf2.tsv",
    "pci": "pci_dss_4.tsv",
    "ftc": "ftc_safeguards.tsv",
    "iso27001": "iso27001_2022.tsv",
}
GROUPING = {"csf": {"function", "category"}, "ftc": {"section", "exemption"}}
"""Kinds of rows of a list that only group or limit what is asked."""


def rows(name):
    """Return the rows of a reference list, by the names of its columns."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def load_bundled(name):
    """Return the bundled catalog with this id."""
    path = bundled.frameworks()[name]
    return load(read(path.read_bytes(), path.name))


def controls(name):
    """Return the rows of a list that ask something."""
    left_out = GROUPING.get(name, ())
    return [row for row in rows(LISTS[name]) if row.get("kind") not in left_out]


CATALOGS = {name: load_bundled(name) for name in LISTS}
SOC2, HIPAA, CMMC, CSF, PCI, FTC, ISO = CATALOGS.values()


def of_level(level):
    """Return the CMMC requirements of one level."""
    return [control for control in CMMC.controls.values() if control.level == level]


AICPA_PHRASES = (
    "the entity",
    "board of directors",
    "integrity and ethical values",
    "attract, develop, and retain",
    "relevant, quality information",
    "internal control",
    "sufficient clarity",
    "identification and assessment of risks",
    "potential for fraud",
    "ongoing and/or separate evaluations",
    "logical access security",
    "information assets",
    "least privilege and segregation of duties",
    "physical access to facilities",
    "registers and authorizes",
    "indicative of malicious acts",
    "failed or could fail",
    "meet the entity's objectives",
    "infrastructure, data, software",
    "risk mitigation activities",
    "vendors and business partners",
    "recovery plan procedures",
    "processing capacity",
    "data subject",
    "explicit consent",
    "system inputs",
    "on a timely basis",
)
"""Words of the criteria, lower case: enough to notice a sentence of theirs among ours."""

PCI_PHRASES = (
    "cardholder data environment",
    "documented, kept up to date",
    "in use, and known to",
    "account data is protected",
    "are defined and understood",
    "at least once every 12 months and",
    "all individuals are aware",
    "malicious individuals",
    "third-party service provider (tpsp)",
    "on behalf of the customer",
    "to the extent that they could impact",
    "processes and mechanisms for",
)
ISO_PHRASES = (
    "shall be",
    "information processing facilities",
    "other associated assets",
    "interested parties",
    "topic-specific",
    "information security policy and",
    "relevant legal, statutory",
    "in accordance with the organization",
    "shall",
)
"""Words of the standards, lower case: enough to notice a sentence of theirs among ours."""
