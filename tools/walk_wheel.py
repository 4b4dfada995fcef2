"""Install the built wheel in a fresh environment and walk it as a new user would.

    python tools/walk_wheel.py DIST SCRATCH

Nothing of the checkout is used but the lock, and the examples, copied outside of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]

# A hook run on one valid file must not pay for these.
HOOK_RUN = r"""
import sys
from pathlib import Path
from cmpolicy.cli import main
Path("plain.yaml").write_text(
    "apiVersion: cmpolicy/v1\nkind: Agreement\nid: plain\ntitle: Plain\nversion: 1.0.0\n"
    "status: draft\nmodel: other\ntimezone: UTC\nterm: {effective: 2027-01-01}\n"
    "parties: [{id: a, name: A, kind: customer, handles: []}]\n"
    "calendars: [{id: office, hours: ['mon-fri 08:00-17:00'], holidays: {region: US-CA}}]\n"
)
Path("cmpolicy.yaml").write_text("allow_unjudged: [plain.yaml]")
assert main(["check", "plain.yaml", "--fail-on", "never"]) == 0
heavy = {"jsonschema", "cerberus", "git", "holidays", "rich", "jinja2", "openpyxl", "junit_xml"}
heavy |= {"cmpolicy.compare", "cmpolicy.edits", "cmpolicy.plans", "cmpolicy.timeline"}
print(sorted(heavy & set(sys.modules)))
"""


def run(arguments: list[str | Path], folder: Path, status: int) -> str:
    """Run a command in a folder and return its output; stop where the status is another."""
    result = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode != status:
        print(result.stdout, result.stderr, sep="\n")
        sys.exit(f"{arguments}: status {result.returncode}, expected {status}")
    if "Traceback" in result.stderr:
        sys.exit(f"{arguments}: a traceback:\n{result.stderr}")
    return result.stdout


def walk_history(cmpolicy: Path, examples: Path, day: list[str]) -> None:
    """Commit the examples, weaken a promise, and ask `diff` and `timeline` about it."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    run([*git, "init", "--quiet"], examples, 0)
    for change in ("calendar: 24x7", "calendar: business-hours"):
        path = examples / "agreements" / "lakeside-clinic.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("calendar: 24x7", change, 1), encoding="utf-8")
        run([*git, "add", "--all"], examples, 0)
        run([*git, "commit", "--quiet", "--message", change], examples, 0)
    found = json.loads(
        run([cmpolicy, "diff", "HEAD~1", "HEAD", *day, "--format", "json"], examples, 1)
    )
    if not found["summary"]["weakened"]:
        sys.exit("a weakened promise is not reported")
    today = run([cmpolicy, "timeline", "--format", "json"], examples, 0)
    if json.loads(today)["summary"]["agreements"] != len(list(path.parent.iterdir())):
        sys.exit("the timeline does not show every agreement")


def main() -> int:
    """Walk."""
    dist, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    scratch.mkdir(parents=True)
    environment = scratch / "environment"
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    wheel = next(dist.glob("*.whl"))
    pip = [scripts / "python", "-m", "pip"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", ROOT / "action/requirements.txt"]
    run([*pip, "install", "--quiet", "--no-deps", *locked], scratch, 0)
    run([*pip, "install", "--quiet", "--no-deps", wheel], scratch, 0)
    run([*pip, "check"], scratch, 0)
    work = scratch / "work"
    shutil.copytree(ROOT / "examples", work / "examples")
    cmpolicy = scripts / "cmpolicy"
    day = ["--as-of", "2026-11-24"]

    text = run([cmpolicy, "check", "examples", *day, "--report", "junit=report.xml"], work, 1)
    again = run([cmpolicy, "check", "examples", *day], work, 1)
    if text != again:
        sys.exit("two runs differ")
    suites = ET.parse(work / "report.xml").getroot()  # noqa: S314 - our own report
    if not list(suites.iter("failure")):
        sys.exit("the JUnit report of a failed gate has no failure")
    report = json.loads(run([cmpolicy, "check", "examples", *day, "--format", "json"], work, 1))
    sound = {v["file"] for v in report["verdicts"]} - {
        v["file"] for v in report["verdicts"] if v["outcome"] in ("fail", "undetermined", "error")
    }
    if len(sound) != 1:
        sys.exit(f"one example is sound, not {sorted(sound)}")
    run([cmpolicy, "check", sound.pop(), *day, "--report", "junit=sound.xml"], work, 0)
    suites = ET.parse(work / "sound.xml").getroot()  # noqa: S314 - as above
    if [case for name in ("failure", "error") for case in suites.iter(name)]:
        sys.exit("the JUnit report of a passed gate has a failure")
    loaded = run([scripts / "python", "-c", HOOK_RUN], work, 0).splitlines()[-1]
    if loaded != "[]":
        sys.exit(f"a hook run on a valid file loads {loaded}")
    walk_history(cmpolicy, work / "examples", day)
    run([cmpolicy, "plans", "--copy", "starter"], work, 0)
    if "co-managed-2026: edition 2026, base plan, sealed" not in run(
        [cmpolicy, "plans"], work / "starter", 0
    ):
        sys.exit("the starter plans are not those that were sealed")
    for pack in report["packs"]:
        print(run([cmpolicy, "test", pack["id"]], work, 0), end="")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
