"""The hooks, in real commits, as pre-commit installs them from this checkout."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import gitrepo
from build import HEAD
from gitrepo import GitRepo

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("## In pre-commit\n")[1]
SNIPPET = re.search(r"```yaml\n(.*?)```", SECTION, re.DOTALL)[1]
RULE = re.compile(r"^1  high .* house-manager$", re.MULTILINE)
"""The finding that refuses a commit, in full."""
PACK = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House rules
version: 1.0.0
rules:
  - id: house-manager
    title: The customer names an IT manager
    severity: high
    basis: practice
    references: [our own]
    check: item
    with: {list: people, where: {roles: it-manager}}
    why: Somebody must be called.
    fix: Add a person with the role.
    examples:
      pass: [[]]
      fail: [{edits: [{set: "people[dana].roles", to: [system-owner]}], says: it-manager}]
"""
CONFIG = "agreements: ['agreements/*.yaml']\npacks: [policies/house.yaml]\n"
SHARED = "apiVersion: cmpolicy/v1\nkind: Shared\nid: people\n"
MANAGER = "people: [{id: dana, name: Dana, party: clinic, roles: [it-manager]}]\n"
PLACE = "agreements/lakeside.yaml"
POOR = HEAD.replace("co-managed", "fully-managed")
GOOD = POOR + MANAGER
USER = f"{POOR}uses: [../common/people.yaml]\n"
OTHERS = {
    ".github/workflows/ci.yaml": "on: &on push\n",
    "docker-compose.yml": "x-base: &base {image: a}\nservices: {a: {<<: *base}}\n",
    "policies/network.yaml": "kind: NetworkPolicy\n---\nkind: NetworkPolicy\n",
    "template.yaml": "Bucket: !Ref Bucket\n",
}


def pre_commit(*arguments, cwd):
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory, worker_id):
    """A folder for all workers of this run: an environment is installed once, under a lock."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="module")
def hooks(shared_folder, tmp_path_factory):
    """The files as they lie in this checkout, committed: what is not committed is tested too."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    copy = GitRepo.init(tmp_path_factory.mktemp("hooks") / "cmpolicy")
    for name in names.split("\0")[:-1]:
        if (ROOT / name).is_file():
            copy.write(name, (ROOT / name).read_bytes())
    copy.commit()
    place = shared_folder / "hooks-of-this-checkout"
    try:
        copy.path.rename(place)
    except OSError:
        assert place.is_dir()  # another worker was faster
    return GitRepo(place)


@pytest.fixture
def repo(tmp_path, hooks, shared_folder, monkeypatch):
    """A repository with the hooks of the README, a policy, and no commit."""
    gitrepo.quiet(monkeypatch)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(shared_folder / "pre-commit-home"))
    repo = GitRepo.init(tmp_path / "repo")
    pinned = re.sub(r"rev: .*", f"rev: {hooks.head()}", SNIPPET)
    pinned = re.sub(r"repo: .*", f"repo: {hooks.path.as_posix()}", pinned)
    repo.write(".pre-commit-config.yaml", pinned)
    repo.write("cmpolicy.yaml", CONFIG)
    repo.write("policies/house.yaml", PACK)
    assert pre_commit("install", cwd=repo.path).returncode == 0
    repo.git("add", "--all")
    return repo


def refusal(repo, files=None, *paths):
    """Stage files, commit, and return what the hooks said against it; None: it was accepted."""
    for path, content in (files or {}).items():
        repo.write(path, content)
        repo.git("add", path)
    before = repo.git("rev-parse", "--verify", "--quiet", "HEAD", check=False)
    try:
        repo.git("commit", "--message", "change", *paths)
    except AssertionError as refused:
        after = repo.git("rev-parse", "--verify", "--quiet", "HEAD", check=False)
        assert after == before
        return str(refused)
    return None


def test_the_manifest_is_one_and_the_readme_shows_all_of_it():
    manifest = ROOT / ".pre-commit-hooks.yaml"
    judged = pre_commit("validate-manifest", str(manifest), cwd=ROOT)
    ids = [re.findall(r"- id: (\S+)", text) for text in (manifest.read_text("utf-8"), SNIPPET)]

    assert judged.stdout + judged.stderr == ""
    assert judged.returncode == 0
    assert ids == [["cmpolicy", "cmpolicy-packs"]] * 2


def test_a_fault_that_is_staged_is_refused_until_it_is_mended(repo):
    first = refusal(repo, {PLACE: POOR})
    mended = refusal(repo, {PLACE: GOOD})

    assert RULE.search(first)
    assert "Add a person with the role." in first
    assert PLACE in first
    assert mended is None


def test_what_is_not_staged_counts_neither_for_nor_against(repo):
    accepted = refusal(repo, {PLACE: GOOD})
    repo.write(PLACE, POOR)
    fault_aside = refusal(repo, {"agreements/second.yaml": GOOD.replace("lakeside", "second")})
    repo.write("common/people.yaml", SHARED + MANAGER)
    remedy_aside = refusal(repo, {"agreements/third.yaml": USER.replace("lakeside", "third")})

    assert accepted is fault_aside is None
    assert "common/people.yaml is not in the index" in remedy_aside
    assert (repo.path / PLACE).read_text() == POOR


def test_a_shared_file_is_refused_for_the_agreement_that_uses_it(repo):
    good = refusal(repo, {PLACE: USER, "common/people.yaml": SHARED + MANAGER})
    worse = refusal(repo, {"common/people.yaml": SHARED})
    repo.git("rm", "--quiet", "--force", "common/people.yaml")
    gone = refusal(repo, {"unrelated.yaml": "a: b\n"})

    assert good is None
    assert RULE.search(worse)
    assert PLACE in worse
    assert "`../common/people.yaml` cannot be used" in gone


def test_a_partial_commit_is_judged_by_what_it_holds(repo):
    both = {PLACE: USER, "common/people.yaml": SHARED + MANAGER}
    first = refusal(repo, both)
    repo.write("common/people.yaml", SHARED)
    repo.git("add", "--all")
    repo.write(PLACE, f"{USER}note: new\n")

    assert first is None
    assert refusal(repo, None, PLACE) is None
    assert RULE.search(refusal(repo, None, "common/people.yaml"))


def test_yaml_of_other_programs_is_accepted(repo):
    assert refusal(repo, OTHERS) is None


@pytest.mark.parametrize(
    ("hook", "path"),
    [
        ("cmpolicy", ".github/workflows/ci.yaml"),
        ("cmpolicy", "deploy/.cache/ci.yaml"),
        ("cmpolicy", ".yamllint"),
        ("cmpolicy-packs", "policies/base.yaml"),
        ("cmpolicy-packs", "policies/network/house.yaml"),
        ("cmpolicy-packs", "all-policies/house.yaml"),
    ],
)
def test_files_that_a_hook_is_not_for_do_not_start_it(repo, hook, path):
    repo.write(path, POOR)

    result = pre_commit("run", hook, "--files", path, cwd=repo.path)

    assert "(no files to check)" in result.stdout
    assert result.returncode == 0


def test_a_pack_is_refused_while_an_example_is_wrong(repo):
    harmless = PACK.replace("to: [system-owner]", "to: [it-manager]")
    wrong = refusal(repo, {"policies/house.yaml": harmless})
    right = refusal(repo, {"policies/house.yaml": PACK})

    assert "it should fail, and is pass" in wrong
    assert right is None


def with_arguments(repo, index):
    """Return the configuration with arguments that the README names."""
    arguments = re.findall(r"`(args: .*?)`", SECTION)[index]
    plain = (repo.path / ".pre-commit-config.yaml").read_text()
    text = plain.replace("- id: cmpolicy\n", f"- id: cmpolicy\n        {arguments}\n")
    return {".pre-commit-config.yaml": text}


def test_a_configuration_that_is_not_at_the_root_can_be_named(repo):
    repo.git("rm", "--quiet", "--force", "cmpolicy.yaml")
    config = CONFIG.replace("policies", "../policies")
    files = {"legal/cmpolicy.yaml": config, f"legal/{PLACE}": POOR, "apart.yaml": "a: b\n"}

    assert RULE.search(refusal(repo, {**files, **with_arguments(repo, 0)}))


def test_only_what_is_new_or_worse_can_be_refused(repo):
    repo.write(PLACE, POOR)
    repo.git("add", "--all")
    repo.git("commit", "--no-verify", "--message", "of old")
    edited = {PLACE: f"{POOR}note: edited\n"}

    assert RULE.search(refusal(repo, edited))
    assert refusal(repo, {**edited, **with_arguments(repo, 1)}) is None
