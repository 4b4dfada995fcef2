"""The strict YAML reader: values, and a place in the file for each of them.

The only package that knows PyYAML. What it leaves out of YAML, and why the rest reads as
YAML 1.2 does, is described in `scalars`, `events` and `refusals`.
"""

from cmpolicy.document.editing import Placed, spread
from cmpolicy.document.merging import merge
from cmpolicy.document.model import Document
from cmpolicy.document.reader import read
from cmpolicy.document.tree import Raw

__all__ = ["Document", "Placed", "Raw", "merge", "read", "spread"]
