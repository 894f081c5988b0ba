"""A change that is told by nobody is said to be unknown, and only such a change is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rewriter.syntax.client import Syntax
from rewriter.trace import rewrite
from store.facts import FunctionSource, Refusal
from tests.conftest import NODE_VERSIONS, node_binary

HERE = Path(__file__).parent
CHANGING = HERE / "changing.js"
FAMILIAR = HERE / "familiar.js"


def programs(path: Path) -> dict[str, str]:
    """The programs of a file by their names."""
    parts = re.split(r"^//// ", path.read_text(), flags=re.MULTILINE)[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


def rewritten(syntax: Syntax, text: str) -> str:
    told = rewrite(syntax, FunctionSource(1, "app.js", text, 0, "load"))
    assert not isinstance(told, Refusal)
    return told.text


@pytest.fixture(scope="module")
def tried() -> dict[tuple[str, str], dict[str, Any]]:
    """What came of each program in each Node: {(version, name): result}."""
    found = programs(CHANGING) | programs(FAMILIAR)
    with Syntax() as syntax:
        given = json.dumps(
            [{"name": n, "text": rewritten(syntax, t)} for n, t in found.items()]
        )
    results: dict[tuple[str, str], dict[str, Any]] = {}
    for version in NODE_VERSIONS:
        told = run(str(node_binary(version) or shutil.which("node")), given)
        assert len(told) == len(found)
        results |= {(version, one["name"]): one for one in told}
    return results


def run(node: str, given: str, script: str = "misses.js") -> list[dict[str, Any]]:
    done = subprocess.run(
        [node, str(HERE / script)],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", programs(CHANGING))
def test_every_change_is_told_or_unknown(name, tried):
    for version in NODE_VERSIONS:
        result = tried[version, name]
        assert result["fault"] == "", version
        assert result["changed"], version
        if name.startswith("+"):
            assert (result["missed"], result["unknown"]) == ([], []), version
        else:
            assert result["unknown"] or not result["missed"], version


@pytest.mark.parametrize("name", programs(FAMILIAR))
def test_what_reports_is_not_unknown(name, tried):
    for version in NODE_VERSIONS:
        result = tried[version, name]
        assert (result["fault"], result["missed"]) == ("", []), version
        assert result["unknown"] == [], version


@pytest.fixture(scope="module")
def tables() -> list[dict[str, Any]]:
    return run(str(shutil.which("node")), "", "repeated.js")


@pytest.mark.parametrize("what", ["effects", "unknowns", "both", "texts"])
def test_no_record_is_taken_for_another(what, tables):
    (found,) = [one for one in tables if one["what"] == what]
    print(found)
    assert found["asked"] > 1
    assert found["wrong"] == []
