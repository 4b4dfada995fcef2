"""The laws of a comparison, over random agreements with unknowns in every place."""

import copy
import json
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmpolicy.agreement.load import Loader
from cmpolicy.compare import Effect, compare
from cmpolicy.document import read
from cmpolicy.terms import digest
from mirror import mirror

AS_OF = date(2026, 11, 24)
HEAD = {
    "apiVersion": "cmpolicy/v1",
    "kind": "Agreement",
    "id": "lakeside",
    "title": "Lakeside",
    "version": "1.0.0",
    "status": "active",
    "model": "co-managed",
    "timezone": "America/Toronto",
    "term": {"effective": "2026-01-01"},
    "severities": [{"id": "p1", "rank": 1}, {"id": "p2", "rank": 2}],
}
CALENDARS = ("24x7", "day", "night", "vague")
SHARED = ("parties", "people", "rotas", "calendars", "severities", "targets", "escalations")

calendars = st.sampled_from(CALENDARS)
who = st.sampled_from(("clinic", "msp", "dana", "noc"))
maybe = st.sampled_from


def row(**fields):
    """Draw a row; a field that is drawn as None is left out."""
    drawn = st.fixed_dictionaries(fields)
    return drawn.map(lambda found: {k: v for k, v in found.items() if v is not None})


def rows(of, most=2):
    """Draw rows with ids of their own."""
    return st.lists(of, max_size=most).map(
        lambda found: [{"id": f"row-{n}", **one} for n, one in enumerate(found)]
    )


SERVICES = maybe((None, ["ehr"], ["ehr", "mail"], "unknown"))
SEVERITIES = maybe((None, ["p1"], ["p1", "p2"]))
COVERAGE = row(
    area=maybe(("backup", "helpdesk", "unknown")),
    stage=maybe(("detect", "respond")),
    by=who,
    services=SERVICES,
    severities=SEVERITIES,
    calendar=maybe((None, "unknown", *CALENDARS)),
    commitment=maybe((None, "best-effort", "unknown")),
    mode=maybe((None, "onsite", "remote", "unknown")),
    charged=maybe((None, True, "unknown")),
    raised_by=maybe((None, ["dana"], ["dana", "noc"], ["unknown"], "unknown")),
    tools=maybe((None, ["siem"], "unknown")),
)
TARGETS = row(
    severity=maybe((None, "p1", "p2", "unknown")),
    stage=maybe(("respond", "restore")),
    services=SERVICES,
    within=maybe(("30 minutes", "4 hours", "24 hours", "best effort", "unknown")),
    calendar=maybe((None, *CALENDARS)),
    commitment=maybe((None, "guaranteed", "unknown")),
    attainment=maybe((None, 90, 95)),
    raised=maybe((None, None, "day", "night", "vague", "unknown")),
)
STEPS = st.lists(
    row(notify=who, via=st.just("portal"), after=maybe((None, "15 minutes", "50% of respond"))),
    min_size=1,
    max_size=3,
)
PATHS = row(
    when=maybe(({"severities": ["p1"]}, {"events": ["outage"]}, {})),
    steps=STEPS,
    repeat=maybe((None, {"times": 1, "wait": "10 minutes"}, {"times": 2, "wait": "unknown"})),
)
NOTICES = row(
    event=maybe(("phi-breach", "outage", "unknown")),
    **{"from": st.just("msp"), "to": st.just("clinic")},
    within=maybe((None, "24 hours", "72 hours", "unknown")),
    starts=maybe((None, "discovery", "confirmation", "unknown")),
    before=maybe((None, True)),
    contact=maybe((None, "dana", "unknown")),
)
TASKS = row(
    area=maybe(("backup", "helpdesk")),
    accountable=maybe(
        (
            None,
            "clinic",
            "msp",
            "unknown",
            [{"who": "msp", "only": {"services": ["ehr"]}}],
            [
                {"who": "clinic", "only": {"services": ["ehr"]}},
                {"who": "msp", "only": {"services": ["mail"]}},
            ],
        )
    ),
    responsible=maybe((None, ["msp"], ["clinic", "msp"], "unknown")),
    split=maybe((None, {"msp": "runs it"}, {"msp": "runs it", "note": "words"}, "unknown")),
    evidence=maybe((None, {"keeper": "msp"}, {"kept": "6 years"}, {"kept": "unknown"}, "unknown")),
)
REVIEWS = row(
    kind=maybe(("report", "service-review", "unknown")),
    every=maybe((None, "1 month", "3 months", "on change", "unknown")),
    attended_by=maybe((None, ["clinic"], ["clinic", "msp"], "unknown")),
    agenda=maybe((None, ["risks"], ["risks", "capacity"])),
)
ACCESS = row(
    party=st.just("msp"),
    kind=maybe(("privileged", "standard", "unknown")),
    mfa=maybe((None, True, False, "unknown")),
    named_accounts=maybe((None, True)),
    services=SERVICES,
    approved_by=maybe((None, "dana", "unknown")),
)
DOCUMENTS = row(
    kind=maybe(("order-form", "unknown")),
    between=maybe((None, ["clinic"], ["clinic", "msp"], "unknown")),
    version=maybe((None, "1", "2", "unknown")),
)
SETUP = row(
    phase=maybe(("sla-and-matrix", "tool-integration", "unknown")),
    led_by=maybe((None, ["clinic"], "unknown")),
    done=maybe((None, "2025-12-18", "unknown")),
)
TERM = row(
    effective=st.just("2026-01-01"),
    renewal=maybe((None, "none", "automatic", "unknown")),
    notice=maybe((None, "30 days", "3 months", "unknown")),
)


@st.composite
def bodies(draw):
    """Draw an agreement of every section, as plain data."""
    drawn = {
        "parties": [
            {"id": "clinic", "kind": "customer", "handles": draw(maybe(([], ["phi"], "unknown")))},
            {"id": "msp", "kind": "provider", "handles": []},
        ],
        "people": [row_of(draw, id="dana", name="Dana", party="clinic", calendar=draw(calendars))],
        "rotas": [{"id": "noc", "party": "msp", "calendar": draw(calendars), "members": ["dana"]}],
        "calendars": [
            {"id": "day", "hours": draw(maybe((["mon-fri 09:00-17:00"], ["sat 10:00-12:00"])))},
            {"id": "night", "outside": "day"},
            {"id": "vague", "hours": "unknown"},
        ],
        "services": [
            {"id": name, "criticality": draw(maybe(("critical", "low", "unknown")))}
            for name in ("ehr", "mail")
        ],
        "coverage": draw(rows(COVERAGE, 3)),
        "targets": draw(rows(TARGETS, 3)),
        "escalations": draw(rows(PATHS)),
        "notices": draw(rows(NOTICES)),
        "responsibilities": draw(rows(TASKS)),
        "reviews": draw(rows(REVIEWS)),
        "access": draw(rows(ACCESS)),
        "documents": draw(rows(DOCUMENTS)),
        "setup": draw(rows(SETUP)),
        "tools": [{"id": "siem", "kind": draw(maybe(("security", "unknown")))}],
        "term": draw(maybe(("unknown", None))) or draw(TERM),
        "signatures": draw(maybe(([], [{"party": "msp", "on": "2026-01-01"}]))),
    }
    return HEAD | drawn


def row_of(draw, **fields):
    """Return a row that may lack its name."""
    return fields if draw(st.booleans()) else fields | {"name": "unknown"}


def build(body, files=None):
    """Build an agreement from plain data."""
    files = {name: json.dumps(data).encode() for name, data in (files or {}).items()}
    return Loader(lambda path: files[path]).load(read(json.dumps(body).encode(), "a.yaml"))


def phrase(changes):
    return sorted((one.promise, one.key, one.effect) for one in changes)


@settings(max_examples=60)
@given(bodies(), st.randoms(use_true_random=False))
def test_an_agreement_in_another_order_is_the_same(body, random):
    def shuffled(value, key=""):
        if isinstance(value, dict):
            names = list(value)
            random.shuffle(names)
            return {name: shuffled(value[name], name) for name in names}
        if isinstance(value, list):
            items = [shuffled(item) for item in value]
            if key != "steps":
                random.shuffle(items)
            return items
        return value

    assert compare(build(body), build(shuffled(body)), AS_OF) == ()


@settings(max_examples=60)
@given(bodies(), bodies())
def test_swapping_the_sides_mirrors_every_effect(one, other):
    before, after = build(one), build(other)

    there, back = compare(before, after, AS_OF), compare(after, before, AS_OF)

    assert phrase(back) == sorted((c.promise, c.key, mirror(c.effect)) for c in there)


NIGHT = {"id": "row-2", "stage": "respond", "services": ["ehr"], "calendar": "night"}
# The pessimistic reading has no promise here, though a row that perhaps applies was edited.
PERHAPS = [
    {"id": "row-0", "stage": stage, "within": "30 minutes", **services}
    for stage, services in (("respond", {"services": "unknown"}), ("restore", {}))
]


def with_targets(*rows):
    """Return an agreement of two services with these targets."""
    return HEAD | {
        "parties": [{"id": "msp", "kind": "provider", "handles": []}],
        "calendars": [
            {"id": "day", "hours": ["mon-fri 09:00-17:00"]},
            {"id": "night", "outside": "day"},
            {"id": "vague", "hours": "unknown"},
        ],
        "services": [{"id": name, "criticality": "critical"} for name in ("ehr", "mail")],
        "targets": [*rows, NIGHT | {"within": "4 hours"}],
    }


@settings(max_examples=60)
@given(bodies(), bodies())
@example(with_targets(PERHAPS[0]), with_targets(PERHAPS[1]))
def test_every_change_has_a_cause_and_every_edit_is_told(one, other):
    before, after = build(one), build(other)

    found = compare(before, after, AS_OF)

    assert all(change.causes for change in found)
    assert bool(found) is (before.document.value != after.document.value or found != ())
    if before.document.value == after.document.value:
        assert found == ()


def split(row):
    """Say of the day and of the night what is said of both."""
    if "raised" in row:
        return [row]
    return [{**row, "id": f"{row['id']}-{part}", "raised": part} for part in ("day", "night")]


def rewritten(body):
    """Say the same in other words."""
    after = copy.deepcopy(body)
    after["calendars"].append({"id": "always", "hours": ["daily 00:00-24:00"], "holidays": "none"})
    for row in (*after["coverage"], *after["targets"]):
        if row.get("calendar") == "24x7":
            row["calendar"] = "always"
    after["targets"] = [part for row in after["targets"] for part in split(row)]
    for row in after["targets"]:
        day = "1 day" if row.get("calendar") == "always" else "24h"
        words = {"24 hours": day, "30 minutes": "30m"}
        row["within"] = words.get(row["within"], row["within"])
    for row in after["notices"]:
        if row.get("within") == "24 hours":
            row["within"] = "1 day"
    for row in after["responsibilities"]:
        evidence = row.get("evidence")
        if isinstance(evidence, dict) and evidence.get("kept") == "6 years":
            row["evidence"] = evidence | {"kept": "72 months"}
    return after


@settings(max_examples=60)
@given(bodies(), st.booleans())
def test_rewriting_is_neutral_but_for_a_signature(body, signed):
    """24 hours to 1 day, 24x7 to daily hours without holidays, a target to one for each part."""
    before = copy.deepcopy(body)
    if signed:
        now = digest(build(before).document)
        for row in before["signatures"]:
            row["terms"] = now
    after = rewritten(before)

    found = compare(build(before), build(after), AS_OF)

    meant = [one for one in found if one.effect is not Effect.NEUTRAL]
    if signed and before["signatures"]:
        assert phrase(meant) == [("signature", "msp", Effect.WEAKENED)]
    else:
        assert meant == []


@settings(max_examples=40)
@given(bodies(), st.sets(st.sampled_from(SHARED)))
def test_parts_moved_to_a_shared_file_are_the_same(body, moved):
    common = {"apiVersion": "cmpolicy/v1", "kind": "Shared", "id": "common"}
    common |= {name: body[name] for name in moved - {"parties"}}
    rest = {name: value for name, value in body.items() if name not in moved - {"parties"}}

    before = build(body)
    after = build(rest | {"uses": ["common.yaml"]}, {"common.yaml": common})

    assert compare(before, after, AS_OF) == ()


@settings(max_examples=40)
@given(bodies(), st.data())
def test_saying_less_never_strengthens(body, data):
    """Without a row of what is promised, nothing is promised that was not before."""
    section = data.draw(st.sampled_from(("coverage", "responsibilities", "reviews")))
    if not body[section]:
        return
    less = copy.deepcopy(body)
    less[section].pop(data.draw(st.integers(0, len(body[section]) - 1)))

    found = compare(build(body), build(less), AS_OF)

    assert {one.effect for one in found} & {Effect.STRENGTHENED, Effect.MIXED} == set()


HUMANS = {"dana": "dana", "noc": "dana", "sam": "sam"}


@settings(max_examples=40, deadline=None)
@given(bodies(), st.lists(maybe((*HUMANS, "msp")), min_size=1, max_size=4), st.data())
def test_a_person_who_is_called_later_weakens_the_route(body, called, data):
    """Whoever was called before; an organisation answers no call."""
    people = [*body["people"], {"id": "sam", "name": "Sam", "party": "msp"}]
    body = body | {"people": people}
    for one in (*people, *body["rotas"]):
        one["calendar"] = "24x7"
    steps = [{"notify": who, "via": "portal"} for who in called]
    late = data.draw(st.integers(0, len(steps) - 1))
    path = {"id": "path", "when": {"severities": ["p1"]}, "steps": steps}
    sooner = body | {"escalations": [path]}
    later = copy.deepcopy(sooner)
    later["escalations"][0]["steps"][late]["after"] = "15 minutes"

    found = compare(build(sooner), build(later), AS_OF)

    effects = {one.effect for one in found if one.promise == "route"}
    before = {HUMANS.get(who) for who in called[:late]}
    moved = {HUMANS.get(who) for who in called[late:]} - before - {None}
    assert effects == ({Effect.WEAKENED} if moved else set())
