"""Build hook: validates the bundled packs and puts their compiled form into the wheel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledPacks(BuildHookInterface):  # type: ignore[type-arg]  # the builder's config is not used
    """Compiles `policies/*.yaml`; a pack that is wrong stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `cmpolicy/data/packs.json`; an editable install reads the packs themselves."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from cmpolicy.policy.library import compile_packs

        self._folder = tempfile.TemporaryDirectory()
        target = Path(self._folder.name) / "packs.json"
        target.write_text(compile_packs(), encoding="utf-8")
        build_data["force_include"][str(target)] = "cmpolicy/data/packs.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made on the way."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()
