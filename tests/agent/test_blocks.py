"""Which blocks ran, as the probe tells: each once, and only those that did."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from store.abi import Event

BLOCKS = Path(__file__).parents[2] / "agent/probe/blocks.js"
TELL = """
const { Blocks } = require(process.argv[1]);
const told = [];
const out = { open: (code) => told.push([code]), int: (n) => told.at(-1).push(n) };
const blocks = new Blocks(out);
const ran = blocks.of(7, [30, 40, 50]);
const twin = blocks.of(7, [30, 40, 50]);
const other = blocks.of(8, [30]);
blocks.report();
ran[1] = 1;
twin[0] = 1;
blocks.report();
ran[1] = 1;
other[0] = 1;
blocks.report();
blocks.report();
const most = blocks.of(9, new Array(1e6).fill(1));
most[5] = 1;
blocks.report();
console.log(JSON.stringify({ told, most: most.length, none: blocks.of(1, []).length }));
"""


def test_each_block_is_told_once(node: Path) -> None:
    done = subprocess.run(
        [node, "-e", TELL, BLOCKS], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert said["told"] == [
        [Event.RAN, 7, 30],
        [Event.RAN, 7, 40],
        [Event.RAN, 8, 30],
    ]
    assert said["most"] == 1_000_000, "more than is told of is marked all the same"
    assert said["none"] == 0
