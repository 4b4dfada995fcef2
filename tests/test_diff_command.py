"""`cmpolicy diff` on real git repositories, as a pull request meets it."""

import json
import re

import jsonschema
import pytest

from build import HEAD
from cmpolicy import bundled
from cmpolicy.shape import load_schema
from cmpolicy.snapshot import Revision, WorkTree
from gitrepo import GitRepo, quiet
from runner import commands

PACK = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House rules
version: 1.0.0
rules:
  - id: house-watch
    title: Somebody watches around the clock
    severity: critical
    controls: {"soc2:CC7.2": full}
    basis: practice
    references: [our own]
    check: coverage
    with: {area: security-monitoring, stage: detect, window: 24x7}
    why: Attackers do not keep business hours.
    fix: Add a coverage row.
  - id: house-notice
    title: The provider tells of a breach within three days
    severity: high
    controls: {"hipaa:164.410(b)": partial}
    basis: practice
    references: [our own]
    when: {party_handles: phi}
    check: notice
    with: {event: phi-breach, from: provider, to: customer, within: 72 hours}
    why: The customer has deadlines of its own.
    fix: Add a notice.
"""
BODY = """\
calendars:
  - {id: day, hours: ["mon-fri 09:00-17:00"], holidays: none}
coverage:
  - {id: watch, area: security-monitoring, stage: detect, by: msp, calendar: 24x7}
notices:
  - {id: breach, event: phi-breach, from: msp, to: clinic, within: 24 hours, starts: discovery}
"""
NARROWED = ("by: msp, calendar: 24x7", "by: msp, calendar: day")
LATER = ("24 hours", "90 days")
AS_OF = ("--as-of", "2026-11-24")
DIFF = ("diff", "--pack", "house.yaml", *AS_OF)


def text(name="lakeside", body=BODY):
    return HEAD.replace("id: lakeside", f"id: {name}") + body


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository with a pack and one agreement, committed on main."""
    quiet(monkeypatch)
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({"house.yaml": PACK, "agreements/lakeside.yaml": text()})
    return repo


def edit(repo, *changes, path="agreements/lakeside.yaml"):
    where = repo.path / path
    found = where.read_text()
    for old, new in changes:
        assert found.count(old) == 1
        found = found.replace(old, new)
    where.write_text(found)


def data(result):
    found = json.loads(result.out)
    jsonschema.Draft202012Validator(load_schema("diff")).validate(found)
    return found


def phrase(found, *, words=False):
    return [
        (change["promise"], change["key"], change["effect"])
        for change in found["changes"]
        if words or change["effect"] != "neutral"
    ]


def rules(found, name):
    return [(verdict["agreement"], verdict["rule"]) for verdict in found[name]]


WATCH = ("coverage", "security-monitoring/detect/*/*", "weakened")
NOTICE = ("notice", "phi-breach/msp/clinic", "weakened")


# --- which sides --------------------------------------------------------------------------------


def test_without_arguments_the_work_is_compared_with_where_it_left_the_default_branch(
    repo, cmpolicy
):
    repo.git("checkout", "--quiet", "-b", "topic")
    edit(repo, NARROWED)
    repo.commit()
    edit(repo, LATER)

    found = data(cmpolicy(*DIFF, "--format", "json", cwd=repo.path))

    assert phrase(found) == [WATCH, NOTICE]
    assert found["base"] == {
        "label": "merge base with main",
        "commit": repo.git("rev-parse", "main"),
        "day": repo.git("log", "-1", "--format=%cs", "main"),
        "subject": repo.git("log", "-1", "--format=%s", "main"),
    }
    assert found["head"] == {
        "label": "work tree",
        "commit": None,
        "day": None,
        "subject": None,
    }


def test_two_dots_compare_the_ends_and_three_dots_where_they_parted(repo, cmpolicy):
    repo.git("checkout", "--quiet", "-b", "topic")
    edit(repo, NARROWED)
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    edit(repo, LATER)
    repo.commit()

    ends = data(cmpolicy(*DIFF, "--format", "json", "main..topic", cwd=repo.path))
    same = data(cmpolicy(*DIFF, "--format", "json", "main", "topic"))
    parted = data(cmpolicy(*DIFF, "--format", "json", "main...topic"))

    assert phrase(ends) == phrase(same)
    assert sorted(effect for _, _, effect in phrase(ends)) == ["strengthened", "weakened"]
    assert phrase(parted) == [WATCH]


def test_one_revision_is_compared_with_the_work_tree(repo, cmpolicy):
    edit(repo, NARROWED)
    repo.commit()
    edit(repo, ("calendar: day", "calendar: 24x7"))

    assert phrase(data(cmpolicy(*DIFF, "--format", "json", "HEAD~1", cwd=repo.path))) == []
    assert phrase(data(cmpolicy(*DIFF, "--format", "json", "HEAD"))) == [
        ("coverage", "security-monitoring/detect/*/*", "strengthened")
    ]


def test_the_mirror(repo, cmpolicy):
    edit(repo, NARROWED, LATER)
    repo.commit()

    there = data(cmpolicy(*DIFF, "--format", "json", "HEAD~1", "HEAD", cwd=repo.path))
    back = data(cmpolicy(*DIFF, "--format", "json", "HEAD", "HEAD~1"))

    mirror = {"weakened": "strengthened", "strengthened": "weakened"}
    assert phrase(back) == [
        (promise, key, mirror[effect]) for promise, key, effect in phrase(there)
    ]
    assert rules(back, "fixed") == rules(there, "newly_failing")


def test_two_files_can_be_compared_without_git(tmp_path, cmpolicy):
    (tmp_path / "house.yaml").write_text(PACK)
    (tmp_path / "before.yaml").write_text(text("old"))
    (tmp_path / "after.yaml").write_text(text("new", BODY.replace(*NARROWED)))

    result = cmpolicy(*DIFF, "--format", "json", "before.yaml", "after.yaml", cwd=tmp_path)

    assert result.status == 1
    assert phrase(data(result)) == [WATCH]
    assert rules(data(result), "newly_failing") == [("new", "house-watch")]
    same = cmpolicy(*DIFF, "before.yaml", "before.yaml")
    assert (same.status, "Unchanged" in same.out) == (0, True)
    assert cmpolicy(*DIFF, "before.yaml", "house.yaml").status == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "names no commit"),
        (("main..HEAD", "main"), "one revision too many"),
        (("--upload-pack=x",), "No such option"),
        (("main..--",), "is not a revision"),
        (("--fail-on", "critical"), "Invalid value for '--fail-on'"),
    ],
)
def test_what_the_user_can_mend(repo, cmpolicy, arguments, says):
    result = cmpolicy(*DIFF, *arguments, cwd=repo.path)

    assert result.status == 2
    assert says in result.err
    assert result.out == ""


def test_outside_git(tmp_path, cmpolicy):
    (tmp_path / "house.yaml").write_text(PACK)

    result = cmpolicy(*DIFF, cwd=tmp_path)

    assert result.status == 2
    assert "git init" in result.err


def test_a_shallow_clone_never_says_unchanged(repo, tmp_path, cmpolicy):
    repo.commit({"agreements/lakeside.yaml": text(body=BODY.replace(*NARROWED))})
    clone = repo.clone(tmp_path / "clone", "--depth", "1")

    result = cmpolicy(*DIFF, "HEAD~1", cwd=clone.path)

    assert result.status == 2
    assert "fetch-depth: 0" in result.err


def test_no_agreement_on_either_side_is_a_mistake(tmp_path, monkeypatch, cmpolicy):
    quiet(monkeypatch)
    repo = GitRepo.init(tmp_path)
    repo.commit({"house.yaml": PACK, "notes.yaml": "a: 1\n"})

    result = cmpolicy(*DIFF, "HEAD", cwd=repo.path)

    assert result.status == 2
    assert "no agreement" in result.err


# --- what is told -------------------------------------------------------------------------------


def test_a_reformatted_reordered_renamed_file_is_unchanged(repo, cmpolicy):
    repo.git("mv", "agreements/lakeside.yaml", "agreements/clinic.yaml")
    where = repo.path / "agreements/clinic.yaml"
    block = re.sub(r"\{id: (breach), (.*), starts: (\w+)\}", r"{starts: \3, \2, id: \1}", text())
    lines = [f"  {line}" if line.startswith("  - ") else line for line in block.splitlines()]
    where.write_text("# a comment\n" + "\n".join(lines) + "\n")
    assert where.read_text() != text()

    result = cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path)

    found = data(result)
    assert (result.status, found["summary"]["result"]) == (0, "unchanged")
    assert found["changes"] == []
    assert cmpolicy(*DIFF, "HEAD").out.splitlines()[-1].startswith("Unchanged")


def test_a_verdict_is_linked_to_the_change_behind_it(repo, cmpolicy):
    edit(repo, NARROWED, LATER)

    result = cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path)

    found = data(result)
    assert result.status == 1
    because = {v["rule"]: [c["promise"] for c in v["because"]] for v in found["newly_failing"]}
    assert because == {"house-watch": ["coverage"], "house-notice": ["notice"]}
    assert [change["controls"] for change in found["changes"]] == [
        ["soc2:CC7.2"],
        ["hipaa:164.410(b)"],
    ]
    cause = found["changes"][0]["causes"][0]
    assert cause["path"] == "coverage[watch].calendar"
    assert (cause["before"], cause["after"]) == ("24x7", "day")
    assert (cause["file"], cause["line"]) == ("agreements/lakeside.yaml", 16)


@pytest.mark.parametrize(
    ("level", "change", "status"),
    [
        ("weakened", NARROWED, 1),
        ("newly-failing", NARROWED, 1),
        ("never", NARROWED, 0),
        ("weakened", ("24 hours", "48 hours"), 1),
        ("newly-failing", ("24 hours", "48 hours"), 0),
        ("weakened", ("within: 24 hours", "within: unknown"), 1),
        ("weakened", ("24 hours", "12 hours"), 0),
        ("weakened", ("title: Lakeside", "title: Lakeside Clinic"), 0),
    ],
)
def test_the_gate(repo, cmpolicy, level, change, status):
    edit(repo, change)

    result = cmpolicy(*DIFF, "--fail-on", level, "HEAD", cwd=repo.path)

    assert result.status == status
    assert ("Gate failed" in result.out) is bool(status)


def test_words_are_told_as_neutral(repo, cmpolicy):
    edit(repo, ("title: Lakeside", "title: Lakeside Clinic"))

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found, words=True) == [("text", "title", "neutral")]
    assert found["summary"]["result"] == "changed"


# --- no longer checked --------------------------------------------------------------------------


def test_an_agreement_that_is_gone_is_dropped(repo, cmpolicy):
    repo.commit({"agreements/other.yaml": text("other")})
    (repo.path / "agreements/lakeside.yaml").unlink()

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found) == [("agreement", "lakeside", "weakened")]
    assert sorted(rules(found, "dropped")) == [
        ("lakeside", "house-notice"),
        ("lakeside", "house-watch"),
    ]
    assert {one["drop"]["cause"] for one in found["dropped"]} == {"gone"}
    statuses = {
        level: cmpolicy(*DIFF, "--fail-on", level, "HEAD").status
        for level in ("weakened", "dropped", "newly-failing", "never")
    }
    assert statuses == {"weakened": 1, "dropped": 1, "newly-failing": 0, "never": 0}
    assert cmpolicy(*DIFF, "HEAD").status == 1


def test_a_new_agreement_is_strengthened_and_its_failures_are_new(repo, cmpolicy):
    repo.write("agreements/new.yaml", text("new", BODY.replace(*NARROWED)))

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found) == [("agreement", "new", "strengthened")]
    assert rules(found, "newly_failing") == [("new", "house-watch")]
    assert found["dropped"] == []


def test_an_agreement_out_of_the_globs_is_dropped(repo, cmpolicy):
    repo.commit({"cmpolicy.yaml": "agreements: [agreements/*.yaml]\npacks: [house.yaml]\n"})
    repo.git("mv", "agreements/lakeside.yaml", "lakeside.yaml")
    repo.write("agreements/other.yaml", text("other"))

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    gone = next(change for change in found["changes"] if change["key"] == "lakeside")
    assert (gone["promise"], gone["effect"]) == ("agreement", "weakened")
    assert {one["agreement"] for one in found["dropped"]} == {"lakeside"}


def test_a_glob_that_drops_files_that_did_not_change(repo, cmpolicy):
    repo.commit(
        {
            "cmpolicy.yaml": "agreements: [agreements/*.yaml, more/*.yaml]\n",
            "more/other.yaml": text("other"),
        }
    )
    repo.write("cmpolicy.yaml", "agreements: [more/*.yaml]\n")

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found) == [
        ("policy", "agreements", "weakened"),
        ("agreement", "lakeside", "weakened"),
    ]
    assert {one["agreement"] for one in found["dropped"]} == {"lakeside"}


def test_a_data_class_dropped_turns_its_rules_off(repo, cmpolicy):
    found = (repo.path / "agreements/lakeside.yaml").read_text()
    repo.write("agreements/lakeside.yaml", found.replace("handles: [phi]", "handles: []"))

    result = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(result) == [("party", "clinic", "weakened"), ("party", "msp", "weakened")]
    assert rules(result, "dropped") == [("lakeside", "house-notice")]
    assert {c["promise"] for c in result["dropped"][0]["because"]} == {"party"}


# --- not compared -------------------------------------------------------------------------------


def test_a_broken_agreement_fails_newly(repo, cmpolicy):
    edit(repo, ("id: watch,", "id: watch, zone: 1,"))

    result = cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path)

    found = data(result)
    assert result.status == 1
    assert sorted(rules(found, "newly_failing")) == [
        ("lakeside", "house-notice"),
        ("lakeside", "house-watch"),
    ]
    assert phrase(found) == [("agreement", "lakeside", "weakened")]
    assert "zone" in found["changes"][0]["after"]
    assert found["not_compared"] == []


def test_one_whose_id_cannot_be_read_goes_by_the_id_that_it_had(repo, cmpolicy):
    repo.write("agreements/lakeside.yaml", "apiVersion: cmpolicy/v1\nkind: [")

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found) == [("agreement", "lakeside", "weakened")]
    assert found["dropped"] == []
    assert len(found["newly_failing"]) == 2


def test_a_broken_base_is_not_compared(repo, cmpolicy):
    repo.commit({"agreements/lakeside.yaml": text() + "zone: 1\n", "agreements/o.yaml": text("o")})
    repo.write("agreements/lakeside.yaml", text())
    edit(repo, NARROWED, path="agreements/o.yaml")

    result = cmpolicy(*DIFF, "--format", "json", "--fail-on", "never", "HEAD", cwd=repo.path)

    found = data(result)
    assert result.status == 2
    assert [entry["file"] for entry in found["not_compared"]] == ["agreements/lakeside.yaml"]
    assert found["summary"]["result"] == "not compared"
    assert phrase(found) == [WATCH]
    assert "Not compared" in cmpolicy(*DIFF, "HEAD").out


def test_a_broken_policy_of_the_base_is_not_compared(repo, cmpolicy):
    repo.commit({"cmpolicy.yaml": "agreement: [x]\n"})
    repo.write("cmpolicy.yaml", "agreements: [agreements/*.yaml]\n")
    edit(repo, NARROWED)

    result = cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path)

    found = data(result)
    assert result.status == 2
    assert [entry["file"] for entry in found["not_compared"]] == ["cmpolicy.yaml"]
    assert phrase(found) == [WATCH]


def test_a_copied_id_fails_newly(repo, cmpolicy):
    repo.write("agreements/m.yaml", text())

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert {one["agreement"] for one in found["newly_failing"]} == {"agreements/m.yaml"}
    assert {one["outcome"] for one in found["newly_failing"]} == {"error"}


# --- only what changed --------------------------------------------------------------------------

SHARED = """\
apiVersion: cmpolicy/v1
kind: Shared
id: common
targets:
  - {id: fix, stage: restore, within: 4 hours, calendar: 24x7}
"""


@pytest.fixture
def reads(monkeypatch):
    """What the two snapshots read."""
    seen = {"base": set(), "head": set()}
    for kind, name in ((Revision, "base"), (WorkTree, "head")):
        real = kind.read

        def read(self, path, real=real, name=name):
            seen[name].add(path)
            return real(self, path)

        monkeypatch.setattr(kind, "read", read)
    return seen


def test_only_what_changed_is_read(repo, cmpolicy, reads):
    repo.commit({f"agreements/a{n}.yaml": text(f"a{n}") for n in range(5)})
    edit(repo, NARROWED, path="agreements/a3.yaml")
    repo.commit()

    assert phrase(data(cmpolicy(*DIFF, "--format", "json", "HEAD~1", cwd=repo.path))) == [WATCH]
    assert reads == {
        "base": {"agreements/a3.yaml"},
        "head": {"agreements/a3.yaml", "house.yaml"},
    }


def test_a_shared_file_concerns_whoever_uses_it(repo, cmpolicy):
    uses = "uses: [../common.yaml]\n"
    repo.commit(
        {
            "common.yaml": SHARED,
            "agreements/a.yaml": text("a", uses + BODY),
            "agreements/b.yaml": text("b", uses + BODY),
        }
    )
    edit(repo, ("4 hours", "8 hours"), path="common.yaml")

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert [(c["agreement"], c["promise"], c["effect"]) for c in found["changes"]] == [
        ("a", "target", "weakened"),
        ("b", "target", "weakened"),
    ]
    markdown = cmpolicy(*DIFF, "--format", "markdown", "HEAD").out
    assert markdown.count("target `fix` allows 8 hours instead of 4 hours** (weakened)") == 1
    assert "| `a`, `b` | slower: " in markdown
    assert "worst case: 4 h → 8 h" in markdown


def test_a_record_that_is_gone_concerns_whoever_names_it(repo, cmpolicy):
    held = "held: [{on: 2026-11-01, record: ../minutes/november.md}]"
    review = f"reviews: [{{id: monthly, kind: service-review, every: 1 month, {held}}}]\n"
    asks = PACK.replace("  - id: house-watch", "  - id: house-record", 1)
    asks = re.sub(r"    check: coverage\n    with: .*\n", RECORD, asks, count=1)
    repo.commit(
        {
            "house.yaml": asks,
            "agreements/lakeside.yaml": text(body=BODY + review),
            "minutes/november.md": "# November\n",
        }
    )
    (repo.path / "minutes/november.md").unlink()

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert rules(found, "newly_failing") == [("lakeside", "house-record")]


RECORD = "    check: cadence\n    with: {kind: service-review, every: 1 month, record: true}\n"


def test_what_git_ignores_is_compared_too(repo, cmpolicy):
    repo.commit({".gitignore": "drafts/\n"})
    repo.write("drafts/new.yaml", text("new"))

    found = data(cmpolicy(*DIFF, "--format", "json", "HEAD", cwd=repo.path))

    assert phrase(found) == [("agreement", "new", "strengthened")]


# --- policy -------------------------------------------------------------------------------------

CONFIG = "packs: [house.yaml]\n"
DEFAULT = ("diff", "--format", "json", *AS_OF)
OFF = "disable: {house-watch: {because: Elsewhere, by: J. Lee%s}}\n"
WAIVERS = """\
apiVersion: cmpolicy/v1
kind: Waivers
waivers:
  - rule: house-watch
    agreement: lakeside
    reason: Later
    approved_by: J. Lee
    granted: %s
    expires: %s
"""


def policy(found):
    return [(c["key"], c["effect"]) for c in found["changes"] if c["promise"] == "policy"]


@pytest.mark.parametrize(
    ("before", "after", "key", "effect"),
    [
        (CONFIG, CONFIG + OFF % "", "disable/house-watch", "weakened"),
        (
            CONFIG + OFF % ", until: 2027-01-31",
            CONFIG + OFF % ", until: 2027-03-31",
            "disable/house-watch",
            "weakened",
        ),
        (
            CONFIG,
            CONFIG + "set: {house-watch: {severity: low}}\n",
            "rule/house-watch",
            "weakened",
        ),
        (
            CONFIG,
            CONFIG + "set: {house-watch: {with: {window: day}}}\n",
            "rule/house-watch",
            "unclear",
        ),
        (CONFIG, CONFIG + "fail_on: critical\n", "fail_on", "weakened"),
        (CONFIG, "{}\n", "pack/house", "weakened"),
        (
            CONFIG + 'require: {"agreements/**": [hipaa]}\n',
            CONFIG,
            "require/agreements/**/hipaa",
            "weakened",
        ),
        *(
            (
                CONFIG + f"require: {{'id:lakeside': {{{before}}}}}\n",
                CONFIG + f"require: {{'id:lakeside': {{{after}}}}}\n",
                f"require/id:lakeside/{name}",
                effect,
            )
            for before, after, name, effect in (
                ("cmmc: {level: 2}", "cmmc: {level: 1}", "cmmc", "weakened"),
                ("cmmc: {level: 2}", "cmmc: {}", "cmmc", "weakened"),
                ("cmmc: {assessment: c3pao}", "cmmc: {assessment: self}", "cmmc", "weakened"),
                ("cmmc: {}", "cmmc: {from: 2027-01-01}", "cmmc", "weakened"),
                (
                    "soc2: {categories: [privacy, common]}",
                    "soc2: {categories: [common]}",
                    "soc2",
                    "weakened",
                ),
                (
                    "soc2: {categories: [privacy]}",
                    "soc2: {categories: [common]}",
                    "soc2",
                    "mixed",
                ),
                (
                    "cmmc: {level: 1, assessment: c3pao}",
                    "cmmc: {level: 2, assessment: self}",
                    "cmmc",
                    "mixed",
                ),
                (
                    "hipaa: {standing: covered-entity}",
                    "hipaa: {standing: business-associate}",
                    "hipaa",
                    "unclear",
                ),
                ("soc2: {}, model: co-managed", "soc2: {}", "model", "weakened"),
                ("model: co-managed", "model: other", "model", "weakened"),
                ("model: project", "model: other", "model", "unclear"),
            )
        ),
        (CONFIG, CONFIG + "allow_unjudged: [x/**]\n", "allow_unjudged", "weakened"),
        (CONFIG + "dropped: {moot: fail}\n", CONFIG, "dropped/moot", "weakened"),
        (
            CONFIG + "dropped: {draft: fail}\n",
            CONFIG + "dropped: {draft: pass}\n",
            "dropped/draft",
            "weakened",
        ),
        (
            CONFIG + "agreements: [agreements/*.yaml, x/*.yaml]\n",
            CONFIG + "agreements: [agreements/*.yaml]\n",
            "agreements",
            "weakened",
        ),
    ],
)
def test_a_change_of_policy_is_told_first_and_mirrored(repo, cmpolicy, before, after, key, effect):
    repo.commit({"cmpolicy.yaml": before})
    repo.commit(
        {"cmpolicy.yaml": after, "agreements/lakeside.yaml": text(body=BODY.replace(*LATER))}
    )

    there = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))
    back = data(cmpolicy(*DEFAULT, "HEAD", "HEAD~1"))

    mirror = {"weakened": "strengthened"}
    assert policy(there) == [(key, effect)]
    assert policy(back) == [(key, mirror.get(effect, effect))]
    assert there["changes"][0]["promise"] == "policy"
    assert there["changes"][0]["causes"][0]["file"] == "cmpolicy.yaml"


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("every: 6 months", "every: 12 months", "weakened"),
        ("every: 6 months", "every: 1 month", "strengthened"),
        ("every: 12 months", "every: 1 year", "neutral"),
        (
            "agenda: [risks]; every: 6 months",
            "agenda: [risks, capacity]; every: 12 months",
            "mixed",
        ),
    ],
)
def test_a_changed_limit_is_stricter_or_laxer(repo, cmpolicy, before, after, effect):
    line = "set: {soc2-access-review: {with: {%s}}}\n"
    repo.commit({"cmpolicy.yaml": line % before.replace(";", ",")})
    repo.commit({"cmpolicy.yaml": line % after.replace(";", ",")})

    (change,) = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))["changes"]

    assert (change["key"], change["effect"]) == ("rule/soc2-access-review", effect)
    assert change["before"].endswith(f"cadence ({before})")
    assert change["after"].endswith(f"cadence ({after})")


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (None, ("2026-11-01", "2027-03-31"), "weakened"),
        (("2026-11-01", "2027-03-31"), ("2026-11-01", "2027-06-30"), "weakened"),
        (("2026-12-01", "2027-03-31"), ("2026-11-01", "2027-03-31"), "weakened"),
        (("2026-12-01", "2027-03-31"), ("2026-11-01", "2027-02-28"), "mixed"),
        (None, ("2026-01-01", "2026-03-31"), "neutral"),
    ],
)
def test_a_waiver_is_weakened(repo, cmpolicy, before, after, effect):
    config = CONFIG + "waivers: waivers.yaml\n"
    none = "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: []\n"
    repo.commit({"cmpolicy.yaml": config, "waivers.yaml": WAIVERS % before if before else none})
    repo.commit({"waivers.yaml": WAIVERS % after})

    there = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))
    back = data(cmpolicy(*DEFAULT, "HEAD", "HEAD~1"))

    key = "waiver/house-watch/lakeside"
    mirror = {"weakened": "strengthened"}
    assert policy(there) == [(key, effect)]
    assert policy(back) == [(key, mirror.get(effect, effect))]
    change = there["changes"][0]
    assert (change["agreement"], change["controls"]) == ("lakeside", ["soc2:CC7.2"])
    assert change["causes"][0]["file"] == "waivers.yaml"


def test_to_name_what_is_required_already_is_no_weakening(repo, cmpolicy):
    config = CONFIG + "require: {'id:lakeside': {cmmc: {level: 2}}}\n"
    repo.commit({"cmpolicy.yaml": config, "agreements/lakeside.yaml": text()})
    named = text(body=BODY + "frameworks: {cmmc: {level: 2}}\n")
    repo.commit({"agreements/lakeside.yaml": named})

    found = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))

    effects = {change["key"]: change["effect"] for change in found["changes"]}
    assert effects == {"cmmc": "strengthened"}


RELEASES = """
apiVersion: cmpolicy/v1
kind: Releases
releases:
"""
RELEASE = (
    "  - {{agreement: {}, what: {}, granted: {}, expires: {}, because: sold, "
    "approved_by: J. Lee}}\n"
)
TO_YEARS_END = ("2026-11-01", "2026-12-31")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, ("lakeside", "all", *TO_YEARS_END), [("lakeside/all", "weakened")]),
        (None, ("'lake*'", "[hipaa]", *TO_YEARS_END), [("lake*/hipaa", "weakened")]),
        (
            ("lakeside", "all", "2026-11-01", "2026-12-01"),
            ("lakeside", "all", *TO_YEARS_END),
            [("lakeside/all", "weakened")],
        ),
        (
            ("lakeside", "[hipaa]", *TO_YEARS_END),
            ("lakeside", "[hipaa, soc2]", *TO_YEARS_END),
            [("lakeside/soc2", "weakened")],
        ),
        (None, ("lakeside", "all", "2026-08-01", "2026-09-01"), [("lakeside/all", "neutral")]),
    ],
)
def test_a_release_is_weakened(repo, cmpolicy, before, after, expected):
    rows = ["" if each is None else RELEASE.format(*each) for each in (before, after)]
    config = CONFIG + "releases: releases.yaml\n"
    none = RELEASES.replace("releases:", "releases: []")
    repo.commit({"cmpolicy.yaml": config, "releases.yaml": RELEASES + rows[0] if before else none})
    repo.commit({"releases.yaml": RELEASES + rows[1]})

    there = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))
    back = data(cmpolicy(*DEFAULT, "HEAD", "HEAD~1"))

    mirror = {"weakened": "strengthened"}
    assert policy(there) == [(f"release/{key}", effect) for key, effect in expected]
    assert policy(back) == [(f"release/{key}", mirror.get(e, e)) for key, e in expected]
    change = there["changes"][0]
    assert change["agreement"] == (None if "*" in expected[0][0] else "lakeside")
    assert change["causes"][0]["file"] == "releases.yaml"


def test_a_rule_out_of_a_pack_is_weakened(repo, cmpolicy):
    repo.commit({"cmpolicy.yaml": CONFIG})
    repo.write("house.yaml", PACK.partition("  - id: house-notice")[0])

    found = data(cmpolicy(*DEFAULT, "HEAD", cwd=repo.path))

    assert policy(found) == [("rule/house-notice", "weakened")]
    assert found["changes"][0]["controls"] == ["hipaa:164.410(b)"]


def test_a_policy_rewritten_is_unchanged(repo, cmpolicy):
    repo.commit({"cmpolicy.yaml": CONFIG})
    repo.commit({"cmpolicy.yaml": "# the same\n" + CONFIG, "house.yaml": "# the same\n" + PACK})

    found = data(cmpolicy(*DEFAULT, "HEAD~1", "HEAD", cwd=repo.path))

    assert found["summary"]["result"] == "unchanged"


def test_a_change_does_not_judge_itself(repo, cmpolicy):
    """The head switches the rule off and breaks it; the policy of main still sees that."""
    repo.commit({"cmpolicy.yaml": CONFIG})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.write("cmpolicy.yaml", CONFIG + OFF % "")
    edit(repo, NARROWED)
    repo.commit()

    itself = data(cmpolicy(*DEFAULT, "main", "topic", cwd=repo.path))
    judged = data(cmpolicy(*DEFAULT, "--policy-from", "main", "main", "topic"))

    assert phrase(itself) == phrase(judged)
    assert phrase(itself)[0] == ("policy", "disable/house-watch", "weakened")
    assert ("lakeside", "house-watch") not in rules(itself, "newly_failing")
    assert ("lakeside", "house-watch") in rules(judged, "newly_failing")


# --- the formats --------------------------------------------------------------------------------

HOSTILE = "@everyone <img src=x> [x](javascript:x) ::error::x\u202e ##[error] | `"


def test_one_markdown_comment(repo, cmpolicy):
    edit(repo, NARROWED, LATER, ("title: Lakeside", "title: Lakeside Clinic"))

    comment = cmpolicy(*DIFF, "--format", "markdown", "HEAD", cwd=repo.path).out

    assert comment.startswith(
        "<!-- cmpolicy:diff -->\n## ❌ cmpolicy: nights and weekends lose cover in `lakeside`\n"
    )
    assert "Gate failed at dropped. Changed: 2 weakened." in comment
    assert "Rules: 2 newly failing (1 critical)." in comment
    assert re.search(r'From HEAD \([0-9a-f]{7}\) of \d{4}-\d\d-\d\d "', comment)
    order = (
        (
            "**1. `agreements/lakeside.yaml:16`: coverage `watch` (detect, security-monitoring) "
            "covers Mon-Fri 09:00-17:00 instead of at all hours** (weakened)"
        ),
        "| `lakeside` | nights and weekends not covered: security-monitoring (detect)",
        "- fails now: **critical** Somebody watches around the clock (`house-watch`)",
        "- edit: `coverage[watch].calendar`: 24x7 → day",
        "- controls: `soc2:CC7.2`",
        (
            "**2. `agreements/lakeside.yaml:18`: notice `breach` (phi-breach) is due within 90 "
            "days instead of 24 hours** (weakened)"
        ),
    )
    places = [comment.index(words) for words in order]
    assert places == sorted(places)
    assert " 0 " not in comment.partition("<details>")[0].replace("0 min", "")
    folded = comment.index("<summary>Other edits (not computed) (1)</summary>")
    assert comment.index("`title`: Lakeside → Lakeside Clinic") > folded


def test_markdown_fits_a_comment_and_says_what_was_left_out(repo, cmpolicy):
    clauses = "clauses:\n" + "".join(
        f"  - {{topic: topic-{n}, by: msp, where: {'s' * 150} {n}, within: 30 days}}\n"
        for n in range(400)
    )
    repo.commit({"agreements/lakeside.yaml": text(body=BODY + clauses)})
    repo.write("agreements/lakeside.yaml", text(body=BODY + clauses.replace("30 days", "60 days")))

    comment = cmpolicy(*DIFF, "--format", "markdown", "HEAD", cwd=repo.path).out

    assert len(comment.encode()) <= 60_000
    assert "Changes: the worst 6 of 400" in comment
    assert re.search(r"… and \d+ more", comment)
    assert comment.count("<details>") == comment.count("</details>")


@pytest.mark.parametrize("name", ["text", "markdown", "github", "json"])
def test_strangers_write_no_markup_and_no_commands(repo, cmpolicy, name):
    quoted = json.dumps(HOSTILE)
    edit(repo, ("title: Lakeside", f"title: {quoted}"), NARROWED)
    clauses = f"clauses:\n  - {{topic: confidentiality, by: msp, where: {quoted}}}\n"
    where = repo.path / "agreements/lakeside.yaml"
    where.write_text(where.read_text() + clauses)

    out = cmpolicy(*DIFF, "--format", name, "HEAD", cwd=repo.path).out

    assert "\u202e" not in out
    assert not re.search(r"##\[", out)
    expected = {"error", "warning", "notice"} if name == "github" else set()
    assert {command.name for command in commands(out)} <= expected
    if name == "markdown":
        assert "<img" not in out
        assert not re.search(r"(?<!\\)\]\(javascript", out)
        assert not re.search(r"@(?=\w)", re.sub(r"`[^`]*`", "", out))


def test_github_annotates_the_lines_that_did_it(repo, cmpolicy):
    edit(repo, NARROWED)

    found = commands(cmpolicy(*DIFF, "--format", "github", "HEAD", cwd=repo.path).out)

    error, warning = found
    assert (error.name, error.properties["title"]) == (
        "error",
        "newly failing: house-watch (critical)",
    )
    assert warning.name == "warning"
    assert warning.properties["file"] == "agreements/lakeside.yaml"
    assert warning.properties["line"] == "16"
    assert "covers Mon-Fri 09:00-17:00 instead of at all hours" in warning.properties["title"]
    assert "nights and weekends not covered" in warning.data


def test_text_for_people(repo, cmpolicy):
    edit(repo, NARROWED)

    out = cmpolicy(*DIFF, "--format", "text", "HEAD", cwd=repo.path).out

    plain = " ".join(out.split())
    assert "1 coverage `watch` (detect, security-monitoring) covers Mon-Fri 09:00-17:00" in plain
    assert "weakened agreements/lakeside.yaml:16" in plain
    assert "edit coverage[watch].calendar: 24x7 -> day" in plain
    assert "fails critical Somebody watches around the clock [house-watch] in lakeside" in plain
    assert "\x1b" not in out


def test_same_inputs_same_bytes(repo, cmpolicy):
    edit(repo, NARROWED, LATER)

    for name in ("text", "markdown", "json", "github"):
        first = cmpolicy(*DIFF, "--format", name, "HEAD", cwd=repo.path).out
        assert cmpolicy(*DIFF, "--format", name, "HEAD").out == first


# --- a pull request -----------------------------------------------------------------------------


@pytest.fixture
def known_good(tmp_path, monkeypatch):
    """A repository with the known-good agreement, and a pull request that makes it worse."""
    quiet(monkeypatch)
    repo = GitRepo.init(tmp_path / "pr")
    found = bundled.base().read_text()
    config = "agreements: [agreements/*.yaml]\nwaivers: waivers.yaml\n"
    none = "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: []\n"
    repo.commit(
        {"agreements/known-good.yaml": found, "cmpolicy.yaml": config, "waivers.yaml": none}
    )
    repo.git("checkout", "--quiet", "-b", "topic")
    rounds = "    repeat: {times: 2, wait: 10 minutes}\n  - id: p2-path\n"
    row = "{id: security-monitoring-detect, area: security-monitoring, stage: detect, by: soc, "
    edit(
        repo,
        (f"{row}calendar: 24x7", f"{row}calendar: business-hours"),
        (
            "off site that cannot be changed\n    accountable: northbridge",
            "off site that cannot be changed\n    accountable: clinic",
        ),
        (
            f"      - {{notify: maya, via: phone, after: 15 minutes}}\n{rounds}",
            rounds,
        ),
        (
            "id: p1-respond, severity: p1, stage: respond, within: 30 minutes",
            "id: p1-respond, severity: p1, stage: respond, within: 2 hours",
        ),
        ("  hipaa: {standing: covered-entity}\n", ""),
        path="agreements/known-good.yaml",
    )
    waiver = (WAIVERS % ("2026-11-01", "2027-03-31")).replace("house-watch", "cm-capacity-audit")
    repo.commit({"waivers.yaml": waiver.replace("lakeside", "known-good")})
    return repo


SIX = [
    ("policy", "waiver/cm-capacity-audit/known-good", "weakened"),
    ("coverage", "security-monitoring/detect/*/*", "weakened"),
    ("framework", "hipaa", "weakened"),
    ("owner", "backup", "moved"),
    ("route", "weakened"),
    ("target", "p1/respond/*", "weakened"),
]


def test_a_pull_request_of_six_changes_is_told_as_exactly_these(known_good, cmpolicy):
    found = data(cmpolicy(*DEFAULT, "main", "topic", cwd=known_good.path))

    six = [
        (promise, effect) if promise == "route" else (promise, key, effect)
        for promise, key, effect in phrase(found, words=True)
    ]
    assert sorted(six) == sorted(SIX)
    assert [effect for *_, effect in six] == ["weakened"] * 5 + ["moved"]
    assert six[0][0] == "policy"
    assert all(change["controls"] for change in found["changes"][1:])
    dropped = [one for one in found["dropped"] if one["pack"] == "hipaa"]
    assert len(dropped) > 20
    assert {c["promise"] for one in dropped for c in one["because"]} >= {"framework"}
    because = {one["rule"]: one["because"] for one in found["newly_failing"]}
    assert {c["promise"] for c in because["cm-detect-around-the-clock"]} == {"coverage"}


def test_the_other_way_round_the_six_are_mirrored(known_good, cmpolicy):
    there = data(cmpolicy(*DEFAULT, "main", "topic", cwd=known_good.path))
    back = data(cmpolicy(*DEFAULT, "topic", "main"))

    mirror = {"weakened": "strengthened", "moved": "moved"}
    assert sorted(phrase(back)) == sorted((p, k, mirror[e]) for p, k, e in phrase(there))


def test_the_six_in_one_comment(known_good, cmpolicy):
    result = cmpolicy("diff", "--format", "markdown", *AS_OF, "main", "topic", cwd=known_good.path)

    assert result.status == 1
    found = re.findall(r"^\*\*\d\. (.*)\*\* \((\w+)\)$", result.out, re.MULTILINE)
    assert "policy: rule `cm-capacity-audit` on `known-good` is waived from" in found[0][0]
    assert "`clinic` instead of `northbridge` is accountable for task" in found[-1][0]
    assert [effect for _, effect in found] == ["weakened"] * 5 + ["moved"]
    assert len(result.out.encode()) <= 60_000
