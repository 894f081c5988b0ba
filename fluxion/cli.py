"""Read the command line, run one verb, and turn its outcome into an exit code."""

from __future__ import annotations

import argparse
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    line = argparse.ArgumentParser(
        prog="fluxion",
        description="Make the slow callbacks of a running Node.js server parallel.",
    )
    line.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"fluxion {version('fluxion-agent')}",
    )
    return line


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser().parse_args(argv)
    return 0
