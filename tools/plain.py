"""Judge mutated agreements the fast way and the plain way, and show where the verdicts differ.

    python tools/plain.py [--files 500] [--seed 1]

The plain way asks each rule for itself (`tests/plain.py`). The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mutations import AS_OF
from plain import fast, mutated, plain, without_evidence


def main() -> int:
    """Run, and print each verdict that differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    outcomes: Counter[str] = Counter()
    wrong = 0
    for number, agreement in enumerate(mutated(asked.seed, asked.files)):
        expected = plain(agreement, AS_OF)
        for way, right, found in (
            ("with evidence", expected, fast(agreement, AS_OF)),
            ("without", without_evidence(expected), fast(agreement, AS_OF, evidence=False)),
        ):
            outcomes.update(one.outcome for one in found)
            for one, other in zip(right, found, strict=True):
                if one != other:
                    wrong += 1
                    print(f"{number} {way}: {one.rule.id}\n  plain {one}\n  fast  {other}\n")
    print(f"{asked.files} agreements: {dict(outcomes)}; {wrong} verdicts differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
