"""JUnit XML: a suite for each agreement, a case for each rule, passes too.

A case is named by what it is (`cmpolicy.<pack>.<agreement>`, rule), never by what was found, so
that a CI server can follow it over builds. Nothing here is a failure or an error exactly when
the exit status is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cmpolicy.findings import OPEN, evidence, findings
from cmpolicy.reporters.drops import lead
from cmpolicy.reporters.escape import cut, one_line, xml
from cmpolicy.verdict import Holds, Observation, Outcome, Report, Verdict

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FLAVORS = ("ant", "jenkins")


@dataclass(frozen=True, slots=True)
class _Suites:
    """What the cases of a report need to know of it."""

    report: Report
    flavor: str
    evidence: bool
    explained: Mapping[tuple[str, str], str]
    """The rule whose case explains the failure of another one, by agreement and rule."""


def render(report: Report, *, flavor: str = "ant", evidence: bool = False) -> str:
    """Return JUnit XML.

    Args:
        report: what was found.
        flavor: `jenkins` leaves out what its schema rejects.
        evidence: write what was looked at for verdicts that pass.
    """
    from xml.etree import ElementTree as ET

    suites = list(_suites(_Suites(report, flavor, evidence, _explained(report))))
    root = ET.Element("testsuites")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", "0")
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" ?>\n{ET.tostring(root, encoding="unicode")}\n'


def _explained(report: Report) -> dict[tuple[str, str], str]:
    """Return the rules that lack nothing of their own: a worse one meets all that they lack."""
    worse: dict[tuple[str, str], str] = {}
    own: set[tuple[str, str]] = set()
    for finding in findings(report):
        own.add((finding.agreement, finding.rule.id))
        for rule in finding.rules[1:]:
            worse.setdefault((finding.agreement, rule.id), finding.rule.id)
    return {key: rule for key, rule in worse.items() if key not in own}


def _suites(given: _Suites) -> Iterator[Element]:
    import junit_xml

    report = given.report
    by_agreement: dict[str, list[Verdict]] = {agreement: [] for agreement in report.agreements}
    for verdict in report.verdicts:
        by_agreement[verdict.agreement].append(verdict)
    properties = suite_properties(report)
    for agreement, verdicts in by_agreement.items():
        suite: Element = junit_xml.TestSuite(
            one_line(agreement),
            [_case(verdict, given) for verdict in verdicts],
            timestamp=f"{report.as_of.isoformat()}T00:00:00",
            properties=properties,
        ).build_xml_doc()
        # Jenkins' schema knows no such attribute. Times of 0 are left out by the library.
        suite.attrib.pop("disabled", None)
        for case in suite.iter("testcase"):
            case.set("time", "0")
        yield suite


def suite_properties(report: Report) -> dict[str, str]:
    """Return what a suite says of the run: versions, digests, date, what was switched off."""
    properties = {"cmpolicy": report.version, "as-of": report.as_of.isoformat()}
    for pack in report.packs:
        properties[f"pack.{pack.id}.version"] = pack.version
        properties[f"pack.{pack.id}.digest"] = pack.digest
    properties.update(report.data)
    properties["fail-on"] = report.fail_on
    for number, note in enumerate(lead(report), start=1):
        properties[f"policy.{number}"] = note
    if report.commit:
        properties["commit"] = report.commit
    for rule in report.disabled:
        until = f", until {rule.until}" if rule.until else ""
        properties[f"disabled.{rule.rule}"] = f"{rule.because} ({rule.by}{until})"
    return {one_line(name): one_line(value) for name, value in properties.items()}


def _case(verdict: Verdict, given: _Suites) -> Any:
    import junit_xml

    file, line = _place(verdict)
    places = given.flavor != "jenkins"
    case = junit_xml.TestCase(
        name=one_line(verdict.rule.id),
        classname=one_line(f"cmpolicy.{verdict.rule.pack}.{verdict.agreement}"),
        file=one_line(file) if places else None,
        line=line if places else None,
    )
    headline, body = _said(verdict, given)
    if verdict.outcome is Outcome.PASS:
        if given.evidence:
            case.stdout = _evidence(verdict)
    elif not verdict.fails(given.report.fail_on):
        case.add_skipped_info(message=_why_skipped(verdict, given.report), output=body)
    elif verdict.outcome is Outcome.ERROR:
        case.add_error_info(headline, body, verdict.rule.severity.value)
    else:
        case.add_failure_info(headline, body, verdict.rule.severity.value)
    return case


def _said(verdict: Verdict, given: _Suites) -> tuple[str, str]:
    """Return the message and the text; of what another case explains, one line."""
    rule = given.explained.get((verdict.agreement, verdict.rule.id))
    if rule is None or verdict.outcome not in OPEN:
        return _headline(verdict), _body(verdict)
    line = f"{_headline(verdict)} (explained by {one_line(rule)})"
    return line, xml(line)


def _place(verdict: Verdict) -> tuple[str, int]:
    place = evidence(verdict)[0].location
    return (place.file, place.line) if place else (verdict.file, 1)


def _headline(verdict: Verdict) -> str:
    """Return one line that is never empty: CI servers take an empty failure for none."""
    text = evidence(verdict)[0].message
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        text = verdict.reason or ""
    elif verdict.outcome is Outcome.ERROR:
        text = f"{verdict.reason or 'not evaluated'}: {text}"
    return cut(text) or cut(verdict.rule.title) or verdict.rule.id


def _why_skipped(verdict: Verdict, report: Report) -> str:
    if verdict.outcome is Outcome.WAIVED:
        return cut(verdict.reason or "") or "waived"
    if verdict.outcome is Outcome.DROPPED and not (verdict.drop and verdict.drop.fails):
        return cut(f"{verdict.reason}: {_headline(verdict)}")
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return cut(f"not applicable: {_headline(verdict)}")
    why = f"below the gate ({report.fail_on})"
    if verdict.known:
        why = "known"
    elif report.fail_on == "never":
        why = "the gate is off"
    return cut(f"{verdict.outcome} ({verdict.rule.severity}), {why}: {_headline(verdict)}")


def _body(verdict: Verdict) -> str:
    rule = verdict.rule
    lines = [_headline(verdict), "", rule.title]
    if verdict.reason:
        lines.append(verdict.reason)
    lines += [_observed(item) for item in verdict.observations if item.holds is not Holds.YES]
    lines += ["", f"why: {rule.why}", f"fix: {rule.fix}"]
    if rule.controls:
        lines.append("controls: " + ", ".join(control for control, _ in rule.controls))
    if rule.references:
        lines.append(f"basis: {rule.basis} ({'; '.join(rule.references)})")
    return xml("\n".join(lines))


def _evidence(verdict: Verdict) -> str:
    until = f"\nholds until {verdict.holds_until}" if verdict.holds_until else ""
    return xml("\n".join(_observed(item) for item in verdict.observations) + until)


def _observed(item: Observation) -> str:
    place = f"{item.location}: " if item.location else ""
    return f"{place}[{item.holds.value}] {item.message}"
