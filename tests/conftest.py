"""Fixtures that several tests share."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cmpolicy.cli import main
from cmpolicy.policy import library
from cmpolicy.policy.library import compile_packs
from once import loading_once

# Before any test module is imported: what they load, and what the commands load for them, is the
# same text each time, and to validate it takes longer than all the rest of most tests.
library.load_in_full = loading_once(library.load_in_full)
COMPILED = pytest.StashKey()
# The same examples in every run; `--hypothesis-profile=random` draws others each time. Neither
# asks how fast the machine is.
TIMELESS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("repeatable", derandomize=True, **TIMELESS)
settings.register_profile("random", derandomize=False, **TIMELESS)
settings.load_profile("repeatable")

# Modules that take more than five seconds of CPU: they start programs, judge all there is, or draw
# hundreds of examples. `--quick` leaves them and `properties/` out.
SLOW = {
    "test_deciding.py",
    "test_gate_runs.py",
    "test_holiday_tables.py",
    "test_own_framework.py",
    "test_pack_cases.py",
    "test_pack_hipaa_traps.py",
    "test_plan_runs.py",
    "test_plan_trial.py",
    "test_timeline_command.py",
    "test_action.py",
    "test_action_policy.py",
    "test_action_trust.py",
    "test_ci_examples.py",
    "test_controls.py",
    "test_diff_command.py",
    "test_faults.py",
    "test_foreign_code.py",
    "test_example_plans.py",
    "test_examples.py",
    "test_gate.py",
    "test_gate_cases.py",
    "test_growth.py",
    "test_holds.py",
    "test_hostile.py",
    "test_markdown.py",
    "test_mutations.py",
    "test_packs.py",
    "test_plain.py",
    "test_pre_commit.py",
    "test_single_faults.py",
    "test_uncomputed.py",
}


def pytest_addoption(parser):
    """Add the quick lane."""
    text = "leave out the modules in SLOW of tests/conftest.py, and tests/properties"
    parser.addoption("--quick", action="store_true", help=text)


def pytest_ignore_collect(collection_path, config):
    """Leave out what is slow before it is imported; None where others decide."""
    slow = collection_path.name in SLOW or collection_path.name == "properties"
    return True if slow and config.getoption("--quick") else None


def pytest_configure(config):
    """Let the programs that tests start share compiled modules, outside of every checkout."""
    if not hasattr(config, "workerinput"):  # a worker has the environment of who started it
        config.stash[COMPILED] = folder = tempfile.mkdtemp(prefix="cmpolicy-tests-")
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_unconfigure(config):
    """Remove the compiled modules."""
    if COMPILED in config.stash:
        shutil.rmtree(config.stash[COMPILED], ignore_errors=True)


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
