"""Stands in for GitHub's `gh api`: answers from a folder, keeps comments there, records calls.

`$GH_FOLDER/state.json` says who asks (`me`), which methods are refused (`forbidden`), what code
scanning answers (`scanning`: a status and a message), how it refuses (`refusal`), and what comments
there are. A body is taken
from standard input, never from a file: what a path names may change between two looks at it.
"""

import json
import os
import sys
from pathlib import Path

STATE = Path(os.environ["GH_FOLDER"]) / "state.json"


def fail(status, message):
    sys.stdout.write(json.dumps({"message": message, "status": str(status)}))
    sys.stderr.write(f"gh: {message} (HTTP {status})\n")
    raise SystemExit(1)


def options(arguments):
    """Split into what stands alone and the values of options, as gh does."""
    alone, values = [], {"--method": "GET"}
    given = iter(arguments)
    for argument in given:
        if argument in ("--paginate", "--slurp"):
            values[argument] = True
        elif argument in ("--method", "--input", "-f"):
            values[argument] = next(given)
        elif argument.startswith("-"):
            fail(0, f"unknown flag: {argument}")
        else:
            alone.append(argument)
    return alone, values


def answer(state, where, values):
    path, _, query = where.partition("?")
    issues = "repos/acme/agreements/issues"
    match values["--method"], path:
        case "GET", "graphql" if values["-f"] == "query={viewer{login}}":
            return {"data": {"viewer": {"login": state["me"]}}}
        case "GET", "repos/acme/agreements/code-scanning/alerts":
            status, message = state["scanning"]
            return [] if status == 200 else fail(status, message)
        case "GET", _ if path == f"{issues}/7/comments" and query == "per_page=100":
            found = state["comments"]
            assert values["--paginate"], "more than one page"
            assert values["--slurp"], "pages are one document"
            return [found[at : at + 2] for at in range(0, len(found), 2)]  # small pages
        case "POST", _ if path == f"{issues}/7/comments":
            last = max([comment["id"] for comment in state["comments"]], default=3_000_000_000)
            made = {"id": last + 1, "user": {"login": state["me"]}, "body": body(values)}
            state["comments"].append(made)
            return made
        case "PATCH", _:
            (found,) = (one for one in state["comments"] if path.endswith(f"/{one['id']}"))
            assert path == f"{issues}/comments/{found['id']}"
            found["body"] = body(values)
            return found
    return fail(404, "Not Found")


def body(values):
    assert values["--input"] == "-"
    (text,) = json.load(sys.stdin).values()
    return text


def main(arguments):
    state = json.loads(STATE.read_text(encoding="utf-8"))
    assert os.environ["GH_TOKEN"] == "the-token"  # noqa: S105 - of the tests alone
    assert arguments[0] == "api"
    (where,), values = options(arguments[1:])
    state["calls"].append(f"{values['--method']} {where}")
    if values["--method"] in state["forbidden"] and where != "graphql":
        STATE.write_text(json.dumps(state), encoding="utf-8")
        fail(403, state.get("refusal", "Resource not accessible by integration"))
    try:
        sys.stdout.write(json.dumps(answer(state, where, values)))
    finally:
        STATE.write_text(json.dumps(state), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
