"""The table of built-in functions: every row against the functions themselves."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NODE_VERSIONS, node_binary

HERE = Path(__file__).parent
PROBE = HERE.parents[1] / "agent" / "probe"


def node(*args: str, binary: Path | None = None) -> str:
    found = str(binary) if binary else shutil.which("node")
    assert found is not None
    return subprocess.run(
        [found, *args], capture_output=True, text=True, check=True
    ).stdout


def rows() -> list[str]:
    """The rows of the table, each as what it says."""
    table = json.dumps(str(PROBE / "table.js"))
    code = f"const t = require({table}); console.log"
    found = json.loads(node("-e", f"{code}(JSON.stringify([...t.TABLE, ...t.NODE]))"))
    return [" | ".join(part.strip() for part in row).replace("\n", "") for row in found]


@cache
def tried(version: str) -> list[dict[str, Any]]:
    """What came of using every function of the table that this Node has."""
    told = node(str(HERE / "builtins.js"), binary=node_binary(version))
    return [json.loads(line) for line in told.splitlines()]


def belongs(entry: dict[str, Any], row: str) -> bool:
    holder, effects, names = row.split(" | ")
    if (entry["holder"], entry["effects"]) != (holder, effects):
        return False
    words = names.split()
    itself = entry["key"] == holder and f"{holder}()" in words
    return itself or entry["key"] in words or "*" in words or "/" in names


@pytest.mark.parametrize("row", rows())
def test_row(row: str):
    found = [
        (version, entry)
        for version in NODE_VERSIONS
        for entry in tried(version)
        if belongs(entry, row)
    ]
    assert found, "no Node has any of these"
    for version, entry in found:
        assert entry["uses"] > 0, (version, entry)
        assert entry["wrong"] == [], (version, entry)


def test_every_function_of_the_table_was_used():
    for version in NODE_VERSIONS:
        entries = tried(version)
        writers = [entry for entry in entries if entry["changed"]]
        uses = sum(entry["uses"] for entry in entries)
        figures = f"{len(entries)} functions, {uses} uses, {len(writers)} write"
        print(f"Node {version}: {figures}")
        assert len(entries) > 500
        assert len(writers) > 130
