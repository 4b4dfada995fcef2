"""Seal the example and starter plans as they are, and renew the seals and digests that name them.

python tools/sign.py

For a change of what the terms are, as when the format gets a field. One example is there for
signatures that are not of its terms, and keeps them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
UNSIGNED = "ironbridge-precision"
SEAL = re.compile(r'^seal: "(sha256:[0-9a-f]{64})"\n', re.MULTILINE)
TERMS = re.compile(r'terms: "sha256:[0-9a-f]{64}"')


def run(*arguments: str | Path) -> str:
    """Run cmpolicy in the repository, and return its output."""
    command = [sys.executable, "-m", "cmpolicy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def seal(plan: Path) -> tuple[str, str]:
    """Seal a plan anew; return the old seal and the new one."""
    text = plan.read_text(encoding="utf-8")
    (old,) = SEAL.findall(text)
    plan.write_text(SEAL.sub("", text), encoding="utf-8")
    run("plans", "--seal", plan)
    (new,) = SEAL.findall(plan.read_text(encoding="utf-8"))
    return old, new


def main() -> None:
    """Seal, and sign."""
    folders = (EXAMPLES / "plans", ROOT / "starters" / "plans")
    plans = [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    renewed = dict(seal(plan) for plan in plans)
    for path in sorted((EXAMPLES / "agreements").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for old, new in renewed.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        if path.stem != UNSIGNED:
            digest = run("digest", path).strip()
            path.write_text(TERMS.sub(f'terms: "{digest}"', text), encoding="utf-8")


if __name__ == "__main__":
    main()
