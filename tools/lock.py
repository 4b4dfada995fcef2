"""Lock what is installed for development, in CI and by the action, with hashes.

    python tools/lock.py

`requirements-dev.txt` holds everything: what cmpolicy needs, what builds it, and the tools of its
developers. `action/requirements.txt` is the part of it that is needed to build and run cmpolicy.
Both are resolved anew, at the newest releases that `pyproject.toml` allows, for every Python and
system that cmpolicy runs on. Needs uv, which the development environment has.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
EVERYTHING = ROOT / "requirements-dev.txt"
RUNTIME = ROOT / "action" / "requirements.txt"


def resolve(target: Path, *arguments: str | Path) -> None:
    """Write a lock of what `pyproject.toml` and further arguments ask for."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        build = tomllib.load(file)["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "build.in"
        wanted.write_text("\n".join(build), encoding="utf-8")
        command: list[str | Path] = [sys.executable, "-m", "uv", "pip", "compile"]
        command += ["pyproject.toml", wanted]
        command += ["--universal", "--python-version", "3.11", "--no-config", "--no-annotate"]
        command += ["--generate-hashes", "--upgrade", "--quiet", "--output-file", target]
        command += ["--custom-compile-command", "python tools/lock.py", *arguments]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    resolve(EVERYTHING, "--group", "dev")
    resolve(RUNTIME, "--constraint", EVERYTHING)
