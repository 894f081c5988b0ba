from __future__ import annotations

import hashlib

from rewriter.emit.guards import bury, insert_at_start, named, text_hash
from rewriter.emit.patch import Patch

TEXT = """'use strict'
function next () { return 1 }
const other = { next () { return 2 } }
function outer () { function next () { return 3 } }
exports.last = function () { 'use strict' }
"""


def test_a_name_of_the_top_level_is_one_function(syntax):
    tree = syntax.parse(TEXT, "commonjs")
    assert [f.raw for f in named(tree, "next")] == ["function next () { return 1 }"]
    assert named(tree, "other") == []
    assert named(tree, "absent") == []


def test_a_dead_copy_asks_first(syntax):
    tree = syntax.parse(TEXT, "commonjs")
    patch = Patch(TEXT)
    bury(patch, named(tree, "next")[0], 'g"1', "$fx")
    last = list(tree.functions())[-1]
    insert_at_start(patch, last, "x();")
    new = patch.text()
    assert 'function next () {$fx.dead("g\\"1"); return 1 }' in new
    assert "function () { 'use strict';x(); }" in new
    syntax.parse(new, "commonjs")


def test_a_closure_is_recognised_by_the_text_that_it_has_in_the_overlay(syntax):
    tree = syntax.parse(TEXT, "commonjs")
    patch = Patch(TEXT)
    literal = named(tree, "next")[0]
    patch.insert(literal.start, "before;")
    patch.insert(literal.end, ";after")
    text = "function next () { return 1 }"
    expected = hashlib.sha256(text.encode("utf-16-le")).hexdigest()
    assert text_hash(patch, literal) == expected
    bury(patch, literal, "g", "$fx")
    assert text_hash(patch, literal) != expected
