"""The frames above a callback, up to the event loop."""

from __future__ import annotations

import pytest

from rewriter.callers import Callers, event_of, listeners, registration
from store.facts import Refusal, Stack, StackFrame
from tests.rewriter.worlds import EVENT_FRAME, NODE_FRAME

LAYER = (
    "const isPromise = o => !!o && typeof o.then === 'function'\n"
    "function layer (fn, next) {\n"
    "  try {\n"
    "    const ret = fn()\n"
    "    if (isPromise(ret)) ret.then(null, e => next(e))\n"
    "  } catch (e) { next(e) }\n"
    "}\n"
    "function outer () { layer(hot, () => {}) }\n"
    "setTimeout(outer, 1)\n"
)


def judged(world, text, marks, *, value="undefined", throws=True, more=(NODE_FRAME,)):
    """Judge a callback `hot` that was called at these places, innermost first."""
    made = world(text + "function hot () { heavy() }\n")
    path = "/app/a.js"
    frames = (*(made.frame(path, mark) for mark in marks), *more)
    made.callback(path, "function hot", stack=frames)
    hot = made.function(path, "function hot")
    found = Callers(made.program, made.recording).judge(
        hot, hot, (), value, resets=True, throws=throws
    )
    if isinstance(found, Refusal):
        return found.code
    return [made.files[path][catch.try_start :][:3] for catch in found]


def test_a_clause_of_a_caller_is_kept(world) -> None:
    assert judged(world, LAYER, ["fn()", "layer(hot"]) == ["try"]


def test_an_async_callback_rejects_its_own_promise(world) -> None:
    found = judged(world, LAYER, ["fn()", "layer(hot"], value="promise", throws=False)
    assert found == []


def test_a_value_that_the_original_gave_is_missing(world) -> None:
    found = judged(world, LAYER, ["fn()", "layer(hot"], value="gone")
    assert found == "FX054"


@pytest.mark.parametrize(
    ("text", "marks", "code"),
    [
        ("function o (h) { h(); log.push(1) }\n", ["h();"], "FX050"),
        ("function o (h) { for (const x of l) h(x) }\n", ["h(x)"], "FX050"),
        ("function o (h) { try { h() } finally { x() } }\n", ["h() }"], "FX055"),
        ("async function o (h) { h() }\n", ["h() }"], "FX055"),
        ("function o (h) { h() }\n", ["function o"], "FX051"),
        (
            "function o (h) { h() }\nfunction p () { o(1); q() }\n",
            ["h() }", "o(1)"],
            "FX050",
        ),
    ],
)
def test_what_forbids_it(world, text, marks, code) -> None:
    assert judged(world, text, marks) == code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (StackFrame("Array.forEach", "", 0, 0), "FX051"),
        (StackFrame("new Promise", "", 0, 0), "FX051"),
        (StackFrame("f", "/app/none.js", 1, 1), "FX051"),
        (EVENT_FRAME, []),
        (StackFrame("async go", "/app/none.js", 1, 1), []),
        (StackFrame("x", "node:internal/modules/cjs/loader", 1, 1), []),
    ],
)
def test_frames_outside_of_the_program(world, frame, code) -> None:
    text = "function o (h) { h() }\n"
    assert judged(world, text, ["h() }"], more=(frame,)) == code


def test_without_a_stack_nothing_is_known(world) -> None:
    made = world("function hot () {}")
    hot = made.function("/app/a.js", "function hot")
    found = Callers(made.program, made.recording).judge(
        hot, hot, (), "undefined", resets=True, throws=True
    )
    assert isinstance(found, Refusal)
    assert found.code == "FX051"


def test_every_stack_counts(world) -> None:
    text = "function a (h) { h() }\nfunction b (k) { k(); log.push(1) }\n"
    made = world(text + "function hot () {}")
    path = "/app/a.js"
    made.callback(path, "function hot", stack=(made.frame(path, "h() }"),))
    hot = made.function(path, "function hot")
    ask = {"resets": True, "throws": True}
    callers = Callers(made.program, made.recording)
    assert callers.judge(hot, hot, (), "undefined", **ask) == ()
    made.see(stacks=(Stack(hot.ref, (made.frame(path, "k();"),), 1),))
    callers = Callers(made.program, made.recording)
    found = callers.judge(hot, hot, (), "undefined", **ask)
    assert isinstance(found, Refusal)
    assert found.code == "FX050"


@pytest.mark.parametrize(
    ("text", "mark", "event"),
    [
        ("s.on('x', function hot () {})", "s.on", "x"),
        ("s.once('x', function hot () {})", "s.once", "x"),
        ("http.createServer(function hot () {})", "http.createServer", "request"),
        ("app.get('/x', function hot () {})", "app.get", ""),
        ("setTimeout(function hot () {}, 1)", "setTimeout", ""),
    ],
)
def test_the_event_of_a_listener(world, text, mark, event) -> None:
    made = world(text)
    made.callback("/app/a.js", "function hot", handed=mark)
    point = made.recording.ruptures[0]
    assert event_of(made.program, point) == event
    assert str(registration(made.program, point)).startswith("/app/a.js:1:1")


def test_other_listeners_of_an_event(world) -> None:
    made = world(
        {
            "/app/a.js": "s.on('x', f); s.on('y', f); s.emit('x')",
            "/app/b.js": "t.prependListener('x', g)",
        }
    )
    first = made.node("/app/a.js", "s.on('x'", "CallExpression")
    found = listeners(made.program, "x", first)
    assert [str(spot) for spot in found] == ["/app/b.js:1:1"]


def test_a_promise_goes_on_with_what_its_reaction_returns(world) -> None:
    made = world(
        "function heavy (n) { return n }\n"
        "exports.start = (p) => p.then(function hot (n) { const v = heavy(5); "
        "console.log(v) }).then(() => console.log('after'))"
    )
    made.callback(
        "/app/a.js", "function hot", stack=(), kind="post", registrar="p.then"
    )
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "function heavy"))
    assert made.stay().refusal.code == "FX050"
