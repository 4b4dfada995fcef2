"""The gate however it is run, and whatever state the repository is in: a weakening never passes.

Each test makes one change that a rule fails, and hides it behind a way of running git or cmpolicy.
"""

import os

import pytest

import gitrepo
from gitrepo import GitRepo
from test_check_command import HEAD, MANAGER, PACK

FILE = "agreements/lakeside.yaml"
CHECK = ("check", "--as-of", "2026-11-24")
REV = ("--rev", "HEAD", "--new-since", "HEAD~1")
CONFIG = """\
apiVersion: cmpolicy/v1
kind: Config
agreements: ["agreements/**/*.yaml"]
packs: [./house.yaml]
"""


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    """A repository with an agreement that keeps the rule of a pack."""
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({FILE: HEAD + MANAGER, "house.yaml": PACK, "cmpolicy.yaml": CONFIG})
    return repo


@pytest.fixture
def weakened(repo):
    """The same with a second commit, which breaks the rule."""
    repo.commit({FILE: HEAD})
    return repo


@pytest.mark.parametrize(
    ("flag", "weaken"),
    [
        ("--assume-unchanged", lambda path: path.write_text(HEAD)),
        ("--assume-unchanged", os.unlink),
        ("--skip-worktree", lambda path: path.write_text(HEAD)),
    ],
)
def test_a_file_at_which_git_does_not_look(repo, cmpolicy, flag, weaken):
    repo.git("update-index", flag, FILE)
    weaken(repo.path / FILE)
    repo.write("agreements/other.yaml", HEAD.replace("id: lakeside", "id: other") + MANAGER)

    result = cmpolicy(*CHECK, "--new-since", "HEAD", cwd=repo.path)

    assert result.status == 1, (result.out, result.err)


@pytest.mark.parametrize("folder", ["", "agreements", "docs"])
@pytest.mark.parametrize("mode", [("--staged",), ()])
def test_from_any_folder(repo, cmpolicy, folder, mode):
    repo.write("docs/a.md", "Words.\n")
    repo.write(FILE, HEAD)
    repo.git("add", ".")

    result = cmpolicy(*CHECK, *mode, "--new-since", "HEAD", cwd=repo.path / folder)

    assert result.status == 1, (result.out, result.err)


def test_what_is_staged_counts_though_the_work_tree_is_sound(repo, cmpolicy):
    repo.write(FILE, HEAD)
    repo.git("add", ".")
    repo.write(FILE, HEAD + MANAGER)

    result = cmpolicy(*CHECK, "--staged", "--new-since", "HEAD", cwd=repo.path)

    assert result.status == 1, (result.out, result.err)


@pytest.mark.parametrize("moved", ["agreements/lakeside.txt", "elsewhere/lakeside.yaml"])
def test_an_agreement_that_left_the_set_does_not_stay_by_being_named(repo, cmpolicy, moved):
    (repo.path / "elsewhere").mkdir()
    repo.git("mv", FILE, moved)
    since = (*CHECK, "--staged", "--new-since", "HEAD")

    named = cmpolicy(*since, moved, cwd=repo.path)
    folder = cmpolicy(*since, cwd=repo.path)

    assert (named.status, folder.status) == (1, 1), (named.out, folder.out)
    assert "no file of the set has that id now" in " ".join(named.out.split())


def test_an_agreement_that_moved_within_the_set_is_named_where_it_is(repo, cmpolicy):
    repo.git("mv", FILE, "agreements/clinic.yaml")
    since = (*CHECK, "--staged", "--new-since", "HEAD")

    result = cmpolicy(*since, "agreements/clinic.yaml", cwd=repo.path)

    assert result.status == 0, result.out


@pytest.mark.parametrize("parent", ["HEAD^1", "HEAD^2"])
def test_a_merge_that_neither_side_had(repo, cmpolicy, parent):
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a.md": "A.\n"})
    repo.git("checkout", "--quiet", "-")
    repo.commit({"b.md": "B.\n"})
    repo.git("merge", "--quiet", "--no-commit", "side")
    repo.write(FILE, HEAD)
    repo.git("add", ".")
    repo.git("commit", "--quiet", "--message", "Merge")

    result = cmpolicy(*CHECK, "--rev", "HEAD", "--new-since", parent, cwd=repo.path)

    assert result.status == 1, (result.out, result.err)


def test_a_conflict_is_no_agreement(repo, cmpolicy):
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({FILE: HEAD + MANAGER.replace("Dana", "Ben")})
    repo.git("checkout", "--quiet", "-")
    repo.commit({FILE: HEAD + MANAGER.replace("Dana", "Lee")})
    repo.git("merge", "side", check=False)

    staged = cmpolicy(*CHECK, "--staged", "--new-since", "HEAD", cwd=repo.path)

    assert staged.status == 2
    assert "git merge --abort" in staged.err


@pytest.mark.parametrize("what", ["HEAD~1", f"HEAD~1:{FILE}", f"HEAD:{FILE}"])
def test_objects_that_git_shows_in_the_place_of_others(weakened, cmpolicy, what):
    other = what.replace("HEAD~1", "HEAD") if "~" in what else f"HEAD~1:{FILE}"
    weakened.git("replace", what, other)

    result = cmpolicy(*CHECK, *REV, cwd=weakened.path)

    assert result.status == 1, (result.out, result.err)


@pytest.mark.parametrize(("depth", "status"), [(1, 2), (2, 1)])
def test_a_shallow_clone(weakened, cmpolicy, tmp_path, depth, status):
    clone = tmp_path / "clone"
    weakened.git("clone", "--quiet", "--depth", str(depth), weakened.path.as_uri(), str(clone))

    result = cmpolicy(*CHECK, *REV, cwd=clone)

    assert result.status == status, (result.out, result.err)


def test_a_bare_repository(weakened, cmpolicy, tmp_path):
    bare = tmp_path / "bare.git"
    weakened.git("clone", "--quiet", "--bare", str(weakened.path), str(bare))

    result = cmpolicy(*CHECK, *REV, cwd=bare)
    no_files = cmpolicy(*CHECK, "--new-since", "HEAD~1", cwd=bare)

    assert result.status == 1, (result.out, result.err)
    assert no_files.status == 2


@pytest.mark.parametrize(
    "text",
    [
        HEAD + f"note: {'[' * 20_000}{']' * 20_000}\n",
        HEAD + "labels:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, 1_500)),
        HEAD + f"# {'x' * 9_000_000}\n",
        HEAD.replace("id: lakeside", "id: lakeside\nid: lakeside"),
    ],
    ids=["deep in brackets", "deep in lines", "large", "a key twice"],
)
def test_a_file_that_is_too_much_to_read(repo, cmpolicy, text):
    repo.commit({FILE: text})

    result = cmpolicy(*CHECK, *REV, cwd=repo.path)

    assert result.status == 1, (result.out[:400], result.err)
