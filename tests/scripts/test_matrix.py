"""The page of what works is made of runs, and is of these cases and these Nodes."""

from __future__ import annotations

import json
import re

from scripts import matrix
from tests.conftest import ROOT


def test_the_page_has_every_case_and_every_node():
    text = matrix.PAGE.read_text("utf-8")
    head, _, *rows = [line for line in text.splitlines() if line.startswith("|")]
    assert re.findall(r"Node (\d+)", head) == list(matrix.NODES)
    assert [row.split("|")[1].strip() for row in rows] == [
        case.name for case in matrix.CASES
    ]


def test_the_nodes_are_those_of_the_tests():
    wanted = json.loads((ROOT / "tests/nodes/package.json").read_text("utf-8"))
    assert [f"node{version}" for version in matrix.NODES] == list(
        wanted["dependencies"]
    )


def test_nothing_on_the_page_is_broken():
    assert "**" not in matrix.PAGE.read_text("utf-8")


def test_one_cell_is_what_a_run_gives():
    case = next(one for one in matrix.CASES if "disable-sigusr1" in one.name)
    cell = matrix.run(case, "22")
    assert cell.word == "refused"
    assert "--disable-sigusr1" in cell.note


def test_a_recording_that_saw_nothing_is_no_success(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "report", lambda _: {})
    told = json.dumps({"events": 0})
    cell = matrix.judged(matrix.CASES[0], tmp_path, 0, told, "")
    assert cell.word == "**nothing seen**"


def test_numbers_of_one_run_are_not_part_of_a_reason():
    assert matrix.general("process 4711 runs with x") == "process N runs with x"
