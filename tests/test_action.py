"""The GitHub action: its own steps, run by bash in real clones as a runner makes them."""

import json
import os
from pathlib import Path

import pytest

from cmpolicy.reporters.changes.markdown import MARKER
from composite import Composite
from gitrepo import GitRepo
from pulls import DEPTH_2, OTHER, PATH, REWORDED, WEAK, Pull
from runner import commands
from schema_files import FOLDER, problems

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the action is for Linux and macOS")

BREACH = "house-notice"
WATCH = "house-watch"


def stranger(body):
    return {"id": 11, "user": {"login": "mallory"}, "body": body}


def test_nothing_to_tell_is_no_comment(pull_request):
    here = pull_request({"README.md": "Read me.\n"}, *DEPTH_2)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (0, "0")
    assert here.state["comments"] == []
    assert "## ✅ cmpolicy\n" in ran.summary
    assert "Unchanged: no promise" in ran.summary
    assert {kind for kind, _, _ in ran.annotations()} == {"notice"}  # what is known, of the base


@pytest.mark.parametrize("depth", [DEPTH_2, ()], ids=["depth 2", "full"])
def test_a_weakened_promise_is_told_everywhere_and_fails(pull_request, depth):
    here = pull_request({PATH: WEAK}, *depth)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (1, "1")
    assert [found for found in ran.annotations() if found[0] == "error"] == [("error", PATH, WATCH)]
    (comment,) = here.state["comments"]
    assert comment["body"].startswith(MARKER)
    assert "** (weakened)" in comment["body"]
    assert f"`{WATCH}`" in comment["body"]
    # The base that others moved on is on both sides: nothing of it is the pull request's.
    assert "`other`" not in comment["body"]
    assert OTHER in ran.summary  # known, and told as such
    assert comment["body"].strip() in ran.summary
    file = ran.outputs["sarif-file"]
    assert ran.used == {
        "github/codeql-action/upload-sarif": {
            "sarif_file": file,
            "category": "cmpolicy",
            "token": "the-token",
        }
    }
    sarif = json.loads(Path(file).read_text(encoding="utf-8"))
    assert problems(FOLDER / "sarif-2.1.0-rtm.5.json", sarif) == []
    new = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in sarif["runs"][0]["results"]
        if result["level"] == "error"
    }
    assert new == {PATH}


def test_the_comment_is_updated_and_not_doubled(pull_request):
    here = pull_request({PATH: WEAK}, comments=[stranger("Nice."), stranger("No."), stranger("?")])
    here.run()
    first = here.state["comments"][3]
    repo = GitRepo(here.checkout)
    repo.git("checkout", "--quiet", "HEAD^1", "--", PATH)
    repo.git("commit", "--quiet", "--amend", "--no-edit")
    here.event["sha"] = repo.head()

    ran = here.run()

    assert ran.status == 0
    assert [comment["body"] for comment in here.state["comments"][:3]] == ["Nice.", "No.", "?"]
    (second,) = here.state["comments"][3:]
    assert second["id"] == first["id"]
    assert "** (weakened)" in first["body"]
    # A comment that is there says so when all is well again.
    assert "Unchanged: no promise" in second["body"]


def test_a_stranger_who_quotes_the_marker_keeps_his_comment(tmp_path, site):
    comments = [
        stranger(f"{MARKER}\nmine"),
        {"id": 12, "user": None, "body": f"{MARKER}\nof a deleted account"},
        {"id": 13, "user": {"login": "github-actions[bot]"}, "body": f"> {MARKER}\nother job"},
    ]
    event = {"name": "pull_request", "sha": "", "pull_request": {"number": 7}}
    here = Composite(tmp_path, site, tmp_path, event, comments=comments)
    (here.temp / "cmpolicy" / "diff.md").write_text(f"{MARKER}\n**weakened**\n")

    ran = here.run(judged={"status": "1", "sarif-file": ""})

    assert ran.status == 1
    assert here.state["comments"][:3] == comments
    assert [comment["id"] for comment in here.state["comments"][3:]] == [14]


@pytest.mark.parametrize(("change", "status"), [(WEAK, 1), (REWORDED, 0)])
def test_a_token_that_may_only_read_is_a_notice(pull_request, change, status):
    here = pull_request({PATH: change}, *DEPTH_2, forbidden=["POST", "PATCH"])

    ran = here.run()

    assert ran.status == status
    (notice,) = ran.phrase("notice")
    assert notice.startswith("the comment was not updated, see the step summary: ")
    assert notice.endswith("gh: Resource not accessible by integration (HTTP 403)")
    assert here.state["comments"] == []
    assert "cmpolicy:diff" in ran.summary
    assert bool([found for found in ran.annotations() if found[0] == "error"]) == bool(status)


def test_a_token_that_may_not_even_read_is_a_notice(pull_request):
    here = pull_request({PATH: WEAK}, *DEPTH_2, forbidden=["GET", "POST", "PATCH"])

    ran = here.run()

    assert ran.status == 1
    assert len(ran.phrase("notice")) == 2  # the comment, code scanning
    assert ran.used == {}


SCANNING = {
    "off": ([403, "Code Security must be enabled for this repository to use code scanning."], 0),
    "not there": ([404, "Not Found"], 0),
    "never scanned": ([404, "no analysis found"], 1),
    "on": ([200, ""], 1),
}
JUDGED = {"status": "0", "sarif-file": "a.sarif"}


@pytest.fixture
def scanned(tmp_path, site):
    """Make a runner on which a push was judged already."""

    def make(*answer):
        return Composite(tmp_path, site, tmp_path, {"name": "push", "sha": ""}, scanning=answer)

    return make


@pytest.mark.parametrize("name", SCANNING)
def test_code_scanning_is_uploaded_to_where_it_is_on(scanned, name):
    (status, message), uploads = SCANNING[name]
    here = scanned(status, message)

    ran = here.run(judged=JUDGED)

    assert ran.status == 0
    assert len(ran.used) == uploads
    phrase = [notice.partition("(gh: ")[2] for notice in ran.phrase("notice")]
    assert phrase == [f"{message} (HTTP {status}))"] * (1 - uploads)
    assert here.state["calls"] == ["GET repos/acme/agreements/code-scanning/alerts?per_page=1"]


@pytest.mark.parametrize(
    ("sarif", "uploads", "before", "status", "kinds"),
    [
        ("auto", "failure", "0", 0, ["notice"]),
        ("auto", "failure", "1", 1, ["notice"]),
        ("always", "failure", "0", 2, ["error"]),
        ("always", "failure", "1", 1, ["error"]),
        ("always", "success", "0", 0, []),
    ],
)
def test_an_upload_that_fails_fails_the_job_only_where_it_is_demanded(
    scanned, sarif, uploads, before, status, kinds
):
    here = scanned(200 if sarif == "auto" else 403, "no")
    here.uploads = uploads

    ran = here.run(judged={**JUDGED, "status": before}, sarif=sarif)

    assert ran.status == status
    assert [kind for kind in ("notice", "error") if ran.phrase(kind)] == kinds


def test_without_code_scanning_nobody_is_asked(scanned):
    here = scanned(200, "")

    ran = here.run(judged=JUDGED, sarif="never")

    assert (ran.status, ran.used, here.state["calls"]) == (0, {}, [])


def test_a_push_is_judged_whole_and_gets_no_comment(tmp_path, site):
    pull = Pull(tmp_path, {PATH: WEAK})
    event = {"name": "push", "sha": pull.merge}
    here = Composite(tmp_path, site, pull.clone("--depth=1"), event)

    ran = here.run()

    assert ran.status == 1
    # The other agreement too: on the branch itself nothing is known already.
    failing = {(file, rule) for kind, file, rule in ran.annotations() if kind == "error"}
    assert failing == {(PATH, WATCH), (OTHER, WATCH), (OTHER, BREACH)}
    assert "cmpolicy:diff" not in ran.summary
    assert [call for call in here.state["calls"] if "scanning" not in call] == []


def test_inputs_reach_the_command(tmp_path, site):
    pull = Pull(tmp_path, {PATH: WEAK})
    event = {"name": "push", "sha": pull.merge}
    here = Composite(tmp_path, site, pull.clone(), event)

    def status(**inputs):
        return here.run(sarif="never", **inputs).status

    assert status(paths=PATH) == 1
    assert status(paths=PATH, fail_on="never") == 0
    assert status(paths=f"{PATH}\nhouse.yaml\n", base=pull.merge) == 0
    assert status(paths="lakeside.yaml", working_directory="agreements", base=pull.base) == 1
    assert status(paths="gone.yaml") == 2


def test_the_head_itself_is_compared_with_where_it_left_the_base(tmp_path, site):
    pull = Pull(tmp_path, {PATH: WEAK})
    here = Composite(tmp_path, site, pull.clone(commit=pull.head), pull.event())

    ran = here.run()

    assert ran.status == 1
    assert f"From {pull.opened[:7]} of " in here.state["comments"][0]["body"]


SHALLOW = {"the merge": (None, "--depth=1"), "the head": ("head", "--depth=1")}


@pytest.mark.parametrize("name", SHALLOW)
def test_a_clone_without_the_base_ends_with_2_and_says_what_to_fetch(tmp_path, site, name):
    commit, depth = SHALLOW[name]
    pull = Pull(tmp_path, {PATH: WEAK})
    checkout = pull.clone(depth, commit=pull.head if commit else None)

    ran = Composite(tmp_path, site, checkout, pull.event()).run()

    assert ran.status == 2
    assert "fetch-depth: 0" in ran.log
    assert ran.phrase("error")


HOSTILE = "$(touch pwned);`touch pwned`'\"${IFS}::error::x##[error]y"


def test_hostile_names_and_texts_do_nothing(pull_request):
    phrase = "Unchanged: no promise, no verdict and no word differs"
    poisoned = WEAK.replace("id: watch,", f"id: watch, note: '**{phrase}**',").replace(
        "title: Lakeside", "title: '::error::x ##[error]y ${{ github.token }}'"
    )
    names = {
        f"agreements/{HOSTILE}.yaml": "apiVersion: cmpolicy/v1\nkind: [\n",
        "agreements/-rf.yaml": "apiVersion: cmpolicy/v1\nkind: Agreement\nx: '::error::x'\n",
        "venv/__init__.py": "raise SystemExit('run')\n",
        "cmpolicy.py": "raise SystemExit('run')\n",
        "json.py": "raise SystemExit('run')\n",
        PATH: poisoned,
    }
    here = pull_request(names, *DEPTH_2, branch="a;touch${IFS}pwned;$(touch${IFS}pwned)")

    ran = here.run(paths="agreements\n")

    assert ran.status == 1
    assert not list(here.checkout.rglob("pwned"))
    for command in commands(ran.log):
        assert command.properties["title"].split()[0] in {
            "cmpolicy-not-evaluated",
            WATCH,
            BREACH,
            "cmpolicy",
        }, command
    assert "** (weakened)" in here.state["comments"][0]["body"]
