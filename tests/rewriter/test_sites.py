"""Where a callback was handed over is read from the program when nobody saw it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from rewriter.sites import sites
from rewriter.syntax.client import Syntax
from store.facts import FunctionRef, Place, Process, Recording, RupturePoint, Script

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = """\
const express = require('express'), routes = require('./routes');
const { bodyParser: parse } = require('./parser');
const app = express();
const later = parse(2);
app.post('/text', parse(1 * 1024), routes.write);
app.use([later]);
app.get('/x', function show(req, res) { res.end() });
process.on('exit', process.argv[2] ? routes.bye : null);
"""
ROUTES = """\
function write(req, res) { res.end('w') }
const bye = () => {};
module.exports = { write, bye };
"""
PARSER = """\
function bodyParser(limit) {
  return function saveBody(req, res, next) { next() };
}
exports.bodyParser = bodyParser;
"""
FILES = {1: ("server.js", SERVER), 2: ("routes.js", ROUTES), 3: ("parser.js", PARSER)}


@pytest.fixture(scope="module")
def syntax() -> Iterator[Syntax]:
    with Syntax() as opened:
        opened.parse("", "commonjs")  # its process starts now, not within a test
        yield opened


def place(script: int, text: str) -> Place:
    source = FILES[script][1]
    offset = source.index(text)
    line = source.count("\n", 0, offset) + 1
    column = offset - (source.rfind("\n", 0, offset) + 1) + 1
    return Place(script, offset, line, column)


def found(syntax: Syntax, *literals: tuple[int, str]) -> list[RupturePoint]:
    """Return what is said of function literals that were handed over before."""
    points = []
    for script, text in literals:
        at = place(script, text)
        ref = FunctionRef(script, at.offset)
        points.append(RupturePoint(ref, "start", at, None, None, "static", "", 3))
    texts = {number: text for number, (_, text) in FILES.items()}
    scripts = tuple(
        Script(
            *(number, f"file:///app/{name}", f"/app/{name}"),
            hashlib.sha256(text.encode()).hexdigest(),
            len(text),
            "commonjs",
        )
        for number, (name, text) in FILES.items()
    )
    process = Process(1, "v20", (), (), "/app", "/app/server.js", (), 0, "attached")
    recording = Recording(process, 1.0, scripts, ruptures=tuple(points))
    return sites(recording, texts, syntax)


def test_a_factorys_callback_has_its_call_and_its_registration(syntax: Syntax) -> None:
    (point,) = found(syntax, (3, "function saveBody"))
    assert point.registration == place(1, "app.post(")
    assert point.creation == place(1, "parse(1 * 1024)")
    assert point.registrar == "app.post"
    assert point.definition == place(3, "function saveBody")


def test_an_exported_handler_is_found_through_its_module(syntax: Syntax) -> None:
    (point,) = found(syntax, (2, "function write"))
    assert point.registration == place(1, "app.post(")
    assert point.creation == place(2, "function write")


def test_a_literal_in_place_and_one_of_two(syntax: Syntax) -> None:
    show, bye = found(syntax, (1, "function show"), (2, "() => {}"))
    assert show.registration == place(1, "app.get(")
    assert show.creation == place(1, "function show")
    assert bye.registration == place(1, "process.on('exit'")


def test_what_was_seen_or_cannot_be_known_stays(syntax: Syntax) -> None:
    (lost,) = found(syntax, (3, "function bodyParser"))
    assert lost.registration is None
