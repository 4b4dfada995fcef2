"""The text report: the worst first, everything once, and nothing wider than the terminal."""

import dataclasses
import html
import re
import shutil
from pathlib import Path

import pytest

from cmpolicy.errors import Location
from cmpolicy.lacks import missing, unknown, wrong
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.reporters.blocks import ROWS
from cmpolicy.reporters.text import APART, MOST, WORST, render
from cmpolicy.rule_facts import Severity
from cmpolicy.text_edit import TextEdit
from cmpolicy.verdict import Holds, Observation, Outcome, Skipped
from gitrepo import GitRepo, quiet
from reports import HIGH, LOW, MEDIUM, RULE, every_outcome, observation, report, rule, verdict

ROOT = Path(__file__).parents[1]
FILE = "agreements/lakeside.yaml"
OWNER = "services[ehr].owner"
EXPLAINED = "`cmpolicy explain services.owner` says what may stand there."
WORDY = "a sentence of words that goes on " * 12


def failing(number, *found, severity=Severity.HIGH, **changes):
    of = rule(f"rule-{number:03}", severity=severity, title=f"Title {number}")
    seen = found or (observation(f"message {number}", path=f"list{number}[a].x"),)
    return verdict(changes.pop("outcome", Outcome.FAIL), *seen, of=of, **changes)


def blocks(text):
    return re.findall(r"^(\d+)  ?\s*(critical|high|medium|low) ", text, re.MULTILINE)


def shorts(text):
    return re.findall(r"^   (?:critical|high|medium|low) .*$", text, re.MULTILINE)


def test_a_finding_in_full_says_what_where_why_and_how_to_fix_it():
    lines = render(report(verdict())).splitlines()

    start = lines.index(
        "1  critical  90 days are more than 60 days".ljust(81) + "hipaa-breach-notice"
    )
    assert lines[start + 1 : start + 7] == [
        f"   {FILE}:88:14: `notices[breach].within`",
        "   88 |     within: 90 days    # to be renegotiated",
        "      |              ^^^^^^^",
        f"   why  {RULE.why}",
        f"   fix  {RULE.fix}",
        "   the law asks for it; controls hipaa:164.410(b), 164.314(a)(2)(i)(C)",
    ]


def test_a_row_that_holds_nothing_but_a_key_is_not_quoted():
    place = Location(FILE, 67, 5, 10, "    steps:")
    text = render(report(failing(1, observation(path="escalations[p1].steps", place=place))))

    assert f"   {FILE}:67:5: `escalations[p1].steps`\n   why  " in text


def test_the_totals_of_an_agreement_come_first():
    doubt = observation("who knows", Holds.UNKNOWN, path="x")
    text = render(
        report(
            failing(1),
            failing(2, severity=Severity.LOW),
            failing(3, doubt, outcome=Outcome.UNDETERMINED),
            verdict(Outcome.PASS, of=LOW),
            titles={"lakeside-clinic": "Lakeside"},
        )
    )

    assert text.startswith(
        "lakeside-clinic  Lakeside\n"
        "3 findings: 2 high, 1 low, from 3 of 4 rules; 1 waits for a value.\n"
    )


def test_five_in_full_and_every_other_on_one_line():
    worst = [failing(number) for number in range(WORST)]
    others = [failing(number, severity=Severity.LOW) for number in range(WORST, 9)]
    text = render(report(*worst, *others))

    assert len(blocks(text)) == WORST
    assert len(shorts(text)) == 4
    assert all(f"message {number}" in text for number in range(9))


@pytest.mark.parametrize(("acute", "in_full"), [(5, 5), (6, 4), (20, 2), (60, 1)])
def test_as_many_are_in_full_as_leave_all_that_is_acute_on_the_first_page(acute, in_full):
    low = [failing(number, severity=Severity.LOW) for number in range(acute, acute + 9)]
    rows = render(report(*(failing(number) for number in range(acute)), *low)).splitlines()
    high = [row for row in rows[:40] if re.match(r"(\d  |   )high ", row)]

    assert len(blocks("\n".join(rows))) == in_full
    assert len(high) == min(acute, in_full + MOST)


def test_what_does_not_fit_is_counted():
    text = render(report(*(failing(number) for number in range(40))))

    assert len(shorts(text)) == MOST
    assert f"   ... {40 - len(blocks(text)) - MOST} more findings (--show all)\n" in text


@pytest.mark.parametrize(("severity", "end"), [(Severity.HIGH, "to the end"), (Severity.LOW, "…")])
def test_what_is_acute_takes_a_second_row_rather_than_lose_its_end(severity, end):
    message = "nobody promises to detect for the Lakeside mail server, and so it goes to the end"
    worst = [failing(number, severity=Severity.CRITICAL) for number in range(WORST)]
    text = render(report(*worst, failing(9, observation(message, path="x"), severity=severity)))
    number = next(n for n, row in enumerate(text.splitlines()) if "nobody promises" in row)
    told = " ".join(text.splitlines()[number : number + 1 + (severity is Severity.HIGH)])

    assert end in told
    assert "rule-009" in text.splitlines()[number]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("no notice of an incident", "no notice of an incident"),
        ("no notice of an incident (unknown: parties[msp].handles)", "no notice of an incident"),
        ("parties[msp].handles is unknown; it must be there", "it must be there"),
    ],
)
@pytest.mark.parametrize("rules", [1, 3])
def test_the_value_that_decides_comes_first_and_once(rules, message, says):
    doubt = observation(message, Holds.UNKNOWN, path="notices")
    doubt = dataclasses.replace(doubt, lack=unknown("parties[msp].handles"))
    worst = [failing(number, severity=Severity.CRITICAL) for number in range(WORST)]
    waiting = [failing(9 + n, doubt, outcome=Outcome.UNDETERMINED) for n in range(rules)]
    text = render(report(*worst, *waiting), width=120)

    assert f"   high        88  unknown: `parties[msp].handles`: {says}  " in text


@pytest.mark.parametrize(
    ("path", "rules", "says"),
    [
        (
            OWNER,
            3,
            f"Write the value of `{OWNER}`: 3 rules wait for it. {EXPLAINED}",
        ),
        (
            OWNER,
            2,
            f"First write the value of `{OWNER}`, which decides. Then: {RULE.fix}",
        ),
        ("notices", 2, RULE.fix),
    ],
)
def test_what_waits_for_a_value_is_put_right_by_that_value(path, rules, says):
    doubt = observation("no notice", Holds.UNKNOWN, path="notices")
    doubt = dataclasses.replace(doubt, lack=unknown(path))
    given = report(*(failing(n, doubt, outcome=Outcome.UNDETERMINED) for n in range(rules)))

    text = " ".join(render(given).split())
    assert f" fix {says} " in text
    for other in ("markdown", "github"):
        assert says in html.unescape(REPORTERS[other](given, Look()))


@pytest.mark.parametrize(("severity", "most"), [(Severity.HIGH, ROWS + 1), (Severity.LOW, 1)])
def test_a_list_of_what_is_missing_names_all_where_it_is_acute(severity, most):
    areas = [f"area-number-{number:02}" for number in range(20)]
    items = (
        Observation("it", "x", "none", Holds.NO, lack=missing("responsibilities", area=area))
        for area in areas
    )
    worst = [failing(number, severity=Severity.CRITICAL) for number in range(WORST)]
    text = render(report(*worst, failing(9, *items, severity=severity)))
    rows = text[text.index("no responsibilities for 20 areas") :].splitlines()
    block = rows[: next(n for n, row in enumerate(rows) if n and not row.startswith(" " * 15))]

    assert len(block) <= most
    assert all(area in " ".join(block) for area in areas) is (severity is Severity.HIGH)


def test_an_empty_list_says_what_was_looked_for_once():
    text = "no entry in clauses with topic insurance"
    seen = Observation("it", "clauses", text, Holds.NO, lack=missing("clauses"))
    worst = [failing(number, severity=Severity.CRITICAL) for number in range(WORST)]

    assert "no `clauses`: insurance  " in render(report(*worst, failing(9, seen)))


def test_from_the_sixth_agreement_on_one_line_an_agreement():
    text = render(report(*(failing(1, agreement=f"a{number}") for number in range(APART + 2))))

    assert len(re.findall(r"^a\d\n1 finding: 1 high", text, re.MULTILINE)) == APART
    assert len(re.findall(r"^a\d 1 high; worst: message 1$", text, re.MULTILINE)) == 2


def test_of_several_agreements_the_worst_of_all_come_first_by_name():
    text = render(
        report(failing(1, agreement="a"), failing(2, severity=RULE.severity, agreement="b"))
    )

    assert text.startswith("1  critical  b: message 2")
    assert "\n2  high      a: message 1" in text


def test_what_several_agreements_lack_alike_is_in_full_once():
    same = (failing(1, agreement=f"a{number}") for number in range(4))
    text = render(report(*same, failing(2, severity=Severity.LOW, agreement="b")))

    assert len(blocks(text)) == 2
    assert len(shorts(text)) == 3


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            [
                lack_of(name)
                for lack_of in [lambda area: missing("responsibilities", area=area)]
                for name in ("strategy", "backup")
            ],
            "no responsibilities for 2 areas: strategy, backup",
        ),
        ([missing("escalations")], "no `escalations`"),
        ([missing("reviews", kind="access-review")], "it lacks 0"),
        (
            [missing("coverage", stage="detect", area=area) for area in ("backup", "helpdesk")],
            "no coverage (stage detect) for 2 areas: backup, helpdesk",
        ),
        ([wrong("term.ends")], "it lacks 0"),
        ([wrong(f"services[{name}].owner") for name in ("ehr", "mail")], "it lacks 0; also mail"),
        (
            [unknown(f"services[{name}].owner") for name in ("ehr", "mail", "web")],
            "unknown: `services[ehr].owner` and 2 more",
        ),
    ],
    ids=["missing words", "missing list", "one row", "fixed words", "wrong", "rows", "unknown"],
)
def test_the_headline_says_what_lacks(found, says):
    items = (
        Observation(
            "it",
            lack.paths[0] if lack.paths else lack.list,
            f"it lacks {number}",
            Holds.NO,
            lack=lack,
        )
        for number, lack in enumerate(found)
    )

    assert f"1  high      {says} " in render(report(failing(1, *items)))


def test_a_missing_list_has_no_place_but_the_file():
    seen = Observation(
        "it", "escalations", "nobody is called", Holds.NO, lack=missing("escalations")
    )
    lines = render(report(failing(1, seen))).splitlines()

    (at,) = (number for number, line in enumerate(lines) if line.startswith("1  high      no `esc"))
    assert lines[at + 1 : at + 3] == [f"   {FILE}", "   nobody is called"]


def test_only_the_first_sentence_of_why_is_shown_unless_all_is():
    why = "The clock runs, e.g. at night. Nobody hears it."
    of = dataclasses.replace(RULE, why=why)

    assert "   why  The clock runs, e.g. at night.\n" in render(report(verdict(of=of)))
    assert f"   why  {why}\n" in render(report(verdict(of=of)), show="all")


def test_the_other_rules_stand_in_one_line():
    same = observation("too late")
    text = render(report(*(failing(number, same) for number in range(3))))

    assert len(blocks(text)) == 1
    assert "   also rule-001, rule-002\n" in text


def test_what_is_below_the_gate_is_folded_to_a_count():
    given = report(failing(1), failing(2, severity=Severity.LOW), fail_on="high")

    assert "message 2" not in render(given)
    assert "1 below the gate (--show all)" in render(given)
    assert "message 2 (below the gate: high)" in render(given, show="all")


def test_what_is_known_is_folded_to_a_count_too():
    given = report(failing(1), failing(2, known=True), since=True)

    assert "message 2" not in render(given)
    assert "1 known" in render(given)
    assert "message 2 (known)" in render(given, show="all")


def test_of_a_change_the_worst_is_in_full_and_what_was_edited_stands_above():
    place = Location(FILE, 12)
    edits = {"lakeside-clinic": (TextEdit("targets[p1].within", "1 hour", "1 day", new=place),)}
    text = render(report(failing(1), failing(2), since=True, edits=edits))

    assert text.splitlines()[2] == f"changed: targets[p1].within: 1 hour -> 1 day ({FILE}:12)"
    assert (len(blocks(text)), len(shorts(text))) == (1, 1)
    assert len(blocks(render(report(failing(1), failing(2), since=True), show="all"))) == 2


def test_lines_are_one_a_finding_and_nothing_else():
    same = observation("too late")
    given = report(failing(1, same), failing(2, same), verdict(of=MEDIUM), titles={"x": "X"})

    assert render(given, show="lines").splitlines() == [
        f"{FILE}:88:14: high: too late [rule-001 +1]",
        f"{FILE}:88:14: medium: 90 days are more than 60 days [cm-response-hours]",
    ]
    assert render(report(verdict(Outcome.PASS)), show="lines") == ""


def test_lines_say_how_many_are_folded():
    given = report(
        failing(1), failing(2, known=True), failing(3, severity=LOW.severity), fail_on="high"
    )

    assert render(given, show="lines").splitlines()[1:] == [
        "cmpolicy: 1 known, 1 below the gate (--show all)"
    ]


def test_all_shows_every_finding_in_full():
    given = report(*(failing(number) for number in range(40)))

    assert len(blocks(render(given, show="all"))) == 40
    assert shorts(render(given, show="all")) == []


def broken(count):
    problems = (
        Observation("x", "", f"problem {number}", Holds.UNKNOWN, Location("x.yaml", number + 1))
        for number in range(count)
    )
    return failing(1, *problems, outcome=Outcome.ERROR, agreement="x.yaml", file="x.yaml")


def test_all_problems_of_a_broken_file_are_shown_and_it_counts_as_one():
    more = failing(2, *broken(16).observations, outcome=Outcome.ERROR, agreement="x.yaml")
    text = render(report(broken(16), more))

    assert all(f"problem {number}" in text for number in range(16))
    assert "x.yaml cannot be read: 16 problems, and no rule could judge it" in text
    assert text.endswith("Gate failed at low: 1 file that cannot be read in 1 of 1 agreement\n")


def test_a_finding_in_a_shared_file_is_shown_once_with_those_that_it_reaches():
    at = observation("no night shift", path="rotas[noc].shifts", place=Location("common/x.yaml", 9))
    text = render(report(failing(1, at, agreement="a"), failing(1, at, agreement="b")))

    assert text.count("no night shift") == 1
    assert "   reaches a, b\n" in text
    assert text.count("1 finding: 1 high") == 2


def test_a_long_section_is_cut_and_counted():
    skipped = tuple(Skipped(f"f{number}.yaml", "why") for number in range(30))
    given = report(failing(1), skipped=skipped)

    assert "  ... 22 more (--show all)\n" in render(given)
    assert render(given, show="all").count(".yaml: why") == 30


def wide():
    """Make a report of long texts: of every outcome, and of 40 findings in a long line."""
    given = every_outcome()
    place = Location(FILE, 12345, 200, 240, "    - " + "word " * 100)
    more = tuple(
        failing(
            number,
            observation(f"{WORDY}{number}", path=f"list[{number}].x", place=place),
            agreement=f"the-agreement-{number % 8}",
            reason=WORDY,
        )
        for number in range(60)
    )
    rules = tuple(
        dataclasses.replace(
            each, rule=dataclasses.replace(each.rule, title=WORDY, why=WORDY, fix=WORDY)
        )
        for each in (*given.verdicts, *more)
    )
    titles = {f"the-agreement-{number}": WORDY for number in range(8)} | dict(given.titles)
    return dataclasses.replace(given, verdicts=rules, titles=titles)


@pytest.mark.parametrize("show", ["worst", "all"])
@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("since", [False, True])
def test_nothing_is_wider_than_the_terminal(width, show, since):
    given = dataclasses.replace(wide(), since=since)
    text = render(given, width=width, show=show)

    assert [line for line in text.splitlines() if len(line) > width] == []


ENDLESS = "x" * 5_000
OF_ENDLESS_WORDS = f"""\
apiVersion: cmpolicy/v1
kind: Agreement
id: {ENDLESS}
title: {ENDLESS} {ENDLESS}
version: 1.0.0
status: active
model: co-managed
timezone: America/Toronto
term: {{effective: 2026-01-01}}
parties:
  - {{id: clinic, name: {ENDLESS}, kind: customer}}
  - {{id: n{ENDLESS}, kind: provider}}
severities: [{{id: s{ENDLESS}, rank: 1}}]
services: [{{id: v{ENDLESS}, criticality: unknown, owner: clinic}}]
responsibilities: [{{id: r{ENDLESS}, area: {ENDLESS}, accountable: clinic}}]
targets:
  - {{id: t{ENDLESS}, stage: respond, within: 30 hours, severity: s{ENDLESS}, calendar: 24x7}}
reviews: [{{id: q{ENDLESS}, kind: {ENDLESS}, every: 8 years}}]
"""


@pytest.mark.parametrize("shown", ["worst", "all"])
@pytest.mark.parametrize("broken", [False, True], ids=["judged", "broken"])
def test_no_endless_word_of_an_agreement_breaks_the_terminal(cmpolicy, tmp_path, shown, broken):
    text = OF_ENDLESS_WORDS + (f"{ENDLESS}: 1\nmodl: {ENDLESS}\n" if broken else "")
    (tmp_path / "a.yaml").write_text(text)

    result = cmpolicy("check", "a.yaml", *DAY, "--show", shown, cwd=tmp_path)

    assert result.status == 1
    assert "x…" in result.out
    assert [line for line in result.out.splitlines() if len(line) > 100] == []
    assert ENDLESS[:400] not in re.sub(r"\s", "", result.out)


@pytest.mark.parametrize("show", ["worst", "lines", "all"])
def test_colour_changes_no_text(show):
    given = wide()
    painted = render(given, colour=True, show=show)

    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(given, show=show)


def test_the_caret_stands_under_what_is_meant_however_narrow():
    text = "x" * 150 + " within: 90 days, " + "y" * 100
    place = Location(FILE, 3, text.index("90") + 1, text.index("90") + 8, text)
    lines = render(report(failing(1, observation(place=place))), width=60).splitlines()

    (at,) = (number for number, line in enumerate(lines) if line.lstrip().startswith("|"))
    caret = lines[at]
    assert lines[at - 1][caret.index("^") : caret.rindex("^") + 1] == "90 days"
    assert len(lines[at - 1]) <= 60


DAY = ("--as-of", "2026-11-24")


def test_the_examples_fit_a_screen_or_two(cmpolicy):
    result = cmpolicy("check", "examples", *DAY, cwd=ROOT)

    assert len(result.out.splitlines()) <= 120


def test_the_first_agreement_of_a_reader_gives_at_most_eighty_lines(cmpolicy, tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (text,) = (
        block
        for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
        if "kind: Agreement" in block
    )
    (tmp_path / "shown.yaml").write_text(text)
    result = cmpolicy("check", "shown.yaml", *DAY, cwd=tmp_path)

    assert len(result.out.splitlines()) <= 80
    assert blocks(result.out)[0] == ("1", "critical")
    late = "\n".join(result.out.splitlines()[40:])
    assert not [row for row in shorts(late) if not row.startswith(("   medium", "   low"))]


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        (
            "agreements/larkspur-analytics.yaml",
            "first-call: larkspur-duty",
            "first-call: graham",
            "changed: inputs.first-call: larkspur-duty -> graham",
        ),
        (
            "plans/complete/2026.yaml",
            "notify: nadia, via: phone, after: 50%",
            "notify: nadia, via: phone, after: 90%",
            "in 3 agreements: ironbridge-precision",
        ),
    ],
)
def test_a_hook_that_refuses_one_changed_word_shows_it_in_twenty_lines(
    cmpolicy, tmp_path, monkeypatch, file, before, after, says
):
    quiet(monkeypatch)
    folder = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    repo = GitRepo.init(folder)
    repo.commit()
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1))
    repo.git("add", "--all")
    result = cmpolicy("check", "--staged", "--new-since", "HEAD", *DAY, cwd=folder)

    assert result.status == 1
    assert len(result.out.splitlines()) <= 20
    assert says in "".join(result.out.splitlines()[:4])


def test_the_command_line_chooses_how_much_is_shown(cmpolicy, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    given = ("check", "examples/agreements/pemberton-lowe.yaml", *DAY)
    lines = cmpolicy(*given, "--show", "lines", cwd=tmp_path).out.splitlines()
    everything = cmpolicy(*given, "--show", "all").out

    assert all(re.fullmatch(r"examples/\S+:\d+:\d+: \w+: .* \[[^]]+\]", line) for line in lines)
    assert len(lines) == len(blocks(everything)) > 3


def test_evidence_of_passes_is_written_where_it_is_asked(cmpolicy, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    given = ("check", "examples/agreements/larkspur-analytics.yaml", *DAY, "--format", "json")
    bare = cmpolicy(*given, cwd=tmp_path).out
    full = cmpolicy(*given, "--evidence").out

    assert '"holds": "yes"' not in bare
    assert '"holds": "yes"' in full


def test_rules_of_all_severities_are_ranked():
    text = render(report(*(verdict(of=each) for each in (LOW, MEDIUM, HIGH, RULE))))

    assert [word for _, word in blocks(text)] == ["critical", "high", "medium", "low"]
