"""Releases: who may take what out of what is judged, on which days, and what became of it."""

from datetime import date

import pytest

from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.globs import matches_id
from cmpolicy.releases import by_agreement, covering, load_releases, state_of, states_of
from cmpolicy.rule_facts import RuleFacts, Severity

AS_OF = date(2026, 11, 24)
RULE = RuleFacts("h-notice", "hipaa-pack", "notice", "t", Severity.LOW, "law", (), (), "w", "f")


def releases(*rows):
    lines = ["apiVersion: cmpolicy/v1", "kind: Releases", "releases:"]
    lines += [f"  - {row}" for row in rows]
    return load_releases(read("\n".join(lines).encode(), "releases.yaml"))


def row(agreement="lakeside", what="all", granted="2026-11-01", expires="2026-12-31"):
    return (
        f'{{agreement: "{agreement}", what: {what}, because: sold, approved_by: J. Lee, '
        f"granted: {granted}, expires: {expires}}}"
    )


@pytest.mark.parametrize(
    ("glob", "identity", "expected"),
    [
        ("lakeside", "lakeside", True),
        ("lakeside", "lakeside-2", False),
        ("lakeside", "a-lakeside", False),
        ("lake*", "lakeside-2", True),
        ("lake*", "lake", True),
        ("*-clinic", "lakeside-clinic", True),
        ("lake?ide", "lakeside", True),
        ("lake?ide", "lakeide", False),
        ("l*d?", "lakeside", True),
        ("a.b", "aXb", False),
    ],
)
def test_globs_of_ids_have_two_wildcards(glob, identity, expected):
    assert matches_id(identity, glob) is expected


@pytest.mark.parametrize(
    ("what", "framework", "expected"),
    [
        ("all", None, True),
        ("[h-notice]", None, True),
        ("[hipaa-pack]", None, True),
        ("[hipaa]", "hipaa", True),
        ("[hipaa]", "soc2", False),
        ("[hipaa]", None, False),
        ("[h-other, soc2]", "hipaa", False),
        ("[h-other, hipaa]", "hipaa", True),
    ],
)
def test_it_names_rules_packs_or_frameworks(what, framework, expected):
    (release,) = releases(row(what=what))

    assert release.covers("lakeside", RULE, framework) is expected
    assert release.covers("harbour", RULE, framework) is False


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-31", False), ("2026-11-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_both_its_days_count(day, expected):
    (release,) = releases(row())

    assert release.in_force(date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    ("granted", "expires", "used", "there", "expected"),
    [
        ("2026-11-01", "2026-11-24", True, True, "live"),
        ("2026-11-24", "2026-12-31", True, False, "live"),
        ("2026-11-01", "2026-12-31", False, True, "stale"),
        ("2026-11-01", "2026-12-31", False, False, "spent"),
        ("2026-11-01", "2026-11-23", False, True, "expired"),
        ("2026-11-01", "2026-11-23", False, False, "expired"),
        ("2026-11-25", "2026-12-31", False, True, "pending"),
        ("2026-11-25", "2026-12-31", False, False, "pending"),
    ],
)
def test_what_became_of_it(granted, expires, used, there, expected):
    (release,) = releases(row(granted=granted, expires=expires))

    assert state_of(release, AS_OF, used=used, still_there=there).state == expected


def test_the_last_to_end_of_those_in_force_excuses():
    found = releases(
        row(expires="2026-12-01"),
        row(what="[hipaa]", expires="2026-12-31"),
        row(agreement="lake*", granted="2026-12-01", expires="2027-01-31"),
        row(agreement="harbour", expires="2027-01-30"),
    )

    assert covering(found, "lakeside", RULE, "hipaa", AS_OF) is found[1]
    assert covering(found, "lakeside", RULE, "soc2", AS_OF) is found[0]
    assert covering(found, "inland", RULE, "hipaa", AS_OF) is None


def test_releases_are_found_by_agreement_in_the_order_of_the_file():
    found = releases(row("lake*"), row("lakeside"), row("harbour"), row("lakeside", "[hipaa]"))

    named = by_agreement(found, ["lakeside", "lake-2", "inland"])

    assert named == {"lakeside": (found[0], found[1], found[3]), "lake-2": (found[0],)}


def test_states_of_a_run_are_in_the_order_of_the_file():
    found = releases(row("lake*"), row("harbour"), row("inland"))

    states = states_of(found, AS_OF, [found[0]], ["lakeside", "inland"])

    assert [entry.release for entry in states] == list(found)
    assert [entry.state for entry in states] == ["live", "spent", "stale"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (row(expires="2027-01-31"), "is more than 90 days after `granted: 2026-11-01`"),
        (row(expires="2026-10-31"), "is before `granted`"),
        (row(granted="2026-02-30"), "invalid date '2026-02-30', expected YYYY-MM-DD"),
        (row().replace("approved_by: J. Lee, ", ""), "approved_by"),
        (row().replace("because", "becuase"), "did you mean `because`?"),
    ],
)
def test_a_malformed_release_is_an_error_with_its_place(text, says):
    with pytest.raises(PolicyError) as caught:
        releases(row(), text)

    message = str(caught.value)
    assert says in message
    assert "releases.yaml:5:" in message


def test_every_malformed_release_is_reported():
    with pytest.raises(PolicyError) as caught:
        releases(row(expires="2026-10-31"), row(granted="2026-02-30", expires="2026-02-31"))

    assert len(caught.value.problems) == 3


def test_ninety_days_are_not_too_many():
    (release,) = releases(row(granted="2026-10-02", expires="2026-12-31"))

    assert (release.expires - release.granted).days == 90


POLICY = {
    "cmpolicy.yaml": "releases: policy/releases.yaml\n",
    "policy/releases.yaml": "apiVersion: cmpolicy/v1\nkind: Releases\nreleases:\n",
}


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("[cm-deputies, hipaa, comanaged, soc2]", None),
        ("[cm-deputy]", "did you mean `cm-deputies`?"),
        ("[hipaa, hippa]", "did you mean `hipaa`?"),
        ("[all]", "write `what: all`"),
        ("[zzzzzzzz]", "`cmpolicy explain` says how to list them"),
    ],
)
def test_names_that_the_policy_does_not_know_are_refused(cmpolicy, tmp_path, what, says):
    (tmp_path / "policy").mkdir()
    for name, text in POLICY.items():
        more = f"  - {row(what=what)}\n" if name.endswith("releases.yaml") else ""
        (tmp_path / name).write_text(text + more, encoding="utf-8")

    result = cmpolicy("explain", cwd=tmp_path)

    assert result.status == (0 if says is None else 2)
    if says is not None:
        assert says in result.err
        assert "policy/releases.yaml:4:" in result.err


def test_a_releases_file_given_by_name_is_validated(cmpolicy, tmp_path):
    head = "apiVersion: cmpolicy/v1\nkind: Releases\n"
    (tmp_path / "good.yaml").write_text(f"{head}releases:\n  - {row()}\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(f"{head}release: []\n", encoding="utf-8")

    good = cmpolicy("check", "good.yaml", cwd=tmp_path)
    bad = cmpolicy("check", "bad.yaml", cwd=tmp_path)

    assert "good.yaml: a valid releases file" in good.out
    assert bad.status == 2
    assert "did you mean `releases`?" in bad.err


def test_a_policy_holds_its_releases(tmp_path):
    from cmpolicy.policy.effective import load_policy
    from cmpolicy.snapshot import WorkTree

    (tmp_path / "policy").mkdir()
    for name, text in POLICY.items():
        more = f"  - {row()}\n" if name.endswith("releases.yaml") else ""
        (tmp_path / name).write_text(text + more, encoding="utf-8")

    policy = load_policy(WorkTree(tmp_path), "cmpolicy.yaml", (), AS_OF)

    assert [release.agreement for release in policy.releases] == ["lakeside"]
