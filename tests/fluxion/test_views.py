"""A recording as rows for programs."""

from __future__ import annotations

from dataclasses import replace

from fluxion.show import _chain_lines, _report_lines
from fluxion.views import (
    MOST_ROWS,
    Names,
    chain_rows,
    effect_rows,
    flow_rows,
    isolate_rows,
    report_rows,
)
from store.facts import Edge, FunctionRef, Loss, Place, ProbeCost, RupturePoint
from tests.fluxion.recordings import LATER, SAVE, recording


def test_functions_are_named_from_the_working_folder(tmp_path):
    names = Names(recording(tmp_path))
    assert names.function(SAVE) == {
        "file": "app.js",
        "line": 2,
        "column": 3,
        "name": "saveBody",
    }
    assert names.function(FunctionRef(9, 9))["file"] == "?"
    assert names.cell(2) == "req.body"
    assert names.cell(77) == "cell 77"


def test_the_report_has_every_part(tmp_path):
    rows = report_rows(recording(tmp_path))
    callbacks = rows["losses"].pop("callbacks")
    assert rows["losses"] == {"seen": 10, "kept": 8, "dropped": 2}
    assert [(row["seen"], row["kept"], row["dropped"]) for row in callbacks] == [
        (10, 8, 2)
    ]
    assert callbacks[0]["isolate"] == 1
    assert [r["kind"] for r in rows["ruptures"]] == ["start", "post"]
    assert rows["ruptures"][1]["creation"] is None
    assert rows["costs"][0]["p50_ms"] == 300


def test_each_isolate_has_its_account(tmp_path):
    value = recording(tmp_path)
    worker = replace(value.process, number=2, thread=3, parent=1, role="thread")
    value = replace(
        value,
        processes=(value.process, worker),
        losses=(*value.losses, Loss(SAVE, 4, 1, 3, 2)),
        probe_costs=(ProbeCost(2, 50, 1000, 1),),
    )
    main, thread = isolate_rows(value)
    assert (main["isolate"], main["seen"], main["dropped"]) == (1, 10, 2)
    assert (thread["seen"], thread["kept"], thread["dropped"]) == (4, 1, 3)
    assert (thread["started_by"], thread["role"]) == (1, "thread")
    assert (thread["cpu_ms"], thread["overhead_percent"]) == (1.0, 5.0)
    lines = list(_report_lines(report_rows(value)))
    assert "isolate 2: thread 3 of pid " in "\n".join(lines)
    effect = replace(value.effects[0], processes=(1, 2))
    assert effect_rows(replace(value, effects=(effect,)), None)[0]["isolates"] == [1, 2]


def test_a_circle_of_causes_ends(tmp_path):
    circle = replace(
        recording(tmp_path),
        edges=(Edge("cause", SAVE, LATER, 1), Edge("cause", LATER, SAVE, 1)),
    )
    (root,) = chain_rows(circle)
    assert root["leads_to"][0]["leads_to"][0]["leads_to"] == []


def row_count(row) -> int:
    return 1 + sum(map(row_count, row["leads_to"]))


def test_ways_that_meet_again_are_shown_once(tmp_path):
    """a -> b -> d and a -> c -> d, d -> e: e stands below the first d only."""
    a, b, c, d, e = (FunctionRef(1, n) for n in range(100, 105))
    ways = ((a, b, 9), (a, c, 5), (b, d, 9), (c, d, 5), (d, e, 14))
    edges = tuple(Edge("cause", source, to, count) for source, to, count in ways)
    (root,) = chain_rows(replace(recording(tmp_path), edges=edges, ruptures=()))
    first, second = root["leads_to"]
    assert (first["count"], second["count"]) == (9, 5)
    assert first["leads_to"][0]["leads_to"][0]["count"] == 14
    assert second["leads_to"][0]["leads_to"] == []
    assert second["leads_to"][0]["again"]


def test_every_way_through_many_callbacks_is_cut_and_said(tmp_path):
    refs = [FunctionRef(1, n) for n in range(100, 300)]
    edges = tuple(Edge("cause", one, to, 1) for one in refs for to in refs if one != to)
    rows = chain_rows(
        replace(
            recording(tmp_path),
            edges=(Edge("cause", SAVE, refs[0], 1), *edges),
        )
    )
    assert sum(map(row_count, rows)) <= MOST_ROWS + len(rows)
    text = "\n".join(line for row in rows for line in _chain_lines(row, 0, many=False))
    assert "and more than is shown" in text
    assert "(see above)" in text


def test_effects_and_flows_are_filtered_by_label(tmp_path):
    value = recording(tmp_path)
    assert len(effect_rows(value, None)) == 2
    assert effect_rows(value, "req") == []
    assert len(flow_rows(Names(value), "req.body")) == 1


def test_what_goes_on_after_an_await_is_told_where_it_is(tmp_path):
    value = recording(tmp_path)
    alone = FunctionRef(1, 400)
    at = Place(1, 30, 4, 5)
    point = RupturePoint(SAVE, "post", at, at, at, "seen", "await", 7)
    other = replace(point, function=alone, activations=2)
    value = replace(value, awaits=(point, other))
    assert len(report_rows(value)["ruptures"]) == len(value.ruptures) + 2
    rows = {row["count"]: row for row in chain_rows(value)}
    told = [row["awaits"] for row in rows.values() if row["awaits"]]
    assert sorted(one[0]["count"] for one in told) == [2, 7], "called by name, or not"
    lines = [line for row in rows.values() for line in _chain_lines(row, 0, many=False)]
    assert sum("goes on after await" in line for line in lines) == 2
