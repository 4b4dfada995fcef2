"""`cmpolicy test PLAN [ADD-ON]...`: what every customer passes, none does, or each decides."""

import pytest

from planned import BASE, HIPAA, PROVIDER

PLANS = ("plans/base.yaml", "plans/hipaa.yaml")
DAY = ("--as-of", "2026-11-24")


@pytest.fixture
def trial(tmp_path, cmpolicy):
    """Try plans, after words of the base plan were replaced."""

    def trial(*plans, old="", new=""):
        assert old in BASE
        base = BASE.replace(old, new)
        files = {PLANS[0]: base, PLANS[1]: HIPAA, "common/provider.yaml": PROVIDER}
        for path, text in files.items():
            tmp_path.joinpath(path).parent.mkdir(exist_ok=True)
            tmp_path.joinpath(path).write_text(text, encoding="utf-8")
        return cmpolicy("test", *(plans or PLANS), *DAY, cwd=tmp_path)

    return trial


def part(text, heading):
    """Return the entries below a heading, each on one line."""
    below = text.partition(f"\n{heading}\n")[2].partition("\n\n")[0]
    return " ".join(below.split())


def test_what_the_plan_says_fails_for_every_customer(trial):
    found = trial()

    assert found.status == 1
    assert found.out.startswith("complete-2026 + hipaa-2026, for every customer\n")
    assert "critical hipaa-breach-notice: within what time msp notifies any-customer" in part(
        found.out, "Fails for every customer"
    )


@pytest.mark.parametrize(
    ("old", "new", "heading"),
    [
        ("", "", "Decided by what fills an input"),
        ("fast, calendar: office", "9 hours, calendar: 24x7", "Fails for every customer"),
    ],
)
def test_what_no_customer_can_cure_fails_and_what_one_decides_is_listed_by_input(
    trial, old, new, heading
):
    out = trial(old=old, new=new).out

    assert "cm-worst-answered" in part(out, heading)
    assert out.count("cm-worst-answered") == 1


def test_an_input_left_to_its_default_may_pass(trial):
    decided = part(trial().out, "Decided by what fills an input")

    worst = "1 rule: cm-worst-answered (passes by default)"
    assert f"fast (promise, 30 minutes by default): {worst}" in decided
    assert "core (services): " in decided


def test_rows_that_only_a_customer_has_are_its_own_to_decide(trial):
    own = part(trial().out, "Decided by the customer's own rows")

    assert "setup: 5 rules: cm-setup-capacity-audit" in own
    assert "signatures: " in own
    assert "attestations: " in own


def test_an_unknown_value_of_the_plan_is_named_by_its_place(trial):
    out = trial(old="split: {customer: agrees the windows, msp: deploys}", new="split: unknown").out

    assert "plans/base.yaml:" in part(out, "Decided by what the plans leave unknown")


@pytest.mark.parametrize(
    ("plans", "says"),
    [
        (PLANS[1:], "there is no base plan"),
        ((PLANS[0], "plans/none.yaml"), "there is no pack `plans/none.yaml`"),
    ],
)
def test_plans_that_do_not_fit_are_refused(trial, plans, says):
    found = trial(*plans)

    assert found.status == 2
    assert says in found.err


def test_seals_are_held(trial):
    found = trial(old='edition: "2026"', new=f'edition: "2026"\nseal: "sha256:{"0" * 64}"')

    assert found.status == 2
    assert "was changed after it was sealed" in found.err


def test_beside_packs_a_plan_is_skipped_as_any_other_file(trial):
    found = trial("comanaged", PLANS[0])

    assert found.status == 0
    assert f"{PLANS[0]}: skipped" in found.out
