"""The GitHub action: whose policy judges a change, and what ends with status 2."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from cmpolicy.reporters.changes.markdown import MARKER
from composite import Composite
from gitrepo import GitRepo
from pulls import CONFIG, DEPTH_2, PATH, SOUND, WEAK, Pull
from test_diff_command import PACK

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the action is for Linux and macOS")

WATCH = "house-watch"
OFF = "disable: {house-watch: {because: Not needed, by: Me, until: 2999-01-01}}\n"


def test_a_change_does_not_judge_itself_unless_it_is_let(pull_request):
    here = pull_request({PATH: WEAK, "cmpolicy.yaml": CONFIG + OFF}, *DEPTH_2)

    judged, itself = here.run(), here.run(policy_from="head")

    assert (judged.status, itself.status) == (1, 0)
    (comment,) = here.state["comments"]
    assert f"policy: rule `{WATCH}` is off until" in comment["body"]


def test_what_cannot_be_judged_ends_with_2_after_the_rest(pull_request):
    ours = {"id": 12, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\nall is well"}
    here = pull_request({"cmpolicy.yaml": "pakcs: []\n"}, *DEPTH_2, comments=[ours])

    ran = here.run(policy_from="head")

    assert (ran.status, ran.outputs) == (2, {"status": "2", "sarif-file": ""})
    assert ran.phrase("error") == [
        "cmpolicy check ended with status 2: see the lines above",
        "cmpolicy diff ended with status 2: see the lines above",
    ]
    assert "pakcs" in ran.log
    assert "status 2" in ran.summary
    # What it said before is no longer true.
    assert "Not compared" in here.state["comments"][0]["body"]


def test_a_change_that_breaks_its_policy_does_not_pass_by_that_of_the_base(pull_request):
    here = pull_request({"cmpolicy.yaml": "pakcs: []\n"}, *DEPTH_2)

    ran = here.run()

    assert (ran.status, ran.outputs["status"]) == (2, "2")
    assert ran.phrase("error")[-1] == "cmpolicy diff ended with status 2: see the lines above"
    assert "pakcs" in ran.log
    assert "status 2" in ran.summary


def test_a_change_that_mends_a_broken_agreement_passes(pull_request):
    here = pull_request({PATH: SOUND}, *DEPTH_2, base="apiVersion: cmpolicy/v1\nkind: [\n")

    ran = here.run()

    assert ran.status == 0
    assert ran.phrase("warning") == ["not everything could be compared: see the step summary"]
    assert "### Not compared" in here.state["comments"][0]["body"]


def test_a_change_that_mends_the_policy_passes_where_it_is_let(pull_request):
    here = pull_request({"cmpolicy.yaml": CONFIG}, *DEPTH_2, config="pakcs: []\n")

    by_base, let = here.run(), here.run(policy_from="HEAD")

    assert (by_base.status, let.status) == (2, 0)
    assert "the policy of the base side cannot be used" in let.summary


def test_a_change_that_brings_the_first_policy_is_judged_by_it(tmp_path, site):
    repo = GitRepo.init(tmp_path / "checkout")
    repo.commit({"README.md": "Soon.\n"})
    repo.git("checkout", "--quiet", "-b", "change")
    repo.commit({"house.yaml": PACK, "cmpolicy.yaml": CONFIG, PATH: WEAK})
    repo.git("checkout", "--quiet", "--detach", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "change")
    pull = {"number": 7, "base": {"sha": repo.git("rev-parse", "main")}}
    event = {"name": "pull_request", "sha": repo.head(), "pull_request": pull}
    here = Composite(tmp_path, site, repo.path, event)

    ran = here.run(sarif="never")

    assert ran.status == 1
    assert "First policy" in ran.summary
    (comment,) = here.state["comments"]
    assert f"`{WATCH}`" in comment["body"]


RELEASES = "apiVersion: cmpolicy/v1\nkind: Releases\nreleases:\n"


@pytest.mark.parametrize("released", [False, True], ids=["unsaid", "released"])
def test_an_agreement_that_leaves_fails_unless_the_base_releases_it(tmp_path, site, released):
    today = datetime.now(UTC).date()
    days = f"granted: {today}, expires: {today + timedelta(days=30)}"
    release = f"{{agreement: lakeside, what: all, because: sold, approved_by: J. Lee, {days}}}"
    pull = Pull(tmp_path, {"README.md": "Gone.\n"}, config=CONFIG + "releases: releases.yaml\n")
    origin = pull.origin
    origin.commit(
        {"releases.yaml": RELEASES[:-1] + (f"\n  - {release}\n" if released else " []\n")}
    )
    origin.git("checkout", "--quiet", "--detach")
    origin.git("rm", "--quiet", PATH)
    pull.merge = origin.commit()
    here = Composite(tmp_path, site, pull.clone(), pull.event())

    ran = here.run(sarif="never", base="HEAD^1")

    assert ran.status == (0 if released else 1)
    assert "dropped" in ran.summary


class Parted(Pull):
    """A change that left a base whose policy was looser than that of the base branch is now."""

    def __init__(self, folder, change):
        super().__init__(folder, change, config=CONFIG + OFF)
        self.tip = self.origin.commit({"cmpolicy.yaml": CONFIG})

    def event(self):
        """Return the event of a change that was opened after the policy was made stricter."""
        event = super().event()
        event["pull_request"]["base"]["sha"] = self.tip
        return event


def test_the_policy_of_a_head_that_is_checked_out_is_not_that_of_where_it_left_the_base(
    tmp_path, site
):
    pull = Parted(tmp_path, {PATH: WEAK})
    here = Composite(tmp_path, site, pull.clone(commit=pull.head), pull.event())

    ran = here.run()

    assert ran.status == 1
    assert f"From {pull.opened[:7]} of " in here.state["comments"][0]["body"]
