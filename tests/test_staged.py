"""`cmpolicy check --staged PATH...`, as a hook calls it: what else a commit touches is judged."""

import json
import os
import re
import shlex
import sys

import pytest

import gitrepo
from build import HEAD
from gitrepo import GitRepo

PACK = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House rules
version: 1.0.0
rules:
  - id: house-rule
    title: What the house asks for
    severity: high
    basis: practice
    references: [our own]
    why: It was agreed.
    fix: Do it.
"""
ASKS_MANAGER = PACK + "    check: item\n    with: {list: people, where: {roles: it-manager}}\n"
ASKS_MINUTES = PACK + "    check: cadence\n    with: {kind: service-review, record: true}\n"
shell = pytest.mark.skipif(os.name == "nt", reason="the hook is a shell script")

MANAGER = "people: [{id: dana, name: Dana, party: clinic, roles: [it-manager]}]\n"
SHARED = "apiVersion: cmpolicy/v1\nkind: Shared\nid: people\n"
CHECK = ("check", "--staged", "--pack", "house.yaml", "--as-of", "2026-11-24", "--format", "json")
USES = "uses: [../common/people.yaml]\n"
MEETING = "reviews: [{id: monthly, kind: service-review, held: [{on: 2026-11-03, record: %s}]}]\n"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


def agreement(name, body=""):
    return {f"agreements/{name}.yaml": HEAD.replace("id: lakeside", f"id: {name}") + body}


@pytest.fixture
def repo(tmp_path):
    """A pack, a shared file with the manager that it asks for, and who uses which."""
    repo = GitRepo.init(tmp_path / "repo")
    files = {
        "house.yaml": ASKS_MANAGER,
        "common/people.yaml": SHARED + MANAGER,
        "other/people.yaml": SHARED + MANAGER,
        **agreement("user", USES),
        **agreement("twin", "uses: [../other/people.yaml]\n"),
        **agreement("talker", f"{MANAGER}# Not through ../common/people.yaml.\n"),
    }
    repo.commit(files)
    return repo


@pytest.fixture
def staged(repo, cmpolicy):
    """Stage files (None: take away), check some by name, and return what became of what."""

    def run(files, *paths, options=()):
        for path, content in files.items():
            if content is None:
                repo.git("rm", "--quiet", "--cached", path)
            else:
                repo.write(path, content)
                repo.git("add", path)
        result = cmpolicy(*CHECK, *options, *paths, cwd=repo.path)
        return result.status, found(result.out) if result.out else result.err

    return run


def found(out):
    report = json.loads(out)
    return {verdict["agreement"]: verdict["outcome"] for verdict in report["verdicts"]}


def test_a_shared_file_is_judged_with_the_agreements_that_use_it(staged):
    assert staged({"common/people.yaml": SHARED}, "common/people.yaml") == (1, {"user": "fail"})


def test_a_shared_file_that_still_serves_lets_the_commit_pass(staged):
    better = SHARED + MANAGER + "note: better\n"

    assert staged({"common/people.yaml": better}, "common/people.yaml") == (0, {"user": "pass"})


def test_a_file_that_is_no_shared_file_any_more_is_missed_by_those_who_use_it(staged):
    result = staged({"common/people.yaml": "people: []\n"}, "common/people.yaml")

    assert result == (1, {"user": "error"})


def test_what_is_staged_counts_and_not_the_work_tree(repo, staged):
    repo.write("common/people.yaml", SHARED)

    assert staged({}, "common/people.yaml") == (0, {"user": "pass"})


def test_an_agreement_that_uses_it_only_in_the_work_tree_does_not(repo, staged):
    repo.write(*agreement("talker", USES).popitem())

    assert staged({"common/people.yaml": SHARED}, "common/people.yaml") == (1, {"user": "fail"})


def test_of_the_work_tree_a_shared_file_is_only_validated(repo, cmpolicy):
    repo.write("common/people.yaml", SHARED)

    result = cmpolicy("check", "--pack", "house.yaml", "common/people.yaml", cwd=repo.path)

    assert result.status == 0
    assert "it is judged with the agreements that use it" in result.out


def test_from_a_subfolder(repo, cmpolicy):
    repo.write("common/people.yaml", SHARED)
    repo.git("add", "--all")
    packs = ("--pack", "../house.yaml")

    result = cmpolicy("check", "--staged", *packs, "people.yaml", cwd=repo.path / "common")

    assert result.status == 1
    assert re.search(r"^1  high .*house-rule$", result.out, re.MULTILINE)
    assert "Gate failed at low: 1 verdict, 1 finding in 1 of 1 agreement" in result.out


def test_a_folder_or_nothing_named_is_judged_as_ever(staged):
    gone = {"common/people.yaml": None}

    status, phrase = staged(gone, "other")

    assert status == 2
    assert "the path `other` matches no agreement" in phrase
    assert staged({}) == (1, {"user": "error", "twin": "pass", "talker": "pass"})


def test_a_folder_named_is_judged_alone(repo, staged):
    repo.write("elsewhere/other.yaml", *agreement("other", MANAGER).values())
    repo.git("add", "--all")

    assert staged({"common/people.yaml": None}, "elsewhere") == (0, {"other": "pass"})


@pytest.mark.parametrize("globs", ["agreements/t*.yaml", "agreements/*.yaml"])
def test_the_globs_say_which_files_are_agreements(staged, globs):
    files = {"cmpolicy.yaml": f"agreements: ['{globs}']\n", "common/people.yaml": SHARED}

    _, verdicts = staged(files, "common/people.yaml")

    assert verdicts == ({"user": "fail"} if globs == "agreements/*.yaml" else {})


def test_a_shared_file_that_went_counts_with_whatever_is_named(staged):
    result = staged({"common/people.yaml": None}, "agreements/talker.yaml")

    assert result == (1, {"user": "error", "talker": "pass"})


def test_a_shared_file_that_was_renamed_went(repo, staged):
    repo.git("mv", "common/people.yaml", "common/staff.yaml")

    assert staged({}, "common/staff.yaml") == (1, {"user": "error"})
    assert staged(agreement("user", "uses: [../common/staff.yaml]\n"), "common/staff.yaml") == (
        0,
        {"user": "pass"},
    )


def test_what_was_gone_before_is_not_of_this_commit(repo, staged):
    repo.git("rm", "--quiet", "common/people.yaml")
    repo.commit()

    assert staged({}, "agreements/talker.yaml") == (0, {"talker": "pass"})


def test_what_was_wrong_before_is_not_of_this_commit(repo, staged):
    repo.commit(agreement("wrong", f"{USES}persons: []\n"))

    assert staged({"common/people.yaml": SHARED}, "common/people.yaml") == (1, {"user": "fail"})


def test_an_agreement_that_is_named_and_uses_it_is_judged_once(staged):
    files = {"common/people.yaml": SHARED, **agreement("user", USES + "note: new\n")}

    assert staged(files, *files) == (1, {"user": "fail"})


def test_only_what_the_commit_makes_worse_can_be_asked_for(repo, staged):
    since = ("--new-since", "HEAD")
    worse = staged({"common/people.yaml": SHARED}, "common/people.yaml", options=since)
    repo.commit()
    same = staged({"common/people.yaml": f"{SHARED}note: x\n"}, "common/people.yaml", options=since)

    assert worse == (1, {"user": "fail"})
    assert same == (0, {"user": "fail"})


def test_a_record_counts_once_it_is_staged(repo, staged):
    repo.write("minutes/11.md", "Held.")
    files = {"house.yaml": ASKS_MINUTES, **agreement("held", MEETING % "../minutes/11.md")}

    assert staged(files, "agreements/held.yaml") == (1, {"held": "fail"})
    assert staged({"minutes/11.md": "Held."}, "agreements/held.yaml") == (0, {"held": "pass"})


def test_a_record_that_went_is_missed_by_the_agreement_that_names_it(repo, staged):
    files = {"house.yaml": ASKS_MINUTES, "minutes/11.md": "Held."}
    repo.commit({**files, **agreement("held", MEETING % "../minutes/11.md")})

    result = staged({"minutes/11.md": None}, "house.yaml")

    assert result == (1, {"held": "fail"})


FOREIGN = {
    "two documents": "a: 1\n---\nb: 2\n",
    "an anchor": "x-base: &base {a: 1}\nb: {<<: *base}\n",
    "a tag": "bucket: !Ref Bucket\n",
    "a template": "replicas: {{ .Values.replicas }}\n{{- end }}\n",
    "the name of a shared file": "volumes: [../common/people.yaml]\n",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_yaml_of_other_programs_is_passed_over_with_a_notice(repo, cmpolicy, name):
    repo.write("deploy.yaml", FOREIGN[name])
    repo.git("add", "deploy.yaml")

    result = cmpolicy(*CHECK, "deploy.yaml", cwd=repo.path)

    report = json.loads(result.out)
    because = "no cmpolicy file: it does not say `apiVersion: cmpolicy/v1`"
    assert result.status == 0
    assert report["verdicts"] == []
    assert report["skipped"] == [{"file": "deploy.yaml", "because": because}]


def test_yaml_that_a_glob_names_is_not_passed_over(staged):
    files = {"cmpolicy.yaml": "agreements: ['*.yaml']\n", "deploy.yaml": FOREIGN["a tag"]}

    assert staged(files, "deploy.yaml") == (1, {"deploy.yaml": "error"})


def test_a_broken_agreement_is_not_passed_over(staged):
    files = {"deploy.yaml": "apiVersion: cmpolicy/v1\nkind: Agreement\nid: [\n"}

    assert staged(files, "deploy.yaml") == (1, {"deploy.yaml": "error"})


def test_a_configuration_is_validated_though_it_does_not_say_what_it_is(repo, cmpolicy):
    repo.write("elsewhere/cmpolicy.yaml", "agrements: []\n")
    repo.git("add", "--all")

    result = cmpolicy(*CHECK, "house.yaml", "elsewhere/cmpolicy.yaml", cwd=repo.path)

    assert result.status == 2
    assert "elsewhere/cmpolicy.yaml:1:1" in result.err
    assert "did you mean `agreements`?" in result.err


@pytest.fixture
def hooked(repo, tmp_path):
    """A hook that names what the commit holds, in the repository; and what it reported."""
    report = tmp_path / "report.json"
    program = shlex.join([sys.executable, "-m", "cmpolicy", *CHECK])
    path = shlex.quote(os.pathsep.join(sys.path))
    names = "git diff --cached --name-only --diff-filter=d -z"
    repo.hook("pre-commit", f"export PYTHONPATH={path}\n{names} | xargs -0 {program} >{report}")
    return lambda: found(report.read_text())


@shell
def test_a_partial_commit(repo, hooked):
    before = repo.head()
    repo.write("common/people.yaml", SHARED)
    repo.git("add", "common/people.yaml")
    repo.write("other/people.yaml", SHARED + MANAGER + "note: x\n")
    repo.git("commit", "-m", "good", "other/people.yaml")
    good, between = hooked(), repo.head()
    repo.git("commit", "-m", "bad", "common/people.yaml", check=False)

    assert good == {"twin": "pass"}
    assert hooked() == {"user": "fail"}
    assert before != between == repo.head()


@shell
def test_a_linked_work_tree(repo, hooked, tmp_path):
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.write("common/people.yaml", SHARED)
    linked.git("rm", "--quiet", "other/people.yaml")
    linked.git("commit", "--all", "-m", "bad", check=False)

    assert hooked() == {"user": "fail", "twin": "error"}
    assert linked.head() == repo.head()


@shell
def test_the_first_commit(repo, hooked):
    repo.git("checkout", "--quiet", "--orphan", "fresh")
    repo.write("common/people.yaml", SHARED)
    repo.git("rm", "--quiet", "--cached", "-r", "agreements/twin.yaml", "other")
    repo.git("add", "common/people.yaml")
    repo.git("commit", "-m", "first", check=False)

    assert hooked() == {"user": "fail", "talker": "pass"}
    assert repo.git("rev-parse", "--verify", "--quiet", "HEAD", check=False) == ""


def test_an_empty_file_among_all_that_is_staged_is_skipped(staged):
    """A hook names every YAML file of a commit."""
    assert staged({"values.yaml": ""}, "values.yaml") == (0, {})
