"""Write into `policies/comanaged.yaml` which controls each rule supports, by the crosswalk.

    python tools/crosswalk.py

`tests/reference/crosswalk.tsv` says it by practice, for every framework; those that have a catalog
in `frameworks/` are written. Run it again after a catalog was added.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from cmpolicy.policy.library import Catalogs

ROOT = Path(__file__).parents[1]
PACK = ROOT / "policies" / "comanaged.yaml"
CROSSWALK = ROOT / "tests" / "reference" / "crosswalk.tsv"
WIDTH = 100


def supported(practices: list[str]) -> list[str]:
    """Return the controls that rules of some practices support, by framework and as listed."""
    catalogs = Catalogs()
    with CROSSWALK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [
        f"{row['framework']}:{row['control_id']}"
        for framework in catalogs
        for row in rows
        if row["framework"] == framework and row["practice"] in practices
    ]
    return list(dict.fromkeys(found))


def main() -> None:
    """Rewrite `controls` of every rule."""
    parts = re.split(r"(?m)^(?=  - id: cm-)", PACK.read_text(encoding="utf-8"))
    PACK.write_text("".join(map(_rewritten, parts)), encoding="utf-8")


def _rewritten(rule: str) -> str:
    practices = re.findall(r'"practice:(cm-\d+)"', rule)
    pairs = [f'"{control}": partial' for control in supported(practices)]
    flow = f"    controls: {{{', '.join(pairs)}}}\n"
    block = "    controls:\n" + "".join(f"      {pair}\n" for pair in pairs)
    text = flow if len(flow) <= WIDTH or not pairs else block
    return re.sub(r"(?m)^    controls:.*\n(?:      .*\n)*", text, rule, count=1)


if __name__ == "__main__":
    main()
