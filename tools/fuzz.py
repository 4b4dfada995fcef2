"""Read mutated files of every kind, and show what is neither read nor refused with a place.

    python tools/fuzz.py [--files 20000] [--seed 1]

The same seed makes the same files. A case that it finds belongs into `tests/mutated/`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mutations import mutants, smaller, trouble


def main() -> int:
    """Run, and print each kind of trouble once, with the smallest file that makes it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    read: Counter[str] = Counter()
    found: Counter[str] = Counter()
    slowest = (0.0, "", b"")
    for kind, data in mutants(asked.seed, asked.files):
        began = time.process_time()
        wrong = trouble(kind, data)
        slowest = max(slowest, (time.process_time() - began, kind, data))
        read[kind] += 1
        if wrong is not None:
            found[wrong.what] += 1
            if found[wrong.what] == 1:
                print(f"{kind}: {wrong.what}\n{smaller(wrong).data!r}\n", flush=True)
    print(f"{sum(read.values())} files: {dict(read)}; {sum(found.values())} in trouble")
    print(f"the slowest took {slowest[0]:.2f} s: {slowest[1]}, {len(slowest[2])} bytes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
