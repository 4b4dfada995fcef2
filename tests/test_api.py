"""The public API, as a program outside the project uses it."""

import dataclasses
import inspect
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import cmpolicy as public

DAY = date(2026, 11, 24)
EXAMPLES = Path(__file__).parents[1] / "examples"
OPTIONS = {"paths": "paths", "config": "config_path", "base": "base", "head": "head"}
NOT_FOR_PROGRAMS = {"format_name", "reports", "junit_flavor", "timeout", "shown", "evidence"}
"""Options about what is printed, and until when."""


@pytest.fixture
def examples(tmp_path, monkeypatch):
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")


@pytest.mark.usefixtures("examples")
def test_check_returns_what_the_command_reports(cmpolicy):
    report = public.check(as_of=DAY)

    said = json.loads(cmpolicy("check", "--as-of", str(DAY), "--format", "json").out)
    assert [(one["agreement"], one["rule"], one["outcome"]) for one in said["verdicts"]] == [
        (one.agreement, one.rule.id, one.outcome.value) for one in report.verdicts
    ]
    assert report.passed is (said["summary"]["gate"] == "passed")
    assert report.failing


@pytest.mark.usefixtures("examples")
def test_options_are_those_of_the_command():
    report = public.check(
        [Path("agreements/lakeside-clinic.yaml")], as_of=DAY, packs=["hipaa"], fail_on="never"
    )

    assert report.agreements == ("lakeside-clinic",)
    assert {verdict.rule.pack for verdict in report.verdicts} == {"hipaa"}
    assert report.passed


@pytest.mark.usefixtures("examples")
def test_diff_compares_two_files():
    text = Path("agreements/larkspur-analytics.yaml").read_text(encoding="utf-8")
    later = text.replace('{remove: "coverage[onsite]"}', '{remove: "coverage[watch]"}')
    assert later != text
    Path("agreements/new.yaml").write_text(later, encoding="utf-8")

    found = public.diff("agreements/larkspur-analytics.yaml", "agreements/new.yaml", as_of=DAY)

    assert any(change.effect.value == "weakened" for change in found.changes)
    assert not found.passed


@pytest.mark.usefixtures("examples")
def test_load_returns_an_agreement_with_its_shared_files():
    agreement = public.load("agreements/larkspur-analytics.yaml")

    assert agreement.id == "larkspur-analytics"
    assert "northbridge" in agreement.parties or len(agreement.parties) > 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        agreement.id = "other"


@pytest.mark.usefixtures("examples")
def test_what_the_caller_can_correct_is_an_error_with_a_place():
    Path("broken.yaml").write_text("apiVersion: cmpolicy/v1\nkind: Agreement\nid: [\n", "utf-8")

    with pytest.raises(public.CmpolicyError) as caught:
        public.load("broken.yaml")
    assert caught.value.location.file.endswith("broken.yaml")
    with pytest.raises(public.CmpolicyError, match="there is no pack `hippa`"):
        public.check(as_of=DAY, packs=["hippa"])


@pytest.mark.usefixtures("examples")
def test_nothing_is_printed_and_the_clock_is_not_asked(capfd):
    public.check(as_of=DAY)

    assert capfd.readouterr() == ("", "")
    for function in (public.check, public.diff):
        assert inspect.signature(function).parameters["as_of"].default is inspect.Parameter.empty


@pytest.mark.parametrize("name", ["check", "diff"])
def test_every_option_of_a_command_is_an_argument_or_has_no_use_for_a_program(name):
    from cmpolicy.cli import cli

    function = getattr(public, name)
    arguments = {OPTIONS.get(one, one) for one in inspect.signature(function).parameters}
    options = {one.name for one in cli.get_command(None, name).params if one.name != "help"}
    assert options - NOT_FOR_PROGRAMS == arguments


def test_the_package_is_imported_without_its_parts():
    code = "import sys, cmpolicy; print([m for m in sys.modules if m.startswith('cmpolicy')])"
    out = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == "['cmpolicy']"


def test_every_public_name_is_there():
    assert sorted(public.__all__) == ["CmpolicyError", "__version__", "check", "diff", "load"]
    for name in public.__all__:
        assert getattr(public, name)
    with pytest.raises(AttributeError, match="judge"):
        _ = public.judge


PAGE = Path(__file__).parents[1] / "docs" / "api.md"


def test_the_code_of_the_page_runs_as_written(tmp_path, monkeypatch, capfd):
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    blocks = [part.split("```")[0] for part in PAGE.read_text("utf-8").split("```python\n")[1:]]

    exec("\n".join(blocks), {})  # noqa: S102 - the page of this very repository

    printed = capfd.readouterr().out
    assert "ironbridge-precision" in printed
    assert "did you mean `hipaa`?" in printed


def test_the_page_names_every_function():
    named = {line.split("(")[0].strip("| `") for line in PAGE.read_text("utf-8").splitlines()}
    assert {"check", "diff", "load"} <= named
