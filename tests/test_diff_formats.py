"""The formats of a comparison: of one in which everything occurs, and of a hostile one."""

import dataclasses
import json
import re

import jsonschema
import pytest

from cmpolicy.compare import (
    POLICY,
    TEXT,
    Cases,
    Change,
    Comparison,
    Detail,
    Effect,
    Measure,
    Side,
    TextEdit,
    Turned,
)
from cmpolicy.errors import Location
from cmpolicy.reporters import Look
from cmpolicy.reporters.changes import CHANGE_REPORTERS, wording
from cmpolicy.reporters.changes.items import items
from cmpolicy.reporters.changes.markdown import MARKER, render
from cmpolicy.rule_facts import PackFacts
from cmpolicy.shape import load_schema
from cmpolicy.verdict import Drop, DropCause, Holds, Outcome, Skipped
from reports import AS_OF, HIGH, LOW, observation, verdict
from runner import commands
from test_hostile import HIDDEN, HOSTILE, OURS, READER, assert_does_nothing, poisoned

PLACE = Location("agreements/lakeside.yaml", 12, 5, 9, "  - {id: watch}")
EDIT = TextEdit(
    "coverage[watch].calendar",
    "24x7",
    "day",
    PLACE,
    PLACE,
    sentence="coverage `watch` covers Mon-Fri 09:00-17:00 instead of at all hours",
)
ADDED = TextEdit("targets[fix]", None, "{id: fix}", None, PLACE)
REMOVED = TextEdit("escalations[path].steps[dana]", "{notify: dana}", None, PLACE, PLACE)
COVERAGE = Change(
    "lakeside",
    "coverage",
    "security-monitoring/detect/*/*",
    Effect.WEAKENED,
    "24x7",
    "Mon-Fri 09:00 to 17:00 every week",
    (EDIT, REMOVED),
    ("soc2:CC7.2", "soc2:CC7.3"),
    (
        Detail(
            "coverage",
            "security-monitoring/detect/ehr/p1",
            Effect.WEAKENED,
            "24x7",
            "day",
            ("security-monitoring", "detect", "ehr", "p1"),
            Measure("nights and weekends", None, ("0 min", "65 h")),
        ),
        Detail(
            "coverage",
            "security-monitoring/detect/mail/p1",
            Effect.WEAKENED,
            "24x7",
            "night",
            ("security-monitoring", "detect", "mail", "p1"),
            Measure("working hours", None, ("0 min", "8 h")),
        ),
        Detail("signature", "clinic", Effect.WEAKENED, "matches", "does not", ("clinic",)),
    ),
    cases=Cases(("ehr", "mail"), ("p1",)),
    severity=HIGH.severity,
)
WAIVED = TextEdit("waiver/x/lakeside", None, None, None, PLACE)
WAIVER = Change("lakeside", POLICY, WAIVED.path, Effect.WEAKENED, None, "waived", (WAIVED,))
OTHERS = tuple(
    Change(
        "lakeside",
        "target",
        f"p{n}/respond/*",
        effect,
        "4 h",
        None,
        (dataclasses.replace(ADDED, path=f"targets[{n}]"),),
    )
    for n, effect in enumerate((Effect.MIXED, Effect.UNCLEAR, Effect.MOVED, Effect.STRENGTHENED))
)
WORDS = Change(
    "lakeside",
    TEXT,
    "title",
    Effect.NEUTRAL,
    "A",
    "B",
    (TextEdit("title", "A", "B", PLACE, PLACE),),
)
UNCOMPUTED = dataclasses.replace(
    WORDS, key="note", causes=(TextEdit("note", "A", "B", PLACE, PLACE, computed=False),)
)
FAILING = Turned(verdict(Outcome.FAIL, agreement="lakeside"), (COVERAGE, WAIVER))
FIXED = Turned(
    verdict(Outcome.PASS, observation(holds=Holds.YES), of=HIGH, agreement="lakeside"), ()
)
GONE = Turned(
    verdict(
        Outcome.DROPPED, of=LOW, agreement="lakeside", drop=Drop(DropCause.NARROWED, fails=True)
    ),
    (COVERAGE,),
)


def everything(**changes):
    """Make a comparison in which everything occurs that one can tell."""
    values = {
        "version": "1.0.0",
        "as_of": AS_OF,
        "base": Side("main", "0" * 40, AS_OF, "The base"),
        "head": Side("work tree", None),
        "packs": (PackFacts("hipaa", "1.0.0", "sha256:" + "0" * 64),),
        "data": {"tzdata": "2026.6", "holidays": "0.109"},
        "fail_on": "weakened",
        "changes": (WAIVER, COVERAGE, *OTHERS, WORDS, UNCOMPUTED),
        "newly_failing": (FAILING,),
        "fixed": (FIXED,),
        "dropped": (GONE,),
        "not_compared": (Skipped("agreements/broken.yaml", "on the base side: it is broken"),),
    } | changes
    return Comparison(**values)


NOTHING = everything(changes=(), newly_failing=(), fixed=(), dropped=(), not_compared=())


@pytest.mark.parametrize("name", CHANGE_REPORTERS)
def test_every_format_tells_everything(name):
    text = CHANGE_REPORTERS[name](everything(), Look())

    for word in ("weakened", "mixed", "unclear", "moved", "strengthened", "not compared"):
        assert word in text.lower()
    assert "coverage[watch].calendar" in text
    assert "agreements/broken.yaml" in text
    assert "hipaa-breach-notice" in text


@pytest.mark.parametrize("name", CHANGE_REPORTERS)
def test_every_format_says_when_nothing_differs(name):
    text = CHANGE_REPORTERS[name](NOTHING, Look())

    assert "unchanged" in text.lower()
    assert NOTHING.passed


def test_json_is_as_its_schema_says():
    for comparison in (everything(), NOTHING):
        phrase = json.loads(CHANGE_REPORTERS["json"](comparison, Look()))
        jsonschema.Draft202012Validator(load_schema("diff")).validate(phrase)


def test_the_result_and_the_gate():
    assert everything().result == "not compared"
    assert everything(not_compared=()).result == "changed"
    assert NOTHING.result == "unchanged"
    for level, passed in (("weakened", False), ("newly-failing", False), ("never", True)):
        assert everything(fail_on=level, not_compared=()).passed is passed
        assert not everything(fail_on=level).passed
    lost = dataclasses.replace(NOTHING, dropped=(GONE,))
    assert not lost.passed
    assert not dataclasses.replace(lost, fail_on="dropped").passed
    assert dataclasses.replace(lost, fail_on="newly-failing").passed
    moved = dataclasses.replace(NOTHING, changes=OTHERS[2:])
    assert moved.passed


def test_what_is_the_same_in_many_agreements_is_one_item():
    changes = tuple(dataclasses.replace(COVERAGE, agreement=f"a{n}") for n in range(9))

    text = render(everything(changes=changes, newly_failing=(), dropped=()))

    assert re.findall(r"^\*\*\d+\..*", text, re.MULTILINE) == [
        (
            "**1. `agreements/lakeside.yaml:12`: "
            "coverage `watch` covers Mon-Fri 09:00-17:00 instead of at all hours** (weakened)"
        )
    ]
    assert text.count("| `a0`, `a1`, `a2`, `a3`, `a4` and 4 more |") == 2
    assert "nights and weekends lose cover in 9 agreements" in text


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_each_value_stands_with_the_keys_of_which_it_is_true(name):
    days = {"111 h": ["p1/respond/ehr", "p1/respond/mail"], "114 h": ["p2/respond/ehr"]}
    details = tuple(
        Detail(kind, key, Effect.WEAKENED, before, f"{int(before[:3]) + 2} h", measure=measure)
        for kind, measured in (("target", True), ("review", False))
        for before, keys in days.items()
        for key in keys
        for worst in [(before, f"{int(before[:3]) + 2} h")]
        for measure in [Measure(worst=worst) if measured else None]
    )
    change = dataclasses.replace(
        COVERAGE, promise="target", before="111 h", after="113 h", details=details
    )
    only = everything(changes=(change,), newly_failing=(), dropped=())
    text = " ".join(CHANGE_REPORTERS[name](only, Look()).replace("`", "").split())

    for arrow in ("->", "→", "|", ";"):
        text = text.replace(f" {arrow} ", " to ").replace(f"{arrow} ", " to ")
    for line in (
        "slower: p1/respond/ehr, p1/respond/mail to worst case: 111 h to 113 h",
        "slower: p2/respond/ehr to worst case: 114 h to 116 h",
        "review p1/respond/ehr, p1/respond/mail to 111 h to 113 h",
        "review p2/respond/ehr to 114 h to 116 h",
    ):
        assert line in text


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_signatures_that_no_longer_match_are_one_line(name):
    alone = Change("b", "signature", "x,y", Effect.WEAKENED, "yes", "no", (EDIT,))
    signed = tuple(Detail("signature", key, Effect.WEAKENED, "yes", "no", (key,)) for key in "xy")
    changes = (COVERAGE, dataclasses.replace(alone, details=signed))

    text = CHANGE_REPORTERS[name](everything(changes=changes, not_compared=()), Look())

    assert text.count("3 signatures no longer match the terms.") == 1
    assert "signature `x`" not in text.partition("<details>")[0]
    if name != "github":
        assert text.index("3 signatures") < text.index("covers Mon-Fri")


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_one_more_is_not_said_in_the_plural(name):
    edits = tuple(TextEdit(f"clauses[{n}].where", "a", "b", PLACE, PLACE) for n in range(7))
    most = {"text": 4, "markdown": 5, "github": 5}[name]
    changes = (dataclasses.replace(COVERAGE, causes=edits[: most + 2]),)

    text = CHANGE_REPORTERS[name](everything(changes=changes), Look())

    assert "and 1 more edit" in text
    assert "1 more edits" not in text


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_a_control_whose_allocation_changed_comes_before_all_that_the_rules_map_to(name):
    own = "cmmc:AC.L2-3.1.1"
    change = dataclasses.replace(
        COVERAGE,
        promise="allocation",
        key=own,
        controls=(own, *(f"cmmc:X.{n}" for n in range(65))),
        details=(Detail("allocation", own, Effect.WEAKENED, "shared", "customer", (own,)),),
    )

    text = CHANGE_REPORTERS[name](everything(changes=(change,)), Look()).replace("`", "")

    assert f"{own}; the rules on allocations judge 65 more" in text
    assert "cmmc:X.1" not in text


def test_hours_that_mean_other_hours_in_each_agreement_are_not_told_for_all():
    one, other = (dataclasses.replace(EDIT, sentence=f"open {when}") for when in ("early", "late"))
    changes = (
        dataclasses.replace(COVERAGE, causes=(one,)),
        dataclasses.replace(COVERAGE, agreement="b", causes=(other,)),
    )

    (item,) = items(everything(changes=changes))

    assert item.agreements == ("lakeside", "b")
    assert item.edit is not None
    assert (item.edit.path, item.edit.sentence) == ("coverage[watch].calendar", "")


def test_of_several_edits_in_a_row_the_one_that_says_most_leads():
    edits = tuple(
        TextEdit(f"targets[fix].{field}", "a", "b") for field in ("calendar", "note", "within")
    )

    (item,) = items(everything(changes=(dataclasses.replace(COVERAGE, causes=edits),)))

    assert item.edit == edits[2]
    assert item.others == edits[:2]


def test_a_signature_for_an_amendment_is_an_item_beside_the_edit_that_it_signs():
    row = TextEdit("signatures[amendment]", None, "{party: clinic}", None, PLACE)
    signed = dataclasses.replace(
        COVERAGE, promise="signature", key="clinic", effect=Effect.MOVED, causes=(EDIT, row)
    )

    found = items(everything(changes=(COVERAGE, signed), newly_failing=(), dropped=()))

    assert [(item.edit, item.others) for item in found] == [(EDIT, (REMOVED,)), (row, ())]


def test_a_row_of_a_shared_file_that_is_gone_is_one_edit_in_every_agreement():
    changes = tuple(
        dataclasses.replace(
            COVERAGE,
            agreement=name,
            causes=(dataclasses.replace(REMOVED, new=Location(f"{name}.yaml", 7)),),
        )
        for name in ("a", "b")
    )

    (item,) = items(everything(changes=changes))

    assert (item.agreements, item.others) == (("a", "b"), ())


@pytest.mark.parametrize(
    ("key", "before", "after", "title"),
    [
        ("disable/x", None, "off until 2027-01-31 by Lee: y", "rule `x` is off until 2027-01-31"),
        ("disable/x", "off until 2027-01-31", None, "rule `x` is no longer off until 2027-01-31"),
        (
            "waiver/x/a",
            "waived to 1",
            "waived to 2",
            "rule `x` on `a` is waived to 2; it was waived",
        ),
        ("release/a/all", None, "released to 2", "`all` of agreement `a` is released to 2"),
        ("rule/x", "high, item", "low, item", "rule `x`: low, item instead of high, item"),
        ("pack/x", "3 rules", None, "pack `x` is gone: 3 rules"),
        ("fail_on", "low", "high", "`fail_on`: high instead of low"),
    ],
)
def test_a_change_of_policy_is_a_sentence(key, before, after, title):
    change = dataclasses.replace(WAIVER, key=key, before=before, after=after)

    assert wording.title(change.causes[0], change).startswith(f"policy: {title}")


def test_every_change_is_in_one_item():
    found = items(everything())

    assert [change for item in found for change in item.changes] == [WAIVER, COVERAGE, *OTHERS]
    assert found[0].failing == ()
    assert found[1].failing == (FAILING,)  # told once, with the first that is behind it


def test_what_was_not_computed_is_not_said_to_move_nothing():
    text = CHANGE_REPORTERS["text"](everything(changes=(UNCOMPUTED,), not_compared=()), Look())

    assert "Other edits (not computed)\n  note: A -> B" in text
    assert "move no promise" not in text
    assert "no computed promise moved" in text


def test_markdown_leads_with_the_verdict_and_folds_what_is_long():
    text = render(everything())

    order = [
        MARKER,
        "⚠️ cmpolicy: policy: rule `x` on `lakeside` is waived",
        "**Gate failed at weakened. Not compared: 1 file; of the rest 2 weakened,",
        "1 signature no longer matches the terms.",
        f'From main (0000000) of {AS_OF} "The base" to work tree',
        "### Not compared",
        "### Changes",
        "**1. `agreements/lakeside.yaml:12`: policy: rule `x` on `lakeside` is waived**",
        "covers Mon-Fri 09:00-17:00 instead of at all hours** (weakened)",
        "- and `escalations[path].steps[dana]`",
        "| nights and weekends not covered: security-monitoring (detect) for ehr |",
        "| longest time without: 0 min → 65 h |",
        "- dropped: lakeside: 1 verdict: the agreement's own words exempt it now",
        "- fails now: **critical** The provider",
        "- edit: `coverage[watch].calendar`: 24x7 → day",
        "- controls: `soc2:CC7.2`, `soc2:CC7.3`",
        "<details>",
        "Every rule that fails newly (1)",
        "Every rule that was dropped (1)",
        "Fixed (1)",
        "Edits that move no promise (1)",
        "Other edits (not computed) (1)",
        "Every promise that changed (2)",
        "`security-monitoring/detect/ehr/p1` in `lakeside`: 24x7 → day",
        "Signatures (1)",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_markdown_never_exceeds_its_limit():
    changes = tuple(
        dataclasses.replace(
            COVERAGE,
            key=f"k{n}",
            before="x" * 400,
            causes=tuple(dataclasses.replace(EDIT, path=f"p{n}.{m}") for m in range(30)),
        )
        for n in range(500)
    )
    failing = tuple(
        Turned(verdict(Outcome.FAIL, observation("y" * 900), agreement=f"a{n}"), changes[:9])
        for n in range(300)
    )

    text = render(everything(changes=changes, newly_failing=failing))

    assert len(text.encode()) <= 60_000
    assert "the worst 6 of 500" in text
    assert "… and" in text
    assert text.count("<details>") == text.count("</details>") == 6


def test_annotations_stop_at_ten_of_a_kind():
    changes = tuple(
        dataclasses.replace(COVERAGE, causes=(dataclasses.replace(EDIT, path=f"p{n}"),))
        for n in range(25)
    )

    text = CHANGE_REPORTERS["github"](everything(changes=changes), Look())

    assert len([one for one in commands(text) if one.name == "warning"]) == 10
    assert "... and 15 more of warning" in text


def test_an_annotation_stands_where_the_change_is():
    text = CHANGE_REPORTERS["github"](everything(), Look())

    warning = next(one for one in commands(text) if "coverage" in one.properties["title"])
    assert warning.properties["file"] == "agreements/lakeside.yaml"
    assert (warning.properties["line"], warning.properties["col"]) == ("12", "5")


# --- strangers ----------------------------------------------------------------------------------


def poison(comparison, text):
    """Replace every free text, and keep apart what was different.

    The kinds of promises are the program's own.
    """
    found = poisoned(comparison, text)

    def measure(found):
        return found and dataclasses.replace(found, lost=f"{text}{found.lost}")

    def change(after, before):
        details = tuple(
            dataclasses.replace(
                detail,
                promise=old.promise,
                before=f"{text}{old.before}",
                after=f"{text}{old.after}",
                measure=measure(old.measure),
            )
            for detail, old in zip(after.details, before.details, strict=True)
        )
        causes = tuple(
            dataclasses.replace(
                edit, path=f"{text}{old.path}", sentence=old.sentence and edit.sentence
            )
            for edit, old in zip(after.causes, before.causes, strict=True)
        )
        key = f"{text}{before.key}"
        return dataclasses.replace(
            after, promise=before.promise, key=key, details=details, causes=causes
        )

    def turned(after, before):
        rule = dataclasses.replace(after.verdict.rule, title=f"{text}{before.verdict.rule.title}")
        return Turned(
            dataclasses.replace(after.verdict, rule=rule),
            tuple(map(change, after.because, before.because)),
        )

    phrase = {"changes": tuple(map(change, found.changes, comparison.changes))}
    for name in ("newly_failing", "fixed", "dropped"):
        phrase[name] = tuple(map(turned, getattr(found, name), getattr(comparison, name)))
    return dataclasses.replace(found, **phrase)


@pytest.fixture(params=HOSTILE)
def given(request):
    return poison(everything(), HOSTILE[request.param])


@pytest.mark.parametrize("name", CHANGE_REPORTERS)
def test_a_ci_runner_takes_no_command_from_what_is_printed(name, given):
    text = CHANGE_REPORTERS[name](given, Look())

    calm = CHANGE_REPORTERS[name](everything(), Look())
    assert [one.name for one in commands(text)] == [one.name for one in commands(calm)]
    assert (commands(calm) != []) is (name == "github")
    assert HIDDEN.findall(text) == []
    text.encode()


def test_annotations_mention_nobody(given):
    for command in commands(CHANGE_REPORTERS["github"](given, Look())):
        assert command.properties.keys() <= {"file", "line", "col", "title"}
        assert not re.search(r"@\w", command.data + command.properties["title"])


def test_markdown_does_nothing(given):
    ours = (OURS - {"<!-- cmpolicy:check -->"}) | {MARKER}

    assert_does_nothing(render(given), ours)


def test_markdown_keeps_its_shape(given):
    blocks, calm = (
        [token.type for token in READER.parse(render(each))] for each in (given, everything())
    )

    assert blocks == calm


def test_colour_is_the_only_terminal_sequence(given):
    text = CHANGE_REPORTERS["text"](given, Look(colour=True))

    assert HIDDEN.findall(re.sub(r"\x1b\[[0-9;]*m", "", text)) == []


def test_json_says_what_was_written(given):
    phrase = json.loads(CHANGE_REPORTERS["json"](given, Look()))

    assert [change["key"] for change in phrase["changes"]] == [one.key for one in given.changes]
