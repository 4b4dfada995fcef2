"""A small set of plans, what they share, and an agreement on them, for tests."""

from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.errors import DocumentError, Location

PROVIDER = """\
apiVersion: cmpolicy/v1
kind: Shared
id: provider
parties: [{id: msp, name: MSP, kind: provider, handles: [phi]}]
people: [{id: sam, name: Sam, party: msp}]
rotas: [{id: noc, party: msp, calendar: 24x7, members: [sam]}]
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
"""
BASE = """\
apiVersion: cmpolicy/v1
kind: Plan
id: complete-2026
title: Complete
edition: "2026"
uses: [../common/provider.yaml]
model: co-managed
term: {renewal: automatic, notice: notice-time}
inputs:
  customer: {is: party}
  decider: {is: person, means: Who decides on changes and access}
  owner-of-records: {is: holder, default: customer}
  office: {is: calendar, default: 24x7}
  core: {is: services}
  kept: {is: interval, default: 6 years}
  notice-time: {is: interval, default: 60 days}
  fast: {is: promise, default: 30 minutes}
  rate: {is: percent, default: 95}
responsibilities:
  - {id: strategy, area: strategy, task: Set the office budget of the customer, accountable: customer, consulted: [msp], evidence: {keeper: owner-of-records, kept: kept}}
  - {id: patching, area: patch-management, accountable: msp, responsible: [customer], split: {customer: agrees the windows, msp: deploys}}
targets:
  - {id: p1-respond, severity: p1, stage: respond, within: fast, calendar: office, services: core, attainment: rate}
coverage:
  - {id: watch, area: security-monitoring, stage: detect, by: noc, calendar: 24x7, services: [core]}
  - {id: desk, area: helpdesk, stage: respond, by: noc, calendar: office}
reviews:
  - {id: access-review, kind: access-review, every: 6 months, attended_by: [decider, sam]}
"""  # noqa: E501 - as people write rows
HIPAA = """\
apiVersion: cmpolicy/v1
kind: Plan
id: hipaa-2026
adds_to: [complete-2026]
frameworks: {hipaa: {}}
inputs:
  customer: {is: party}
  privacy-official: {is: person, default: decider}
notices:
  - {id: breach, event: phi-breach, from: msp, to: customer, contact: privacy-official}
clauses:
  - {topic: permitted-uses, by: msp, where: "BAA s. 2.1"}
changes:
  - because: Access to PHI is reviewed each quarter
    edits: [{set: "reviews[access-review].every", to: 3 months}]
"""
PLANS = """\
plans:
  - {file: ../plans/base.yaml}
  - {file: ../plans/hipaa.yaml}
"""
INPUTS = "inputs: {customer: clinic, decider: joan, core: [ehr, mail], office: day}\n"
HEAD = """\
apiVersion: cmpolicy/v1
kind: Agreement
id: lakeside
title: Lakeside
version: "1.0.0"
status: draft
timezone: America/Toronto
term: {effective: 2026-01-01}
"""
OWN = """\
frameworks: {hipaa: {standing: covered-entity}}
parties: [{id: clinic, name: Clinic, kind: customer, handles: [phi]}]
people: [{id: joan, name: Joan, party: clinic}]
calendars: [{id: day, hours: ["mon-fri 08:00-18:00"]}]
services: [{id: ehr, criticality: critical}, {id: mail}]
reviews: [{id: access-review, held: [{on: 2026-10-01}]}]
"""
DIFFERS = """\
differs:
  - because: The desk closes at six
    edits:
      - {set: "coverage[watch].calendar", to: day}
      - {remove: "coverage[desk]"}
"""
BY_HAND = """\
apiVersion: cmpolicy/v1
kind: Agreement
id: lakeside
title: Lakeside
version: "1.0.0"
status: draft
timezone: America/Toronto
model: co-managed
term: {effective: 2026-01-01, renewal: automatic, notice: 60 days}
uses: [../common/provider.yaml]
frameworks: {hipaa: {standing: covered-entity}}
parties: [{id: clinic, name: Clinic, kind: customer, handles: [phi]}]
people: [{id: joan, name: Joan, party: clinic}]
calendars: [{id: day, hours: ["mon-fri 08:00-18:00"]}]
services: [{id: ehr, criticality: critical}, {id: mail}]
responsibilities:
  - {id: strategy, area: strategy, task: Set the office budget of the customer, accountable: clinic, consulted: [msp], evidence: {keeper: clinic, kept: 6 years}}
  - {id: patching, area: patch-management, accountable: msp, responsible: [clinic], split: {clinic: agrees the windows, msp: deploys}}
targets:
  - {id: p1-respond, severity: p1, stage: respond, within: 30 minutes, calendar: day, services: [ehr, mail], attainment: 95}
coverage:
  - {id: watch, area: security-monitoring, stage: detect, by: noc, calendar: day, services: [ehr, mail]}
reviews:
  - {id: access-review, kind: access-review, every: 3 months, attended_by: [joan, sam], held: [{on: 2026-10-01}]}
notices:
  - {id: breach, event: phi-breach, from: msp, to: clinic, contact: joan}
clauses:
  - {topic: permitted-uses, by: msp, where: "BAA s. 2.1"}
"""  # noqa: E501 - as people write rows
AGREEMENT = HEAD + PLANS + INPUTS + OWN + DIFFERS
FILES = {
    "common/provider.yaml": PROVIDER,
    "plans/base.yaml": BASE,
    "plans/hipaa.yaml": HIPAA,
}
FILE = "agreements/lakeside.yaml"


def load(text=AGREEMENT, **files):
    """Load an agreement; `base`, `hipaa` and `provider` are texts in the place of those here."""
    given = dict(FILES)
    given |= {
        ("common/" if n == "provider" else "plans/") + n + ".yaml": t for n, t in files.items()
    }
    loader = Loader(lambda path: _bytes(given, path))
    return loader.load(read(text.encode(), FILE))


def _bytes(given, path):
    if path not in given:
        raise DocumentError(f"there is no file {path}", Location(path))
    return given[path].encode()
