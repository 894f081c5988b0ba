"""Build the JavaScript bundles, so that an installed wheel needs no npm.

In: the lock file and the JavaScript of the rooms. Out: `agent/bundles/`,
`rewriter/bundles/` and, in a wheel, the example app.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXAMPLES = ("gif-chat",)
NOT_SHIPPED = {"node_modules", "__pycache__", ".git"}


class BundleHook(BuildHookInterface[Any]):
    """Run npm and esbuild before the files of a wheel are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle for a wheel and for an editable install; a sdist stays source."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        install_packages(root)
        run(["node", "scripts/bundle.mjs"], root)
        if version == "standard":
            for name in EXAMPLES:
                build_data["force_include"].update(example_files(root, name))


def install_packages(root: Path) -> None:
    """Run `npm ci`, unless the packages of this very lock file are there."""
    lock, done = root / "package-lock.json", root / "node_modules/.package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root)


def example_files(root: Path, name: str) -> dict[str, str]:
    """Map every file of an example to its place in the wheel."""
    folder = root / "examples" / name
    return {
        str(file): f"fluxion/example/{name}/{file.relative_to(folder).as_posix()}"
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not NOT_SHIPPED & set(file.relative_to(folder).parts)
    }


def run(command: list[str], root: Path) -> None:
    """Run one tool of Node; say what to install when it is missing."""
    if shutil.which(command[0]) is None:
        message = (
            f"building fluxion needs {command[0]}: install Node.js 20 or newer "
            "with npm, or install a built wheel"
        )
        raise RuntimeError(message)
    # bundle.mjs reads the probe's table with the Python that builds.
    env = {**os.environ, "PYTHON": sys.executable}
    subprocess.run(command, cwd=root, env=env, check=True)
