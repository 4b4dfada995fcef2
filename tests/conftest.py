"""Fixtures that several tests share."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cmpolicy.cli import main
from cmpolicy.policy import library
from cmpolicy.policy.library import compile_packs

LOADED = {}
# The same examples in every run; `--hypothesis-profile=random` draws others each time. Neither
# asks how fast the machine is.
TIMELESS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("repeatable", derandomize=True, **TIMELESS)
settings.register_profile("random", derandomize=False, **TIMELESS)
settings.load_profile("repeatable")

# They start programs, judge all there is, or draw hundreds of examples: most of the time of a run.
SLOW = {
    "test_action.py",
    "test_action_policy.py",
    "test_ci_examples.py",
    "test_controls.py",
    "test_diff_command.py",
    "test_example_plans.py",
    "test_examples.py",
    "test_gate.py",
    "test_holds.py",
    "test_hostile.py",
    "test_packs.py",
    "test_single_faults.py",
    "test_pre_commit.py",
    "test_readme.py",
    "test_reference_commands.py",
    "test_staged.py",
}


def pytest_collection_modifyitems(items):
    """Mark what `-m "not slow"` leaves out."""
    for item in items:
        if item.path.name in SLOW or item.path.parent.name == "properties":
            item.add_marker("slow")


class Result:
    """What a command did: its exit status, and the text it wrote."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err


@pytest.fixture
def cmpolicy(capfdbinary, monkeypatch):
    """Run a command in this process, in a folder, as a shell would."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(*arguments, cwd=None):
        if cwd is not None:
            monkeypatch.chdir(cwd)
        capfdbinary.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Result(status, out.decode(), err.decode())

    return run


@pytest.fixture
def packs_loaded_once(monkeypatch):
    """Validating the bundled packs takes longer than all the rest of a check or a comparison."""
    real = library.load_in_full

    def load(identity, frameworks):
        if identity not in LOADED:
            LOADED[identity] = real(identity, frameworks)
        return LOADED[identity]

    monkeypatch.setattr(library, "load_in_full", load)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The package as a wheel lays it out, its packs compiled: what a CI job installs."""
    root, folder = Path(__file__).parents[1], tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "src" / "cmpolicy", folder / "cmpolicy", ignore=ignored)
    for name in ("policies", "frameworks"):
        shutil.copytree(root / name, folder / "cmpolicy" / "data" / name)
    (folder / "cmpolicy" / "data" / "packs.json").write_text(compile_packs(), encoding="utf-8")
    return folder


@pytest.fixture
def pull_request(tmp_path, site):
    """Make a pull request, its checkout, and a runner of our GitHub action."""
    from composite import Composite
    from pulls import CONFIG, SOUND, Pull

    def make(change, *depth, base=SOUND, config=CONFIG, branch="change", **state):
        pull = Pull(tmp_path, change, base, config, branch)
        return Composite(tmp_path, site, pull.clone(*depth), pull.event(), **state)

    return make
