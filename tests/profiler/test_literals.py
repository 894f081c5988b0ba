"""A frame is given a literal only where V8's position leaves no doubt."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from profiler.literals import Literals, Position
from store.facts import Function, FunctionRef

SOURCE = """\
function declared() { return burn() }
const arrow = (a) => burn(a)
const expression = function named(a) { return burn() }
const anonymous = function (a) { return burn() }
const tight = function(a) { return burn() }
const object = { method(a) { return burn() }, async later(a) { return burn() } }
class Shop { method(a) { return burn() } static make(a) { return burn() } }
async function waiting(a) { return burn() }
function* counting(a) { yield burn() }
const bare = async x => burn(x)
const burn = () => { const end = Date.now() + 30; while (Date.now() < end); }
declared(); arrow(); expression(); anonymous(); tight(); object.method()
object.later(); new Shop().method(); Shop.make(); waiting(); [...counting()]; bare()
"""

LITERALS = {
    "declared": "function declared() {",
    "arrow": "(a) => burn(a)",
    "named": "function named(a)",
    "anonymous": "function (a)",
    "tight": "function(a)",
    "method": "(a) { return burn() }, async",
    "later": "(a) { return burn() } }\nclass",
    "waiting": "async function waiting",
    "counting": "function* counting",
    "bare": "async x =>",
    "make": "(a) { return burn() } }\nasync",
}

PROFILE = """
const inspector = require('node:inspector')
const session = new inspector.Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: 1000 })
session.post('Profiler.start')
require(process.argv[1])
session.post('Profiler.stop', (error, { profile }) => {
  console.log(JSON.stringify(profile.nodes.map((node) => node.callFrame)))
})
"""


def literal(name: str, text: str) -> Function:
    start = SOURCE.index(text)
    line = SOURCE.count("\n", 0, start) + 1
    column = start - (SOURCE.rfind("\n", 0, start) + 1) + 1
    return Function(FunctionRef(1, start), start + len(text), name, line, column)


def test_v8s_own_positions_lead_to_the_literals(
    tmp_path: Path, node_version: Path
) -> None:
    script = tmp_path / "kinds.js"
    script.write_text(SOURCE)
    done = subprocess.run(
        [node_version, "-e", PROFILE, script], capture_output=True, check=True
    )
    frames = [
        frame for frame in json.loads(done.stdout) if frame["url"].endswith("/kinds.js")
    ]
    known = {name: literal(name, text) for name, text in LITERALS.items()}
    seen = {
        Position(
            1, f["functionName"], f["url"], f["lineNumber"] + 1, f["columnNumber"] + 1
        )
        for f in frames
    }
    found = Literals(known.values()).resolve(seen)
    by_name = {position.name: function for position, function in found.items()}
    expected = {position.name for position in seen} & known.keys()
    assert len(expected) >= 9
    assert {name for name in by_name if name in known} == expected
    assert all(by_name[name] == known[name] for name in expected)


OUTER = Function(FunctionRef(1, 10), 90, "outer", 3, 5)
INNER = Function(FunctionRef(1, 40), 80, "inner", 4, 7)
SAME_LINE = Function(FunctionRef(1, 60), 70, "beside", 4, 27)


def at(name: str, line: int, column: int) -> Position:
    return Position(1, name, "file:///a.js", line, column)


def test_the_parenthesis_behind_the_name() -> None:
    exact, parenthesis = at("", 3, 5), at("outer", 3, 5 + len("function outer"))
    found = Literals([OUTER]).resolve({exact, parenthesis})
    assert found == {exact: OUTER, parenthesis: OUTER}


@pytest.mark.parametrize(
    "position",
    [at("outer", 3, 6), at("other", 3, 5 + len("function outer")), at("outer", 9, 5)],
)
def test_beside_a_certain_one_a_doubtful_one_is_none(position: Position) -> None:
    found = Literals([OUTER, INNER]).resolve({position, at("", 4, 7)})
    assert position not in found


def test_in_a_twin_lines_and_names_tell() -> None:
    positions = {at("outer", 3, 77), at("inner", 4, 120), at("beside", 4, 200)}
    found = Literals([OUTER, INNER, SAME_LINE]).resolve(positions)
    assert {found[position].name for position in positions} == {
        "outer",
        "inner",
        "beside",
    }


def test_what_is_in_no_traced_line_is_no_twin() -> None:
    positions = {at("outer", 3, 77), at("stranger", 99, 1)}
    assert Literals([OUTER]).resolve(positions) == {}


def test_without_a_name_only_the_start_is_certain() -> None:
    arrow = Function(FunctionRef(1, 10), 90, "", 3, 5)
    nested, start = at("", 3, 5 + len("() => x(")), at("", 3, 5)
    assert Literals([arrow]).resolve({nested, start}) == {start: arrow}


def test_in_a_rewritten_file_line_and_name_tell() -> None:
    known, inserted, lost = at("inner", 4, 300), at("$x_g", 4, 7), at("inner", 9, 1)
    literals = Literals([OUTER, INNER, SAME_LINE])
    assert literals.resolve({known, inserted, lost}, rewritten=True) == {known: INNER}


def test_two_literals_in_one_place_are_none() -> None:
    double = Function(FunctionRef(1, 11), 12, "outer", 3, 5)
    assert Literals([OUTER, double]).resolve({at("outer", 3, 5)}) == {}
