"""Apps that we start."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from agent.launch import entry_of, is_module, launch
from agent.observation import AttachOptions
from store.abi import Event
from store.errors import NoTarget
from store.facts import Function, Refusal
from tests.agent.live import APP, Seen, get, refuse, rewriter
from tests.conftest import ROOT
from tests.processes import eventually

SHORT = """
const { double } = require('./dep.js');
console.log('out', double(2), JSON.stringify(process.execArgv));
console.error('err');
process.on('exit', () => { double(3); });
setTimeout(() => { double(5); process.exitCode = 7; }, 1);
"""
DEPENDENCY = "exports.double = function double(n) { return n * 2; };\n"

RUN = """
import json, sys
from agent.launch import launch
from agent.observation import AttachOptions
from rewriter.syntax.client import Syntax
from store.facts import Function
from tests.agent.live import Seen, rewriter
seen = Seen()
with Syntax() as syntax:
    app = launch(sys.argv[2:], node=sys.argv[1], rewrite=rewriter(syntax),
                 on_block=seen.blocks.append, options=AttachOptions(profile_us=500))
    code = app.wait(30)
    names = [one.name for one in app.trace(()) if isinstance(one, Function)]
    told = {'code': code, 'names': names, 'entered': len(seen.records(2)),
            'left': len(seen.records(3)), 'profile': len(app.stop_profile()),
            'scripts': [s.kind for s in app.scripts()]}
    app.detach()
open('told.json', 'w').write(json.dumps(told))
"""


def run(folder: Path, node: Path, *argv: str) -> tuple[dict, str, str]:
    """Launch in a process of its own, whose output is the app's."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(node), *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads((folder / "told.json").read_text()), done.stdout, done.stderr


def test_a_short_program_keeps_its_output_and_every_block(node_version, tmp_path):
    (tmp_path / "app.js").write_text(SHORT)
    (tmp_path / "dep.js").write_text(DEPENDENCY)
    told, out, err = run(tmp_path, node_version, "app.js")
    assert (out, err) == ("out 4 []\n", "err\n")
    assert told["code"] == 7
    assert "double" in told["names"]
    # double twice and the timer's callback; our exit handler runs before the app's.
    assert told["entered"] == told["left"] == 3
    assert told["profile"] > 100
    assert told["scripts"] == ["commonjs", "commonjs"]


@pytest.mark.parametrize(
    ("globs", "seen_there"),
    [((), 0), (("*/node_modules/far/*",), 2), (("*/far/*", "*/near/*"), 3)],
)
def test_files_of_packages_are_rewritten_where_that_is_asked(
    tmp_path, syntax, globs, seen_there
):
    for name in ("far", "near"):
        folder = tmp_path / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(DEPENDENCY)
    (tmp_path / "app.js").write_text(
        "const { double } = require('far');\n"
        "console.log(double(double(1)), require('near').double(1));\n"
    )
    seen = Seen()
    app = launch(
        [str(tmp_path / "app.js")],
        options=AttachOptions(files=globs),
        rewrite=rewriter(syntax),
        on_block=seen.blocks.append,
    )
    assert app.wait(20) == 0
    app.detach()
    assert len(seen.records(Event.ENTER)) == seen_there


def test_es_modules_are_rewritten_or_listed(nodes, tmp_path):
    (tmp_path / "dep.mjs").write_text("export function double(n) { return n * 2; }\n")
    text = "import { double } from './dep.mjs'; console.log(double(4));\n"
    (tmp_path / "app.mjs").write_text(text)
    told, out, _ = run(tmp_path, nodes["24"], "app.mjs")
    assert (out, told["entered"]) == ("8\n", 1)
    assert told["scripts"] == ["module", "module"]
    seen = Seen()
    app = launch(
        [str(tmp_path / "app.mjs")],
        node=str(nodes["20"]),
        rewrite=refuse,
        on_block=seen.blocks.append,
    )
    assert app.wait(20) == 0
    assert [one.code for one in app.trace(()) if isinstance(one, Refusal)] == ["FX106"]
    app.detach()


def test_a_server_goes_on_after_detach(node_version, tmp_path, syntax, capfd):
    file = tmp_path / "app.js"
    file.write_text(APP)
    seen = Seen()
    app = launch(
        ["node", str(file)],
        node=str(node_version),
        rewrite=rewriter(syntax),
        on_block=seen.blocks.append,
        options=AttachOptions(overhead_percent=5),
    )
    try:
        printed = []

        def port() -> int:
            printed.append(capfd.readouterr().out)
            text = "".join(printed)
            return int(text.split()[1]) if text.endswith("\n") else 0

        eventually(port, "it listens", every=0.2)
        at = int("".join(printed).split()[1])
        assert app.process.how == "launched"
        names = {one.name for one in app.trace(()) if isinstance(one, Function)}
        assert {"greet", "plus", "double", "echo"} <= names
        app.start_profile(500)
        app.capture_requests(1)
        assert get(at, "/echo", b"x") == b"x"
        assert get(at, "/one") == b"one 1 2 8"
        eventually(lambda: len(seen.records(Event.EXIT)) > 5, "activations arrive")
        assert seen.records(Event.REQUEST)[0][7] == b"x"
        assert app.status().kept > 3
        frames = json.loads(app.stop_profile())["nodes"]
        assert any(one["callFrame"]["script"] == 1 for one in frames)
        assert app.scripts()[0].path == str(file)
        assert app.source(1) == APP
        app.detach()
        assert get(at, "/one") == b"one 2 2 8"
        assert not app.status().alive
    finally:
        app.signal(signal.SIGTERM)
        assert app.wait(5) == -signal.SIGTERM


def test_an_agent_that_dies_leaves_the_app_alone(tmp_path):
    (tmp_path / "app.js").write_text(APP)
    done = subprocess.Popen(
        [sys.executable, "-c", RUN, "node", "app.js"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert done.stdout is not None
    port = int(done.stdout.readline().split()[1])
    child = psutil.Process(done.pid).children()
    done.kill()
    done.wait()
    try:
        for _ in range(50):
            assert get(port, "/one").startswith(b"one")
    finally:
        for one in child:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()  # its parser ends with the agent
        done.stdout.close()


def test_a_slow_rewriter_does_not_hold_the_app(tmp_path, capfd):
    (tmp_path / "app.js").write_text("console.log('ran')")

    def slow(source):
        time.sleep(2.5)
        return refuse(source)

    app = launch([str(tmp_path / "app.js")], rewrite=slow, on_block=lambda _: None)
    assert app.wait(20) == 0
    assert capfd.readouterr().out == "ran\n"
    assert "FX107" in [one.code for one in app.trace(()) if isinstance(one, Refusal)]
    app.detach()


@pytest.mark.parametrize("argv", [[], ["node"], ["--no-warnings"]])
def test_nothing_to_start(argv):
    with pytest.raises(NoTarget):
        launch(argv, rewrite=refuse, on_block=lambda _: None)


def test_a_program_that_cannot_start(tmp_path):
    (tmp_path / "a.js").write_text("")
    with pytest.raises(NoTarget, match="before its first line"):
        launch(
            ["--nonsense-option", str(tmp_path / "a.js")],
            rewrite=refuse,
            on_block=lambda _: None,
        )
    with pytest.raises(NoTarget, match="on PATH"):
        launch(["a.js"], node="nodeless", rewrite=refuse, on_block=lambda _: None)


def test_the_script_of_a_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert entry_of(["-r", "x", "--flag", "app.js", "a"]) == tmp_path / "app.js"
    assert entry_of(["--flag"]) is None
    assert is_module(tmp_path / "a.mjs")
    assert not is_module(tmp_path / "a.js")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    assert is_module(tmp_path / "a.js")
    assert not is_module(tmp_path / "a.cjs")


def test_a_slow_reader_loses_counted_records(tmp_path, syntax):
    (tmp_path / "flood.js").write_text(
        "const o = { f(n) { return [o.a, o.b, n]; }, a: 1, b: 2 };\n"
        "const end = Date.now() + 3000;\n"
        "(function again() { for (let i = 0; i < 3000; i++) o.f(i);\n"
        "  if (Date.now() < end) setTimeout(again, 1); })();\n"
    )
    seen = Seen()

    def slow(block: bytes) -> None:
        seen.blocks.append(block)
        if len(seen.blocks) < 40:
            time.sleep(0.05)

    app = launch(
        [str(tmp_path / "flood.js")],
        rewrite=rewriter(syntax),
        on_block=slow,
        options=AttachOptions(overhead_percent=10_000),
    )
    assert app.wait(60) == 0
    app.detach()
    counts = {tuple(r[1:3]): r[3:7] for r in seen.records(Event.COUNT)}
    entered = [tuple(r[3:5]) for r in seen.records(Event.ENTER)]
    for function, (n_seen, kept, dropped, gated) in counts.items():
        assert n_seen == kept + dropped
        assert kept == entered.count(function)
        assert gated >= 0
    assert sum(count[3] for count in counts.values()) > 0


TEXTS = """
const vm = require('node:vm');
class A extends Object {
  #x = 1; get x() { return this.#x; } static m (a) { return a.b; }
}
const f = async  ( a ) => a.b;
const own = { m(q) { return q.r; } }.m;
const getter = Object.getOwnPropertyDescriptor(A.prototype, 'x').get;
const { toString } = Function.prototype;
for (const fn of [A, A.m, getter, f, own]) {
  console.log(String(fn), `${fn}` === toString.call(fn));
}
console.log(toString.call(toString), `${toString}`, toString.name, toString.length);
console.log(Reflect.ownKeys(toString), 'prototype' in toString);
console.log(String(Math.max), String(toString.bind()));
for (const wrong of [() => toString.call({}), () => new toString()]) {
  try { wrong(); } catch (error) { console.log(error.name, error.message); }
}
console.log(vm.runInNewContext(`typeof (${f})({ b: 5 })`), require('util').inspect(A));
own({}); A.m({}); new A().x; f({});
"""


def test_functions_say_the_text_that_their_author_wrote(node_version, tmp_path):
    (tmp_path / "app.js").write_text(TEXTS)
    command = [node_version, "app.js"]
    plain = subprocess.check_output(command, cwd=tmp_path, text=True)
    told, out, err = run(tmp_path, node_version, "app.js")
    assert (out, err) == (plain, "")
    assert told["code"] == 0
    assert told["entered"] > 3
