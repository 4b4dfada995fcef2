"""Every field of an agreement moves a derived promise, or stands in a list with a reason.

The fields are those of the JSON Schema. Each is edited in the known-good agreement, to which is
added what it lacks: taken out of a row, and given the other values that may stand there.
"""

import copy
import json
from datetime import date

import pytest

from cmpolicy import bundled
from cmpolicy.agreement.load import Loader
from cmpolicy.compare import Effect, compare
from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.promises.uncomputed import IGNORED, UNCOMPUTED, is_computed, reason
from cmpolicy.terms import digest

AS_OF = date(2026, 11, 24)
SCHEMA = json.loads(bundled.schemas()["agreement"].read_bytes())
VALUES = ("other-words", "2026-11-01", "45 days", "90 minutes", "24x7", "after-hours", "clinic")
VALUES += ("sam", "p1", "p1-path", "ehr", "email", "sha256:" + 64 * "a", 64 * "b", 3, True)
"""What may stand in one field or another; what does not fit is refused, and no edit."""


# --- the fields ---------------------------------------------------------------------------------


def resolved(node):
    while "$ref" in node:
        found = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]
        node = {**found, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def leaves(node, path=""):
    """Yield the path and the schema of every field; a mapping by ids is one field."""
    node = resolved(node)
    named = node.get("properties", {})
    if "properties" in resolved(node.get("items", {})):
        yield from leaves(node["items"], f"{path}[]")
    elif named.keys() - IGNORED.keys():
        for key, below in named.items():
            yield from leaves(below, f"{path}.{key}" if path else key)
    else:
        yield path, node


FIELDS = dict(leaves(SCHEMA))
ELSEWHERE = ("uses", "plans", "inputs", "differs")
"""They say where the words stand, and are gone once those are put together."""
JUDGED = [path for path in FIELDS if path == "id" or path.rpartition(".")[2] not in IGNORED]


# --- the agreement ------------------------------------------------------------------------------


LONG = ("coverage", "responsibilities", "allocations", "targets", "notices", "clauses")
"""Lists to which nothing refers: a row is kept where it says what none before it does."""
MORE = """\
coverage:
  - {id: on-call, area: project-work, stage: respond, services: [ehr], severities: [p1], by: noc,
     calendar: after-hours, charged: true, raised_by: [dana]}
  - {id: perhaps, area: procurement, stage: respond, by: northbridge, calendar: business-hours,
     commitment: best-effort}
  - {id: there, area: onsite-support, stage: respond, by: noc, mode: onsite, tools: [edr]}
responsibilities:
  - id: projects
    area: project-work
    accountable: [{who: clinic, only: {services: [ehr], severities: [p1], subject: plans}}]
allocations:
  - {control: "cmmc:PE.L1-b.1.viii", origin: not-applicable, because: No such thing in scope}
  - {control: "cmmc:AC.L2-3.1.2", id: part, origin: shared, from: northbridge, customer: asks,
     provider: does, only: {services: [ehr], subject: branch offices}}
escalations:
  - {id: ehr-path, when: {severities: [p4], services: [ehr]}, from: clinic,
     steps: [{notify: noc, via: phone}]}
targets:
  - {id: contain-day, severity: p3, stage: contain, services: [ehr], within: 4 hours,
     calendar: 24x7, raised: business-hours}
  - {id: contain-night, severity: p3, stage: contain, services: [ehr], within: 8 hours,
     calendar: 24x7, raised: after-hours}
  - {id: report-day, severity: p3, stage: report, services: [ehr], within: 4 hours, calendar: 24x7,
     raised: business-hours}
  - {id: contain-mail, severity: p3, stage: contain, services: [email], within: 4 hours,
     calendar: 24x7, pauses: [{for: customer, at_most: 2 hours}]}
notices:
  - {id: left, event: subpoena, from: northbridge, to: clinic, within: 2 business days,
     calendar: business-hours}
clauses:
  - {id: exit, topic: exit-assistance, by: northbridge, only_if: all fees are paid}
attestations:
  - {id: first, party: sentinel, scheme: soc2-type1, period: {from: 2026-01-01, to: 2026-06-30}}
"""

OTHER_FRAMEWORKS = {"csf": {}, "pci": {"standing": "merchant"}, "ftc": {"standing": "under-5000"}}
OTHER_FRAMEWORKS |= {"iso27001": {}}


def build(body):
    return Loader(lambda _: b"").load(read(json.dumps(body).encode(), "agreement.yaml"))


def telling_rows(rows):
    """Return the rows that say a field which none before them does."""
    kept, seen = [], set()
    for row in rows:
        if row.keys() - seen:
            kept.append(row)
            seen |= row.keys()
    return kept


def known_good():
    """Return the known-good agreement with what it lacks, as plain data."""
    body = copy.deepcopy(read(bundled.base().read_bytes(), "base.yaml").value)
    body["frameworks"]["soc2"]["from"] = body["frameworks"]["hipaa"]["from"] = "2026-01-01"
    for name, facts in OTHER_FRAMEWORKS.items():
        body["frameworks"][name] = {**facts, "from": "2026-01-01"}
    body["access"][0]["data"] = ["phi", "pii"]
    body["calendars"][0]["timezone"] = "America/Chicago"
    body["formerly"] = "once-good"
    body["parties"][-1]["without_keys"] = ["phi", "cui"]
    body["term"]["renews_for"] = "1 year"
    for section in LONG:
        body[section] = telling_rows(body[section])
    for section, rows in read(MORE.encode(), "more.yaml").value.items():
        body[section] += rows
    for row in body["signatures"]:
        row["terms"] = digest(build(body).document)
    return body


BODY = known_good()
BEFORE = build(BODY)


def places(node, steps):
    """Yield each mapping that may have the field, by the keys that lead to it."""
    if not steps:
        yield ()
        return
    (step, *rest) = steps
    if step.endswith("[]"):
        rows = node.get(step[:-2])
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                yield from ((step[:-2], number, *more) for more in places(row, rest))
    elif rest and isinstance(node.get(step), dict):
        yield from ((step, *more) for more in places(node[step], rest))
    elif not rest and step in node:
        yield (step,)


def at(node, keys):
    for key in keys:
        node = node[key]
    return node


def others(path, found):
    """Yield other values for a field, those of other rows first."""
    steps = path.split(".")
    seen = [at(BODY, keys) for keys in places(BODY, steps)]
    enum = FIELDS[path].get("enum", [])
    items = resolved(FIELDS[path].get("items", {})).get("enum", [])
    every = [*seen, *enum, *VALUES]
    if isinstance(found, dict):
        words = resolved(FIELDS[path].get("additionalProperties", {})).get("enum", VALUES)
        every = [{**found, key: value} for key in found for value in words]
    if isinstance(found, list):
        every = [found[:-1], found[1:], *seen, *([one] for one in (*items, *VALUES))]
    unique = {json.dumps(value): value for value in every if value != found}
    yield from list(unique.values())[:60]


def moves(path, edit, *, wanted):
    """Say whether an edit of some row moves a promise; None where no such edit is possible.

    Where none is to be found, the first few of each are looked at.
    """
    rows, values = (12, 60) if wanted else (2, 6)
    signed = path.startswith("signatures")
    possible = False
    for keys in list(places(BODY, path.split(".")))[:rows]:
        for value in list(edit(at(BODY, keys)))[:values]:
            body = copy.deepcopy(BODY)
            row = at(body, keys[:-1])
            if value is None:
                del row[keys[-1]]
            else:
                row[keys[-1]] = value
            try:
                after = build(body)
            except DocumentError:
                continue
            possible = True
            if any(
                detail.promise != "signature" or signed
                for change in compare(BEFORE, after, AS_OF)
                if change.effect is not Effect.NEUTRAL
                for detail in change.details
            ):
                return True
    return False if possible else None


@pytest.mark.parametrize(
    "path", [path for path in JUDGED if path.partition("[")[0] not in ELSEWHERE]
)
def test_each_field_moves_a_promise_or_is_listed_with_a_reason(path):
    why = reason(path)
    gone, other = (True, True) if why is None else (why.presence, False)

    assert list(places(BODY, path.split("."))), "add the field to MORE"
    assert moves(path, lambda _: [None], wanted=gone) in (gone, None)
    assert moves(path, lambda found: others(path, found), wanted=other) in (other, None)


def test_the_list_names_only_fields_that_there_are():
    known = set(FIELDS) | {path.rpartition("[]")[0] for path in FIELDS}

    assert [path for path in UNCOMPUTED if path not in known] == []


@pytest.mark.parametrize(
    ("path", "old", "new", "computed"),
    [
        ("targets[p1].within", "4 hours", "8 hours", True),
        ("targets[p1].note", None, "words", False),
        ("responsibilities[patch].task", "Patch", "Patch it all", False),
        ("responsibilities[patch].split.note", "does it", None, True),
        ("responsibilities[patch].split.clinic", "does it", "does that", False),
        ("escalations[path].hand_over", "the ticket", "all", False),
        ("escalations[path].hand_over", "the ticket", None, True),
        ("coverage[watch]", {"id": "watch", "area": "backup", "note": "words"}, None, True),
        ("responsibilities[patch]", None, {"id": "patch", "task": "Patch"}, False),
        ("allocations[cmmc:AC.L2-3.1.1].because", "a", "b", False),
        ("reviews[monthly].held[2026-10-06]", None, {"on": "2026-10-06"}, False),
        ("reviews[monthly]", None, {"kind": "report", "held": [{"on": "2026-10-06"}]}, False),
        ("clauses[audit/msp]", {"topic": "audit", "where": "s. 9"}, None, True),
        ("id", "a", "b", False),
    ],
)
def test_an_edit_is_computed_where_all_that_it_changed_is(path, old, new, computed):
    assert is_computed(path, old, new) is computed
    assert is_computed(path, new, old) is computed
