"""`cmpolicy check` as people and CI servers meet it, bad input first of all."""

import json
import os
import re

import pytest

from build import HEAD

PACK = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House rules
version: 1.0.0
rules:
  - id: house-manager
    title: The customer names an IT manager
    severity: high
    basis: practice
    references: [our own]
    check: item
    with: {list: people, where: {roles: it-manager}}
    why: Somebody must be called.
    fix: Add a person with the role.
"""
MANAGER = "people: [{id: dana, name: Dana, party: clinic, roles: [it-manager]}]\n"
CHECK = ("check", "--pack", "house.yaml", "--as-of", "2026-11-24")


@pytest.fixture
def repo(tmp_path):
    """A folder that is no git repository, with a pack and two agreements."""
    (tmp_path / "house.yaml").write_text(PACK)
    (tmp_path / "agreements").mkdir()
    write(tmp_path, "good", MANAGER)
    write(tmp_path, "poor", "")
    return tmp_path


def write(root, name, body, head=HEAD):
    (root / "agreements" / f"{name}.yaml").write_text(head.replace("lakeside", name) + body)


def verdicts(result):
    return {
        (verdict["agreement"], verdict["rule"]): verdict["outcome"]
        for verdict in json.loads(result.out)["verdicts"]
    }


def test_the_gate_fails_and_passes(repo, cmpolicy):
    both = cmpolicy(*CHECK, "agreements", cwd=repo)
    good = cmpolicy(*CHECK, "agreements/good.yaml")

    assert both.status == 1
    assert re.search(r"^1  high .* house-manager$", both.out, re.MULTILINE)
    assert "Gate failed at low: 1 verdict, 1 finding in 1 of 2 agreements" in both.out
    assert good.status == 0
    assert "Gate passed: 1 agreement, 1 verdicts" in good.out


@pytest.mark.parametrize(
    ("level", "status"), [("critical", 0), ("high", 1), ("low", 1), ("never", 0)]
)
def test_fail_on(repo, cmpolicy, level, status):
    assert cmpolicy(*CHECK, "--fail-on", level, "agreements", cwd=repo).status == status


BROKEN = {
    "not-yaml": b"apiVersion: cmpolicy/v1\nkind: Agreement\nid: [",
    "binary": b"apiVersion: cmpolicy/v1\0\1\2\3",
    "utf-16": "apiVersion: cmpolicy/v1\nkind: Agreement\n".encode("utf-16"),
    "too-large": b"apiVersion: cmpolicy/v1\n#" + b"x" * 2 * 1024 * 1024,
    "too-deep": b"apiVersion: cmpolicy/v1\nkind: Agreement\nx: " + b"[" * 100 + b"]" * 100,
    "duplicate": HEAD.encode() + b"title: again\n",
    "anchor": HEAD.encode() + b"labels: &a {x: y}\n",
    "tag": HEAD.encode() + b"labels: !!map {x: y}\n",
    "unknown-key": HEAD.encode() + b"persons: []\n",
    "zone": HEAD.replace("America/Toronto", "America/Nowhere").encode(),
    "dangling": HEAD.encode() + b"rotas: [{id: noc, party: nobody}]\n",
    "climbs": HEAD.encode() + b"uses: [../../../outside.yaml]\n",
    "term": HEAD.replace("2026-01-01}", "2026-01-01, ends: 2025-01-01}").encode(),
    "empty-with-head": b"apiVersion: cmpolicy/v1\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_agreement_is_one_clear_finding_and_the_run_goes_on(repo, cmpolicy, name):
    path = repo / "agreements" / f"{name}.yaml"
    path.write_bytes(BROKEN[name])

    result = cmpolicy(*CHECK, "agreements", "--format", "json", cwd=repo)
    text = cmpolicy(*CHECK, "agreements")

    report = json.loads(result.out)
    broken = [verdict for verdict in report["verdicts"] if verdict["outcome"] == "error"]
    assert result.status == text.status == 1
    assert len(report["verdicts"]) == 3
    assert [verdict["file"] for verdict in broken] == [f"agreements/{name}.yaml"]
    assert broken[0]["reason"] == "not evaluated"
    assert broken[0]["observations"][0]["message"]
    assert f"--> agreements/{name}.yaml" in text.out
    assert "Traceback" not in text.out + text.err


def test_never_lets_even_a_broken_agreement_pass(repo, cmpolicy):
    (repo / "agreements" / "broken.yaml").write_bytes(BROKEN["not-yaml"])

    assert cmpolicy(*CHECK, "--fail-on", "critical", "agreements", cwd=repo).status == 1
    assert cmpolicy(*CHECK, "--fail-on", "never", "agreements").status == 0


def test_the_second_of_two_agreements_with_one_id_is_an_error(repo, cmpolicy):
    write(repo, "zwei", MANAGER, HEAD.replace("id: lakeside", "id: good"))

    result = cmpolicy(*CHECK, "agreements", "--format", "json", cwd=repo)

    found = verdicts(result)
    assert found["good", "house-manager"] == "pass"
    assert found["agreements/zwei.yaml", "house-manager"] == "error"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_a_symbolic_link_is_not_followed(repo, cmpolicy, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("apiVersion: cmpolicy/v1\nkind: Shared\nid: secret\n")
    (repo / "common.yaml").symlink_to(outside)
    write(repo, "linked", MANAGER + "uses: [../common.yaml]\n")

    result = cmpolicy(*CHECK, "agreements/linked.yaml", cwd=repo)

    assert result.status == 1
    assert "symbolic link" in result.out
    assert "agreements/linked.yaml:14:8" in result.out


USAGE = {
    "no such path": (("agreements/none.yaml",), "there is no file or folder"),
    "no such pack": (("--pack", "hippa", "agreements"), "did you mean `hipaa`?"),
    "no such format": (("--format", "xml", "agreements"), "junit"),
    "no such day": (("--as-of", "2026-02-30", "agreements"), "invalid date '2026-02-30'"),
    "a day too far": (("--as-of", "9999-01-01", "agreements"), "from 1971-01-01 to 2999-12-31"),
    "no such report": (("--report", "pdf=x.pdf", "agreements"), "write it as FORMAT=PATH"),
    "no such folder": (("--report", "json=no/x.json", "agreements"), "cannot be written"),
    "no such config": (("--config", "none.yaml", "agreements"), "no such configuration"),
    "nothing there": (("empty",), "matches no agreement"),
}


@pytest.mark.parametrize("name", USAGE)
def test_what_the_user_can_mend_is_status_2(repo, cmpolicy, name):
    (repo / "empty").mkdir()
    arguments, says = USAGE[name]

    result = cmpolicy("check", *arguments, cwd=repo)

    assert result.status == 2
    assert says in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing yet\n---\n", "\ufeff  \n"])
def test_an_empty_file_that_is_named_is_no_success(repo, cmpolicy, content):
    (repo / "new.yaml").write_text(content, encoding="utf-8")

    result = cmpolicy(*CHECK, "new.yaml", cwd=repo)

    assert result.status == 2
    assert "new.yaml:1:1: the file is empty" in result.err
    assert "an agreement begins with `apiVersion: cmpolicy/v1`" in result.err


@pytest.mark.parametrize(("allowed", "status"), [("", 2), ("allow_unjudged: ['**']\n", 0)])
def test_a_run_in_which_nothing_was_judged_does_not_call_it_passed(repo, cmpolicy, allowed, status):
    (repo / "cmpolicy.yaml").write_text(f"agreements: [bare.yaml]\n{allowed}")
    (repo / "bare.yaml").write_text(HEAD.replace("co-managed", "other"))

    result = cmpolicy("check", "--as-of", "2026-11-24", cwd=repo)

    assert result.status == status, result.err
    assert "Nothing was judged: no rule applies to" in result.out
    assert "Gate passed" not in result.out


CONFIGS = {
    "unknown key": ("agrements: ['*.yaml']\n", ["cmpolicy.yaml:1:1", "did you mean `agreements`?"]),
    "no such rule": (
        "packs: [house.yaml]\ndisable: {house-manger: {because: x, by: y}}\n",
        ["no pack has a rule `house-manger`", "did you mean `house-manager`?"],
    ),
    "no such parameter": (
        "packs: [house.yaml]\nset: {house-manager: {with: {lst: people}}}\n",
        ["has no parameter `lst`", "did you mean `list`?"],
    ),
    "no such waivers": ("waivers: none.yaml\n", ["none.yaml"]),
    "climbs": ("waivers: ../none.yaml\n", ["leads outside the repository"]),
    "not yaml": ("a: [\n", ["cmpolicy.yaml:"]),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_broken_configuration_is_status_2(repo, cmpolicy, name):
    text, says = CONFIGS[name]
    (repo / "cmpolicy.yaml").write_text(text)

    result = cmpolicy("check", "agreements", cwd=repo)

    assert result.status == 2
    for words in says:
        assert words in result.err


PACKS = {
    "unknown kind": (("check: item", "check: itme"), ["house.yaml:12:", "did you mean `item`?"]),
    "unknown parameter": (("list:", "lst:"), ["house.yaml:13:", "did you mean `list`?"]),
    "unknown key": (("severity:", "sevrity:"), ["did you mean `severity`?"]),
    "wrong severity": (("severity: high", "severity: hgh"), ["high"]),
}


@pytest.mark.parametrize("name", PACKS)
def test_a_broken_pack_is_status_2_with_its_place(repo, cmpolicy, name):
    change, says = PACKS[name]
    (repo / "house.yaml").write_text(PACK.replace(*change))

    result = cmpolicy(*CHECK, "agreements", cwd=repo)

    assert result.status == 2
    for words in says:
        assert words in result.err


def test_set_disable_and_fail_on_of_the_configuration(repo, cmpolicy):
    config = repo / "cmpolicy.yaml"
    config.write_text(
        "packs: [house.yaml]\nset: {house-manager: {severity: low}}\nfail_on: medium\n"
    )
    softened = cmpolicy("check", "--format", "json", "agreements", cwd=repo)
    config.write_text(
        "packs: [house.yaml]\n"
        "disable: {house-manager: {because: b, by: J. Lee, until: 2026-12-01}}\n"
    )
    disabled = cmpolicy("check", "--format", "json", "agreements", "--as-of", "2026-12-01")
    over = cmpolicy("check", "--format", "json", "agreements", "--as-of", "2026-12-02")

    report = json.loads(softened.out)
    ours = [v for v in report["verdicts"] if v["rule"] == "house-manager"]
    assert {verdict["severity"] for verdict in ours} == {"low"}
    assert report["fail_on"] == "medium"
    assert ("poor", "house-manager") not in verdicts(disabled)
    assert json.loads(disabled.out)["disabled"][0]["until"] == "2026-12-01"
    assert verdicts(over)["poor", "house-manager"] == "fail"
    assert json.loads(over.out)["warnings"][0]["message"].startswith("the disable of")


def test_a_locked_rule_is_not_touched(repo, cmpolicy):
    (repo / "house.yaml").write_text(
        PACK.replace("    severity:", "    locked: true\n    severity:")
    )
    (repo / "cmpolicy.yaml").write_text(
        "packs: [house.yaml]\ndisable: {house-manager: {because: b, by: c}}\n"
    )

    result = cmpolicy("check", "agreements", cwd=repo)

    assert result.status == 2
    assert "is locked by its pack" in result.err


def test_other_files_given_by_name(repo, cmpolicy):
    (repo / "plain.yaml").write_text("a: b\n")
    (repo / "waivers.yaml").write_text("apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: []\n")

    named = cmpolicy(*CHECK, "plain.yaml", "house.yaml", "waivers.yaml", cwd=repo)
    (repo / "waivers.yaml").write_text("apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: [{}]\n")
    broken = cmpolicy(*CHECK, "waivers.yaml", "agreements/good.yaml")

    assert named.status == 0
    assert "plain.yaml: no cmpolicy file" in named.out
    assert "house.yaml: a valid pack, not an agreement" in named.out
    assert broken.status == 2
    assert "waivers.yaml:3:" in broken.err
    assert "Gate passed: 1 agreement" in broken.out


@pytest.mark.parametrize("name", ["text", "json", "jsonl", "junit"])
def test_two_runs_give_the_same_bytes(repo, cmpolicy, name):
    first = cmpolicy(*CHECK, "--format", name, "agreements", cwd=repo)
    second = cmpolicy(*CHECK, "--format", name, "agreements", "--jobs", "2")

    assert first.out == second.out


def test_a_report_is_written_whole_beside_the_text(repo, cmpolicy):
    result = cmpolicy(*CHECK, "--report", "json=out.json", "--report", "junit=out.xml", cwd=repo)

    assert result.status == 1
    assert json.loads((repo / "out.json").read_text())["summary"]["gate"] == "failed"
    assert "<failure" in (repo / "out.xml").read_text()
    assert sorted(path.name for path in repo.iterdir()) == [
        "agreements",
        "house.yaml",
        "out.json",
        "out.xml",
    ]


def test_require_holds_an_agreement_to_a_framework_that_it_does_not_name(repo, cmpolicy):
    pack = PACK.replace("title: House rules", "title: House rules\nframework: hipaa")
    (repo / "house.yaml").write_text(pack)
    (repo / "cmpolicy.yaml").write_text(
        "packs: [house.yaml]\nrequire: {'agreements/poor.yaml': [hipaa]}\n"
    )

    result = cmpolicy("check", "agreements", "--format", "json", cwd=repo)

    found = verdicts(result)
    assert found["poor", "house-manager"] == "fail"
    assert ("good", "house-manager") not in found
