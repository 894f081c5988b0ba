from __future__ import annotations

from rewriter.emit.patch import Patch
from rewriter.emit.slices import Slice, blank
from store.facts import Script
from store.plans import SliceFile


def test_blanking_keeps_lines_and_columns():
    text = "const a = 1\r\nlisten()\u2028const b = '\U0001f600'\n"
    kept = blank(text, [(0, 11), (22, 36)])
    assert kept == "const a = 1\r\n        \u2028const b = '\U0001f600'\n"
    assert blank("\U0001f600\n", []) == "  \n"
    assert blank("abc", []) == "   "
    assert blank("abcdef", [(1, 3), (2, 5)]) == " bcde "


def test_a_slice_merges_plans_and_keeps_directives(syntax):
    text = "'use strict'\nconst a = 1\nstart()\nfunction f () { return a }\n"
    tree = syntax.parse(text, "commonjs")
    script = Script(1, "file:///a.js", "/a.js", "0", len(text), "commonjs")
    made = Slice("g", script, tree, "$fx", Patch(text))
    made.add(SliceFile(1, ((13, 24),), (("./b", 2),), ("util",)))
    made.add(SliceFile(1, ((33, 59),), (), ("zlib",)))
    assert made.text() == (
        "'use strict'\nconst a = 1\n       \nfunction f () { return a }\n"
    )
    assert (made.imports, made.builtins) == ({"./b": 2}, {"util", "zlib"})
    assert made.holds(14, 20)
    assert not made.holds(20, 40)
    made.tail = "tail()"
    made.whole = True
    assert made.text() == f"{text}\n;tail()"
    other = Slice("h", script, tree, "$fx", Patch(text))
    assert made.id != other.id
