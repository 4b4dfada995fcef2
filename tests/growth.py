"""Valid agreements of any size: for each list of the format, the known-good agreement with n rows.

Rows are all alike, all different, or all overlap; some name every service. `CASES` is the table of
them, from a name to a maker of a file's values for n; the same n makes the same file.
"""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from cmpolicy.document import read
from cmpolicy.vocabulary import AREAS, EVENTS, TARGET_STAGES

BASE = Path(__file__).parents[1] / "policies" / "base.yaml"
SEED = 20_261_124


@cache
def _base():
    return json.dumps(read(BASE.read_bytes(), "base.yaml").value)


def base():
    """Return the values of the known-good agreement, to be changed."""
    return json.loads(_base())


def text_of(value):
    """Return a file's text, a row a line: JSON in most of it, which is YAML too."""
    lines = []
    for key, section in value.items():
        if isinstance(section, list) and section and isinstance(section[0], dict):
            lines.append(f"{key}:")
            lines += [f"  - {json.dumps(row)}" for row in section]
        else:
            lines.append(f"{key}: {json.dumps(section)}")
    return "\n".join(lines).encode() + b"\n"


EDITS = (
    (b'"24x7"', b'"business-hours"'),
    (b'"within": "3 days", "calendar": "b', b'"within": "3 business days", "calendar": "b'),
    (b'"3 months"', b'"6 months"'),
    (b'"mfa": true', b'"mfa": false'),
    (b'"attainment": 95', b'"attainment": 90'),
    (b'"full"', b'"read"'),
    (b'"where": "s. 7"', b'"where": "s. 8"'),
    (b'"state": "in-place"', b'"state": "planned"'),
    (b'"responsible": ["northbridge"]', b'"responsible": ["clinic"]'),
    (b'"criticality": "critical"', b'"criticality": "low"'),
    (b'"expires": "2028', b'"expires": "2027'),
    (b'"notify": "dana"', b'"notify": "lee"'),
    (b'"means": "One', b'"means": "Two'),
    (b'"phone": "', b'"phone": "1'),
    (b'"kind": "order-form"', b'"kind": "statement-of-work"'),
    (b'"by": "maya"', b'"by": "omar"'),
)


def edited(text):
    """Return a file's text with nearly every row changed."""
    for old, new in EDITS:
        text = text.replace(old, new)
    amount = rb'"within": "(\d+) (?:hour|minute|day)s?", "calendar": "business-hours"'
    instead = rb'"within": "\1 business hours", "calendar": "business-hours"'
    return re.sub(amount, instead, text)


def rows(section, make):
    """Return a maker of files with n more rows in a section."""

    def build(n):
        value = base()
        value[section] = value.get(section, []) + [make(index) for index in range(n)]
        return value

    return build


def within(section, field, make, row=0):
    """Return a maker of files in which one row's list has n more items."""

    def build(n):
        value = base()
        found = value[section][row]
        for step in field.split(".")[:-1]:
            found = found.setdefault(step, {})
        name = field.split(".")[-1]
        old = found.get(name, [])
        found[name] = (old if isinstance(old, list) else []) + [make(index) for index in range(n)]
        return value

    return build


def both(*makers):
    """Return a maker of files that have the lists of several makers."""

    def build(n):
        value, plain = base(), base()
        for make in makers:
            made = make(n)
            for key in made:
                if made[key] != plain.get(key):
                    value[key] = made[key]
        return value

    return build


def target(index, **fields):
    return {
        "id": f"t{index}",
        "severity": "p1",
        "stage": "report",
        "within": "3 days",
        "calendar": "24x7",
        "attainment": 95,
    } | fields


def day(index):
    return (date(2026, 11, 20) - timedelta(days=index)).isoformat()


def person(index):
    return {
        "id": f"h{index}",
        "name": f"Human {index}",
        "party": "northbridge",
        "phone": "+1 716 555 0199",
        "calendar": "24x7",
    }


def service(index, **fields):
    return {
        "id": f"s{index}",
        "name": f"Service {index}",
        "criticality": "critical",
        "data": ["phi", "cui"],
        "owner": "dana",
    } | fields


def severity(index):
    return {"id": f"v{index}", "rank": index + 5, "means": "One more"}


def task(index, **fields):
    return {
        "id": f"k{index}",
        "area": AREAS[index % len(AREAS)],
        "task": "Does it",
        "accountable": "clinic",
        "responsible": ["northbridge"],
        "split": {"clinic": "decides", "northbridge": "does"},
    } | fields


def path_of(index, **fields):
    return {
        "id": f"e{index}",
        "when": {"severities": ["p1"]},
        "from": "clinic",
        "hand_over": "a number",
        "steps": [
            {"notify": "noc", "via": "phone"},
            {"notify": "dana", "via": "phone", "after": "15 minutes"},
        ],
    } | fields


def cover(index, **fields):
    return {
        "id": f"c{index}",
        "area": "security-monitoring",
        "stage": "detect",
        "by": "soc",
        "calendar": "24x7",
        "tools": ["siem"],
    } | fields


def partition(section, make):
    """Return a maker of rows that name a part of the services each."""
    return rows(section, lambda index: make(index, services=[SERVICES[index % len(SERVICES)]]))


SERVICES = ["ehr", "enclave", "identity", "email", "network", "billing", "workstations"]


def allocation(index):
    return {
        "control": f"own:C-{index}",
        "origin": "shared",
        "from": "northbridge",
        "customer": "decides",
        "provider": "does",
        "evidence": "northbridge",
        "state": "in-place",
    }


def allocations_alike(n):
    value = base()
    first = value["allocations"][0]
    value["allocations"] += [first | {"id": f"a{index}"} for index in range(n)]
    return value


def calendar(index):
    # Windows of its own each, so that no two are one.
    start = f"{index % 24:02}:{index // 24 % 60:02}"
    return {"id": f"q{index}", "hours": [f"mon-fri {start}-23:59"]}


def clause(index):
    return {"id": f"l{index}", "topic": "confidentiality", "by": "northbridge", "where": "s. 7"}


def notice(index):
    return {
        "id": f"n{index}",
        "event": EVENTS[index % len(EVENTS)],
        "from": "northbridge",
        "to": "clinic",
        "contact": "dana",
        "within": "24 hours",
        "starts": "discovery",
    }


def contradiction(index, **fields):
    """A notice of one event like all of these, with a deadline of its own."""
    return notice(index) | {"event": EVENTS[0], "within": f"{index + 1} hours"} | fields


def review(index):
    return {
        "id": f"r{index}",
        "kind": "access-review",
        "every": "3 months",
        "attended_by": ["dana", "sam"],
        "agenda": ["risks"],
        "held": [{"on": day(index % 90)}],
    }


def party(index):
    return {
        "id": f"y{index}",
        "name": f"Party {index}",
        "kind": "subcontractor",
        "engaged_by": "northbridge",
        "handles": ["phi"],
    }


def access(index, **fields):
    return {
        "id": f"x{index}",
        "party": "northbridge",
        "services": ["ehr"],
        "kind": "privileged",
        "named_accounts": True,
        "mfa": True,
        "approved_by": "dana",
        "reviewed_in": "access-review",
    } | fields


def attestation(index):
    return {
        "id": f"z{index}",
        "party": "northbridge",
        "scheme": "iso27001",
        "expires": "2028-01-01",
    }


def steps(n):
    value = base()
    value["escalations"][0]["steps"] += [
        {"id": f"u{index}", "notify": "dana", "via": "phone", "after": "1 minute"}
        for index in range(n)
    ]
    return value


def split(n):
    value = base()
    value["people"] += [person(index) for index in range(n)]
    value["responsibilities"][0]["split"] = {
        "clinic": "decides",
        **{f"h{index}": "does" for index in range(n)},
    }
    return value


def holders(n):
    value = base()
    value["services"] += [service(index) for index in range(min(n, 400))]
    value["responsibilities"][0]["accountable"] = [
        {"who": "dana", "only": {"services": [f"s{index % min(n, 400)}"]}} for index in range(n)
    ]
    return value


def members(n):
    value = base()
    value["people"] += [person(index) for index in range(n)]
    value["rotas"][0]["members"] += [f"h{index}" for index in range(n)]
    return value


def tool_access(n):
    value = base()
    value["people"] += [person(index) for index in range(n)]
    value["tools"][0]["access"] |= {f"h{index}": "full" for index in range(n)}
    return value


def deputies(n):
    value = base()
    chain = [person(index) | {"deputy": f"h{(index + 1) % n}"} for index in range(n)]
    value["people"] += chain
    return value


def engaged(n):
    value = base()
    value["parties"] += [
        party(index) | {"engaged_by": f"y{index - 1}" if index else "northbridge"}
        for index in range(n)
    ]
    return value


def outside_chain(n):
    value = base()
    value["calendars"] += [
        {"id": f"q{index}", "outside": f"q{index - 1}" if index % 10 else "business-hours"}
        for index in range(n)
    ]
    return value


def labels(n):
    value = base()
    value["services"][0]["labels"] = {f"key{index}": f"word {index}" for index in range(n)}
    return value


def frameworks(n):
    value = base()
    value["frameworks"] |= {f"own{index}": {"from": "2026-01-01"} for index in range(n)}
    return value


def facts(n):
    value = base()
    value["frameworks"]["own"] = {f"fact{index}": "x" for index in range(n)}
    return value


def placeholders(n):
    value = base()
    value["targets"] += [target(index) | {"within": "TBD"} for index in range(n)]
    return value


def unknown_rows(n):
    value = base()
    value["targets"] += [
        target(index, severity="unknown", stage="unknown", services="unknown", calendar="unknown")
        for index in range(n)
    ]
    return value


def severities_with_targets(n):
    value = base()
    value["severities"] += [severity(index) for index in range(n)]
    value["targets"] += [target(index, severity=f"v{index}", stage="respond") for index in range(n)]
    return value


def services_with_targets(n):
    value = base()
    count = min(n, 490)
    value["services"] += [service(index) for index in range(count)]
    value["targets"] += [
        target(index, services=[f"s{index % count}"], stage="respond") for index in range(n)
    ]
    return value


def functions(n):
    value = base()
    value["capacity"]["functions"] += [
        {
            "id": f"f{index}",
            "function": AREAS[index % len(AREAS)],
            "hours_per_week": 1,
            "now": "gap",
        }
        for index in range(n)
    ]
    return value


def own_time(n):
    value = base()
    value["capacity"]["people"] += [
        {"id": f"m{index}", "who": "dana", "week": "40 hours", "reactive": "4 hours"}
        for index in range(n)
    ]
    return value


CASES = {
    "parties": rows("parties", party),
    "parties chain": engaged,
    "parties handles": within("parties", "handles", lambda _: "phi"),
    "people": rows("people", person),
    "people deputies": deputies,
    "people roles": within("people", "roles", lambda i: f"role-{i}"),
    "rotas": rows(
        "rotas",
        lambda i: {"id": f"o{i}", "party": "northbridge", "members": ["sam"], "calendar": "24x7"},
    ),
    "rotas members": members,
    "calendars": rows("calendars", calendar),
    "calendars chain": outside_chain,
    "calendars also": within("calendars", "holidays.also", day),
    "calendars except": within("calendars", "holidays.except", day),
    "severities": rows("severities", severity),
    "severities one rank": rows("severities", lambda i: severity(i) | {"rank": 1}),
    "services": rows("services", service),
    "services data": within("services", "data", lambda _: "phi"),
    "coverage alike": rows("coverage", cover),
    "coverage areas": rows("coverage", lambda i: cover(i, area=AREAS[i % len(AREAS)])),
    "coverage people": rows(
        "coverage",
        lambda i: cover(i, by=["soc", "dana", "ben", "noc"][i % 4], calendar="after-hours"),
    ),
    "coverage services": partition("coverage", cover),
    "coverage tools": within("coverage", "tools", lambda _: "siem"),
    "coverage raised_by": within("coverage", "raised_by", lambda _: "dana"),
    "tasks alike": rows("responsibilities", lambda i: task(i, area="patch-management")),
    "tasks areas": rows("responsibilities", task),
    "task holders": holders,
    "task split": split,
    "task consulted": within("responsibilities", "consulted", lambda _: "clinic"),
    "task areas": within("responsibilities", "area", lambda i: AREAS[i % len(AREAS)]),
    "allocations": rows("allocations", allocation),
    "allocations alike": allocations_alike,
    "escalations alike": rows("escalations", path_of),
    "escalations differ": rows(
        "escalations",
        lambda i: path_of(
            i, steps=[{"notify": "dana", "via": "phone", "after": f"{i + 1} minutes"}]
        ),
    ),
    "escalations bare": rows("escalations", lambda i: {"id": f"e{i}"}),
    "escalations events": rows(
        "escalations", lambda i: path_of(i, when={"events": [EVENTS[i % len(EVENTS)]]})
    ),
    "escalation steps": steps,
    "escalation events": within("escalations", "when.events", lambda i: f"event-{i}"),
    "targets alike": rows("targets", target),
    "targets differ": rows("targets", lambda i: target(i, within=f"{i + 1} hours")),
    "targets raised": rows(
        "targets", lambda i: target(i, raised=["after-hours", "business-hours"][i % 2])
    ),
    "targets business": rows(
        "targets",
        lambda i: target(i, within=f"{i + 1} business hours", calendar="business-hours"),
    ),
    "targets clocks": both(
        rows("calendars", calendar),
        rows("targets", lambda i: target(i, within="3 hours", calendar=f"q{i}", raised=f"q{i}")),
    ),
    "targets own clock": both(
        rows("calendars", calendar),
        rows("targets", lambda i: target(i, within="3 hours", calendar=f"q{i}")),
    ),
    "targets a few hours": both(
        lambda _: rows("calendars", calendar)(8),
        rows("targets", lambda i: target(i, within=f"{i + 1} hours", raised=f"q{i % 8}")),
    ),
    "targets stages": rows(
        "targets",
        lambda i: target(i, stage=TARGET_STAGES[i % 7], severity=f"p{i % 4 + 1}"),
    ),
    "targets services": partition("targets", target),
    "targets every service": rows("targets", lambda i: target(i, services=SERVICES)),
    "targets unknown": unknown_rows,
    "targets placeholders": placeholders,
    "notices": rows("notices", notice),
    "notices contradict": rows("notices", contradiction),
    "notices of unknown events": rows("notices", lambda i: contradiction(i, event="unknown")),
    "reviews": rows("reviews", review),
    "reviews held": within(
        "reviews", "held", lambda i: {"id": f"w{i}", "on": day(i % 300), "record": "setup/a.md"}
    ),
    "reviews attended_by": within("reviews", "attended_by", lambda _: "dana"),
    "reviews agenda": within("reviews", "agenda", lambda i: f"item-{i}"),
    "tools": rows(
        "tools",
        lambda i: {
            "id": f"b{i}",
            "kind": "security",
            "provided_by": "sentinel",
            "access": {"clinic": "full"},
        },
    ),
    "tools access": tool_access,
    "access": rows("access", access),
    "access every service": rows("access", lambda i: access(i, services=SERVICES)),
    "clauses": rows("clauses", clause),
    "documents": rows(
        "documents",
        lambda i: {
            "id": f"d{i}",
            "kind": "order-form",
            "between": ["clinic"],
            "dated": day(i % 300),
        },
    ),
    "documents between": within("documents", "between", lambda _: "clinic"),
    "attestations": rows("attestations", attestation),
    "attestations scope": within("attestations", "scope", lambda i: AREAS[i % len(AREAS)]),
    "setup": rows(
        "setup", lambda i: {"id": f"g{i}", "phase": "ongoing-reviews", "record": "setup/a.md"}
    ),
    "setup led_by": within("setup", "led_by", lambda _: "clinic"),
    "capacity functions": functions,
    "capacity people": own_time,
    "signatures": rows(
        "signatures", lambda i: {"id": f"j{i}", "party": "clinic", "by": "maya", "on": day(i % 300)}
    ),
    "labels": labels,
    "frameworks": frameworks,
    "framework facts": facts,
    "severities with targets": severities_with_targets,
    "services with targets": services_with_targets,
}
