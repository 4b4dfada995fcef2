"""Agreements come from strangers: whatever they write does nothing, in any format.

Every free text of a report is replaced by a hostile one, and each format is read as its consumer
reads it.
"""

import dataclasses
import json
import re
from datetime import date
from enum import Enum
from functools import cache

import pytest
from lxml import etree
from markdown_it import MarkdownIt

from cmpolicy.cli import main
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.reporters.escape import visible
from reports import every_outcome
from runner import commands
from schema_files import FOLDER, problems, xml_problems

HOSTILE = {
    "command": "::error file=x,line=1::boo",
    "command on a line": "one\n::stop-commands::x\n  ::add-mask::two",
    "command after space": "see ::set-output name=x::y and :: z",
    "old command": "##[add-path]/tmp ##[error]boo ####[warning]x",
    "azure": "##vso[task.setvariable variable=x]y",
    "teamcity": "##teamcity[message text='x']",
    "mention": "@everyone and @octocat, (@org/team) x@y",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)><!-- cmpolicy:check -->",
    "details": "</details></summary><details open>",
    "link": "[click](https://evil.example) ![i](https://evil.example/x.png) [a][b]",
    "bare link": "https://evil.example <https://evil.example> www.evil.example mail@evil.example",
    "definition": "[a]: https://evil.example\n\n[a]",
    "bidirectional": "\u202eevil\u2066x\u2069 \u200f\u061c\u200bzero\ufeff",
    "terminal": "\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J\b\b\r",
    "markup": "**bold** _em_ ~~gone~~ `code` ``more` # h",
    "blocks": "# heading\n\n- item\n\n    code\n\n---\n```\nfence\n> quote\n| a | b |\n|---|---|",
    "table": "a | b \\| c |\n| --- | --- |",
    "unclosed": "`x`` @all ```` <b> `",
    "entities": "&lt;b&gt; &#64;everyone &#x202e;",
    "references": "#1 org/repo#2 GH-3 !4 $5 &6 %7 ~8 ^alert#9 $x$ 0123456789abcdef",
    "quick action": "/close\n/merge",
    "sarif": "{0} {{x}} [1](2) \\[x\\]",
    "percent": "%0A::error::x %25 %3A%2C",
    "xml": "]]> & \" ' </failure></testcase> <!ENTITY x SYSTEM 'file:///etc/passwd'> &x;",
    "not xml": "a\x00b\x0bc\ufffed\uffff \ud800",
    "formula": '=HYPERLINK("https://evil.example")',
    "long": "x" * 5_000 + " " + "@y " * 2_000,
}
LAWFUL = {"id", "pack", "check", "controls", "basis", "data", "packs", "version", "commit"}
"""What only a pack or the program itself writes, in words that a schema allows."""
LAWFUL |= {"fail_on", "state", "help"}
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)


APART = ("subject", "path", "id")
"""Fields that keep their own value at the end: what they hold stays apart."""


def poisoned(value, text, name=""):
    """Replace every free text, wherever it stands."""
    if name in LAWFUL or value is None or isinstance(value, Enum | bool | int | date):
        return value
    if isinstance(value, str):
        return f"{text}{value}" if name in APART else text
    if isinstance(value, tuple):
        return tuple(poisoned(each, text) for each in value)
    if isinstance(value, dict):
        return dict.fromkeys(value, text)
    return dataclasses.replace(
        value,
        **{
            field.name: poisoned(getattr(value, field.name), text, field.name)
            for field in dataclasses.fields(value)
        },
    )


@cache
def hostile(text):
    """Return the report of every outcome, all of whose texts are hostile, ids of agreements too.

    Agreements and subjects keep their own names at the end, so that they stay apart.
    """
    calm = every_outcome()
    report = poisoned(calm, text)
    verdicts = tuple(
        dataclasses.replace(after, agreement=f"{text}{before.agreement}")
        for after, before in zip(report.verdicts, calm.verdicts, strict=True)
    )
    titles = {f"{text}{agreement}": text for agreement in calm.titles}
    return dataclasses.replace(report, verdicts=verdicts, titles=titles)


@pytest.fixture(params=HOSTILE)
def given(request):
    return hostile(HOSTILE[request.param])


@cache
def calm_report():
    return every_outcome()


RENDERED = {}


def rendered(name, report, look=None):
    """Return a report in a format, made once for all tests; the reports are kept by a cache."""
    key = (name, id(report), look)
    if key not in RENDERED:
        RENDERED[key] = REPORTERS[name](report, look or Look())
    return RENDERED[key]


def strings(data):
    """Yield every string of JSON data, keys too."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


@pytest.mark.parametrize("name", REPORTERS)
def test_a_ci_runner_takes_no_command_from_what_is_printed(name, given):
    """The runner reads standard output, whatever the format; `github` has commands of its own."""
    text = rendered(name, given)

    expected = len(commands(rendered(name, calm_report()))) if name == "github" else 0
    assert len(commands(text)) == expected
    assert "##vso[" not in text
    assert "##teamcity[" not in text


@pytest.mark.parametrize("name", REPORTERS)
def test_nothing_hidden_is_printed(name, given):
    text = rendered(name, given)

    assert HIDDEN.findall(text) == []
    text.encode()


def test_colour_is_the_only_terminal_sequence(given):
    text = rendered("text", given, Look(colour=True))

    assert HIDDEN.findall(re.sub(r"\x1b\[[0-9;]*m", "", text)) == []
    assert not re.search(r"\x1b\[31mred", text)


@pytest.mark.parametrize("flavor", ["ant", "jenkins"])
def test_xml_parses_and_has_the_same_elements(given, flavor):
    schema = {"ant": "jenkins-junit-10-2014.xsd", "jenkins": "jenkins-junit-10.xsd"}[flavor]
    look = Look(junit_flavor=flavor)
    text = rendered("junit", given, look)

    calm = etree.fromstring(rendered("junit", calm_report(), look).encode())
    read = etree.fromstring(text.encode())
    for kind in ("failure", "error", "skipped", "testcase", "testsuite"):
        assert len(read.findall(f".//{kind}")) == len(calm.findall(f".//{kind}"))
    assert xml_problems(schema, text) == []


def test_json_parses_to_what_was_written(given):
    phrase = json.loads(rendered("json", given))

    messages = {item["message"] for each in phrase["verdicts"] for item in each["observations"]}
    assert messages <= {item.message for each in given.verdicts for item in each.observations}


def test_sarif_holds_no_link_no_mention_and_nothing_hidden(given):
    log = json.loads(rendered("sarif", given))

    (run,) = log["runs"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    said = [result["message"]["text"] for result in run["results"]]
    said += [note["message"]["text"] for note in notes]
    said += [rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]]
    assert problems(FOLDER / "sarif-2.1.0-rtm.5.json", log) == []
    assert [text for text in strings(log) if HIDDEN.search(text)] == []
    for text in said:
        bare = re.sub(r"\\.", "", text)
        assert not re.search(r"[\[\]\\]|@\w", bare)
        assert re.sub(r"\{\{|\}\}", "", bare).count("{") == 0
    for rule in run["tool"]["driver"]["rules"]:
        assert_does_nothing(rule["help"]["markdown"], set())


def test_gitlab_holds_no_mention_and_nothing_hidden(given):
    found = json.loads(rendered("gitlab", given))

    assert len(found) == len(json.loads(rendered("gitlab", calm_report())))
    assert [text for text in strings(found) if HIDDEN.search(text)] == []
    assert [entry for entry in found if re.search(r"@\w", entry["description"])] == []


def test_annotations_are_ours_alone(given):
    text = rendered("github", given)

    calm = rendered("github", calm_report())
    assert len(text.splitlines()) == len(calm.splitlines())
    assert [line.split(" ")[0] for line in text.splitlines()] == [
        line.split(" ")[0] for line in calm.splitlines()
    ]
    for command in commands(text):
        assert command.properties.keys() <= {"file", "line", "col", "endColumn", "title"}
        assert not HIDDEN.search(command.data.replace("\n", ""))
        assert not re.search(r"@\w", command.data)


READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"<!-- cmpolicy:check -->", "<details>", "</details>"}
LIVE = re.compile(r"@\w|://|www\.|(?<!\w)[#!$~%^]\d|[#!]\d|\bGH-\d|&\d", re.IGNORECASE)
"""What GitHub or GitLab make a mention, a link or a reference of, in text that is not code."""


def assert_does_nothing(text, ours):
    for token in READER.parse(text):
        if token.type == "html_block":
            lines = token.content.strip().splitlines()
            html = {line for line in lines if not re.fullmatch(r"<summary>[^<]*</summary>", line)}
            assert html <= ours
        for part in token.children or ():
            assert part.type in {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
            assert not HIDDEN.search(part.content.replace("\u200b", ""))
            if part.type == "text":
                assert not LIVE.search(part.content), part.content
    assert [line for line in text.splitlines() if line.startswith("/")] == []


def test_markdown_has_no_html_link_mention_or_reference_outside_code(given):
    assert_does_nothing(rendered("markdown", given), OURS)


def test_markdown_keeps_its_shape(given):
    """The same headings, lists and tables as of the calm report."""
    blocks, calm = (
        [token.type for token in READER.parse(rendered("markdown", each))]
        for each in (given, calm_report())
    )

    assert blocks == calm


AGREEMENT = """\
apiVersion: cmpolicy/v1
kind: Agreement
id: lakeside
title: "{text}"
version: "1.0.0"
status: active
model: co-managed
timezone: America/Toronto
term: {{effective: 2026-01-01}}
parties:
  - {{id: clinic, name: "{text}", kind: customer, note: "{text}", engaged_by: "{text}"}}
"{text}": 1
"""
FILES = ["::error::x.yaml", "##[error]x.yaml", "@all <b> [x](y).yaml", "a\n::error::b.yaml"]


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("file", FILES)
def test_from_the_file_to_the_output(name, file, tmp_path, monkeypatch, capfdbinary):
    """The same through the whole program, with hostile names of files too."""
    text = "::error::x ##[error]y @everyone <script>z</script> [a](https://b) \\u202e \\x1b[31m"
    monkeypatch.chdir(tmp_path)
    (tmp_path / file).write_text(AGREEMENT.format(text=text))

    status = main(["check", "--format", name, "--as-of", "2026-11-24", "."])
    out = capfdbinary.readouterr().out.decode()

    found = commands(out)
    assert status == 1
    assert HIDDEN.findall(out) == []
    assert all(command.properties["file"] == visible(file) for command in found)
    assert (found != []) == (name == "github")
    if name == "markdown":
        assert_does_nothing(out, OURS)
