"""Runs this project's composite action as a GitHub runner does: real bash, files for outputs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from gitrepo import QUIET
from runner import commands

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
CALLED = ("if", "id", "name", "shell", "run", "uses", "with", "env", "continue-on-error")


class Ran:
    """What came of a run of the action."""

    def __init__(self):
        self.log = ""
        self.summary = ""
        self.status = 0
        self.outputs = {}
        self.used = {}

    def annotations(self):
        """Return the kind, the file and the rule of every annotation of a line."""
        return [
            (command.name, command.properties["file"], command.properties["title"].split()[0])
            for command in commands(self.log)
            if "file" in command.properties
        ]

    def phrase(self, kind):
        """Return the messages of a kind that are the action's own, not the annotations."""
        found = [c for c in commands(self.log) if c.name == kind]
        return [c.data for c in found if c.properties.get("title") == "cmpolicy"]


class Composite:
    """A runner with a checkout, an event, and a stand-in for `gh`."""

    def __init__(self, folder, site, checkout, event, **state):
        self.site = site
        self.checkout = checkout
        self.temp = folder / "temp"
        self.event = event
        self.folder = folder / "gh"
        self.uploads = "success"
        self.variables = {}
        self.folder.mkdir(parents=True)
        begin = {"me": "github-actions[bot]", "forbidden": [], "scanning": [200, ""]}
        self.write({**begin, "comments": [], "calls": [], **state})
        script(folder / "bin" / "gh", "-I", f"{ROOT}/tests/stand_in_gh.py")
        self.path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        script(folder / "bin" / "python3", "-I", f"{ROOT}/tests/stand_in_python.py")
        (self.temp / "cmpolicy").mkdir(parents=True)

    @property
    def state(self):
        """What the stand-in for `gh` knows now."""
        return json.loads((self.folder / "state.json").read_text(encoding="utf-8"))

    def write(self, state):
        """Set what the stand-in for `gh` knows."""
        (self.folder / "state.json").write_text(json.dumps(state), encoding="utf-8")

    def run(self, *, judged=None, **inputs):
        """Run the steps; inputs are spelt with `_`, the others have their defaults.

        `judged` stands for the outputs of the step that judges, which then is not run, nor is the
        one that installs.
        """
        given = {name: spec["default"] for name, spec in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() == ACTION["inputs"].keys()
        github = {"token": "the-token", "event_name": self.event["name"], "event": self.event}
        known = {"github": github, "steps": {"judge": {"outputs": judged or {}}}}
        known["runner"] = {"temp": str(self.temp)}
        known["inputs"] = {name: phrase(value, known) for name, value in given.items()}
        ran = Ran()
        left_out = {"Install cmpolicy", "Judge"} if judged else set()
        for step in ACTION["runs"]["steps"]:
            if step["name"] not in left_out and not ran.status:
                self._step(step, known, ran)
        ran.outputs = {name: phrase(o["value"], known) for name, o in ACTION["outputs"].items()}
        return ran

    def _step(self, step, known, ran):
        assert step.keys() <= {*CALLED, "working-directory"}
        if not truth(step.get("if", "true"), known):
            return
        result = known["steps"].setdefault(step.get("id", step["name"]), {})
        if "uses" in step:
            ran.used[step["uses"].partition("@")[0]] = {
                name: phrase(value, known) for name, value in step["with"].items()
            }
            result["outcome"] = self.uploads
            assert step["continue-on-error"] is True
            return
        env = {name: phrase(value, known) for name, value in step.get("env", {}).items()}
        where = self.checkout / phrase(step.get("working-directory", "."), known)
        result["outputs"] = self._bash(step["run"], env, where, ran)

    def _bash(self, text, env, where, ran):
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        (self.temp / "step.sh").write_text(text, encoding="utf-8")
        inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
        ours = {"PATH": self.path, "SITE_FOLDER": str(self.site), "GH_FOLDER": str(self.folder)}
        github = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_EVENT_NAME": self.event["name"],
            "GITHUB_REPOSITORY": "acme/agreements",
            "GITHUB_SHA": self.event["sha"],
            "RUNNER_TEMP": str(self.temp),
            **self.variables,
            **{name: str(path) for name, path in files.items()},
        }
        done = subprocess.run(
            [*BASH, str(self.temp / "step.sh")],
            cwd=where,
            env={**inherited, **QUIET, **ours, **github, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        ran.log += done.stdout
        ran.status = done.returncode
        ran.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


def script(path, *arguments):
    """Make a program that runs Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = " ".join(f'"{word}"' for word in (sys.executable, *arguments))
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def phrase(text, known):
    """Fill in the expressions of a text."""
    return EXPRESSION.sub(lambda found: str(value(found[1].strip(), known)), str(text))


def value(name, known):
    """Look a name up; what is not there is empty, as in GitHub's expressions."""
    found = known
    for part in name.split("."):
        found = found.get(part, "") if isinstance(found, dict) else ""
    assert name.split(".")[0] in known, name
    return found


def truth(condition, known):
    """Evaluate a condition of `==`, `!=` and `&&`."""
    if condition == "true":
        return True
    results = []
    for part in condition.split("&&"):
        name, sign, literal = re.fullmatch(r"\s*(\S+) (==|!=) '(.*)'\s*", part).groups()
        results.append((value(name, known) == literal) == (sign == "=="))
    return all(results)
