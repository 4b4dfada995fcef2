"""The schema of a service plan, derived from that of an agreement.

Each is a whole file, so that editors can use it. `python tests/plan_schema.py` writes the plan's.
"""

# ruff: noqa: E501 - a description is one line in the schema

import copy
import json
from pathlib import Path

from cmpolicy import vocabulary

SCHEMAS = Path(__file__).parents[1] / "src" / "cmpolicy" / "schemas"
NAME = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
ELSEWHERE = "it belongs in the agreement itself"
OWN = ("attestations", "setup", "signatures")
"""Sections that hold nothing but the record of one customer."""
KINDS = (
    "party", "person", "rota", "holder", "calendar", "services", "severities", "interval",
    "promise", "percent", "sum",
)  # fmt: skip


def derived(agreement):
    """Return the schema of a plan."""
    fields = agreement["properties"]
    definitions = copy.deepcopy(agreement["$defs"])
    _open_amounts(definitions)
    held = definitions["review"]["properties"].pop("held")
    assert held
    definitions["review"]["x-elsewhere"] = {"held": ELSEWHERE}
    definitions["input"] = _input()
    term = copy.deepcopy(fields["term"])
    del term["required"]
    for date in ("effective", "starts_work", "ends"):
        del term["properties"][date]
    term["x-elsewhere"] = dict.fromkeys(("effective", "starts_work", "ends"), ELSEWHERE)
    term["description"] = (
        "What holds of the term of every agreement on the plan; its dates are the agreement's."
    )
    sections = [name for name in vocabulary.SECTIONS if name not in OWN]
    properties = {
        "apiVersion": fields["apiVersion"],
        "kind": {"description": "What the file is: `Plan`.", "const": "Plan"},
        "id": {
            "$ref": "#/$defs/id",
            "description": "The plan's slug, one for each edition, such as `complete-2026`.",
        },
        "title": {"$ref": "#/$defs/text", "description": "What it is sold as, such as `Complete`."},
        "edition": {"$ref": "#/$defs/text", "description": 'Which edition it is, in quotes: `"2026"`.'},
        "version": {
            **fields["version"],
            "description": "Version of the file, as a semantic version: `1.0.0`; it moves for what changes no term.",
        },
        "seal": {"$ref": "#/$defs/seal"},
        "adds_to": {
            "description": "Of an add-on: the ids of the base plans that it fits, such as `[complete-2026]`, or `any`. A base plan leaves it out.",
            "type": ["array", "string"],
            "pattern": "^any$",
            "x-expected": "a list of ids of base plans, or `any`",
            "x-example": "any",
            "minItems": 1,
            "maxItems": 2000,
            "items": {"$ref": "#/$defs/id"},
        },
        "uses": {
            "description": "Paths of shared files (`kind: Shared`), such as `[../../common/provider.yaml]`, relative to this file and inside the repository; their rows are added to those here.",
            "type": "array",
            "maxItems": 2000,
            "items": {"$ref": "#/$defs/text"},
        },
        "inputs": {
            "description": "What each agreement on the plan fills in: `{customer: {is: party}, kept: {is: interval, default: 6 years}}`. The names stand in the plan where such a value is wanted.",
            "type": "object",
            "propertyNames": {**fields["inputs"]["propertyNames"]},
            "maxProperties": 2000,
            "additionalProperties": {"$ref": "#/$defs/input"},
        },
        "model": fields["model"],
        "term": term,
        "frameworks": fields["frameworks"],
        **{name: fields[name] for name in sections},
        "changes": {
            "description": 'Of an add-on: what it changes in the base plan, in groups with their reasons: `[{because: Access to PHI is reviewed each quarter, edits: [{set: "reviews[access-review].every", to: 3 months}]}]`.',
            "type": "array",
            "maxItems": 2000,
            "items": {"$ref": "#/$defs/difference"},
        },
        "labels": fields["labels"],
        "note": fields["note"],
    }  # fmt: skip
    schema = {
        "$schema": agreement["$schema"],
        "$id": "urn:cmpolicy:schema:plan:v1",
        "title": "A service plan, cmpolicy/v1",
        "description": "What a provider sells to many customers: a base plan, or an add-on to one. Agreements name it under `plans`, fill its inputs, and write what is different under `differs`.",
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "id"],
        "properties": copy.deepcopy(properties),
        "x-elsewhere": {name: ELSEWHERE for name in fields if name not in properties},
    }
    schema["$defs"] = {
        name: node for name, node in definitions.items() if name in _used(schema, definitions)
    }
    return schema


def _open_amounts(definitions):
    """Let the name of an input stand where an amount or a list of ids is wanted."""
    review = definitions["review"]["properties"]
    amounts = [definitions[name] for name in ("interval", "promise", "wait", "span", "sum")]
    for node in (*amounts, review["every"], definitions["clause"]["properties"]["survives"]):
        assert node["pattern"].endswith(")$")
        node["pattern"] = f"{node['pattern'][:-2]}|{NAME})$"
        node["x-expected"] += ", or the name of an input"
    selection = definitions["selection"]
    selection |= {
        "description": "A list of ids, of which each may be the name of an input; or one such name; left out: all of them. An empty list is an error.",
        "pattern": f"^(?:unknown|{NAME})$",
        "x-expected": "a list of ids, or the name of an input",
        "x-example": "core",
    }
    for row, field in (("target", "attainment"), ("uptime", "percent")):
        definitions[row]["properties"][field] |= {
            "pattern": f"^(?:unknown|{NAME})$",
            "x-expected": "a percentage, or the name of an input",
            "x-example": "attained",
        }


def _input():
    return {
        "description": "What fills a place of the plan.",
        "type": "object",
        "additionalProperties": False,
        "required": ["is"],
        "properties": {
            "is": {
                "description": "What it is: a `party`, `person`, `rota`, `holder` (any of these three), `calendar`, `services`, `severities`, `interval`, `promise`, `percent` or `sum`.",
                "enum": list(KINDS),
            },
            "default": {
                "description": "What it is where an agreement does not fill it: a value, or the name of another input.",
                "type": ["string", "number", "array"],
                "maxItems": 2000,
                "items": {"$ref": "#/$defs/text"},
            },
            "means": {
                "$ref": "#/$defs/text",
                "description": "What it is for, such as `Who decides on changes and access`.",
            },
            "labels": {"$ref": "#/$defs/labels"},
            "note": {"$ref": "#/$defs/note"},
        },
    }


def _used(schema, definitions):
    """Return the names of the definitions that a schema refers to."""
    found, new = set(), _named(schema)
    while new:
        found |= new
        new = set().union(*(_named(definitions[name]) for name in new)) - found
    return found


def _named(node):
    if isinstance(node, dict):
        own = {node["$ref"].removeprefix("#/$defs/")} if "$ref" in node else set()
        return own.union(*(_named(part) for part in node.values()))
    return set().union(*(_named(part) for part in node)) if isinstance(node, list) else set()


def _text(node, depth=0):
    """Return JSON that puts on one line what fits there."""
    flat = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, dict | list) or len(flat) + 2 * depth <= 100:
        return flat
    pad, close = "  " * (depth + 1), "  " * depth
    if isinstance(node, dict):
        rows = [f"{json.dumps(key)}: {_text(part, depth + 1)}" for key, part in node.items()]
        return "{\n" + ",\n".join(pad + row for row in rows) + f"\n{close}}}"
    return "[\n" + ",\n".join(pad + _text(part, depth + 1) for part in node) + f"\n{close}]"


if __name__ == "__main__":
    source = json.loads((SCHEMAS / "agreement.schema.json").read_text(encoding="utf-8"))
    (SCHEMAS / "plan.schema.json").write_text(_text(derived(source)) + "\n", encoding="utf-8")
