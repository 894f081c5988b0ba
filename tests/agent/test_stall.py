"""How long turning the Debugger on takes is known before it is done."""

from __future__ import annotations

import pytest

from agent.stall import Prediction, estimate
from tests.agent.live import ANY_PORT, Load, attached, named

FIGURES = [
    (175, 8, 26, 9),
    (2_120, 13, 63, 29),
    (10_120, 25, 180, 140),
    (124, 157, 57, 26),
    (10_120, 170, 199, 155),
]

COLLECTING = (*ANY_PORT, "--expose-gc")
COLLECT = "for (let i = 0; i < 6; i += 1) gc()"
SCRIPTS = """
'use strict';
const vm = require('vm');
const kept = [];
for (let i = 0; i < 1000; i += 1) {
  const script = new vm.Script(`(() => ${i})`, { filename: `/x/${i}.js` });
  kept.push(script.runInThisContext());
}
setInterval(() => kept[0](), 10);
console.log('ready');
"""


CHURN = """
'use strict';
globalThis.kept = [];
globalThis.churn = (times) => {
  for (let i = 0; i < times; i += 1) new Function(`return ${Math.random()}`)();
};
setInterval(() => {}, 10);
console.log('ready');
"""


def test_more_scripts_more_heap_and_a_slower_target_take_longer():
    few, many = estimate(100, 10), estimate(10_000, 10)
    assert few.ms < many.ms < estimate(10_000, 150).ms
    assert many.ms < estimate(10_000, 10, 2.0).ms
    assert estimate(100, 10, again=True).ms < few.ms
    assert "10,000 scripts" in many.words()


@pytest.mark.parametrize(("scripts", "heap_mb", "first", "again"), FIGURES)
def test_what_was_seen_is_within_a_factor_of_two(scripts, heap_mb, first, again):
    """The figures of the docstring's table, the median of all Nodes."""
    told = estimate(scripts, heap_mb).ms
    assert first / 2 < told < first * 2
    told = estimate(scripts, heap_mb, again=True).ms
    assert again / 2 < told < again * 2


def test_the_stop_is_predicted_from_what_the_target_holds(spawn_node, tmp_path):
    file = tmp_path / "app.js"
    file.write_text(SCRIPTS, "utf-8")
    process = spawn_node(file, flags=ANY_PORT, line="^ready")
    with attached(process.pid) as (observed, _):
        predicted = observed.stall()
        assert predicted is not None
        assert 1000 < predicted.scripts < 2000
        assert predicted.heap_mb > 2
        assert "Debugger.enable" not in {step.name for step in observed.steps()}
        observed.walk()
        took = {step.name: step.ms for step in observed.steps()}["Debugger.enable"]
        print(f"predicted {predicted.ms} ms, took {took} ms")
        assert predicted.ms / 20 < took < predicted.ms * 20
        again = observed.stall() or predicted
        # The machine may be slower by now than it was.
        assert again.ms / again.slowdown < predicted.ms / predicted.slowdown


def test_what_we_compiled_in_earlier_recordings_does_not_count(
    node_version, start_app, syntax
):
    process, port = start_app(node=node_version, flags=COLLECTING)
    told: list[Prediction] = []
    for _ in range(6):
        with Load(port, "/one"), attached(process.pid, syntax) as (observed, _):
            predicted = observed.stall()
            assert predicted is not None
            observed.trace(named(observed.walk(), "greet", "plus"), seconds=1)
            took = {one.name: one.ms for one in observed.steps()}["Debugger.enable"]
            print(f"{predicted.scripts} scripts: {predicted.ms} ms, took {took} ms")
            told.append(predicted)
            # What is never collected is there, and the Debugger tells of it.
            observed._bulk.evaluate(COLLECT)
    first, *others = told
    assert max(one.scripts for one in others) < first.scripts + 150
    assert all(one.ms < first.ms for one in others)


def test_scripts_that_are_gone_do_not_count_once_the_debugger_has_told(
    spawn_node, tmp_path
):
    file = tmp_path / "app.js"
    file.write_text(CHURN, "utf-8")
    process = spawn_node(file, flags=COLLECTING, line="^ready")
    with attached(process.pid) as (observed, _):
        observed._bulk.evaluate("churn(3000)")
        observed._bulk.evaluate(COLLECT)
        before = observed.stall()
        assert before is not None
        assert before.scripts > 3000, "nobody can tell that they are not there"
        observed.walk()
        after = observed.stall()
        assert after is not None
        assert after.scripts < 1500
        observed._bulk.evaluate("churn(1000)")
        more = observed.stall()
        assert more is not None
        assert 1000 <= more.scripts - after.scripts < 1100


@pytest.mark.parametrize(
    ("scripts", "heap_mb", "seen"),
    [(150, 7, 18), (2_000, 10, 21), (800, 150, 88), (10_000, 150, 112)],
)
def test_beginning_to_sample_is_predicted_within_a_factor_of_two(
    scripts, heap_mb, seen
):
    """What was seen stands in the docstring."""
    told = estimate(scripts, heap_mb).sampling_ms
    assert seen / 2 < told < seen * 2
