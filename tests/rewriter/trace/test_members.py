from __future__ import annotations

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import loaded, told


def effects(heard: list[list[object]]) -> list[tuple[object, ...]]:
    return [tuple(event) for event in heard if event[0] in {"read", "write", "opaque"}]


def test_reads_and_writes_are_reported_in_order(syntax: Syntax):
    text = (
        "function f(o) { o.a = o.b; o.c += 1; o.d++; delete o.e; 'g' in o; "
        "o['h']; o[0] = 1 } f({})"
    )
    assert effects(told(syntax, text)) == [
        ("read", "b"),
        ("write", "a"),
        ("read", "c"),
        ("write", "c"),
        ("read", "d"),
        ("write", "d"),
        ("write", "e"),
        ("read", "g"),
        ("read", "h"),
        ("write", 0),
    ]


def test_a_logical_assignment_writes_only_when_it_does(syntax: Syntax):
    text = "function f(o) { o.a ||= 1; o.b ??= 2; o.c &&= 3 } f({ a: 1, c: 1 })"
    assert effects(told(syntax, text)) == [
        ("read", "a"),
        ("read", "b"),
        ("write", "b"),
        ("read", "c"),
        ("write", "c"),
    ]


def test_private_names_and_super(syntax: Syntax):
    text = (
        "class A { #p = 1; m() { return this.#p } } class B extends A { "
        "m() { return super.m() + super.x } } new B().m()"
    )
    heard = effects(told(syntax, text))
    assert ("read", "#p") in heard
    assert heard.count(("read", "m")) == 1
    assert ("read", "x") in heard


def test_targets_of_patterns_and_loops_are_written(syntax: Syntax):
    text = "function f(o) { [o.a, o['b']] = [1, 2]; for (o.c of [1]); } f({})"
    assert [e for e in effects(told(syntax, text)) if e[0] == "write"] == [
        ("write", "a"),
        ("write", "b"),
        ("write", "c"),
    ]


def test_super_is_written_to_this(syntax: Syntax):
    text = (
        "class A { m() { super.x = 1; super['y']++; [super.z] = [2]; delete this?.x } }"
        "new A().m()"
    )
    assert [e for e in effects(told(syntax, text)) if e[0] == "write"] == [
        ("write", "x"),
        ("write", "y"),
        ("write", "z"),
        ("write", "x"),
    ]


def test_no_line_breaks_are_added(syntax: Syntax):
    text = (
        "function f(o) {\n  return o\n    .a // c\n    .b\n    [ // d\n    "
        "  o.k\n    ]\n}"
    )
    made = loaded(syntax, text).text
    assert made.count("\n") == text.count("\n")
    for before, after in zip(text.split("\n"), made.split("\n"), strict=True):
        assert ("// c" in before) == ("// c" in after)


def test_a_name_that_nobody_declared_is_deleted_where_all_can_see(syntax: Syntax):
    text = "zz = 1; let v; function f() { return [delete zz, delete v] } log(f())"
    heard = told(syntax, text)
    assert [e for e in heard if e[0] == "writeCapture"] == [["writeCapture", "zz", -1]]
    dark = "(function () { eval('var q = 1'); (() => delete q)() })()"
    assert ["opaque", "delete"] in told(syntax, dark)
