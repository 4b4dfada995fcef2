"""JUnit XML, as Jenkins and GitLab read it, and read back by a library of its own."""

import re

import junitparser
import pytest
from lxml import etree

from cmpolicy.exemptions import Disabled
from cmpolicy.reporters.junit import render
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Holds, Outcome
from reports import RULE, every_outcome, for_any_report, observation, report, rule, verdict
from schema_files import xml_problems

SCHEMAS = {"ant": "jenkins-junit-10-2014.xsd", "jenkins": "jenkins-junit-10.xsd"}


def only_case(*verdicts, **changes):
    """Return the one case of a report, and the root."""
    root = etree.fromstring(render(report(*verdicts, **changes)).encode())
    (case,) = root.iter("testcase")
    return case


@pytest.mark.parametrize("flavor", SCHEMAS)
@pytest.mark.parametrize("given", [every_outcome(), report()], ids=["everything", "nothing"])
def test_each_flavour_fits_its_schema(flavor, given):
    assert xml_problems(SCHEMAS[flavor], render(given, flavor=flavor)) == []


def test_file_and_line_are_all_that_jenkins_rejects_of_the_default():
    phrase = " ".join(xml_problems(SCHEMAS["jenkins"], render(every_outcome())))

    assert set(re.findall(r"attribute '(\w+)'", phrase)) == {"file", "line"}


@for_any_report
def test_random_reports_fit_the_schemas(given):
    for flavor, schema in SCHEMAS.items():
        assert xml_problems(schema, render(given, flavor=flavor)) == []


@for_any_report
def test_no_failure_and_no_error_exactly_when_the_gate_passes(given):
    read = junitparser.JUnitXml.fromstring(render(given).encode())

    bad = [
        result
        for suite in read
        for case in suite
        for result in case.result
        if isinstance(result, junitparser.Failure | junitparser.Error)
    ]
    assert (bad == []) == given.passed
    assert len(bad) == len(given.failing) == read.failures + read.errors
    for result in bad:
        assert result.message
        assert result.text.split("\n")[0] == result.message


@for_any_report
def test_every_verdict_is_a_case_named_by_what_it_is(given):
    read = junitparser.JUnitXml.fromstring(render(given).encode())

    cases = [(suite.name, case.classname, case.name) for suite in read for case in suite]
    assert cases == [
        (each.agreement, f"cmpolicy.{each.rule.pack}.{each.agreement}", each.rule.id)
        for each in given.verdicts
    ]


def test_all_observations_are_folded_into_one_failure():
    case = only_case(
        verdict(
            Outcome.FAIL,
            observation("all is well", Holds.YES, "a"),
            observation("nobody can say", Holds.UNKNOWN, "b"),
            observation("90 days\nare too many", Holds.NO, "c"),
        )
    )

    (failure,) = case
    lines = failure.text.splitlines()
    assert (failure.tag, failure.get("type")) == ("failure", "critical")
    assert failure.get("message") == lines[0] == "90 days are too many"
    assert "agreements/lakeside.yaml:88:14: [unknown] nobody can say" in lines
    assert "fix: Add a `notices` entry for `phi-breach` with `within: 24 hours`." in lines
    assert not any("all is well" in line for line in lines)
    assert (case.get("file"), case.get("line")) == ("agreements/lakeside.yaml", "88")
    assert case.get("time") == "0"


@pytest.mark.parametrize("message", ["", " \n", "\n\nlate"])
def test_a_failure_is_never_empty(message):
    case = only_case(verdict(Outcome.FAIL, observation(message)))

    (failure,) = case
    assert failure.get("message") == (message.strip() or RULE.title)
    assert failure.text.startswith(failure.get("message"))


KNOWN = {"known": True}
SKIPPED = {
    "waived": (Outcome.WAIVED, {"reason": "waived until spring"}, "low", "waived until spring"),
    "not applicable": (
        Outcome.NOT_APPLICABLE,
        {"reason": "a draft"},
        "low",
        "not applicable: a draft",
    ),
    "below": (Outcome.FAIL, {}, "critical", "fail (high), below the gate (critical): 90 days"),
    "known": (Outcome.FAIL, KNOWN, "low", "fail (high), known: 90 days"),
    "off": (Outcome.UNDETERMINED, {}, "never", "undetermined (high), the gate is off: 90 days"),
    "known error": (Outcome.ERROR, KNOWN, "low", "error (high), known: not evaluated: 90 days"),
    "error off": (Outcome.ERROR, {}, "never", "error (high), the gate is off: not evaluated: "),
}


@pytest.mark.parametrize("name", SKIPPED)
def test_what_does_not_fail_the_gate_is_skipped_with_the_reason(name):
    outcome, changes, fail_on, says = SKIPPED[name]
    case = only_case(verdict(outcome, of=rule(severity=Severity.HIGH), **changes), fail_on=fail_on)

    (skipped,) = case
    assert skipped.tag == "skipped"
    assert skipped.get("message").startswith(says)


def test_a_failure_that_another_rule_explains_is_one_line():
    other = rule("cm-other", pack="comanaged", severity=Severity.LOW)
    root = etree.fromstring(
        render(report(verdict(), verdict(Outcome.FAIL, observation("late"), of=other))).encode()
    )

    failures = {case.get("name"): case[0].text for case in root.iter("testcase")}
    assert failures["cm-other"] == "late (explained by hipaa-breach-notice)"
    assert f"fix: {RULE.fix}" in failures["hipaa-breach-notice"]


def test_a_failure_that_another_rule_explains_in_part_is_told_in_full():
    other = rule("cm-other", pack="comanaged", severity=Severity.LOW)
    own = observation("of its own", path="term.ends")
    root = etree.fromstring(
        render(report(verdict(), verdict(Outcome.FAIL, observation(), own, of=other))).encode()
    )

    (text,) = (case[0].text for case in root.iter("testcase") if case.get("name") == "cm-other")
    assert "[no] of its own" in text


def test_an_agreement_that_cannot_be_read_is_an_error():
    case = only_case(verdict(Outcome.ERROR, reason="not evaluated"), fail_on="critical")

    (error,) = case
    assert error.tag == "error"
    assert error.get("message") == "not evaluated: 90 days are more than 60 days"


def test_a_pass_says_what_was_looked_at_where_that_is_asked():
    passed = report(verdict(Outcome.PASS, observation("24 hours", Holds.YES)))
    (case,) = etree.fromstring(render(passed, evidence=True).encode()).iter("testcase")
    (bare,) = etree.fromstring(render(passed).encode()).iter("testcase")

    (out,) = case
    assert len(bare) == 0
    assert out.tag == "system-out"
    assert out.text == "agreements/lakeside.yaml:88:14: [yes] 24 hours"


def test_what_xml_forbids_and_what_hides_text_is_replaced():
    case = only_case(verdict(Outcome.FAIL, observation("a\x00b\x1bc\ufffed\u202ee\x85f")))

    assert case[0].get("message") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"


def test_the_suite_tells_what_judged():
    root = etree.fromstring(
        render(every_outcome(disabled=(Disabled("a-rule", "no\nneed", "J. Lee"),))).encode()
    )

    suite = root[0]
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert suite.get("timestamp") == "2026-11-24T00:00:00"
    assert properties == {
        "cmpolicy": "1.0.0",
        "as-of": "2026-11-24",
        **{f"pack.{name}.version": "1.0.0" for name in ("comanaged", "hipaa", "soc2")},
        **{f"pack.{name}.digest": f"sha256:{'0' * 64}" for name in ("comanaged", "hipaa", "soc2")},
        "tzdata": "2026.6",
        "holidays": "0.109",
        "fail-on": "medium",
        "policy.1": "cmpolicy.yaml:9: policy weakened: fail_on: low before, medium now",
        "policy.2": "agreements/harbour.yaml: harbour fails once this is merged: cm-signed",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "disabled.a-rule": "no need (J. Lee)",
    }


def test_an_agreement_without_a_verdict_has_a_suite_all_the_same():
    root = etree.fromstring(render(report(titles={"alone": "Alone"})).encode())

    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("alone", "0")]
