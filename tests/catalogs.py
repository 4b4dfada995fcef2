"""The bundled catalogs, loaded once, and the reference lists they are held against."""

import csv
from pathlib import Path

from cmpolicy import bundled
from cmpolicy.document import read
from cmpolicy.framework import load

REFERENCE = Path(__file__).parent / "reference"
LISTS = {"soc2": "soc2_tsc.tsv", "hipaa": "hipaa_security.tsv", "cmmc": "cmmc.tsv"}


def rows(name):
    """Return the rows of a reference list, by the names of its columns."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def load_bundled(name):
    """Return the bundled catalog with this id."""
    path = bundled.frameworks()[name]
    return load(read(path.read_bytes(), path.name))


CATALOGS = {name: load_bundled(name) for name in LISTS}
SOC2, HIPAA, CMMC = CATALOGS["soc2"], CATALOGS["hipaa"], CATALOGS["cmmc"]


def of_level(level):
    """Return the CMMC requirements of one level."""
    return [control for control in CMMC.controls.values() if control.level == level]
