"""A framework of somebody's own: the files and commands of its how-to, and what is refused."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from by_hand import BY_HAND
from gitrepo import GitRepo

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "own-framework.md").read_text(encoding="utf-8")
FILES = dict(
    re.findall(r"^`([^`\n]+\.yaml)`:\n\n```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
)
COMMANDS = re.findall(r"^\$ (cmpolicy .*)$", PAGE, re.MULTILINE)
CATALOG, PACK = "frameworks/insurer.yaml", "policies/insurer.yaml"
AGREEMENT = "agreements/larkspur-analytics.yaml"
TODAY = ("--as-of", "2026-11-24")


@pytest.fixture
def theirs(tmp_path):
    """A repository that is not ours, with an agreement and the files of the how-to."""
    repo = GitRepo.init(tmp_path / "theirs")
    shutil.copytree(BY_HAND / "common", repo.path / "common")
    shutil.copytree(BY_HAND / "minutes", repo.path / "minutes")
    write(repo, AGREEMENT, (BY_HAND / AGREEMENT).read_text(encoding="utf-8"))
    for name, text in FILES.items():
        write(repo, name, text)
    repo.commit()
    return repo


def write(repo, name, text):
    path = repo.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(repo, name, old, new):
    text = (repo.path / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, (name, old)
    write(repo, name, text.replace(old, new))


def test_the_how_to_has_two_files_and_a_configuration():
    assert set(FILES) == {CATALOG, PACK, "cmpolicy.yaml"}
    assert FILES[CATALOG].count("  - id: ") == 5
    assert FILES[PACK].count("    check: ") == 3
    assert len(COMMANDS) == 4


def test_its_commands_run_with_the_installed_package(theirs, site):
    env = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "80"}
    found = []
    for command in COMMANDS:
        words = [sys.executable, "-P", "-m", *shlex.split(command)]
        done = subprocess.run(
            words, cwd=theirs.path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), (command, done.stderr)
        found.append((done.returncode, done.stdout))
    test, check, controls, explain = found

    assert test[0] == 0
    assert "insurer 1.0.0: 3 rules, 3 examples, 0 wrong, 2 rules untested" in test[1]
    assert check[0] == 1
    assert "ins-notice" in check[1]
    assert "larkspur-analytics  agreements/larkspur-analytics.yaml" in controls[1]
    assert "ins-notice (partial; law)" in explain[1]
    assert "citation: Policy CY-2041, schedule B B3" in explain[1]


# Everywhere


def test_check_judges_by_it(theirs, cmpolicy):
    run = cmpolicy("check", *TODAY, "--format", "json", cwd=theirs.path)

    verdicts = {one["rule"]: one for one in json.loads(run.out)["verdicts"]}
    assert verdicts["ins-restore-test"]["controls"] == ["insurer:B2"]
    assert verdicts["ins-restore-test"]["outcome"] == "pass"
    assert verdicts["ins-notice"]["outcome"] == "fail"


def test_controls_count_all_of_the_catalog(theirs, cmpolicy):
    run = cmpolicy("controls", "insurer", *TODAY, "--format", "json", cwd=theirs.path)

    (one,) = json.loads(run.out)["agreements"]
    states = {row["control"]: row["state"] for row in one["controls"]}
    assert one["in_scope"] == 5
    assert states == {
        "insurer:B1": "partly shown",
        "insurer:B2": "met in the agreement",
        "insurer:B3": "not met",
        "insurer:B4": "needs other evidence",
        "insurer:B5": "needs other evidence",
    }


def test_explain_has_its_pages(theirs, cmpolicy):
    whole = cmpolicy("explain", "insurer", cwd=theirs.path).out
    rule = cmpolicy("explain", "ins-mfa").out
    near = cmpolicy("explain", "insurer:B9")

    assert "Of 5 controls, rules judge 1 in full, 2 in part and 2 not at all" in " ".join(
        whole.split()
    )
    assert "insurer:B1 (partial): Remote access needs MFA" in rule
    assert near.status == 2
    assert "did you mean `insurer:B" in near.err


def test_diff_names_its_controls(theirs, cmpolicy):
    change(
        theirs,
        AGREEMENT,
        "kind: backup-test\n    every: 3 months",
        "kind: backup-test\n    every: 2 years",
    )

    run = cmpolicy("diff", "HEAD", *TODAY, "--format", "json", cwd=theirs.path)

    failing = {one["rule"]: one["controls"] for one in json.loads(run.out)["newly_failing"]}
    assert failing["ins-restore-test"] == ["insurer:B2"]


def test_timeline_can_be_asked_for_it(theirs, cmpolicy):
    run = cmpolicy(
        "timeline", "--since", "2026-01-05", "--until", "2026-11-24", "--framework", "insurer",
        *TODAY, cwd=theirs.path,
    )  # fmt: skip

    assert "ins-notice" in run.out
    assert "soc2-" not in run.out


def test_allocations_may_be_asked_of_every_control(theirs, cmpolicy):
    rule = """\
  - id: ins-matrix
    title: Each condition is allocated
    severity: high
    basis: practice
    check: allocation
    with: {framework: insurer}
    why: Somebody keeps each condition.
    fix: Add a row of `allocations` for each condition.
"""
    write(theirs, PACK, FILES[PACK] + rule)
    row = "\nallocations:\n  - {control: 'insurer:B11', origin: customer, customer: keeps it}\n"
    write(theirs, AGREEMENT, (theirs.path / AGREEMENT).read_text(encoding="utf-8") + row)

    run = cmpolicy("check", "--show", "all", *TODAY, cwd=theirs.path)

    said = " ".join(run.out.split())
    assert "insurer:B1" in said
    assert "insurer has no control B11; did you mean insurer:B" in said


# What is refused

WRONG = {
    "control": (PACK, '"insurer:B2": full', '"insurer:B22": full', "did you mean `insurer:B2`?"),
    "prefix": (PACK, '"insurer:B2": full', '"insurerer:B2": full', "did you mean `insurer:B2`?"),
    "strange": (PACK, '"insurer:B2": full', '"xyz:1": full', "under `frameworks` in cmpolicy.yaml"),
    "duty": (PACK, '- id: "insurer:B4"', '- id: "insurer:B44"', "did you mean `insurer:B4`?"),
    "taken": (CATALOG, "id: insurer", "id: hipaa", "there is a framework `hipaa` already"),
    "gone": ("cmpolicy.yaml", "[frameworks/insurer.yaml]", "[frameworks/other.yaml]", "other.yaml"),
    "twice": (CATALOG, "id: B2", "id: B1", "duplicate `B1`"),
}


@pytest.mark.parametrize(("name", "old", "new", "says"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused(theirs, cmpolicy, name, old, new, says):
    change(theirs, name, old, new)

    run = cmpolicy("check", *TODAY, cwd=theirs.path)

    assert run.status == 2
    assert says in run.err


def test_test_knows_the_catalogs_of_the_configuration(theirs, cmpolicy):
    fine = cmpolicy("test", PACK, cwd=theirs.path)
    strict = cmpolicy("test", PACK, "--strict")
    change(theirs, "cmpolicy.yaml", "frameworks: [frameworks/insurer.yaml]\n", "")
    without = cmpolicy("test", PACK)

    assert fine.status == 0
    assert f"{PACK}: warning: ins-notice is untested" in fine.out
    assert strict.status == 1
    assert without.status == 2
    assert "no catalog has the prefix of `insurer:B1`" in without.err


def test_what_is_set_up_comes_before_every_example(theirs, cmpolicy):
    broken = FILES[PACK].replace("rules:", "examples_setup: [{remove: access}]\nrules:")
    write(theirs, PACK, broken)

    run = cmpolicy("test", PACK, cwd=theirs.path)

    assert run.status == 1
    assert "ins-mfa, example pass 1: it should pass, and is fail" in run.out


# What a change cannot do


def test_a_change_of_the_catalog_is_shown_under_the_policy(theirs, cmpolicy):
    text = FILES[CATALOG]
    control = text[text.index("  - id: B5") :]

    def shown(catalog):
        write(theirs, CATALOG, catalog)
        run = cmpolicy("diff", "HEAD", *TODAY, "--format", "json", cwd=theirs.path)
        changes = json.loads(run.out)["changes"]
        return {one["key"]: one["effect"] for one in changes if one["promise"] == "policy"}

    assert shown(text.replace(control, "")) == {"framework/insurer": "weakened"}
    assert shown(text + control.replace("B5", "B6")) == {"framework/insurer": "strengthened"}
    assert shown(text.replace("id: B5", "id: C5")) == {"framework/insurer": "mixed"}
    assert shown(text + "data: [phi]\n") == {"framework/insurer": "unclear"}
    assert shown(text.replace("title: Laptops", "title: All laptops")) == {}
