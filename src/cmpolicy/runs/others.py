"""Files given by name that are not agreements: validated as what they are."""

from __future__ import annotations

from codecs import BOM_UTF8

from cmpolicy.agreement.load import judged
from cmpolicy.document import Document, read
from cmpolicy.errors import DocumentError, Location
from cmpolicy.fleet import Evaluator
from cmpolicy.framework import load as load_framework
from cmpolicy.policy import load_config, load_pack
from cmpolicy.policy.effective import CONFIG
from cmpolicy.releases import load_releases
from cmpolicy.snapshot import Index, Snapshot
from cmpolicy.waivers import load_waivers


def judge_other(path: str, kind: str | None, evaluator: Evaluator) -> str:
    """Validate a file and say why it is not an agreement.

    Raises:
        CmpolicyError: where it is not valid.
    """
    is_config = kind == "Config" or path.rpartition("/")[2] == CONFIG  # it need not say so
    if kind is None and not is_config:
        _refuse_empty(path, evaluator.snapshot)
        return "no cmpolicy file: it does not say `apiVersion: cmpolicy/v1`"
    data = evaluator.snapshot.read(path)
    document = read(data, path)
    match kind:
        case "Pack":
            load_pack(document, data, evaluator.policy.frameworks)
            return "a valid pack, not an agreement"
        case "Waivers" | "Releases":
            load = load_waivers if kind == "Waivers" else load_releases
            load(document)
            return f"a valid {kind.lower()} file"
        case "Shared" | "Plan":
            return _part(document, kind, evaluator)
        case "Framework":
            load_framework(document)
            return "a valid framework, not an agreement"
    load_config(document)
    return "a valid configuration, not an agreement"


def _refuse_empty(path: str, snapshot: Snapshot) -> None:
    """Refuse a file in which nothing stands: who names it means something.

    A hook names every file that is staged, so there it is skipped like any other file.
    """
    if isinstance(snapshot, Index):
        return
    rows = (row.strip() for row in snapshot.read(path).removeprefix(BOM_UTF8).splitlines())
    if all(not row or row.startswith(b"#") or row == b"---" for row in rows):
        hint = "an agreement begins with `apiVersion: cmpolicy/v1` and `kind: Agreement`"
        raise DocumentError("the file is empty", Location(path), hint)


def _part(document: Document, kind: str, evaluator: Evaluator) -> str:
    """Validate a file whose words are judged in the agreements that name it."""
    if kind == "Shared":
        judged(document, "shared")
        return "a valid shared file; it is judged with the agreements that use it"
    from cmpolicy.plans import broken_seal  # other files do not pay for plans

    plan = evaluator.loader.plan(document.file)
    if broken := broken_seal(plan):
        raise broken
    what = "a valid service plan" if plan.seal else "a service plan without seal: a draft"
    return f"{what}; it is judged with the agreements on it"
