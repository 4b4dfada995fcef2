"""The law of plans: merged by plan or written by hand, an agreement is the same."""

import copy
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmpolicy.agreement.load import Loader
from cmpolicy.compare import compare
from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.evaluate import evaluate
from cmpolicy.policy.library import Catalogs, load_bundled
from cmpolicy.runs.adopting import adopt
from cmpolicy.terms import digest, terms

AS_OF = date(2026, 11, 24)
PACKS = [pack for pack in load_bundled(Catalogs()) if pack.id in ("comanaged", "hipaa")]
HEAD = {
    "apiVersion": "cmpolicy/v1",
    "kind": "Agreement",
    "id": "lakeside",
    "title": "Lakeside",
    "version": "1.0.0",
    "status": "draft",
    "timezone": "America/Toronto",
}
WHO = {
    "parties": [
        {"id": "clinic", "kind": "customer", "handles": ["phi"]},
        {"id": "msp", "kind": "provider", "handles": ["phi"]},
    ],
    "people": [
        {"id": "joan", "name": "Joan", "party": "clinic", "deputy": "lee"},
        {"id": "lee", "name": "Lee", "party": "clinic"},
    ],
    "rotas": [{"id": "noc", "party": "msp", "calendar": "24x7", "members": []}],
    "calendars": [{"id": "day", "hours": ["mon-fri 08:00-18:00"]}],
    "severities": [{"id": "p1", "rank": 1}, {"id": "p2", "rank": 2}],
    "services": [{"id": "ehr", "criticality": "critical"}, {"id": "mail"}, {"id": "web"}],
}
KINDS = {
    "in-party": ("party", st.sampled_from(["clinic", "msp"])),
    "in-person": ("person", st.sampled_from(["joan", "lee", "unknown"])),
    "in-holder": ("holder", st.sampled_from(["clinic", "joan", "noc"])),
    "in-hours": ("calendar", st.sampled_from(["day", "24x7", "unknown"])),
    "in-core": ("services", st.sampled_from([["ehr"], ["mail", "web"], "ehr", ["unknown"]])),
    "in-worst": ("severities", st.sampled_from([["p1"], ["p1", "p2"]])),
    "in-kept": ("interval", st.sampled_from(["6 years", "90 days", "unknown"])),
    "in-fast": ("promise", st.sampled_from(["30 minutes", "4 hours", "best effort"])),
    "in-rate": ("percent", st.sampled_from([95, 99.5])),
}
maybe = st.sampled_from


def row(**fields):
    drawn = st.fixed_dictionaries(fields)
    return drawn.map(lambda found: {k: v for k, v in found.items() if v is not None})


PARTY = maybe(["clinic", "msp", "in-party"])
HOLDER = maybe(["clinic", "msp", "noc", "in-holder", "in-party", "in-person"])
PERSON = maybe(["joan", "lee", "in-person"])
HOURS = maybe([None, "day", "24x7", "in-hours"])
SERVICES = maybe([None, "in-core", ["in-core"], ["ehr"]])
ROWS = {
    "responsibilities": row(
        area=maybe(["backup", "helpdesk", "strategy"]),
        task=maybe(["in-party", "Ask in-person"]),
        accountable=HOLDER,
        consulted=st.lists(HOLDER, max_size=2, unique=True),
        split=maybe([None, {"msp": "does it"}, {"in-person": "agrees", "msp": "does it"}]),
        evidence=maybe([None, {"keeper": "in-holder", "kept": "in-kept"}]),
    ),
    "coverage": row(
        area=maybe(["security-monitoring", "incident-response"]),
        stage=maybe(["detect", "respond"]),
        by=HOLDER,
        calendar=HOURS,
        services=SERVICES,
        severities=maybe([None, ["in-worst"], "in-worst"]),
    ),
    "targets": row(
        severity=maybe([None, "p1", "p2"]),
        stage=maybe(["respond", "restore"]),
        within=maybe(["1 hour", "in-fast"]),
        calendar=maybe([None, "day", "24x7"]),
        services=SERVICES,
        attainment=maybe([None, 90, "in-rate"]),
    ),
    "notices": row(
        event=maybe(["phi-breach", "outage"]),
        **{"from": st.just("msp"), "to": st.just("clinic")},
        contact=PERSON,
        within=maybe([None, "1 day", "in-fast"]),
    ),
    "reviews": row(
        kind=maybe(["access-review", "service-review"]),
        every=maybe(["3 months", "in-kept"]),
        attended_by=st.lists(PERSON, max_size=1),
    ),
}
EDITED = {
    "responsibilities": ("area", "backup-testing"),
    "coverage": ("stage", "restore"),
    "targets": ("stage", "update"),
    "notices": ("event", "subpoena"),
    "reviews": ("kind", "report"),
}


@st.composite
def portfolios(draw):
    """Rows of the base, the add-on and the agreement; inputs; the add-on's edits and the own."""
    parts = [{section: [] for section in ROWS} for _ in range(3)]
    for section, rows in ROWS.items():
        for number, one in enumerate(draw(st.lists(rows, max_size=4))):
            owner = draw(st.integers(0, 2))
            named = {"id": f"{section[:3]}-{number}", **one}
            parts[owner][section].append(named if owner < OWN else filled(named, FIXED))
    changes = draw(edits(parts[0]))
    left = [
        path
        for section, rows in parts[0].items()
        for path in (f"{section}[{one['id']}]" for one in rows)
        if not any(path in str(edit) for edit in changes)
    ]
    differs = [edit for edit in draw(edits(parts[0])) if any(path in str(edit) for path in left)]
    given = {name: draw(values) for name, (_, values) in KINDS.items()}
    return parts, given, changes, differs, draw(st.booleans())


OWN = 2
"""The part that is the agreement's own."""
FIXED = {
    "in-party": "clinic", "in-person": "joan", "in-holder": "noc", "in-hours": "day",
    "in-core": ["ehr"], "in-worst": ["p1"], "in-kept": "1 year", "in-fast": "1 hour", "in-rate": 90,
}  # fmt: skip
"""What the agreement's own rows say: inputs stand only in plans."""


@st.composite
def edits(draw, part):
    """Edits of different rows of a part."""
    found = []
    for section, rows in part.items():
        for one in rows:
            path, (field, word) = f"{section}[{one['id']}]", EDITED[section]
            found += draw(
                maybe(
                    [
                        [],
                        [{"set": f"{path}.{field}", "to": word}],
                        [{"remove": path}],
                        [{"remove": [f"{path}.{field}"]}] if section == "responsibilities" else [],
                    ]
                )
            )
    if draw(st.booleans()) and not any("new" in str(edit) for edit in found):
        found.append(
            {"add": "clauses", "item": {"topic": f"new-{draw(st.integers(0, 99))}", "by": "msp"}}
        )
    return found


def filled(value, given, key=""):
    """Return a value with the inputs filled: the naive way, by their names."""
    if isinstance(value, dict):
        return {given.get(name, name): filled(one, given, name) for name, one in value.items()}
    if isinstance(value, list):
        items = []
        for one in value:
            new = filled(one, given)
            items += new if isinstance(new, list) and not isinstance(one, list) else [new]
        return items
    if isinstance(value, str) and key != "task" and value in given:
        found = copy.deepcopy(given[value])
        is_list = key in ("services", "severities") and found != "unknown"
        return [found] if is_list and isinstance(found, str) else found
    return value


def edited(parts, found):
    """Return rows by section with edits made: the naive way."""
    made = {section: copy.deepcopy(rows) for section, rows in parts.items()}
    for edit in found:
        if "add" in edit:
            made.setdefault("clauses", []).append(edit["item"])
            continue
        paths = edit["set"] if "set" in edit else edit["remove"]
        for path in [paths] if isinstance(paths, str) else paths:
            section, rest = path.split("[")
            identity, field = rest.split("]")
            one = next(each for each in made[section] if each["id"] == identity)
            if "set" in edit:
                one[field[1:]] = edit["to"]
            elif field:
                del one[field[1:]]
            else:
                made[section].remove(one)
    return made


def load(files):
    texts = {path: json.dumps(value).encode() for path, value in files.items()}
    loader = Loader(texts.__getitem__)
    return loader.load(read(texts["agreements/a.yaml"], "agreements/a.yaml"))


def present(parts):
    return {section: rows for section, rows in parts.items() if rows}


def groups(found):
    return [{"because": "So it is", "edits": [edit]} for edit in found]


def planned(portfolio):
    (base, add_on, own), given, changes, differs, defaults = portfolio
    inputs = {name: {"is": kind} for name, (kind, _) in KINDS.items()}
    if defaults:
        inputs = {name: {**one, "default": given[name]} for name, one in inputs.items()}
    head = {"apiVersion": "cmpolicy/v1", "kind": "Plan"}
    agreement = {
        **HEAD,
        **WHO,
        **present(own),
        "term": {"effective": "2026-01-01"},
        "plans": [{"file": "../plans/more.yaml"}, {"file": "../plans/base.yaml"}],
    }
    if not defaults:
        agreement["inputs"] = given
    if differs:
        agreement["differs"] = groups(differs)
    plan = {**head, "id": "base", "inputs": inputs, "model": "co-managed", **present(base)}
    more = {**head, "id": "more", "adds_to": "any", **present(add_on), "frameworks": {"hipaa": {}}}
    if changes:
        more["changes"] = groups(changes)
    return {
        "agreements/a.yaml": agreement,
        "plans/base.yaml": {**plan, "term": {"notice": "in-kept"}},
        "plans/more.yaml": {**more, "inputs": inputs},
    }


def by_hand(portfolio):
    (base, add_on, own), given, changes, differs, _ = portfolio
    rows = filled(edited(base, changes), given)
    for section in ROWS:
        rows[section] = rows[section] + filled(add_on[section], given) + own[section]
    return {
        **HEAD,
        **WHO,
        **present(edited(rows, differs)),
        "model": "co-managed",
        "term": {"effective": "2026-01-01", "notice": given["in-kept"]},
        "frameworks": {"hipaa": {}},
    }


def judged(agreement):
    return {
        verdict.rule.id: (
            verdict.outcome,
            verdict.reason,
            sorted((one.subject, one.path, one.message) for one in verdict.observations),
        )
        for verdict in evaluate(agreement, "a.yaml", PACKS, AS_OF)
    }


@settings(max_examples=40, deadline=None)
@given(portfolios())
def test_merged_by_plan_or_written_by_hand_an_agreement_is_the_same(portfolio):
    hand = {"agreements/a.yaml": by_hand(portfolio)}
    try:
        expected = load(hand)
    except DocumentError:
        # What cannot be said by hand (a duty named twice, say) cannot be said by plan either.
        with pytest.raises(DocumentError):
            load(planned(portfolio))
        return
    found = load(planned(portfolio))

    assert terms(found.document.value) == terms(expected.document.value)
    assert digest(found.document) == digest(expected.document)
    assert compare(expected, found, AS_OF) == ()
    assert judged(found) == judged(expected)


@settings(max_examples=40, deadline=None)
@given(portfolios())
def test_put_on_its_plan_an_agreement_by_hand_stays_the_same(portfolio):
    hand = by_hand(portfolio)
    written = {**hand, "inputs": portfolio[1]}
    files = {path: json.dumps(value) for path, value in planned(portfolio).items()}
    files["agreements/a.yaml"] = "".join(f"{k}: {json.dumps(v)}\n" for k, v in written.items())
    try:
        expected = load({"agreements/a.yaml": hand})
    except DocumentError:
        return
    loader = Loader(lambda path: files[path].encode())

    found = adopt(loader, "agreements/a.yaml", ["plans/base.yaml", "plans/more.yaml"])

    again = loader.load(read(found.text.encode(), "agreements/a.yaml"))
    assert digest(again.document) == digest(expected.document)
    assert compare(expected, again, AS_OF) == ()
