"""Targets, against what their definitions say, row by row and pair by pair."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from build import agreement
from cmpolicy.calendars import horizon
from cmpolicy.targets import Speaking, overlaps, selects, starts_of, targets_for
from cmpolicy.unknown import Reading

SPAN = horizon(2026, "America/Toronto")
HEAD = """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}, {id: p3, rank: 3}]
services: [{id: ehr}, {id: mail}, {id: web}]
calendars:
  - {id: days, hours: [daily 08:00-18:00], holidays: none}
  - {id: nights, hours: [daily 22:00-06:00], holidays: none}
  - {id: mornings, hours: [mon 09:00-10:00], holidays: none}
  - {id: christmas, hours: [daily 06:00-08:00], holidays: {also: [2026-12-25]}}
  - {id: whenever, hours: unknown}
"""
FIELDS = st.fixed_dictionaries(
    {"stage": st.sampled_from(["respond", "restore", "unknown"])},
    optional={
        "severity": st.sampled_from(["p1", "p2", "unknown", "TBD"]),
        "services": st.sampled_from(["[ehr]", "[ehr, mail]", "[unknown]", "unknown", "TBD"]),
        "raised": st.sampled_from(["days", "nights", "mornings", "christmas", "whenever", "24x7"]),
    },
)
TARGETS = st.lists(FIELDS, max_size=7)


def load(rows, reading):
    lines = []
    for number, row in enumerate(rows):
        fields = "".join(f", {name}: {value}" for name, value in row.items())
        lines.append(f"  - {{id: t{number}{fields}, within: 1 hour}}\n")
    return agreement(f"{HEAD}targets:\n{''.join(lines)}").read_as(reading)


@settings(max_examples=60, deadline=None)
@given(TARGETS, st.sampled_from(Reading))
def test_every_pair_that_overlaps_is_found_and_no_other(rows, reading):
    found = load(rows, reading)
    expected = {}
    for one, other in combinations(found.targets, 2):
        both = starts_of(found, one, SPAN) & starts_of(found, other, SPAN)
        if both:
            expected[one.path, other.path] = both.starts[0]

    speak = [Speaking(target, starts_of(found, target, SPAN)) for target in found.targets]
    every = overlaps(speak, 100)
    some = overlaps(speak, 2)

    pairs = [(two.one.path, two.other.path) for two in every]
    assert {(two.one.path, two.other.path): two.at for two in every} == expected
    assert pairs == list(expected)
    assert set(some) <= set(every)
    assert len(some) == min(2, len(every))


@settings(max_examples=60, deadline=None)
@given(TARGETS, st.sampled_from(Reading))
def test_what_speaks_for_a_case_is_what_each_target_says_alone(rows, reading):
    found = load(rows, reading)
    for severity in (None, "p1", "p2", "p3"):
        for service in (None, "ehr", "mail", "web"):
            for stage in (None, "respond", "restore"):
                answers = [(one, selects(one, severity, service, stage)) for one in found.targets]
                sure = [one for one, answer in answers if answer is True]
                maybe = [one for one, answer in answers if answer is not False]
                optimistic = sure or maybe
                pessimistic = maybe if sure else []

                expected = optimistic if reading is Reading.OPTIMISTIC else pessimistic
                assert list(targets_for(found, severity, service, stage)) == expected
