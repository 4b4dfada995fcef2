"""Keeps one comment on a pull request up to date with the report of `cmpolicy diff`.

This is the step that holds a token, so it runs nothing but this file: no package, nothing from the
environment that cmpolicy ran in, nothing from the checkout. Start it with `python3 -I -S`. The
report is data: one regular file of limited size that is read once.

Our comment is found by its author and by the hidden marker that it starts with: a comment of
somebody else that quotes the marker is left alone. A token that may not comment, such as that of a
pull request from a fork, gives a notice and no failure. A report that is refused ends with 2.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys

# What the report says of itself (cmpolicy.reporters.changes). A test holds both equal.
MARKER = "<!-- cmpolicy:diff -->"
UNCHANGED = "Unchanged: no promise, no verdict and no word differs"

LIMIT = 65_536
"""Bytes of a report at most; GitHub takes as many characters, cmpolicy writes fewer."""
NOT_COMPARED = f"{MARKER}\n## ⚠️ cmpolicy diff\n\nNot compared: see the log of the job.\n"
_CONTROL = re.compile(r"[^\n\r -~\u00a1-\ud7ff\uf900-\ufffd\U00010000-\U0001ffff]|[\u200b-\u206f]")


class Refused(Exception):  # noqa: N818 - it is a verdict on a file
    """The report is not what cmpolicy writes; the message says why."""


def read(folder: str, name: str) -> str:
    """Return the text of a report: a regular file with one name, in a folder that is no link.

    Raises:
        Refused: for anything else, without reading a byte of it.
    """
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            # A pipe must not block the step, a link must not show another file.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            file = os.open(name, flags, dir_fd=place)
        finally:
            os.close(place)
    except OSError as error:
        raise Refused(error.strerror or "it cannot be opened") from error
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise Refused("not a regular file of its own")
        if found.st_size > LIMIT:
            raise Refused(f"larger than {LIMIT} bytes")
        content = os.read(file, LIMIT)
    finally:
        os.close(file)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    if text and not text.startswith(MARKER):
        raise Refused("it does not start with the marker of `cmpolicy diff`")
    return text or NOT_COMPARED


def gh(*arguments: str, body: str | None = None) -> str:
    """Call the GitHub API through its command line tool, which takes the token from GH_TOKEN."""
    given = None if body is None else json.dumps({"body": body})
    command = ["gh", "api", *arguments, *(() if given is None else ("--input", "-"))]
    done = subprocess.run(
        command, input=given, capture_output=True, encoding="utf-8", errors="replace", check=True
    )
    return done.stdout


def own_comment(comments: str) -> int | None:
    """Return the id of the first comment that is ours."""
    me = json.loads(gh("graphql", "-f", "query={viewer{login}}"))["data"]["viewer"]["login"]
    pages = json.loads(gh("--paginate", "--slurp", f"{comments}?per_page=100"))
    for comment in (comment for page in pages for comment in page):
        author = (comment["user"] or {}).get("login")  # a deleted account has no user
        if author == me and (comment["body"] or "").startswith(MARKER):
            return int(comment["id"])
    return None


def update(body: str) -> None:
    """Update our comment, or make one where there is something to report."""
    issues = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    comments = f"{issues}/{int(os.environ['PULL_NUMBER'])}/comments"
    headline = next((line for line in body.splitlines() if line.startswith("**")), "")
    found = own_comment(comments)
    if found is not None:
        gh("--method", "PATCH", f"{issues}/comments/{found}", body=body)
    elif UNCHANGED not in headline:
        gh("--method", "POST", comments, body=body)


def say(kind: str, message: str) -> None:
    """Write a workflow command whose message cannot start another (actions/toolkit, command.ts)."""
    shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", message[:1000]).replace("##[", "# #[")
    data = shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    # Bytes: under `-I` and a locale of C, Python would print in ASCII.
    sys.stdout.buffer.write(f"::{kind} title=cmpolicy::{data}\n".encode())
    sys.stdout.flush()


def main(report: str) -> int:
    """Update the comment with the report at a path, and return the exit status."""
    refused = None
    try:
        body = read(*os.path.split(report))
    except Refused as error:
        refused, body = str(error), NOT_COMPARED
    if refused:
        say("error", f"the report of cmpolicy diff was refused: {refused}")
    try:
        update(body)
    except subprocess.CalledProcessError as error:
        message = error.stderr.strip() or f"gh ended with status {error.returncode}"
        kind = "notice" if "HTTP 403" in message else "warning"
        say(kind, f"the comment was not updated, see the step summary: {message}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        # No gh, or an answer of another shape than the API documents.
        say("warning", f"the comment was not updated, see the step summary: {error!r}")
    return 2 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
