"""The gate against pull requests: every escape ends with 1 or 2, every honest change with 0.

`gate/escapes.yaml` and `gate/honest.yaml` hold the cases; adding one adds a test. Each is made in
a real repository with a base and a head.
"""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import gitrepo
from by_hand import BY_HAND
from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.snapshot import WorkTree
from cmpolicy.terms import digest
from gitrepo import GitRepo

HERE = Path(__file__).parent
GATE = ("check", "--as-of", "2026-11-24", "--rev", "HEAD", "--new-since", "HEAD~1")


def cases(name):
    found = yaml.safe_load((HERE / "gate" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert len({case["id"] for case in found}) == len(found)
    return [pytest.param(case, id=case["id"]) for case in found]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def made(tmp_path):
    """Make a case: a repository whose last two commits are its base and its head."""

    def make(case):
        repo = GitRepo.init(tmp_path / "repo")
        shutil.copytree(BY_HAND, repo.path, dirs_exist_ok=True)
        apply(repo, case.get("base", ()))
        repo.commit()
        apply(repo, case["edits"])
        repo.commit()
        return repo

    return make


def apply(repo, edits):
    for edit in edits:
        path = repo.path / edit["file"]
        for name in ("write", "append", "drop_key", "replace", "sign"):
            if name in edit:
                change_text(repo, path, name, edit)
        if "copy" in edit:
            shutil.copyfile(path, repo.path / edit["copy"])
        if "move" in edit:
            move(repo, path, edit["move"])
        if "remove" in edit:
            path.unlink()
        if "link" in edit:
            path.symlink_to(edit["link"])
        if "submodule" in edit:
            path.unlink()
            inner = GitRepo.init(path)
            inner.commit({"a.yaml": "a: 1\n"})


def change_text(repo, path, name, edit):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if name == "write":
        text = edit["write"]
    elif name == "append":
        text += edit["append"]
    elif name == "drop_key":
        text, count = re.subn(rf"(?m)^{edit['drop_key']}:.*\n(?:[ #].*\n|\n)*", "", text)
        assert count in (0, 1)
    elif name == "replace":
        for old, new in edit["replace"].items():
            many = edit.get("every") or edit.get("first")
            assert (text.count(old) >= 1) if many else (text.count(old) == 1), (path, old)
            text = text.replace(old, new, 1 if edit.get("first") else -1)
    else:
        text = signed(repo, path, text)
    path.write_text(text, encoding="utf-8")


def signed(repo, path, text):
    """Give the signatures the digest of the terms, as `cmpolicy digest` prints it."""
    tree = WorkTree(repo.path)
    name = path.relative_to(repo.path).as_posix()
    agreement = Loader(tree.read, tree.is_file).load(read(text.encode(), name))
    return re.sub(r"sha256:[0-9a-f]{64}", digest(agreement.document), text)


def move(repo, path, target):
    where = repo.path / target  # a surrogate stands for a byte that is not UTF-8
    where.parent.mkdir(parents=True, exist_ok=True)
    path.rename(where)


@pytest.mark.parametrize("case", cases("escapes"))
def test_no_escape_passes(made, cmpolicy, case):
    repo = made(case)

    result = cmpolicy(*GATE, cwd=repo.path)

    said = " ".join(f"{result.out} {result.err}".split())
    expected = (0,) if "passes" in case else (1, 2)
    assert result.status in expected, said[-200:]
    for words in case["says"]:
        assert words in said


@pytest.mark.parametrize("case", cases("honest"))
def test_an_honest_change_passes(made, cmpolicy, case):
    repo = made(case)

    result = cmpolicy(*GATE, cwd=repo.path)

    assert result.status == 0, (result.out[:600], result.err)
    said = " ".join(result.out.split())
    for words in case["says"]:
        assert words in said
