"""Graphviz draws our graph: each text as it is, each arrow with its number."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given

from profiler.formats.dot import dot
from profiler.formats.graph import graph
from profiler.formats.named import Asked
from tests.profiler.formats.making import graphs, is_inert, lines_of

ALL = Asked(fold=False)
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "g", "title", "polygon", "polyline", "path", "text"}


@given(graphs())
def test_graphviz_draws_every_text_and_arrow(readers, recording):
    found = graph(recording, fold=False)
    text = dot(recording, ALL)
    assert is_inert(text)
    drawn = readers.read("graphviz", text)
    svg = ET.fromstring(drawn["svg"])
    assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= TAGS, (
        "no name is markup"
    )
    boxes = [
        # Graphviz keeps a second space in a row by making it a no-break one.
        [(line.text or "").replace("\xa0", " ") for line in one.iter(f"{SVG}text")]
        for one in svg.iter(f"{SVG}g")
        if one.get("class") == "node"
    ]
    assert lines_of(boxes) == lines_of(
        [line.replace("\xa0", " ") for line in box.lines() if line.strip()]
        for box in found.boxes
    )
    assert {box["name"]: box["peripheries"] for box in drawn["boxes"]} == {
        f"n{box.number}": "2" if box.kind == "start" else "1" for box in found.boxes
    }
    styles = {"cause": "solid", "call": "dashed"}
    seen = [
        (one["source"], one["target"], one["label"], one["style"])
        for one in drawn["arrows"]
    ]
    assert sorted(seen) == sorted(
        (f"n{a.source}", f"n{a.target}", str(a.count), styles[a.type])
        for a in found.arrows
    )
