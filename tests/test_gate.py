"""`check` as a gate: revisions, what is new since one, and whose policy judges."""

import json

import pytest

import build
import gitrepo
from gitrepo import GitRepo

AS_OF = ("--as-of", "2026-11-24")
PACK = """
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House
version: 1.0.0
rules:
  - id: house-fast
    title: They respond within an hour
    severity: high
    check: target
    with: {stage: respond, within: 1 hour}
    basis: practice
    why: They should, our default.
    fix: Promise it.
  - id: house-watch
    title: Somebody watches
    severity: medium
    check: item
    with: {list: coverage}
    basis: practice
    why: They should.
    fix: Say it.
"""
CONFIG = """
apiVersion: cmpolicy/v1
kind: Config
packs: [house.yaml]
waivers: waivers.yaml
"""
WAIVERS = "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: []\n"
WAIVED = """
apiVersion: cmpolicy/v1
kind: Waivers
waivers:
  - {rule: house-fast, agreement: lakeside, reason: They are slow and we like them,
     approved_by: Kim, granted: 2026-11-01, expires: 2026-12-31}
"""
HEAD = (
    build.HEAD.replace("co-managed", "fully-managed")
    + """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
coverage: [{area: helpdesk, stage: respond, by: msp}]
"""
)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


def text(p1="2 hours", p2="30 minutes", more=""):
    return (
        f"{HEAD}targets:\n  - {{severity: p1, stage: respond, within: {p1}, calendar: 24x7}}\n"
        f"  - {{severity: p2, stage: respond, within: {p2}, calendar: 24x7}}\n{more}"
    )


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    files = {"house.yaml": PACK, "cmpolicy.yaml": CONFIG, "waivers.yaml": WAIVERS}
    repo.commit({**files, "a.yaml": text()})
    return repo


def check(cmpolicy, repo, *options):
    """Return the exit status, and (rule, outcome, known) of what is bad."""
    result = cmpolicy("check", *AS_OF, "--format", "json", *options, cwd=repo.path)
    assert result.status in (0, 1), result.err
    verdicts = json.loads(result.out)["verdicts"]
    bad = [v for v in verdicts if v["outcome"] in ("fail", "undetermined", "error")]
    return result.status, [(v["agreement"], v["rule"], v["known"]) for v in bad]


SINCE = ("--new-since", "HEAD")


def test_what_was_there_before_does_not_fail_the_gate(cmpolicy, repo):
    repo.write("a.yaml", text().replace("title: Lakeside", "title: Renamed"))

    assert check(cmpolicy, repo) == (1, [("lakeside", "house-fast", False)])
    assert check(cmpolicy, repo, *SINCE) == (0, [("lakeside", "house-fast", True)])


def test_what_is_new_fails_the_gate(cmpolicy, repo):
    repo.write("a.yaml", text().replace("coverage:", "# coverage:"))

    assert check(cmpolicy, repo, *SINCE) == (
        1,
        [("lakeside", "house-fast", True), ("lakeside", "house-watch", False)],
    )


def test_what_is_worse_fails_the_gate(cmpolicy, repo):
    repo.write("a.yaml", text(p1="3 hours"))

    assert check(cmpolicy, repo, *SINCE) == (1, [("lakeside", "house-fast", False)])


def test_what_is_better_and_not_yet_good_is_known(cmpolicy, repo):
    repo.write("a.yaml", text(p1="90 minutes"))

    assert check(cmpolicy, repo, *SINCE) == (0, [("lakeside", "house-fast", True)])


def test_better_in_one_place_and_worse_in_another_fails_the_gate(cmpolicy, repo):
    repo.write("a.yaml", text(p1="90 minutes", p2="2 hours"))

    assert check(cmpolicy, repo, *SINCE) == (1, [("lakeside", "house-fast", False)])


def test_certain_where_it_was_in_doubt_is_worse(cmpolicy, repo):
    repo.commit({"a.yaml": text(p1="unknown")})
    repo.write("a.yaml", text(p1="3 hours"))

    assert check(cmpolicy, repo, *SINCE) == (1, [("lakeside", "house-fast", False)])


def test_an_agreement_that_is_new_is_new_in_all_it_says(cmpolicy, repo):
    repo.write("b.yaml", text().replace("id: lakeside", "id: harbour"))

    assert check(cmpolicy, repo, *SINCE) == (
        1,
        [("harbour", "house-fast", False), ("lakeside", "house-fast", True)],
    )


def test_a_file_that_moved_is_known_by_its_id(cmpolicy, repo):
    repo.git("mv", "a.yaml", "moved.yaml")

    assert check(cmpolicy, repo, *SINCE) == (0, [("lakeside", "house-fast", True)])


def test_a_file_that_cannot_be_read_is_new_trouble_unless_it_was(cmpolicy, repo):
    repo.write("a.yaml", text(more="no_such_key: 1\n"))
    broken = check(cmpolicy, repo, *SINCE)
    repo.commit()
    repo.write("a.yaml", text(more="no_such_key: 2\n"))

    assert broken[0] == 1
    assert {known for _, _, known in broken[1]} == {False}
    still = check(cmpolicy, repo, *SINCE)
    assert still[0] == 0
    assert {known for _, _, known in still[1]} == {True}


def test_what_could_not_be_seen_before_is_new(cmpolicy, repo):
    repo.commit({"a.yaml": text(more="no_such_key: 1\n")})
    repo.write("a.yaml", text())

    assert check(cmpolicy, repo, *SINCE) == (1, [("lakeside", "house-fast", False)])


def once_merged(cmpolicy, repo, *options):
    result = cmpolicy("check", *AS_OF, *SINCE, "--format", "json", *options, cwd=repo.path)
    report = json.loads(result.out)
    failing = [(one["agreement"], one["rules"]) for one in report["fails_once_merged"]]
    return result.status, [edit["effect"] for edit in report["policy_edits"]], failing


def test_a_stricter_rule_is_reported_before_it_turns_the_main_branch_red(cmpolicy, repo):
    repo.commit({"a.yaml": text(p1="30 minutes")})
    repo.write("house.yaml", PACK.replace("within: 1 hour", "within: 10 minutes"))

    assert once_merged(cmpolicy, repo) == (0, ["strengthened"], [("lakeside", ["house-fast"])])


def test_what_fails_already_is_not_reported_as_failing_once_merged(cmpolicy, repo):
    repo.write("house.yaml", PACK.replace("within: 1 hour", "within: 10 minutes"))

    assert once_merged(cmpolicy, repo) == (0, ["strengthened"], [])


def test_every_format_keeps_the_gate_and_says_what_is_known(cmpolicy, repo):
    repo.write("a.yaml", text(p1="90 minutes"))

    texts = {
        name: cmpolicy("check", *AS_OF, *SINCE, "--format", name, cwd=repo.path)
        for name in ("text", "markdown", "junit", "sarif", "github", "gitlab", "jsonl")
    }

    assert {result.status for result in texts.values()} == {0}
    assert "1 known" in texts["text"].out
    assert "(known)" in texts["markdown"].out
    assert "<failure" not in texts["junit"].out
    assert "::error" not in texts["github"].out


def test_a_revision_is_judged_by_its_own_policy_unless_told_otherwise(cmpolicy, repo):
    first = repo.head()
    repo.commit({"a.yaml": text(p1="30 minutes"), "waivers.yaml": WAIVED})

    assert check(cmpolicy, repo, "--rev", first) == (1, [("lakeside", "house-fast", False)])
    assert check(cmpolicy, repo, "--rev", first, "--policy-from", "HEAD") == (0, [])


def test_a_change_does_not_judge_itself(cmpolicy, repo):
    base = repo.head()
    repo.write("waivers.yaml", WAIVED)
    repo.write("cmpolicy.yaml", CONFIG.replace("packs: [house.yaml]", "packs: []"))
    repo.write("a.yaml", text(p1="3 hours"))

    worse = (1, [("lakeside", "house-fast", False)])
    assert cmpolicy("check", *AS_OF, cwd=repo.path).status == 2  # nothing is judged
    assert check(cmpolicy, repo, "--policy-from", base) == worse
    assert check(cmpolicy, repo, *SINCE) == worse


def test_the_policy_of_the_change_judges_where_somebody_says_so_and_every_report_says_it(
    cmpolicy, repo
):
    repo.write("waivers.yaml", WAIVED)
    own = ("--policy-from", "head")
    notice = "The change is judged by its own policy (--policy-from head)"

    assert check(cmpolicy, repo, *own) == (0, [])
    for name in ("text", "markdown", "junit", "sarif", "github"):
        result = cmpolicy("check", *AS_OF, *own, "--format", name, cwd=repo.path)
        assert notice in result.out.replace("\\", "")
    text_report = cmpolicy("check", *AS_OF, *own, cwd=repo.path).out
    assert text_report.startswith(notice)


def test_a_framework_is_required_whatever_the_file_says(cmpolicy, repo):
    repo.write("cmpolicy.yaml", CONFIG + 'require: {"*.yaml": [hipaa]}\n')

    result = cmpolicy("check", *AS_OF, "--format", "json", cwd=repo.path)

    judged = {verdict["pack"] for verdict in json.loads(result.out)["verdicts"]}
    assert judged == {"comanaged", "hipaa", "house"}


@pytest.mark.parametrize("option", ["--rev", "--new-since", "--policy-from"])
def test_a_revision_that_is_not_there_is_no_clean_run(cmpolicy, repo, option):
    result = cmpolicy("check", *AS_OF, option, "mian", cwd=repo.path)

    assert result.status == 2
    assert "mian names no commit" in result.err
    assert "main" in result.err


@pytest.mark.parametrize("option", ["--rev", "--new-since", "--policy-from"])
def test_a_shallow_clone_says_what_to_do(cmpolicy, repo, tmp_path, option):
    base = repo.head()
    repo.commit({"a.yaml": text(p1="30 minutes")})
    shallow = repo.clone(tmp_path / "shallow", "--depth", "1")

    result = cmpolicy("check", *AS_OF, option, base, cwd=shallow.path)

    assert result.status == 2
    assert "fetch-depth: 0" in result.err


def test_an_option_is_no_revision(cmpolicy, repo):
    result = cmpolicy("check", *AS_OF, "--new-since=--output=x", cwd=repo.path)

    assert result.status == 2
    assert "is not a revision" in result.err


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--rev", "HEAD~1"),
        ("check", "--new-since", "HEAD~1"),
        ("diff", "HEAD~1"),
        ("timeline", "--since", "2026-01-01"),
    ],
    ids=" ".join,
)
def test_a_file_that_was_never_fetched_is_no_broken_agreement(cmpolicy, repo, tmp_path, command):
    repo.commit({"a.yaml": text(p1="30 minutes")}, when="2026-03-05T12:00:00+00:00")
    repo.git("config", "uploadpack.allowFilter", "true")
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none")

    result = cmpolicy(*command, *AS_OF, cwd=partial.path)

    assert result.status == 2, result.out
    assert "partial clone" in result.err
    assert "git fetch --refetch --no-filter" in result.err


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--rev", "HEAD"),
        ("check", "--rev", "HEAD", "--new-since", "HEAD~1"),
        ("check", "--staged"),
        ("timeline", "--since", "2026-01-01"),
    ],
    ids=" ".join,
)
def test_processes_read_git_each_by_itself_and_tell_the_same(cmpolicy, repo, command):
    names = [f"agreement-{number}" for number in range(6)]
    files = {f"{n}.yaml": text().replace("id: lakeside", f"id: {n}") for n in names}
    repo.commit(files, when="2026-03-05T12:00:00+00:00")

    alone, together = (
        cmpolicy(*command, *AS_OF, "--format", "json", "--jobs", count, cwd=repo.path)
        for count in (1, 3)
    )

    assert alone.status in (0, 1), alone.err
    assert (together.status, together.out) == (alone.status, alone.out)
    assert all(name in together.out for name in names)
