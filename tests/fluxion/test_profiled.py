"""What V8 says, with the names and places that the user wrote."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from typing import Any

import pytest

from fluxion.profiled import Profiled, profiled
from fluxion.sources import hash_of
from rewriter.syntax.client import Syntax
from store.errors import ProtocolError
from store.facts import Edge, Function, FunctionRef, Process, Recording, Script

TEXT = """\
'use strict'
function handle () { return work() }
async function asks () { await 1; return work() }
function work () { return 1 }
"""


@pytest.fixture
def syntax():
    with Syntax() as opened:
        yield opened


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app.js"
    path.write_text(TEXT)
    os.utime(path, (time.time() - 100, time.time() - 100))
    return path


def frame(name: str, url: Any = "", line: int = -1, column: int = -1) -> dict[str, Any]:
    place = {"lineNumber": line, "columnNumber": column, "scriptId": "7"}
    return {"functionName": name, "url": url, **place}


def node(number: int, call: dict[str, Any], *children: int) -> dict[str, Any]:
    return {"id": number, "callFrame": call, "children": list(children)}


def profile(app) -> str:
    """Return a profile in which V8 missed who called `work` twice."""
    url = str(app)
    emit = frame("emit", "node:events", 3, 4)
    work = frame("work", url, 3, 14)
    nodes = [
        node(1, frame("(root)"), 2),
        node(2, emit, 3, 5, 6, 8),
        node(3, frame("handle", url, 1, 16), 4),
        node(4, work),
        node(5, work),
        node(6, frame("asks", url, 2, 20), 7),
        node(7, frame("asks", url, 2, 20)),
        node(8, frame("x", "/nowhere/x.js", 1, 1)),
    ]
    value = {
        "nodes": nodes,
        "samples": [3, 4, 5, 6, 7, 8],
        "timeDeltas": [0, *[10] * 5],
    }
    return json.dumps({**value, "startTime": 0, "endTime": 60})


def process(app, **more: Any) -> Process:
    words = {"argv": ("node", str(app)), "cwd": str(app.parent), "entry": str(app)}
    started = {"started_ns": time.time_ns() - 50 * 10**9, "how": "attached"}
    fixed: Any = {"pid": 1, "node": "v20", "exec_argv": (), "env_names": ()}
    return Process(**{**fixed, **words, **started, **more})


def seen(path: str) -> Recording:
    """Return a recording of the same text, elsewhere, under another number."""
    script = Script(5, path, path, hash_of(TEXT), len(TEXT), "commonjs")
    start = TEXT.index("function handle")
    handle = Function(FunctionRef(5, start), start + 9, "handle", 2, 1)
    other = FunctionRef(9, 1)
    return Recording(
        process=Process(2, "", (), (), "", "", (), 1, "attached"),
        seconds=1,
        scripts=(script, Script(9, "/b.js", "/b.js", "ff", 1, "commonjs")),
        functions=(handle, Function(other, 3, "other", 1, 1)),
        edges=(Edge("cause", other, handle.ref, 1),),
    )


def selfs(recording: Recording) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in recording.frames:
        found[one.name] = found.get(one.name, 0) + one.self_us
    return found


def test_each_frame_has_its_function_and_every_sample_its_time(app, syntax):
    found = profiled(profile(app), process(app), 1.0, syntax)
    assert selfs(found.recording) == {
        "(root)": 0, "emit": 0, "handle": 10, "work": 20, "asks": 20, "x": 10,
    }  # fmt: skip
    assert [us for _, us in found.steps] == [10] * 6
    names = {one.number: one.name for one in found.recording.frames}
    told = [names[number] for number, _ in found.steps]
    assert told == ["handle", "work", "work", "asks", "asks", "x"]
    known = {one.name for one in found.recording.frames if one.function}
    assert known == {"handle", "work", "asks"}
    assert (found.matched, found.changed, found.notes) == (0, (), ())


def test_a_missed_caller_is_put_back_but_never_above_an_async_function(app, syntax):
    found = profiled(profile(app), process(app), 1.0, syntax)
    frames = {one.number: one for one in found.returned.frames}
    work = [one for one in frames.values() if one.name == "work" and one.self_us]
    assert [frames[one.parent].name for one in work] == ["handle"]
    assert work[0].self_us == 20
    assert selfs(found.returned) == selfs(found.recording)


def test_functions_of_a_recording_are_met_again_wherever_the_file_lies(app, syntax):
    found: Profiled = profiled(
        profile(app), process(app), 1.0, syntax, seen=seen("/elsewhere/app.js")
    )
    assert found.matched == 1
    (handle,) = [one for one in found.recording.frames if one.name == "handle"]
    assert handle.function == FunctionRef(5, TEXT.index("function handle"))
    (script,) = [one for one in found.recording.scripts if one.number == 5]
    assert script.path == str(app)
    others = {one.number for one in found.recording.scripts} - {5}
    assert min(others) > 9, "no number of the recording's is used for another"


def test_a_file_that_has_changed_is_not_read(app, syntax):
    os.utime(app)
    found = profiled(
        profile(app), process(app), 1.0, syntax, seen=seen("/elsewhere/app.js")
    )
    assert found.changed == (str(app),)
    assert found.matched == 0
    assert not any(one.function for one in found.recording.frames)
    assert sum(selfs(found.recording).values()) == 60


def test_behind_a_tunnel_no_file_is_read(app, syntax):
    found = profiled(profile(app), process(app, started_ns=0), 1.0, syntax)
    assert found.changed == ()
    assert not any(one.function for one in found.recording.frames)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"nodes": 1}', '{"nodes": [1]}', '{"nodes": [{"callFrame": 1}]}'],
)
def test_what_is_no_profile_is_told_or_empty(text, app, syntax):
    try:
        found = profiled(text, process(app), 1.0, syntax)
    except ProtocolError:
        return
    assert sum(selfs(found.recording).values()) == 0


@pytest.mark.parametrize(
    "url", [1, None, "/a\0b", "/" + "x" * 9999, "/\ud800", "file:///%"]
)
def test_hostile_urls_are_harmless(url, app, syntax):
    value = {"nodes": [node(1, frame("(root)"), 2), node(2, frame("f", url, 1, 1))]}
    text = json.dumps({**value, "samples": [2], "timeDeltas": [0], "endTime": 5})
    found = profiled(text, process(app), 1.0, syntax)
    assert not any(one.function for one in found.recording.frames)
    assert replace(found.recording, frames=()).seconds == 1.0
