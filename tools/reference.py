"""Write the reference of the documentation, `docs/reference/`, from packs, catalogs and checks.

python tools/reference.py
"""

from __future__ import annotations

from pathlib import Path

from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.policy import Pack
from cmpolicy.policy.library import Catalogs, load_in_full
from cmpolicy.reference import Pages, check_page, framework_page, pack_page

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return every page, by its path below the folder."""
    frameworks = Catalogs()
    packs = [load_in_full(name, frameworks) for name in bundled.policies()]
    found = {"README.md": _index(frameworks, packs)}
    for pack in packs:
        path = f"packs/{pack.id}.md"
        found[path] = pack_page(pack, frameworks, Pages(path))
    for name, framework in frameworks.items():
        path = f"frameworks/{name}.md"
        found[path] = framework_page(framework, packs, Pages(path))
    for kind in CHECKS:
        path = f"checks/{kind.KIND}.md"
        found[path] = check_page(kind, Pages(path))
    return found


def _questions(packs: list[Pack]) -> str:
    """Return how many questions all rules ask: several may ask one, for a framework each."""
    rules = [rule for pack in packs for rule in pack.rules]
    asked = {(rule.facts.check, str(rule.parameters)) for rule in rules}
    return (
        f"{len(rules)} rules ask {len(asked)} different questions: a question that several "
        "frameworks ask is written once (`same_as`), and a finding names all rules behind it."
    )


def _index(frameworks: Catalogs, packs: list[Pack]) -> str:
    index = Pages("README.md")
    lines = [
        "# Reference",
        "",
        "Made by `python tools/reference.py` from `policies/`, `frameworks/` and the check kinds.",
        "`cmpolicy explain` shows the same in a terminal.",
        "",
        "## Packs: what is judged",
        "",
        *index.table(
            ("pack", "what it shows", "rules"),
            [
                (f"[{pack.title}](packs/{pack.id}.md)", pack.description, str(len(pack.rules)))
                for pack in packs
            ],
        ),
        "",
        _questions(packs),
        "",
        "## Frameworks: every control, and who judges it",
        "",
        *index.table(
            ("framework", "controls", "facts as of"),
            [
                (
                    f"[{found.title}](frameworks/{name}.md)",
                    str(len(found.controls)),
                    str(found.as_of),
                )
                for name, found in frameworks.items()
            ],
        ),
        "",
        "## Checks: what a rule may ask",
        "",
        *index.table(
            ("check", "what it asks"),
            [
                (f"[`{kind.KIND}`](checks/{kind.KIND}.md)", str(kind.__doc__).splitlines()[0])
                for kind in CHECKS
            ],
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages, and take away what is none."""
    found = pages()
    for path in FOLDER.rglob("*.md"):
        if path.relative_to(FOLDER).as_posix() not in found:
            path.unlink()
    for name, text in found.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
