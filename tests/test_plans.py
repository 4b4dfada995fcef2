"""Agreements on service plans: what they make, where each value is said, what is refused."""

import re
from pathlib import Path

import pytest

from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.errors import MOST_PROBLEMS, DocumentError
from cmpolicy.plans.spots import AMOUNTS
from cmpolicy.shape import load_schema
from cmpolicy.terms import digest, terms
from planned import AGREEMENT, BASE, BY_HAND, DIFFERS, FILES, HIPAA, INPUTS, PLANS, load


def place(found, path):
    at = found.locate(path)
    return f"{at.file}:{at.line}"


def problems(text=AGREEMENT, **files):
    with pytest.raises(DocumentError) as caught:
        load(text, **files)
    return [str(problem) for problem in caught.value.problems]


def test_an_agreement_on_plans_is_the_one_that_says_the_same_by_hand():
    planned, by_hand = load(), load(BY_HAND)

    assert terms(planned.document.value) == terms(by_hand.document.value)
    assert digest(planned.document) == digest(by_hand.document)
    assert planned.reviews == by_hand.reviews
    assert planned.needs.uses == {*FILES}


def test_every_value_is_located_where_it_is_said():
    found = load()

    assert place(found, "rotas[noc].members") == "common/provider.yaml:6"
    assert place(found, "targets[p1-respond].stage") == "plans/base.yaml:23"
    assert place(found, "targets[p1-respond].calendar") == "agreements/lakeside.yaml:12"
    assert place(found, "targets[p1-respond].within") == "plans/base.yaml:17"
    assert place(found, "targets[p1-respond].services[mail]") == "agreements/lakeside.yaml:12"
    assert place(found, "coverage[watch].services[ehr]") == "agreements/lakeside.yaml:12"
    assert place(found, "coverage[watch].area") == "plans/base.yaml:25"
    assert place(found, "coverage[watch].calendar") == "agreements/lakeside.yaml:22"
    assert place(found, "coverage[desk].calendar") == "agreements/lakeside.yaml:23"
    assert place(found, "notices[breach].contact") == "agreements/lakeside.yaml:12"
    assert place(found, "reviews[access-review].every") == "plans/hipaa.yaml:15"
    assert place(found, "reviews[access-review].held") == "agreements/lakeside.yaml:18"
    assert place(found, "frameworks.hipaa.standing") == "agreements/lakeside.yaml:13"
    assert place(found, "responsibilities[patching].split.clinic") == "plans/base.yaml:21"
    assert place(found, "model") == "plans/base.yaml:7"
    assert place(found, "term.renewal") == "plans/base.yaml:8"
    assert place(found, "inputs.core") == "agreements/lakeside.yaml:12"


def test_text_is_never_touched():
    tasks = {task.id: task for task in load().tasks}

    assert load().document.value["responsibilities"][0]["task"] == (
        "Set the office budget of the customer"
    )
    assert tasks["patching"].responsible == ("clinic",)


def test_placeholders_of_a_plan_are_those_of_the_agreement():
    base = BASE.replace("by: noc, calendar: 24x7, services: [core]", "by: noc, calendar: TBD")
    found = load(AGREEMENT.replace(DIFFERS, ""), base=base)

    assert found.placeholders == {"coverage[watch].calendar": "TBD"}
    assert place(found, "coverage[watch].calendar") == "plans/base.yaml:25"


def test_an_input_may_be_unknown():
    found = load(AGREEMENT.replace("office: day", "office: unknown"))

    assert found.document.value["targets"][0]["calendar"] == "unknown"
    assert found.unknowns


def test_a_file_that_a_plan_and_the_agreement_use_is_read_once():
    found = load(AGREEMENT + "uses: [../common/provider.yaml]\n")

    assert digest(found.document) == digest(load().document)


def sealed(text):
    """Return a plan's text with its seal."""
    plan = Loader(lambda path: {**FILES, "plans/p.yaml": text}[path].encode()).plan("plans/p.yaml")
    return text.replace("kind: Plan\n", f'kind: Plan\nseal: "{plan.terms}"\n'), plan.terms


def test_an_active_agreement_is_on_sealed_plans():
    base, first = sealed(BASE)
    hipaa, second = sealed(HIPAA)
    text = AGREEMENT.replace("status: draft", "status: active")
    text = text.replace("base.yaml}", f'base.yaml, seal: "{first}"}}')
    text = text.replace("hipaa.yaml}", f'hipaa.yaml, seal: "{second}"}}')

    assert load(text, base=base, hipaa=hipaa).status == "active"
    assert problems(text.replace("status: active", "status: draft"), base=base) != []
    assert (
        "has no `seal` here"
        in problems(text.replace(f', seal: "{first}"', ""), base=base, hipaa=hipaa)[0]
    )
    (phrase,) = problems(text.replace(first, second), base=base, hipaa=hipaa)
    assert phrase.startswith(
        "agreements/lakeside.yaml:10:12: `../plans/base.yaml` has another seal"
    )
    (phrase,) = problems(text, base=base.replace("6 years", "1 year"), hipaa=hipaa)
    assert phrase.startswith("plans/base.yaml:3:7: plans/base.yaml was changed after it was sealed")
    for title in ("title: Complete and more", "title: Complete\nversion: 1.0.1"):
        load(text, base=base.replace("title: Complete", title), hipaa=hipaa)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("every: 6 months", "every: 1 year"),
        ("default: 6 years", "default: 5 years"),
        ("uses: [../common/provider.yaml]", "uses: [../common/other.yaml]"),
        ("decider: {is: person", "decider: {is: holder"),
        ("renewal: automatic", "renewal: manual"),
    ],
)
def test_a_seal_holds_every_term(old, new):
    assert old in BASE
    assert sealed(BASE.replace(old, new))[1] != sealed(BASE)[1]


def test_a_seal_does_not_go_by_order_or_remarks():
    swapped = BASE.replace("  - {id: desk", "  - {note: words, id: desk")
    swapped = swapped.replace("severity: p1, stage: respond", "stage: respond, severity: p1")

    assert sealed(swapped)[1] == sealed(BASE)[1]


ADD_ON = """\
apiVersion: cmpolicy/v1
kind: Plan
id: other
adds_to: any
"""
THIRD = AGREEMENT.replace(PLANS, PLANS + "  - {file: ../plans/other.yaml}\n")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("base.yaml}", "bose.yaml}", "`../plans/bose.yaml` cannot be used"),
        ("../plans/base.yaml", "../.plans/base.yaml", "in a folder that is searched"),
        ("../plans/base.yaml", "../plans/base.txt", "is not a *.yaml file"),
        ("../plans/base.yaml", "../../base.yaml", "leads outside the repository"),
        ("hipaa.yaml}", "base.yaml}", "`plans`: duplicate `../plans/base.yaml`"),
        ("  - {file: ../plans/base.yaml}\n", "", "10:12: there is no base plan"),
        ("status: draft", "status: active", "is not sealed: only draft agreements may use it"),
        ("decider: joan, ", "", "12:1: the input `decider` (person) is not filled: Who decides"),
        ("core: [ehr, mail]", "core: [ehr, fax]", "`core`: there is no service `fax`"),
        ("core: [ehr, mail]", "core: []", "`core` must be ids of services"),
        ("customer: clinic", "customer: joan", "`customer` must be a party; `joan` is one of"),
        ("customer: clinic", "customer: [clinic]", "`customer` must be the id of one party"),
        ("customer: clinic", "customer: TBD", "the input `customer` is a placeholder ('TBD')"),
        ("customer: clinic", "customer: unknown", "stands as a key of"),
        ("decider: joan", "decider: joan, kept: soon", "`kept` must be an interval"),
        ("decider: joan", "decider: joan, rate: 200", "`rate` must be a percentage"),
        ("decider: joan", "decider: joan, decidre: joan", "has an input `decidre`"),
        ("{id: clinic,", "{id: customer,", "`customer` is an id in `parties`, and an input"),
        ("to: day}", "to: 24x7}", "it is so already, in line 25 of plans/base.yaml"),
        ("coverage[desk]", "coverage[dusk]", "there is no such place (did you mean `desk`?)"),
        ('{remove: "coverage[desk]"}', "{set: status, to: ended}", "no plan says `status`"),
        ('{remove: "coverage[desk]"}', "{set: term.effective, to: 2020-01-01}", "no plan says"),
        ("coverage[desk]", "coverage[watch]", "touches what"),
        ("coverage[desk]", "calendars[day]", "still referred to, by coverage[watch].calendar"),
        ("coverage[desk]", "people[sam]", "by rotas[noc].members[sam] (common/provider.yaml:6)"),
        ("reviews:", "model: co-managed\nreviews:", "`model` is said twice: here, and in line 7"),
        ("effective: 2026-01-01", "effective: 2026-01-01, renewal: none", "`term.renewal` is said"),
        ("held: [{on: 2026-10-01}]", "every: 1 year", "write it under `differs`"),
        ("held: [{on: 2026-10-01}]", "every: 1 year", "line 28 of plans/base.yaml"),
        ("{id: joan, name", "{id: joan, nome", "unknown key `nome`"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_agreement_is_refused_with_its_place(old, new, says):
    phrase = problems(AGREEMENT.replace(old, new, 1))

    assert any(says in one for one in phrase), phrase
    assert all(one.startswith("agreements/lakeside.yaml:") for one in phrase)


@pytest.mark.parametrize("key", ["inputs", "differs"])
def test_without_plans_nothing_is_filled_or_different(key):
    text = BY_HAND + {"inputs": INPUTS, "differs": DIFFERS}[key]

    assert f"`{key}` is about service plans, and the agreement names none" in problems(text)[0]


def test_a_list_of_removals_names_the_path_that_is_wrong():
    text = AGREEMENT.replace('{remove: "coverage[desk]"}', '{remove: ["coverage[desk]", "x[y]"]}')

    assert problems(text)[0].startswith("agreements/lakeside.yaml:23:37: `remove: x[y]`")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: Plan", "kind: Shared", "`kind` must be `Plan`"),
        ("accountable: customer", "accountable: kept", "`accountable` takes an input of kind"),
        ("consulted: [msp]", "consulted: [core]", "`core` is an input of kind services"),
        (
            "kept: kept",
            "kept: kopt",
            "plans/base.yaml:20:165: there is no input `kopt` (did you mean `kept`?)",
        ),
        ("services: core", "services: cora", "there is no input `cora`"),
        ("kept: {is: interval, default: 6 years}", "kept: {is: amount}", "`is` must be one of"),
        ("  kept:", "  desk:", "`desk` is an id in `coverage`, and an input in line 15"),
        ("  fast:", "  none:", "the input `none` is named like an amount"),
        ("default: customer}", "default: core}", "of kind holder, is the input `core`, of kind"),
        ("{id: desk,", "{id: watch,", "`coverage[watch]` is said twice"),
        ("every: 6 months", "held: [{on: 2026-01-01}]", "unknown key `held`"),
        ("automatic,", "automatic, effective: 2026-01-01,", "unknown key `effective`"),
        ("reviews:", "status: active\nreviews:", "unknown key `status`"),
        (
            "reviews:",
            "changes: [{because: x, edits: [{remove: targets}]}]\nreviews:",
            "a base plan has no `changes`",
        ),
    ],
)
def test_what_is_wrong_in_a_plan_is_refused_where_the_plan_says_it(old, new, says):
    assert old in BASE
    phrase = problems(base=BASE.replace(old, new, 1))

    assert any(says in one for one in phrase), phrase
    assert all(one.startswith("plans/base.yaml:") for one in phrase)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("adds_to: [essentials]\n", "the add-on `other` does not fit the base plan"),
        ("", "`other` is a second base plan, beside `complete-2026`"),
        (
            ('adds_to: any\nchanges: [{because: x, edits: [{set: "reviews[access-review].every", '
            "to: 1 month}]}]\n"),
            "touches what `set: reviews[access-review].every` in line 15 of plans/hipaa.yaml",
        ),
        (
            'adds_to: any\nchanges: [{because: x, edits: [{remove: "reviews[access-review]"}]}]\n',
            "touches what `set: reviews[access-review].every`",
        ),
        (
            'adds_to: any\nchanges: [{because: x, edits: [{remove: "notices[breach]"}]}]\n',
            "`remove: notices[breach]`: there is no such place",
        ),
        (
            'adds_to: any\nchanges: [{because: x, edits: [{remove: "rotas[noc]"}]}]\n',
            "it is still referred to, by coverage[watch].by (plans/base.yaml:25)",
        ),
        ("adds_to: any\nmodel: co-managed\n", "`model` is said twice: here, and in line 7 of"),
        (
            "adds_to: any\nclauses: [{topic: permitted-uses, by: msp, where: x}]\n",
            "`clauses[permitted-uses/msp]` is said twice",
        ),
        (
            "adds_to: any\ninputs: {customer: {is: person}}\n",
            "the input `customer` is a person here, and a party in line 10 of plans/base.yaml",
        ),
        ("adds_to: any\ninputs: {kept: {is: interval, default: 1 year}}\n", "another default"),
        (
            "adds_to: any\ninputs: {a: {is: party, default: b}, b: {is: party, default: a}}\n",
            "go in a circle",
        ),
        ("adds_to: any\nframeworks: {hipaa: {standing: business-associate}}\n", "make the two"),
    ],
)  # fmt: skip
def test_plans_that_do_not_fit_together_are_refused(body, says):
    other = ADD_ON.replace("adds_to: any\n", body)
    phrase = problems(THIRD, other=other)

    assert any(says in one for one in phrase), phrase


def test_add_ons_may_come_in_any_order():
    other = (
        ADD_ON + 'changes: [{because: x, edits: [{set: "targets[p1-respond].attainment", to: 99}]}]'
    )
    turned = THIRD.replace(
        PLANS, "plans:\n" + "".join(reversed(PLANS.splitlines(keepends=True)[1:]))
    )

    assert digest(load(THIRD, other=other).document) == digest(load(turned, other=other).document)


SHARED = """\
apiVersion: cmpolicy/v1
kind: Shared
id: provider
parties: [{id: fernbrook, name: Fernbrook, kind: provider}]
rotas: [{id: desk, party: fernbrook, calendar: 24x7}]
severities: [{id: p1, rank: 1}]
"""


def test_the_page_on_plans_shows_what_works():
    page = (Path(__file__).parents[1] / "docs" / "plans.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    files = {"common/provider.yaml": SHARED, **dict(blocks)}
    path = "agreements/lakeside-clinic.yaml"
    text = files[path].replace(', seal: "sha256:…"', "").replace("active", "draft")

    found = Loader(lambda name: files[name].encode()).load(read(text.encode(), path))

    assert found.needs.uses == {*files} - {path}
    assert found.document.value["coverage"][0]["commitment"] == "best-effort"
    assert found.document.value["notices"][0]["contact"] == "joan"


def test_of_many_wrong_edits_the_first_are_reported():
    edits = "".join(f'      - {{set: "targets[t-{n}].within", to: 1 day}}\n' for n in range(200))

    assert len(problems(AGREEMENT.replace('      - {remove: "coverage[desk]"}\n', edits))) == (
        MOST_PROBLEMS
    )


def test_inputs_that_are_a_placeholder_are_none():
    phrase = problems(AGREEMENT.replace(INPUTS, "inputs: TBD\n"))

    assert [one.split(" is not filled")[0].split(": ")[1] for one in phrase] == [
        "the input `customer` (party)",
        "the input `decider` (person)",
        "the input `core` (services)",
    ]


AMOUNT_FORMS = ("interval", "promise", "wait", "span", "sum")


def amounts(node, root, path=()):
    """Yield the pattern of every field of a plan that is an amount of time, or a percentage."""
    reference = node.get("$ref", "").removeprefix("#/$defs/")
    named = root["$defs"].get(reference, node)
    percent = path in (("targets", "*", "attainment"), ("uptime", "*", "percent"))
    if reference in AMOUNT_FORMS or path[-1:] in (("every",), ("survives",)) or percent:
        yield ".".join(path)
        return
    for name, below in named.get("properties", {}).items():
        yield from amounts(below, root, (*path, name))
    if isinstance(named.get("items"), dict) and path[:1] != ("changes",):
        yield from amounts(named["items"], root, (*path, "*"))


def test_inputs_may_stand_for_every_amount_of_a_plan():
    schema = load_schema("plan")

    assert {pattern for pattern, _ in AMOUNTS} == set(amounts(schema, schema))


def test_defaults_may_be_handed_on_a_long_way():
    chain = "".join(f"  i-{n}: {{is: party, default: i-{n + 1}}}\n" for n in range(1500))
    base = BASE.replace(
        "  kept: {is", f"{chain}  i-1500: {{is: party, default: clinic}}\n  kept: {{is"
    )
    base = base.replace("accountable: customer", "accountable: i-0")

    assert load(base=base).document.value["responsibilities"][0]["accountable"] == "clinic"
