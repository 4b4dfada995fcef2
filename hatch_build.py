"""Build hook: puts the compiled packs, and tables of public holidays, into the wheel."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledData(BuildHookInterface):  # type: ignore[type-arg]  # the builder's config is not used
    """Compiles what a run would otherwise work out again; a wrong pack stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `packs.json` and `holidays/` to the data; an editable install has neither."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from cmpolicy.calendars import compile_tables
        from cmpolicy.policy.library import compile_packs

        self._folder = tempfile.TemporaryDirectory()
        target = Path(self._folder.name) / "packs.json"
        target.write_text(compile_packs(), encoding="utf-8")
        tables = Path(self._folder.name) / "holidays"
        tables.mkdir()
        with warnings.catch_warnings():
            # Some calendars of the library end before 2045, as they would in a run.
            warnings.simplefilter("ignore", UserWarning)
            compile_tables(tables)
        for made in (target, tables):
            build_data["force_include"][str(made)] = f"cmpolicy/data/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made on the way."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()
