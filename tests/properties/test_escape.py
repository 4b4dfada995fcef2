"""What every escaping promises, of any text whatever."""

import html
import json
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cmpolicy.reporters import escape
from runner import commands

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BITS = [*"`\\*_[]()<>|~#@!&$%^:/-+=.1a \n\t\x1b\u202e"]
BITS += ["www.", "://", "##", "::", "GH-", "%0A", "%3A", "&#64;", "- ", "1. "]
TEXTS = st.text() | st.lists(st.sampled_from(BITS)).map("".join)


@given(TEXTS)
def test_markdown_renders_as_the_text_itself(text):
    rendered = READER.render(escape.markdown(text))

    bare = re.sub(r"</?(?:p|code)>", "", rendered)
    assert "<" not in bare
    phrase = html.unescape(bare).replace("\u200b", "").removesuffix("\n")
    # A code span drops a space at either end.
    assert re.sub("[` ]", "", phrase) == re.sub("[` ]", "", escape.one_line(text))


@given(TEXTS)
def test_markdown_holds_no_mention_reference_or_link(text):
    for token in READER.parse(escape.markdown(text)):
        for part in token.children or ():
            assert part.type in {"text", "code_inline"}
            if part.type == "text":
                live = r"@[^\u200b]|://|www\.|[#!%~^&$]\w|\bGH-\d"
                assert not re.search(live, part.content, re.IGNORECASE)


@given(TEXTS)
def test_markdown_keeps_to_one_cell_of_a_table(text):
    for phrase in (escape.markdown(text), escape.markdown_code(text)):
        rendered = READER.render(f"| a | b |\n| --- | --- |\n| {phrase} | end |\n")
        assert rendered.count("<td>") == 2
        assert "<td>end</td>" in rendered


@given(TEXTS)
def test_no_text_holds_a_command_for_a_ci_runner(text):
    for phrase in (
        escape.visible(text),
        escape.one_line(text),
        escape.xml(text),
        escape.html(text),
    ):
        assert commands(phrase) == []
        assert not re.search(r"##\w*\[", phrase)


@given(TEXTS, TEXTS)
def test_workflow_commands_are_read_back_as_written(data, value):
    phrase = f"{value}."  # the runner strips spaces at the end
    line = f"::error title={escape.github_property(phrase)}::{escape.github_data(data)}"

    (command,) = commands(line)
    assert command.data == escape.visible(data)
    assert command.properties == {"title": escape.visible(phrase)}


@given(st.recursive(TEXTS, lambda each: st.lists(each) | st.dictionaries(TEXTS, each)))
def test_json_reads_back_as_written(data):
    phrase = escape.json_text(json.dumps(data))

    assert json.loads(phrase) == data
    assert "##" not in phrase


@given(TEXTS)
def test_a_text_is_made_harmless_once_and_for_all(text):
    for make in (escape.visible, escape.one_line, escape.xml, escape.plain, escape.csv_cell):
        assert make(make(text)) == make(text)
    assert len(escape.visible(text)) == len(text)


@given(TEXTS)
def test_html_is_text(text):
    phrase = escape.html(text)

    assert not re.search("[<>\"']", phrase)
    assert html.unescape(phrase) == escape.visible(text)
