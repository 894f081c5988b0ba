"""A recording as rows for programs."""

from __future__ import annotations

from dataclasses import replace

from fluxion.views import Names, chain_rows, effect_rows, flow_rows, report_rows
from store.facts import Edge, FunctionRef
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
    assert rows["losses"] == {"seen": 10, "kept": 8, "dropped": 2}
    assert [r["kind"] for r in rows["ruptures"]] == ["start", "post"]
    assert rows["ruptures"][1]["creation"] is None
    assert rows["costs"][0]["p50_ms"] == 300


def test_a_circle_of_causes_ends(tmp_path):
    circle = replace(
        recording(tmp_path),
        edges=(Edge("cause", SAVE, LATER, 1), Edge("cause", LATER, SAVE, 1)),
    )
    (root,) = chain_rows(circle)
    assert root["leads_to"][0]["leads_to"][0]["leads_to"] == []


def test_effects_and_flows_are_filtered_by_label(tmp_path):
    value = recording(tmp_path)
    assert len(effect_rows(value, None)) == 2
    assert effect_rows(value, "req") == []
    assert len(flow_rows(Names(value), "req.body")) == 1
