"""docs/twins.md, made and checked: what a twin of each kind of function comes to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.agent.twin_kinds import words
from tests.conftest import ROOT

PAGE = ROOT / "docs/twins.md"
WRITE = bool(os.environ.get("WRITE_TWINS"))
"""Put what was seen into the page instead of comparing: run this file alone."""


def rows() -> list[list[str]]:
    """The lines of the page's table, cell by cell; the first is its head."""
    lines = [one for one in PAGE.read_text("utf-8").split("\n") if one[:2] == "| "]
    return [[cell.strip() for cell in one.split("|")[1:-1]] for one in lines]


@pytest.mark.timeout(120)
def test_each_kind_comes_to_what_the_page_says(
    node_version: Path, tmp_path: Path, syntax, start_app
):
    told = words(tmp_path, syntax, start_app, node=node_version)
    head = f"Node {node_version.parents[1].name.removeprefix('node')}"
    wrong = {k: w for k, w in told.items() if w == "LOST" or w.startswith("WRONG")}
    assert wrong == {}
    print(f"{head}: {list(told.values()).count('twin')} twins of {len(told)} kinds")
    assert list(told.values()).count("twin") > 60
    if WRITE:
        write(head, told)
    table = rows()
    column = table[0].index(head)
    assert {row[0]: row[column] for row in table[2:]} == told


def write(head: str, told: dict[str, str]) -> None:
    """Put a column into the page."""
    before = PAGE.read_text("utf-8").split("\n| ")[0]
    table = rows()
    known = {row[0]: dict(zip(table[0][1:], row[1:], strict=True)) for row in table[2:]}
    heads = sorted({*table[0][1:], head})
    lines = [["a function", *heads], ["---"] * (len(heads) + 1)]
    for title, word in told.items():
        cells = {**known.get(title, {}), head: word}
        lines.append([title, *(cells.get(one, "") for one in heads)])
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    PAGE.write_text(f"{before}\n{body}\n", "utf-8")
