"""Stands in for `python3` on a runner: makes real environments, but with a pip that needs no net.

That pip keeps its arguments, its working directory and its environment in `$GH_FOLDER/pip.json`,
and installs what the tests themselves use: their libraries, and the package of `$SITE_FOLDER` with
its script, as an installer writes it. Everything else is done by the Python of the tests.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

# Guarded as pip writes it: a worker process imports it again.
SCRIPT = """\
import sys
from cmpolicy.cli import run
if __name__ == "__main__":
    sys.exit(run())
"""
PIP = f"""\
import json, os, sys
from pathlib import Path

kept = Path(os.environ["GH_FOLDER"]) / "pip.json"
calls = json.loads(kept.read_text("utf-8")) if kept.exists() else []
call = {{"arguments": sys.argv[1:], "cwd": os.getcwd(), "environment": dict(os.environ)}}
kept.write_text(json.dumps([*calls, call]), "utf-8")
if "--no-index" in sys.argv:
    script = Path(sys.executable).with_name("cmpolicy")
    script.write_text(f"#!{{sys.executable}}\\n" + {SCRIPT!r}, "utf-8")
    script.chmod(0o755)
    site = f"{{os.environ['SITE_FOLDER']}}\\n"
    Path(__file__).parents[1].joinpath("site.pth").write_text(site, "utf-8")
"""


def main(arguments):
    if arguments[:3] != ["-I", "-m", "venv"]:
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is wanted
    subprocess.run([sys.executable, *arguments, "--without-pip"], check=True)
    (packages,) = Path(arguments[-1]).glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (packages / "pip" / "__main__.py").write_text(PIP, "utf-8")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
