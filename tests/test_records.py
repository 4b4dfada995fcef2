"""A record that names a file which is not there is no record."""

from datetime import date

from build import HEAD, agreement
from cmpolicy.agreement.load import Loader
from cmpolicy.checks import Context
from cmpolicy.clock import Clock
from cmpolicy.document import read
from cmpolicy.policy.parameters import KINDS

BODY = """\
reviews:
  - id: monthly
    kind: service-review
    held:
      - {on: 2026-10-06, record: ../minutes/10.md}
      - {on: 2026-11-03, record: ../minutes/11.md}
setup: [{phase: msp-selection, record: ../setup/msp.md}]
"""


def observed(kind, parameters, files):
    check = KINDS[kind].make(parameters, Context())
    subject = agreement(BODY, exists=files.__contains__)
    return {item.path: item for item in check.run(subject, Clock(date(2026, 11, 24)))}


def test_the_record_of_a_review_must_be_there():
    parameters = {"kind": "service-review", "record": True}
    path = "reviews[monthly].held[2026-11-03].record"

    lost = observed("cadence", parameters, {"minutes/10.md"})[path]
    kept = observed("cadence", parameters, {"minutes/11.md"})[path]

    assert lost.holds == "no"
    assert "../minutes/11.md, and there is no such file" in lost.message
    assert kept.holds == "yes"


def test_the_record_of_an_item_must_be_there():
    parameters = {"list": "setup", "must": {"record": {"present": True}}}
    path = "setup[msp-selection].record"

    lost = observed("item", parameters, set())[path]
    kept = observed("item", parameters, {"setup/msp.md"})[path]

    assert lost.holds == "no"
    assert "names ../setup/msp.md, and there is no such file" in lost.message
    assert kept.holds == "yes"


def test_what_an_agreement_needs_is_found_as_it_is_looked_up():
    body = BODY.replace("../minutes/10.md", "https://minutes.example/10") + (
        "uses: [..//common/./soc.yaml, levels.yaml]\n"
    )

    loader = Loader({}.__getitem__)
    found = loader.needed(read((HEAD + body).encode(), "agreements/lakeside.yaml"))

    assert found.uses == {"common/soc.yaml", "agreements/levels.yaml"}
    assert found.records == {"minutes/11.md", "setup/msp.md"}


def test_numbers_and_addresses_are_never_shown():
    body = 'people: [{id: dana, party: clinic, phone: "+1 555 0100", email: dana@clinic.example}]'
    parameters = {"list": "people", "must": {"phone": {"equals": "1"}, "email": {"present": True}}}
    check = KINDS["item"].make(parameters, Context())

    messages = " ".join(
        item.message for item in check.run(agreement(body), Clock(date(2026, 11, 24)))
    )

    assert "people[dana].phone is given" in messages
    assert "0100" not in messages
    assert "clinic.example" not in messages
