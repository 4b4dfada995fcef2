"""How a GitHub Actions runner reads the log of a step (actions/runner, ActionCommand)."""

import re
from dataclasses import dataclass

REGISTERED = {
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
}
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the runner takes from a line."""

    name: str
    properties: dict
    data: str


def commands(log):
    """Return the commands of a log, in the present syntax and in the old one (`##[`)."""
    found = (_now(line) or _formerly(line) for line in re.split(r"\r\n|\r|\n", log))
    return [command for command in found if command]


def _now(line):
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name.lower() not in REGISTERED:
        return None
    pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if pair)
    properties = {pair[0]: _restored(pair[1], _PROPERTY) for pair in pairs if len(pair) == 2}
    return Command(name, properties, _restored(line[end + 2 :], _DATA))


def _formerly(line):
    found = re.search(r"##\[([^\] ]*)[^\]]*\](.*)", line)
    if not found or found[1].lower() not in REGISTERED:
        return None
    return Command(found[1], {}, found[2])


def _restored(text, table):
    for escaped, plain in table:
        text = text.replace(escaped, plain)
    return text
