"""What the policy requires never makes the judgement of a file laxer."""

import dataclasses
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from build import agreement
from cmpolicy.agreement import HELD_BY_POLICY, FrameworkScope
from cmpolicy.clock import Clock
from cmpolicy.errors import Location
from cmpolicy.policy import Requirement, Rule, combine, hold, why_not
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.unknown import UNKNOWN, Reading

AS_OF = date(2026, 11, 24)
DAYS = st.sampled_from([date(2026, 1, 1), AS_OF, date(2026, 11, 25), date(2027, 1, 1)])
MODELS = ("co-managed", "fully-managed", "other")
VALUES = {
    "level": st.integers(1, 3),
    "assessment": st.sampled_from(["self", "c3pao", "dibcac"]),
    "categories": st.lists(
        st.sampled_from(["common", "availability", "privacy"]), min_size=1, unique=True
    ),
    "standing": st.sampled_from(["audited", "reader"]),
}
FRAMEWORKS = ("cmmc", "house")
EMPTY = agreement()


def facts(more):
    values = {name: value | more for name, value in VALUES.items()}
    return st.fixed_dictionaries({}, optional=values)


def scopes(path, days, more):
    """Entries of some frameworks; `more` is what else a fact may be."""
    return st.fixed_dictionaries(
        {},
        optional={
            name: st.builds(
                FrameworkScope, st.just(name), st.just(path.format(name)), facts(more), days
            )
            for name in FRAMEWORKS
        },
    )


requirements = st.lists(
    st.builds(
        Requirement,
        key=st.just("**"),
        glob=st.just("**"),
        identity=st.none(),
        frameworks=scopes(HELD_BY_POLICY, st.none() | DAYS, st.nothing()),
        model=st.none() | st.sampled_from(MODELS),
        location=st.just(Location("cmpolicy.yaml")),
        places=st.just({}),
    ),
    max_size=3,
)
files = st.builds(
    lambda frameworks, model: dataclasses.replace(
        EMPTY, frameworks=frameworks, model=model, unknowns=True
    ),
    scopes("frameworks.{}", st.none() | DAYS | st.just(UNKNOWN), st.just(UNKNOWN)),
    st.none() | st.sampled_from(MODELS),
)


def rule(when):
    return Rule(
        RuleFacts(str(when), "p", "item", "t", Severity.LOW, "law", (), (), "w", "f"),
        when,
        {},
        lambda _agreement, _clock: (),
    )


# Rules that ask for more of what is held to more; one for level 1 alone is another duty.
RULES = [
    rule(when)
    for when in (
        {},
        *({"level": tuple(range(least, 4))} for least in (1, 2, 3)),
        *(
            {"assessment": kinds}
            for kinds in (("self", "c3pao", "dibcac"), ("c3pao", "dibcac"), ("dibcac",))
        ),
        *({"category": (name,)} for name in ("common", "availability", "privacy")),
        *({"standing": (name,)} for name in ("audited", "reader")),
        *({"frameworks": (name,)} for name in FRAMEWORKS),
        *({"model": (name,)} for name in MODELS[:1]),
    )
]


def judged_by(found):
    """The rules that apply under either reading, by framework of their pack."""
    return {
        (framework, rule.id)
        for framework in (*FRAMEWORKS, None)
        if framework is None or framework in found.frameworks
        for rule in RULES
        for reading in Reading
        if why_not(rule, framework, found.read_as(reading), Clock(AS_OF)) is None
    }


def by_the_policys_word(found, demand):
    """The file as it would be if it said what only the policy can decide or what it leaves out."""
    entries = {}
    for name, scope in found.frameworks.items():
        asked = demand.frameworks.get(name)
        if asked is None:
            entries[name] = scope
            continue
        decided = {
            fact: value
            for fact, value in asked.facts.items()
            if fact == "standing" or scope.facts.get(fact) in (None, UNKNOWN)
        }
        starts = asked.starts if scope.starts is UNKNOWN else scope.starts
        entries[name] = dataclasses.replace(scope, facts={**scope.facts, **decided}, starts=starts)
    return dataclasses.replace(found, frameworks=entries, model=demand.model or found.model)


@given(files, requirements)
def test_no_rule_that_judges_the_file_is_lost(found, rows):
    demand = combine(rows)

    after = judged_by(hold(found, demand, AS_OF))

    assert judged_by(by_the_policys_word(found, demand)) <= after


@given(files, requirements)
def test_no_rule_that_judges_what_is_required_is_lost(found, rows):
    demand = combine(rows)
    bare = dataclasses.replace(found, frameworks={}, model=demand.model or found.model)
    known = {
        name: dataclasses.replace(scope, path=f"frameworks.{name}")
        for name, scope in demand.frameworks.items()
    }
    # What neither says is as the file leaves it.
    for name, scope in known.items():
        own = found.frameworks.get(name)
        left = dict.fromkeys(VALUES, UNKNOWN) if own is None else own.facts
        known[name] = dataclasses.replace(scope, facts={**left, **scope.facts})

    after = judged_by(hold(found, demand, AS_OF))

    assert judged_by(dataclasses.replace(bare, frameworks=known)) <= after


@given(files, requirements, st.randoms())
def test_the_order_of_the_keys_makes_no_difference(found, rows, random):
    shuffled = random.sample(rows, len(rows))

    one, other = (judged_by(hold(found, combine(keys), AS_OF)) for keys in (rows, shuffled))

    assert one == other


@given(files, requirements)
def test_holding_twice_is_holding_once(found, rows):
    demand = combine(rows)

    once = hold(found, demand, AS_OF)
    twice = hold(once, demand, AS_OF)

    assert twice.frameworks == once.frameworks
    assert twice.model == once.model


@given(files, requirements)
def test_every_word_of_the_file_that_is_not_judged_is_reported(found, rows):
    after = hold(found, combine(rows), AS_OF)

    lost = {
        f"frameworks.{name}.{fact}"
        for name, scope in found.frameworks.items()
        for fact, value in scope.facts.items()
        if value is not UNKNOWN and after.frameworks[name].facts[fact] != value
    }
    lost |= {"model"} if found.model not in (None, after.model) else set()
    lost |= {
        f"frameworks.{name}.from"
        for name, scope in found.frameworks.items()
        if isinstance(scope.starts, date)
        and scope.starts > AS_OF
        and after.frameworks[name].starts != scope.starts
    }
    assert {warning.message.split(":")[0] for warning in after.warnings} == lost
