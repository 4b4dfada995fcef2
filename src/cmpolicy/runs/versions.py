"""The versions of the data that verdicts rest on, found without importing heavy libraries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def data_versions() -> dict[str, str]:
    """Return the versions of tzdata and holidays."""
    return {name: _version(name) for name in ("tzdata", "holidays")}


def _version(name: str) -> str:
    # importlib.metadata alone costs more than a whole run on one agreement; the folder that an
    # installer leaves beside a package (PEP 376) says the same.
    spec = find_spec(name)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for folder in Path(place).parent.glob(f"{name}-*.dist-info"):
            return folder.name.removesuffix(".dist-info").removeprefix(f"{name}-")
    from importlib.metadata import version

    return version(name)
