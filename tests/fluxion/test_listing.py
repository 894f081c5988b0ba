"""The list beside what was seen: found, missed and why, named in vain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fluxion.listing import compared_lines, compared_rows
from fluxion.sources import hash_of
from fluxion.static import seek_recorded
from rewriter.callees import Names
from rewriter.syntax.client import Syntax
from store.facts import Function, FunctionRef, Place, RupturePoint, Script
from tests.fluxion.recordings import recording

TEXT = """\
app.get('/', function seen() {});
app.post('/', factory(1));
later(function missed() {});
setInterval(function never() {}, 10);
function factory() { return function made() {}; }
"""


def ref(text: str) -> FunctionRef:
    return FunctionRef(1, TEXT.index(text))


def place(text: str) -> Place:
    at = TEXT.index(text)
    line = TEXT.count("\n", 0, at) + 1
    return Place(1, at, line, at - (TEXT.rfind("\n", 0, at) + 1) + 1)


def point(function: str, kind, call: str) -> RupturePoint:
    at = place(function)
    return RupturePoint(ref(function), kind, at, None, place(call), "seen", "x", 3)


@pytest.fixture
def rows(tmp_path: Path):
    path = tmp_path / "app.js"
    path.write_text(TEXT)
    script = Script(1, str(path), str(path), hash_of(TEXT), len(TEXT), "commonjs")
    package = replace(script, number=2, path=str(tmp_path / "node_modules/x/i.js"))
    names = ("seen", "made", "missed")
    value = replace(
        recording(tmp_path),
        scripts=(script, package),
        functions=tuple(
            Function(ref(f"function {n}"), 9, n, place(f"function {n}").line, 1)
            for n in names
        ),
        ruptures=(
            point("function seen", "post", "app.get"),
            point("function made", "start", "app.post"),
            point("function missed", "post", "later"),
            replace(
                point("function seen", "post", "later"), function=FunctionRef(2, 1)
            ),
            replace(point("function never", "internal", "later"), kind="internal"),
        ),
    )
    with Syntax() as syntax:
        return compared_rows(value, seek_recorded(value, Names(), syntax))


def test_found_missed_and_never_seen(rows):
    (found,) = rows["found"]
    assert (found["function"]["name"], found["kind"]) == ("seen", "post")
    assert found["listed_kind"] == "start"
    assert [(r["function"]["name"], r["why"]) for r in rows["missed"]] == [
        ("made", "what is handed over is only known at run time"),
        ("missed", "its callee is not on the list"),
    ]
    assert [row["name"] for row in rows["never_seen"]] == ["never"]
    assert [row["made_by"] for row in rows["at_run_time"]] == ["factory(1)"]
    assert rows["in_packages"] == 1


def test_lines_say_it_in_this_order(rows):
    lines = list(compared_lines(rows))
    assert lines[0] == (
        "of 3 rupture points that were seen, the list finds 1; files read: 1"
    )
    text = "\n".join(lines)
    assert "ran 3 times, the list says start" in text
    marks = ["found", "missed", "on the list, and never seen", "1 more were seen"]
    assert sorted(marks, key=text.index) == marks
