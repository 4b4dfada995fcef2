"""What a schema cannot say: references, ids, zones, dates, amounts that fit their clocks."""

import pytest

from build import HEAD, agreement
from cmpolicy.errors import MOST_PROBLEMS, DocumentError
from cmpolicy.unknown import UNKNOWN


def problems(body="", head=HEAD, **more):
    with pytest.raises(DocumentError) as caught:
        agreement(body, head, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_small_agreement_has_one_implicit_service_and_severity():
    found = agreement()

    assert [service.id for service in found.services] == ["*"]
    assert [(severity.id, severity.rank) for severity in found.severities] == [("*", 1)]
    assert found.parties["clinic"].handles == ("phi",)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            "clauses: [{topic: insurance, by: msp, amount: USF 2 million}]\n",
            ["13:47", "`amount`: there is no currency USF (ISO 4217)"],
        ),
        (
            "clauses: [{topic: audit-rights, by: msp, at_most_every: 0 days}]\n",
            ["`at_most_every`: invalid interval '0 days'"],
        ),
        (
            "clauses: [{topic: confidentiality, by: msp, survives: 101 years}]\n",
            ["`survives`: the interval '101 years' is longer than 100 years"],
        ),
        (
            "clauses: [{topic: exit-assistance, by: msp, paid_by: [clinic, klinic]}]\n",
            ["there is no party or person or rota `klinic`", "did you mean `clinic`?"],
        ),
        (
            "notices: [{event: outage, from: msp, to: clinic, contact: [dana]}]\n",
            ["there is no party or person or rota `dana`"],
        ),
        (
            'allocations: [{control: "cmmc:a", only: {services: [ehr]}}]\n',
            ["there is no service `ehr`"],
        ),
        (
            "uptime: [{id: a, maintenance: {calendar: nights}}]\n",
            ["there is no calendar `nights`"],
        ),
        (
            "uptime: [{id: a, credits: [{below: 99, percent: 5}, {id: b, below: 99.0}]}]\n",
            ["`credits`: there are two below 99 %", "write one step for each percentage"],
        ),
        (
            "rotas: [{id: noc, party: msq}]\n",
            ["13:26", "there is no party `msq`", "did you mean `msp`?"],
        ),
        (
            "people:\n  - {id: dana, party: clinic}\n  - {id: dana, party: msp}\n",
            ["`people`: `dana` is a duplicate of line 14"],
        ),
        (
            "people: [{id: msp, party: clinic}]\n",
            ["share one namespace"],
        ),
        (
            "calendars: [{id: x, hours: [mon-fri 08:00-17:00], timezone: America/Torronto}]\n",
            ["there is no time zone 'America/Torronto'", "America/Toronto"],
        ),
        (
            "calendars: [{id: x, hours: [mon-fri 08:00-17:00], holidays: {region: CA-OO}}]\n",
            ["CA-O"],
        ),
        (
            "calendars: [{id: a, outside: b}, {id: b, outside: a}]\n",
            ["calendars in a circle: a is outside b is outside a"],
        ),
        (
            "calendars: [{id: a, hours: [mon-fri 25:00-17:00]}]\n",
            ["`hours`", "25:00"],
        ),
        (
            "targets: [{stage: respond, within: 4 business hours, calendar: 24x7}]\n",
            ["`within: 4 business hours`"],
        ),
        (
            "targets: [{stage: respond, within: 1 hour},\n {stage: respond, within: 2 hours}]\n",
            ["`*/respond` is a duplicate of line 13", "give the rows ids"],
        ),
        (
            "notices: [{event: outage, from: msp, to: clinic, contact: bob}]\n",
            ["there is no party or person or rota `bob`"],
        ),
        (
            "reviews: [{id: r, kind: report, every: 1 month, held: [{on: 2026-02-30}]}]\n",
            ["invalid date '2026-02-30', expected YYYY-MM-DD"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_a_hint(body, says):
    phrase = "\n".join(problems(body))

    for text in says:
        assert text in phrase


def test_a_term_that_ends_before_it_starts():
    head = HEAD.replace("{effective: 2026-01-01}", "{effective: 2026-01-01, ends: 2025-12-31}")

    assert problems(head=head) == [
        "agreements/lakeside.yaml:9:37: `ends: 2025-12-31` is before `effective: 2026-01-01`"
    ]


def test_a_word_that_no_vocabulary_knows_is_a_warning():
    found = agreement("coverage: [{area: security-monitorin, stage: detect, by: msp}]\n")

    (warning,) = found.warnings
    assert str(warning) == (
        "agreements/lakeside.yaml:13:19: `area`: `security-monitorin` is none of the areas known "
        "(did you mean `security-monitoring`?)"
    )


SHARED = """\
apiVersion: cmpolicy/v1
kind: Shared
id: provider
people:
  - {id: sam, name: Sam Ito, party: msp}
"""


def test_shared_files_are_merged_and_keep_their_places():
    body = "uses: [../common/provider.yaml]\npeople: [{id: dana, party: clinic, deputy: sam}]\n"
    found = agreement(body, files={"common/provider.yaml": SHARED})

    assert set(found.people) == {"dana", "sam"}
    assert str(found.locate("people[sam].name")) == "common/provider.yaml:5:21"
    assert str(found.locate("people[dana].party")) == "agreements/lakeside.yaml:14:28"


def test_a_clash_between_shared_files_is_an_error():
    body = "uses: [../common/provider.yaml]\npeople: [{id: sam, party: clinic}]\n"

    phrase = problems(body, files={"common/provider.yaml": SHARED})

    (clash,) = phrase
    assert clash == (
        "common/provider.yaml:5:5: `people`: `sam` is a duplicate of line 14 of "
        "agreements/lakeside.yaml (ids are unique in their list)"
    )


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("circle", [False, True])
def test_calendars_outside_each_other_are_no_deeper_than_16(step, circle):
    """Whichever comes first in the file, and however many there are."""

    def chain(count):
        rows = [f"  - {{id: q{n}, outside: q{n + 1}}}\n" for n in range(count)]
        last = "outside: q0" if circle else "hours: [mon-fri 08:00-18:00]"
        rows.append(f"  - {{id: q{count}, {last}}}\n")
        return "calendars:\n" + "".join(rows[::step])

    found = problems(chain(1999))

    assert any("more than 16 calendars are each outside the next" in phrase for phrase in found)
    if circle:
        assert any("in a circle" in phrase for phrase in problems(chain(3)))
    else:
        assert agreement(chain(16)).calendars["q0"].outside is not None


def test_a_shared_file_is_named_once():
    files = {"common/provider.yaml": "apiVersion: cmpolicy/v1\nkind: Shared\nid: provider\n"}
    phrase = problems("uses: [../common/provider.yaml, ../common/./provider.yaml]\n", files=files)

    (twice,) = phrase
    assert twice == (
        "agreements/lakeside.yaml:13:33: `uses`: duplicate `../common/./provider.yaml` "
        "(name each file once)"
    )


def test_rows_of_shared_files_count_towards_the_limit():
    """The row past it is shown where it stands."""
    head = "apiVersion: cmpolicy/v1\nkind: Shared\nid: {0}\ntools:\n"
    rows = "  - {{id: {0}-{1}}}\n"
    files = {
        f"{name}.yaml": head.format(name) + "".join(rows.format(name, n) for n in range(1001))
        for name in ("a", "b")
    }

    assert problems("uses: [../a.yaml, ../b.yaml]\n", files=files) == [
        "b.yaml:1004:5: `tools` has 2002 entries; the limit is 2000"
    ]


def test_of_very_many_problems_and_strange_words_the_first_are_reported():
    people = "".join(f"  - {{id: p{n}, party: nobody, roles: [a{n}]}}\n" for n in range(300))
    sound = people.replace("nobody", "msp")

    assert len(problems(f"people:\n{people}")) == MOST_PROBLEMS
    warnings = agreement(f"people:\n{sound}").warnings
    assert len(warnings) == MOST_PROBLEMS + 1
    assert "there are more such words" in warnings[-1].message


@pytest.mark.parametrize("path", ["../../outside.yaml", "/etc/passwd"])
def test_uses_stays_inside_the_repository(path):
    phrase = problems(f"uses: ['{path}']\n")

    assert "leads outside the repository" in phrase[0]
    assert phrase[0].startswith("agreements/lakeside.yaml:13:8")


def test_a_placeholder_takes_no_default():
    body = (
        "coverage: [{area: helpdesk, stage: respond, by: msp, commitment: TBD, services: [TBD]}]\n"
    )
    found = agreement(body)

    (row,) = found.coverage
    assert row.commitment is None
    assert row.promised is False
    assert row.services == ()
    assert found.lack("coverage[helpdesk/respond/msp].commitment") == "is a placeholder ('TBD')"


def test_what_the_file_does_not_say_is_unknown():
    body = "calendars: [{id: desk, hours: [mon-fri 08:00-17:00]}]\n"
    found = agreement(body + "people: [{id: dana, party: unknown}]\n")

    assert found.unknowns
    assert found.calendars["desk"].holidays is None
    assert found.people["dana"].party is UNKNOWN
    assert not agreement().unknowns


def test_records_that_are_not_there():
    body = (
        "reviews:\n  - {id: r, kind: report, held: [{on: 2026-01-05, record: ../minutes/a.md}, "
        "{on: 2026-02-05, record: ../minutes/b.md}, {on: 2026-03-05, record: 'https://x.example'}]}\n"
    )
    found = agreement(body, exists=lambda path: path == "minutes/a.md")

    assert found.missing_records == {"reviews[r].held[2026-02-05].record"}


def test_labels_and_notes_are_no_parties_and_no_frameworks():
    body = (
        "frameworks: {note: none, labels: {a: b}}\n"
        "tools: [{id: psa, kind: ticketing, access: {clinic: full, note: by invitation}}]\n"
    )

    assert agreement(body).frameworks == {}


def test_what_is_held_without_keys_is_among_what_is_handled():
    def head(keys):
        return HEAD.replace("provider, handles: [phi]}", f"provider, handles: [phi], {keys}}}")

    said = "`without_keys`: `cui` is not among what msp handles (add it to `handles` as well)"
    found = problems("", head("without_keys: [phi, cui]"))

    assert found == [f"agreements/lakeside.yaml:12:58: {said}"]
    assert agreement("", head("without_keys: [phi]")).parties["msp"].without_keys == ("phi",)
    assert agreement("", head("without_keys: [unknown]")).unknowns


def test_what_a_clock_stops_for_may_be_a_word_of_ones_own_with_a_warning():
    row = "{id: a, stage: restore, within: 4 hours, pauses: [{for: costumer}]}"
    found = agreement(f"targets: [{row}]\n")

    assert [warning.message for warning in found.warnings] == [
        "`for`: `costumer` is none of the pause reasons known"
    ]
    assert found.warnings[0].hint == "did you mean `customer`?"
