"""Judging cases says of each cell what judging that cell alone says."""

from datetime import date
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from build import agreement
from cmpolicy.checks import Context, cases
from cmpolicy.evaluate import judge
from cmpolicy.policy.pack import Rule
from cmpolicy.policy.parameters import KINDS, normalise
from cmpolicy.rule_facts import RuleFacts, Severity

HEAD = """\
calendars:
  - {id: days, hours: [daily 08:00-18:00], holidays: none}
  - {id: nights, outside: days}
  - {id: whenever, hours: unknown, holidays: none}
people:
  - {id: sam, name: Sam Ito, party: msp, calendar: days, roles: [engineer]}
  - {id: lee, name: Lee Park, party: clinic, calendar: 24x7, roles: [it-lead]}
rotas:
  - {id: noc, party: msp, calendar: 24x7, members: [sam, lee]}
"""
RULES = (
    ("coverage", {"stage": "detect"}),
    ("coverage", {"area": "backup", "rank": 2, "window": "24x7"}),
    (
        "coverage",
        {"stage": "detect", "window": "24x7", "while": {"area": "backup", "stage": "respond"}},
    ),
    ("coverage", {"services": {"criticality": ["high"]}, "by": "provider", "max_gap": "4 hours"}),
    ("target", {"stage": ["respond"], "within": "4 hours", "rank": 2}),
    ("target", {"services": {"criticality": ["high"]}, "unambiguous": True}),
    ("target", {"covered": True}),
    ("escalation", {"rank": 2, "distinct_people": 2}),
    ("escalation", {"within": "1 hour", "one_path": True}),
    ("escalation", {"services": {"criticality": ["high"]}, "steps_differ": True}),
    ("owner", {"areas": ["backup"]}),
)
SOME = ["[ehr]", "[ehr, mail]", "[web, file]", "[mail, unknown]", "unknown"]
SEVERITIES = ["[p1]", "[p1, p2]", "[p3]", "[p2, unknown]", "unknown"]
SELECTED = {"services": st.sampled_from(SOME), "severities": st.sampled_from(SEVERITIES)}
CLOCKS = st.sampled_from(["24x7", "days", "nights", "whenever", "unknown"])
COVERAGE = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["backup", "email", "unknown"]),
        "stage": st.sampled_from(["detect", "respond", "unknown"]),
        "by": st.sampled_from(["noc", "sam", "unknown"]),
    },
    optional={**SELECTED, "calendar": CLOCKS, "commitment": st.sampled_from(["best-effort"])},
)
TARGETS = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(["respond", "restore", "unknown"]),
        "within": st.sampled_from(["1 hour", "48 hours", "unknown"]),
        "calendar": CLOCKS,
    },
    optional={
        "severity": st.sampled_from(["p1", "p2", "unknown", "TBD"]),
        "services": SELECTED["services"],
        "raised": st.sampled_from(["days", "nights"]),
    },
)
STEPS = st.lists(
    st.sampled_from(
        [
            "{notify: sam, via: phone}",
            "{notify: noc, via: phone, after: 75% of respond}",
            "{notify: unknown, via: phone, after: unknown}",
        ]
    ),
    min_size=1,
    max_size=2,
)
PATHS = st.tuples(st.fixed_dictionaries({}, optional=SELECTED), STEPS)
HOLDERS = st.tuples(
    st.sampled_from(["msp", "clinic"]), st.fixed_dictionaries({}, optional=SELECTED)
)
ROWS = st.fixed_dictionaries(
    {
        "criticality": st.lists(
            st.sampled_from(["high", "low", "unknown"]), min_size=4, max_size=4
        ),
        "coverage": st.lists(COVERAGE, max_size=4),
        "targets": st.lists(TARGETS, max_size=4),
        "paths": st.lists(PATHS, max_size=3),
        "holders": st.lists(HOLDERS, min_size=1, max_size=2, unique_by=lambda pair: pair[0]),
    }
)


def flow(fields):
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"


def load(rows):
    services = [
        f"  - {{id: {name}, criticality: {word}}}\n"
        for name, word in zip(("ehr", "mail", "web", "file"), rows["criticality"], strict=True)
    ]
    paths = [
        {
            "id": f"path{number}",
            **({"when": flow(when)} if when else {}),
            "steps": f"[{', '.join(steps)}]",
        }
        for number, (when, steps) in enumerate(rows["paths"])
    ]
    holders = [
        {"who": who, **({"only": flow(only)} if only else {})} for who, only in rows["holders"]
    ]
    task = {"id": "t", "area": "backup", "accountable": f"[{', '.join(map(flow, holders))}]"}
    sections = {
        "coverage": [{"id": f"c{at}", **row} for at, row in enumerate(rows["coverage"])],
        "targets": [{"id": f"t{at}", **row} for at, row in enumerate(rows["targets"])],
        "escalations": paths,
        "responsibilities": [task],
    }
    text = "severities: [{id: p1, rank: 1}, {id: p2, rank: 2}, {id: p3, rank: 3}]\n" + HEAD
    text += "services:\n" + "".join(services)
    for name, found in sections.items():
        text += f"{name}:" + ("".join(f"\n  - {flow(row)}" for row in found) or " []") + "\n"
    return agreement(text)


def rule(check, parameters):
    values, wrong = normalise(KINDS[check], parameters)
    assert not wrong
    facts = RuleFacts("r", "p", check, "t", Severity.HIGH, "practice", (), (), "w", "f")
    return Rule(facts, {}, values, KINDS[check].make(values, Context("practice", {}, {})))


def one_by_one(services, severities, _rows):
    return tuple(((service, severity),) for service in services for severity in severities)


def said(verdict):
    """Return what is said of each cell, but for the words that name its case."""
    return {
        (cell, item.path, item.holds, item.lack, item.empty, item.message.replace(item.where, ""))
        for item in verdict.observations
        for cell in item.subjects
    }


@settings(max_examples=120, deadline=None)
@given(ROWS, st.sampled_from(RULES))
def test_a_case_says_of_each_cell_what_the_cell_alone_says(rows, asked):
    found, judging, as_of = load(rows), rule(*asked), date(2026, 11, 24)
    together = judge(found, "a.yaml", judging, None, as_of)
    with mock.patch.object(cases, "alike", one_by_one):
        apart = judge(load(rows), "a.yaml", judging, None, as_of)

    assert together.outcome is apart.outcome
    assert said(together) == said(apart)
    cells = [len(item.subjects) for item in apart.observations]
    assert cells == [1] * len(cells)
