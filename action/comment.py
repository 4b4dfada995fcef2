"""Keeps one comment on a pull request up to date with what `cmpolicy diff` tells.

It is found by the hidden marker that it starts with and by its author: whoever else quotes the
marker keeps his comment. A token that may not comment, as that of a pull request from a fork, is
told as a notice; nothing here fails the job.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cmpolicy.reporters.changes.markdown import MARKER
from cmpolicy.reporters.changes.telling import UNCHANGED
from cmpolicy.reporters.escape import github_data

NOT_COMPARED = f"{MARKER}\n## ⚠️ cmpolicy diff\n\nNot compared: the log of the job tells why.\n"


def gh(*arguments: str) -> str:
    """Call the GitHub API through its command line tool, which knows the token."""
    return subprocess.run(
        ["gh", "api", *arguments], capture_output=True, text=True, check=True
    ).stdout


def own_comment(comments: str) -> int | None:
    """Return the id of the first comment that is ours."""
    me = json.loads(gh("graphql", "-f", "query={viewer{login}}"))["data"]["viewer"]["login"]
    pages = json.loads(gh("--paginate", "--slurp", f"{comments}?per_page=100"))
    for comment in (comment for page in pages for comment in page):
        author = (comment["user"] or {}).get("login")  # a deleted account is nobody
        if author == me and comment["body"].startswith(MARKER):
            return int(comment["id"])
    return None


def main(report: Path) -> None:
    """Update the comment, or make it where there is something to tell."""
    if not report.stat().st_size:
        report.write_text(NOT_COMPARED, encoding="utf-8")
    issues = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    comments = f"{issues}/{os.environ['PULL_NUMBER']}/comments"
    body = f"body=@{report}"
    lines = report.read_text(encoding="utf-8").splitlines()
    headline = next((line for line in lines if line.startswith("**")), "")
    found = own_comment(comments)
    if found is not None:
        gh("--method", "PATCH", f"{issues}/comments/{found}", "--field", body)
    elif UNCHANGED not in headline:
        gh("--method", "POST", comments, "--field", body)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except subprocess.CalledProcessError as error:
        message = error.stderr.strip() or f"gh ended with status {error.returncode}"
        kind = "notice" if "HTTP 403" in message else "warning"
        told = f"the comment was not updated, the step summary tells the same: {message}"
        print(f"::{kind} title=cmpolicy::{github_data(told)}")
