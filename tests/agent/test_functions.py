"""The accounts of functions: how many runs there were, seen or not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "agent/probe/functions.js"

WATCHED_FIRST = """
const { Functions } = require(process.argv[1]);
const told = [];
const out = { open() {}, int: (n) => told.push(n) };
const functions = new Functions(out, () => 0, { park() {}, open() {} });
const wait = (ms) => { const ends = Date.now() + ms; while (Date.now() < ends); };
const f = functions.get(1, 2);
for (let i = 0; i < 5000; i += 1) functions.admit(f); // watched: no twin yet
const before = f.seen + f.gated;
functions.twin(f, 7);
functions.open(f, 21);
for (let i = 0; i < 20; i += 1) { wait(2); functions.admit(f); }
functions.shut(f);
wait(80);
functions.report();
console.log(JSON.stringify({ before, parked: f.parked, missed: told.at(-1) }));
"""


def test_what_was_watched_before_is_no_pace_of_a_twin(node):
    done = subprocess.run(
        [node, "-e", WATCHED_FIRST, FUNCTIONS],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["before"] == 5000
    assert told["parked"]
    assert 5 <= told["missed"] <= 400, "20 runs in 40 ms, then 80 ms without a look"
