"""Reports made by hand, and random ones, for the tests of the formats."""

import dataclasses
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from cmpolicy.errors import Location, Problem
from cmpolicy.exemptions import Disabled, Release, ReleaseState, Waiver, WaiverState
from cmpolicy.rule_facts import FAIL_ON, PackFacts, RuleFacts, Severity
from cmpolicy.verdict import (
    Drop,
    DropCause,
    FailsOnceMerged,
    Holds,
    Observation,
    Outcome,
    PolicyEdit,
    PolicyOrigin,
    Report,
    Skipped,
    Verdict,
)

AS_OF = date(2026, 11, 24)
BAD = (Outcome.FAIL, Outcome.UNDETERMINED, Outcome.ERROR)
DROPS = tuple(
    Drop(cause, fails=cause in (DropCause.GONE, DropCause.NARROWED)) for cause in DropCause
)

RULE = RuleFacts(
    id="hipaa-breach-notice",
    pack="hipaa",
    check="notice",
    title="The provider tells the customer of a breach of PHI in time",
    severity=Severity.CRITICAL,
    basis="law",
    controls=(("hipaa:164.410(b)", "full"), ("hipaa:164.314(a)(2)(i)(C)", "partial")),
    references=("45 CFR 164.410(b)",),
    why="The customer's own 60 days start when the provider discovers the breach.",
    fix="Add a `notices` entry for `phi-breach` with `within: 24 hours`.",
)
PLACE = Location(
    "agreements/lakeside.yaml", 88, 14, 21, "    within: 90 days    # to be renegotiated"
)


def rule(name="hipaa-breach-notice", **changes):
    """Make a rule."""
    return dataclasses.replace(RULE, id=name, **changes)


def observation(
    message="90 days are more than 60 days",
    holds=Holds.NO,
    subject="northbridge",
    path="notices[breach].within",
    place=PLACE,
):
    """Make an observation."""
    return Observation(subject, path, message, holds, place)


def verdict(outcome=Outcome.FAIL, *observations, agreement="lakeside-clinic", of=RULE, **changes):
    """Make a verdict; without observations, one that fits the outcome, at a place of its own."""
    holds = {Outcome.PASS: Holds.YES, Outcome.UNDETERMINED: Holds.UNKNOWN}
    if not observations and outcome is not Outcome.NOT_APPLICABLE:
        path = "notices[breach].within" if of.id == RULE.id else f"{of.id}.within"
        observations = (observation(holds=holds.get(outcome, Holds.NO), path=path),)
    values = {"file": "agreements/lakeside.yaml", "observations": observations} | changes
    return Verdict(agreement=agreement, rule=of, outcome=outcome, **values)


def report(*verdicts, **changes):
    """Make a report."""
    values = {
        "version": "1.0.0",
        "as_of": AS_OF,
        "packs": (PackFacts("hipaa", "1.0.0", "sha256:" + "0" * 64),),
        "data": {"tzdata": "2026.6", "holidays": "0.109"},
        "commit": None,
        "fail_on": "low",
    } | changes
    return Report(verdicts=tuple(sorted(verdicts, key=lambda each: each.sort_key)), **values)


NAMES = ("comanaged", "hipaa", "soc2")
LOW = rule(
    "cm-hand-over",
    pack="comanaged",
    title="Every hand-over says what goes along",
    severity=Severity.LOW,
    basis="practice",
    controls=(),
    references=("our own",),
    why="A call without the ticket number starts from nothing.",
    fix="Say in `hand_over` what goes along.",
)
MEDIUM = dataclasses.replace(
    LOW,
    id="cm-response-hours",
    title="Somebody responds whenever a critical service runs",
    severity=Severity.MEDIUM,
    controls=(("soc2:CC7.4", "partial"),),
)
HIGH = rule(
    "soc2-access-review",
    pack="soc2",
    title="Access is reviewed every quarter",
    severity=Severity.HIGH,
    basis="inferred",
    controls=(("soc2:CC6.2", "full"), ("soc2:CC6.3", "full")),
    references=("TSC CC6.2",),
    why="Access that nobody looks at grows.",
    fix="Hold the review and record the day in `held`.",
)
LOWER = rule("soc2-lower", pack="soc2", title="A lower rule", severity=Severity.LOW)
LOWEST = rule("soc2-lowest", pack="soc2", title="The lowest rule", severity=Severity.LOW)
POLICY = Location("cmpolicy.yaml", 9, 1)
RELEASE = Release(
    "harbour", ("soc2-lowest",), "It moved", "J. Lee, CISO", date(2026, 11, 1), date(2026, 12, 31)
)
SPENT = dataclasses.replace(RELEASE, agreement="old-*", what=None)
WAIVER = Waiver(
    HIGH.id,
    "lakeside-clinic",
    None,
    "The review moves to the spring",
    "J. Lee, CISO",
    date(2026, 9, 1),
    date(2026, 12, 10),
    Location("waivers.yaml", 4, 5),
)
RESPOND = Location("agreements/harbour.yaml", 12, 5, 14, "  - {id: respond, area: helpdesk}")
REVIEW = Location("agreements/harbour.yaml", 40, 5, 0, "  - {id: quarterly-access}")


def every_outcome(**changes):
    """Make a report in which everything occurs that a report can tell; the gate is `medium`."""
    waived = f"waived until {WAIVER.expires} by {WAIVER.approved_by}: {WAIVER.reason}"
    verdicts = (
        verdict(),
        verdict(Outcome.WAIVED, of=HIGH, waiver=WAIVER, reason=waived, holds_until=WAIVER.expires),
        verdict(
            Outcome.PASS,
            observation("someone responds at any hour", Holds.YES, "ehr/p1", "coverage[fix]"),
            of=MEDIUM,
            holds_until=date(2026, 12, 1),
        ),
        verdict(Outcome.NOT_APPLICABLE, of=LOW, reason="the agreement is a draft"),
        *_harbour(),
        *_unread(),
        *_ashford(),
    )
    stale = dataclasses.replace(WAIVER, rule=MEDIUM.id, subject="nobody")
    expired = dataclasses.replace(WAIVER, agreement="harbour", expires=date(2026, 10, 31))
    states = ((WAIVER, "live"), (expired, "expired"), (stale, "stale"))
    because = "Audits are kept elsewhere"
    word = "`area`: `patching` is none of the areas known"
    values = {
        "packs": tuple(PackFacts(name, "1.0.0", "sha256:" + "0" * 64) for name in NAMES),
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "fail_on": "medium",
        "disabled": (Disabled("cm-capacity-audit", because, "J. Lee", date(2027, 1, 31)),),
        "waivers": tuple(WaiverState(*each) for each in states),
        "skipped": (Skipped("notes.yaml", "no cmpolicy file"),),
        "origin": PolicyOrigin("base", "main", "9" * 40),
        "policy_edits": (PolicyEdit("weakened", "fail_on: low before, medium now", POLICY),),
        "fails_once_merged": (
            FailsOnceMerged("harbour", "agreements/harbour.yaml", ("cm-signed",)),
        ),
        "releases": (ReleaseState(RELEASE, "live"), ReleaseState(SPENT, "spent")),
        "warnings": (Problem(word, RESPOND, "did you mean `patch-management`?"),),
        "titles": {"harbour": "Harbour Logistics", "lakeside-clinic": "Lakeside Family Clinic"},
    }
    return report(*verdicts, **(values | changes))


def _ashford():
    """Yield what was dropped: an agreement that is gone, and two that are excused."""
    path = "agreements/ashford.yaml"
    gone = observation(
        f"{path} held the agreement `ashford`; no file of the set has that id now",
        Holds.NO,
        "ashford",
        "id",
        Location(path, 3, 5, 12, "id: ashford"),
    )
    moot = observation(
        "what the rule asks about was taken out, and nothing refers to it",
        Holds.NO,
        "harbour",
        "",
        Location("agreements/harbour.yaml", 20, 5),
    )
    away = {"agreement": "ashford", "file": path, "reason": "dropped: gone", "drop": DROPS[0]}
    here = {"agreement": "harbour", "file": "agreements/harbour.yaml", "reason": "dropped: moot"}
    released = Drop(DropCause.NARROWED, fails=False, release=RELEASE)
    return (
        verdict(Outcome.DROPPED, gone, of=RULE, **away),
        verdict(Outcome.DROPPED, gone, of=LOW, **away),
        verdict(Outcome.DROPPED, moot, of=LOWER, drop=DROPS[2], **here),
        verdict(Outcome.DROPPED, moot, of=LOWEST, drop=released, **here),
    )


def _harbour():
    place = {"agreement": "harbour", "file": "agreements/harbour.yaml"}
    gap = "nobody responds for EHR: Sat 13:00 to Mon 08:00 every week"
    hours = "the hours of `noc` are unknown"
    responds = (
        observation(gap, Holds.NO, "ehr/p1", "coverage[respond]", RESPOND),
        observation(hours, Holds.UNKNOWN, "ehr/p2", "coverage[respond].by", RESPOND),
        observation("someone responds at any hour", Holds.YES, "mail", "coverage[mail]", RESPOND),
    )
    review = observation(
        "it is unknown when it was held", Holds.UNKNOWN, "quarterly", "reviews[quarterly]", REVIEW
    )
    late = observation(subject="msp", place=Location("agreements/harbour.yaml", 61, 3))
    lapsed = "the waiver by J. Lee, CISO expired on 2026-10-31"
    return (
        verdict(Outcome.FAIL, *responds, of=MEDIUM, **place),
        verdict(Outcome.UNDETERMINED, review, of=HIGH, reason=lapsed, **place),
        verdict(
            Outcome.FAIL,
            observation(
                "`hand_over` is missing", Holds.NO, "p1-path", "escalations[p1-path]", None
            ),
            of=LOW,
            **place,
        ),
        verdict(Outcome.FAIL, late, known=True, **place),
    )


def _unread():
    path = "agreements/broken.yaml"
    problems = (
        ("`partys` is no key of an agreement (did you mean `parties`?)", Location(path, 9, 1)),
        ("`timezone` is missing", Location(path)),
    )
    found = [observation(phrase, Holds.UNKNOWN, path, "", place) for phrase, place in problems]
    return (
        verdict(Outcome.ERROR, *found, of=each, agreement=path, file=path, reason="not evaluated")
        for each in (RULE, LOW, MEDIUM, HIGH)
    )


_TEXTS = st.text(max_size=12)
_NAMES = st.sampled_from(["a", "b", "lakeside-clinic"])
_PLACES = st.none() | st.builds(
    Location,
    st.sampled_from(["a.yaml", "x/b c.yaml"]),
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(0, 20),
    _TEXTS,
)
_OBSERVATIONS = st.builds(
    Observation, st.sampled_from(["s", "t", "u"]), _TEXTS, _TEXTS, st.sampled_from(Holds), _PLACES
)
_RULES = tuple(
    rule(f"rule-{severity}-{pack}", pack=pack, severity=severity)
    for severity in Severity
    for pack in ("comanaged", "hipaa")
)


@st.composite
def reports(draw):
    """Draw a report: any outcomes, texts and gate; a verdict for an agreement and rule at most."""
    keys = st.tuples(_NAMES, st.sampled_from(_RULES))
    verdicts = []
    for agreement, facts in draw(st.lists(keys, unique=True, max_size=6)):
        outcome = draw(st.sampled_from(Outcome))
        least = 0 if outcome is Outcome.NOT_APPLICABLE else 1
        found = draw(st.lists(_OBSERVATIONS, min_size=least, max_size=3))
        known = draw(st.booleans()) and outcome in BAD
        reason = draw(st.none() | _TEXTS)
        drop = draw(st.sampled_from(DROPS)) if outcome is Outcome.DROPPED else None
        verdicts.append(
            verdict(
                outcome,
                *found,
                agreement=agreement,
                of=facts,
                known=known,
                reason=reason,
                drop=drop,
            )
        )
    return report(*verdicts, fail_on=draw(st.sampled_from(FAIL_ON)), titles={"a": draw(_TEXTS)})


def for_any_report(test):
    """Run a test on random reports. How long one takes is the machine's affair: no deadline."""
    return settings(deadline=None)(given(reports())(test))
