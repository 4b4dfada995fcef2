"""Lacks: one cause is one lack, whoever meets it."""

from cmpolicy.lacks import LackKind, conflict, missing, unknown, wrong


def test_the_words_of_a_missing_row_come_in_any_order():
    one = missing("coverage", stage="detect", area="backup")

    assert one == missing("coverage", area="backup", stage="detect")
    assert one.text == "missing coverage area=backup stage=detect"


def test_words_that_are_not_asked_for_are_left_out():
    assert missing("targets", stage="respond", rank=None) == missing("targets", stage="respond")
    assert missing("notices", event="breach", from_="it").key == (
        ("event", "breach"),
        ("from", "it"),
    )


def test_without_words_all_of_the_list_is_missing():
    assert missing("tools").text == "missing tools *"
    assert missing("tools").kind is LackKind.MISSING


def test_more_unknown_values_behind_the_one_that_decides_are_the_same_lack():
    one = unknown("services[a].criticality")
    more = unknown("services[a].criticality", "services[b].criticality")

    assert one.fingerprint("clinic") == more.fingerprint("clinic")
    assert one.fingerprint("clinic") != unknown("services[b].criticality").fingerprint("clinic")


def test_rows_in_conflict_come_in_any_order():
    assert conflict("targets[b]", "targets[a]") == conflict("targets[a]", "targets[b]")


def test_a_fingerprint_is_of_the_agreement_too():
    assert wrong("term.ends").fingerprint("a") != wrong("term.ends").fingerprint("b")
    assert len(wrong("term.ends").fingerprint("a")) == 32
