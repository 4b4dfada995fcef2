"""Agreements for tests, made of a few lines."""

from cmpolicy.agreement.load import Loader
from cmpolicy.document import read

HEAD = """\
apiVersion: cmpolicy/v1
kind: Agreement
id: lakeside
title: Lakeside
version: "1.0.0"
status: active
model: co-managed
timezone: America/Toronto
term: {effective: 2026-01-01}
parties:
  - {id: clinic, name: Clinic, kind: customer, handles: [phi]}
  - {id: msp, name: MSP, kind: provider, handles: [phi]}
"""


def agreement(body="", head=HEAD, files=None, file="agreements/lakeside.yaml", exists=None):
    """Load an agreement of a head and a body; `files` are what it may use."""
    files = files or {}
    loader = Loader(lambda path: files[path].encode(), exists)
    return loader.load(read((head + body).encode(), file))
