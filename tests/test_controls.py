"""`cmpolicy controls`: what it evaluates, what it shows, and that none is left out."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

import gitrepo
from cmpolicy import fleet
from cmpolicy.cli.output import WORTH_SHOWING
from schema_files import OWN, problems

EXAMPLES = Path(__file__).parents[1] / "examples"
DAY = ("--as-of", "2026-11-24")
LAKESIDE = "agreements/lakeside-clinic.yaml"
MET, OPEN, PARTLY = "met in the agreement", "met, our defaults open", "partly shown"
HELD = {"soc2": "larkspur-analytics", "hipaa": "lakeside-clinic", "cmmc": "ironbridge-precision"}
SIZES = {"soc2": (61, 38), "hipaa": (107, 95), "cmmc": (149, 110)}


@pytest.fixture(autouse=True)
def once(packs_loaded_once):
    """Load the packs once for all runs."""


@pytest.fixture
def examples(tmp_path):
    """A copy of the example repository."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


@pytest.fixture
def phrase(cmpolicy):
    """Run the command, and return what it wrote; JSON is read, and fits its schema."""

    def run(folder, framework, name="json", *arguments):
        result = cmpolicy("controls", framework, *arguments, "--format", name, *DAY, cwd=folder)
        assert result.status == 0, result.err
        if name != "json":
            return result.out
        found = json.loads(result.out)
        assert problems(OWN / "controls.schema.json", found) == []
        return found

    return run


def replace(path, *edits):
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def states(entry):
    return {row["control"]: row["state"] for row in (*entry["controls"], *entry["program_rules"])}


# --- what is evaluated ----------------------------------------------------------------------------


@pytest.mark.parametrize("framework", HELD)
def test_the_verdicts_behind_the_states_are_those_of_check(cmpolicy, phrase, framework):
    checked = json.loads(
        cmpolicy("check", "--format", "json", "--evidence", *DAY, cwd=EXAMPLES).out
    )
    mapped = {
        (row["agreement"], row["rule"]): row
        for row in checked["verdicts"]
        if row["agreement"] == HELD[framework]
        and any(control.startswith(f"{framework}:") for control in row["controls"])
    }
    (entry,) = phrase(EXAMPLES, framework)["agreements"]
    behind = {}
    for row in (*entry["controls"], *entry["program_rules"]):
        for one in row["rules"]:
            behind.setdefault((entry["agreement"], one["rule"]), []).append((row["control"], one))

    assert behind.keys() == mapped.keys()
    for key, found in behind.items():
        verdict = mapped[key]
        places = {(item["file"], item["line"]) for item in verdict["observations"]}
        assert verdict["outcome"] in {one["outcome"] for _, one in found}
        for control, one in found:
            same = ("basis", "severity", "pack", "reason")
            assert [one[name] for name in same] == [verdict[name] for name in same]
            # A rule on the matrix fails for the controls alone that it found wrong.
            alone = one["outcome"] == "pass" and control not in str(verdict["observations"])
            assert one["outcome"] == verdict["outcome"] or alone or verdict["check"] == "allocation"
            assert {(item["file"], item["line"]) for item in one["evidence"]} <= places


def test_only_the_agreements_and_rules_of_the_framework_are_evaluated(monkeypatch, phrase):
    asked = []
    real = fleet.evaluate

    def spy(agreement, file, packs, as_of, **options):
        asked.extend((agreement.id, rule.facts) for pack in packs for rule in pack.rules)
        return real(agreement, file, packs, as_of, **options)

    monkeypatch.setattr(fleet, "evaluate", spy)
    found = phrase(EXAMPLES, "soc2", "json", "--jobs", "1")

    assert {agreement for agreement, _ in asked} == {"larkspur-analytics"}
    assert all("soc2:" in str(facts.controls) for _, facts in asked)
    assert {facts.pack for _, facts in asked} == {"comanaged", "soc2"}
    assert [pack["id"] for pack in found["packs"]] == ["comanaged", "soc2"]


def test_what_is_required_is_held_to_a_framework_that_its_file_does_not_name(phrase, examples):
    replace(
        examples / LAKESIDE, ("  hipaa: {standing: covered-entity}", "  soc2: {standing: reader}")
    )
    (entry,) = phrase(examples, "hipaa")["agreements"]
    both = phrase(examples, "soc2")["agreements"]

    assert entry["agreement"] == "lakeside-clinic"
    assert [one["agreement"] for one in both] == ["lakeside-clinic", "larkspur-analytics"]


@pytest.mark.parametrize("name", ["text", "json", "markdown", "csv"])
def test_processes_change_nothing(phrase, name):
    alone, many = (phrase(EXAMPLES, "cmmc", name, "--jobs", jobs) for jobs in ("1", "3"))

    assert alone == many


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


def test_progress_is_shown_on_a_terminal(monkeypatch, phrase, examples):
    for number in range(WORTH_SHOWING):
        (examples / "agreements" / f"{number}.yaml").write_text(
            f"apiVersion: cmpolicy/v1\nkind: Agreement\nid: a-{number}\n", encoding="utf-8"
        )
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    phrase(examples, "hipaa", "text", "--jobs", "1")

    assert "judging" in stream.getvalue()


# --- one agreement, and none ----------------------------------------------------------------------


@pytest.mark.parametrize("framework", HELD)
def test_all_formats_show_the_same_states_and_the_denominator(phrase, framework):
    every, size = SIZES[framework]
    (entry,) = phrase(EXAMPLES, framework)["agreements"]
    lines = list(csv.DictReader(io.StringIO(phrase(EXAMPLES, framework, "csv"))))
    text = phrase(EXAMPLES, framework, "text", "--show", "all")
    page = phrase(EXAMPLES, framework, "markdown", "--show", "all").replace("\\", "")

    assert (entry["agreement"], entry["in_scope"]) == (HELD[framework], size)
    assert len(entry["controls"]) == sum(entry["counts"].values()) == every
    assert entry["counts"]["not applicable"] == every - size
    assert {row["control"]: row["state"] for row in lines} == states(entry)
    for reference, state in states(entry).items():
        name = reference.partition(":")[2]
        assert f"\n  {name}: {state}\n" in text
        assert f"| {name} | {state} |" in page
    for seen in (text, page):
        # What `met` means is said where something is.
        kept = "whether it is kept takes other evidence" in " ".join(seen.split())
        assert kept == bool(entry["counts"][MET])
        assert f"{size} controls in scope, of {every}" in " ".join(seen.split())


def test_an_open_default_of_ours_does_not_break_a_control(phrase, examples):
    """The contract binds subcontractors; that they be announced too is our practice."""
    replace(examples / LAKESIDE, ("event: change-of-subcontractor", "event: outage"))
    entry = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    (row,) = (row for row in entry["controls"] if row["control"] == "hipaa:164.504(e)(2)(ii)(D)")
    outcomes = {one["rule"]: (one["basis"], one["outcome"]) for one in row["rules"]}

    assert row["state"] == OPEN
    assert outcomes["hipaa-bind-subcontractors"] == ("law", "pass")
    assert outcomes["hipaa-subcontractor-changes"] == ("practice", "fail")


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        (
            "  - {id: baa, kind: business-associate-agreement",
            "  - {id: baa, kind: order-form",
            "there is no business-associate-agreement between lakeside and fernbrook",
        ),
        (
            'between: [lakeside, fernbrook], version: "2", dated: 2025-12-04, sha256: "92',
            'between: [lakeside, fernbrook], version: "2", dated: 2026-06-01, sha256: "92',
            "`documents[baa]` is dated 2026-06-01, after the work began on 2026-01-05",
        ),
    ],
)
def test_no_term_is_met_without_its_contract(phrase, examples, old, new, because):
    before = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    replace(examples / LAKESIDE, (old, new))
    after = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    terms = [row for row in after["controls"] if because in row["because"]]

    assert (before["counts"][MET], after["counts"][MET]) == (12, 0)
    assert len(terms) == 15
    assert {row["state"] for row in terms} == {"not met"}
    for name in ("text", "markdown"):
        seen = phrase(examples, "hipaa", name, LAKESIDE)
        assert because in " ".join(seen.replace("\\", "").split())


def test_a_waiver_and_an_unknown_show_as_such(phrase, examples):
    before = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    (examples / "waivers.yaml").write_text(
        "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers:\n"
        "  - {rule: hipaa-policy-review-on-change, agreement: lakeside-clinic, reason: Spring,\n"
        "     approved_by: Joan, granted: 2026-11-01, expires: 2027-01-31}\n"
    )
    replace(
        examples / LAKESIDE, ("topic: safeguards, by: fernbrook", "topic: safeguards, by: unknown")
    )
    after = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]

    assert (before["counts"]["not met"], before["counts"]["waived"]) == (2, 0)
    assert (after["counts"]["not met"], after["counts"]["waived"]) == (0, 2)
    assert after["counts"]["undetermined"] == 4
    assert after["in_scope"] == before["in_scope"]
    (row,) = (row for row in after["controls"] if row["control"] == "hipaa:164.306(e)")
    assert row["rules"][0]["reason"].startswith("waived until 2027-01-31 by Joan: Spring")


def open_controls(phrase, examples, new):
    (examples / "cmpolicy.yaml").write_text('agreements: ["agreements/*.yaml"]\n')
    shutil.copy(EXAMPLES / LAKESIDE, examples / LAKESIDE)
    replace(examples / LAKESIDE, ("hipaa: {standing: covered-entity}", new))
    entry = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    return [row for row in entry["controls"] if row["state"] == "undetermined"], entry


def test_an_unknown_standing_leaves_open_what_hangs_on_it(phrase, examples):
    open_ones, _ = open_controls(phrase, examples, "hipaa: {standing: unknown}")

    assert [row["control"] for row in open_ones] == [
        "hipaa:164.308(b)(1)",
        "hipaa:164.502(e)(1)(i)",
        "hipaa:164.504(e)(1)(ii)",
    ]
    assert {why for row in open_ones for why in row["because"]} == {
        "`frameworks.hipaa.standing` is unknown"
    }


def test_an_unknown_entry_leaves_all_open_for_it_may_begin_later(phrase, examples):
    open_ones, entry = open_controls(phrase, examples, "hipaa: unknown")

    assert {why for row in open_ones for why in row["because"]} == {"`frameworks.hipaa` is unknown"}
    bound = [row for row in entry["controls"] if row["state"] != "not applicable"]
    assert open_ones == bound


def test_what_is_switched_off_is_shown_and_met_by_nothing(phrase, examples):
    before = phrase(examples, "hipaa", "json", LAKESIDE)["agreements"][0]
    off = "{because: Elsewhere, by: J. Lee, until: 2027-01-31}"
    replace(
        examples / "cmpolicy.yaml",
        (
            "waivers:",
            f"disable: {{hipaa-safeguards: {off}, soc2-signed: {off}}}\nwaivers:",
        ),
    )
    found = phrase(examples, "hipaa", "json", LAKESIDE)
    after = found["agreements"][0]

    assert [off["rule"] for off in found["disabled"]] == ["hipaa-safeguards"]
    assert after["counts"][MET] == before["counts"][MET] - 2
    (row,) = (row for row in after["controls"] if row["control"] == "hipaa:164.314(a)(2)(i)(A)")
    assert row["because"] == ["hipaa-safeguards is disabled"]
    assert "disabled" in [one["outcome"] for one in row["rules"]]
    for name in ("text", "markdown"):
        seen = phrase(examples, "hipaa", name, LAKESIDE)
        assert "hipaa-safeguards (Elsewhere; J. Lee; until 2027-01-31)" in " ".join(seen.split())


@pytest.mark.parametrize(
    ("framework", "says"),
    [
        ("hippa", "did you mean `hipaa`?"),
        ("nist", "there are cmmc, hipaa, soc2"),
        ("hipaa", "no agreement here is held to `hipaa`"),
    ],
)
def test_a_framework_that_is_not_there_or_held_by_nobody_is_an_error(cmpolicy, framework, says):
    path = "agreements/larkspur-analytics.yaml"
    result = cmpolicy("controls", framework, path, *DAY, cwd=EXAMPLES)

    assert (result.status, result.out) == (2, "")
    assert says in result.err


# --- several agreements ---------------------------------------------------------------------------


@pytest.fixture
def clinics(examples):
    """Three agreements of one text, and a fourth that nobody can read."""
    text = (examples / LAKESIDE).read_text(encoding="utf-8")
    for name in ("first", "second", "third", "broken"):
        copy = text.replace("id: lakeside-clinic", f"id: {name}", 1)
        if name == "broken":
            copy = copy.replace("status: active", "status: wizard", 1)
        if name == "second":
            copy = copy.replace("safeguards, by: fernbrook", "safeguards, by: lakeside")
        (examples / "agreements" / f"{name}.yaml").write_text(copy, encoding="utf-8")
    (examples / LAKESIDE).unlink()
    (examples / "cmpolicy.yaml").write_text('agreements: ["agreements/*.yaml"]\n')
    return examples


def test_one_broken_agreement_is_undetermined_and_the_others_stand(phrase, clinics):
    """It is in the denominator of its own framework, and in no other's."""
    found = {one["agreement"]: one for one in phrase(clinics, "hipaa")["agreements"]}
    (cmmc,) = phrase(clinics, "cmmc")["agreements"]

    assert list(found) == ["broken", "first", "second", "third"]
    assert found["broken"]["counts"]["undetermined"] == found["broken"]["in_scope"] == 107
    assert found["first"]["counts"] == found["third"]["counts"]
    assert found["first"]["counts"]["undetermined"] == 0
    assert states(found["second"])["hipaa:164.314(a)(2)(i)(A)"] == "not met"
    assert states(found["first"])["hipaa:164.314(a)(2)(i)(A)"] == MET
    assert cmmc["agreement"] == "ironbridge-precision"
    for name in ("text", "markdown"):
        seen = phrase(clinics, "hipaa", name)
        once = "broken (agreements/broken.yaml): every control is undetermined: the agreement"
        assert " ".join(seen.replace("\\", "").split()).count(once) == 1
        assert len(seen.splitlines()) < 160


def test_what_agreements_share_is_told_once(phrase, clinics):
    (clinics / "agreements" / "broken.yaml").unlink()
    text = phrase(clinics, "hipaa", "text")
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "164.314(a)(2)(i)(A)" in line)

    assert text.count("  164.316(b)(2)(iii)  ") == 1
    assert lines[at].endswith(" (1 of 3)")
    assert lines[at + 1].split() == ["hipaa-safeguards", "(high,", "law)"]
    assert "second agreements/second.yaml:" in " ".join(lines[at : at + 6])
    assert len(lines) < 120
    every = phrase(clinics, "hipaa", "text", "--show", "all")
    assert every.count("\n  164.316(b)(2)(iii): not met\n") == 3


# --- the looks ------------------------------------------------------------------------------------


def test_the_summary_comes_first_then_what_is_open_then_counts(phrase):
    for name in ("text", "markdown"):
        seen = phrase(EXAMPLES, "hipaa", name)
        order = [
            "in scope",
            "Not met",
            "hipaa-policy-review-on-change",
            "Partly shown",
            "164.502(e)(2)",
        ]
        order += [f"12 {MET}: 164.314" if name == "text" else f"12 {MET}</summary>"]
        text = " ".join(seen.replace("\\", "").split())
        places = [text.index(words) for words in order]

        assert places == sorted(places)
        assert re.findall(r"[0-9a-f]{40}", seen) == []
        assert len(seen.splitlines()) < 150
    assert max(map(len, phrase(EXAMPLES, "hipaa", "text").splitlines())) <= 100


def test_a_digest_is_cut_short_for_people(phrase, examples):
    """A signature of other terms is one of the failures of SOC 2."""
    replace(
        examples / "agreements" / "larkspur-analytics.yaml",
        ("title: ", "note: changed after it was signed\ntitle: Changed "),
    )
    for name in ("text", "markdown"):
        for show in ("worst", "all"):
            seen = phrase(examples, "soc2", name, "--show", show)
            assert re.findall(r"[0-9a-f]{40}", seen) == []


def test_an_auditor_gets_where_by_whom_when_and_the_commit(phrase, examples, monkeypatch):
    gitrepo.quiet(monkeypatch)
    repo = gitrepo.GitRepo.init(examples)
    commit = repo.commit()
    rows = list(csv.DictReader(io.StringIO(phrase(examples, "hipaa", "csv"))))
    text = (examples / LAKESIDE).read_text(encoding="utf-8").splitlines()
    by_rule = {(row["control"], row["rule"]): row for row in rows}
    review = by_rule["hipaa:164.308(a)(1)(ii)(D)", "hipaa-log-review-monthly"]
    owner = by_rule["hipaa:164.308(a)(1)(ii)(D)", "hipaa-log-review-owner"]
    file, line = review["where"].split(":")

    assert file == LAKESIDE
    assert "id: log-review" in text[int(line) - 1]
    assert (review["by"], review["last held"]) == (
        "lakeside; fernbrook; harbourlight",
        "2026-11-19",
    )
    assert (owner["by"], owner["keeper"], owner["last held"]) == ("lakeside", "lakeside", "")
    assert (owner["basis"], owner["judges"], owner["outcome"]) == ("inferred", "partial", "pass")
    assert {row["commit"] for row in rows} == {commit}
    assert {row["agreement"] for row in rows} == {"lakeside-clinic"}
    # A control that no rule judges has a row too, with what it takes instead.
    (bare,) = (row for row in rows if row["control"] == "hipaa:164.308(a)(1)(ii)(C)")
    assert (bare["rule"], bare["state"]) == ("", "needs other evidence")
    assert "sanction policy" in bare["other evidence"]


def test_the_commit_is_named_only_where_it_holds_what_was_evaluated(phrase, examples, monkeypatch):
    gitrepo.quiet(monkeypatch)
    assert phrase(examples, "hipaa")["commit"] is None

    repo = gitrepo.GitRepo.init(examples)
    first = repo.commit()
    (examples / "controls.csv").write_text("a report\n")
    assert phrase(examples, "hipaa")["commit"] == first

    record = examples / "minutes" / "lakeside" / "2026-11-log-review.md"
    record.write_text("changed\n")
    assert phrase(examples, "hipaa")["commit"] is None
    assert phrase(examples, "soc2")["commit"] == first

    replace(examples / "common" / "provider.yaml", ("apiVersion", "# a comment\napiVersion"))
    assert phrase(examples, "soc2")["commit"] is None
    assert phrase(examples, "soc2", "json", "--rev", "HEAD")["commit"] == first
    text = phrase(examples, "soc2", "text", "--rev", "HEAD")
    assert f"commit {first[:12]}" in " ".join(text.split())
    assert "not committed" in " ".join(phrase(examples, "soc2", "text").split())


def test_a_spreadsheet_gets_no_formula(phrase, examples):
    """An agreement without an id goes by its path, which whoever wrote it chose."""
    text = (examples / LAKESIDE).read_text(encoding="utf-8")
    for name in ('=cmd|"calc"!A1.yaml', "-1+2.yaml", "@SUM(A1).yaml"):
        (examples / name).write_text(text.replace("id: lakeside-clinic", "id: [no]", 1))
    (examples / "cmpolicy.yaml").write_text('agreements: ["*.yaml"]\n')
    (examples / "waivers.yaml").unlink()
    lines = csv.DictReader(io.StringIO(phrase(examples, "hipaa", "csv")))
    cells = {cell for row in lines for cell in row.values()}

    for name in ("'=cmd|", "'-1+2", "'@SUM"):
        assert any(cell.startswith(name) for cell in cells)
    # Some spreadsheets split at semicolons too.
    parts = {part.strip() for cell in cells for part in cell.split(";")}
    assert [part for part in parts if part[:1] in set("=+-@")] == []
