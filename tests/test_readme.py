"""What the README shows works as written, and its picture is what the program says today."""

import importlib.util
import re
import shlex
import shutil
from pathlib import Path

import pytest

from cmpolicy import bundled
from cmpolicy.cli import COMMANDS
from gitrepo import GitRepo, quiet

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
# What follows them is run where it belongs: test_pre_commit.py.
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
(AGREEMENT,) = (block for block in BLOCKS if "kind: Agreement" in block)
(CONFIG,) = (block for block in BLOCKS if "fail_on:" in block)


def test_the_agreement_shown_is_one(cmpolicy, tmp_path):
    (tmp_path / "shown.yaml").write_text(AGREEMENT)

    result = cmpolicy("check", "shown.yaml", "--as-of", "2026-11-24", cwd=tmp_path)

    assert result.status == 1
    assert "cannot be read" not in result.out
    assert "112 h in the worst case" in result.out


def test_the_configuration_shown_is_one(cmpolicy, tmp_path):
    (tmp_path / "cmpolicy.yaml").write_text(CONFIG.replace("packs: [./policies/house.yaml]", ""))
    for name in ("waivers", "releases"):
        text = f"apiVersion: cmpolicy/v1\nkind: {name.title()}\n{name}: []\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "shown.yaml").write_text(AGREEMENT)

    result = cmpolicy("check", "--as-of", "2026-11-24", cwd=tmp_path)

    assert result.status == 1
    assert "cm-capacity-audit  Audits are kept elsewhere (J. Lee, until 2027-01-31)" in result.out


@pytest.fixture
def change(tmp_path, monkeypatch):
    """Make a repository of the examples, on a branch where the sound agreement was weakened."""
    quiet(monkeypatch)
    folder = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    repo = GitRepo.init(folder)
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "change")
    path = "agreements/larkspur-analytics.yaml"
    sound = (folder / path).read_text(encoding="utf-8")
    slower = sound.replace(
        "\nsignatures:",
        """  - because: Nobody reads tickets on a Monday
    edits: [{set: "targets[p3-respond].within", to: 3 business days}]
\nsignatures:""",
    )
    assert slower != sound
    repo.commit({path: slower})
    return repo


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("In CI", "Gate failed at low: 1 verdict, 2 findings in 1 of 4 agreements"),
        ("In a pull request", "instead of 4 business hours** (weakened)"),
    ],
)
def test_the_commands_for_a_change_find_what_it_does(cmpolicy, change, heading, says):
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    (command,) = re.findall(r"^\$ cmpolicy (.*)$", section, re.MULTILINE)

    # As written, but on the day for which the examples are.
    result = cmpolicy(*shlex.split(command), "--as-of", "2026-11-24", cwd=change.path)

    assert result.status == 1, result.err
    assert says in result.out
    assert "cm-signed-terms" in result.out


@pytest.mark.parametrize("words", re.findall(r"`cmpolicy (\w+)", TEXT))
def test_every_command_named_exists(words):
    assert words in COMMANDS


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`(--[a-z-]+)", TEXT))))
def test_every_option_named_exists(cmpolicy, option):
    helps = "".join(cmpolicy(name, "--help").out for name in COMMANDS)

    assert option in helps


def test_every_file_linked_is_there():
    for path in re.findall(r"\]\(([^)h][^)]*)\)", TEXT):
        assert (ROOT / path).is_file(), path


def test_the_picture_is_of_today():
    """Draw it anew with `python tools/picture.py`."""
    spec = importlib.util.spec_from_file_location("picture", ROOT / "tools" / "picture.py")
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)

    assert picture.draw() == picture.PICTURE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", bundled.policies())
def test_every_bundled_pack_is_named(name):
    assert f"| `{name}` |" in TEXT
