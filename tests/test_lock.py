"""The locks are in step with `pyproject.toml`: renew them with `python tools/lock.py`."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
EVERYTHING = [*RUNTIME, *PROJECT["dependency-groups"]["dev"]]
LOCKS = {"requirements-dev.txt": EVERYTHING, "action/requirements.txt": RUNTIME}
ENTRY = re.compile(
    r"^([^ \n]+)==([^ \n]+)(?: ; ([^\\\n]+))? \\\n((?:    --hash=.*\n)+)", re.MULTILINE
)
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}")


def locked(name):
    """Return (version, marker, hashes) of every package of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = {
        canonicalize_name(package): (version, (marker or "").strip(), hashes)
        for package, version, marker, hashes in ENTRY.findall(text)
    }
    assert ENTRY.sub("", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)) == ""
    return found


def missing(wanted, lock):
    """Yield what a lock lacks of the requirements that hold on this Python and system."""
    for requirement in map(Requirement, wanted):
        version, _, _ = lock.get(canonicalize_name(requirement.name), (None, "", ""))
        holds = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if holds and (version is None or not requirement.specifier.contains(version)):
            yield f"{requirement}: {version}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_locked_in_its_range(name):
    assert list(missing(LOCKS[name], locked(name))) == []


@pytest.mark.parametrize("name", LOCKS)
def test_what_the_locked_packages_need_is_locked(name):
    """So that an install of a lock without dependencies (`--no-deps`) is complete."""
    lock = locked(name)
    known = {}
    for package, (version, _, _) in lock.items():
        try:
            found = distribution(package)
        except PackageNotFoundError:  # of another system
            continue
        if found.version == version:
            known[package] = list(missing(found.requires or (), lock))

    # Another resolution may be installed, but never of everything.
    assert known
    assert {package: lacks for package, lacks in known.items() if lacks} == {}


@pytest.mark.parametrize("name", LOCKS)
def test_every_file_is_pinned_by_its_hash(name):
    for _, _, hashes in locked(name).values():
        for line in hashes.splitlines():
            assert HASH.fullmatch(line.removesuffix(" \\")), line


def test_the_lock_of_the_action_is_part_of_the_other():
    whole = locked("requirements-dev.txt")
    for package, (version, marker, hashes) in locked("action/requirements.txt").items():
        assert whole[package][0] == version, package
        # A tool may need on every system what cmpolicy needs on some.
        assert whole[package][1] in ("", marker), package
        assert whole[package][2] == hashes, package
