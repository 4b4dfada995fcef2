"""Measure how CPU time grows with the rows of each list of an agreement.

    python tools/growth.py [NAME...] [--rows 200 400 800 1600]

For each list of `tests/growth.py`: the seconds to read and judge the file with every bundled pack,
to compare it with one whose amounts differ, to digest it, and to write every format; and the ratio
to the size before. Of times trust only the ratios. The design asks for at most 2.3 for twice the
rows.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cmpolicy.compare import compare
from cmpolicy.document import read
from cmpolicy.fleet import Evaluator
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.runs.reporting import make_report
from cmpolicy.terms import digest
from growth import CASES, edited, text_of
from mutations import AS_OF, Memory, policy

MOST_SERVICES = 490
"""With those of the known-good agreement that is about the limit."""
SHOWN = 0.05
"""Seconds from which a part is shown."""


class Watch:
    """CPU seconds by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def __call__(self, name: str, work: Any, *arguments: Any) -> Any:
        """Do some work, and note how long it took."""
        began = time.process_time()
        result = work(*arguments)
        self.spent[name] = time.process_time() - began
        return result


def measure(value: dict[str, Any]) -> dict[str, float]:
    """Return the seconds that a file takes, by what is done with it."""
    gc.collect()
    watch = Watch()
    data = text_of(value)
    evaluator = Evaluator.of(Memory({"a/a.yaml": data}), policy(), AS_OF)
    opened = watch("open", evaluator.open, CandidateFile("a/a.yaml", Role.MEMBER))
    if opened.error is not None:
        sys.exit(f"the file is wrong: {opened.error}")
    judgement = watch("judge", evaluator.evaluate_parsed, opened)
    other = evaluator.load(read(edited(data), "a/a.yaml"))
    watch("compare", compare, other, evaluator.load(read(data, "a/a.yaml")), AS_OF)
    watch("digest", digest, opened.agreement.document)
    report = make_report([judgement], evaluator.policy, AS_OF, None, None)
    for name, reporter in REPORTERS.items():
        watch(name, reporter, report, Look())
    return watch.spent


def main() -> int:
    """Measure, and print a line for each list and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="lists whose names begin so; left out: all")
    parser.add_argument("--rows", type=int, nargs="+", default=[200, 400, 800, 1600])
    asked = parser.parse_args()
    wanted = [name for name in CASES if not asked.names or name.startswith(tuple(asked.names))]
    for name in wanted:
        before = 0.0
        for rows in asked.rows:
            if name.startswith("services") and rows > MOST_SERVICES:
                continue
            spent = measure(CASES[name](rows))
            total = sum(spent.values())
            parts = " ".join(
                f"{part} {taken:.2f}" for part, taken in spent.items() if taken > SHOWN
            )
            ratio = f"x{total / before:4.2f}" if before else "     "
            print(f"{name:24} {rows:5} rows {total:6.2f} s {ratio}  {parts}", flush=True)
            before = total
    return 0


if __name__ == "__main__":
    sys.exit(main())
