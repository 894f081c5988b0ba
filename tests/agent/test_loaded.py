"""Files of a launched app."""

from __future__ import annotations

import json

from agent.loaded import Loaded
from store.errors import FluxionError
from store.facts import Function, FunctionRef, Refusal, Rewrite

FILE = {"path": "/x/a.js", "text": "a", "sha256": "00", "length": 1, "module": False}


def test_a_rewritten_file_has_a_number_and_functions():
    function = Function(FunctionRef(1, 0), 1, "f", 1, 1)
    loaded = Loaded(lambda _: Rewrite("b", (), (function,)), lambda _: None)
    assert loaded.rewrite(FILE) == "b"
    assert loaded.results == [function]
    assert loaded.text(1) == "a"
    assert loaded.scripts.facts()[0].url == "file:///x/a.js"


def test_a_file_that_is_loaded_twice_has_two_numbers():
    loaded = Loaded(lambda _: Rewrite("b"), lambda _: None)
    assert [loaded.register(FILE), loaded.register(FILE)] == [1, 2]


def test_in_another_isolate_a_file_is_the_script_that_it_was():
    loaded = Loaded(lambda _: Rewrite("b"), lambda _: None)
    assert [loaded.rewrite(FILE, shared=True) for _ in range(2)] == ["b", "b"]
    assert loaded.rewritten == len(loaded.scripts.facts()) == 1
    other = {**FILE, "sha256": "01"}
    assert loaded.register(other) == loaded.register(other, shared=True) == 2


def test_refusals_and_failures_load_the_file_as_it_is():
    refusal = Refusal("FX001", None, None, "no", (), "")
    loaded = Loaded(lambda _: refusal, lambda _: None)
    assert loaded.rewrite(FILE) is None

    def broken(_):
        raise FluxionError("the parser went away")

    failing = Loaded(broken, lambda _: None)
    assert failing.rewrite(FILE) is None
    assert "parser went away" in str(failing.results[0])
    failing.leave_alone("/x/b.mjs")
    failing.missed("/x/c.js")
    failing.leave_alone("/x/d.ts")
    assert [one.code for one in failing.results if isinstance(one, Refusal)] == [
        "FX107",
        "FX106",
        "FX107",
        "FX108",
    ]


def test_frames_are_numbered_by_url():
    loaded = Loaded(lambda _: Rewrite("b"), lambda _: None)
    loaded.register(FILE)
    frames = [{"callFrame": {"scriptId": "9", "url": "file:///x/a.js"}}]
    profile = json.loads(loaded.profile({"nodes": frames}))
    assert profile["nodes"][0]["callFrame"]["script"] == 1
