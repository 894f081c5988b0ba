"""Positions and names are the user's, whatever made the code that runs."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.origins import map_of, origins_of
from rewriter.syntax.client import Syntax, Unmapped
from store.database import open_store
from store.facts import Function, FunctionRef, Origin, Place, Recording, Refusal, Script
from tests.store.samples import PROCESS

TOOLS = Path(__file__).parents[1] / "apps/node_modules/.bin"
SERVER = """\
import { Box, work } from './work'
declare function require(name: string): any
declare const process: { argv: string[] }

interface Asked { url: string }
const http = require('http')
const box: Box = { count: 0 }

function handle(request: Asked, response: any): void {
  function later(): void {
    box.count += 1
    response.end(String(work(1) + box.count))
  }
  setTimeout(later, 1)
}

http.createServer(handle).listen(Number(process.argv[2]), '127.0.0.1')
"""
WORK = """\
export type Box = {
  count: number
}

export function work(rounds: number): number {
  let sum: number = rounds
  for (let i = 0; i < 3e6; i++) sum = (sum * 31 + i) >>> 0
  return sum
}
"""
SOURCES = {"server.ts": SERVER, "work.ts": WORK}
BUNDLE = ("--bundle", "--platform=node", "--minify")
TSC = ["--sourceMap", "--outDir", "dist", "--target", "es2022"]
TSC += ["--module", "commonjs"]


def compiled(folder: Path, how: str) -> list[str]:
    """Write the app, build it, and return Node's arguments for it."""
    (folder / "src").mkdir()
    for name, text in SOURCES.items():
        (folder / "src" / name).write_text(text)
    source = folder / "src/server.ts"
    command: list[str | Path] = [TOOLS / "esbuild", source]
    if how == "typescript":
        command = [TOOLS / "tsc", *TSC, source]
    elif how == "esbuild":
        command += [*BUNDLE, "--sourcemap", "--outfile=dist/server.js"]
    else:
        command += [*BUNDLE, "--sourcemap=inline", "--outfile=dist/server.js"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [str(folder / "dist/server.js")]


def recorded(process, port: int, store: Path) -> dict[str, Any]:
    """Record a server under requests, and return ``report --json``.

    On a busy machine a few seconds may pass before anything is traced: then again.
    """
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/x", timeout=5).read()
            except OSError:
                time.sleep(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    rows: dict[str, Any] = {}
    try:
        for seconds in ("6", "12", "24"):
            fluxion("record", process.pid, "-o", store, "--force", "-d", seconds)
            rows = json.loads(fluxion("report", store, "--json"))
            if sum(bool(row["function"]["file"]) for row in rows["ruptures"]) > 1:
                break
    finally:
        over.set()
        thread.join(20)
    return rows


def fluxion(*arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("how", ["typescript", "esbuild", "inline"])
def test_a_server_made_from_typescript_is_shown_as_it_was_written(
    how, tmp_path, spawn_node, free_port
):
    script, *flags = compiled(tmp_path, how)[::-1]
    process = spawn_node(
        script,
        str(free_port),
        flags=("--inspect-port=0", *flags),
        port=free_port,
        cwd=tmp_path,
    )
    store = tmp_path / "app.db"
    rows = recorded(process, free_port, store)
    points = {row["function"]["name"]: row for row in rows["ruptures"]}
    assert {"handle", "later"} <= points.keys(), rows["notes"]
    for name, line, column in (("handle", 9, 1), ("later", 10, 3)):
        function = points[name]["function"]
        assert (function["file"], function["line"]) == ("src/server.ts", line)
        assert function["column"] == column
        assert function["generated"]["file"] == "dist/server.js"
    registration = points["later"]["registration"]
    assert (registration["file"], registration["line"]) == ("src/server.ts", 14)
    assert not [note for note in rows["notes"] if "source map" in note]
    plan = json.loads(fluxion("plan", store, "--json"))
    decided = [item["function"] for item in (*plan["fluxions"], *plan["stays"])]
    assert all(one["file"].endswith("src/server.ts") for one in decided)
    assert all(one["generated"]["file"].endswith("dist/server.js") for one in decided)
    assert "src/server.ts:9" in fluxion("report", store)
    assert "src/server.ts:9" in fluxion("chains", store)
    exported = fluxion("export", store, "-f", "collapsed", "-o", "-")
    assert re.search(r"\blater \(src/server\.ts:10:3\)", exported)
    exported = fluxion("export", store, "-f", "mermaid", "-o", "-")
    assert '"later<br/>src/server.ts:10:3' in exported
    exported = fluxion("export", store, "-f", "trace", "-o", "-")
    assert '"name":"later","cat":"callback"' in exported
    assert '"at":"src/server.ts:10:3"' in exported


TSX = Path(__file__).parents[1] / "apps/node_modules/tsx/dist/esm/index.mjs"
LOADERS = {
    "stripped by Node": ("--experimental-strip-types",),
    "compiled by tsx": ("--import", str(TSX)),
}


@pytest.mark.parametrize("flags", LOADERS.values(), ids=LOADERS.keys())
def test_typescript_that_is_loaded_as_it_is(
    flags, tmp_path, spawn_node, free_port, nodes
):
    (tmp_path / "package.json").write_text('{"type":"module"}')
    text = SERVER.replace("'./work'", "'./work.ts'").replace("{ Box", "{ type Box")
    text = text.replace("declare function require(name: string): any\n", "")
    text = text.replace("const http = require('http')", "import * as http from 'http'")
    (tmp_path / "server.ts").write_text(f"\n{text}")
    (tmp_path / "work.ts").write_text(WORK)
    process = spawn_node(
        tmp_path / "server.ts",
        str(free_port),
        node=nodes["24"],
        flags=("--inspect-port=0", *flags),
        port=free_port,
        cwd=tmp_path,
    )
    store = tmp_path / "app.db"
    rows = recorded(process, free_port, store)
    functions = [row["function"] for row in rows["ruptures"]]
    # While only watched, a function is in no file: what runs is in none.
    points = {one["name"]: one for one in functions if one["file"]}
    assert {"handle", "later"} <= points.keys(), rows["notes"]
    for name, line, column in (("handle", 9, 1), ("later", 10, 3)):
        found = points[name]
        assert (found["file"], found["line"], found["column"]) == (
            "server.ts",
            line,
            column,
        )
    plan = json.loads(fluxion("plan", store, "--json"))
    assert not plan["fluxions"]
    with open_store(store) as opened:
        texts = [s.text for s in opened.recording().scripts if s.path is not None]
    assert not any(texts)


# --- maps that are no use ---------------------------------------------------

TEXT = "function  f(a) { return a }\n"
REF = FunctionRef(1, 0)


@pytest.fixture(scope="module")
def syntax():
    with Syntax() as opened:
        opened.parse("0", "script")  # the process is not the first test's
        yield opened


def script_of(folder: Path) -> Script:
    return Script(1, "", str(folder / "app.js"), "", len(TEXT), "commonjs")


def mapped(folder: Path, syntax: Syntax, text: str):
    recording = Recording(
        PROCESS, 1.0, (script_of(folder),), (Function(REF, 27, "f", 1, 1),)
    )
    return origins_of(recording, {1: text}, syntax)


def inline(**more: object) -> str:
    value = {"version": 3, "sources": ["a.ts"], "names": [], "mappings": "AAEE"}
    return encoded(json.dumps({**value, **more}))


def encoded(text: str) -> str:
    data = base64.b64encode(text.encode()).decode()
    url = f"data:application/json;charset=utf-8;base64,{data}"
    return f"{TEXT}//# sourceMappingURL={url}\n"


def test_a_map_gives_place_and_name(tmp_path, syntax):
    text = inline(names=["first", "outer"], mappings="AAEEA,UAAAC")
    found, notes = mapped(tmp_path, syntax, text)
    assert found == (Origin(1, 0, str(tmp_path / "a.ts"), 3, 3, "outer"),)
    assert notes == ()


def test_a_scripts_places_are_looked_up_too(tmp_path, syntax):
    recording = Recording(
        PROCESS,
        1.0,
        (script_of(tmp_path),),
        refusals=(Refusal("FX1", None, Place(1, 17, 1, 18), "", (), ""),),
    )
    found, _ = origins_of(recording, {1: inline(mappings="AAEE,iBAAA")}, syntax)
    assert [(one.start, one.line) for one in found] == [(17, 3)]


def test_a_script_without_a_map_says_nothing(tmp_path, syntax):
    assert mapped(tmp_path, syntax, TEXT) == ((), ())
    assert mapped(tmp_path, syntax, inline() + TEXT) == ((), ())


@pytest.mark.parametrize("behind", ["\n\n//# sourceURL=file:///a.ts\n", "\n\n"])
def test_comments_may_follow_the_map(tmp_path, syntax, behind):
    found, notes = mapped(tmp_path, syntax, inline().rstrip() + behind)
    assert (len(found), notes) == (1, ())


DEEP = '{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":' * 40
HOSTILE = {
    "no JSON": encoded("{"),
    "a list": encoded("[]"),
    "nested": encoded("[" * 100_000),
    "version 2": inline(version=2),
    "no mappings": inline(mappings=None),
    "mappings as arrays": inline(mappings=[[[0, 0, 0, 0]]]),
    "sections within sections": encoded(DEEP + "{}" + "}]}" * 40),
    "a section that is none": inline(sections=[None]),
    "no base64": f"{TEXT}//# sourceMappingURL=data:application/json;base64,%%%",
    "no data": f"{TEXT}//# sourceMappingURL=data:application/json",
    "from the web": f"{TEXT}//# sourceMappingURL=http://127.0.0.1:9/a.map",
    "from another host": f"{TEXT}//# sourceMappingURL=//host/a.map",
    "another program's": f"{TEXT}//# sourceMappingURL=chrome://a.map",
    "missing": f"{TEXT}//# sourceMappingURL=missing.js.map",
    "no map": f"{TEXT}//# sourceMappingURL=../../../../etc/passwd",
    "a folder": f"{TEXT}//# sourceMappingURL=folder.map",
    "a pipe": f"{TEXT}//# sourceMappingURL=pipe.map",
    "with a NUL": f"{TEXT}//# sourceMappingURL=a%00.map",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_map_that_is_no_use_is_told_and_harmless(text, tmp_path, syntax):
    (tmp_path / "folder.map").mkdir()
    os.mkfifo(tmp_path / "pipe.map")
    found, (note,) = mapped(tmp_path, syntax, text)
    assert found == ()
    assert "source map is not used" in note
    assert "app.js" in note
    assert note.isprintable()


def test_a_huge_map_is_not_read(tmp_path):
    with (tmp_path / "app.js.map").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(Unmapped, match="larger than 64 MB"):
        map_of(script_of(tmp_path), f"{TEXT}//# sourceMappingURL=app.js.map")


def test_names_and_sources_are_inert(tmp_path, syntax):
    text = inline(
        names=["\x1b[2Jx", "\x1b]0;y"],
        sources=["../../../../../../etc/\x1b[31mpasswd\n"],
        mappings="AAEEA,UAAAC",
    )
    (found,), _ = mapped(tmp_path, syntax, text)
    assert found.source.startswith("/etc/")
    assert (found.source + found.name).isprintable()


def test_a_source_that_is_no_text_is_unknown(tmp_path, syntax):
    several: list[list[Any]] = [[None], [5], [], [{}]]
    for sources in several:
        assert mapped(tmp_path, syntax, inline(sources=sources))[0] == ()


def test_lines_out_of_reason_are_unknown(tmp_path, syntax):
    found, _ = mapped(tmp_path, syntax, inline(mappings="AA+/////B+/////B"))
    assert all(0 < one.line < 2**31 and 0 < one.column < 2**31 for one in found)


@given(st.text("ABCDgh+/,;", max_size=40), st.lists(st.text(max_size=5), max_size=3))
def test_any_mappings_are_harmless(syntax, mappings, sources):
    text = inline(mappings=mappings, sources=sources, names=["n"])
    found, notes = mapped(Path("/srv/app"), syntax, text)
    assert len(found) + len(notes) <= 1
    assert all(one.line > 0 and one.column > 0 for one in found)
