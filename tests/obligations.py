"""Our list of what agreements must show, and the rules of the bundled packs that name its rows."""

import re
from collections import Counter

from catalogs import rows
from cmpolicy import bundled
from cmpolicy.policy.library import Catalogs, load_in_full
from cmpolicy.policy.questions import bundled_pack, with_questions

ROWS = rows("agreement_obligations.tsv")
_PAIRS = Counter((row["framework"], row["control_id"], row["check_family"]) for row in ROWS)
_SCOPES = Counter(
    (row["framework"], row["control_id"], row["check_family"], row["scope"]) for row in ROWS
)
_CATALOGS = Catalogs()
PACKS = {name: load_in_full(name, _CATALOGS) for name in bundled.policies()}
RULES = {
    rule["id"]: rule
    for name in bundled.policies()
    for _, rule in with_questions(bundled_pack(name).value["rules"], tuple, [])
}
"""The rules of all bundled packs, as written, with the questions that they share."""


def tag(row):
    """Return the name of a row.

    Of rows that share id and family, a chosen category adds its own, and a second one a 2.
    """
    pair = _pair(row)
    name = "obligation:" + "/".join(pair)
    if _SCOPES[(*pair, row["scope"])] == _PAIRS[pair]:
        first = next(one for one in ROWS if _pair(one) == pair)
        return name if row is first else f"{name}/2"
    return f"{name}/{row['scope']}" if row["scope"] != "common" else name


def _pair(row):
    return (row["framework"], row["control_id"], row["check_family"])


def judging(row):
    """Return the rules that name a row."""
    return [rule for rule in RULES.values() if tag(row) in rule["references"]]


def reasoned(row):
    """Return what the packs say of a row that no rule can judge."""
    return [
        duty for pack in PACKS.values() for duty in pack.not_judged if tag(row) in duty.obligations
    ]


def scalars(value):
    """Return every plain value inside a value."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in scalars(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in scalars(inner)]
    return [value]


def amounts(rule):
    """Return the lengths of time among a rule's parameters."""
    return [one for one in map(str, scalars(rule.get("with"))) if re.match(r"\d+ \w+$", one)]
