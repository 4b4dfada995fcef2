"""Files of every kind that cmpolicy reads, mutated: by bytes, by tokens, and by nodes of the tree.

`KINDS` is the table of the kinds: the sound files that are mutated, and what reads one. Whatever
a file says, it is read, or refused with a place: `trouble` returns what else happened.
"""

import copy
import json
import random
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import planned
from cmpolicy.agreement.load import Loader, judged
from cmpolicy.compare import compare
from cmpolicy.document import read
from cmpolicy.errors import CmpolicyError, DocumentError, Location
from cmpolicy.fleet import Evaluator
from cmpolicy.framework import load as load_framework
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.policy import load_config, load_pack
from cmpolicy.policy.effective import load_policy
from cmpolicy.policy.overlay import overlay
from cmpolicy.releases import covering, load_releases, states_of, unknown_names
from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.runs.reporting import make_report
from cmpolicy.snapshot import WorkTree
from cmpolicy.terms import digest
from cmpolicy.waivers import apply_waivers, load_waivers

ROOT = Path(__file__).parents[1]
SHAPES = ROOT / "tests" / "shape"
AS_OF = date(2026, 11, 24)
RAW = (
    "~", "null", "true", "no", "2026-01-01", "2026-13-45", "9999-12-31", "0001-01-01", "1e999",
    "-0", "0", "-1", "1.5", "9007199254740993", "9" * 400, ".nan", ".inf", "0x1F", "017", "1_000",
    "NaN", "Infinity", "!!str x", "!x y", "&a x", "*a", "? x", "| x", "> x", "@x", "`x", "%x",
    "{", "}", "[", "]", "[]", "{}", "[[]]", "{a: 1, a: 2}", "'", '"\\ud800"', '"\\udfff"',
    '"',     '"\\0"', '"\\x1b[31m"', '"\\u202e"', '"\\n"', '""', "' '",
    "TBD", "[Name]", "<x>", "___", "unknown",
    "[unknown]", "{unknown: unknown}", "24x7", "open", "next business day", "0 minutes", "0 days",
    "100 years", "101 years", "876000 hours", "999999999 hours", "99999999999 days",
    "1 business hour", "best effort", "none", "75% of respond", "0% of respond", "9999% of x",
    "mon-fri 08:00-18:00", "daily 00:00-24:00", "mon 24:00-24:00", "sun 23:59-00:00", "on change",
    "1 month", "1200 months", "0 years", "America/Toronto", "Etc/GMT-14", "../x", "/etc/passwd",
    "\u2028", "\u00a0", "\ufeff", "\U0001f600", "e\u0301", "a.b[c]", "a]b", "~2", "#1", "a~2", "*",
    "x" * 300, "- " * 30, "[" * 70, "a: " * 5, "<<: {a: 1}", "--- x", "... ", "# x", "\t",
)  # fmt: skip
"""Values as a file writes them, to stand where another stood."""
TOKEN = re.compile(r"[\w.+-]+|\s+|.", re.DOTALL)


@cache
def policy():
    """Return the bundled packs, without a configuration."""
    return load_policy(WorkTree(SHAPES), None, (), AS_OF)


class Memory:
    """A snapshot of files in memory; every record is there."""

    commit, notices, label = None, (), "memory"

    def __init__(self, files):
        self.files = files

    def read(self, path):  # noqa: D102 - as every snapshot
        if path not in self.files:
            raise DocumentError(f"there is no file {path}", Location(path))
        return self.files[path]

    def is_file(self, path):  # noqa: D102 - as every snapshot
        return path != "missing"


def read_agreement(data, more=None):
    """Read, judge, report, digest and compare an agreement."""
    evaluator = Evaluator.of(Memory({"a/a.yaml": data, **(more or {})}), policy(), AS_OF)
    opened = evaluator.open(CandidateFile("a/a.yaml", Role.MEMBER))
    judgement = evaluator.evaluate_parsed(opened)
    report = make_report([judgement], evaluator.policy, AS_OF, None, None)
    for name in ("text", "json", "sarif") if opened.agreement else ("text",):
        REPORTERS[name](report, Look()).encode()
    if opened.error is not None:
        raise opened.error
    if opened.agreement is not None:
        digest(opened.agreement.document)
        sound = evaluator.load(read(agreements()[0], "a/a.yaml"))
        compare(sound, opened.agreement, AS_OF)
        compare(opened.agreement, sound, AS_OF)


def read_shared(data):
    """Read a shared file by itself, and with an agreement that uses it."""
    own = read(SHAPES.joinpath("pass-agreement-smallest.yaml").read_bytes(), "a/a.yaml").value
    more = {"severities": [{"id": f"p{rank}", "rank": rank} for rank in (1, 2, 3)]}
    using = json.dumps(own | more | {"uses": ["../s.yaml"]}).encode()
    judged(read(data, "s.yaml"), "shared")
    read_agreement(using, {"s.yaml": data})


def _on_plans():
    """Return the files of a small set of plans, each by its path from an agreement in `a/`."""
    return {path: text.encode() for path, text in planned.FILES.items()}


def read_plan(data):
    """Read a plan by itself, and with an agreement on it."""
    is_base = b"adds_to" not in data
    path = "plans/base.yaml" if is_base else "plans/hipaa.yaml"
    files = {**_on_plans(), path: data}
    Loader(files.__getitem__).plan(path)
    read_agreement(planned.AGREEMENT.encode(), files)


def read_planned(data):
    """Read an agreement on plans."""
    read_agreement(data, _on_plans())


def read_pack(data):
    load_pack(read(data, "p.yaml"), data, policy().frameworks)


def read_framework(data):
    load_framework(read(data, "f.yaml"))


def read_configuration(data):
    """Read a configuration, and lay it over the bundled packs."""
    config = load_config(read(data, "cmpolicy.yaml"))
    for path in ("agreements/a.yaml", "a.yaml"):
        config.names(path)
        config.require.matching((path,), "a")
        config.may_stay_unjudged((path,))
    overlay(policy().packs, config, policy().frameworks, AS_OF)


def read_releases(data):
    """Read releases, and ask what they cover."""
    found = load_releases(read(data, "r.yaml"))
    for verdict in _report().verdicts[:5]:
        covering(found, verdict.agreement, verdict.rule, "hipaa", AS_OF)
    states_of(found, AS_OF, found[:1], ["lakeside-clinic"])
    unknown_names(found, ["hipaa"])


def read_waivers(data):
    """Read waivers, and apply them to a report."""
    apply_waivers(_report(), load_waivers(read(data, "w.yaml")))


@cache
def waivers():
    """Return the waivers of the documentation, and some for what an agreement fails."""
    value = read(_shape("waivers")[0], "w.yaml").value
    bad = [verdict for verdict in _report().verdicts if verdict.outcome in ("fail", "undetermined")]
    own = [
        value["waivers"][0]
        | {
            "rule": verdict.rule.id,
            "agreement": verdict.agreement,
            "subject": verdict.observations[-1].subject,
        }
        for verdict in bad[:6]
    ]
    return (*_shape("waivers"), written(value | {"waivers": own}))


@cache
def configurations():
    """Return the configuration of the documentation, and one that sets parameters of rules."""
    value = read(_shape("config")[0], "cmpolicy.yaml").value
    kinds = {}
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        for rule in read(path.read_bytes(), path.name).value.get("rules", ()):
            if "check" in rule and not rule.get("locked"):
                kinds.setdefault(rule["check"], {})[rule["id"]] = {"with": rule.get("with", {})}
    some = {name: change for rules in kinds.values() for name, change in list(rules.items())[:4]}
    return (*_shape("config"), written(value | {"set": some}))


@cache
def _report():
    evaluator = Evaluator.of(Memory({"a.yaml": agreements()[0]}), policy(), AS_OF)
    judgement = evaluator.judge(CandidateFile("a.yaml", Role.MEMBER))
    return make_report([judgement], evaluator.policy, AS_OF, None, None)


@cache
def agreements():
    """Return sound agreements: small ones, since each is judged by every rule."""
    names = ("format-page", "smallest", "all-unknown", "own-framework", "labels-everywhere")
    return tuple(SHAPES.joinpath(f"pass-agreement-{name}.yaml").read_bytes() for name in names)


@cache
def _shape(name):
    return (SHAPES.joinpath(f"pass-{name}.yaml").read_bytes(),)


@cache
def catalogs():
    """Return a catalog of few controls, with everything that a catalog may hold."""
    found = []
    for path in sorted((ROOT / "frameworks").glob("*.yaml")):
        value = read(path.read_bytes(), path.name).value
        value["controls"] = value["controls"][:3]
        found.append(written(value))
    return tuple(found)


@cache
def packs():
    """Return small packs that have every check kind, with all that its rules may ask."""
    found = [*_shape("pack")]
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        value = read(path.read_bytes(), path.name).value
        if value["kind"] != "Pack":
            continue
        by_kind = {}
        for rule in value["rules"]:
            rule.pop("examples", None)
            by_kind.setdefault(rule.get("check", "same_as"), []).append(rule)
        for start in range(0, 8, 2):
            value["rules"] = [
                rule for rules in by_kind.values() for rule in rules[start : start + 2]
            ]
            found.append(written(value))
    return tuple(found)


def shared():
    return (*_shape("shared"), (ROOT / "examples" / "common" / "provider.yaml").read_bytes())


def plans():
    return planned.BASE.encode(), planned.HIPAA.encode()


def on_plans():
    return (planned.AGREEMENT.encode(),)


KINDS = {
    "agreement": (agreements, read_agreement),
    "shared": (shared, read_shared),
    "plan": (plans, read_plan),
    "planned": (on_plans, read_planned),
    "pack": (packs, read_pack),
    "framework": (catalogs, read_framework),
    "config": (configurations, read_configuration),
    "waivers": (waivers, read_waivers),
    "releases": (lambda: _shape("releases"), read_releases),
}


@dataclass(frozen=True)
class Trouble:
    """What should not happen, and the file that made it happen."""

    kind: str
    data: bytes
    what: str


def trouble(kind, data):
    """Read a file of a kind; return what went wrong, or None where it is read or refused well."""
    _, reads = KINDS[kind]
    try:
        reads(data)
    except CmpolicyError as error:
        for problem in error.problems:
            place = problem.location
            if place is None or place.line < 1 or place.column < 1 or not problem.message:
                return Trouble(kind, data, f"no place: {problem}")
    except Exception as bug:  # noqa: BLE001 - whatever it is, it is trouble
        at = bug.__traceback__
        while at.tb_next:
            at = at.tb_next
        where = f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}"
        return Trouble(kind, data, f"{type(bug).__name__} in {where}: {str(bug)[:200]}")
    return None


def mutants(seed, count):
    """Yield (kind, file) of so many mutated files, the same for a seed everywhere."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        sound = chance.choice(KINDS[kind][0]())
        data = chance.choice((by_bytes, by_tokens, by_nodes, by_nodes, by_nodes))(sound, chance)
        yield kind, data


def by_bytes(data, chance):
    """Change a few bytes, or runs of them."""
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(data) + 1), chance.choice((0, 1, 1, 2, 10, 200))
        new = chance.choice((b"", bytes([chance.randrange(256)]), data[at : at + 20]))
        data = data[:at] + new + data[at + length :]
        if not data:
            break
    return data


def by_tokens(data, chance):
    """Delete, double, swap or replace a few tokens of the text."""
    tokens = TOKEN.findall(data.decode())
    for _ in range(chance.randint(1, 3)):
        at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(4):
            case 0:
                tokens[at] = ""
            case 1:
                tokens[at] *= 2
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case _:
                tokens[at] = chance.choice(RAW)
    return "".join(tokens).encode("utf-8", "surrogatepass")


def by_nodes(data, chance):
    """Change a few nodes of the tree: another value, type or key; gone, doubled or nested."""
    value = read(data, "x.yaml").value
    raw = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_places(value))
        if not places:
            break
        parent, key = chance.choice(places)
        _change(parent, key, [node for node, _ in places], chance, raw)
    text = written(value).decode("utf-8")
    for number, instead in enumerate(raw):
        text = text.replace(f'"@{number}@"', instead)
    return text.encode("utf-8", "surrogatepass")


def _places(value):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)


def _change(parent, key, nodes, chance, raw):
    match chance.randrange(8):
        case 0 | 1 | 2:
            parent[key] = f"@{len(raw)}@"
            raw.append(chance.choice(RAW))
        case 3:
            del parent[key]
        case 4:
            parent[key] = chance.choice(([parent[key]], {"x": parent[key]}, [parent[key]] * 2))
        case 5:
            parent[key] = copy.deepcopy(chance.choice(nodes))
        case 6 if isinstance(parent, dict):
            other = chance.choice([node for node in nodes if isinstance(node, dict) and node])
            name = chance.choice([*other, "x", "", "note", "labels", "id", "a.b]", "\U0001f600"])
            parent[name] = parent.pop(key) if chance.random() < 0.5 else parent[key]
        case 6:
            parent.insert(key, copy.deepcopy(parent[key]))
        case _:
            others = [node for node in nodes if node is not parent]
            if others:
                other = chance.choice(others)
                items = list(other.values()) if isinstance(other, dict) else other
                if items:
                    parent[key] = copy.deepcopy(chance.choice(items))


def written(value):
    """Return a file's text: a key a line, and JSON below it, which is YAML too."""
    lines = (f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items())
    return "\n".join(lines).encode() + b"\n"


def smaller(found):
    """Return the same trouble with as few lines as still make it."""
    lines = found.data.split(b"\n")
    step = len(lines)
    while step >= 1:
        at = 0
        while at < len(lines):
            less = lines[:at] + lines[at + step :]
            again = trouble(found.kind, b"\n".join(less))
            if again is not None and again.what == found.what:
                lines = less
            else:
                at += step
        step //= 2
    return replace(found, data=b"\n".join(lines))
