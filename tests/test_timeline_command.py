"""`cmpolicy timeline` on real repositories."""

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

import gitrepo
from build import HEAD as AGREEMENT
from cmpolicy.reporters.periods import PERIOD_REPORTERS
from cmpolicy.shape import load_schema
from gitrepo import GitRepo

AS_OF = ("--as-of", "2026-11-24")
YEAR = ("timeline", "--pack", "house.yaml", *AS_OF)
PACK = """
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House
version: 1.0.0
rules:
  - id: house-meeting
    title: They meet every month
    severity: high
    check: cadence
    with: {kind: service-review, every: 1 month}
    basis: practice
    why: They should, our default.
    fix: Meet.
  - id: house-watch
    title: Somebody watches
    severity: medium
    check: item
    with: {list: coverage}
    basis: practice
    why: They should.
    fix: Say it.
"""
WATCH = "coverage: [{area: helpdesk, stage: respond, by: msp}]\n"
PEOPLE = "people: [{id: dana, name: Dana, party: msp}]\n"
MEETING = """\
reviews:
  - {id: meet, kind: service-review, every: 1 month, attended_by: [clinic, msp], held: [HELD]}
"""


def met(*days):
    return MEETING.replace("HELD", ", ".join(f"{{on: {day}}}" for day in days))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    repo.write("house.yaml", PACK)
    return repo


def commit(repo, day, **files):
    """Commit files, `__` in a name for a slash; None deletes."""
    for name, content in files.items():
        path = f"{name.replace('__', '/')}.yaml"
        if content is None:
            repo.git("rm", "--quiet", path)
        else:
            repo.write(path, content)
    return repo.commit(when=f"{day}T12:00:00+00:00")


def found(cmpolicy, repo, *options):
    result = cmpolicy(*YEAR, *options, "--format", "json", cwd=repo.path)
    assert result.status == 0, result.err
    data = json.loads(result.out)
    jsonschema.Draft202012Validator(load_schema("timeline")).validate(data)
    return data


def short(intervals):
    return [(i["rule"], i["first"], i["last"], i["began"]["by"], i["outcome"]) for i in intervals]


def ended(intervals):
    return [i["ended"] and i["ended"]["by"] for i in intervals]


def test_commits_and_deadlines_bound_the_intervals(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + met("2026-02-20"))
    watched = commit(repo, "2026-04-10", a=AGREEMENT + WATCH + met("2026-02-20"))
    held = commit(repo, "2026-04-20", a=AGREEMENT + WATCH + met("2026-02-20", "2026-04-15"))

    data = found(cmpolicy, repo, "--since", "2026-03-05", "--until", "2026-05-10")

    assert short(data["intervals"]) == [
        ("house-meeting", "2026-03-28", "2026-04-19", "deadline", "fail"),
        ("house-watch", "2026-03-05", "2026-04-09", "earlier", "fail"),
    ]
    assert [i["ended"] for i in data["intervals"]] == [
        {"by": "commit", "commit": held},
        {"by": "commit", "commit": watched},
    ]
    assert data["agreements"] == [
        {
            "agreement": "lakeside",
            "title": "Lakeside",
            "days": 67,
            "days_out": 46,
            "days_waived": 0,
            "rules": 2,
            "rules_out": 2,
            "frameworks": [],
            "files": [{"file": "a.yaml", "first": "2026-03-05", "last": "2026-05-10"}],
        }
    ]


@pytest.mark.parametrize(
    ("day", "by"), [("2026-03-27", "commit"), ("2026-03-28", "commit and deadline")]
)
def test_a_commit_on_the_day_after_a_deadline_is_not_blamed_alone(cmpolicy, repo, day, by):
    """The meeting of February counts up to 27 March; the commit takes it out."""
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-02-20"))
    blamed = commit(repo, day, a=AGREEMENT + WATCH + met())

    data = found(cmpolicy, repo, "--since", "2026-03-05", "--until", "2026-05-10")

    (interval,) = data["intervals"]
    assert interval["first"] == day
    assert interval["began"] == {"by": by, "commit": blamed}
    text = cmpolicy(*YEAR, "--since", "2026-03-05", "--until", "2026-05-10", cwd=repo.path).out
    passed = ", and a deadline passed" if " " in by else ""
    assert f'began {day} {blamed[:7]} "change" (Test){passed}\n' in text


def test_what_is_not_over_has_no_end(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + met("2026-02-20"))

    data = found(cmpolicy, repo, "--until", "2026-11-24")

    assert ended(data["intervals"]) == [None, None]
    assert data["since"] == "2025-11-25"


def test_what_ended_after_the_period_was_not_over_in_it(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + met("2026-11-20"))
    commit(repo, "2026-04-10", a=AGREEMENT + WATCH + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2026-03-05", "--until", "2026-04-09")

    watch = [i for i in data["intervals"] if i["rule"] == "house-watch"]
    assert [(i["last"], i["ended"]) for i in watch] == [("2026-04-09", None)]


def test_what_lapses_after_today_is_told_even_for_a_period_long_over(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2026-06-30")

    assert short(data["ahead"]) == [
        ("house-meeting", "2026-12-28", "2027-02-22", "deadline", "fail")
    ]
    assert data["ahead_until"] == "2027-02-22"
    none = found(cmpolicy, repo, "--since", "2026-03-01", "--ahead", "30")
    assert none["ahead"] == []


def test_a_period_may_lie_ahead(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2026-12-01", "--until", "2026-12-31")

    assert short(data["intervals"]) == [
        ("house-meeting", "2026-12-28", "2026-12-31", "deadline", "fail")
    ]


def test_what_lapses_before_a_period_that_lies_ahead_is_told(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2027-01-10", "--until", "2027-01-31")

    assert [one["first"] for one in data["ahead"]] == ["2026-12-28"]
    assert short(data["intervals"]) == [
        ("house-meeting", "2027-01-10", "2027-01-31", "earlier", "fail")
    ]


TERM = """
  - id: house-term
    title: It has not run out
    severity: medium
    check: item
    with: {list: term, must: {ends: {not_past: true}}}
    basis: practice
    why: It should not.
    fix: Renew it.
"""


def test_the_last_day_for_notice_is_among_what_lapses(cmpolicy, repo):
    (repo.path / "house.yaml").write_text(PACK.rstrip() + TERM)
    term = "{effective: 2026-01-01, ends: 2026-12-31, renewal: automatic, notice: 1 month}"
    text = AGREEMENT.replace("{effective: 2026-01-01}", term)
    commit(repo, "2026-03-01", a=text + WATCH + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--ahead", "20")
    later = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2027-01-31")

    assert short(data["ahead"]) == [("house-term", "2026-11-30", "2026-11-30", "deadline", "pass")]
    assert "2026-12-31 is due by 2026-11-30" in json.dumps(data["ahead"])
    assert {i["rule"] for i in later["intervals"]} == {"house-meeting"}
    assert [one["days_waived"] for one in later["agreements"]] == [0]


def test_a_period_before_history_is_not_clean(cmpolicy, repo):
    commit(repo, "2026-11-24", a=AGREEMENT + WATCH + met("2026-11-20"))

    run = cmpolicy(
        *YEAR, "--since", "2025-10-01", "--until", "2026-09-30", "--fail-on", "high", cwd=repo.path
    )

    assert run.status == 2
    assert "no agreement on any day from 2025-10-01 to 2026-09-30" in run.err
    assert "history begins on 2026-11-24" in run.err


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_days_that_nothing_was_there_to_judge_are_named(cmpolicy, repo, name):
    first = commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-02-20"))
    gone = commit(repo, "2026-03-11", a=None)
    commit(repo, "2026-03-15", a=AGREEMENT + WATCH + met("2026-02-20"))
    days = ("--since", "2026-02-01", "--until", "2026-03-20")

    data = found(cmpolicy, repo, *days)
    run = cmpolicy(*YEAR, *days, "--format", name, cwd=repo.path)

    assert data["unjudged"] == [
        {"first": "2026-02-01", "last": "2026-02-28"},
        {"first": "2026-03-11", "last": "2026-03-14"},
    ]
    plain = " ".join(run.out.replace("\\", "").split())
    assert "28 days before the first commit (2026-03-01) were not judged" in plain
    absent = f"4 days; the file was deleted in {gone[:7]}"
    assert plain.count(f"Not judged: 2026-03-11 to 2026-03-14 ({absent})") == 1
    assert data["not_judged"] == [
        {
            "agreement": "lakeside",
            "first": "2026-02-01",
            "last": "2026-02-28",
            "days": 28,
            "why": "before the first commit",
            "commit": first,
        },
        {
            "agreement": "lakeside",
            "first": "2026-03-11",
            "last": "2026-03-14",
            "days": 4,
            "why": "the file was deleted",
            "commit": gone,
        },
    ]


def test_of_two_files_with_one_id_the_first_has_it(cmpolicy, repo):
    always = met("2026-03-01")
    commit(repo, "2026-03-01", b=AGREEMENT + always)
    taken = commit(repo, "2026-03-05", a=AGREEMENT + WATCH + always)
    given_back = commit(repo, "2026-03-09", a=None)

    data = found(cmpolicy, repo, "--since", "2026-03-02", "--until", "2026-03-12")

    phrase = [
        (i["agreement"], i["rule"], i["first"], i["last"], i["began"]["commit"])
        for i in data["intervals"]
    ]
    assert phrase == [
        ("b.yaml", "house-meeting", "2026-03-05", "2026-03-08", taken),
        ("b.yaml", "house-watch", "2026-03-05", "2026-03-08", taken),
        ("lakeside", "house-watch", "2026-03-02", "2026-03-04", None),
        ("lakeside", "house-watch", "2026-03-09", "2026-03-12", given_back),
    ]
    assert data["intervals"][2]["ended"] == {"by": "commit", "commit": taken}
    assert "is in a.yaml already" in data["intervals"][0]["observations"][0]["message"]


def test_a_file_that_moved_is_the_same_agreement(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT)
    repo.git("mv", "a.yaml", "b.yaml")
    commit(repo, "2026-04-01")

    data = found(cmpolicy, repo, "--since", "2026-03-10", "--until", "2026-04-10")

    assert [(i["rule"], i["first"], i["last"]) for i in data["intervals"]] == [
        ("house-meeting", "2026-03-10", "2026-04-10"),
        ("house-watch", "2026-03-10", "2026-04-10"),
    ]
    assert [file["file"] for file in data["agreements"][0]["files"]] == ["a.yaml", "b.yaml"]


def test_a_deleted_agreement_is_told_until_it_went(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT)
    gone = commit(repo, "2026-04-01", a=None, b=AGREEMENT.replace("lakeside", "harbour"))

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2026-04-10")

    lakeside = [i for i in data["intervals"] if i["agreement"] == "lakeside"]
    assert {(i["last"], i["ended"]["commit"]) for i in lakeside} == {("2026-03-31", gone)}
    assert {i["ended"]["by"] for i in lakeside} == {"not judged"}
    text = cmpolicy(*YEAR, "--since", "2026-03-01", "--until", "2026-04-10", cwd=repo.path).out
    plain = " ".join(text.split())
    lost = f'ended not known: from 2026-04-01 on it was not judged since {gone[:7]} "change" (Test)'
    assert lost in plain
    assert (
        f"Not judged: 2026-04-01 to 2026-04-10 (10 days; the file was deleted in {gone[:7]})"
        in plain
    )
    added = (
        f"Not judged: 2026-03-01 to 2026-03-31 (31 days; before the file was added in {gone[:7]})"
    )
    assert added in plain
    assert [one["days"] for one in data["agreements"]] == [10, 31]


def test_a_broken_file_is_out_of_compliance_while_it_is(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH + met("2026-03-01"))
    commit(repo, "2026-03-05", a=AGREEMENT + "no_such_key: 1\n" + WATCH + met("2026-03-01"))
    commit(repo, "2026-03-08", a=AGREEMENT + WATCH + met("2026-03-01"))

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2026-03-10")

    assert {(i["first"], i["last"], i["outcome"]) for i in data["intervals"]} == {
        ("2026-03-05", "2026-03-07", "error")
    }
    text = cmpolicy(*YEAR, "--since", "2026-03-01", "--until", "2026-03-10", cwd=repo.path).out
    assert text.count("not evaluated by 2 rules") == 1
    assert "cannot be told" not in text


@pytest.mark.parametrize(
    ("change", "by", "says"),
    [
        (
            ("title:", "titel:"),
            "not judged",
            "not known: from 2026-03-05 on it was not judged since",
        ),
        (
            ("model: co-managed", "model: other"),
            "not applicable",
            "rule did not apply any more since",
        ),
        (
            ("frameworks: {soc2: {}}", "note: none"),
            "not applicable",
            "did not apply any more since",
        ),
        (("note: none", WATCH.strip()), "commit", "2026-03-05 "),
    ],
)
def test_what_takes_a_rule_away_is_no_remedy(cmpolicy, repo, change, by, says):
    pack = PACK.replace("id: house\n", "id: house\nframework: soc2\n").replace(
        "    check: item", "    when: {model: co-managed}\n    check: item"
    )
    repo.write("house.yaml", pack)
    repo.write("cmpolicy.yaml", "apiVersion: cmpolicy/v1\nkind: Config\npacks: [house.yaml]\n")
    text = AGREEMENT + "frameworks: {soc2: {}}\n" + met("2026-03-01")
    text += "note: none\n" if change[0].startswith("note") else ""
    assert text.count(change[0]) == 1
    commit(repo, "2026-03-01", a=text)
    blamed = commit(repo, "2026-03-05", a=text.replace(*change))
    days = ("--since", "2026-03-02", "--until", "2026-03-10", *AS_OF)

    run = cmpolicy("timeline", *days, "--format", "json", cwd=repo.path)
    plain = " ".join(cmpolicy("timeline", *days, cwd=repo.path).out.split())

    (watch,) = [
        one
        for one in json.loads(run.out)["intervals"]
        if one["rule"] == "house-watch" and one["outcome"] == "fail"
    ]
    assert (watch["last"], watch["ended"]) == ("2026-03-04", {"by": by, "commit": blamed})
    assert f'{says} {blamed[:7]} "change" (Test)'.replace("  ", " ") in plain


def test_a_shared_file_moves_the_agreements_that_use_it(cmpolicy, repo):
    repo.write("house.yaml", PACK.replace("list: coverage", "list: people"))
    shared = "apiVersion: cmpolicy/v1\nkind: Shared\nid: common\n"
    commit(repo, "2026-03-01", a=AGREEMENT + "uses: [common/s.yaml]\n", common__s=shared)
    moved = commit(repo, "2026-03-05", common__s=shared + PEOPLE)

    data = found(cmpolicy, repo, "--since", "2026-03-02", "--until", "2026-03-10")

    watch = [i for i in data["intervals"] if i["rule"] == "house-watch"]
    assert [(i["last"], i["ended"]) for i in watch] == [
        ("2026-03-04", {"by": "commit", "commit": moved})
    ]
    assert data["judged"]["contents"] == 2


def test_waivers_and_disables_have_their_days(cmpolicy, repo):
    repo.write(
        "cmpolicy.yaml",
        "apiVersion: cmpolicy/v1\nkind: Config\nwaivers: waivers.yaml\npacks: [house.yaml]\n"
        "disable: {house-meeting: {because: Elsewhere, by: Lee, until: 2026-04-01}}\n",
    )
    repo.write(
        "waivers.yaml",
        "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers:\n"
        "  - {rule: house-watch, agreement: lakeside, reason: Bought in May, approved_by: Kim,"
        " granted: 2026-03-10, expires: 2026-04-10}\n",
    )
    commit(repo, "2026-03-01", a=AGREEMENT)

    data = found(cmpolicy, repo, "--since", "2026-03-05", "--until", "2026-05-10")

    assert short(data["intervals"]) == [
        ("house-meeting", "2026-04-02", "2026-05-10", "deadline", "fail"),
        ("house-watch", "2026-03-05", "2026-03-09", "earlier", "fail"),
        ("house-watch", "2026-04-11", "2026-05-10", "deadline", "fail"),
    ]
    assert short(data["waived"]) == [
        ("house-watch", "2026-03-10", "2026-04-10", "deadline", "waived")
    ]
    assert data["waived"][0]["waiver"]["approved_by"] == "Kim"
    assert [one["days_waived"] for one in data["agreements"]] == [32]
    assert [rule["rule"] for rule in data["disabled"]] == ["house-meeting"]


def test_a_rule_that_judges_again_began_by_its_date_whatever_file_is_refused(cmpolicy, repo):
    repo.write(
        "cmpolicy.yaml",
        "apiVersion: cmpolicy/v1\nkind: Config\npacks: [house.yaml]\n"
        "disable: {house-meeting: {because: Elsewhere, by: Lee, until: 2026-03-05}}\n",
    )
    commit(repo, "2026-03-01", a=AGREEMENT, b=AGREEMENT)

    data = found(cmpolicy, repo, "--since", "2026-03-03", "--until", "2026-03-10")

    refused = [i for i in data["intervals"] if i["agreement"] == "b.yaml"]
    assert short(refused) == [
        ("house-watch", "2026-03-03", "2026-03-10", "earlier", "error"),
        ("house-meeting", "2026-03-06", "2026-03-10", "deadline", "error"),
    ]


def test_content_that_comes_back_is_not_judged_again(cmpolicy, repo):
    good, bad = AGREEMENT + WATCH + met("2026-03-01"), AGREEMENT + met("2026-03-01")
    commit(repo, "2026-03-01", a=good)
    once = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2026-03-20", "--ahead", "0")
    for day in range(2, 12):
        commit(repo, f"2026-03-{day:02}", a=bad if day % 2 else good + f"# {day}\n")
        commit(repo, f"2026-03-{day:02}", a=bad if day % 2 else good)

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2026-03-20", "--ahead", "0")

    assert once["judged"]["contents"] == 1
    assert data["judged"]["contents"] == 2
    assert data["judged"]["verdicts"] <= 2 * once["judged"]["verdicts"]


def test_the_first_parent_line_is_followed(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + WATCH)
    repo.git("checkout", "--quiet", "-b", "topic")
    commit(repo, "2026-03-03", a=AGREEMENT)
    commit(repo, "2026-03-06", a=AGREEMENT + "# done\n")
    repo.git("checkout", "--quiet", "main")
    commit(repo, "2026-03-04", b=AGREEMENT.replace("lakeside", "harbour") + WATCH)
    repo.git(
        "merge", "--quiet", "--no-ff", "-m", "merge", "topic", when="2026-03-08T12:00:00+00:00"
    )
    merge = repo.head()

    data = found(cmpolicy, repo, "--since", "2026-03-02", "--until", "2026-03-10")

    watch = [i for i in data["intervals"] if i["rule"] == "house-watch"]
    assert [(i["first"], i["began"]) for i in watch] == [
        ("2026-03-08", {"by": "commit", "commit": merge})
    ]


CONTROLS = PACK.replace(
    "    severity: high\n",
    '    severity: high\n    controls: {"soc2:CC9.2": full, "hipaa:164.306(e)": full}\n',
).replace("    severity: medium\n", '    severity: medium\n    controls: {"soc2:CC7.2": full}\n')


def test_each_interval_stands_under_its_control(cmpolicy, repo):
    repo.write("house.yaml", CONTROLS)
    began = commit(repo, "2026-03-01", a=AGREEMENT + met("2026-02-20"))
    watched = commit(repo, "2026-04-10", a=AGREEMENT + WATCH + met("2026-02-20"))
    days = ("--since", "2026-03-01", "--until", "2026-05-10")

    data = found(cmpolicy, repo, *days)
    plain = " ".join(cmpolicy(*YEAR, *days, cwd=repo.path).out.split())

    assert [(c["control"], c["days_out"], c["rules"]) for c in data["controls"]] == [
        ("hipaa:164.306(e)", 44, ["house-meeting"]),
        ("soc2:CC7.2", 40, ["house-watch"]),
        ("soc2:CC9.2", 44, ["house-meeting"]),
    ]
    assert all(c["title"] and c["agreement"] == "lakeside" for c in data["controls"])
    assert [c["spans"] for c in data["controls"]][1] == [
        {"first": "2026-03-01", "last": "2026-04-09"}
    ]
    assert {c["commit"] for c in data["commits"]} == {began, watched}
    order = (
        "soc2:CC9.2 Vendors and partners",
        "high They meet every month [house-meeting; also hipaa:164.306(e)]",
        "2026-03-28 to 2026-05-10 (44 days): meet was last held on 2026-02-20",
        "began 2026-03-28 a deadline passed, without a commit",
        "ended not by 2026-05-10, the last day",
        "soc2:CC7.2 Systems are watched",
        "medium Somebody watches [house-watch]",
        "2026-03-01 to 2026-04-09 (40 days)",
        f'began 2026-03-01 {began[:7]} "change" (Test)',
        f'ended 2026-04-10 {watched[:7]} "change" (Test)',
    )
    places = [plain.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        (("--control", "soc2:CC7.2"), {"house-watch"}),
        (("--control", "CC7.2"), {"house-watch"}),
        (("--control", "CC7.2", "--control", "soc2:CC9.2"), {"house-watch", "house-meeting"}),
        (("--framework", "hipaa"), {"house-meeting"}),
    ],
)
def test_a_framework_or_controls_can_be_told_alone(cmpolicy, repo, options, rules):
    repo.write("house.yaml", CONTROLS)
    text = AGREEMENT + "frameworks: {hipaa: {standing: covered-entity}}\n"
    other = AGREEMENT.replace("lakeside", "harbour")
    commit(repo, "2026-03-01", a=text + met("2026-11-20"), b=other + met("2026-11-20"))

    data = found(cmpolicy, repo, "--since", "2026-03-01", "--until", "2027-01-31", *options)

    assert {i["rule"] for i in data["intervals"]} == rules
    assert {i["rule"] for i in data["ahead"]} <= rules
    held = {"lakeside"} if "--framework" in options else {"lakeside", "harbour"}
    assert {one["agreement"] for one in data["agreements"]} == held
    assert {one["rules"] for one in data["agreements"]} == {len(rules)}
    whole = [control for control in options if "--" not in control]
    assert all(c["control"].endswith(tuple(whole)) or whole == ["hipaa"] for c in data["controls"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--control", "soc2:CC7.3x"), "no rule judges a control `soc2:CC7.3x`"),
        (("--control", "CC7.2", "--framework", "hipaa"), "no rule judges a control `CC7.2`"),
        (("--framework", "hippa"), "did you mean `hipaa`?"),
        (("--framework", "cmmc"), "no agreement is held to `cmmc` in this period"),
    ],
)
def test_what_nobody_is_held_to_is_refused(cmpolicy, repo, options, says):
    repo.write("house.yaml", CONTROLS)
    commit(repo, "2026-03-01", a=AGREEMENT)

    result = cmpolicy(*YEAR, *options, cwd=repo.path)

    assert result.status == 2
    assert says in result.err


def test_markdown_does_not_fold_what_was_out_of_compliance(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT + met("2026-11-20"))

    out = cmpolicy(*YEAR, "--format", "markdown", cwd=repo.path).out

    assert out.index("### Out of compliance") < out.index("### Lapses after")
    assert "<details>" not in out[: out.index("### Lapses after")]


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_the_words_of_a_commit_do_nothing(cmpolicy, repo, name):
    hostile = "::error::x @everyone <script>alert(1)</script> ##[error] \u202e`"
    repo.write("a.yaml", AGREEMENT + met("2026-11-20"))
    repo.git("add", "--all")
    env = {"GIT_AUTHOR_NAME": "[x](http://evil.example) @octocat"}
    repo.git("commit", "--quiet", "-m", hostile, when="2026-03-01T12:00:00+00:00", env=env)

    out = cmpolicy(*YEAR, "--format", name, cwd=repo.path).out

    assert "alert(1)" in out
    assert "\u202e" not in out
    assert "##[" not in out
    if name == "markdown":
        html = MarkdownIt("gfm-like", {"linkify": False}).render(out)
        assert "<script>" not in html
        assert "<a " not in html
        assert not re.search(r"@(?=\w)", html)


def test_a_long_title_is_no_wider_than_the_terminal(cmpolicy, repo):
    title = "title: " + "A very long title " * 20
    commit(repo, "2026-11-20", a=AGREEMENT.replace("title: Lakeside", title))

    out = cmpolicy(*YEAR, "--since", "2026-11-20", cwd=repo.path).out

    assert "lakeside  A very long title" in out
    assert [line for line in out.splitlines() if len(line) > 100] == []


def test_of_several_agreements_the_worst_is_named_first(cmpolicy, repo):
    good = AGREEMENT.replace("lakeside", "alder") + WATCH + met("2026-11-20")
    commit(repo, "2026-11-20", a=good, b=AGREEMENT)

    lines = cmpolicy(*YEAR, "--since", "2026-11-20", cwd=repo.path).out.splitlines()

    assert lines[3:5] == [
        "lakeside  5 of 5 days judged out of compliance",
        "alder     0 of 5 days judged out of compliance",
    ]


def test_one_agreement_can_be_told_alone(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT, b=AGREEMENT.replace("lakeside", "harbour"))

    data = found(cmpolicy, repo, "--agreement", "harbour")

    assert [one["agreement"] for one in data["agreements"]] == ["harbour"]
    assert {i["agreement"] for i in data["intervals"]} == {"harbour"}
    wrong = cmpolicy(*YEAR, "--agreement", "harbor", cwd=repo.path)
    assert wrong.status == 2
    assert "did you mean `harbour`?" in wrong.err


def test_a_bare_repository_is_judged_by_its_own_policy(cmpolicy, repo, tmp_path):
    repo.write(
        "cmpolicy.yaml",
        'agreements: ["a*.yaml"]\npacks: [house.yaml]\napiVersion: cmpolicy/v1\nkind: Config\n',
    )
    commit(repo, "2026-03-01", a=AGREEMENT, b=AGREEMENT.replace("lakeside", "harbour"))
    bare = repo.clone(tmp_path / "bare.git", "--bare")

    result = cmpolicy("timeline", *AS_OF, "--format", "json", cwd=bare.path)

    assert result.status == 0, result.err
    data = json.loads(result.out)
    assert [one["agreement"] for one in data["agreements"]] == ["lakeside"]
    assert "house" in [pack["id"] for pack in data["packs"]]


def test_a_shallow_clone_says_what_to_do(cmpolicy, repo, tmp_path):
    commit(repo, "2026-03-01", a=AGREEMENT)
    commit(repo, "2026-06-01", a=AGREEMENT + WATCH)
    shallow = repo.clone(tmp_path / "shallow", "--depth", "1")

    result = cmpolicy(*YEAR, "--since", "2026-05-01", cwd=shallow.path)

    assert result.status == 2
    assert "starts on 2026-06-01" in result.err
    assert "fetch-depth: 0" in result.err


def test_without_commits_or_agreements_nothing_is_clean(cmpolicy, repo):
    unborn = cmpolicy(*YEAR, cwd=repo.path)
    commit(repo, "2026-03-01", readme="# nothing\n")
    empty = cmpolicy(*YEAR, cwd=repo.path)

    assert unborn.status == empty.status == 2
    assert "no commits" in unborn.err
    assert "HEAD has no agreement on any day from 2025-11-25 to 2026-11-24" in empty.err


def test_a_period_that_ends_before_it_begins_is_refused(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT)

    result = cmpolicy(*YEAR, "--since", "2026-05-01", "--until", "2026-04-01", cwd=repo.path)

    assert result.status == 2
    assert "--since 2026-05-01 is after --until 2026-04-01" in result.err


def test_the_gate_is_off_unless_asked_for(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT)

    statuses = [
        cmpolicy(*YEAR, *more, cwd=repo.path).status
        for more in ((), ("--fail-on", "medium"), ("--fail-on", "critical"))
    ]

    assert statuses == [0, 1, 0]


@pytest.mark.parametrize("name", PERIOD_REPORTERS)
def test_every_format_tells_the_same_and_does_nothing_hostile(cmpolicy, repo, name):
    safe = json.dumps("::error::x ##[command] @everyone <script>alert(1)</script> [x](http://y)")
    text = AGREEMENT.replace("title: Lakeside", f"title: {safe}")
    commit(repo, "2026-03-01", a=text + met("2026-11-20"))

    result = cmpolicy(*YEAR, "--format", name, cwd=repo.path)

    assert result.status == 0
    assert "house-meeting" in result.out
    assert "2026-12-28" in result.out
    assert "##[" not in result.out
    assert not any(line.lstrip().startswith("::") for line in result.out.splitlines())
    if name == "markdown":
        html = MarkdownIt("gfm-like", {"linkify": False}).render(result.out)
        assert "<script>" not in html
        assert "@everyone" not in html


def test_the_same_inputs_give_the_same_bytes(cmpolicy, repo):
    commit(repo, "2026-03-01", a=AGREEMENT)

    outputs = {cmpolicy(*YEAR, "--format", "text", cwd=repo.path).out for _ in range(2)}

    assert len(outputs) == 1


def test_the_command_of_the_readme_works_as_written(cmpolicy, repo):
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\$ cmpolicy (timeline .*)$", readme, re.MULTILINE)
    commit(repo, "2026-03-01", a=AGREEMENT)

    result = cmpolicy(*shlex.split(line), *AS_OF, cwd=repo.path)

    assert result.status == 0
    assert result.out.startswith("Period 2025-10-01 to 2026-09-30: 365 days; ")
    assert "lakeside  Lakeside" in result.out
