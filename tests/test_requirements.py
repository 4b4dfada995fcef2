"""`require:`: what the policy holds agreements to, by path and by id."""

import json
from datetime import date

import pytest

from build import HEAD, agreement
from cmpolicy.agreement import SCOPE_FACTS
from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.policy import load_config
from cmpolicy.policy.requiring import combine, hold
from cmpolicy.shape import load_schema
from cmpolicy.unknown import UNKNOWN

AS_OF = date(2026, 11, 24)
FILE = "agreements/lakeside.yaml"


def config(text, file="cmpolicy.yaml"):
    return load_config(read(text.encode(), file))


def held(required, said="", head=HEAD, as_of=AS_OF):
    """Hold an agreement that says `said` to the requirements of a configuration, one a line."""
    lines = "".join(f"  {line}\n" for line in required)
    rows = config(f"require:\n{lines}").require.matching((FILE,), "lakeside")
    return hold(agreement(said, head=head), combine(rows), as_of)


KEYS = """
"agreements/health/**": [hipaa]
"agreements/*.yaml": {soc2: {}}
agreements/lakeside.yaml: {model: co-managed}
"id:lakeside": {cmmc: {level: 2}}
"id:harbour": [hipaa]
"**/old.yaml": [hipaa, soc2]
"""


@pytest.mark.parametrize(
    ("paths", "identity", "expected"),
    [
        (["agreements/lakeside.yaml"], "lakeside", [1, 2, 3]),
        (["agreements/lakeside.yaml"], None, [1, 2]),
        (["elsewhere.yaml"], "lakeside", [3]),
        (["elsewhere.yaml", "agreements/health/a/b.yaml"], "inland", [0]),
        (["agreements/new.yaml", "agreements/old.yaml"], "harbour", [1, 4, 5]),
        (["agreements/health/a.yaml"], "id:lakeside", [0]),
        (["id:lakeside"], "inland", []),
        ([], None, []),
    ],
)
def test_all_keys_that_match_apply_in_the_order_of_the_file(paths, identity, expected):
    required = config("require:\n" + KEYS.replace("\n", "\n  ")).require

    found = required.matching([p for p in paths if not p.startswith("id:")], identity)

    assert [required.rows.index(row) for row in found] == expected


def test_keys_that_match_nothing_are_found_over_a_whole_run():
    required = config("require:\n" + KEYS.replace("\n", "\n  ")).require

    run = [(["agreements/lakeside.yaml"], "lakeside"), (["x.yaml", "old.yaml"], None)]

    assert [row.key for row in required.unmatched(run)] == ["agreements/health/**", "id:harbour"]
    assert len(required.unmatched([])) == 6


def test_globs_are_relative_to_the_configuration():
    required = config("require: {'../a/*.yaml': [hipaa], x.yaml: [soc2]}", "legal/cmpolicy.yaml")

    assert [row.key for row in required.require.matching(["a/b.yaml"])] == ["../a/*.yaml"]
    assert [row.key for row in required.require.matching(["legal/x.yaml"])] == ["x.yaml"]


CMMC = "frameworks.cmmc.{0}: {1} here, but cmpolicy.yaml requires {2}: judged {3}"


@pytest.mark.parametrize(
    ("required", "said", "facts", "starts", "warns"),
    [
        ("{level: 2}", "{level: 1}", {"level": 2}, None, CMMC.format("level", 1, 2, "at 2")),
        ("{level: 2}", "{level: 3}", {"level": 3}, None, None),
        ("{level: 2}", "{level: 2}", {"level": 2}, None, None),
        ("{level: 2}", "{level: unknown}", {"level": 2}, None, None),
        ("{level: 2}", "{}", {"level": 2}, None, None),
        ("{level: 2}", "unknown", {**dict.fromkeys(SCOPE_FACTS, UNKNOWN), "level": 2}, None, None),
        ("{}", "{level: 1}", {"level": 1}, None, None),
        ("{}", "{level: unknown}", {"level": UNKNOWN}, None, None),
        (
            "{assessment: c3pao}",
            "{level: 2, assessment: self}",
            {"level": 2, "assessment": "c3pao"},
            None,
            CMMC.format("assessment", "self", "c3pao", "at c3pao"),
        ),
        ("{assessment: c3pao}", "{assessment: dibcac}", {"assessment": "dibcac"}, None, None),
        (
            "{}",
            "{from: 2026-11-25}",
            {},
            None,
            CMMC.format("from", "2026-11-25", "cmmc now", "now"),
        ),
        ("{}", "{from: 2026-11-24}", {}, None, None),
        (
            "{from: 2026-01-01}",
            "{from: 2027-01-01}",
            {},
            date(2026, 1, 1),
            CMMC.format("from", "2027-01-01", "cmmc from 2026-01-01", "from 2026-01-01"),
        ),
        ("{from: 2027-06-01}", "{from: 2027-01-01}", {}, date(2027, 1, 1), None),
        ("{from: 2027-06-01}", "{from: unknown}", {}, date(2027, 6, 1), None),
        ("{from: 2027-06-01}", "{}", {}, None, None),
    ],
)
def test_the_stricter_of_file_and_policy_is_judged(required, said, facts, starts, warns):
    found = held([f'"**": {{cmmc: {required}}}'], f"frameworks:\n  cmmc: {said}\n")

    assert found.frameworks["cmmc"].facts == facts
    assert found.frameworks["cmmc"].starts == starts
    assert [warning.message for warning in found.warnings] == ([warns] if warns else [])
    assert all(warning.location.line == 14 for warning in found.warnings)


@pytest.mark.parametrize(
    ("required", "said", "expected", "warned"),
    [
        (
            "soc2: {categories: [availability, privacy]}",
            "soc2: {categories: [common, privacy]}",
            {"categories": ["common", "privacy", "availability"]},
            True,
        ),
        (
            "soc2: {categories: [availability]}",
            "soc2: {categories: [availability, unknown]}",
            {"categories": ["availability", UNKNOWN]},
            False,
        ),
        ("soc2: {standing: audited}", "soc2: {standing: reader}", {"standing": "audited"}, True),
        (
            "hipaa: {standing: business-associate}",
            "hipaa: {standing: covered-entity}",
            {"standing": "business-associate"},
            True,
        ),
        ("house: {tier: gold}", "house: {tier: tin}", {"tier": "gold"}, True),
        ("house: {tier: gold}", "house: {size: 3}", {"tier": "gold", "size": 3}, False),
        ("house: {level: 4}", "house: {level: 7}", {"level": 7}, False),
        ("house: {level: deep}", "house: {level: 7}", {"level": "deep"}, True),
        ("house: {sites: [1]}", "house: {sites: [2]}", {"sites": [1]}, True),
    ],
)
def test_lists_are_united_and_words_are_those_of_the_policy(required, said, expected, warned):
    found = held([f'"id:lakeside": {{{required}}}'], f"frameworks:\n  {said}\n")

    (scope,) = found.frameworks.values()
    assert scope.facts == expected
    assert bool(found.warnings) is warned


def test_a_framework_that_the_file_does_not_name_is_unknown_but_for_what_is_required():
    found = held(['"**": {cmmc: {level: 2, from: 2027-01-01}, hipaa: {}}'])

    cmmc, hipaa = found.frameworks["cmmc"], found.frameworks["hipaa"]
    assert cmmc.facts == {
        "level": 2, "categories": UNKNOWN, "standing": UNKNOWN, "assessment": UNKNOWN,
    }  # fmt: skip
    assert cmmc.starts == date(2027, 1, 1)
    assert set(hipaa.facts.values()) == {UNKNOWN}
    assert not cmmc.named
    assert found.unknowns
    assert found.warnings == ()
    assert found.rows["frameworks"][0].fields == {"cmmc": {"level": 2}}


def test_a_list_of_frameworks_means_no_facts():
    listed, mapped = held(['"**": [hipaa]']), held(['"**": {hipaa: {}}'])

    assert listed.frameworks == mapped.frameworks
    assert listed.unknowns is mapped.unknowns is True


@pytest.mark.parametrize(
    ("required", "model", "expected", "warned"),
    [
        ("co-managed", "fully-managed", "co-managed", True),
        ("co-managed", "unknown", "co-managed", False),
        ("co-managed", "co-managed", "co-managed", False),
        ("fully-managed", "co-managed", "fully-managed", True),
    ],
)
def test_the_model_is_that_of_the_policy(required, model, expected, warned):
    head = HEAD.replace("model: co-managed", f"model: {model}")

    found = held([f'"**": {{model: {required}}}'], head=head)

    assert found.model == expected
    assert [warning.location.line for warning in found.warnings] == ([7] if warned else [])


@pytest.mark.parametrize(
    ("rows", "framework", "facts", "starts"),
    [
        (["cmmc: {level: 1}", "cmmc: {level: 2}", "cmmc: {}"], "cmmc", {"level": 2}, None),
        (
            ["cmmc: {from: 2026-03-01}", "cmmc: {from: 2026-02-01, assessment: self}"],
            "cmmc",
            {"assessment": "self"},
            date(2026, 2, 1),
        ),
        (
            ["hipaa: {standing: covered-entity}", "hipaa: {standing: business-associate}"],
            "hipaa",
            {"standing": ["covered-entity", "business-associate"]},
            None,
        ),
        (
            ["soc2: {categories: [privacy]}", "soc2: {categories: [common]}"],
            "soc2",
            {"categories": ["privacy", "common"]},
            None,
        ),
    ],
)
def test_several_keys_apply_together(rows, framework, facts, starts):
    keys = (f"'{'*' * (2 + number)}': {{{row}}}" for number, row in enumerate(rows))
    required = config("require:\n  " + "\n  ".join(keys)).require

    scope = combine(required.matching(["a.yaml"])).frameworks[framework]

    assert (scope.facts, scope.starts) == (facts, starts)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_several_models_the_co_managed_one_counts(order):
    rows = ["'*': {model: fully-managed}", "'**': {model: co-managed}"]
    text = "require:\n  " + "\n  ".join(rows[number] for number in order)

    assert combine(config(text).require.matching(["a.yaml"])).model == "co-managed"


def test_what_asks_for_nothing_changes_nothing():
    plain = agreement("frameworks: {cmmc: {level: 2}}\n")

    assert hold(plain, combine(()), AS_OF) is plain


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("require: {'**': {cmmc: {from: 2026-02-30}}}", "invalid date", ":1:31"),
        ("require: {'../a.yaml': [hipaa]}", "leads outside the repository", ""),
        ("allow_unjudged: [a/**, ../a/**]", "leads outside the repository", ""),
        ("require: {'id:A b': [hipaa]}", "an agreement's id", ":1:11"),
        ("require: {'**': {soc2: {categories: [speed]}}}", "availability", ":1:38"),
        ("require: {'**': {hipaa: {level: 2}}}", "unknown key `level`", ":1:26"),
    ],
)
def test_a_requirement_that_cannot_be_is_refused_at_its_place(text, says, place):
    with pytest.raises(PolicyError) as caught:
        config(text)

    assert says in str(caught.value)
    assert f"cmpolicy.yaml{place}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("require: {'**': [hippa]}", "cmpolicy.yaml:1:18: `require`: no catalog and no pack has"),
        ("require: {'**': {cmcc: {level: 2}}}", "did you mean `cmmc`?"),
        ("require: {'**': {comanaged: {}}}", "no framework"),
    ],
)
def test_a_framework_that_nobody_knows_is_refused(cmpolicy, tmp_path, text, says):
    (tmp_path / "cmpolicy.yaml").write_text(text, encoding="utf-8")

    result = cmpolicy("explain", cwd=tmp_path)

    assert result.status == 2
    assert says.replace("no framework", "no catalog and no pack") in result.err


def test_facts_are_those_of_agreements():
    """The schemas are whole files each, so that editors can use them: this keeps them in step."""
    of_agreement = load_schema("agreement")["properties"]
    required = load_schema("config")["properties"]["require"]["additionalProperties"]["properties"]

    frameworks = of_agreement["frameworks"]["properties"]
    assert set(required) == {*frameworks, "model"} - {"labels", "note"}
    for name in set(required) - {"model"}:
        facts = frameworks[name]["properties"]
        assert set(required[name]["properties"]) == set(facts) - {"labels", "note"}
        for fact, node in required[name]["properties"].items():
            words, own = ((n.get("items") or n).get("enum") for n in (node, facts[fact]))
            assert words == (own and [word for word in own if word != "unknown"]), (name, fact)
    models = of_agreement["model"]["enum"]
    assert [*required["model"]["enum"], "unknown"] == models


@pytest.mark.parametrize(
    ("paths", "expected"),
    [(["p/a.yaml"], True), (["a.yaml"], False), (["a.yaml", "p/b/a.yaml"], True), ([], False)],
)
def test_agreements_may_stay_unjudged_by_their_paths(paths, expected):
    found = config("allow_unjudged: [p/**]")

    assert found.may_stay_unjudged(paths) is expected
    assert config("{}").may_stay_unjudged(paths) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {"moot": "pass", "draft": "pass"}),
        ("dropped: {moot: fail}", {"moot": "fail", "draft": "pass"}),
        ("dropped: {draft: fail, moot: pass}", {"moot": "pass", "draft": "fail"}),
    ],
)
def test_what_is_dropped_for_some_causes_passes_unless_the_policy_says_otherwise(text, expected):
    assert config(text).dropped == expected


LEVEL_1 = HEAD + "frameworks:\n  cmmc: {level: 1, from: 2030-01-01}\n"


@pytest.mark.parametrize("options", [(), ("--pack", "cmmc"), ("--jobs", "2")])
def test_a_run_judges_at_the_level_that_is_required(cmpolicy, tmp_path, options):
    (tmp_path / "a.yaml").write_text(LEVEL_1, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(LEVEL_1.replace("id: lakeside", "id: b"), encoding="utf-8")
    (tmp_path / "cmpolicy.yaml").write_text("require: {'id:b': {cmmc: {level: 2}}}\n")

    result = cmpolicy("check", "--as-of", "2026-11-24", "--format", "json", *options, cwd=tmp_path)

    report = json.loads(result.out)
    judged = {
        name: [v["rule"] for v in report["verdicts"] if v["agreement"] == name
               and v["rule"].startswith("cmmc-") and v["outcome"] != "not-applicable"]
        for name in ("lakeside", "b")
    }  # fmt: skip
    assert judged["lakeside"] == []
    assert len(judged["b"]) > 40
    messages = [warning["message"] for warning in report["warnings"]]
    assert messages == [
        "frameworks.cmmc.level: 1 here, but cmpolicy.yaml requires 2: judged at 2",
        "frameworks.cmmc.from: 2030-01-01 here, but cmpolicy.yaml requires cmmc now: judged now",
    ]


def test_a_broken_file_is_held_by_the_id_that_can_be_read(cmpolicy, tmp_path):
    (tmp_path / "a.yaml").write_text(HEAD.replace("status: active", "status: 3"), encoding="utf-8")
    (tmp_path / "cmpolicy.yaml").write_text("require: {'id:lakeside': [hipaa]}\n")

    result = cmpolicy("check", "--format", "json", cwd=tmp_path)

    packs = {verdict["pack"] for verdict in json.loads(result.out)["verdicts"]}
    assert packs == {"comanaged", "hipaa"}
