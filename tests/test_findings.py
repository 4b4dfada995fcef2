"""Findings: what one cause makes fail is said once, and neither an outcome nor the gate moves."""

import dataclasses

import pytest

from cmpolicy import terms
from cmpolicy.errors import Location
from cmpolicy.findings import findings, lines
from cmpolicy.findings.model import RECORD
from cmpolicy.lacks import conflict, missing, unknown, wrong
from cmpolicy.rule_facts import FAIL_ON, PackFacts, Severity
from cmpolicy.verdict import Holds, Observation, Outcome
from reports import HIGH, LOW, MEDIUM, WAIVER, every_outcome, for_any_report, report, rule, verdict

PACKS = tuple(PackFacts(name, "1.0.0", "sha256:0") for name in ("soc2", "comanaged", "hipaa"))


def lacking(lack, message="it lacks", holds=Holds.NO, line=1, file="agreements/lakeside.yaml"):
    path = lack.paths[0] if lack.paths else lack.list
    return Observation("it", path, message, holds, Location(file, line), lack=lack)


def failing(name, *found, severity=Severity.HIGH, basis="practice", pack="comanaged", **changes):
    of = rule(name, severity=severity, basis=basis, pack=pack, title=f"Title of {name}")
    return verdict(changes.pop("outcome", Outcome.FAIL), *found, of=of, **changes)


def found_in(*verdicts, **changes):
    return findings(report(*verdicts, packs=PACKS, **changes))


def test_rules_that_meet_one_lack_are_one_finding():
    path = missing("escalations")

    (finding,) = found_in(
        failing("reachable", lacking(path, "nobody is called")),
        failing("decider", lacking(path, "nobody decides"), severity=Severity.LOW),
    )

    assert finding.lack == path
    assert finding.fingerprint == path.fingerprint("lakeside-clinic")
    assert [each.id for each in finding.rules] == ["reachable", "decider"]
    assert finding.message == "nobody is called"


@pytest.mark.parametrize(
    ("worst", "other"),
    [
        ({"severity": Severity.CRITICAL, "basis": "practice"}, {"severity": Severity.HIGH}),
        ({"basis": "law"}, {"basis": "inferred", "pack": "soc2"}),
        ({"basis": "inferred"}, {"basis": "practice", "pack": "soc2"}),
        ({"pack": "soc2"}, {"pack": "comanaged"}),
    ],
    ids=["severity", "law", "inferred", "order of packs"],
)
def test_the_worst_rule_speaks(worst, other):
    lack = wrong("targets[p1].within")

    (finding,) = found_in(
        failing("z-worst", lacking(lack, "of the worst"), **worst),
        failing("a-other", lacking(lack, "of the other"), **other),
    )

    assert (finding.rule.id, finding.message) == ("z-worst", "of the worst")


def test_of_equal_rules_the_first_by_id_speaks():
    lack = wrong("targets[p1].within")

    (finding,) = found_in(failing("b", lacking(lack)), failing("a", lacking(lack)))

    assert finding.rule.id == "a"


def test_a_rule_has_a_finding_for_each_lack_that_it_meets():
    areas = [lacking(missing("responsibilities", area=area)) for area in ("strategy", "backup")]

    found = found_in(failing("areas", *areas))

    assert {finding.lack.key for finding in found} == {
        (("area", "strategy"),),
        (("area", "backup"),),
    }


def test_what_holds_is_no_finding():
    fine = Observation("it", "a", "fine", Holds.YES)
    bad = lacking(wrong("b"))

    (finding,) = found_in(failing("both", fine, bad))

    assert finding.items == (bad,)


def test_a_certain_fail_of_one_rule_makes_the_finding_fail():
    lack = missing("coverage", area="backup", stage="detect")
    doubt = lacking(lack, holds=Holds.UNKNOWN)

    (finding,) = found_in(
        failing("doubtful", doubt, outcome=Outcome.UNDETERMINED),
        failing("sure", lacking(lack), severity=Severity.LOW),
    )

    assert (finding.outcome, finding.severity) == (Outcome.FAIL, Severity.HIGH)


def test_a_doubt_in_a_rule_that_fails_elsewhere_is_undetermined():
    doubt = lacking(unknown("services[a].criticality"), holds=Holds.UNKNOWN)

    found = found_in(failing("both", lacking(wrong("b")), doubt))

    assert [each.outcome for each in found] == [Outcome.FAIL, Outcome.UNDETERMINED]


def test_unknown_values_named_after_the_one_that_decides_add_up():
    one = lacking(unknown("a", "b"), holds=Holds.UNKNOWN)
    other = lacking(unknown("a", "c"), holds=Holds.UNKNOWN)

    (finding,) = found_in(
        failing("one", one, outcome=Outcome.UNDETERMINED),
        failing("other", other, outcome=Outcome.UNDETERMINED),
    )

    assert finding.lack == unknown("a", "b", "c")


def test_an_undetermined_finding_names_the_value_that_decides():
    doubt = lacking(unknown("services[a].criticality"), "if critical: nobody", Holds.UNKNOWN)

    (finding,) = found_in(failing("doubtful", doubt, outcome=Outcome.UNDETERMINED))

    assert finding.message == "if critical: nobody (unknown: services[a].criticality)"


def test_a_waiver_of_one_rule_leaves_the_finding_and_its_fingerprint():
    lack = missing("reviews", kind="access-review")
    one, other = failing("one", lacking(lack)), failing("other", lacking(lack))
    excused = dataclasses.replace(one, outcome=Outcome.WAIVED, waiver=WAIVER)

    (before,) = found_in(one, other)
    (after,) = found_in(excused, other)

    assert after.fingerprint == before.fingerprint
    assert after.waived == ("one",)
    assert [each.id for each in after.rules] == ["other"]


def test_what_is_waived_altogether_is_no_finding():
    assert (
        found_in(failing("one", lacking(wrong("a")), outcome=Outcome.WAIVED, waiver=WAIVER)) == ()
    )


def test_a_finding_is_known_only_if_all_its_rules_are_and_the_new_one_speaks():
    lack = wrong("a")
    old = failing("old", lacking(lack), severity=Severity.CRITICAL, known=True)
    new = failing("new", lacking(lack), severity=Severity.LOW)

    (both,) = found_in(old, new)
    (only,) = found_in(old)

    assert (both.known, both.fails, both.rule.id) == (False, True, "new")
    assert (only.known, only.fails, only.quiet) == (True, False, True)


def test_what_is_below_the_gate_is_quiet():
    low = failing("low", lacking(wrong("a")), severity=Severity.LOW)

    assert [each.quiet for each in found_in(low, fail_on="high")] == [True]
    assert [each.quiet for each in found_in(low, fail_on="never")] == [False]


def test_a_file_that_cannot_be_read_has_a_finding_for_each_problem():
    problems = [Observation("a.yaml", "", text, Holds.UNKNOWN) for text in ("one", "two")]

    found = found_in(
        failing("x", *problems, outcome=Outcome.ERROR, agreement="a.yaml", file="a.yaml"),
        failing("y", *problems, outcome=Outcome.ERROR, agreement="a.yaml", file="a.yaml"),
    )

    assert [each.message for each in found] == ["one", "two"]
    assert len({each.fingerprint for each in found}) == 2


@pytest.mark.parametrize(
    "order",
    [
        [{"severity": Severity.CRITICAL}, {"severity": Severity.HIGH, "basis": "law"}],
        [{"basis": "law"}, {"basis": "inferred"}],
        [{"line": 3}, {"line": 5}],
    ],
    ids=["severity", "basis", "file order"],
)
def test_the_worst_finding_comes_first(order):
    given = [
        failing(
            f"rule-{9 - index}", lacking(wrong(f"p{9 - index}"), line=each.pop("line", 1)), **each
        )
        for index, each in enumerate(map(dict, order))
    ]

    assert [each.rule.id for each in found_in(*given)] == ["rule-9", "rule-8"]


def test_the_record_is_what_no_signature_holds_to():
    # They say where the words stand, and no row of a record.
    elsewhere = {"status", "uses", "formerly", "plans", "inputs", "differs"}

    assert set(RECORD) == terms.RECORD - elsewhere


@pytest.mark.parametrize("section", RECORD)
def test_the_terms_come_before_the_record_of_the_same_severity(section):
    two = [failing(name, lacking(missing(section))) for name in ("audit", "sign")]

    found = found_in(*two, failing("terms", lacking(missing("targets", stage="restore"))))

    assert [each.rule.id for each in found] == ["terms", "audit"]


def test_what_more_rules_meet_comes_first():
    two = [failing(name, lacking(wrong("z"), line=9)) for name in ("m", "n")]

    found = found_in(failing("a", lacking(wrong("a"))), *two)

    assert [len(each.rules) for each in found] == [2, 1]


def test_findings_that_lack_in_the_same_way_are_one_line():
    areas = [lacking(missing("responsibilities", area=area)) for area in ("strategy", "backup")]
    owner = [lacking(wrong(f"services[{name}].owner"), line=4) for name in ("mail", "ehr")]
    section = lacking(missing("responsibilities"))
    other = lacking(wrong("services[mail].criticality"))

    found = lines(found_in(failing("one", *areas, *owner, section, other)))

    assert sorted(len(line.findings) for line in found) == [1, 1, 2, 2]


def test_a_line_is_of_one_agreement():
    found = found_in(
        failing("one", lacking(wrong("a"))), failing("one", lacking(wrong("a")), agreement="other")
    )

    assert [line.agreements for line in lines(found)] == [("lakeside-clinic",), ("other",)]
    assert [each.shared for each in found] == [None, None]


def test_a_finding_in_a_shared_file_is_one_line_for_all_that_it_reaches():
    at = lacking(wrong("rotas[noc].shifts"), file="common/provider.yaml", line=31)

    found = found_in(failing("one", at), failing("one", at, agreement="other"))

    assert len({each.shared for each in found} - {None}) == 1
    assert [line.agreements for line in lines(found)] == [("lakeside-clinic", "other")]


def test_a_shared_file_that_one_agreement_uses_is_nothing_special():
    at = lacking(wrong("rotas[noc].shifts"), file="common/provider.yaml")

    (finding,) = found_in(failing("one", at), failing("two", at))

    assert finding.shared is None


def test_rows_in_conflict_are_one_finding():
    both = conflict("responsibilities[a]", "responsibilities[b]")

    (finding,) = found_in(failing("one-owner", lacking(both)), failing("owner", lacking(both)))

    assert finding.lack == both


@for_any_report
def test_grouping_moves_neither_an_outcome_nor_the_gate(given):
    """Every verdict that is open is in a finding, and the gate is what the findings say."""
    found = findings(given)

    bad = {
        (each.agreement, each.rule.id)
        for each in given.verdicts
        if each.outcome in (Outcome.FAIL, Outcome.UNDETERMINED)
    }
    shown = {
        (each.agreement, of.id) for each in found if each.lack is not None for of in each.rules
    }
    assert shown == bad
    assert any(each.fails for each in found) is not given.passed
    assert {each.agreement for each in found if each.fails} == {
        each.agreement for each in given.failing
    }
    assert len({each.fingerprint for each in found}) == len(found)


@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_each_level_of_the_gate_is_what_the_findings_say(fail_on):
    given = every_outcome(fail_on=fail_on)

    assert any(each.fails for each in findings(given)) is not given.passed
    assert {HIGH.id, MEDIUM.id, LOW.id} <= {of.id for each in findings(given) for of in each.rules}
