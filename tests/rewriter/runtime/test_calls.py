# ruff: noqa: E501 - the apps are JavaScript, one thought a line
from __future__ import annotations

import pytest

from tests.rewriter.emit.handmade import Spec
from tests.rewriter.runtime.apps import compiled, run, same

HEAVY = "const heavy = (n, o) => { let s = 0; for (let i = 0; i < n; i++) s = (s + i) % 9973; return { s, o } }\n"
SPEC = Spec("hot", call="heavy", callee="heavy", arguments=("value", "value"))


def test_the_remainder_runs_with_its_locals_and_catch_clauses(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function heavy (n) { if (n > 2) throw new RangeError('too much ' + n); return n * 2 }
function hot (n) {
  const before = 'b' + n
  try {
    const v = heavy(n)
    console.log(before, v)
    if (v === 4) return 'early'
  } catch (e) {
    console.log(before, e instanceof RangeError, e.message, e.stack)
  } finally { console.log('finally', n) }
  console.log('end', n)
}
for (const n of [1, 2, 3]) setTimeout(hot, 1, n)
""",
        Spec("hot", call="heavy", callee="heavy", arguments=("primitive",)),
    )
    assert ran.moved == [3]


def test_a_throw_without_a_catch_clause_is_an_uncaught_exception(
    node_version, tmp_path
):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
process.on('uncaughtException', (e, origin) => console.log(origin, e.stack))
setTimeout(function hot () { const v = heavy(10); throw new TypeError('after ' + v.s) }, 1)
setTimeout(() => console.log('alive'), 300)
""",
        SPEC,
    )
    assert ran.moved == [1]


def test_an_uncaught_exception_ends_the_process_with_the_same_code(
    node_version, tmp_path
):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
setTimeout(function hot () { const v = heavy(10); throw new TypeError('after ' + v.s) }, 1)
setTimeout(() => console.log('never'), 300)
""",
        SPEC,
    )
    assert ran.code == 1
    assert "TypeError: after 45" in ran.stderr


def test_stacks_name_the_original_frames_lines_and_columns(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """'use strict'
function deep (n) { return n > 0 ? deep(n - 1) : new Error('deep').stack }
const lib = { heavy (n) {
  const e = new RegExp('x'); return n === 7 ? JSON.parse('{') : n } }
function inner (n) { return outer(n) }
function outer (n) { hot(n) }
function hot (n) { const early = 'before' + new Error('b').stack; const w = 1, v = lib.heavy(n), u = new Error('same line ' + w).stack
  console.log(early)
  console.log(u)
  console.log(deep(3), '\\n', deep(30))
  Error.stackTraceLimit = 3
  console.log(deep(0), '\\n', deep(30))
  Error.stackTraceLimit = 10
  console.log(new Error('after ' + v).stack)
}
process.on('uncaughtException', (e) => console.log(e.stack))
setTimeout(inner, 1, 3); setTimeout(inner, 99, 7); new Promise((ok) => ok()).then(() => inner(1))
""",
        Spec("hot", call="lib.heavy", callee="heavy", arguments=("primitive",)),
    )
    assert ran.moved == [3]


def test_a_fallback_has_the_same_stacks(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function heavy (o) { return new Error('in heavy').stack }
function outer (o) { hot(o) }
function hot (o) { const v = heavy(o)
  console.log(v)
  console.log(new Error('after').stack)
}
setTimeout(outer, 1, () => 1)
""",
        Spec("hot", call="heavy", callee="heavy", arguments=("value",)),
    )
    assert ran.reasons == {"a function": 1}


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_are_released_in_the_order_of_their_turns(
    node_version, tmp_path, workers
):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
function hot (n) { const v = heavy(n, [n]); console.log(n, v.s) }
for (const n of [3e7, 10, 2e6, 5, 4e6, 1]) setTimeout(hot, 1, n)
""",
        SPEC,
        workers=workers,
    )
    assert ran.moved == [6]


def test_what_cannot_travel_waits_for_its_turn_too(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
function hot (n, o) { const v = heavy(n, o); console.log(n, v.s, typeof o) }
setTimeout(hot, 1, 2e7, 1); setTimeout(hot, 1, 5, () => 1); setTimeout(hot, 1, 6, Symbol('x'))
""",
        SPEC,
    )
    assert ran.moved == [1]
    assert ran.reasons == {"a function": 1, "a symbol": 1}


def test_the_async_context_is_kept(node_version, tmp_path):
    same(
        node_version,
        tmp_path,
        HEAVY
        + """
const { AsyncLocalStorage } = require('async_hooks')
const als = new AsyncLocalStorage()
function hot (n) { const v = heavy(n); console.log(n, als.getStore()); setTimeout(() => console.log('later', n, als.getStore()), 50) }
for (const n of [3e6, 10, 20]) setTimeout(() => als.run('store ' + n, hot, n), 1)
""",
        SPEC,
        workers=2,
    )


def test_an_async_host_awaits(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (n) => { if (n === 3) throw new RangeError('three'); return { n } }
const hot = async (n, { k = 2 } = {}) => heavy(n).n + k
async function twice (n) { await null; try { return await hot(n) } catch (e) { return e.stack.split('\\n')[0] + (e instanceof RangeError) } }
setTimeout(async () => { for (const n of [1, 2, 3]) console.log(await twice(n)) }, 1)
""",
        Spec("hot", call="heavy", callee="heavy", arguments=("primitive",)),
    )
    assert ran.moved == [3]


def test_a_promise_that_the_call_returns_settles_on_main(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = async (n) => { await null; if (n === 2) throw Object.assign(new TypeError('two'), { code: 'E2' }); return Buffer.from('n' + n) }
function hot (n, done) { const p = heavy(n); console.log(p instanceof Promise); p.then((v) => done(n, v), (e) => done(n, e.name, e.code, e.message)) }
for (const n of [1, 2, 3]) setTimeout(hot, n * 40, n, console.log)
""",
        Spec("hot", call="heavy", callee="heavy", arguments=("primitive",)),
    )
    assert ran.moved == [3]


def test_hosts_of_every_kind(node_version, tmp_path):
    text = """
const heavy = (n) => n + 1
const log = []
const o = { method (a) { const v = heavy(a); log.push(['method', this === o, v]) } }
class C { constructor () { this.k = 1 } hot (a) { const v = heavy(a); log.push(['class', this.k, v]) } }
const arrow = (a) => { log.push(['arrow', heavy(a)]) }
const short = a => log.push(['short', heavy(a)])
function withArguments (a, b) { b = 5; const v = heavy(a); log.push(['arguments', arguments.length, arguments[1], v]) }
function defaults (a, b = a + 1, ...rest) { const v = heavy(b); log.push(['defaults', a, b, rest.length, v]) }
function redeclared (a) { var a; const v = heavy(a); log.push(['var', a, v]) }
function noSemicolon (a) {
  const one = 1
  heavy(a)
  log.push(['asi', one])
}
const runs = [(n) => o.method(n), (n) => new C().hot(n), arrow, short, (n) => withArguments(n, 6, 7), (n) => defaults(n), redeclared, noSemicolon]
runs.forEach((run, n) => setTimeout(run, n + 1, n))
setTimeout(() => console.log(JSON.stringify(log), withArguments.length, defaults.length, o.method.name, C.prototype.hot.name), 400)
"""
    names = ["method", "hot", "arrow", "short", "withArguments", "defaults"]
    specs = [
        Spec(name, call="heavy", callee="heavy", arguments=("primitive",), group="one")
        for name in [*names, "redeclared", "noSemicolon"]
    ]
    ran = same(node_version, tmp_path, text, *specs)
    assert ran.moved == [1] * 8


def test_a_callee_that_was_replaced_at_run_time_is_called_on_main(node, tmp_path):
    ran = same(
        node,
        tmp_path,
        """
let heavy = function (n) { return n + 1 }
function hot (n) { const v = heavy(n); console.log(v) }
setTimeout(hot, 1, 1)
setTimeout(() => { heavy = (n) => n + 100; hot(1) }, 900)
""",
        Spec("hot", call="heavy", callee="heavy", arguments=("primitive",)),
    )
    assert ran.moved == [1]
    assert ran.reasons == {"another function": 1}


def test_a_constructor_call_of_a_host_stays_on_main(node, tmp_path):
    ran = same(
        node,
        tmp_path,
        HEAVY
        + "function hot () { this.v = heavy(3).s }\nsetTimeout(() => console.log(new hot().v), 1)\n",
        SPEC,
    )
    assert ran.reasons == {"constructor": 1}


@pytest.mark.parametrize("when", ["at the start", "later"])
def test_a_patched_built_in_object_keeps_everything_on_main(
    node_version, tmp_path, when
):
    patch = "Array.prototype.map = function () { return ['patched'] }\n"
    ran = same(
        node_version,
        tmp_path,
        (patch if when == "at the start" else "")
        + "const heavy = (a) => a.map((x) => x + 1)\n"
        + "function hot (a) { const v = heavy(a); console.log(v) }\n"
        + ("" if when == "at the start" else f"setTimeout(() => {{ {patch} }}, 100)\n")
        + "setTimeout(hot, 1, [1]); setTimeout(hot, 200, [1])\n",
        Spec("hot", call="heavy", callee="heavy", arguments=("readonly",)),
    )
    assert ran.moved == [0 if when == "at the start" else 1]


def test_the_process_stays_alive_for_a_pending_call_and_no_longer(
    node_version, tmp_path
):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + "setTimeout(function hot () { const v = heavy(3e7); console.log(v.s) }, 1)\n"
        + "process.on('beforeExit', () => console.log('beforeExit'))\n",
        SPEC,
    )
    assert ran.moved == [1]


def test_turns_before_an_exit_are_finished_first(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
setTimeout(function hot () { const v = heavy(3e7); console.log(v.s) }, 1)
setTimeout(() => process.exit(3), 2)
""",
        SPEC,
    )
    assert ran.moved == [1]
    assert ran.code == 3


def test_a_module_that_changed_since_is_refused(node, tmp_path):
    ran = compiled(node, tmp_path, HEAVY + "function hot () { heavy(1) }\n", SPEC)
    assert ran.code == 0
    app = tmp_path / "app.js"
    app.write_text(app.read_text() + "// changed\n")
    refused = run(node, app, "-r", str(tmp_path / "build/loader.cjs"))
    assert refused.code == 1
    assert "has changed since it was compiled" in refused.stderr
    off = run(
        node, app, "-r", str(tmp_path / "build/loader.cjs"), env={"FLUXION": "off"}
    )
    assert off.code == 0
