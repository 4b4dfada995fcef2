"""`cmpolicy plans --adopt`: words by hand become plans, inputs and differences, the terms stay."""

import pytest

import gitrepo
from gitrepo import GitRepo
from planned import BASE, BY_HAND, FILES, HIPAA, PROVIDER

CLAUSES = """\
clauses:
      # Our own insurer asks for it
      - topic: insurance
        by: msp
        where: MSA 4
      - {topic: permitted-uses, by: msp, where: "BAA s. 2.1"}
"""
HAND = (
    BY_HAND.partition("clauses:")[0]
    .replace("keeper: clinic, kept: 6 years", "keeper: msp, kept: 7 years")
    .replace("id: lakeside\n", "id: lakeside\n# Who pays\nlabels: {ticket: '1'}\n")
) + CLAUSES
EXPECTED = """\
apiVersion: cmpolicy/v1
kind: Agreement
id: lakeside
# Who pays
labels: {ticket: '1'}
title: Lakeside
version: "1.0.0"
status: draft
timezone: America/Toronto
term: {effective: "2026-01-01"}
plans:
  - {file: "../plans/base.yaml"}
  - {file: "../plans/hipaa.yaml"}
inputs: {customer: clinic, decider: joan, owner-of-records: msp, office: day, core: [ehr, mail], kept: 7 years}
frameworks: {hipaa: {standing: covered-entity}}
parties: [{id: clinic, name: Clinic, kind: customer, handles: [phi]}]
people: [{id: joan, name: Joan, party: clinic}]
calendars: [{id: day, hours: ["mon-fri 08:00-18:00"]}]
services: [{id: ehr, criticality: critical}, {id: mail}]
reviews:
  - {id: access-review, held: [{on: "2026-10-01"}]}
clauses:
  # Our own insurer asks for it
  - topic: insurance
    by: msp
    where: MSA 4
differs:
  - because: It stood so before the agreement was put on the plan
    edits:
      - {set: "coverage[watch].calendar", to: day}
      - {remove: ["coverage[desk]"]}
"""  # noqa: E501 - inputs are written on one line
NAMES = ("plans", "--adopt", "agreements/a.yaml", "plans/base.yaml", "plans/hipaa.yaml")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({**FILES, "agreements/a.yaml": HAND})
    return repo


def test_an_agreement_by_hand_is_put_on_plans(repo, cmpolicy):
    digest = cmpolicy("digest", "agreements/a.yaml", cwd=repo.path).out

    result = cmpolicy(*NAMES, cwd=repo.path)

    assert result.status == 0
    assert result.out == (
        "agreements/a.yaml: 12 rows are the plan's now, 2 edits are its own; "
        "the terms are the same\n"
    )
    assert (repo.path / "agreements/a.yaml").read_text() == EXPECTED
    assert cmpolicy("digest", "agreements/a.yaml", cwd=repo.path).out == digest
    again = cmpolicy(*NAMES, cwd=repo.path)
    assert (again.status, "is on plans already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"plans/base.yaml": BASE.replace("kept: {is", "more: {is: rota}\n  kept: {is")},
            "the input `more` (rota) is not filled",
        ),
        ({"agreements/a.yaml": "{" + ", ".join(HAND.splitlines()[:2]) + "}"}, "`id` is missing"),
        (
            {
                "agreements/a.yaml": HAND.replace("uses: [", "uses: [../common/more.yaml, "),
                "common/more.yaml": "apiVersion: cmpolicy/v1\nkind: Shared\nid: more\n"
                "targets: [{id: p1-respond, severity: p1, stage: respond, within: 1 hour}]\n",
            },
            "`p1-respond` is a duplicate",
        ),
        (
            {"plans/hipaa.yaml": HIPAA.replace("{hipaa: {}}", "{hipaa: {}, soc2: {}}")},
            "its `frameworks` would not stay the same",
        ),
        (
            {
                "common/provider.yaml": PROVIDER + "note: words\n",
                "plans/hipaa.yaml": "kind: Plan\n",
            },
            "`apiVersion` is missing",
        ),
        ({"agreements/a.yaml": HAND.replace("status: draft", "status: active")}, "is not sealed"),
    ],
)
def test_what_cannot_be_put_on_a_plan_is_left_as_it_is(repo, cmpolicy, files, says):
    repo.commit(files)
    before = (repo.path / "agreements/a.yaml").read_text()

    result = cmpolicy(*NAMES, cwd=repo.path)

    assert result.status == 2
    assert says in result.err
    assert (repo.path / "agreements/a.yaml").read_text() == before


def test_what_cannot_be_inferred_may_be_written_before(repo, cmpolicy):
    more = BASE.replace("kept: {is", "more: {is: rota}\n  kept: {is")
    repo.commit({"plans/base.yaml": more, "agreements/a.yaml": HAND + "inputs: {more: noc}\n"})

    result = cmpolicy(*NAMES, cwd=repo.path)

    text = (repo.path / "agreements/a.yaml").read_text()
    assert result.status == 0
    assert text.count("inputs:") == 1
    assert "more: noc, " in text
