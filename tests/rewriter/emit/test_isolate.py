from __future__ import annotations

import dataclasses

import pytest

from rewriter.emit.build import Build
from rewriter.emit.isolate import group_of, isolate, obstacle
from store.errors import FluxionError
from store.plans import Plan, SliceFile
from tests.rewriter.emit.handmade import Spec, cut_of, fluxion, recording

APP = """
const table = {}
const lib = (() => { function heavy (n) { return n } return { heavy } })()
function plain (n) { return n }
function hot (res) { lib.heavy(1); plain(2); return function keep (x) { res.end(x) } }
"""


def made(tmp_path, syntax, spec):
    path = tmp_path / "app.js"
    path.write_text(APP)
    tree = syntax.parse(APP, "commonjs")
    decided = fluxion(0, spec, cut_of(tree, spec), str(path))
    return Build(Plan((decided,), ()), recording([path]), {1: APP}, syntax), decided


def test_a_top_level_callee_is_told_at_the_end_of_its_module(tmp_path, syntax):
    spec = Spec("hot", call="plain", callee="plain")
    build, decided = made(tmp_path, syntax, spec)
    assert obstacle(build, decided) == ""
    slice_id = isolate(build, 0, decided)
    assert build.overlay(1).tail == "$fx.known(0,()=>plain);"
    slice_ = build.slice(group_of(decided), 1)
    assert slice_.id == slice_id
    kept = 'function plain (n) { return n } ;$fx("f0",()=>plain);'
    assert " ".join(slice_.text().split()) == kept


def test_a_callee_within_a_function_is_told_there(tmp_path, syntax):
    spec = Spec("hot", call="lib.heavy", callee="heavy")
    build, decided = made(tmp_path, syntax, spec)
    isolate(build, 0, decided)
    assert "(() => {$fx.known(0,()=>heavy); function" in build.overlay(1).patch.text()
    text = build.slice(group_of(decided), 1).text()
    assert '(() => {$fx("f0",()=>heavy); function heavy' in text


def test_a_whole_callback_is_kept_where_it_stands(tmp_path, syntax):
    spec = Spec(
        "keep", shape="callback", arguments=("value",), captures=(("res", "handle"),)
    )
    build, decided = made(tmp_path, syntax, spec)
    assert obstacle(build, decided) == ""
    isolate(build, 0, decided)
    text = build.slice(group_of(decided), 1).text()
    line = text.split("\n")[4].strip()
    assert line == ';$fx("f0",()=>(res)=>(function keep (x) { res.end(x) }));'
    assert "plain" not in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"slices": (SliceFile(1, ((1, 17),), (), ()),)}, "does not hold the callee"),
        ({"slices": ()}, "does not hold the callee"),
        ({"callee": None}, "no function of the program"),
    ],
)
def test_what_cannot_be_isolated(tmp_path, syntax, change, why):
    spec = Spec("hot", call="plain", callee="plain")
    build, decided = made(tmp_path, syntax, spec)
    broken = dataclasses.replace(
        decided, cut=dataclasses.replace(decided.cut, **change)
    )
    assert why in obstacle(build, broken)
    with pytest.raises(FluxionError, match=why):
        isolate(build, 0, broken)


def test_only_state_is_shared_within_a_group(tmp_path, syntax):
    spec = Spec("hot", call="plain", callee="plain", group="shared")
    _, decided = made(tmp_path, syntax, spec)
    assert group_of(decided) == ".f0"
    stateful = dataclasses.replace(
        decided, cut=dataclasses.replace(decided.cut, stateful=True)
    )
    assert group_of(stateful) == "shared"
