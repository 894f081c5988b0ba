"""Methods of the request's own objects that nobody else notices."""

from __future__ import annotations

from rewriter.quiet import quiet


def test_only_what_sends_and_emits_nothing_is_quiet(world) -> None:
    program = world("function f (res) { res.setHeader('a', 'b') }").program
    assert quiet(program, "setHeader")
    assert quiet(program, "status")
    for name in ("write", "end", "emit", "flushHeaders", "mark", None):
        assert not quiet(program, name)


def test_a_method_that_the_program_replaces_is_not(world) -> None:
    program = world("exports.wrap = (res) => { res.setHeader = () => {} }").program
    assert not quiet(program, "setHeader")
    assert quiet(program, "getHeader")
