"""How long turning the Debugger on takes is known before it is done."""

from __future__ import annotations

import pytest

from agent.stall import estimate
from tests.agent.live import ANY_PORT, attached

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


def test_more_scripts_more_heap_and_a_slower_target_take_longer():
    few, many = estimate(100, 10, 1.0, "20.1.0"), estimate(10_000, 10, 1.0, "20.1.0")
    assert few.ms < many.ms < estimate(10_000, 150, 1.0, "20.1.0").ms
    assert many.ms < estimate(10_000, 10, 2.0, "20.1.0").ms
    assert many.ms < estimate(10_000, 10, 1.0, "26.0.0").ms
    assert "10,000 scripts" in many.words()


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


@pytest.mark.parametrize(
    ("scripts", "heap_mb", "seen"),
    [(150, 7, 18), (2_000, 10, 21), (800, 150, 88), (10_000, 150, 112)],
)
def test_beginning_to_sample_is_predicted_within_a_factor_of_two(
    scripts, heap_mb, seen
):
    """What was seen stands in the docstring."""
    told = estimate(scripts, heap_mb, 1.0, "20.20.2").sampling_ms
    assert seen / 2 < told < seen * 2
