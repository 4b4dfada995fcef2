"""Laws of the gate by themselves: what is lowered, when a term is cut, and what the page says."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from build import HEAD, agreement
from cmpolicy.document import read
from cmpolicy.gate.ending import ended_in_time, term_cut
from cmpolicy.gate.narrowing import restore
from cmpolicy.policy import load_config
from cmpolicy.releases import load_releases
from cmpolicy.verdict import DropCause

AS_OF = date(2026, 11, 24)
PAGE = (Path(__file__).parents[1] / "docs" / "gate.md").read_text(encoding="utf-8")
BODY = """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
services: [{id: ehr, criticality: critical, data: [phi, pii]}, {id: mail, criticality: low}]
access: [{id: admins, party: msp, kind: privileged}]
capacity: {functions: [{function: helpdesk, now: gap}]}
frameworks: {cmmc: {level: 2}, hipaa: {standing: covered-entity}}
"""


def changed(*edits):
    text = HEAD + BODY
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return agreement("", head=text)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("criticality: critical", "criticality: high", "services[ehr].criticality"),
        ("criticality: critical, ", "", "services[ehr].criticality"),
        ("data: [phi, pii]", "data: [pii]", "services[ehr].data"),
        ("data: [phi, pii]", "data: [none]", "services[ehr].data"),
        (", data: [phi, pii]", "", "services[ehr].data"),
        ("name: MSP, kind: provider, handles: [phi]", "name: MSP, kind: provider, handles: []",
         "parties[msp].handles"),
        ("kind: provider", "kind: other", "parties[msp].kind"),
        ("{id: p1, rank: 1}", "{id: p1, rank: 3}", "severities[p1].rank"),
        ("kind: privileged", "kind: standard", "access[admins].kind"),
        ("kind: privileged", "kind: privileged, data: []", "access[admins].data"),
        ("now: gap", "now: internal", "capacity.functions[helpdesk].now"),
        ("status: active", "status: draft", "status"),
        ("status: active", "status: ended", "status"),
        ("model: co-managed", "model: other", "model"),
        ("level: 2", "level: 1", "frameworks.cmmc.level"),
        ("cmmc: {level: 2}, ", "", "frameworks.cmmc"),
        ("{level: 2}", "{level: 2, from: 2027-01-01}", "frameworks.cmmc.from"),
        ("covered-entity", "business-associate", "frameworks.hipaa.standing"),
    ],
)  # fmt: skip
def test_a_lowered_fact_is_restored_and_a_raised_one_is_not(old, new, path):
    before, after = changed(), changed((old, new))

    found = restore(before, after, {}, AS_OF)

    assert [one.path for one in found.lowered] == [path]
    back = restore(after, before, {}, AS_OF)
    either_way = ("parties[msp].kind", "capacity.functions[helpdesk].now", "model")
    if path not in either_way and "standing" not in path:
        assert back is None


def test_what_is_unknown_now_is_not_lowered():
    before = changed()
    for old, new in (
        ("criticality: critical", "criticality: unknown"),
        ("data: [phi, pii]", "data: unknown"),
        ("model: co-managed", "model: unknown"),
    ):
        assert restore(before, changed((old, new)), {}, AS_OF) is None


def term(text):
    return agreement("", head=HEAD.replace("term: {effective: 2026-01-01}", f"term: {{{text}}}"))


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        ("effective: 2026-01-01, ends: open", "effective: 2026-01-01, ends: 2026-12-01", True),
        (
            "effective: 2026-01-01, ends: open, notice: 30 days",
            "effective: 2026-01-01, ends: 2026-12-01",
            True,
        ),
        (
            "effective: 2026-01-01, ends: open, notice: 30 days",
            "effective: 2026-01-01, ends: 2026-12-24",
            False,
        ),
        (
            "effective: 2026-01-01, ends: 2027-12-31",
            "effective: 2026-01-01, ends: 2027-06-30",
            True,
        ),
        (
            "effective: 2026-01-01, ends: 2027-06-30",
            "effective: 2026-01-01, ends: 2027-12-31",
            False,
        ),
        (
            "effective: 2025-01-01, ends: 2025-12-31, renewal: automatic, notice: 60 days",
            "effective: 2025-01-01, ends: 2025-12-31, renewal: none, notice: 60 days",
            True,
        ),
        (
            "effective: 2025-01-01, ends: 2025-12-31, renewal: automatic, notice: 30 days",
            "effective: 2025-01-01, ends: 2026-12-31, renewal: none",
            False,
        ),
        ("effective: 2026-01-01", "effective: 2026-01-01", False),
    ],
)
def test_a_term_is_cut_where_its_end_is_nearer_than_its_notice(before, after, cut):
    assert (term_cut(term(before), term(after), AS_OF) is not None) is cut


@pytest.mark.parametrize(
    ("ends", "renewal", "excused"),
    [
        ("2026-11-23", "none", True),
        ("2026-11-24", "none", False),
        ("open", "none", False),
        ("2025-12-31", "automatic", False),
    ],
)
def test_an_agreement_has_ended_once_its_term_is_over(ends, renewal, excused):
    before = term(f"effective: 2025-01-01, ends: {ends}, renewal: {renewal}")
    text = HEAD.replace("status: active", "status: ended")

    assert ended_in_time(before, agreement("", head=text), AS_OF) is excused


def test_the_page_of_the_gate_says_what_there_is():
    blocks = [block.partition("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    releases, require = blocks

    assert load_releases(read(releases.encode(), "releases.yaml"))
    assert len(load_config(read(require.encode(), "cmpolicy.yaml")).require.rows) == 2
    for cause in DropCause:
        assert f"| `{cause}` |" in PAGE
    assert yaml.safe_load(releases)["releases"][0]["agreement"] == "harbour-mill"
