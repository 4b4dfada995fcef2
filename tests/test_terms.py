"""The digest of the terms: what it binds, and what it leaves out."""

import hashlib
import json

import pytest

from build import HEAD, agreement
from cmpolicy.terms import digest, terms

BODY = """\
people:
  - {id: dana, name: Dana Roy, party: clinic, email: dana@clinic.example, phone: "+1 555 0100",
     roles: [it-manager]}
  - {id: lee, name: Lee Park, party: clinic}
rotas: [{id: noc, party: msp, calendar: 24x7, members: [dana], phone: "+1 555 0101"}]
severities: [{id: p1, rank: 1}]
responsibilities:
  - {id: backup, area: backup, accountable: msp, note: agreed by phone,
     split: {clinic: approves, msp: does}}
targets: [{severity: p1, stage: respond, within: 30 minutes, calendar: 24x7, attainment: 99.5}]
escalations:
  - id: path
    when: {severities: [p1]}
    steps: [{notify: noc, via: phone}, {notify: dana, via: phone}]
reviews: [{id: monthly, kind: service-review, every: 1 month, held: [{on: 2026-02-03}]}]
allocations: [{control: "cmmc:AC.L2-3.1.1", origin: shared, state: planned}]
documents: [{id: msa, kind: order-form, labels: {ticket: "1"}}]
"""


def of(body=BODY, head=HEAD, files=None):
    return digest(agreement(body, head, files).document)


def test_a_digest_names_its_algorithm():
    assert of().startswith("sha256:")
    assert len(of()) == len("sha256:") + 64


def test_it_is_over_canonical_json_of_the_terms():
    found = terms(
        agreement("people: [{id: x, name: x, party: clinic, roles: [é, b, é]}]").document.value
    )

    assert found["people"] == {"x": {"id": "x", "party": "clinic", "roles": ["b", "é"]}}
    text = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert of("people: [{id: x, name: x, party: clinic, roles: [é, b, é]}]") == f"sha256:{expected}"


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("within: 30 minutes", "within: 31 minutes"),
        ("attainment: 99.5", "attainment: 99.4"),
        ("calendar: 24x7, attainment", "attainment"),
        ("roles: [it-manager]", "roles: []"),
        ("party: clinic, email", "party: msp, email"),
        ('phone: "+1 555 0101"', 'phone: "+1 555 0109"'),
        ("{id: lee, name: Lee Park, party: clinic}", "{id: leo, name: Lee Park, party: clinic}"),
        ("split: {clinic: approves", "split: {clinic: proves"),
        ("every: 1 month", "every: 2 months"),
        ("origin: shared", "origin: provider"),
        (
            "{notify: noc, via: phone}, {notify: dana, via: phone}",
            "{notify: dana, via: phone}, {notify: noc, via: phone}",
        ),
        ("kind: order-form", "kind: statement-of-work"),
        ("kind: order-form", "kind: TBD"),
    ],
)
def test_other_words_are_other_terms(words, others):
    assert BODY.count(words) == 1

    assert of(BODY.replace(words, others)) != of()


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("name: Dana Roy, ", ""),
        ("name: Lee Park", "name: Leo Park"),
        ("email: dana@clinic.example, ", ""),
        ('phone: "+1 555 0100"', 'phone: "+1 555 0199"'),
        (", members: [dana]", ""),
        (", held: [{on: 2026-02-03}]", ", held: [{on: 2026-03-03, record: r.md}]"),
        ("state: planned", "state: in-place"),
        ("note: agreed by phone", "note: agreed by mail"),
        ('{ticket: "1"}', '{ticket: "2", more: words}'),
        ("documents:", "setup: [{phase: msp-selection}]\ndocuments:"),
        ("documents:", "capacity: {on: 2026-01-01}\ndocuments:"),
        ("documents:", "attestations: [{party: msp, scheme: hitrust}]\ndocuments:"),
        ("documents:", "signatures: [{party: msp, on: 2026-01-01}]\ndocuments:"),
        ("documents:", "clauses: []\ndocuments:"),
        ("documents:", "labels: {a: b}\nnote: words\ndocuments:"),
        ("roles: [it-manager]", "roles: [it-manager, it-manager]"),
        ("attainment: 99.5", "attainment: 9.95e1"),
    ],
)
def test_the_record_is_no_terms(words, others):
    assert BODY.count(words) == 1

    assert of(BODY.replace(words, others)) == of()


def test_the_status_is_no_terms_and_the_title_is():
    assert of(head=HEAD.replace("status: active", "status: ended")) == of()
    assert of(head=HEAD.replace("title: Lakeside", "title: Seaside")) != of()


def test_shared_files_are_merged_in_wherever_they_are():
    people, rest = BODY.split("rotas:", 1)
    shared = f"apiVersion: cmpolicy/v1\nkind: Shared\nid: staff\n{people}"
    body = f"uses: [shared/staff.yaml]\nrotas:{rest}"

    one = of(body.replace("shared/", "../common/"), files={"common/staff.yaml": shared})
    other = of(body.replace("shared/staff", "people"), files={"agreements/people.yaml": shared})

    assert one == other == of()


def test_a_party_that_is_called_note_is_no_note():
    head = HEAD.replace("id: clinic", "id: note")
    body = "responsibilities: [{id: a, area: backup, split: {note: does it}}]"

    assert of(body, head) != of(body.replace("does it", "does not"), head)
