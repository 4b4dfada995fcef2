"""`cmpolicy plans`: what there is, seals, and moves to another edition."""

import json

import pytest

import gitrepo
from gitrepo import GitRepo
from planned import AGREEMENT, BASE, HIPAA, PROVIDER

OTHER = AGREEMENT.replace("id: lakeside", "id: other")
THIRD = AGREEMENT.replace("id: lakeside", "id: third").replace("24x7", "day")
THIRD = THIRD.replace('      - {remove: "coverage[desk]"}\n', "")
FULL = """\
Complete
  complete-2026: edition 2026, base plan, draft, not sealed (plans/base.yaml)
    3 agreements: lakeside, other, third

hipaa-2026
  hipaa-2026: add-on to complete-2026, draft, not sealed (plans/hipaa.yaml)
    3 agreements: lakeside, other, third
    changes the base: Access to PHI is reviewed each quarter
      set reviews[access-review].every: 3 months (line 15)

lakeside is on complete-2026 + hipaa-2026, with 2 edits (agreements/lakeside.yaml)
  The desk closes at six
    set coverage[watch].calendar: day (line 22)
    remove coverage[desk] (line 23)

other is on complete-2026 + hipaa-2026, with 2 edits (agreements/other.yaml)
  The desk closes at six
    set coverage[watch].calendar: day (line 22)
    remove coverage[desk] (line 23)

third is on complete-2026 + hipaa-2026, with 1 edit (agreements/third.yaml)
  The desk closes at six
    set coverage[watch].calendar: day (line 22)

Drift: edits a customer, and those that more than a third of them make alike
  complete-2026: 5 edits of 3 customers, 1.7 a customer
    set coverage[watch].calendar: day: 3 of 3 customers (lakeside, other, third)
      should be an input or an add-on
    remove coverage[desk]: 2 of 3 customers (lakeside, other)
      should be an input or an add-on
"""


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit(
        {
            "common/provider.yaml": PROVIDER,
            "plans/base.yaml": BASE,
            "plans/hipaa.yaml": HIPAA,
            "agreements/lakeside.yaml": AGREEMENT,
            "agreements/other.yaml": OTHER,
            "agreements/third.yaml": THIRD,
        }
    )
    return repo


def test_plans_agreements_differences_and_drift(repo, cmpolicy):
    result = cmpolicy("plans", cwd=repo.path)

    assert (result.status, result.out) == (0, FULL)


def test_as_data(repo, cmpolicy):
    found = json.loads(cmpolicy("plans", "--format", "json", cwd=repo.path).out)

    assert [plan["id"] for plan in found["plans"]] == ["complete-2026", "hipaa-2026"]
    assert found["plans"][0]["inputs"]["kept"] == {"is": "interval", "default": "6 years"}
    assert found["agreements"][2]["differs"] == [
        {
            "because": "The desk closes at six",
            "edits": [
                {
                    "action": "set",
                    "path": "coverage[watch].calendar",
                    "value": "day",
                    "file": "agreements/third.yaml",
                    "line": 22,
                }
            ],
        }
    ]
    assert [one["agreements"] for one in found["drift"][0]["alike"]] == [
        ["lakeside", "other", "third"],
        ["lakeside", "other"],
    ]


def test_only_what_is_named(repo, cmpolicy):
    result = cmpolicy("plans", "agreements/third.yaml", cwd=repo.path)

    assert "    1 agreement: third\n" in result.out
    assert "other" not in result.out


def test_what_cannot_be_read_is_listed(repo, cmpolicy):
    repo.write("agreements/third.yaml", THIRD.replace("customer: clinic, ", ""))

    result = cmpolicy("plans", cwd=repo.path)

    assert result.status == 1
    assert (
        "Cannot be read\n  agreements/third.yaml:12:1: the input `customer` (party) is not filled"
        in result.out
    )


def test_without_plans(tmp_path, cmpolicy):
    repo = GitRepo.init(tmp_path / "bare")
    repo.commit({"a.yaml": "apiVersion: cmpolicy/v1\nkind: Agreement\nid: a\n"})

    assert cmpolicy("plans", cwd=repo.path).out == "There are no plans.\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (BASE, 4),
        (BASE.replace("\n", "\r\n"), 4),
        (BASE.replace("id: complete-2026\n", "id: complete-2026  # the one for all\n"), 4),
        ("".join(f"  {row}" for row in BASE.splitlines(keepends=True)), 4),
        ('{apiVersion: cmpolicy/v1, kind: Plan, id: "x"}\n', 1),
        ("apiVersion: cmpolicy/v1\nkind: Plan\nid: x", 4),
    ],
)
def test_a_seal_is_written_once_and_holds(repo, cmpolicy, text, line):
    repo.write("plans/base.yaml", text.encode())

    first = cmpolicy("plans", "--seal", "plans/base.yaml", cwd=repo.path)
    sealed = (repo.path / "plans/base.yaml").read_bytes().decode()
    again = cmpolicy("plans", "--seal", "plans/base.yaml", cwd=repo.path)
    check = cmpolicy("check", "plans/base.yaml", cwd=repo.path)

    assert (first.out, again.out) == (
        "plans/base.yaml: sealed\n",
        "plans/base.yaml: sealed already\n",
    )
    assert 'seal: "sha256:' in sealed.split("\n")[line - 1]
    assert sealed.count("\r\n") in (0, sealed.count("\n"))
    assert "a valid service plan" in check.out


def test_a_plan_that_was_changed_is_not_sealed_again(repo, cmpolicy):
    cmpolicy("plans", "--seal", "plans/base.yaml", cwd=repo.path)
    sealed = (repo.path / "plans/base.yaml").read_text()
    repo.write("plans/base.yaml", sealed.replace("6 years", "1 year"))

    result = cmpolicy("plans", "--seal", "plans/base.yaml", cwd=repo.path)

    assert result.status == 2
    assert "plans/base.yaml:4:7: plans/base.yaml was changed after it was sealed" in result.err
    assert "publish a new edition" in result.err


def test_sealing_asks_for_names(repo, cmpolicy):
    assert cmpolicy("plans", "--seal", cwd=repo.path).status == 2


NEXT = (
    BASE.replace("id: complete-2026", "id: complete-2027")
    .replace('edition: "2026"', 'edition: "2027"')
    .replace("by: noc, calendar: 24x7", "by: noc, calendar: office")
    .replace("default: 30 minutes", "default: 2 hours")
)


def test_moving_to_another_edition_shows_promises_and_edits_that_fall_away(repo, cmpolicy):
    repo.write("plans/next.yaml", NEXT)
    repo.write("plans/hipaa.yaml", HIPAA.replace("[complete-2026]", "any"))
    before = (repo.path / "agreements/lakeside.yaml").read_text()

    result = cmpolicy(
        "plans", "--move", "agreements/lakeside.yaml", "plans/next.yaml",
        "--as-of", "2026-11-24", cwd=repo.path,
    )  # fmt: skip

    assert result.status == 0
    assert result.out.startswith(
        "agreements/lakeside.yaml: from complete-2026 (plans/base.yaml) to complete-2027 "
        "(plans/next.yaml)\n  falls away: set coverage[watch].calendar: day "
        "(line 22): it is so already, in line 12 of agreements/lakeside.yaml\n"
    )
    assert "falls away: remove" not in result.out
    assert "30 minutes" in result.out
    assert "2 hours" in result.out
    assert (repo.path / "agreements/lakeside.yaml").read_text() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (NEXT, "the add-on `hipaa-2026` does not fit the base plan `complete-2027`"),
        (
            HIPAA.replace("hipaa-2026", "soc2-2026"),
            "`soc2-2026` is an edition of no plan of this agreement",
        ),
    ],
)
def test_an_edition_that_does_not_fit_is_refused(repo, cmpolicy, text, says):
    repo.write("plans/next.yaml", text)

    result = cmpolicy(
        "plans", "--move", "agreements/lakeside.yaml", "plans/next.yaml", cwd=repo.path
    )

    assert result.status == 2
    assert says in result.err


def test_a_base_and_its_add_on_are_moved_together(repo, cmpolicy):
    titled = HIPAA.replace("id: hipaa-2026\n", "id: hipaa-2026\ntitle: HIPAA\n")
    later = titled.replace("id: hipaa-2026", "id: hipaa-2027")
    repo.write("plans/next.yaml", NEXT)
    repo.write("plans/hipaa.yaml", titled)
    repo.write("plans/hipaa-next.yaml", later.replace("[complete-2026]", "[complete-2027]"))

    result = cmpolicy(
        "plans", "--move", "agreements/lakeside.yaml", "plans/next.yaml", "plans/hipaa-next.yaml",
        "--as-of", "2026-11-24", cwd=repo.path,
    )  # fmt: skip

    assert result.status == 0, result.err
    assert "from complete-2026 (plans/base.yaml) to complete-2027 (plans/next.yaml)" in result.out
    assert "from hipaa-2026 (plans/hipaa.yaml) to hipaa-2027 (plans/hipaa-next.yaml)" in result.out
    assert "2 hours" in result.out


def test_a_fact_of_a_framework_that_contradicts_an_add_on_has_both_places(repo, cmpolicy):
    text = AGREEMENT.replace("{standing: covered-entity}", "{standing: business-associate}")
    repo.write("plans/hipaa.yaml", HIPAA.replace("hipaa: {}", "hipaa: {standing: covered-entity}"))
    repo.write("agreements/lakeside.yaml", text)

    result = cmpolicy("digest", "agreements/lakeside.yaml", cwd=repo.path)

    assert result.status == 2
    assert (
        "`frameworks.hipaa.standing` is 'business-associate' here, and 'covered-entity' in line"
        in result.err
    )
    assert "of plans/hipaa.yaml" in result.err
