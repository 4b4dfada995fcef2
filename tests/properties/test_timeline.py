"""A timeline is the same as checking every day by itself, over random histories."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import gitrepo
from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.errors import CmpolicyError
from cmpolicy.fleet import Evaluator, distinct, judge_all
from cmpolicy.gate.members import Membership
from cmpolicy.policy.effective import load_policy
from cmpolicy.runs.reporting import make_report
from cmpolicy.snapshot import open_revision
from cmpolicy.snapshot.past import open_past
from cmpolicy.timeline import BAD, PeriodRequest, policy_days, timeline
from cmpolicy.verdict import Outcome
from drawing import examples
from gitrepo import GitRepo

START = date(2026, 1, 1)
TODAY = date(2026, 3, 31)
ONE = timedelta(days=1)
DISABLED_UNTIL = date(2026, 2, 10)

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
    with: {kind: service-review, every: 1 month, record: true}
    basis: practice
    why: They should, our default.
    fix: Meet.
  - id: house-version
    title: It says who watches
    severity: medium
    check: item
    with: {list: coverage}
    basis: practice
    why: They should.
    fix: Say it.
  - id: house-people
    title: It names people
    severity: low
    check: item
    with: {list: people}
    basis: practice
    why: They should.
    fix: Name them.
  - id: house-signed
    title: It is signed
    severity: low
    check: item
    with: {list: signatures}
    basis: practice
    why: They should.
    fix: Sign.
"""
CONFIG = f"""
apiVersion: cmpolicy/v1
kind: Config
agreements: ["**/agreements/*.yaml"]
packs: [house.yaml]
waivers: waivers.yaml
disable: {{house-signed: {{because: later, by: Lee, until: {DISABLED_UNTIL}}}}}
"""
WAIVERS = """
apiVersion: cmpolicy/v1
kind: Waivers
waivers:
  - {rule: house-version, agreement: one, reason: A good one for now, approved_by: Kim,
     granted: 2026-01-20, expires: 2026-03-02}
"""
HEAD = """
apiVersion: cmpolicy/v1
kind: Agreement
id: {id}
title: One
version: 1.0.0
status: active
model: other
timezone: UTC
term: {{effective: 2025-11-01}}
uses: [../common.yaml]
parties: [{{id: clinic, name: Clinic, kind: customer, handles: [pii]}}]
"""
REVIEW = """
reviews:
  - {{id: meet, kind: service-review, every: {every}, attended_by: [clinic, msp], held: [{held}]}}
"""
SHARED = """
apiVersion: cmpolicy/v1
kind: Shared
id: common
parties: [{{id: msp, name: MSP, kind: provider, handles: [pii]}}]
{more}
"""
COVERAGE = "coverage: [{area: helpdesk, stage: respond, by: msp}]"
PEOPLE = "people: [{id: dana, name: Dana, party: msp}]"
RECORD = "minutes/m.md"

HELD = st.lists(st.integers(0, 100), max_size=3, unique=True).map(
    lambda days: ", ".join(
        f"{{on: {START + timedelta(days=d - 20)}, record: ../{RECORD}}}" for d in sorted(days)
    )
)
AGREEMENTS = st.builds(
    lambda identity, review, broken, coverage: (
        HEAD.format(id=identity) + review + coverage + ("broken: : yes\n" if broken else "")
    ),
    st.sampled_from(("one", "one", "two")),
    st.one_of(
        st.just(""),
        st.builds(
            lambda every, held: REVIEW.format(every=every, held=held),
            st.sampled_from(("1 month", "3 months", "2 weeks")),
            HELD,
        ),
    ),
    st.sampled_from((False, False, False, True)),
    st.sampled_from(("", COVERAGE + "\n")),
)
FILES = ("agreements/a.yaml", "agreements/b.yaml", "old/agreements/a.yaml")
EDITS = st.one_of(
    st.tuples(st.sampled_from(FILES), st.one_of(AGREEMENTS, AGREEMENTS, st.none())),
    st.tuples(
        st.just("common.yaml"),
        st.sampled_from((SHARED.format(more=""), SHARED.format(more=PEOPLE), "kind: : x", None)),
    ),
    st.tuples(st.just(RECORD), st.sampled_from(("held", "held again", None))),
)
COMMITS = st.lists(
    st.tuples(st.integers(-3, 30), st.lists(EDITS, min_size=1, max_size=3)),
    min_size=1,
    max_size=8,
)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


def build(folder, commits):
    """Make a repository of commits with `git fast-import`; dates may run backwards."""
    repo = GitRepo.init(folder)
    fixed = {"house.yaml": PACK, "cmpolicy.yaml": CONFIG, "waivers.yaml": WAIVERS}
    script = bytearray()
    day = START - timedelta(days=10)
    edits = [*fixed.items(), ("common.yaml", SHARED.format(more="")), (RECORD, "held")]
    for step, more in [(0, edits), *commits]:
        day += timedelta(days=step)
        seconds = (day - date(1970, 1, 1)).days * 86400 + 43200
        script += f"commit refs/heads/main\ncommitter T <t@example.org> {seconds} +0000\n".encode()
        script += b"data 1\nx\n"
        for path, content in more:
            if content is None:
                script += f"D {path}\n".encode()
            else:
                data = content.encode()
                script += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    repo.git("fast-import", "--quiet", given=bytes(script))
    return repo


def shown_on(repo, day):
    """Return the commit that a day shows, told from git's own log."""
    shown, latest = None, date.min
    log = repo.git("log", "--first-parent", "--reverse", "--format=%H %cs", "main")
    for line in log.splitlines():
        commit, when = line.split()
        latest = max(latest, date.fromisoformat(when))
        if latest <= day:
            shown = commit
    return shown


POLICIES = {}
"""The files are the same in every repository, and what they come to turns on one day only."""


def policy_on(tip, day):
    over = day > DISABLED_UNTIL
    if over not in POLICIES:
        POLICIES[over] = load_policy(tip, "cmpolicy.yaml", (), day)
    return POLICIES[over]


def by_brute_force(repo, first, last):
    """Judge every day by itself; return (agreement, rule, day) -> outcome."""
    found, there = {}, set()
    with open_revision(repo.path, "main") as tip:
        day = first
        while day <= last:
            commit = shown_on(repo, min(day, TODAY))
            policy = policy_on(tip, day)
            snapshot = tip.at(commit)
            sources = Membership.of([policy.config], "").sources(snapshot)
            judged = distinct(judge_all(Evaluator.of(snapshot, policy, day), sources), policy)
            report = make_report(judged, policy, day, None, None)
            for verdict in report.verdicts:
                found[verdict.agreement, verdict.rule.id, day] = verdict.outcome
                there.add((verdict.agreement, day))
            day += ONE
    return found, there


def phrase(repo, asked):
    """Return the timeline."""
    with open_revision(repo.path, "main") as tip:
        first = asked.windows[0][0] + ONE
        with open_past(repo.path, first, asked.as_of, "main") as past:
            days = policy_days(policy_on(tip, asked.as_of).config, asked)
            policies = tuple((day, policy_on(tip, day)) for day in days)
            return timeline(past, policies, asked, {})


def spread(intervals):
    """Return (agreement, rule, day) -> outcome; no day is told twice."""
    days = {}
    for interval in intervals:
        day = interval.first
        while day <= interval.last:
            key = interval.verdict.agreement, interval.verdict.rule.id, day
            assert key not in days
            days[key] = interval.outcome
            day += ONE
    return days


def test_what_histories_are_made_of_is_judged():
    """Or the law would hold for files that nobody can read."""
    review = REVIEW.format(every="1 month", held=f"{{on: 2026-01-05, record: ../{RECORD}}}")
    text = HEAD.format(id="one") + review + COVERAGE
    files = {"common.yaml": SHARED.format(more=PEOPLE), RECORD: "held"}

    agreement = Loader(lambda path: files[path].encode(), files.__contains__).load(
        read(text.encode(), FILES[0])
    )

    assert agreement.reviews
    assert agreement.coverage
    assert agreement.people


@settings(max_examples=examples(12), phases=set(Phase) - {Phase.explain})
@given(
    COMMITS.filter(lambda commits: any(p in FILES and c for _, e in commits for p, c in e)),
    st.integers(0, 60),
    st.integers(0, 80),
    st.integers(0, 40),
)
def test_a_timeline_is_every_day_by_itself(commits, start, length, ahead):
    with tempfile.TemporaryDirectory() as folder:
        repo = build(Path(folder) / "repo", commits)
        since = START + timedelta(days=start)
        asked = PeriodRequest(since, since + timedelta(days=length), TODAY, ahead, "main", "never")
        last = max(asked.until, asked.ahead_until)
        expected, there = by_brute_force(repo, since - ONE, last)
        if not any(in_(day, asked) for _, day in there):
            with pytest.raises(CmpolicyError, match="no agreement on any day"):
                phrase(repo, asked)
            return

        found = phrase(repo, asked)

        inside = {k: v for k, v in expected.items() if asked.since <= k[2] <= asked.until}
        assert spread(found.intervals) == {k: v for k, v in inside.items() if v in BAD}
        assert spread(found.waived) == {k: v for k, v in inside.items() if v is Outcome.WAIVED}
        assert lapses(found.ahead) == turning_bad(expected, asked)
        judged = {day for _, day in there}
        days = {asked.since + timedelta(days=n) for n in range(length + 1)}
        assert {d for d in days if any(a <= d <= b for a, b in found.unjudged)} == days - judged
        for standing in found.standings:
            name = standing.agreement
            assert standing.days == sum(1 for who, d in there if who == name and in_(d, asked))
            bad = {(d, r) for (who, r, d), v in inside.items() if who == name and v in BAD}
            assert standing.days_out == len({day for day, _ in bad})
            assert standing.rules_out == len({rule for _, rule in bad})
        assert {s.agreement for s in found.standings} == {a for a, d in there if in_(d, asked)}


def in_(day, asked):
    return asked.since <= day <= asked.until


def lapses(intervals):
    return {(i.verdict.agreement, i.verdict.rule.id, i.first) for i in intervals}


def turning_bad(expected, asked):
    """Return what is bad on a day ahead and was not on the day before."""
    return {
        (who, rule, day)
        for (who, rule, day), outcome in expected.items()
        if asked.as_of < day <= asked.ahead_until
        and outcome in BAD
        and expected.get((who, rule, day - ONE)) not in BAD
    }
