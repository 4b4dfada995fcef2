"""Whatever a file says, it is read or refused with a place: no traceback, and never status 3."""

import re
from pathlib import Path

import pytest

from mutations import KINDS, mutants, trouble, waivers

SEED = 20_261_124
CASES = sorted((Path(__file__).parent / "mutated").glob("*.yaml"))
"""Files that made trouble once; a name begins with the kind."""


@pytest.mark.parametrize("kind", KINDS)
def test_sound_files_are_read(kind):
    """Else a mutation of them would show little."""
    sound, reads = KINDS[kind]
    for data in sound():
        reads(data)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_made_trouble_makes_none(path):
    assert trouble(path.stem.partition("-")[0], path.read_bytes()) is None


def test_a_waiver_until_the_last_day_there_is():
    text = re.sub(r'"expires": "[^"]*"', '"expires": "9999-12-31"', waivers()[1].decode())
    text = re.sub(r'"granted": "[^"]*"', '"granted": "9999-12-01"', text)

    assert "9999-12-31" in text
    assert trouble("waivers", text.encode()) is None


def test_mutated_files_are_read_or_refused_with_a_place():
    """`tools/fuzz.py` tries more of them."""
    found = [wrong for wrong in (trouble(*each) for each in mutants(SEED, 900)) if wrong]

    assert found == []


def test_mutated_agreements_end_no_command_with_status_3(cmpolicy, tmp_path):
    files = [data for kind, data in mutants(SEED + 1, 280) if kind == "agreement"]
    for number, data in enumerate(files):
        (tmp_path / f"a{number}.yaml").write_bytes(data)
    sound = KINDS["agreement"][0]()[0]
    (tmp_path / "sound.yaml").write_bytes(sound)

    found = cmpolicy("check", *sorted(tmp_path.glob("*.yaml")), "--format", "json", cwd=tmp_path)

    assert len(files) == 32
    assert found.status in (1, 2), found.err
    assert "bug of its own" not in found.err
