"""Draw the picture of the README from the real output on the examples: `docs/check.svg`.

python tools/picture.py
"""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "check.svg"
SHOWN = "examples/agreements/pemberton-lowe.yaml"
RULE = "cm-worst-answered"


def draw() -> str:
    """Return the picture: the worst response of the examples, as the terminal shows it."""
    result = subprocess.run(
        [sys.executable, "-m", "cmpolicy", "check", SHOWN, "--as-of", "2026-11-24"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    blocks = result.stdout.split("\n\n")
    heading, *_, end = (block.splitlines() for block in blocks)
    (worst,) = (block.splitlines() for block in blocks if f" {RULE}\n" in block)
    shown = [f"$ cmpolicy check {SHOWN}", "", *heading, "", *worst, "", "...", end[-1]]
    rows = "\n".join(
        f'<text x="16" y="{28 + 18 * number}">{html.escape(line)}</text>'
        for number, line in enumerate(shown)
    )
    height = 40 + 18 * len(shown)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="820" height="{height}">'
        '<rect width="100%" height="100%" rx="8" fill="#1b1f27"/>'
        '<g font-family="monospace" font-size="13" fill="#d7dde8" xml:space="preserve">'
        f"\n{rows}\n</g></svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
