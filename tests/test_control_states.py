"""The state of every control: what it counts by, and what no rule can make it."""

import dataclasses
from datetime import date

import pytest

import build
import reports
from catalogs import CMMC, HIPAA, SOC2
from cmpolicy.controls import Contract, Entry, Said, State, contracts, counts, said, standings
from cmpolicy.exemptions import Disabled
from cmpolicy.unknown import UNKNOWN
from cmpolicy.verdict import Holds, Outcome

COVERED = {"standing": "covered-entity"}
CONTROL = "hipaa:164.410(b)"
TERM = "hipaa:164.504(e)(2)(ii)(D)"
BAA = "business-associate-agreement"
FULL, PARTIAL = "full", "partial"
LAW, INFERRED, PRACTICE = "law", "inferred", "practice"
PASS, FAIL, UNDETERMINED = Outcome.PASS, Outcome.FAIL, Outcome.UNDETERMINED
WAIVED, ERROR, AWAY = Outcome.WAIVED, Outcome.ERROR, Outcome.NOT_APPLICABLE


def shown(catalog, entry, *verdicts, **changes):
    """Return what verdicts on `a` show of a catalog."""
    (found,) = standings(reports.report(*verdicts, **changes), catalog, {"a": entry})
    return found


def states(catalog, entry, *verdicts, **changes):
    found = shown(catalog, entry, *verdicts, **changes)
    return {row.control.reference: row.state for row in (*found.controls, *found.around)}


def verdict(name, outcome, controls, *observations, basis=LAW, check="notice", **changes):
    rule = reports.rule(name, controls=tuple(controls.items()), check=check, basis=basis)
    return reports.verdict(outcome, *observations, agreement="a", of=rule, **changes)


# --- what a state counts by -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("judged", "state"),
    [
        ([], State.NEEDS_EVIDENCE),
        ([(FULL, AWAY, LAW)], State.NEEDS_EVIDENCE),
        ([(FULL, PASS, LAW)], State.MET),
        ([(FULL, PASS, INFERRED), (PARTIAL, PASS, LAW)], State.MET),
        ([(FULL, PASS, LAW), (PARTIAL, AWAY, LAW)], State.MET),
        ([(PARTIAL, PASS, INFERRED)], State.PARTLY),
        # What judges it in full does not apply: the rest is not shown.
        ([(FULL, AWAY, LAW), (PARTIAL, PASS, LAW)], State.PARTLY),
        ([(FULL, WAIVED, LAW), (FULL, PASS, LAW)], State.WAIVED),
        ([(PARTIAL, WAIVED, LAW)], State.WAIVED),
        ([(PARTIAL, UNDETERMINED, LAW), (FULL, WAIVED, LAW)], State.UNDETERMINED),
        ([(FULL, ERROR, LAW)], State.UNDETERMINED),
        ([(FULL, PASS, LAW), (PARTIAL, FAIL, INFERRED)], State.NOT_MET),
        ([(PARTIAL, FAIL, LAW), (PARTIAL, UNDETERMINED, LAW)], State.NOT_MET),
        # Our practice stands beside it, and neither breaks nor shows a control.
        ([(FULL, PASS, LAW), (PARTIAL, FAIL, PRACTICE)], State.OPEN),
        ([(FULL, PASS, LAW), (PARTIAL, UNDETERMINED, PRACTICE)], State.OPEN),
        ([(FULL, PASS, LAW), (PARTIAL, WAIVED, PRACTICE)], State.MET),
        ([(PARTIAL, PASS, LAW), (PARTIAL, FAIL, PRACTICE)], State.PARTLY),
        ([(FULL, PASS, PRACTICE)], State.NEEDS_EVIDENCE),
        ([(FULL, FAIL, PRACTICE)], State.NEEDS_EVIDENCE),
        ([(FULL, WAIVED, LAW), (PARTIAL, FAIL, PRACTICE)], State.WAIVED),
    ],
)
def test_a_state_counts_by_the_rules_that_are_law_or_inferred(judged, state):
    verdicts = [
        verdict(f"rule-{number}", outcome, {CONTROL: how}, basis=basis)
        for number, (how, outcome, basis) in enumerate(judged)
    ]
    found = shown(HIPAA, Entry(facts=COVERED), *verdicts)
    by_id = {row.control.reference: row for row in found.controls}

    assert by_id[CONTROL].state == state
    assert {one.rule.id for one in by_id[CONTROL].rules} == {one.rule.id for one in verdicts}
    assert {one.rule.id for one in by_id[CONTROL].beside} == {
        one.rule.id
        for one in verdicts
        if one.rule.basis == PRACTICE and one.outcome in (FAIL, UNDETERMINED)
    }


def test_what_passes_because_nothing_is_there_shows_nothing():
    nothing = dataclasses.replace(reports.observation(holds=Holds.YES), empty=True)
    found = states(HIPAA, Entry(facts=COVERED), verdict("idle", PASS, {CONTROL: FULL}, nothing))

    assert found[CONTROL] == State.NEEDS_EVIDENCE


def test_nothing_is_met_while_a_rule_that_counts_is_disabled():
    met = verdict("kept", PASS, {CONTROL: FULL})
    off = reports.rule("off", controls=((CONTROL, PARTIAL),))
    for basis, state in ((LAW, State.PARTLY), (PRACTICE, State.MET)):
        disabled = Disabled(
            "off", "Elsewhere", "J. Lee", facts=dataclasses.replace(off, basis=basis)
        )
        found = shown(HIPAA, Entry(facts=COVERED), met, disabled=(disabled,))
        (row,) = (row for row in found.controls if row.control.reference == CONTROL)

        assert (row.state, [one.word for one in row.rules]) == (state, ["pass", "disabled"])


def test_the_reason_is_given_where_rules_do_not_apply():
    away = verdict("away", AWAY, {CONTROL: FULL}, reason="no party can touch phi")
    found = shown(HIPAA, Entry(facts=COVERED), away)
    (row,) = (row for row in found.controls if row.control.reference == CONTROL)

    assert row.because == ("no rule applies: no party can touch phi",)


# --- what binds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("catalog", "facts", "scope", "away"),
    [
        (HIPAA, COVERED, 95, "it binds group health plans only"),
        (HIPAA, {"standing": "business-associate"}, 92, "it is for duty covered-entity"),
        (CMMC, {"level": 1}, 15, "it is for level 2; the agreement says level 1"),
        (SOC2, {"categories": ["availability"]}, 36, "the agreement says categories availability"),
        # What is left out excuses nothing.
        (CMMC, {}, 149, ""),
    ],
)
def test_every_control_is_there_and_what_does_not_bind_says_why(catalog, facts, scope, away):
    found = shown(catalog, Entry(facts=facts))
    reasons = " ".join(
        why for row in found.controls if row.state is State.NOT_APPLICABLE for why in row.because
    )

    assert [row.control for row in found.controls] == list(catalog.controls.values())
    assert found.in_scope == scope
    assert sum(counts(found.controls).values()) == len(catalog.controls)
    assert away in reasons
    assert {row.state for row in found.controls} <= {State.NEEDS_EVIDENCE, State.NOT_APPLICABLE}


def test_an_unknown_level_leaves_open_what_hangs_on_it():
    verdicts = [verdict("law", FAIL, {CONTROL: FULL})]
    found = states(HIPAA, Entry(facts={"standing": UNKNOWN}), *verdicts)

    # A business associate owes it and a covered entity has it owed: it binds in any case.
    assert found[CONTROL] == State.NOT_MET
    assert found["hipaa:164.308(b)(1)"] == State.UNDETERMINED
    assert set(states(CMMC, Entry(facts={"level": UNKNOWN})).values()) == {State.UNDETERMINED}


def test_before_its_first_day_a_framework_binds_nobody():
    judged = verdict("law", FAIL, {CONTROL: FULL})
    day = date(2026, 11, 24)
    for starts, state in (
        (day, State.NOT_MET),
        (date(2026, 11, 25), State.NOT_APPLICABLE),
        (UNKNOWN, State.UNDETERMINED),
    ):
        found = states(HIPAA, Entry(facts=COVERED, starts=starts), judged)

        assert found[CONTROL] == state


def test_of_what_cannot_be_read_everything_is_undetermined():
    found = states(HIPAA, Entry(broken=True), verdict("law", ERROR, {CONTROL: FULL}))

    assert set(found.values()) == {State.UNDETERMINED}


def test_rules_of_the_programme_are_told_beside_the_controls():
    """164.404(b) is no control of the catalog, and what fails it must not stay unseen."""
    judged = verdict("left", FAIL, {"hipaa:164.404(a)(2)": PARTIAL})
    found = shown(HIPAA, Entry(facts=COVERED), judged)

    assert [(row.control.id, row.state) for row in found.around] == [("164.404(b)", State.NOT_MET)]
    assert counts(found.controls)[State.NOT_MET] == 0


# --- rules on allocations: an observation concerns one control ------------------------------------

MATRIX = {"cmmc:32CFR170.19(c)(2)(ii)": PARTIAL}
FIRST, SECOND = "cmmc:AC.L2-3.1.1", "cmmc:AC.L2-3.1.2"


def allocated(outcome, first, second):
    rows = [
        reports.observation(holds=found, subject=subject)
        for subject, found in ((FIRST, first), (SECOND, second))
    ]
    judged = verdict("matrix", outcome, MATRIX, *rows, check="allocation")
    return states(CMMC, Entry(facts={"level": 2}), judged)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(FAIL, State.NOT_MET), (WAIVED, State.WAIVED), (UNDETERMINED, State.UNDETERMINED)],
)
def test_an_allocation_says_of_each_control_what_it_saw_of_it(outcome, state):
    found = allocated(outcome, Holds.NO, Holds.YES)

    assert found[FIRST] == state
    assert found[SECOND] == State.PARTLY


def test_what_is_unknown_of_one_control_fails_not_with_another():
    found = allocated(FAIL, Holds.NO, Holds.UNKNOWN)

    assert (found[FIRST], found[SECOND]) == (State.NOT_MET, State.UNDETERMINED)


@pytest.mark.parametrize("outcome", [UNDETERMINED, ERROR])
def test_a_matrix_that_cannot_be_read_leaves_every_control_open(outcome):
    unread = reports.observation(holds=Holds.UNKNOWN, subject="cmmc")
    judged = verdict("matrix", outcome, MATRIX, unread, check="allocation")
    found = shown(CMMC, Entry(facts={"level": 2}), judged)

    assert counts(found.controls)[State.UNDETERMINED] == 110


def test_a_row_of_the_matrix_speaks_of_its_own_control_alone():
    rows = {FIRST: "allocations[first].state", SECOND: "allocations[second].state"}
    seen = [
        reports.observation(holds=Holds.NO, path=rows[FIRST]),
        reports.observation(holds=Holds.YES, path=rows[SECOND]),
    ]
    controls = {FIRST: PARTIAL, SECOND: PARTIAL} | MATRIX
    entry = Entry(
        facts={"level": 2}, said={path: Said(control=control) for control, path in rows.items()}
    )
    found = states(CMMC, entry, verdict("barred", FAIL, controls, *seen, check="item"))

    assert (found[FIRST], found[SECOND]) == (State.NOT_MET, State.PARTLY)
    assert found["cmmc:32CFR170.19(c)(2)(ii)"] == State.NOT_MET


# --- the terms of a contract ----------------------------------------------------------------------


def bound(contract, clause="clauses[bind/msp].where", *, outcome=PASS, how=FULL, **words):
    """Return the state of a term whose clause is there, and what it depends on besides."""
    seen = reports.observation(holds=Holds.YES, path=clause)
    judged = verdict("bind", outcome, {TERM: how}, seen)
    said_there = {clause: Said(("msp",), **words)}
    entry = Entry(facts=COVERED, said=said_there, contracts=(contract,) if contract else ())
    found = shown(HIPAA, entry, judged)
    (row,) = (row for row in found.controls if row.control.reference == TERM)
    return row.state, row.because


THERE = Contract(BAA, "msp", there=True)


@pytest.mark.parametrize(
    ("there", "how", "state"),
    [
        (True, FULL, State.MET),
        (True, PARTIAL, State.PARTLY),
        (False, FULL, State.NOT_MET),
        (False, PARTIAL, State.NOT_MET),
        (UNKNOWN, FULL, State.UNDETERMINED),
    ],
)
def test_a_term_is_met_only_where_its_contract_is_there(there, how, state):
    because = "" if there is True else "no contract"
    found, why = bound(Contract(BAA, "msp", there, because), how=how)

    assert (found, why) == (state, (because,) if because else ())


def test_a_contract_with_somebody_else_does_not_hold_a_term():
    elsewhere = dataclasses.replace(THERE, party="soc")
    missing = Contract(BAA, "msp", there=False, because="none with msp")
    entry = Entry(
        facts=COVERED, said={"clauses[x]": Said(("msp",))}, contracts=(elsewhere, missing)
    )
    seen = reports.observation(holds=Holds.YES, path="clauses[x]")
    found = states(HIPAA, entry, verdict("bind", PASS, {TERM: FULL}, seen))

    assert found[TERM] == State.NOT_MET
    assert bound(None) == (State.NOT_MET, ("no party is bound by a contract",))


def test_a_clause_says_where_it_stands():
    assert bound(THERE, cited=False) == (State.NOT_MET, ("`clauses[bind/msp].where` is missing",))
    assert bound(THERE, cited=UNKNOWN)[0] == State.UNDETERMINED


def test_without_a_clause_the_contract_says_nothing_of_a_term():
    state, _ = bound(dataclasses.replace(THERE, there=False), outcome=AWAY)

    assert state == State.NEEDS_EVIDENCE


DATED = "{id: baa, kind: business-associate-agreement, between: [clinic, msp], dated: 2025-12-01}"


@pytest.mark.parametrize(
    ("row", "there", "because"),
    [
        (DATED, True, ""),
        (DATED.replace("2025-12-01", "2026-01-01"), True, ""),
        (DATED.replace("2025-12-01", "2026-01-02"), False, "after the work began on 2026-01-01"),
        (DATED.replace(", dated: 2025-12-01", ""), False, "`documents[baa].dated` is missing"),
        (DATED.replace("2025-12-01", "TBD"), False, "is a placeholder ('TBD')"),
        (DATED.replace("2025-12-01", "unknown"), UNKNOWN, "`documents[baa].dated` is unknown"),
        (DATED.replace("msp]", "soc]"), False, f"there is no {BAA} between clinic and msp"),
        (DATED.replace("clinic, ", ""), False, f"there is no {BAA} between clinic and msp"),
        (DATED.replace("[clinic, msp]", "unknown"), UNKNOWN, "between` is unknown"),
        (DATED.replace("[clinic, msp]", "[msp, unknown]"), UNKNOWN, "between` is unknown"),
        (DATED.replace(BAA, "order-form"), False, f"there is no {BAA} between clinic and msp"),
        (DATED.replace(BAA, "unknown"), UNKNOWN, "kind` is unknown"),
        # Where one value could help and the other cannot, nothing is unknown.
        (DATED.replace(BAA, "unknown").replace("2025-12-01", "2026-06-01"), False, "is dated"),
    ],
)
def test_a_contract_is_of_its_kind_between_the_right_parties_and_in_time(row, there, because):
    other = "  - {id: soc, name: SOC, kind: subcontractor, handles: [phi]}\n"
    made = build.agreement(f"{other}documents:\n  - {row}\n")
    found = {one.party: one for one in contracts(made, {BAA}, reports.AS_OF)}

    assert found["msp"].there == there
    assert because in found["msp"].because
    assert (found["msp"].because == "") is (there is True)
    assert "clinic" not in found


@pytest.mark.parametrize("kind", ["subcontractor", "cloud-provider"])
def test_whoever_joins_later_has_a_contract_once_its_date_has_come(kind):
    party = f"  - {{id: late, name: Late, kind: {kind}, handles: [phi], engaged_by: msp}}\n"
    row = "{id: late-baa, kind: business-associate-agreement, between: [msp, late], dated: %s}"

    def of(day):
        made = build.agreement(f"{party}documents:\n  - {row % day}\n")
        return next(
            one for one in contracts(made, {BAA}, date(2026, 11, 24)) if one.party == "late"
        )

    assert of("2026-11-24").there is True
    assert of("2026-11-25").there is False
    assert of("2026-11-25").because == "`documents[late-baa]` is dated 2026-11-25, after 2026-11-24"


def test_the_other_side_of_a_contract_is_whoever_engaged_the_party():
    party = "  - {id: host, name: Host, kind: cloud-provider, handles: [phi], engaged_by: msp}\n"
    row = DATED.replace("msp]", "host]")
    wrong = build.agreement(f"{party}documents:\n  - {row}\n")
    right = build.agreement(f"{party}documents:\n  - {row.replace('clinic', 'msp')}\n")
    unsaid = build.agreement(
        f"{party.replace('engaged_by: msp', 'engaged_by: unknown')}documents:\n  - {row}\n"
    )

    answers = [
        {one.party: one.there for one in contracts(made, {BAA}, reports.AS_OF)}["host"]
        for made in (wrong, right, unsaid)
    ]
    assert answers == [False, True, UNKNOWN]


@pytest.mark.parametrize(
    ("term", "there"),
    [
        ("{effective: 2025-01-01, starts_work: 2026-01-01}", True),
        ("{effective: 2026-01-01, starts_work: 2025-01-01}", False),
        ("{effective: 2025-01-01}", False),
        ("{effective: 2026-01-01, starts_work: unknown}", UNKNOWN),
        ("unknown", UNKNOWN),
    ],
)
def test_work_begins_where_the_term_says_so(term, there):
    head = build.HEAD.replace("{effective: 2026-01-01}", term)
    (found,) = contracts(
        build.agreement(f"documents:\n  - {DATED}\n", head=head), {BAA}, reports.AS_OF
    )

    assert found.there == there


def test_documents_that_are_unknown_may_hold_any_contract():
    (found,) = contracts(build.agreement("documents: unknown\n"), {BAA}, reports.AS_OF)

    assert (found.there, found.because) == (UNKNOWN, "`documents` is unknown")


# --- who says it ----------------------------------------------------------------------------------

ROWS = """\
people:
  - {id: ana, name: Ana, party: clinic}
  - {id: bo, name: Bo, party: msp}
rotas:
  - {id: noc, party: msp, calendar: 24x7, members: [bo]}
coverage:
  - {id: watch, area: backup, stage: detect, by: noc, calendar: 24x7}
responsibilities:
  - {id: keys, area: backup, task: Keep, accountable: ana, evidence: {keeper: bo, kept: 6 years}}
  - {id: split, area: helpdesk, task: Help, accountable: [{who: msp, only: {subject: a}},
     {who: ana, only: {subject: b}}]}
reviews:
  - {id: yearly, kind: risk-assessment, every: 1 year, attended_by: [ana, bo],
     held: [{on: 2026-03-01}, {on: 2027-03-01}, {on: 2025-03-01}]}
clauses:
  - {topic: safeguards, by: msp, where: s. 2}
  - {topic: audit-rights, by: msp}
  - {topic: mitigation, by: unknown, where: unknown}
allocations:
  - {control: "cmmc:AC.L2-3.1.1", origin: shared, from: msp}
"""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("coverage[watch].calendar", Said(("msp",))),
        ("responsibilities[keys]", Said(("clinic",), "msp")),
        ("responsibilities[split].accountable", Said(("msp", "clinic"))),
        ("reviews[yearly].held", Said(("clinic", "msp"), held=date(2026, 3, 1))),
        ("clauses[safeguards/msp].where", Said(("msp",))),
        ("clauses[audit-rights/msp].where", Said(("msp",), cited=False)),
        ("allocations[cmmc:AC.L2-3.1.1]", Said(("msp",), control="cmmc:AC.L2-3.1.1")),
        ("parties[msp].handles", Said(("msp",))),
        ("people[bo].phone", Said(("msp",))),
    ],
)
def test_a_row_says_who_undertakes_it_who_keeps_the_evidence_and_when_it_was_held(path, found):
    assert said(build.agreement(ROWS), [path], reports.AS_OF) == {path: found}


def test_what_is_unknown_or_no_row_names_nobody():
    found = said(build.agreement(ROWS), ["clauses", "term.ends", "nowhere[x]"], reports.AS_OF)
    (row,) = (one for one in build.agreement(ROWS).rows["clauses"] if one.fields["by"] is UNKNOWN)
    path = f"{row.path}.where"

    assert found == {}
    assert said(build.agreement(ROWS), [path], reports.AS_OF)[path] == Said(cited=UNKNOWN)
