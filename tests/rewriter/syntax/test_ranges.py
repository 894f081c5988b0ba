"""Every function that V8 reports is exactly one node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.packages import FOLDERS, ROOT, SOAK
from tests.rewriter.syntax.ranges import INITIALIZERS, Ranges, judge, told

KINDS = (ROOT / "tests/golden/trace/ranges.mjs").read_text("utf-8")
MINIFY = (
    ROOT / "node_modules/.bin/esbuild",
    *("--bundle", "--minify", "--platform=node", "--charset=utf8"),
    "--banner:js=/*😀*/",
)
FEW = ("acorn", "ajv", "express5", "koa", "lodash", "magic-string", "semver", "yargs")


def judged(syntax: Syntax, scripts: list[dict[str, Any]]) -> Ranges:
    result = Ranges()
    for script in scripts:
        judge(result, syntax, script)
    print(
        f"\n{result.total} ranges of {result.scripts} scripts, in which are "
        f"{result.functions} functions; {result.wide} scripts beyond the BMP, longest "
        f"line {result.longest}: {dict(result.counts)}"
    )
    return result


def mains() -> list[Path]:
    """What `require` takes of each package; a few packages for `make test`."""
    script = (
        "const found = [];"
        "for (const name of JSON.parse(process.argv[1]))"
        "  try { found.push(require.resolve(name)) } catch {}"
        "console.log(JSON.stringify(found))"
    )
    names = [
        str(folder)
        for root in FOLDERS
        for folder in sorted([*root.glob("[!.@]*"), *root.glob("@*/*")])
        if SOAK or folder.name in FEW
    ]
    done = subprocess.run(
        ["node", "-e", script, json.dumps(names)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(path) for path in json.loads(done.stdout)]


@pytest.mark.parametrize("change", ["", "one line", "CR LF", "U+2028", "BOM"])
def test_every_kind_of_function_is_one_node(
    syntax: Syntax, node_version: Path, tmp_path: Path, change: str
):
    lines = KINDS.splitlines()
    text = {
        "one line": " ".join(line for line in lines if not line.startswith("//")),
        "CR LF": "\r\n".join(lines),
        "U+2028": "\u2028".join(lines),
        "BOM": "\ufeff" + KINDS,
    }.get(change, KINDS)
    file = tmp_path / "ranges.mjs"
    file.write_bytes(text.encode())
    scripts = told(node_version, [file])
    result = judged(syntax, scripts)
    assert not result.wrong
    assert result.scripts == 4  # with three of eval and Function
    extra = sum(r[2] in INITIALIZERS for s in scripts for r in s["ranges"])
    assert result.total == result.functions + result.scripts + extra


@pytest.mark.soak
def test_functions_of_real_packages_are_one_node(syntax: Syntax, node: Path):
    result = judged(syntax, told(node, mains()))
    assert not result.wrong
    assert result.total > (25_000 if SOAK else 2_000)


@pytest.mark.soak
def test_functions_of_minified_bundles_are_one_node(
    syntax: Syntax, node: Path, tmp_path: Path
):
    bundles: list[Path] = []
    for main in mains():
        bundle = tmp_path / f"{len(bundles)}.cjs"
        entry = tmp_path / "entry.cjs"
        entry.write_text(f"exports.w = ['😀', require({json.dumps(str(main))})]")
        done = subprocess.run(
            [*MINIFY, entry, f"--outfile={bundle}"],
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            bundles.append(bundle)
    assert len(bundles) > (150 if SOAK else 5)
    result = judged(syntax, told(node, bundles))
    assert not result.wrong
    assert result.wide == len(bundles)
    assert result.longest > 50_000
    assert result.total > (20_000 if SOAK else 2_000)


def test_a_wrong_range_is_found(syntax: Syntax, node: Path, tmp_path: Path):
    file = tmp_path / "a.cjs"
    shutil.copy(ROOT / "tests/golden/trace/ranges.mjs", file.with_suffix(".mjs"))
    (script, *_) = told(node, [file.with_suffix(".mjs")])
    start, end, _ = script["ranges"][-1]
    script["ranges"] += [
        [start + 1, end, "f"],
        [start, end - 1, "f"],
        [start, end, "f"],
    ]
    assert len(judged(syntax, [script]).wrong) == 3
