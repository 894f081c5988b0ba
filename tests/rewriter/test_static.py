"""What the list finds in a source, and what it cannot know."""

from __future__ import annotations

import pytest

from rewriter.callees import Listed, Names
from rewriter.scopes import analyse
from rewriter.static import specifiers, static_points

PAPER = """\
var app = require('express')(), fs = require('fs'), count = 0;
app.get('/', function handler(req, res){
  fs.readFile(__filename, function reply(err, data) {
    count += 1;
    res.send(err || template(count, data));
  });
});
app.listen(8080);
"""


@pytest.fixture
def points(syntax):
    def find(text, *own, kind="commonjs"):
        tree = syntax.parse(text, kind)
        return static_points(tree, analyse(tree), 1, Names(own))

    return find


def brief(found):
    return [(p.kind, p.name, p.function_name or p.text) for p in found]


def test_the_papers_example(points):
    handler, reply = points(PAPER)
    assert (handler.kind, handler.listed) == ("start", "app.get")
    assert (handler.function_name, handler.creation) == ("handler", None)
    assert (reply.kind, reply.listed) == ("post", "fs.*")
    assert reply.function_name == "reply"
    assert handler.definition is not None
    assert (handler.definition.line, handler.definition.column) == (2, 14)
    assert (handler.registration.line, handler.registration.column) == (2, 1)
    assert reply.creation == handler.definition
    assert reply.function is not None
    assert PAPER[reply.function.start :].startswith("function reply")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "const f = require('node:fs'); f.readFile(p, cb); function cb() {}",
            "commonjs",
        ),
        ("const {readFile: r} = require('fs'); r(p, cb); function cb() {}", "commonjs"),
        ("const r = require('fs').readFile; const cb = () => 1; r(p, cb)", "commonjs"),
        ("import f from 'fs'; f.readFile(p, cb); function cb() {}", "module"),
        ("import * as f from 'fs'; f.readFile(p, cb); function cb() {}", "module"),
        ("import {readFile as r} from 'node:fs'; r(p, cb); function cb() {}", "module"),
    ],
)
def test_a_built_in_by_whatever_name(points, text, kind):
    (found,) = points(text, kind=kind)
    assert (found.kind, found.listed, found.function_name) == ("post", "fs.*", "cb")


def test_what_only_exists_at_run_time_is_said_to(points):
    found = points("app.post('/', parse(1024), routes.save, [auth, () => 1])")
    assert brief(found) == [
        ("start", "app.post", "parse(1024)"),
        ("start", "app.post", "routes.save"),
        ("start", "app.post", "auth"),
        ("start", "app.post", ""),
    ]
    assert [point.definition is None for point in found] == [True, True, True, False]


def test_a_callback_that_is_a_parameter_is_not_known(points):
    (found,) = points("function f(p, done) { require('fs').stat(p, done) }")
    assert (found.text, found.function) == ("done", None)
    assert found.creation is not None


def test_a_bound_function_is_the_one_that_was_bound(points):
    (found,) = points("function f() {} emitter.on('x', f.bind(null, 1))")
    assert found.function_name == "f"


@pytest.mark.parametrize(
    "text",
    [
        "app.get('etag')",
        "app.get(name)",
        "server.listen(PORT, process.env.HOST)",
        "require('fs').readFile(file, 'utf8')",
        "require('fs').readFileSync(file, function () {})",
        "function setTimeout(f) {} setTimeout(function () {})",
        "cache.get('x', function () {})",
        "this[name]('x', function () {})",
        "let f = function () {}; f = 1; map(f)",
    ],
)
def test_no_false_ones(points, text):
    assert points(text) == ()


def test_the_app_adds_its_own(points):
    text = "const raw = require('raw-body'); raw(req, {}, function done() {})"
    assert points(text) == ()
    (found,) = points(text, Listed("raw", "post", own=True))
    assert (found.kind, found.function_name) == ("post", "done")


def test_the_position_of_the_callback_counts_from_one(points):
    text = "every(function a() {}, 10); last(1, function b() {})"
    own = [Listed("every", "start", 1, own=True), Listed("last", "post", own=True)]
    assert [p.function_name for p in points(text, *own)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("require('./a'); require(x); if (y) require('../b')", "commonjs"),
        ("import './a'; export * from '../b'; import(x)", "module"),
        ("export {z} from './a'; import('../b')", "module"),
    ],
)
def test_what_a_file_asks_for(syntax, text, kind):
    tree = syntax.parse(text, kind)
    assert specifiers(tree, analyse(tree)) == ["./a", "../b"]
