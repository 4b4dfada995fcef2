"""What an edit did, in rows: over every case of `diffs/`, nothing is lost and no value is false."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from cmpolicy.agreement.load import Loader
from cmpolicy.compare import Cases, Change, Detail, Effect, Measure, TextEdit, compare
from cmpolicy.document import read
from cmpolicy.reporters.changes.items import Item, is_by_product, is_signature_alone
from cmpolicy.reporters.changes.rows import first_of_each, rows

AS_OF = date(2026, 11, 24)
CASES = sorted(path for path in (Path(__file__).parent / "diffs").iterdir() if path.is_dir())


def load(path):
    return Loader(lambda _: b"").load(read(path.read_bytes(), path.name))


def values(detail):
    """Return every text that is true of a promise that moved."""
    old = "nothing" if detail.before is None else detail.before
    new = ("gone", "dropped") if detail.after is None else (detail.after,)
    found = {f"{old} -> {text}" for text in new}
    if detail.before is None and detail.after is None:
        found = set(new)
    if detail.promise == "route" and detail.before and detail.after:
        found |= {f"{detail.before.split('; ')[0]} -> {detail.after.split('; ')[0]}"}
    if detail.measure is not None:
        found |= {""} if detail.measure.worst is None else {" -> ".join(detail.measure.worst)}
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_promise_that_moved_is_in_one_row_whose_value_is_true_of_it(case):
    found = compare(load(case / "before.yaml"), load(case / "after.yaml"), AS_OF)
    for change in found:
        if change.effect is Effect.NEUTRAL or is_signature_alone(change):
            continue
        shown = rows(Item(change.causes[0], (), (change,)))

        moved = [one for one in change.details if not is_by_product(change, one)]
        assert sum(row.weight for row in shown) == len(moved)
        assert Counter(row.effect for row in shown).keys() == {one.effect for one in moved}
        for row in shown:
            value = row.value.rpartition(": ")[2] if "worst case: " in row.value else row.value
            for lead in ("longest time without: ", "first person reached after: "):
                value = value.removeprefix(lead)
            assert any(value in values(one) for one in moved), row
        # What is measured is shown as hours or as the worst value.
        for one in moved:
            if one.measure and one.measure.lost and one.effect is Effect.WEAKENED:
                assert any(one.measure.lost in row.what for row in shown)


def detail(key, lost="nights", worst=("0 min", "14 h"), promise="coverage"):
    parts = tuple(key.split("/"))
    measure = Measure(lost, None, worst)
    return Detail(promise, key, Effect.WEAKENED, "24x7", "day", parts, measure)


def change(*details, agreement="a", promise="coverage"):
    edit = TextEdit("rotas[noc].calendar", "24x7", "day")
    cases = Cases(("ehr", "mail"), ("p1", "p2"))
    return Change(
        agreement, promise, "k", Effect.WEAKENED, None, None, (edit,), details=details, cases=cases
    )


def shown(*changes):
    return [(row.agreements, row.what, row.value) for row in rows(Item(None, (), changes))]


def test_promises_for_all_services_and_severities_say_so():
    every = [detail(f"backup/detect/{s}/{p}") for s in ("ehr", "mail") for p in ("p1", "p2")]

    assert shown(change(*every)) == [
        (
            ("a",),
            "nights not covered: backup (detect) for all 2 services",
            "longest time without: 0 min -> 14 h",
        )
    ]
    assert [what for _, what, _ in shown(change(*every[:1]))] == [
        "nights not covered: backup (detect) for ehr at p1"
    ]
    assert [what for _, what, _ in shown(change(*every[:3]))] == [
        "nights not covered: backup (detect) for all 2 services (in 3 cases)"
    ]


def test_stages_for_other_services_are_rows_of_their_own():
    found = shown(change(detail("backup/detect/ehr/p1"), detail("backup/restore/mail/p1")))

    assert [what for _, what, _ in found] == [
        "nights not covered: backup (detect) for ehr at p1",
        "nights not covered: backup (restore) for mail at p1",
    ]


def test_agreements_that_fare_alike_share_a_row():
    one = detail("backup/detect/ehr/p1")
    worse = detail("backup/detect/ehr/p1", worst=("0 min", "65 h"))

    found = shown(change(one), change(one, agreement="b"), change(worse, agreement="c"))

    assert [(who, value.rpartition(": ")[2]) for who, _, value in found] == [
        (("a", "b"), "0 min -> 14 h"),
        (("c",), "0 min -> 65 h"),
    ]


def test_the_first_rows_are_of_different_agreements():
    many = [detail(f"backup/detect/{s}/p1", worst=("0 min", s)) for s in ("ehr", "mail")]
    found = rows(Item(None, (), (change(*many), change(many[0], agreement="b"))))

    assert [row.agreements for row in first_of_each(found, 2)] == [("a", "b"), ("a",)]
    assert len(first_of_each(found, 9)) == len(found)


def test_a_route_tells_the_first_of_what_moved():
    parts = ("p1", "ehr")
    moved = Detail(
        "route",
        "p1/ehr",
        Effect.WEAKENED,
        "distinct people 9; people called: 4 after 0 min",
        "distinct people 8; people called: 3 after 0 min",
        parts,
    )

    (row,) = shown(change(moved, promise="route"))

    assert row[2] == "distinct people 9 -> distinct people 8"


def test_a_route_says_when_the_first_person_is_reached_and_when_nobody_is_on_duty():
    late = [detail(f"p1/{s}", None, ("0 min", "10 min"), "route") for s in ("ehr", "mail")]
    away = detail("outage", "nights", None, "route")

    assert [(what, value) for _, what, value in shown(change(*late, away, promise="route"))] == [
        (
            "escalation slower: p1 for all 2 services",
            "first person reached after: 0 min -> 10 min",
        ),
        ("escalation nights nobody on duty: on outage", ""),
    ]
