"""Sentences that differ in one place are said once."""

from hypothesis import given
from hypothesis import strategies as st

from cmpolicy.findings import alike
from cmpolicy.findings.alike import said_once

NAMES = ("Patient records", "Mail", "Accounts and sign-on", "Voice", "Imaging archive", "Files")


def about(name):
    return f"nobody responds for {name} at p1 (incident-response): Mon-Thu 18:00 to 08:00"


def test_two_names_are_joined():
    assert said_once(map(about, NAMES[:2])) == (about("Patient records and Mail"),)


def test_of_many_names_some_are_counted():
    told = about("Patient records, Mail, Accounts and sign-on, Voice and 2 more")

    assert said_once(map(about, NAMES)) == (told,)
    five = about("Patient records, Mail, Accounts and sign-on, Voice and Imaging archive")
    assert said_once(map(about, NAMES[:5])) == (five,)


def test_sentences_that_differ_in_two_places_stay_apart():
    one = "the response for Mail at p1 takes 112 h; the limit is 1 hour (targets[day].within)"
    other = "the response for Voice at p1 takes 90 h; the limit is 1 hour (targets[day].within)"

    assert said_once([one, other]) == (one, other)


def test_short_sentences_with_little_in_common_stay_apart():
    assert said_once(["no owner here", "no owner there"]) == ("no owner here", "no owner there")
    assert said_once(["services[a].owner is missing", "term.ends is missing"]) == (
        "services[a].owner is missing",
        "term.ends is missing",
    )


def test_the_same_sentence_is_said_once():
    assert said_once([about("Mail"), about("Mail")]) == (about("Mail"),)


@given(st.lists(st.text(alphabet="ab ", max_size=12), max_size=8))
def test_nothing_is_invented_and_nothing_is_lost(messages):
    told = " ".join(said_once(messages))

    if len(set(messages)) <= 5:
        for message in messages:
            assert all(word in told for word in message.split(" "))


def test_twice_the_sentences_are_twice_the_work(monkeypatch):
    asked = []
    real = getattr(alike, "_same")  # noqa: B009 - counted, and not called by its name
    monkeypatch.setattr(alike, "_same", lambda *two: asked.append(two) or real(*two))

    def work(number):
        asked.clear()
        # None joins another: each differs in two places.
        said_once(f"rule{i} is asked of number {i} and of no other service" for i in range(number))
        return len(asked)

    small, large = work(200), work(400)
    assert large <= 2.2 * small
