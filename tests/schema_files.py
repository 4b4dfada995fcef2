"""The schemas that the formats must fit: our own, and copies of the consumers'."""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs
from lxml import etree

FOLDER = Path(__file__).parent / "schemas"
OWN = Path(__file__).parents[1] / "src" / "cmpolicy" / "schemas"


@cache
def judge(path):
    """Return the validator of a JSON Schema file."""
    text = path.read_text(encoding="utf-8")
    # The one pattern of the published SARIF schema that is none: it has a bracket too many.
    text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")
    return jsonschema_rs.validator_for(json.loads(text))


def problems(path, data):
    """Say what a JSON Schema file has against the data."""
    return [f"{error.instance_path}: {error.message}" for error in judge(path).iter_errors(data)]


def xml_problems(name, text):
    """Say what an XML Schema has against the text."""
    schema = etree.XMLSchema(etree.parse(FOLDER / name))
    schema.validate(etree.fromstring(text.encode()))
    return [str(error) for error in schema.error_log]
