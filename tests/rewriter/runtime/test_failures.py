# ruff: noqa: E501 - the apps are JavaScript, one thought a line
from __future__ import annotations

import pytest

from tests.rewriter.emit.handmade import Spec
from tests.rewriter.runtime.apps import compiled, same


@pytest.fixture(params=["20", "26"], ids=lambda version: f"node{version}")
def node_version(request, nodes):
    """The oldest and the newest: every test here starts several processes."""
    return nodes[request.param]


SPEC = Spec("hot", call="heavy", callee="heavy", arguments=("primitive",))
COUNTER = """
let count = 0
function next (n) { if (n === 'die') process.exit(7); return ++count }
function hot (n) { try { const v = next(n); console.log(n, v) } catch (e) { console.log(n, e.code) } }
"""
PINNED = Spec(
    "hot",
    call="next",
    callee="next",
    arguments=("primitive",),
    keep=("count",),
    stateful=True,
    dead=("next",),
)


def crashing(how):
    # The slice of a real plan is closed; these misbehave only in a worker.
    return f"""
const inWorker = () => !require('worker_threads').isMainThread
function heavy (n) {{ if (n % 3 === 1 && inWorker()) {{ {how} }} return n * 2 }}
function hot (n) {{ try {{ const v = heavy(n); console.log(n, v) }} catch (e) {{ console.log(n, e.message) }} }}
for (let n = 0; n < 8; n++) setTimeout(hot, 1 + 40 * n, n)
"""


CRASH = Spec(
    "hot",
    call="heavy",
    callee="heavy",
    arguments=("primitive",),
    keep=("inWorker",),
    builtins=("worker_threads",),
)


@pytest.mark.parametrize(
    "how",
    [
        "process.exit(3)",
        "const a = []; for (;;) a.push(new Array(1e6).fill(n))",
        "setTimeout(() => { throw new Error('late') }, 0); const end = Date.now() + 100; while (Date.now() < end);",
        "Promise.reject(new Error('nobody')); ",
        "process.abort = 0; process.kill = 0; queueMicrotask(() => { throw 1 })",
    ],
    ids=["exit", "memory", "throw later", "rejection", "microtask"],
)
def test_what_ends_a_worker_stays_inside(node_version, tmp_path, how):
    ran = same(node_version, tmp_path, crashing(how), CRASH)
    assert ran.code == 0


def test_an_endless_loop_is_ended_at_the_deadline(node_version, tmp_path):
    env = {"FLUXION_DEADLINE": "300"}
    ran = same(node_version, tmp_path, crashing("for (;;);"), CRASH, env=env)
    assert ran.reasons["its worker ended"] >= 1


def test_three_crashes_a_minute_end_the_moving(node, tmp_path):
    # A busy machine takes its time to start the next worker, and main runs meanwhile.
    text = crashing("process.exit(1)").replace("n < 8", "n < 120")
    ran = same(node, tmp_path, text, CRASH)
    assert ran.reasons["its worker ended too often"] >= 20


def test_a_full_stack_is_tried_on_main(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (n) => n === 0 ? 0 : 1 + heavy(n - 1)
function hot (n) { try { const v = heavy(n); console.log(v) } catch (e) { console.log(e.name, e.message) } }
setTimeout(hot, 1, 100); setTimeout(hot, 2, 1e6)
""",
        SPEC,
    )
    assert ran.reasons == {"the stack was full": 1}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("ready", ["20000", "0"])
def test_state_lives_in_one_worker_even_while_it_starts(
    node_version, tmp_path, workers, ready
):
    text = COUNTER + "for (let n = 0; n < 9; n++) setTimeout(hot, 1 + 30 * n, n)\n"
    env = {"FLUXION_READY": ready}
    ran = same(node_version, tmp_path, text, PINNED, workers=workers, env=env)
    assert ran.moved == [9]


def test_lost_state_is_an_error_and_never_silence(node_version, tmp_path):
    text = COUNTER + (
        "const list = ['a', 'b', 'die', 'c', 'd']\n"
        "list.forEach((n, i) => setTimeout(hot, 1 + 60 * i, n))\n"
        "process.on('exit', () => { try { next('direct') } catch (e) { console.log(e.code) } })\n"
    )
    ran = compiled(node_version, tmp_path, text, PINNED)
    lost = "ERR_FLUXION_LOST"
    assert ran.stdout.splitlines() == [
        "a 1",
        "b 2",
        f"die {lost}",
        f"c {lost}",
        f"d {lost}",
        "ERR_FLUXION_STATE",
    ]


def test_state_that_main_used_first_stays_on_main(node_version, tmp_path):
    text = COUNTER + "next(0)\nfor (const n of [1, 2]) setTimeout(hot, n * 50, n)\n"
    ran = same(node_version, tmp_path, text, PINNED)
    assert ran.moved == [0]
    assert ran.reasons == {"state stayed on main": 2}


@pytest.mark.parametrize("ready", ["20000", "0"])
def test_state_is_never_in_two_places(node_version, tmp_path, ready):
    text = COUNTER + (
        "const list = ['a', 'b', { not: 'primitive' }, 'c', 'd']\n"
        "list.forEach((n) => setTimeout(hot, 1, n))\n"
    )
    ran = compiled(node_version, tmp_path, text, PINNED, env={"FLUXION_READY": ready})
    lines = ran.stdout.splitlines()
    if ready == "0":  # no worker had begun: everything is made on main, in order
        assert lines == ["a 1", "b 2", "{ not: 'primitive' } 3", "c 4", "d 5"]
    else:
        lost = "{ not: 'primitive' } ERR_FLUXION_LOST"
        assert lines == ["a 1", "b 2", lost, "c 3", "d 4"]


def test_state_whose_slice_cannot_be_loaded_stays_on_main(node_version, tmp_path):
    text = COUNTER.replace(
        "let count = 0", "let count = typeof hot === 'x' || unknown()"
    )
    text = (
        "globalThis.unknown = () => 0\n"
        + text
        + "for (const n of [1, 2]) setTimeout(hot, n, n)\n"
    )
    for ready in ("0", "20000"):
        env = {"FLUXION_READY": ready}
        ran = same(node_version, tmp_path, text, PINNED, env=env)
        assert ran.code == 0


def test_more_calls_than_credits_are_answered_in_order(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (n) => { const end = Date.now() + (n === 0 ? 100 : 0); while (Date.now() < end); return n }
const seen = []
function hot (n) { const v = heavy(n); seen.push(v) }
for (let n = 0; n < 600; n++) setTimeout(hot, 1, n)
process.on('exit', () => console.log(seen.length, seen.every((v, i) => v === i)))
""",
        SPEC,
    )
    assert 256 <= ran.moved[0] < 600
    assert ran.reasons == {"out of credit": 600 - ran.moved[0]}


def test_pending_state_is_awaited_before_an_exit(node_version, tmp_path):
    text = """
let count = 0
function next (n) { for (let i = 0; i < 3e7; i++) count = (count + i) % 9973; return count }
function hot (n) { const v = next(n); console.log(n, v) }
setTimeout(hot, 1, 1); setTimeout(hot, 1, 2); setTimeout(() => process.exit(5), 3)
"""
    ran = same(node_version, tmp_path, text, PINNED)
    assert ran.code == 5
    assert ran.moved == [2]


def test_another_listener_keeps_the_host_on_main(node_version, tmp_path):
    spec = Spec(
        "hot",
        call="heavy",
        callee="heavy",
        arguments=("primitive",),
        sole_listener="go",
    )
    ran = same(
        node_version,
        tmp_path,
        """
const e = new (require('events'))()
const heavy = (n) => n + 1
e.on('go', function hot (n) { const v = heavy(n); console.log('hot', v) })
setTimeout(() => e.emit('go', 1), 1)
setTimeout(() => { e.on('go', (n) => console.log('second', n)); e.emit('go', 2) }, 300)
""",
        spec,
    )
    assert ran.moved == [1]
    assert ran.reasons == {"another listener": 1}


def test_a_module_that_nobody_planned_keeps_the_state(node, tmp_path):
    (tmp_path / "other.js").write_text("module.exports = require('./app.js')\n")
    text = COUNTER + (
        "module.exports = { next }\n"
        "if (require.main === module) { setTimeout(() => require('./other.js'), 1); setTimeout(hot, 50, 1) }\n"
    )
    spec = Spec(
        "hot",
        call="next",
        callee="next",
        arguments=("primitive",),
        keep=("count",),
        stateful=True,
        dead=("next",),
        importers=((1, 1),),
    )
    ran = same(node, tmp_path, text, spec)
    assert ran.reasons == {"state stayed on main": 1}
