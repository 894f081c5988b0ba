"""`profile` on real servers: what it tells, how it ends, what it leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections import Counter

import pytest

from agent.target import by_pid
from fluxion import exits, formats
from fluxion.cli import main
from fluxion.profile import Order, exported
from fluxion.profiled import profiled
from fluxion.sampled import Wanted, sample
from fluxion.stop import Stop
from fluxion.terminal import Terminal
from profiler.callbacks import Callbacks, shares
from profiler.heap import as_profile
from rewriter.syntax.client import Syntax
from tests.agent.live import ports
from tests.fluxion.burning import APP, EVIL, Burning, written
from tests.processes import eventually
from tests.readers.reading import Readers

READERS = {
    "cpuprofile": ("devtools_cpuprofile", "speedscope"),
    "speedscope": ("schema", "speedscope"),
    "pprof": ("pprof", "speedscope"),
    "collapsed": ("speedscope",),
    "heapprofile": ("speedscope",),
}
POINTS = 0.15
"""A share may be off by so much: on a busy machine V8's sampler waits as well."""
DRIVE = """\
(async () => {
  for (let n = 0; n < 5; n++) await fetch(`http://127.0.0.1:${process.argv[2]}/round`)
})()
"""
CHAINS = {
    "ask": ["handle", "round"],
    "reply": ["handle", "round", "read"],
    "tick": ["handle", "round", "later"],
}
INERT = "evil\u241b[31m\u240aname<img src=x>"


def line_of(text: str) -> int:
    """Return the line of the app in which a text stands."""
    return APP[: APP.index(text)].count("\n") + 1


@pytest.fixture
def app(tmp_path, spawn_node, free_port):
    return Burning(written(tmp_path), spawn_node, free_port, None)


@pytest.fixture(scope="module")
def readers():
    with Readers() as found:
        yield found


@pytest.fixture
def syntax():
    with Syntax() as opened:
        yield opened


def running(*words: object) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "fluxion", *map(str, words)]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def fluxion(*words: object) -> tuple[str, str]:
    """Run a command that is done; return what it wrote to stdout and stderr."""
    begun = running(*words)
    told = begun.communicate(timeout=100)
    assert begun.returncode == exits.DONE, told
    return told


def attached(app, *words: object) -> subprocess.Popen[str]:
    """Return a profiler that samples the app until something ends it."""
    begun = running("profile", app.pid, *words)
    eventually(lambda: len(ports(app.pid)) == 2, "it is attached", 15)
    time.sleep(1)
    return begun


def left_alone(app) -> None:
    """The target is as it was: its port only, its own function in its place."""
    eventually(lambda: ports(app.pid) == {app.port}, "the inspector is closed", 15)
    assert app.tell()["listens"] is True


def sampled_by(app, wanted: Wanted, path: str):
    """Sample an app that is asked for something again and again meanwhile."""
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.05):
            app.tell(path)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with Stop(lambda _: None) as stop:
            return sample(by_pid(app.pid), wanted, stop, Terminal(quiet=True))
    finally:
        over.set()
        asking.join()


def by_v8(text: str) -> Counter:
    """Self times by position, read from V8's own profile without our code."""
    value = json.loads(text)
    frames = {node["id"]: node["callFrame"] for node in value["nodes"]}
    # A step back is V8's correction of its clock: no time passed.
    steps = [max(delta, 0) for delta in value["timeDeltas"]]
    ends = [*steps[1:], value["endTime"] - value["startTime"] - sum(steps)]
    found: Counter = Counter()
    for node, took in zip(value["samples"], ends, strict=True):
        frame = frames[node]
        place = (frame["url"], frame["lineNumber"], frame["columnNumber"])
        found[frame["functionName"], *place] += max(took, 0)
    return found


def by_devtools(told) -> Counter:
    found: Counter = Counter()
    for node in told["nodes"]:
        place = (node["url"].removeprefix("file://"), node["line"], node["column"])
        # The name of what has a place may be another: hostile ones are inert in ours.
        found[node["name"] * (not node["url"]), *place] += node["timed"]
    return found


def test_every_node_tells_what_v8_and_the_app_say(
    node_version, tmp_path, spawn_node, free_port, readers, syntax
):
    app = Burning(written(tmp_path), spawn_node, free_port, node_version)
    app.tell("begin")
    before = app.spent()
    wanted = Wanted(duration=2.0, rate=1000)
    sampled = sampled_by(app, wanted, "evil")
    after = app.spent()
    app.tell("end")
    left_alone(app)
    found = profiled(sampled.text, sampled.process, sampled.seconds, syntax)
    _self_times_are_v8s(found, sampled.text, readers)
    _shares_are_the_apps(found, {key: after[key] - before[key] for key in after})
    _others_read(found, wanted, formats.OF_CPU, readers)
    wanted = Wanted(heap=True, duration=1.0)
    sampled = sampled_by(app, wanted, "allocate")
    left_alone(app)
    text = as_profile(sampled.text)
    found = profiled(text, sampled.process, sampled.seconds, syntax)
    _allocations_are_those_of_their_callback(found, wanted, readers)
    _others_read(found, wanted, formats.OF_HEAP, readers)


def _self_times_are_v8s(found, text: str, readers) -> None:
    v8 = by_v8(text)
    whole = sum(v8.values())
    assert whole > 1_500_000
    # To the microsecond, function by function, wherever no source map moved them.
    ours: Counter = Counter()
    for frame in found.recording.frames:
        place = (frame.url, frame.line - 1, frame.column - 1)
        ours[frame.name, *place] += frame.self_us
    assert +ours == +v8
    # And as another program reads both files, the acceptance's 2 % of the total.
    order = Order(Wanted(), formats.named("cpuprofile"), fold=False)
    mine = by_devtools(
        readers.read("devtools_cpuprofile", exported(order, found, None))
    )
    theirs = by_devtools(readers.read("devtools_cpuprofile", text))
    mapped = {key for key in theirs if key[1].endswith("later.js")}
    assert mapped
    apart = {key for key in mine if key[1].endswith("later.ts")}
    off = sum(abs(mine[k] - theirs[k]) for k in {*mine, *theirs} - mapped - apart)
    off += abs(sum(mine[k] for k in apart) - sum(theirs[k] for k in mapped))
    assert off <= sum(theirs.values()) * 0.02, (off, sum(theirs.values()))


def _shares_are_the_apps(found, spent: dict[str, float]) -> None:
    rows = Callbacks(found.returned, fold=True).rows()
    assert sum(row.under for row in rows) == sum(
        frame.self_us for frame in found.recording.frames
    )
    under = {row.named.name: row for row in rows if row.is_callback}
    assert {"ask", "reply", "tick"} <= under.keys()
    assert under["tick"].named.file == "src/later.ts"
    assert under["tick"].named.line == 10
    assert under["reply"].named.line == line_of("function reply")
    (hottest, _), *_ = under["reply"].hottest
    assert (hottest.name, hottest.file) == ("heavy", "node_modules/heavy")
    told = {"ask": "ask", "reply": "reply", "later": "tick"}
    three = sum(under[callback].under for callback in told.values())
    assert three > shares(rows) / 2
    for name, callback in told.items():
        share, own = under[callback].under / three, spent[name] / sum(spent.values())
        assert abs(share - own) < POINTS, (name, share, own)


def _others_read(found, wanted: Wanted, chosen, readers) -> None:
    for one in chosen:
        content = exported(Order(wanted, one, fold=True), found, None)
        for reader in READERS[one.name]:
            assert readers.read(reader, content)
        if one.binary:
            continue
        text = content.decode()
        told = str([json.loads(text)] if text.startswith("{") else text)
        assert all(
            unicodedata.category(c) not in {"Cc", "Cs"} for c in told if c != "\n"
        )
        assert EVIL not in text
        assert wanted.heap or INERT.replace(";", "") in told, one.name


def _allocations_are_those_of_their_callback(found, wanted: Wanted, readers) -> None:
    order = Order(wanted, formats.named("pprof"), fold=True)
    profile = readers.read("pprof", exported(order, found, None))
    assert profile["types"] == [["alloc_space", "bytes"]]
    values = [(one["values"][0], one["stack"]) for one in profile["samples"]]
    whole = sum(value for value, _ in values)
    below = [n for n, stack in values if "allocate" in {frame[0] for frame in stack}]
    assert sum(below) > whole * 0.8
    rows = Callbacks(found.returned, fold=True).rows()
    assert rows[0].named.name == "handle"
    assert rows[0].under > whole * 0.8
    assert sum(row.under for row in rows) == whole


def test_a_table_by_callback(app, capsys):
    app.tell("begin")
    words = ["profile", str(app.pid), "-d", "1s", "-r", "1000"]
    assert main(words) == exits.DONE
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].startswith(f"app.js {app.port}  (pid {app.pid}, Node v")
    assert lines[2].split() == ["share", "cpu", "self", "inclusive", "callback"]
    assert any(f"ask  app.js:{line_of('async function ask')}:" in x for x in lines)
    assert any(line.strip().endswith("in heavy  node_modules/heavy") for line in lines)
    assert any("src/later.ts:10:" in line for line in lines)
    assert "by callback only; --with STORE" in told.err
    output = app.folder / "out.cpuprofile"
    assert main([*words, "-o", str(output), "--json"]) == exits.DONE
    told = capsys.readouterr()
    facts = json.loads(told.out)
    assert facts["format"] == "cpuprofile"
    assert facts["bytes"] == output.stat().st_size
    assert facts["unit"] == "microseconds"
    assert facts["samples"] > 10
    assert "are folded" in told.err
    assert f"opens in {formats.OF_CPU[0].opened_by}" in told.err
    content = output.read_bytes()
    assert main([*words, "-o", str(output)]) == exits.ERROR
    assert output.read_bytes() == content
    assert main([*words, "--with", str(app.folder / "none.db")]) == exits.STORE
    assert main([*words, "--max-stall", "1ms"]) == exits.NOTHING_DONE
    assert "--max-stall" in capsys.readouterr().err
    app.tell("end")
    left_alone(app)


def test_a_signal_ends_it_and_what_was_seen_is_written(app, readers):
    output = app.folder / "out.heapprofile"
    begun = attached(app, "-o", output)
    app.tell("allocate")
    begun.send_signal(signal.SIGINT)
    _, words = begun.communicate(timeout=30)
    assert begun.returncode == exits.DONE, words
    assert "finishing and writing" in words
    (profile,) = readers.read("speedscope", output.read_bytes())
    assert profile["unit"] == "bytes"
    assert "allocate" in {frame["name"] for frame in profile["frames"]}
    left_alone(app)


def test_killed_it_leaves_no_open_port(app):
    begun = attached(app, "-d", "60s")
    begun.kill()
    begun.communicate()
    left_alone(app)


def test_a_target_that_ends_by_itself_is_asked_for_the_rest(app):
    output = app.folder / "out.cpuprofile"
    app.tell("begin")
    begun = attached(app, "-d", "60s", "-o", output)
    app.tell("leave")
    before = time.monotonic()
    app.process.popen.wait(50)
    assert time.monotonic() - before < 30, "it did not wait for the minute's end"
    _, words = begun.communicate(timeout=30)
    assert begun.returncode == exits.TARGET_GONE, words
    assert "what was seen until then was written" in words
    assert '"ask"' in output.read_text()


def test_a_target_that_is_killed_ends_it_with_4(app):
    output = app.folder / "out.cpuprofile"
    begun = attached(app, "-d", "60s", "-o", output)
    app.process.popen.kill()
    _, words = begun.communicate(timeout=60)
    assert begun.returncode == exits.TARGET_GONE, words
    assert not output.exists(), "there was nothing yet"


def test_what_led_to_a_callback_is_above_it_when_a_recording_knows(
    tmp_path, spawn_node, free_port, capsys
):
    folder, store = written(tmp_path), tmp_path / "seen.db"
    (folder / "drive.js").write_text(DRIVE)
    words = ["--on-port", f"node {folder}/drive.js $PORT", "-d", "60s"]
    words += ["--", "node", str(folder / "app.js"), "0"]
    assert main(["record", "-o", str(store), *words]) == exits.DONE
    with Burning(folder, spawn_node, free_port, None) as again:  # another run of it
        words = ["profile", str(again.pid), "-d", "1s", "-r", "1000"]
        words += ["--with", str(store)]
        capsys.readouterr()
        assert main([*words, "--json"]) == exits.DONE
        told = capsys.readouterr()
        assert main([*words, "-f", "collapsed", "-o", "-"]) == exits.DONE
        text = capsys.readouterr().out
    assert "3 scripts are those of" in told.err
    rows = {one["function"]["name"]: one for one in json.loads(told.out)["callbacks"]}
    chains = {name: named(rows[name]["chains"][0]["callbacks"]) for name in CHAINS}
    assert chains == CHAINS
    stacks = [line for line in text.splitlines() if "reply (app.js" in line]
    assert stacks
    for stack in stacks:
        above = [{"name": one.split(" (app.js")[0]} for one in stack.split(";")]
        assert named(above[:5])[:4] == [*CHAINS["reply"], "reply"]


def named(functions: list[dict]) -> list[str]:
    """Return the names of those that have one of their own."""
    names = [one["name"] for one in functions]
    return [name for name in names if name and not name.startswith("(anonymous)")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "x.trace.json"], "give one with -f: cpuprofile"),
        (["-o", "x.txt"], "give one with -f"),
        (["--heap", "-o", "x.cpuprofile"], "give one with -f: heapprofile"),
        (["--heap", "-r", "100"], "--rate is of the CPU"),
        (["--heap-interval", "1kb"], "add --heap"),
        (["-f", "pprof"], "-o"),
        (["-r", "0"], "1 to 10000"),
        (["-o", "-", "-f", "collapsed", "--json"], "stdout"),
        ([], "999999999"),
    ],
)
def test_what_does_not_fit_together_is_told_before_the_target_is_looked_for(
    words, said, capsys
):
    try:
        code: object = main(["profile", "999999999", *words])
    except SystemExit as ended:
        code = ended.code
    assert code == (exits.USAGE if words else exits.NO_TARGET)
    assert said in capsys.readouterr().err
