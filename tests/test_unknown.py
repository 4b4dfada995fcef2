"""Logic with three answers: each function, over every mix of answers, against its definition."""

from itertools import product

import pytest

from cmpolicy.unknown import (
    UNKNOWN,
    Reading,
    all_of,
    any_of,
    contains,
    decide,
    equals,
    not_,
    overlaps,
)

ANSWERS = (True, False, UNKNOWN)


def filled(answers):
    """Return every way to put a certain answer for each unknown one."""
    return product(*((True, False) if answer is UNKNOWN else (answer,) for answer in answers))


def by_definition(concrete, answers):
    """Return what all fillings agree on, else UNKNOWN."""
    found = {concrete(*some) for some in filled(answers)}
    return found.pop() if len(found) == 1 else UNKNOWN


@pytest.mark.parametrize("answers", list(product(ANSWERS, repeat=3)), ids=str)
def test_all_of_and_any_of_are_what_every_filling_agrees_on(answers):
    assert all_of(*answers) is by_definition(lambda *some: all(some), answers)
    assert any_of(*answers) is by_definition(lambda *some: any(some), answers)


def test_nothing_is_all_of_nothing_and_not_any():
    assert all_of() is True
    assert any_of() is False


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_not_is_its_own_opposite(answer):
    assert not_(not_(answer)) is answer
    assert not_(answer) is by_definition(lambda one: not one, (answer,))


@pytest.mark.parametrize("pair", list(product(ANSWERS, repeat=2)), ids=str)
def test_de_morgan(pair):
    one, other = pair

    assert not_(all_of(one, other)) is any_of(not_(one), not_(other))


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_reading_decides_only_what_is_unknown(answer):
    optimistic = decide(answer, Reading.OPTIMISTIC)
    pessimistic = decide(answer, Reading.PESSIMISTIC)

    assert (optimistic, pessimistic) == ((True, False) if answer is UNKNOWN else (answer, answer))


WORDS = ("ehr", "mail", UNKNOWN, "unknown")


def concrete(word):
    return ("ehr", "mail", "fax") if word in (UNKNOWN, "unknown") else (word,)


@pytest.mark.parametrize("found", WORDS, ids=str)
def test_equals_is_what_every_word_agrees_on(found):
    answers = {word == "ehr" for word in concrete(found)}

    assert equals(found, "ehr") is (answers.pop() if len(answers) == 1 else UNKNOWN)


@pytest.mark.parametrize(
    "found", [words for size in range(4) for words in product(WORDS, repeat=size)], ids=str
)
def test_contains_and_overlaps_are_what_every_filling_agrees_on(found):
    lists = list(product(*(concrete(word) for word in found)))
    holding = {"ehr" in words for words in lists}
    meeting = {bool({"ehr", "mail"} & set(words)) for words in lists}

    assert contains(found, "ehr") is (holding.pop() if len(holding) == 1 else UNKNOWN)
    # Two unknown words may be both or neither: `overlaps` answers each word by itself.
    expected = meeting.pop() if len(meeting) == 1 else UNKNOWN
    assert overlaps(found, ("ehr", "mail")) in (expected, UNKNOWN)
    assert overlaps(found, ("ehr", "mail")) is not (not expected)


def test_what_is_left_out_is_what_the_caller_says():
    assert equals(None, "ehr") is False
    assert equals(None, "ehr", absent=True) is True
    assert contains(None, "ehr") is True
    assert contains(None, "ehr", absent=False) is False


def test_asked_for_any_word_every_list_but_an_empty_one_will_do():
    assert equals(UNKNOWN, None) is True
    assert contains(UNKNOWN, None) is True
    assert contains(("mail",), None) is True
    assert contains((), None) is False
