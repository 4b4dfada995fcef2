"""The GitHub action: no file of the change runs, and the token meets nothing but our script."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cmpolicy.reporters.changes.markdown import MARKER
from cmpolicy.reporters.changes.wording import UNCHANGED
from composite import ACTION, ROOT, Composite, script
from gitrepo import GitRepo
from pulls import DEPTH_2, PATH, WEAK
from runner import commands

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the action is for Linux and macOS")

LOCK = ROOT / "action" / "requirements.txt"
LIBRARIES = ("cerberus", "click", "git", "jsonschema", "jsonschema_rs", "pip", "tzdata", "yaml")
STANDARD = ("ast", "enum", "json", "multiprocessing", "os", "re", "subprocess", "venv", "zipfile")
STARTUP = ("sitecustomize", "usercustomize", "pythonstartup")
JUDGED = {"status": "1", "sarif-file": "a.sarif"}
PULL = {"name": "pull_request", "sha": "", "pull_request": {"number": 7}}


def trap(folder, name):
    """Return a module that leaves a mark in a folder where it is run, and else does nothing."""
    return f"open({str(folder / name)!r}, 'w').close()\n"


def traps(folder):
    """Return the files with which a change tries to be run, each with a mark of its own."""
    files = {}
    for name in (*LIBRARIES, *STANDARD, *STARTUP):
        files[f"{name}.py"] = trap(folder, f"{name}.py")
        files[f"{name}/__init__.py"] = trap(folder, f"{name}-init")
        files[f"{name}/__main__.py"] = trap(folder, f"{name}-main")
    files |= {"cmpolicy.py": trap(folder, "cmpolicy"), "src/cmpolicy/__init__.py": "raise\n"}
    files |= {"setup.py": trap(folder, "setup"), "setup.cfg": "[install]\nprefix = .\n"}
    files["pip.conf"] = "[global]\nindex-url = https://example.invalid/\n"
    files["pyproject.toml"] = '[build-system]\nrequires = []\nbuild-backend = "setup"\n'
    files["pyvenv.cfg"] = "home = .\ninclude-system-site-packages = true\n"
    files["trap.pth"] = f"import os; {trap(folder, 'pth')}"
    files["requirements.txt"] = "evil\n"
    # Many files, so that agreements are judged by worker processes.
    files |= {f"agreements/more/{n}.yaml": f"id: {n}\n" for n in range(70)}
    return files


def programs(folder, marks):
    """Write programs to `bin` of a folder that leave a mark in another."""
    for name in ("bash", "cmpolicy", "gh", "git", "pip", "python", "python3", "sh", "cat"):
        path = folder / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n: >'{marks}/{name}'\nexit 1\n", encoding="utf-8")
        path.chmod(0o755)


@pytest.fixture
def marks(tmp_path):
    """Return an empty folder; what is in it at the end was run."""
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def test_no_file_of_the_change_runs_in_any_step(pull_request, marks):
    here = pull_request({**traps(marks), PATH: WEAK}, *DEPTH_2)
    programs(here.checkout, marks)  # as a step before ours may leave them in the checkout
    # A job may have these for its own steps.
    here.variables = {"PYTHONPATH": ".", "PYTHONSTARTUP": "pythonstartup.py"}

    ran = here.run(paths="agreements")

    assert ran.status == 1
    assert "** (weakened)" in here.state["comments"][0]["body"]
    assert list(marks.iterdir()) == []


def test_the_traps_do_catch_a_python_that_is_started_without_care(tmp_path, marks):
    repo = GitRepo.init(tmp_path / "checkout")
    repo.commit(traps(marks))

    subprocess.run([sys.executable, "-c", "import zipfile"], cwd=repo.path, check=False)

    assert [path.name for path in marks.iterdir()] != []


def test_only_the_steps_that_need_the_token_have_it(pull_request):
    here = pull_request({"README.md": "Read me.\n"}, *DEPTH_2)
    here.variables = {"PIP_INDEX_URL": "https://mirror.example/simple"}

    ran = here.run(sarif="never")

    assert ran.status == 0
    with_token = [s["name"] for s in ACTION["runs"]["steps"] if "inputs.token" in json.dumps(s)]
    assert with_token == ["Ask for code scanning", "Upload to code scanning", "Comment"]
    for call in json.loads((here.folder / "pip.json").read_text(encoding="utf-8")):
        environment = call["environment"]
        assert "the-token" not in environment.values()
        assert environment["PIP_INDEX_URL"] == "https://mirror.example/simple"
        assert environment.keys().isdisjoint({"PYTHONPATH", "PYTHONHOME", "GH_TOKEN"})


def test_pip_gets_locked_wheels_and_then_only_the_action_itself(pull_request):
    here = pull_request({"README.md": "Read me.\n"}, *DEPTH_2)

    here.run(sarif="never")

    locked, itself = json.loads((here.folder / "pip.json").read_text(encoding="utf-8"))
    asked = {"--require-hashes", "--only-binary", ":all:", "--no-deps", "requirements.txt"}
    assert asked <= set(locked["arguments"])
    assert Path(locked["cwd"]) / "requirements.txt" == LOCK
    assert {"--no-index", "--no-build-isolation", "--no-deps"} <= set(itself["arguments"])
    assert itself["arguments"][-1] == str(ROOT)
    assert Path(itself["cwd"]).is_relative_to(ROOT)


def test_an_older_python_ends_with_2_and_says_what_is_needed(tmp_path, site):
    here = Composite(tmp_path, site, tmp_path, {"name": "push", "sha": ""})
    old = tmp_path / "bin" / "python3"
    old.write_text("#!/bin/sh\n[ $2 = --version ] && echo Python 3.9.6\nexit 1\n", encoding="utf-8")

    ran = here.run()

    assert ran.status == 2
    assert "cmpolicy needs Python 3.11 or later as python3, found Python 3.9.6" in ran.log


def test_no_step_works_in_the_checkout_but_the_one_that_judges():
    places = {step["name"]: step.get("working-directory") for step in ACTION["runs"]["steps"]}

    assert places.pop("Judge") == "${{ inputs.working-directory }}"
    assert places.pop("Upload to code scanning") is None  # an action, which has no such setting
    assert set(places.values()) == {"${{ runner.temp }}"}


# --- the step that comments -----------------------------------------------------------------------


@pytest.fixture
def commenting(tmp_path, site, marks):
    """Make a runner whose environment and checkout were altered after the judgement."""
    checkout = tmp_path / "checkout"
    for path, text in traps(marks).items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text, encoding="utf-8")
    programs(checkout, marks)
    here = Composite(tmp_path, site, checkout, PULL)
    venv = here.temp / "cmpolicy" / "venv"
    programs(venv, marks)
    packages = venv / "lib" / "python3.11" / "site-packages"
    for path, text in traps(marks).items():
        (packages / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / path).write_text(text, encoding="utf-8")
    for name in ("json", "re", "stat", "subprocess"):  # beside the report, where the steps work
        (here.temp / f"{name}.py").write_text(trap(marks, name), encoding="utf-8")
        (here.temp / "cmpolicy" / f"{name}.py").write_text(trap(marks, name), encoding="utf-8")
    here.variables = {"PYTHONPATH": str(packages), "PYTHONHOME": str(venv)}
    here.report = here.temp / "cmpolicy" / "diff.md"
    return here


def test_the_comment_runs_nothing_of_the_environment_that_judged(commenting, marks):
    commenting.report.write_text(f"{MARKER}\n**1 weakened**\n", encoding="utf-8")

    ran = commenting.run(judged=JUDGED)

    assert ran.status == 1  # of the judgement
    assert [comment["id"] for comment in commenting.state["comments"]] == [3_000_000_001]
    assert list(marks.iterdir()) == []


def test_the_script_that_comments_imports_nothing_but_the_standard_library():
    text = (ROOT / "action" / "comment.py").read_text(encoding="utf-8")
    names = set(re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE))

    assert names <= sys.stdlib_module_names
    assert "site" not in names


def test_the_script_that_comments_knows_the_words_of_the_report():
    found = importlib.util.spec_from_file_location("comment", ROOT / "action" / "comment.py")
    comment = importlib.util.module_from_spec(found)
    found.loader.exec_module(comment)

    assert (comment.MARKER, comment.UNCHANGED) == (MARKER, UNCHANGED)


def hard_linked(report):
    secret = report.parents[2] / "secret"
    secret.write_text(f"{MARKER}\nsecret\n", encoding="utf-8")
    os.link(secret, report)


def linked(report):
    secret = report.parents[2] / "secret"
    secret.write_text(f"{MARKER}\nsecret\n", encoding="utf-8")
    report.symlink_to(secret)


def folder_linked(report):
    moved = report.parents[2] / "moved"
    report.parent.rename(moved)
    (moved / report.name).write_text(f"{MARKER}\nsecret\n", encoding="utf-8")
    report.parent.symlink_to(moved)


REPORTS = {
    "a link": linked,
    "a link to /etc/passwd": lambda report: report.symlink_to("/etc/passwd"),
    "a hard link": hard_linked,
    "in a folder that is a link": folder_linked,
    "missing": Path.exists,
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "too large": lambda report: report.write_text(MARKER + "secret" * 20_000),
    "not UTF-8": lambda report: report.write_bytes(MARKER.encode() + b"\xffsecret"),
    "of somebody else": lambda report: report.write_text("root:x:0:0:secret"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_is_not_ours_is_refused_and_not_shown(commenting, name):
    ours = {"id": 12, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\nall is well"}
    commenting.write({**commenting.state, "comments": [ours]})
    REPORTS[name](commenting.report)

    ran = commenting.run(judged={**JUDGED, "status": "0"})

    assert ran.status == 2
    (error,) = ran.phrase("error")
    assert error.startswith("the report of cmpolicy diff was refused: ")
    # What it said before is no longer true.
    (comment,) = commenting.state["comments"]
    assert "Not compared" in comment["body"]
    assert "root" not in comment["body"]
    assert "secret" not in comment["body"]


def test_a_report_is_not_sent_with_what_gh_would_take_for_a_file(commenting):
    text = f"{MARKER}\n**1 weakened**\n@/etc/passwd\n"
    commenting.report.write_text(text, encoding="utf-8")

    commenting.run(judged=JUDGED)

    assert commenting.state["comments"][0]["body"] == text


# --- what the forge answers -----------------------------------------------------------------------

ANSWER = (
    "no\n::error::a\r\n::set-output name=status::0\r::warning::b %0A::error::c ##[error]d \x1b[2J"
)


def test_an_answer_of_the_forge_starts_no_command(commenting):
    commenting.report.write_text(f"{MARKER}\n**1 weakened**\n", encoding="utf-8")
    state = {**commenting.state, "scanning": [403, ANSWER], "forbidden": ["POST"]}
    commenting.write({**state, "refusal": ANSWER})

    ran = commenting.run(judged={**JUDGED, "status": "0"})

    assert ran.status == 0
    found = commands(ran.log)
    assert [(c.name, c.properties) for c in found] == [("notice", {"title": "cmpolicy"})] * 2
    for command in found:
        assert "::set-output name=status::0" in command.data
        assert "%0A::error::c" in command.data
    assert "\x1b" not in ran.log
    assert "##[" not in ran.log


def test_an_answer_of_another_shape_is_a_warning(commenting):
    commenting.report.write_text(f"{MARKER}\n**1 weakened**\n", encoding="utf-8")
    script(commenting.folder.parent / "bin" / "gh", "-c", "print('[')")

    ran = commenting.run(judged={**JUDGED, "sarif-file": ""})

    assert ran.status == 1
    assert len(ran.phrase("warning")) == 1
