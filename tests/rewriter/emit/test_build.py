from __future__ import annotations

import pytest

from rewriter.emit.build import Build, path_of, unused
from store.errors import FluxionError
from store.facts import FunctionRef, Script
from store.plans import Plan
from tests.rewriter.emit.handmade import recording


@pytest.fixture
def build(tmp_path, syntax):
    path = tmp_path / "app.js"
    path.write_text("function f () {}\n")
    return Build(Plan((), ()), recording([path]), {1: path.read_text()}, syntax)


def test_overlays_and_slices_are_begun_once(build):
    assert build.overlay(1) is build.overlay(1)
    assert build.slice("g", 1) is build.slice("g", 1)
    assert build.slice("g", 1) is not build.slice("h", 1)
    assert build.function(FunctionRef(1, 0)).raw == "function f () {}"
    assert build.overlay(1).path.endswith("app.js")


def test_what_is_not_there_is_said(build):
    with pytest.raises(FluxionError, match="no script 2"):
        build.overlay(2)
    with pytest.raises(FluxionError, match="no function at 3"):
        build.function(FunctionRef(1, 3))
    del build.texts[1]
    with pytest.raises(FluxionError, match="is not there"):
        build.overlay(1)
    script = Script(3, "evalmachine.<anonymous>", None, "", 0, "eval")
    with pytest.raises(FluxionError, match="has no file"):
        path_of(script)


def test_a_name_that_occurs_nowhere():
    assert unused("a") == "$fx"
    assert unused("$fx") == "$fx_"
    assert unused("x$fx_y") == "$fx__"
