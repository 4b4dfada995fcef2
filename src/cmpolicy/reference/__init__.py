"""The reference: every rule, control, check kind and field, described in Markdown.

`cmpolicy explain` prints these pages plainly; the documentation has them in Markdown, with links.
"""

from __future__ import annotations

from cmpolicy.reference.checks import check_page
from cmpolicy.reference.controls import control_page, framework_page
from cmpolicy.reference.fields import FILES, field_names, field_page, fields_of, file_page, sections
from cmpolicy.reference.rules import pack_list, pack_page, rule_page
from cmpolicy.reference.writing import TERMINAL, Pages, Terminal, Writer

__all__ = [
    "FILES",
    "TERMINAL",
    "Pages",
    "Terminal",
    "Writer",
    "check_page",
    "control_page",
    "field_names",
    "field_page",
    "fields_of",
    "file_page",
    "framework_page",
    "pack_list",
    "pack_page",
    "rule_page",
    "sections",
]
