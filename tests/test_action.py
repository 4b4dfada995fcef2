"""The GitHub action: its own steps, run by bash in real clones as a runner makes them."""

import json
import os
from pathlib import Path

import pytest

from cmpolicy.reporters.changes.markdown import MARKER
from composite import Composite
from gitrepo import GitRepo
from pulls import CONFIG, OTHER, PATH, REWORDED, SOUND, WEAK, Pull
from runner import commands
from schema_files import FOLDER, problems
from test_diff_command import PACK

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the action is for Linux and macOS")

BREACH = "house-notice"
WATCH = "house-watch"
OFF = "disable: {house-watch: {because: Not needed, by: Me, until: 2999-01-01}}\n"


DEPTH_2 = ("--depth=2",)


@pytest.fixture
def pull_request(tmp_path, site):
    """Make a pull request, its checkout, and a runner."""

    def make(change, *depth, base=SOUND, config=CONFIG, branch="change", **state):
        pull = Pull(tmp_path, change, base, config, branch)
        return Composite(tmp_path, site, pull.clone(*depth), pull.event(), **state)

    return make


def annotations(ran):
    return [
        (command.name, command.properties["file"], command.properties["title"].split()[0])
        for command in commands(ran.log)
        if "file" in command.properties
    ]


def stranger(body):
    return {"id": 11, "user": {"login": "mallory"}, "body": body}


def test_nothing_to_tell_is_no_comment(pull_request):
    here = pull_request({"README.md": "Read me.\n"}, *DEPTH_2)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (0, "0")
    assert here.state["comments"] == []
    assert "## ✅ cmpolicy\n" in ran.summary
    assert "Unchanged: no promise" in ran.summary
    assert {kind for kind, _, _ in annotations(ran)} == {"notice"}  # what is known, of the base


@pytest.mark.parametrize("depth", [DEPTH_2, ()], ids=["depth 2", "full"])
def test_a_weakened_promise_is_told_everywhere_and_fails(pull_request, depth):
    here = pull_request({PATH: WEAK}, *depth)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (1, "1")
    assert [found for found in annotations(ran) if found[0] == "error"] == [("error", PATH, WATCH)]
    (comment,) = here.state["comments"]
    assert comment["body"].startswith(MARKER)
    assert "- **weakened** coverage" in comment["body"]
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
    assert "- **weakened**" in first["body"]
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
    (notice,) = ran.told("notice")
    assert notice.startswith("the comment was not updated, the step summary tells the same: ")
    assert notice.endswith("gh: Resource not accessible by integration (HTTP 403)")
    assert here.state["comments"] == []
    assert "cmpolicy diff" in ran.summary
    assert bool([found for found in annotations(ran) if found[0] == "error"]) == bool(status)


def test_a_token_that_may_not_even_read_is_a_notice(pull_request):
    here = pull_request({PATH: WEAK}, *DEPTH_2, forbidden=["GET", "POST", "PATCH"])

    ran = here.run()

    assert ran.status == 1
    assert len(ran.told("notice")) == 2  # the comment, code scanning
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
    told = [notice.partition("(gh: ")[2] for notice in ran.told("notice")]
    assert told == [f"{message} (HTTP {status}))"] * (1 - uploads)
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
    assert [kind for kind in ("notice", "error") if ran.told(kind)] == kinds


def test_without_code_scanning_nobody_is_asked(scanned):
    here = scanned(200, "")

    ran = here.run(judged=JUDGED, sarif="never")

    assert (ran.status, ran.used, here.state["calls"]) == (0, {}, [])


def test_a_change_does_not_judge_itself_unless_it_is_let(pull_request):
    here = pull_request({PATH: WEAK, "cmpolicy.yaml": CONFIG + OFF}, *DEPTH_2)

    judged, itself = here.run(), here.run(policy_from="change")

    assert (judged.status, itself.status) == (1, 0)
    (comment,) = here.state["comments"]
    assert f"policy `disable/{WATCH}`" in comment["body"]


def test_a_push_is_judged_whole_and_gets_no_comment(tmp_path, site):
    pull = Pull(tmp_path, {PATH: WEAK})
    event = {"name": "push", "sha": pull.merge}
    here = Composite(tmp_path, site, pull.clone("--depth=1"), event)

    ran = here.run()

    assert ran.status == 1
    # The other agreement too: on the branch itself nothing is known already.
    failing = {(file, rule) for kind, file, rule in annotations(ran) if kind == "error"}
    assert failing == {(PATH, WATCH), (OTHER, WATCH), (OTHER, BREACH)}
    assert "cmpolicy diff" not in ran.summary
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
    assert f"From {pull.opened}" in here.state["comments"][0]["body"]


SHALLOW = {"the merge": (None, "--depth=1"), "the head": ("head", "--depth=1")}


@pytest.mark.parametrize("name", SHALLOW)
def test_a_clone_without_the_base_ends_with_2_and_says_what_to_fetch(tmp_path, site, name):
    commit, depth = SHALLOW[name]
    pull = Pull(tmp_path, {PATH: WEAK})
    checkout = pull.clone(depth, commit=pull.head if commit else None)

    ran = Composite(tmp_path, site, checkout, pull.event()).run()

    assert ran.status == 2
    assert "fetch-depth: 0" in ran.log
    assert ran.told("error")


def test_what_cannot_be_judged_ends_with_2_after_the_rest(pull_request):
    ours = {"id": 12, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\nall is well"}
    here = pull_request({"cmpolicy.yaml": "pakcs: []\n"}, *DEPTH_2, comments=[ours])

    ran = here.run(policy_from="change")

    assert (ran.status, ran.outputs) == (2, {"status": "2", "sarif-file": ""})
    assert ran.told("error") == [
        "cmpolicy check ended with status 2: the lines above tell why",
        "cmpolicy diff ended with status 2: the lines above tell why",
    ]
    assert "pakcs" in ran.log
    assert "status 2" in ran.summary
    # What it said before is no longer true.
    assert "Not compared" in here.state["comments"][0]["body"]


def test_a_change_that_breaks_its_policy_does_not_pass_by_that_of_the_base(pull_request):
    here = pull_request({"cmpolicy.yaml": "pakcs: []\n"}, *DEPTH_2)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (2, "2")
    assert ran.told("error") == ["cmpolicy diff ended with status 2: the lines above tell why"]
    assert "Gate passed" in ran.log
    assert "status 2" in ran.summary
    assert ran.used  # what was found is uploaded all the same


def test_a_change_that_mends_a_broken_agreement_passes(pull_request):
    here = pull_request({PATH: SOUND}, *DEPTH_2, base="apiVersion: cmpolicy/v1\nkind: [\n")

    ran = here.run()

    assert ran.status == 0
    assert ran.told("warning") == ["not everything could be compared: the step summary tells what"]
    assert "### Not compared" in here.state["comments"][0]["body"]


def test_a_change_that_mends_the_policy_passes_where_it_is_let(pull_request):
    here = pull_request({"cmpolicy.yaml": CONFIG}, *DEPTH_2, config="pakcs: []\n")

    by_base, let = here.run(), here.run(policy_from="HEAD")

    assert (by_base.status, let.status) == (2, 0)
    assert "the policy of the base side cannot be used" in let.summary


def test_a_change_that_brings_the_first_agreement_is_judged_by_the_bundled_policy(tmp_path, site):
    repo = GitRepo.init(tmp_path / "checkout")
    repo.commit({"README.md": "Soon.\n"})
    repo.git("checkout", "--quiet", "-b", "change")
    repo.commit({"house.yaml": PACK, "cmpolicy.yaml": CONFIG, PATH: WEAK})
    repo.git("checkout", "--quiet", "--detach", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "change")
    pull = {"number": 7, "base": {"sha": repo.git("rev-parse", "main")}}
    event = {"name": "pull_request", "sha": repo.head(), "pull_request": pull}
    here = Composite(tmp_path, site, repo.path, event)

    by_base, by_itself = here.run(sarif="never"), here.run(sarif="never", policy_from="change")

    assert (by_base.status, by_itself.status) == (0, 1)
    assert "Gate passed: 1 agreement" in by_base.log
    (comment,) = here.state["comments"]
    assert f"`{WATCH}`" in comment["body"]


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
    assert "- **weakened** coverage" in here.state["comments"][0]["body"]
