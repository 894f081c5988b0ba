"""What is shown: rows, order, filter, pause, the documented JSON; hostile names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.picture import (
    LONGEST_FILTER,
    ORDERS,
    View,
    Watched,
    busiest,
    json_of,
    matching,
    ordered,
    picture_of,
)
from fluxion.pictured import details, header, text_of
from fluxion.views import Names
from profiler.recent import Moment
from profiler.seconds import Loop
from store.facts import Function, FunctionRef, Origin, Recording, Script
from tests.fluxion.pictures import HOSTILE, LINES, PROCESS, line, picture
from tests.fluxion.test_pictured import harmless

WROTE, SAVED, NAMELESS, NEVER = LINES

lines_ = st.lists(
    st.builds(
        line,
        st.text(max_size=8),
        st.integers(1, 5),
        kind=st.sampled_from(["start", "post", "internal"]),
        rate=st.floats(0, 1e6),
        mean_us=st.floats(0, 1e9),
        p99_us=st.integers(0, 10**9),
        observed=st.integers(0, 3),
    ),
    max_size=12,
)


def names(*lines) -> list[str]:
    return [one.name for one in lines]


def test_each_order():
    found = {order: names(*ordered(LINES, order)) for order in ORDERS}
    by_cpu = ["writeTextToImages", "saveBody", "(anonymous)", "never"]
    assert found["cpu"] == found["p99"] == by_cpu
    assert found["rate"] == ["saveBody", "(anonymous)", "writeTextToImages", "never"]
    assert found["name"] == ["(anonymous)", "never", "saveBody", "writeTextToImages"]


@given(lines_, st.sampled_from(ORDERS), st.randoms())
def test_no_order_loses_a_row_or_depends_on_how_they_came(lines, order, random):
    shuffled = list(lines)
    random.shuffle(shuffled)
    sorted_ = ordered(lines, order)
    assert sorted(map(repr, sorted_)) == sorted(map(repr, lines))
    again = ordered(shuffled, order)
    assert [(one.name, one.ref) for one in again] == [
        (one.name, one.ref) for one in sorted_
    ]


@given(lines_, st.text(max_size=4))
def test_a_filter_keeps_exactly_what_has_the_text(lines, text):
    kept = matching(lines, text)
    for one in lines:
        said = f"{one.name} {one.place} {one.kind}".casefold()
        assert (one in kept) == (text.casefold() in said)


def test_the_filter_looks_at_name_place_and_kind():
    for text, found in (
        ("WRITE", ["writeTextToImages"]),
        ("server.js:8", ["saveBody"]),
        ("post", ["(anonymous)"]),
        ("[", []),
        ("", names(*LINES)),
    ):
        assert names(*matching(LINES, text)) == found


def test_the_keys_change_the_view():
    view, now, later = View(), picture(), picture(SAVED)
    assert view.sorted_by_next().order == "rate"
    around = view
    for _ in ORDERS:
        around = around.sorted_by_next()
    assert around == view
    held = view.paused(now)
    assert held.lines(later) == ordered(LINES, "cpu"), "paused: nothing moves"
    assert held.sorted_by_next().lines(later)[0] == SAVED, "but it can be sorted"
    assert held.filtered("post").lines(later) == [NAMELESS]
    assert held.paused(later).lines(later) == [SAVED]
    assert len(view.filtered("x" * 500).filter) == LONGEST_FILTER


def test_the_documented_keys():
    told = json_of(picture())
    assert told.keys() == {"t", "loop", "callbacks", "fluxions"}
    assert told["t"] == 1_760_000_003.25
    assert told["loop"] == {"utilization": 0.8712, "p50_ms": 4.2, "p99_ms": 610.0}
    assert told["callbacks"][0] == {
        "function": {
            "file": "server.js",
            "line": 23,
            "column": 1,
            "name": "writeTextToImages",
        },
        "kind": "start",
        "rate": 2.0,
        "cpu_ms": 846.0,
        "p99_ms": 927.0,
    }
    assert told["callbacks"][3]["cpu_ms"] is told["callbacks"][3]["p99_ms"] is None
    assert told["fluxions"] == []


def test_nothing_heard_yet_is_told_as_such():
    told = json_of(replace(picture(), loop=None))
    assert told["loop"] == {"utilization": None, "p50_ms": None, "p99_ms": None}


def test_the_loop_that_is_held_up_most():
    calm, full = Loop(1, 0.2, 1, 1), Loop(2, 0.9, 1, 1)
    stuck = Loop(3, None, 7, 7, 3_000_000)
    assert busiest([]) is None
    assert busiest([calm, full]) == full
    assert busiest([calm, stuck, full]) == stuck


def test_a_picture_has_what_ran_as_the_user_wrote_it():
    ref, unrun = FunctionRef(1, 5), FunctionRef(1, 50)
    recording = Recording(
        process=PROCESS,
        seconds=0,
        scripts=(Script(1, "", "/app/out.js", "", 9, "commonjs"),),
        functions=(Function(ref, 9, "h", 1, 5), Function(unrun, 60, "g", 2, 1)),
        origins=(Origin(1, 5, "/app/src/a.ts", 3, 7, "handle"),),
    )
    ran = replace(WROTE.pace, function=ref)
    idle = replace(NEVER.pace, function=unrun, runs=0)
    moment = Moment(2_500_000_000, 4, (ran, idle), (Loop(1, 0.5, 1, 2),))
    found = picture_of(moment, Names(recording), Watched(PROCESS))
    assert (found.t, found.reports, len(found.lines)) == (2.5, 4, 1)
    [one] = found.lines
    assert (one.name, one.place) == ("handle", "src/a.ts:3:7")
    assert "  made from out.js:1:5" in list(details(one))
    assert json_of(found)["callbacks"][0]["function"]["generated"]["file"] == "out.js"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_inert_and_short(name):
    ref = FunctionRef(1, 5)
    process = replace(PROCESS, argv=("node", name), node=name)
    recording = Recording(
        process=process,
        seconds=0,
        scripts=(Script(1, "", name, "", 9, "commonjs"),),
        functions=(Function(ref, 9, name, 1, 5),),
    )
    moment = Moment(1, 1, (replace(WROTE.pace, function=ref),), ())
    found = picture_of(moment, Names(recording), Watched(process))
    said = [*text_of(found), *header(found), *details(found.lines[0])]
    for text in said:
        assert len(text) < 300
        assert harmless(text)
    json.dumps(json_of(found), ensure_ascii=False).encode("utf-8")
