"""What the probe takes for a name reads a name, or is no JavaScript at all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

NAMING = Path(__file__).parents[2] / "agent/probe/naming.js"

COMPARE = """
const { isName } = require(process.argv[1]);
const known = /^[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*$/u;
let seed = 7;
const next = (most) => (seed = (seed * 48271) % 2147483647) % most;
const signs = [...'ab$_Z09', ...' \\n;.,(`"/\\\\-+=@#[{', '\\u2028', '\\u00a0',
  '\\ufeff', '\\u200d', '\\u3000', '\\u1680', '\\u2003', '\\u200b',
  'é', '变', '\\u{1d49c}', '😀'];
const counts = { names: 0, others: 0, noCode: 0, wrong: [] };
for (let i = 0; i < 60000; i += 1) {
  let text = '';
  for (let n = next(5); n >= 0; n -= 1) text += signs[next(signs.length)];
  if (known.test(text)) {
    counts.names += 1;
    if (!isName(text)) counts.wrong.push(text);
    continue;
  }
  counts.others += 1;
  if (!isName(text)) continue;
  counts.noCode += 1;
  try {
    new Function(text);
    counts.wrong.push(text);
  } catch {}
}
for (const text of ['', undefined, 7, '1', '9a']) {
  if (isName(text)) counts.wrong.push(text);
}
for (const text of ['a', '$home', '_', 'Ünï', 'a9']) {
  if (!isName(text)) counts.wrong.push(text);
}
console.log(JSON.stringify(counts));
"""


def test_names_are_names(node):
    done = subprocess.run(
        [node, "-e", COMPARE, NAMING], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    print(told)
    assert told["wrong"] == []
    assert min(told["names"], told["others"], told["noCode"]) > 500
