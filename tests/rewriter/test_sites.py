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
CLASSES = """\
class Pages {
  constructor(app) { app.all('/own', this.own.bind(this)) }
  reader() { return (req, res) => { res.end('r') } }
  show(req, res) { res.end('s') }
  own(req, res) { res.end('o') }
}
const pages = new Pages(app);
app.get('/reader', pages.reader());
app.get('/show', pages.show.bind(pages));
const upper = new Transform({ transform(chunk, encoding, done) { done() } });
function handler(req) { return 'h' }
const first = (req) => 'f';
server.table({ rows: [first] });
server.route([{ path: '/', options: { pre: [{ method: first }], handler } }]);
server.ext(first);
"""
FILES = {
    1: ("server.js", SERVER),
    2: ("routes.js", ROUTES),
    3: ("parser.js", PARSER),
    4: ("classes.js", CLASSES),
}


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


def found(
    syntax: Syntax, *literals: tuple[int, str], seen: tuple[RupturePoint, ...] = ()
) -> list[RupturePoint]:
    """Return what is said of function literals that were handed over before."""
    points = list(seen)
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


def test_what_ran_before_we_saw_it_handed_over_joins_what_we_saw(
    syntax: Syntax,
) -> None:
    show, at = place(1, "function show"), place(1, "app.get(")
    ref = FunctionRef(1, show.offset)
    seen = RupturePoint(ref, "post", show, None, at, "seen", "app.get", 5)
    (point,) = found(syntax, (1, "function show"), seen=(seen,))
    assert (point.kind, point.basis, point.activations) == ("post", "seen", 8)


def test_methods_of_classes_have_their_registrations(syntax: Syntax) -> None:
    reader, show, own = found(
        syntax,
        (4, "(req, res) => { res.end('r')"),
        (4, "(req, res) { res.end('s')"),
        (4, "(req, res) { res.end('o')"),
    )
    assert reader.registration == place(4, "app.get('/reader'")
    assert reader.creation == place(4, "pages.reader()")
    assert show.registration == place(4, "app.get('/show'")
    assert own.registration == place(4, "app.all(")


def test_functions_that_an_object_carries(syntax: Syntax) -> None:
    transform, handler, first = found(
        syntax, (4, "(chunk"), (4, "function handler"), (4, "(req) => 'f'")
    )
    assert transform.registration == place(4, "new Transform")
    assert transform.registrar == "Transform"
    assert handler.registration == place(4, "server.route")
    assert first.registration == place(4, "server.ext"), "an argument comes first"
