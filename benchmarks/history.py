"""Measure `diff` and `timeline` on a repository of many agreements with a year of commits.

    python benchmarks/history.py [--agreements 2000] [--commits 300] [--keep FOLDER]

It makes the repository from the agreements that tests keep, with `git fast-import`, and prints
counts, which are the same on every machine, and ratios of times taken side by side in one run,
which are what to trust.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "agreements"
LAST = date(2026, 11, 24)
DAYS = 365
SHARED_EVERY = 150
"""A commit in so many edits a file that all agreements use."""

COUNTING = """
import sys
from cmpolicy.cli import main
from cmpolicy.snapshot import WorkTree
from cmpolicy.snapshot.blobs import Blobs
read = []
def counted(kind):
    method = kind.read
    def count(self, what, *more):
        read.append(what)
        return method(self, what, *more)
    kind.read = count
counted(Blobs)
counted(WorkTree)
status = main(sys.argv[1:])
print(len(read), len(set(read)), file=sys.stderr)
sys.exit(status)
"""


def agreements(count: int) -> dict[str, str]:
    """Return as many agreements, made of those four, by path."""
    texts = sorted((EXAMPLES / "agreements").glob("*.yaml"))
    found = {}
    for number in range(count):
        source = texts[number % len(texts)]
        text = source.read_text(encoding="utf-8")
        identity = f"{source.stem}-{number:04}"
        found[f"agreements/{identity}.yaml"] = re.sub(
            r"^id: .*$", f"id: {identity}", text, count=1, flags=re.MULTILINE
        )
    return found


def commits(files: dict[str, str], count: int) -> Iterator[tuple[date, dict[str, str]]]:
    """Yield the day and the files of each commit, the first with everything."""
    first = LAST - timedelta(days=DAYS + 5)
    others = {
        path.relative_to(EXAMPLES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(EXAMPLES.rglob("*"))
        if path.is_file() and path.parent != EXAMPLES and path.parent.name != "agreements"
    }
    yield first, {**others, **files}
    names = sorted(files)
    for number in range(1, count):
        day = first + timedelta(days=5 + number * DAYS // count)
        edits = {}
        for name in (names[number * 7 % len(names)], names[number * 13 % len(names)]):
            # A target is loosened and tightened again, by turns.
            text = files[name]
            edits[name] = text.replace("30 minutes", f"{31 + number % 5} minutes") + f"# {number}\n"
        if number % SHARED_EVERY == 0:
            edits["common/soc.yaml"] = others["common/soc.yaml"] + f"# {number}\n"
        yield day, edits


def build(folder: Path, agreement_count: int, commit_count: int) -> None:
    """Make the repository."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    script = bytearray()
    for day, files in commits(agreements(agreement_count), commit_count):
        seconds = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
        script += b"commit refs/heads/main\n"
        script += f"committer B <b@example.org> {seconds} +0000\ndata 1\nx\n".encode()
        for path, text in files.items():
            data = text.encode()
            script += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    importing = ["git", "fast-import", "--quiet"]
    subprocess.run(importing, cwd=folder, input=bytes(script), check=True)
    subprocess.run(["git", "reset", "--quiet", "--hard", "main"], cwd=folder, check=True)


def run(folder: Path, *arguments: str, counted: bool = False) -> tuple[float, str, str]:
    """Run cmpolicy there; return the seconds it took, its output, and what it said beside it."""
    program = ["-c", COUNTING] if counted else ["-m", "cmpolicy"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:
        sys.exit(f"{arguments}: status {done.returncode}\n{done.stderr}")
    return time.perf_counter() - began, done.stdout, done.stderr


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--agreements", type=int, default=2000)
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="make the repository here, and keep it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch) / "repository"
        if not folder.exists():
            build(folder, asked.agreements, asked.commits)
        measure(folder)
    return 0


def measure(folder: Path) -> None:
    """Run the commands side by side."""
    day = ("--as-of", LAST.isoformat())
    check, _, _ = run(folder, "check", *day, "--fail-on", "never", "--format", "jsonl")
    diff, phrase, said = run(folder, "diff", *day, "--format", "json", "HEAD~1", counted=True)
    reads, distinct = said.split()[-2:]
    names = subprocess.run(
        ["git", "diff", "--name-only", "HEAD~1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    print(f"check of every agreement: {check:.1f} s")
    print(
        f"diff HEAD~1: {diff:.2f} s, {diff / check:.3f} of a check; {len(names)} files differ, "
        f"{distinct} distinct files and blobs read in {reads} reads, "
        f"{len(json.loads(phrase)['changes'])} changes"
    )
    took, phrase, _ = run(folder, "timeline", *day, "--format", "json")
    found = json.loads(phrase)
    judged, summary = found["judged"], found["summary"]
    daily = sum(one["days"] * one["rules"] for one in found["agreements"])
    print(
        f"timeline over {summary['days']} days with commits on {summary['commits']}: {took:.1f} s, "
        f"{took / check:.1f} of a check; {judged['contents']} distinct contents and "
        f"{judged['verdicts']} verdicts for {summary['agreements']} agreements; once a day it "
        f"would be {daily} verdicts, {daily / judged['verdicts']:.0f} times as many"
    )


if __name__ == "__main__":
    sys.exit(main())
