"""JUnit XML: a suite for each agreement, a case for each rule, passes too.

A case is named by what it is (`cmpolicy.<pack>.<agreement>`, rule), never by what was found, so
that a CI server can follow it over builds. Nothing here is a failure or an error exactly when
the exit status is 0.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from cmpolicy.reporters.escape import xml
from cmpolicy.verdict import Holds, Observation, Outcome, Report, Verdict

FLAVORS = ("ant", "jenkins")


def render(report: Report, *, flavor: str = "ant") -> str:
    """Return JUnit XML; the `jenkins` flavour leaves out what its schema rejects."""
    import junit_xml

    properties = suite_properties(report)
    suites = [
        junit_xml.TestSuite(
            xml(agreement),
            [_case(verdict, report, flavor) for verdict in verdicts],
            timestamp=f"{report.as_of.isoformat()}T00:00:00",
            properties=properties,
        )
        for agreement, verdicts in groupby(report.verdicts, lambda verdict: verdict.agreement)
    ]
    text: str = junit_xml.to_xml_report_string(suites, prettyprint=True)
    return text


def suite_properties(report: Report) -> dict[str, str]:
    """Return what a suite says of the run: versions, digests, date, what was switched off."""
    properties = {"cmpolicy": report.version, "as-of": report.as_of.isoformat()}
    for pack in report.packs:
        properties[f"pack.{pack.id}.version"] = pack.version
        properties[f"pack.{pack.id}.digest"] = pack.digest
    properties.update(dict(report.data.items()))
    properties["fail-on"] = report.fail_on
    if report.commit:
        properties["commit"] = report.commit
    for rule in report.disabled:
        until = f", until {rule.until}" if rule.until else ""
        properties[f"disabled.{rule.rule}"] = xml(f"{rule.because} ({rule.by}{until})")
    return properties


def _case(verdict: Verdict, report: Report, flavor: str) -> Any:
    import junit_xml

    first = _worst(verdict)
    place = first.location if first else None
    known_place = flavor != "jenkins"
    case = junit_xml.TestCase(
        name=xml(verdict.rule.id),
        classname=xml(f"cmpolicy.{verdict.rule.pack}.{verdict.agreement}"),
        elapsed_sec=0,
        file=xml(place.file if place else verdict.file) if known_place else None,
        line=(place.line if place else 1) if known_place else None,
    )
    if verdict.outcome is Outcome.ERROR:
        if report.fail_on == "never":
            case.add_skipped_info(message=_headline(verdict), output=_body(verdict))
        else:
            case.add_error_info(_headline(verdict), _body(verdict), verdict.rule.severity.value)
    elif verdict.fails(report.fail_on):
        case.add_failure_info(_headline(verdict), _body(verdict), verdict.rule.severity.value)
    elif verdict.outcome is not Outcome.PASS:
        case.add_skipped_info(message=_why_skipped(verdict, report), output=_body(verdict))
    else:
        case.stdout = _evidence(verdict)
    return case


def _worst(verdict: Verdict) -> Observation | None:
    order = (Holds.NO, Holds.UNKNOWN, Holds.YES)
    return min(verdict.observations, key=lambda item: order.index(item.holds), default=None)


def _headline(verdict: Verdict) -> str:
    first = _worst(verdict)
    text = first.message if first else verdict.reason or verdict.rule.title
    if verdict.outcome is Outcome.ERROR:
        text = f"{verdict.reason}: {text}"
    return xml(text.splitlines()[0] if text.strip() else verdict.rule.title)


def _why_skipped(verdict: Verdict, report: Report) -> str:
    if verdict.outcome is Outcome.WAIVED:
        return xml(verdict.reason or "waived")
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return xml(f"not applicable: {verdict.reason}")
    why = "known" if verdict.known else f"does not fail the gate at {report.fail_on}"
    return xml(f"{verdict.outcome.value} ({verdict.rule.severity.value}), {why}: ") + _headline(
        verdict
    )


def _body(verdict: Verdict) -> str:
    rule = verdict.rule
    lines = [_headline(verdict), "", rule.title]
    if verdict.reason:
        lines.append(verdict.reason)
    lines += [_told(item) for item in verdict.observations if item.holds is not Holds.YES]
    lines += ["", f"why: {rule.why}", f"fix: {rule.fix}"]
    if rule.controls:
        lines.append("controls: " + ", ".join(control for control, _ in rule.controls))
    if rule.references:
        lines.append(f"basis: {rule.basis} ({'; '.join(rule.references)})")
    return xml("\n".join(lines))


def _evidence(verdict: Verdict) -> str:
    until = f"\nholds until {verdict.holds_until}" if verdict.holds_until else ""
    return xml("\n".join(_told(item) for item in verdict.observations) + until)


def _told(item: Observation) -> str:
    place = f"{item.location}: " if item.location else ""
    return f"{place}[{item.holds.value}] {item.message}"
