"""Fixtures that several tests share."""

import pytest

from cmpolicy.cli import main
from cmpolicy.policy import library

LOADED = {}


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
