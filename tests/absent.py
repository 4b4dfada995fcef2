"""The base agreement without what a rule asks about: the whole section, or the rows it is about.

What refers to a row that is gone goes too, so that the rest is still a valid agreement.
"""

from cmpolicy.agreement.build import build
from cmpolicy.agreement.load import judged
from cmpolicy.policy.requiring import naming
from cmpolicy.references import REFERENCES, find
from cmpolicy.vocabulary import PARTY_KINDS, row_key

SECTION = {
    "owner": "responsibilities",
    "coverage": "coverage",
    "target": "targets",
    "escalation": "escalations",
    "cadence": "reviews",
    "notice": "notices",
    "allocation": "allocations",
    "attestation": "attestations",
    "signature": "signatures",
}
"""The section that a check kind asks about; `item` names its own."""
CHOOSES = {
    "owner": ("area", "areas"),
    "coverage": ("area", "area"),
    "target": ("stage", "stage"),
    "cadence": ("kind", "kind"),
    "notice": ("event", "event"),
    "attestation": ("scheme", "any_of"),
}
"""The field of a row and the parameter of the rule by which a check kind chooses rows."""
KEPT = {"term", "frameworks"}
"""Without these a file is not an agreement, or the pack does not apply."""
NEEDED = {"by", "notify", "party", "who", "provided_by", "from", "to", "steps"}
"""Fields without which a row cannot stand."""


def section_of(rule):
    """Return the top-level section that a rule asks about."""
    kind = rule.facts.check
    return rule.parameters["list"].partition(".")[0] if kind == "item" else SECTION[kind]


def without_section(base, rule):
    """Return the base without the section of a rule; None where a file needs it."""
    section = section_of(rule)
    if section in KEPT or section == "parties":
        return None
    by_audit = isinstance(rule.parameters.get("areas"), dict)
    drop = {(section,)} | ({("capacity",)} if by_audit else set())
    return _closed(base, drop)


def without_rows(base, rule):
    """Return the base without the rows that a rule chooses; None where it chooses by no value."""
    section, choices = section_of(rule), _choices(rule)
    rows = base.value.get(section)
    if section in KEPT or not all(choices) or not isinstance(rows, list):
        return None
    chosen = [any(_is_chosen(row, wanted) for wanted in choices) for row in rows]
    drop = {(section, at) for at, is_chosen in enumerate(chosen) if is_chosen}
    return _closed(base, drop) if drop else None


def built(document, pack):
    """Build the agreement of a document, held to the framework of a pack."""
    right = judged(document, "agreement")
    agreement = build(right.document, right.placeholders, pack.words)
    return naming(agreement, (pack.framework,) if pack.framework else ())


def _choices(rule):
    """Return by which values of fields a rule chooses rows: one choice, or several."""
    if rule.facts.check == "item":
        return [_plain(where) for where in _listed(rule.parameters.get("where", {}))]
    field, parameter = CHOOSES.get(rule.facts.check, ("", ""))
    return [_plain({field: rule.parameters[parameter]})] if parameter in rule.parameters else [{}]


def _plain(where):
    """Return the fields of a choice that have one of several values."""
    return {name: _listed(value) for name, value in where.items() if not isinstance(value, dict)}


def _listed(value):
    return value if isinstance(value, list) else [value]


def _is_chosen(row, wanted):
    """Say whether a row is one that is asked for; whose it is, and a dotted field, take any."""
    return all(
        set(_listed(row.get(field))) & set(words)
        or (field != "kind" and set(words) & set(PARTY_KINDS))
        or "." in field
        for field, words in wanted.items()
    )


def _closed(base, drop):
    """Return the base without what is dropped and, again and again, without what refers to it."""
    while True:
        document = base.prune(drop)
        ids = {"calendars": {"24x7"}}
        for section in {name for _, names in REFERENCES for name in names}:
            kept = document.value.get(section, [])
            ids[section] = ids.get(section, set()) | {row_key(section, row) for row in kept}
        more = set()
        for pattern, names in REFERENCES:
            known = set().union(*(ids[name] for name in names))
            for raw, text in find(base.value, pattern):
                if text not in known and not any(raw[: len(one)] == one for one in drop):
                    more.add(_needing(raw))
        more |= set(_emptied(base.value, (), drop | more))
        if more <= drop:
            return document
        drop |= more


def _needing(raw):
    """Return the raw path of what cannot stand without the value at a raw path."""
    return raw[:-1] if raw[-1] in NEEDED else raw


def _emptied(value, path, drop):
    """Yield the raw paths of lists and mappings of which everything is dropped."""
    if path in drop or not isinstance(value, dict | list):
        return
    steps = list(value) if isinstance(value, dict) else range(len(value))
    for step in steps:
        yield from _emptied(value[step], (*path, step), drop)
    if path and value and all((*path, step) in drop for step in steps):
        yield _needing(path)
