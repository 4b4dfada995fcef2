"""The reference: every rule, control, check kind and field, described in Markdown.

`cmpolicy explain` prints these pages plainly; the documentation has them in Markdown, with links.
"""

from __future__ import annotations

from cmpolicy.reference.checks import check_page
from cmpolicy.reference.controls import control_page, framework_page
from cmpolicy.reference.fields import field_names, field_page
from cmpolicy.reference.rules import pack_page, rule_page
from cmpolicy.reference.writing import TERMINAL, Pages, Writer

__all__ = [
    "TERMINAL",
    "Pages",
    "Writer",
    "check_page",
    "control_page",
    "field_names",
    "field_page",
    "framework_page",
    "pack_page",
    "rule_page",
]
