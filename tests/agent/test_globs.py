"""The patterns of `--trace` mean the same in the target as here."""

from __future__ import annotations

import json
import random
import subprocess
from fnmatch import fnmatchcase

from tests.conftest import ROOT

PROGRAM = """
const { matches } = require(process.argv[1]);
const told = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(told.map(([pattern, text]) => matches(pattern, text))));
"""
WRITTEN = [
    ("*/node_modules/koa/*", "/app/node_modules/koa/lib/application.js"),
    ("*/node_modules/koa/*", "/app/node_modules/koa-router/index.js"),
    ("lib/*.js", "lib/a/b.js"),
    ("?.js", "a.js"),
    ("[ab].js", "b.js"),
    ("[!ab].js", "b.js"),
    ("", ""),
    ("*", ""),
]


def matched(pairs: list[tuple[str, str]]) -> list[bool]:
    globs = ROOT / "agent/probe/globs.js"
    done = subprocess.run(
        ["node", "-e", PROGRAM, str(globs)],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: list[bool] = json.loads(done.stdout)
    return found


def test_each_pattern_means_what_it_means_in_python():
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)

    def some(letters: str, most: int) -> str:
        return "".join(chance.choices(letters, k=chance.randint(0, most)))

    pairs = WRITTEN + [
        (some("aab/*?[]!c", 8), some("aab/c]!", 6)) for _ in range(30_000)
    ]
    expected = [fnmatchcase(text, pattern) for pattern, text in pairs]
    assert 1000 < sum(expected) < 29_000
    wrong = [
        (pair, here)
        for pair, here, there in zip(pairs, expected, matched(pairs), strict=True)
        if here != there
    ]
    assert not wrong[:5]
