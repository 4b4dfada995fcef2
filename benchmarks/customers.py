"""Measure `check` and `diff` on many agreements that are on two base plans and three add-ons.

    python benchmarks/customers.py [--agreements 500] [--seed 1] [--keep FOLDER]

It makes the repository from the example agreements: each customer has one's plans, inputs and rows
under names of its own, and some edits. It prints counts, which are the same on every machine, and
ratios of processor times, which are what to trust.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
BY_HAND = ROOT / "tests" / "agreements"
DAY = ("--as-of", "2026-11-24")
LINE = (
    "common/service-levels.yaml",
    "id: p2-respond, severity: p2, stage: respond, within: 1 hour",
)
"""The line of a shared file that is changed: the response of three plans in four."""
EDITS = {
    "examples/plans/complete": (
        '{set: "targets[p3-respond].within", to: 6 business hours}',
        '{set: "reviews[recovery-test].every", to: 1 year}',
        '{set: "notices[maintenance].within", to: 10 days}',
        '{set: "targets[p2-respond].within", to: 45 minutes}',
    ),
    "examples/plans/essentials": (
        '{set: "targets[p3-respond].within", to: 1 business day}',
        '{set: "notices[maintenance].within", to: 10 days}',
    ),
}
"""What customers ask for besides, by their base plan."""


MEASURED = """
import resource, sys
from cmpolicy.cli import main
status = main(sys.argv[1:])
own, others = (
    resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
)
spent = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
print(own.ru_maxrss, spent, file=sys.stderr)
sys.exit(status)
"""


def customer(text: str, number: int, chance: random.Random) -> str:
    """Return the agreement of another customer, made of an example."""
    name = re.search(r"^id: (\S+)$", text, re.MULTILINE)
    assert name is not None  # noqa: S101 - every agreement has one
    text = text.replace(f"id: {name[1]}", f"id: customer-{number:03}", 1)
    edits = EDITS["examples/plans/" + ("essentials" if "essentials" in text else "complete")]
    taken = [one for one in edits if one.split('"')[1] not in text]
    rows = chance.sample(taken, chance.randint(0, min(3, len(taken))))
    if rows:
        group = "  - because: Asked for when the agreement was renewed\n    edits:\n"
        group += "".join(f"      - {row}\n" for row in rows)
        head = "" if "\ndiffers:" in text else "differs:\n"
        text = text.replace("\nsignatures:", f"{head}{group}\nsignatures:")
    return text


def build(folder: Path, count: int, seed: int) -> list[int]:
    """Make the repository, and return the lines of each agreement."""
    for name in ("plans", "common", "minutes"):
        shutil.copytree(EXAMPLES / name, folder / name)
    (folder / "cmpolicy.yaml").write_text(
        'apiVersion: cmpolicy/v1\nkind: Config\nagreements: ["agreements/*.yaml"]\n'
    )
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((EXAMPLES / "agreements").glob("*.yaml"))
    ]
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    (folder / "agreements").mkdir()
    lines = []
    for number in range(count):
        text = customer(texts[number % len(texts)], number, chance)
        (folder / "agreements" / f"customer-{number:03}.yaml").write_text(text, encoding="utf-8")
        lines.append(text.count("\n"))
    git = ("git", "-c", "user.name=B", "-c", "user.email=b@example.org")
    for step in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=x")):
        subprocess.run([*git, *step], cwd=folder, check=True)
    return lines


def by_hand(folder: Path, count: int) -> None:
    """Make as many agreements, of the same customers, that are written by hand."""
    for name in ("common", "minutes", "cmpolicy.yaml"):
        source = BY_HAND / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    config = folder / "cmpolicy.yaml"
    config.write_text('apiVersion: cmpolicy/v1\nkind: Config\nagreements: ["agreements/*.yaml"]\n')
    texts = [path.read_text() for path in sorted((BY_HAND / "agreements").glob("*.yaml"))]
    (folder / "agreements").mkdir()
    for number in range(count):
        text = texts[number % len(texts)]
        text = re.sub(r"^id: .*$", f"id: customer-{number:03}", text, count=1, flags=re.MULTILINE)
        (folder / "agreements" / f"customer-{number:03}.yaml").write_text(text, encoding="utf-8")


def run(folder: Path, *arguments: str) -> tuple[float, float, str]:
    """Run cmpolicy there; return its processor seconds, mebibytes at most, and its output."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:
        sys.exit(f"{arguments}: status {done.returncode}\n{done.stderr}")
    kibibytes, seconds = done.stderr.split()[-2:]
    return float(seconds), int(kibibytes) / 1024, done.stdout


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--agreements", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="make the repositories here, and keep them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        plans, hand = home / "on-plans", home / "by-hand"
        plans.mkdir(parents=True)
        hand.mkdir()
        lines = build(plans, asked.agreements, asked.seed)
        by_hand(hand, asked.agreements)
        measure(plans, hand, lines)
    return 0


def measure(plans: Path, hand: Path, lines: list[int]) -> None:
    """Run the commands side by side."""
    print(
        f"{len(lines)} agreements of {statistics.mean(lines):.0f} lines ({max(lines)} at most) on "
        f"{sum(1 for _ in (plans / 'plans').rglob('*.yaml'))} plans"
    )
    alone = ("--jobs", "1", "--fail-on", "never", *DAY)
    took, most, text = run(plans, "check", *alone)
    took_hand, most_hand, _ = run(hand, "check", *alone)
    print(
        f"check: {took:.1f} s of a processor, {1000 * took / len(lines):.0f} ms an agreement, "
        f"{most:.0f} MiB, {len(text.splitlines())} lines; {took / took_hand:.2f} of the time and "
        f"{most / most_hand:.2f} of the memory of the same written by hand"
    )
    file, old = LINE
    path = plans / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(old, old.replace("1 hour", "4 hours")), encoding="utf-8")
    took_diff, _, text = run(plans, "diff", "HEAD", *DAY)
    count = len(text.splitlines())
    print(f"diff of one line: {took_diff:.1f} s of a processor, {count} lines of text")
    print(text)
    path.write_text(before, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
