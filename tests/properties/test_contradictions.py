"""Contradicting notices, found without comparing every two of them: against comparing them so."""

import json
import re
from datetime import date
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from build import agreement
from cmpolicy.checks.notice.contradictions import Everywhere
from cmpolicy.clock import Clock
from cmpolicy.verdict import Holds

KEY = ("event", "from", "to")
WHO = st.sampled_from(("clinic", "msp", "msp", "unknown"))
ROWS = st.fixed_dictionaries(
    {"event": st.sampled_from(("outage", "outage", "unknown")), "from": WHO, "to": WHO},
    optional={
        "within": st.sampled_from(("1 hour", "60 minutes", "5 days", "best effort", "unknown")),
        "starts": st.sampled_from(("discovery", "receipt", "unknown")),
        "before": st.sampled_from((True, False, "unknown")),
    },
)
SECONDS = {"1 hour": 3600, "60 minutes": 3600}


def hidden(row):
    """Say whether nobody knows what a row is about."""
    return "unknown" in [row[name] for name in KEY]


def may_be_one(one, other):
    """Say whether two rows may be of one event between the same parties."""
    pairs = [(one[name], other[name]) for name in KEY]
    return all(here == there or "unknown" in (here, there) for here, there in pairs)


def differ(one, other, optimistic):
    """Say whether two rows of one event say different things."""
    before = {row.get("before", False) for row in (one, other)}
    if before == {True, False} or ("unknown" in before and optimistic):
        return False
    facets = [
        [SECONDS.get(row.get(name), row.get(name)) for row in (one, other)]
        for name in ("within", "starts")
    ]
    return any(
        not optimistic if "unknown" in both else both[0] != both[1]
        for both in facets
        if None not in both
    )


@settings(max_examples=500, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=6), st.booleans())
def test_a_notice_is_named_wherever_another_one_differs_from_it(rows, optimistic):
    said = {f"n{number}": row for number, row in enumerate(rows)}
    read = agreement(
        f"notices: {json.dumps([{'id': name, **row} for name, row in said.items()])}\n"
    )
    # What contradicts for certain does so optimistically too.
    wanted = {Holds.NO} if optimistic else {Holds.NO, Holds.UNKNOWN}

    found = [
        tuple(re.findall(r"notices\[(n\d)\]", item.message)[:2])
        for item in Everywhere().run(read, Clock(date(2026, 11, 24)))
        if item.holds in wanted
    ]

    wrong = [
        pair
        for pair in combinations(said, 2)
        if differ(*(said[name] for name in pair), optimistic)
        if may_be_one(*(said[name] for name in pair))
    ]
    sure = [pair for pair in wrong if not any(hidden(said[name]) for name in pair)]
    known = [pair for pair in found if not any(hidden(said[name]) for name in pair)]
    assert set(known) <= set(sure)
    assert {name for pair in known for name in pair} == {name for pair in sure for name in pair}
    # A notice that nobody knows what it is about is compared to those that are known, and to
    # those of its sort that come before it.
    pairs = [(pair if hidden(said[pair[1]]) else pair[::-1]) for pair in wrong if pair not in sure]
    doubtful = [] if optimistic else pairs
    phrase = [pair for pair in found if pair not in known]
    assert set(phrase) <= set(doubtful)
    assert {other for _, other in phrase} == {other for _, other in doubtful}
