"""Locates the bundled packs, catalogs and schemas, in a wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_DATA: Final = _HERE / "data"
_ROOT: Final = _DATA if _DATA.is_dir() else _HERE.parents[1]

SCHEMAS: Final = _HERE / "schemas"
COMPILED: Final = _DATA / "packs.json"
"""The bundled packs, validated when the wheel was built; absent in a checkout."""


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


def schemas() -> dict[str, Path]:
    """Return the JSON Schemas of every file that users write or read, by name, sorted."""
    return {
        path.name.removesuffix(".schema.json"): path
        for path in sorted(SCHEMAS.glob("*.schema.json"))
    }
