"""Inside a hook git says where it works through `GIT_*`: about itself, not about us."""

import json
import os
import sys
from pathlib import Path

import pytest

import gitrepo
from cmpolicy.snapshot import WorkTree, open_index, open_revision, resolve
from gitrepo import GitRepo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="hooks are shell scripts")

PROGRAM = """
import json, os, sys
from pathlib import Path
from cmpolicy.snapshot import find_root, open_index, open_revision
root = find_root(Path(sys.argv[1]))
before = dict(os.environ)
with open_index(root) if sys.argv[2] == "index" else open_revision(root, sys.argv[2]) as snapshot:
    found = {path: snapshot.read(path).decode() for path in snapshot.paths()}
assert dict(os.environ) == before
Path(sys.argv[3]).write_text(json.dumps(found))
"""


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({"a.yaml": "1", "b.yaml": "1", "sub/c.yaml": "1"})
    return repo


@pytest.fixture
def seen(tmp_path):
    """Return a function that makes the script of a hook, and one that tells what it saw."""
    result = tmp_path / "seen.json"
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    path = os.pathsep.join(sys.path)

    def script(folder, what):
        return f'PYTHONPATH="{path}" "{sys.executable}" "{program}" "{folder}" "{what}" "{result}"'

    return script, lambda: json.loads(result.read_text())


def test_a_plain_commit_shows_what_is_staged(repo, seen):
    script, found = seen
    repo.hook("pre-commit", script(".", "index"))
    repo.write("a.yaml", "2")
    repo.git("add", "a.yaml")
    repo.write("b.yaml", "not staged")
    GitRepo(repo.path / "sub").git("commit", "-m", "x")
    assert found() == {"a.yaml": "2", "b.yaml": "1", "sub/c.yaml": "1"}


def test_a_commit_of_everything_shows_everything(repo, seen):
    script, found = seen
    repo.hook("pre-commit", script(".", "index"))
    repo.write("a.yaml", "2")
    repo.path.joinpath("b.yaml").unlink()
    repo.git("commit", "--all", "-m", "x")
    assert found() == {"a.yaml": "2", "sub/c.yaml": "1"}


def test_a_partial_commit_shows_what_will_be_committed(repo, seen):
    script, found = seen
    repo.hook("pre-commit", script(".", "index"))
    repo.write("a.yaml", "2")
    repo.write("b.yaml", "staged, but for another commit")
    repo.git("add", "b.yaml")
    repo.git("commit", "-m", "x", "a.yaml")
    assert found() == {"a.yaml": "2", "b.yaml": "1", "sub/c.yaml": "1"}


def test_a_linked_work_tree_shows_its_own_commit(repo, seen, tmp_path):
    script, found = seen
    repo.hook("pre-commit", script(".", "index"))
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.write("a.yaml", "2")
    linked.git("commit", "--all", "-m", "x")
    assert found() == {"a.yaml": "2", "b.yaml": "1", "sub/c.yaml": "1"}


@pytest.mark.parametrize("options", [("--all",), ("a.yaml",), ()])
def test_a_hook_of_another_repository_does_not_lend_its_index(repo, seen, tmp_path, options):
    script, found = seen
    other = GitRepo.init(tmp_path / "other")
    other.write("staged.yaml", "other")
    other.git("add", "--all")
    repo.hook("pre-commit", script(other.path, "index"))
    repo.write("a.yaml", "2")
    repo.git("commit", "--allow-empty", "-m", "x", *options)
    assert found() == {"staged.yaml": "other"}


def test_a_first_commit_has_no_head_yet(seen, tmp_path):
    script, found = seen
    fresh = GitRepo.init(tmp_path / "fresh")
    fresh.hook("pre-commit", script(".", "index"))
    fresh.commit({"a.yaml": "1"})
    assert found() == {"a.yaml": "1"}


def test_a_receiving_repository_judges_what_is_pushed_before_it_is_accepted(repo, seen, tmp_path):
    script, found = seen
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    bare.hook("pre-receive", f"read old new name\n{script('.', '$new')} && exit 1")
    repo.commit({"a.yaml": "pushed"})
    repo.git("push", "--quiet", str(bare.path), "main", check=False)
    assert found() == {"a.yaml": "pushed", "b.yaml": "1", "sub/c.yaml": "1"}
    assert bare.head() != repo.head()


def test_another_repository_named_by_the_environment_is_not_read(repo, tmp_path, monkeypatch):
    other = GitRepo.init(tmp_path / "other")
    other.commit({"other.yaml": "1"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git" / "objects"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git" / "index"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=true'")
    before = dict(os.environ)
    with open_revision(repo.path, "HEAD") as revision, open_index(repo.path) as index:
        assert "other.yaml" not in revision.paths() + index.paths()
        assert revision.read("a.yaml") == index.read("a.yaml") == b"1"
    assert dict(os.environ) == before


def test_a_chosen_index_outside_any_repository_is_read(repo, tmp_path, monkeypatch):
    chosen = tmp_path / "chosen-index"
    repo.write("only.yaml", "1")
    repo.git("read-tree", "--empty", env={"GIT_INDEX_FILE": str(chosen)})
    repo.git("add", "only.yaml", env={"GIT_INDEX_FILE": str(chosen)})
    monkeypatch.setenv("GIT_INDEX_FILE", str(chosen))
    with open_index(repo.path) as index:
        assert index.paths() == ("only.yaml",)


def test_an_index_that_is_not_there_is_not_an_empty_one(repo, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/gone.lock")
    with open_index(repo.path) as index:
        assert index.paths() == ("a.yaml", "b.yaml", "sub/c.yaml")


def test_a_root_may_be_relative(repo, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.chdir(repo.path.parent)
    folder = Path(repo.path.name)
    with open_index(folder) as index, open_revision(folder, "HEAD") as revision:
        assert index.paths() == revision.paths() == ("a.yaml", "b.yaml", "sub/c.yaml")
        assert index.read("a.yaml") == WorkTree(folder).read("a.yaml") == b"1"


def test_programs_named_in_the_configuration_are_not_run(repo, tmp_path):
    witness = tmp_path / "witness"
    monitor = tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch '{witness}'\n", encoding="utf-8")
    monitor.chmod(0o755)
    repo.git("config", "core.fsmonitor", str(monitor))
    repo.git("config", "filter.x.smudge", str(monitor))
    repo.git("config", "diff.external", str(monitor))
    repo.write(".gitattributes", "*.yaml filter=x\n")
    with open_revision(repo.path, "HEAD") as revision, open_index(repo.path) as index:
        assert revision.read("a.yaml") == index.read("a.yaml") == b"1"
        assert revision.paths() == index.paths()
    assert not witness.exists()


def test_configuration_that_the_user_chooses_is_kept(repo, tmp_path, monkeypatch):
    settings = tmp_path / "settings"
    settings.write_text("[core]\n\tabbrev = nonsense\n", encoding="utf-8")
    assert resolve(repo.path, "HEAD") == repo.head()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    with pytest.raises(Exception, match="bad numeric config value"):
        open_index(repo.path).paths()
