"""The way down to the CPU."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rewriter.spine import Spine, calls_to
from store.facts import CallCost, Frame

TEXT = """\
function hot () { small(); mid(1) }
function mid (n) { log(); heavy(n); heavy(n + 1) }
function heavy (n) { return inner(n) }
function inner (n) { return n }
function small () {}
"""
CHAIN = ("function hot", "function mid", "function heavy", "function inner")


def made_of(world, text=TEXT, chain=CHAIN):
    made = world(text)
    made.callback("/app/a.js", "function hot")
    if chain:
        made.spine(*(("/app/a.js", mark) for mark in chain))
    return made, made.function("/app/a.js", "function hot")


def test_calls_on_the_way_down_outermost_first(world) -> None:
    made, hot = made_of(world)
    found = Spine(made.program, made.recording).candidates(hot)
    assert [c.call.raw for c in found] == ["mid(1)", "heavy(n)", "heavy(n + 1)"]
    assert [[s.node.raw for s in c.path] for c in found] == [[], ["mid(1)"], ["mid(1)"]]
    assert found[0].moved_us == 1_000_000
    assert found[1].moved_us == 500_000
    assert [c.share for c in found] == [1, 0.5, 0.5]


def test_another_callback_ends_it(world) -> None:
    made, hot = made_of(world)
    made.callback("/app/a.js", "function heavy", handed="mid(1)")
    spine = Spine(made.program, made.recording)
    assert [c.call.raw for c in spine.candidates(hot)] == []
    assert spine.own_us(hot.ref) == 0


def test_a_stack_without_the_callbacks_own_frame_is_the_callbacks(world) -> None:
    """Below the probe's frame V8 showed `quantize` beside `writeTextToImages`."""
    made, hot = made_of(world, chain=CHAIN[:1])
    made.callback("/app/a.js", "function heavy", handed="mid(1)")
    heavy = made.function("/app/a.js", "function heavy").ref
    inner = made.function("/app/a.js", "function inner").ref
    probe = Frame(8, 2, 0, "call", "fluxion:probe", 9, 9, None, 20_000, 1_000_000)
    seen = Frame(9, 8, 1, "", "", 0, 0, heavy, 900_000, 900_000)
    lost = Frame(10, 8, 1, "", "", 0, 0, inner, 80_000, 80_000)
    made.see(frames=(probe, seen, lost))
    spine = Spine(made.program, made.recording)
    assert spine.own_us(hot.ref) == 0
    assert spine.inside(hot.ref) == {heavy}
    made.recording = replace(
        made.recording,
        frames=tuple(f for f in made.recording.frames if f != seen),
    )
    assert Spine(made.program, made.recording).own_us(hot.ref) == 1_000_000


@pytest.mark.parametrize(("samples", "least"), [(1, 0), (4, 0), (100, 1600), (0, 0)])
def test_few_samples_are_no_evidence(world, samples, least) -> None:
    made, hot = made_of(world, chain=())
    frame = Frame(2, 0, 1, "", "", 0, 0, hot.ref, samples * 20_000, samples * 20_000)
    other = Frame(3, 0, 0, "(idle)", "", 0, 0, None, 20_000, 20_000)
    made.see(frames=(frame, other))
    spine = Spine(made.program, made.recording)
    assert spine.least_us(hot.ref) == least * 1000


def test_a_traced_function_that_is_only_called_does_not(world) -> None:
    made, hot = made_of(world)
    made.callback("/app/a.js", "function mid", kind="internal")
    assert Spine(made.program, made.recording).candidates(hot)


def test_a_small_share_is_not_followed(world) -> None:
    made, hot = made_of(world, chain=CHAIN[:1])
    small = made.function("/app/a.js", "function small")
    frame = Frame(9, 2, 1, "", "", 5, 1, small.ref, 0, 300_000)
    made.see(frames=(frame,))
    assert Spine(made.program, made.recording).candidates(hot) == []


def test_frames_are_found_by_their_place(world) -> None:
    made, hot = made_of(world, chain=())
    frames = [Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 10)]
    for number, mark in enumerate(("function hot", "function mid"), 2):
        place = made.function("/app/a.js", mark).module.place(
            made.at("/app/a.js", mark) + len(mark) + 1
        )
        frames.append(
            Frame(
                number,
                number - 1,
                0,
                "",
                "file:///app/a.js",
                place.line,
                place.column,
                None,
                0,
                10,
            )
        )
    made.see(frames=tuple(frames))
    found = Spine(made.program, made.recording).candidates(hot)
    assert [c.call.raw for c in found] == ["mid(1)"]


def test_measured_calls_when_the_profile_saw_nothing(world) -> None:
    made, hot = made_of(world, chain=())
    site = made.at("/app/a.js", "mid(1)")
    other = made.at("/app/a.js", "small()@@0")
    made.see(
        calls=(
            CallCost(hot.ref, site, 9, 900, 100, 100),
            CallCost(hot.ref, other, 9, 100, 10, 10),
        )
    )
    found = Spine(made.program, made.recording).candidates(hot)
    assert [(c.call.raw, c.moved_us) for c in found] == [("mid(1)", 900)]
    assert found[0].share == 900 / made.recording.costs[0].total_us


def test_measured_calls_of_nothing_have_no_share(world) -> None:
    made, hot = made_of(world, chain=())
    made.recording = replace(made.recording, costs=())
    made.see(calls=(CallCost(hot.ref, made.at("/app/a.js", "mid(1)"), 9, 0, 0, 0),))
    found = Spine(made.program, made.recording).candidates(hot)
    assert [c.share for c in found] == [0]


def test_where_the_way_cannot_be_followed_is_told(world) -> None:
    text = "function hot () { o.m() }\nfunction heavy () {}\nconst o = make(heavy)\n"
    made, hot = made_of(world, text, ("function hot", "function heavy"))
    spine = Spine(made.program, made.recording)
    assert spine.candidates(hot) == []
    host, callee = spine.blocked[hot.ref]
    assert host == hot
    assert callee == made.function("/app/a.js", "function heavy")


def test_recursion_ends(world) -> None:
    text = "function hot () { again() }\nfunction again () { again() }\n"
    made, hot = made_of(
        world, text, ("function hot", "function again", "function again")
    )
    found = Spine(made.program, made.recording).candidates(hot)
    assert [c.call.raw for c in found] == ["again()"]


def test_all_calls_that_enter_a_function(world) -> None:
    made = world("function a () { b(); (() => b())(); x ? b() : c() } function b () {}")
    host = made.function("/app/a.js", "function a")
    found = calls_to(made.program, host, made.function("/app/a.js", "function b"))
    assert len(found) == 2
