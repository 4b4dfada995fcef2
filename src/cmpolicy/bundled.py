"""Locates the bundled packs, catalogs, starter plans and schemas; and versions of packages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_DATA: Final = _HERE / "data"
_ROOT: Final = _DATA if _DATA.is_dir() else _HERE.parents[1]

SCHEMAS: Final = _HERE / "schemas"
COMPILED: Final = _DATA / "packs.json"
"""The bundled packs, validated when the wheel was built; absent in a checkout."""
HOLIDAYS: Final = _DATA / "holidays"
"""Tables of public holidays, made when the wheel was built; absent in a checkout."""


def policies() -> dict[str, Path]:
    """Return the files of the bundled packs, by pack id, sorted."""
    found = sorted((_ROOT / "policies").glob("*.yaml"))
    return {path.stem: path for path in found if path.stem != "base"}


def frameworks() -> dict[str, Path]:
    """Return the files of the bundled catalogs, by framework id, sorted."""
    return {path.stem: path for path in sorted((_ROOT / "frameworks").glob("*.yaml"))}


def crosswalk() -> Path:
    """Return the table of which practice supports which controls."""
    return _ROOT / "frameworks" / "crosswalk.tsv"


def base() -> Path:
    """Return the known-good agreement that the rules' examples edit."""
    return _ROOT / "policies" / "base.yaml"


def starters() -> dict[str, Path]:
    """Return the starter plans and what they use, by path relative to where they are copied."""
    folder = _ROOT / "starters"
    found = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path for path in found}


def schemas() -> dict[str, Path]:
    """Return the JSON Schemas of every file that users write or read, by name, sorted."""
    return {
        path.name.removesuffix(".schema.json"): path
        for path in sorted(SCHEMAS.glob("*.schema.json"))
    }


def version_of(name: str) -> str:
    """Return the version of an installed package, without importing it."""
    # importlib.metadata alone costs more than a whole run on one agreement; the folder that an
    # installer leaves beside a package (PEP 376) says the same.
    spec = find_spec(name)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for folder in Path(place).parent.glob(f"{name}-*.dist-info"):
            return folder.name.removesuffix(".dist-info").removeprefix(f"{name}-")
    from importlib.metadata import version

    return version(name)


def data_versions() -> dict[str, str]:
    """Return the versions of the data that verdicts rest on: tzdata and holidays."""
    return {name: version_of(name) for name in ("tzdata", "holidays")}
