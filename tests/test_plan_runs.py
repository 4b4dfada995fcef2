"""Commands on agreements that are on service plans: a changed plan reaches them."""

import json
import os

import pytest

import gitrepo
from gitrepo import GitRepo
from planned import AGREEMENT, BASE, BY_HAND, HIPAA, PROVIDER

PACK = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House rules
version: 1.0.0
rules:
  - id: house-access-review
    title: Access is reviewed each quarter
    severity: high
    basis: practice
    references: [our own]
    why: It was agreed.
    fix: Do it.
    check: item
    with: {list: reviews, where: {kind: access-review}, must: {every: {at_most: 3 months}}}
  - id: house-watch
    title: Somebody watches around the clock
    severity: high
    basis: practice
    references: [our own]
    why: It was agreed.
    fix: Do it.
    check: coverage
    with: {area: security-monitoring, stage: detect, window: 24x7}
"""
CONFIG = 'agreements: ["agreements/*.yaml"]\npacks: [house.yaml]\n'
OTHER = AGREEMENT.replace("id: lakeside", "id: other")
ALONE = BY_HAND.replace("status: draft", "status: active").replace("id: lakeside", "id: alone")
ALONE = ALONE.replace("../common/", "../alone/")
HOUSE = ("--pack", "house.yaml", "--as-of", "2026-11-24")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    """Two agreements on the plans, one that is written by hand."""
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit(
        {
            "house.yaml": PACK,
            "cmpolicy.yaml": CONFIG,
            "common/provider.yaml": PROVIDER,
            "alone/provider.yaml": PROVIDER,
            "plans/base.yaml": BASE,
            "plans/hipaa.yaml": HIPAA,
            "agreements/lakeside.yaml": AGREEMENT.replace("to: day", "to: 24x7").replace(
                '      - {set: "coverage[watch].calendar", to: 24x7}\n', ""
            ),
            "agreements/other.yaml": OTHER,
            "agreements/alone.yaml": ALONE,
        }
    )
    return repo


def verdicts(out, rule):
    found = json.loads(out)["verdicts"]
    return {one["agreement"]: one["outcome"] for one in found if one["rule"] == rule}


def place(out, agreement, rule):
    (found,) = [
        one
        for one in json.loads(out)["verdicts"]
        if (one["agreement"], one["rule"]) == (agreement, rule)
    ]
    return {(one["file"], one["line"]) for one in found["observations"]}


def test_check_points_at_what_says_it(repo, cmpolicy):
    result = cmpolicy("check", *HOUSE, "--format", "json", cwd=repo.path)

    assert verdicts(result.out, "house-watch") == {
        "alone": "fail",
        "lakeside": "pass",
        "other": "fail",
    }
    # The row is the plan's, and the agreement's own edit made it what it is.
    assert place(result.out, "other", "house-watch") == {("agreements/other.yaml", 22)}
    summary = json.loads(result.out)["summary"]
    assert summary["error"] == 0


@pytest.mark.parametrize("options", [(), ("--rev", "HEAD"), ("--jobs", "2")])
def test_a_broken_plan_is_an_error_of_each_agreement_on_it(repo, cmpolicy, options):
    repo.commit({"plans/base.yaml": BASE.replace("kept: kept", "kept: kopt")})

    result = cmpolicy("check", *HOUSE, *options, "--format", "json", cwd=repo.path)

    assert verdicts(result.out, "house-watch") == {
        "alone": "fail",
        "lakeside": "error",
        "other": "error",
    }
    for name in ("lakeside", "other"):
        assert place(result.out, name, "house-watch") == {("plans/base.yaml", 20)}
    found = [one for one in json.loads(result.out)["findings"] if one["file"] == "plans/base.yaml"]
    assert {one["agreement"] for one in found} == {"lakeside", "other"}
    assert len({one["shared"] for one in found} - {None}) == 1
    text = cmpolicy("check", *HOUSE, *options, cwd=repo.path).out
    assert text.count("there is no input `kopt`") == 1
    assert "; in 2 agreements: lakeside, other" in " ".join(text.split())


@pytest.mark.parametrize("options", [(), ("--format", "markdown")])
def test_of_several_problems_of_a_plan_each_is_shown_once(repo, cmpolicy, options):
    broken = BASE.replace("kept: kept", "kept: kopt").replace("within: fast", "within: fost")
    repo.commit({"plans/base.yaml": broken})

    text = cmpolicy("check", *HOUSE, *options, cwd=repo.path).out

    assert text.count("there is no input") == 2 * (1 + bool(options))
    assert text.count("in 2 agreements: lakeside, other") == (not options)


def test_the_frameworks_of_a_broken_agreement_may_be_those_of_its_plans(repo, cmpolicy):
    repo.commit({"plans/base.yaml": BASE.replace("kept: kept", "kept: kopt")})

    result = cmpolicy("check", "agreements/lakeside.yaml", "--format", "json", cwd=repo.path)

    assert verdicts(result.out, "hipaa-breach-notice") == {"lakeside": "error"}


def test_files_given_by_name_are_validated(repo, cmpolicy):
    good = cmpolicy("check", "plans/base.yaml", "plans/hipaa.yaml", cwd=repo.path)
    repo.write("plans/base.yaml", BASE.replace("kept: kept", "kept: kopt"))
    bad = cmpolicy("check", "plans/base.yaml", cwd=repo.path)

    assert good.status == 0
    assert "plans/base.yaml: a service plan without seal: a draft; it is judged with" in good.out
    assert bad.status == 2
    assert "plans/base.yaml:20:165: there is no input `kopt`" in bad.err


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("plans/hipaa.yaml", HIPAA.replace("to: 3 months", "to: 4 months")),
        ("common/provider.yaml", PROVIDER.replace("members: [sam]", "members: []")),
    ],
)
def test_a_staged_plan_or_what_it_uses_is_judged_with_the_agreements_on_it(
    repo, cmpolicy, path, text
):
    repo.write(path, text)
    repo.git("add", "--all")

    result = cmpolicy("check", "--staged", *HOUSE, "--format", "json", path, cwd=repo.path)

    assert set(verdicts(result.out, "house-watch")) == {"lakeside", "other"}
    assert result.status == 1


@pytest.mark.parametrize("commit", [True, False])
def test_new_since_a_changed_plan_fails_the_gate_of_each_agreement_on_it(repo, cmpolicy, commit):
    base = repo.head()
    changed = {"plans/hipaa.yaml": HIPAA.replace("to: 3 months", "to: 4 months")}
    if commit:
        repo.commit(changed)
    else:
        repo.write(*changed.popitem())

    result = cmpolicy(
        "check", "--new-since", base, "--pack", "house.yaml", "--as-of", "2026-11-24",
        "--format", "json", cwd=repo.path,
    )  # fmt: skip

    rule = "house-access-review"
    assert result.status == 1
    assert verdicts(result.out, rule) == {"alone": "pass", "lakeside": "fail", "other": "fail"}
    assert ("plans/hipaa.yaml", 15) in place(result.out, "other", rule)


def test_new_since_an_unchanged_agreement_on_a_plan_is_known(repo, cmpolicy):
    base = repo.head()
    repo.commit({"agreements/alone.yaml": ALONE + "note: words\n"})

    result = cmpolicy("check", "--new-since", base, *HOUSE, cwd=repo.path)

    assert result.status == 0, result.out


@pytest.mark.parametrize(
    ("files", "moved"),
    [
        ({"plans/hipaa.yaml": HIPAA.replace("to: 3 months", "to: 4 months")}, "review"),
        ({"common/provider.yaml": PROVIDER.replace("members: [sam]", "members: []")}, "coverage"),
        ({"plans/base.yaml": BASE.replace("fast: {is: promise, default: 30 minutes}",
          "fast: {is: promise, default: 4 hours}")}, "target"),
    ],
)  # fmt: skip
def test_diff_shows_what_a_change_of_a_plan_does_to_each_agreement(repo, cmpolicy, files, moved):
    base = repo.head()
    repo.commit(files)

    result = cmpolicy("diff", base, "HEAD", *HOUSE, "--format", "json", cwd=repo.path)

    found = json.loads(result.out)["changes"]
    weakened = [one for one in found if one["effect"] == "weakened"]
    assert {one["agreement"] for one in found} == {"lakeside", "other"}
    assert moved in {one["promise"] for one in weakened}
    assert {cause["file"] for one in weakened for cause in one["causes"]} == {*files}


def test_diff_names_a_changed_input_as_the_cause(repo, cmpolicy):
    base = repo.head()
    repo.commit({"agreements/other.yaml": OTHER.replace("office: day", "office: day, fast: 4h")})

    result = cmpolicy("diff", base, "HEAD", *HOUSE, "--format", "json", cwd=repo.path)

    (change,) = [one for one in json.loads(result.out)["changes"] if one["effect"] == "weakened"]
    assert (change["agreement"], change["promise"]) == ("other", "target")
    assert {(one["file"], one["line"]) for one in change["causes"]} == {
        ("agreements/other.yaml", 12)
    }


def test_an_input_that_fills_several_places_is_one_edit(repo, cmpolicy):
    base = repo.head()
    repo.commit({"agreements/other.yaml": OTHER.replace("decider: joan", "decider: sam")})

    found = cmpolicy("diff", base, "HEAD", *HOUSE, "--format", "json", cwd=repo.path)
    changes = json.loads(found.out)["changes"]
    paths = {cause["path"] for one in changes for cause in one["causes"]}
    assert paths == {"inputs.decider"}
    text = cmpolicy("diff", base, "HEAD", *HOUSE, cwd=repo.path).out
    assert text.count("input `decider` is sam instead of joan") == 1


def test_moving_from_words_by_hand_to_a_plan_is_neutral(repo, cmpolicy):
    moved = AGREEMENT.replace("id: lakeside", "id: alone")
    repo.commit({"agreements/alone.yaml": ALONE.replace("status: active", "status: draft")})
    base = repo.head()
    before = cmpolicy("digest", "agreements/alone.yaml", cwd=repo.path)
    repo.commit({"agreements/alone.yaml": moved})

    result = cmpolicy("diff", base, "HEAD", *HOUSE, "--format", "json", cwd=repo.path)

    assert json.loads(result.out)["changes"] == []
    assert cmpolicy("digest", "agreements/alone.yaml", cwd=repo.path).out == before.out


def test_timeline_follows_a_plan_from_commit_to_commit(repo, cmpolicy):
    late = "2026-06-01T12:00:00+00:00"
    repo.git("add", "--all")
    for path, text in (
        ("plans/hipaa.yaml", HIPAA.replace("to: 3 months", "to: 4 months")),
        ("plans/hipaa.yaml", HIPAA),
    ):
        repo.write(path, text)
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "-m", "change", when=late)
        late = "2026-06-11T12:00:00+00:00"

    result = cmpolicy(
        "timeline", "--since", "2026-05-01", "--until", "2026-07-01", *HOUSE[:2],
        "--as-of", "2026-07-01", "--format", "json", cwd=repo.path,
    )  # fmt: skip

    found = json.loads(result.out)
    spans = {
        (one["agreement"], one["rule"], one["first"], one["last"])
        for one in found["intervals"]
        if one["rule"] == "house-access-review"
    }
    assert ("other", "house-access-review", "2026-06-01", "2026-06-10") in spans


def test_require_reaches_an_agreement_on_plans(repo, cmpolicy):
    repo.commit(
        {"cmpolicy.yaml": CONFIG + 'require: {"agreements/**": {model: co-managed, cmmc: {}}}\n'}
    )

    result = cmpolicy("check", "--as-of", "2026-11-24", "--format", "json", cwd=repo.path)

    assert {"lakeside", "other"} <= set(verdicts(result.out, "cmmc-level-stated"))
    assert json.loads(result.out)["summary"]["error"] == 0


def test_the_schema_and_the_fields_of_a_plan_are_explained(repo, cmpolicy):
    schema = json.loads(cmpolicy("schema", "plan", cwd=repo.path).out)

    assert schema["properties"]["kind"]["const"] == "Plan"
    assert "What fills the inputs" in cmpolicy("explain", "inputs", cwd=repo.path).out
    assert "ids of the base plans" in cmpolicy("explain", "adds_to", cwd=repo.path).out


def test_a_file_that_a_glob_matches_and_that_turns_into_a_plan_is_missed(repo, cmpolicy):
    base = repo.head()
    text = "apiVersion: cmpolicy/v1\nkind: Plan\nid: alone\n"
    repo.commit({"agreements/alone.yaml": text})

    result = cmpolicy("check", "--new-since", base, *HOUSE, "--format", "json", cwd=repo.path)

    assert result.status == 1
    assert verdicts(result.out, "house-watch")["alone"] == "dropped"


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_plan_is_no_link(repo, cmpolicy):
    (repo.path / "plans" / "base.yaml").rename(repo.path / "plans" / "real.yaml")
    (repo.path / "plans" / "base.yaml").symlink_to("real.yaml")

    result = cmpolicy("check", *HOUSE, "--format", "json", cwd=repo.path)

    assert verdicts(result.out, "house-watch")["lakeside"] == "error"
    assert place(result.out, "lakeside", "house-watch") == {("agreements/lakeside.yaml", 10)}
