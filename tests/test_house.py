"""The architecture, held by tests: who imports whom, sizes, no clock below the command line."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.cli import COMMANDS, cli
from cmpolicy.reference import check_page
from cmpolicy.reporters import REPORTERS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cmpolicy"
FILES = sorted(SOURCE.rglob("*.py"))

# What a part may import of the project, besides itself, `errors` and `unknown`. A part is a module
# or a package directly below `cmpolicy`.
MAY_IMPORT = {
    "errors": set(),
    "unknown": set(),
    "vocabulary": set(),
    "clock": set(),
    "nearest": {"vocabulary"},
    "pool": set(),
    "bundled": set(),
    "globs": set(),
    "lacks": set(),
    "references": set(),
    "text_edit": set(),
    "rule_facts": set(),
    "exemptions": {"globs", "rule_facts"},
    "verdict": {"text_edit", "lacks"},
    "document": {"vocabulary"},
    "edits": {"document", "nearest", "vocabulary"},
    "calendars": {"bundled"},
    "amounts": {"calendars", "nearest"},
    "gaps": {"calendars"},
    "shape": {"bundled", "document", "nearest"},
    "placeholders": {"document", "shape", "vocabulary"},
    "terms": {"document", "vocabulary"},
    "plans": {"document", "edits", "nearest", "references", "shape", "terms", "vocabulary"},
    "framework": {"document", "nearest", "shape", "vocabulary"},
    "agreement": {
        "amounts",
        "calendars",
        "document",
        "nearest",
        "placeholders",
        "plans",
        "references",
        "shape",
        "vocabulary",
    },
    "snapshot": {"nearest", "verdict"},
    "validity": {"document"},
    "waivers": {"document", "shape", "validity", "verdict"},
    "releases": {"document", "globs", "nearest", "shape", "validity", "verdict"},
}
ENGINES = {"agreement", "amounts", "calendars", "gaps", "vocabulary"}
MAY_IMPORT |= {
    "cells": {"agreement"},
    "duty": ENGINES,
    "reach": ENGINES,
    "worlds": ENGINES,
    "coverage": ENGINES | {"duty", "worlds"},
    "targets": ENGINES | {"cells", "coverage", "duty", "worlds"},
    "escalation": ENGINES | {"cells", "coverage", "duty", "targets"},
}
ENGINES = ENGINES | {
    "cells",
    "coverage",
    "duty",
    "escalation",
    "reach",
    "targets",
    "terms",
    "worlds",
}
MAY_IMPORT |= {
    "checks": ENGINES | {"clock", "framework", "lacks", "nearest", "references", "verdict"},
    "policy": {
        "agreement",
        "bundled",
        "calendars",
        "checks",
        "clock",
        "document",
        "edits",
        "framework",
        "globs",
        "nearest",
        "reach",
        "references",
        "releases",
        "shape",
        "snapshot",
        "verdict",
        "vocabulary",
        "waivers",
    },
    "rule_examples": {"agreement", "document", "edits", "evaluate", "policy", "verdict"},
    "evaluate": {"agreement", "checks", "clock", "lacks", "policy", "verdict"},
    "gate": {
        "agreement",
        "globs",
        "nearest",
        "own_rules",
        "policy",
        "releases",
        "snapshot",
        "verdict",
        "vocabulary",
        "terms",
        "references",
    },
    "own_rules": {"verdict"},
    "findings": {"lacks", "own_rules", "verdict"},
    "fleet": {
        "agreement",
        "document",
        "evaluate",
        "gate",
        "policy",
        "pool",
        "snapshot",
        "verdict",
    },
    "promises": ENGINES,
    "compare": ENGINES
    | {"checks", "document", "framework", "text_edit", "globs", "policy", "promises", "verdict"},
    "reporters": ENGINES
    | {
        "compare",
        "controls",
        "edits",
        "plans",
        "text_edit",
        "findings",
        "framework",
        "lacks",
        "own_rules",
        "promises",
        "timeline",
        "verdict",
    },
    "controls": {"agreement", "framework", "verdict"},
    "reference": {"bundled", "checks", "edits", "framework", "policy", "shape", "vocabulary"},
}

# A verdict carries what its rule is and what exempts it.
for allowed in MAY_IMPORT.values():
    if "verdict" in allowed:
        allowed |= {"exemptions", "rule_facts"}
MAY_IMPORT["verdict"] |= {"exemptions", "rule_facts"}

# Each outside library has one home; `importlib` style strings are not used to evade this.
HOMES = {
    "yaml": "document",
    "jsonschema": "shape",
    "jsonschema_rs": "shape",
    "cerberus": "policy",
    "click": "cli",
    "git": "snapshot",
    "holidays": "calendars",
    "tzdata": "calendars",
    "junit_xml": "reporters",
    "rfc8785": "terms",
}


def part_of(path):
    relative = path.relative_to(SOURCE)
    return relative.parts[0].removesuffix(".py")


def imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "cmpolicy":
                yield from (f"cmpolicy.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_follow_the_house(path):
    part = part_of(path)
    used = {
        name.split(".")[1]
        for name in imports(path)
        if name.startswith("cmpolicy.") and name != "cmpolicy.__version__"
    }
    used -= {part, "errors", "unknown"}

    if part in MAY_IMPORT:
        assert used <= MAY_IMPORT[part]
    else:
        assert part in {
            "__init__",
            "__main__",
            "api",
            "cli",
            "runs",
            "timeline",
        }, f"{part} has no place in the house yet: say in MAY_IMPORT what it may use"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_outside_libraries_have_one_home(path):
    part = part_of(path)
    used = {name.split(".")[0] for name in imports(path)}

    assert {name for name in used if HOMES.get(name, part) != part} == set()
    assert used <= sys.stdlib_module_names | HOMES.keys() | {"cmpolicy"}


def lines_of(function):
    """Count the lines of a function, less those of its docstring: a public one lists arguments."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {
        node.name: lines
        for node in functions
        if (lines := lines_of(node)) > 40 and path.parent.name != "cli"
    }

    assert text.count("\n") <= 400
    assert long == {}


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if part_of(path) != "cli"],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_no_clock_below_the_command_line(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"\b(?:today|now|utcnow|time\.time|localtime)\(", text) == []


def test_no_module_with_an_empty_name():
    names = {path.stem for path in FILES}

    assert (
        names & {"utils", "util", "core", "base", "helpers", "manager", "common", "misc"} == set()
    )


def test_dataclasses_are_frozen_and_slotted():
    """`Notes` gathers what is found while an agreement is built; it is the one that changes."""
    loose = [
        f"{path.relative_to(SOURCE)}:{node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if "dataclass" in ast.unparse(decorator)
        and not {"frozen=True", "slots=True"}
        <= set(re.findall(r"\w+=True", ast.unparse(decorator)))
    ]

    assert loose == ["agreement/fields.py:Notes"]


@pytest.mark.parametrize("kind", CHECKS, ids=lambda kind: kind.KIND)
def test_every_check_is_documented_and_tested(kind):
    folder = ROOT / "tests" / "checks" / kind.KIND
    page = check_page(kind)

    assert len(" ".join((kind.__doc__ or "").split())) > 200
    for name in kind.PARAMETERS:
        assert f"`{name}" in page, f"{kind.KIND}: the page does not tell `{name}`"
    assert list(folder.glob("pass-*.yaml"))
    assert list(folder.glob("fail-*.yaml"))


def test_every_check_is_in_the_registry():
    # A kind is a module of its own, or a package where it needs several.
    entries = [*(SOURCE / "checks").glob("*.py"), *(SOURCE / "checks").glob("*/__init__.py")]
    kinds = {
        path.parent.name if path.stem == "__init__" else path.stem
        for path in entries
        if re.search(r"^KIND\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert kinds == {kind.KIND for kind in CHECKS}


def test_no_circle_runs_between_the_rooms():
    uses = {}
    for path in FILES:
        part = part_of(path)
        named = {name.split(".")[1] for name in imports(path) if name.startswith("cmpolicy.")}
        uses.setdefault(part, set()).update(named - {part, "__version__"})

    below = {}
    while uses:
        free = {part for part, used in uses.items() if used <= below.keys()}
        assert free, f"a circle among {sorted(uses)}"
        for part in free:
            below[part] = uses.pop(part)


def test_no_class_name_stands_for_two_things():
    named = {}
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(str(path.relative_to(SOURCE)))

    assert {name: places for name, places in named.items() if len(places) > 1} == {}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_tested(name):
    command = cli.get_command(None, name)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )

    assert command.help
    assert f"cmpolicy {name}" in readme
    assert f'"{name}"' in tests
    for parameter in command.params:
        phrase = parameter.param_type_name == "argument" or parameter.help
        assert phrase, f"{name}: {parameter.name} has no help"


@pytest.mark.parametrize("name", REPORTERS)
def test_every_format_is_documented_and_tested(name):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )

    assert f"`{name}`" in readme
    assert f'"{name}"' in tests


def test_every_schema_is_there_for_editors():
    expected = {
        "agreement",
        "config",
        "controls",
        "diff",
        "framework",
        "pack",
        "plan",
        "releases",
        "report",
        "shared",
        "timeline",
        "verdict",
        "waivers",
    }

    assert expected <= set(bundled.schemas())


def test_the_project_speaks_of_itself_alone():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    texts = [ROOT / name for name in listed if not name.startswith("tests/test_house")]
    # Spelt in parts, so that this file does not hold them itself.
    banned = re.compile(
        "|".join(("/work" + "/", "farm" + "-", r"\.\./" + "shared", "help" + "er-\\d"))
    )

    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in texts
        if path.is_file() and path.suffix != ".png"
        for match in [banned.search(path.read_text(encoding="utf-8", errors="ignore"))]
        if match
    ]
    assert found == []


MAP = ROOT / "docs" / "architecture.md"


def test_the_map_names_every_room_and_no_other():
    text = MAP.read_text(encoding="utf-8")
    table = text.partition("## Packages")[2].partition("\n## ")[0]
    named = {
        name.rstrip("/")
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([\w/]+)`", line.split("|")[1])
    }

    assert named == {part_of(path) for path in FILES} - {"__init__", "__main__"}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.py)`", MAP.read_text("utf-8")))))
def test_a_file_that_the_map_names_is_there(name):
    assert (SOURCE / name).exists() or name == "tests/test_house.py"


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\.?[\w-]+/[\w./-]*)`", CONTRIBUTING))))
def test_a_path_that_contributing_names_is_there(name):
    """Some stand beside the one that was named before them, in a folder of the package."""
    assert any((folder / name).exists() for folder in (ROOT, SOURCE, SOURCE / "reporters"))


def test_every_module_that_is_left_out_of_the_quick_lane_is_there(request):
    (conftest,) = (
        plugin
        for plugin in request.config.pluginmanager.get_plugins()
        if getattr(plugin, "__file__", None) == str(ROOT / "tests" / "conftest.py")
    )

    assert {name for name in conftest.SLOW if not (ROOT / "tests" / name).is_file()} == set()
