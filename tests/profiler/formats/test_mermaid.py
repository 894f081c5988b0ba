"""Mermaid's parser reads our flowchart: each text as it is, each arrow counted."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given

from profiler.formats.graph import graph
from profiler.formats.mermaid import MOST_ARROWS, mermaid
from profiler.formats.named import Asked
from store.facts import Edge, Function, FunctionRef
from tests.profiler.formats.making import base, graphs, is_inert, lines_of

ALL = Asked(fold=False)
SHAPES = {"start": "stadium", "post": "square", "internal": "round"}
DRAWN_BY_DEFAULT = 50_000
"""Mermaid's `maxTextSize`."""


@given(graphs())
def test_mermaid_reads_every_text_and_arrow(readers, recording):
    found = graph(recording, fold=False)
    text = mermaid(recording, ALL)
    assert text.isascii()
    assert is_inert(text)
    read = readers.read("mermaid", text)
    assert read["type"] == "flowchart-v2"
    assert lines_of(box["lines"] for box in read["boxes"]) == lines_of(
        box.lines() for box in found.boxes
    )
    assert {tag for box in read["boxes"] for tag in box["tags"]} <= {"BR"}, "no markup"
    assert {box["id"]: box["shape"] for box in read["boxes"]} == {
        f"n{box.number}": SHAPES[box.kind] for box in found.boxes
    }
    strokes = {"cause": "normal", "call": "dotted"}
    seen = [(a["source"], a["target"], a["text"], a["stroke"]) for a in read["arrows"]]
    assert sorted(seen) == sorted(
        (f"n{a.source}", f"n{a.target}", str(a.count), strokes[a.type])
        for a in found.arrows
    )


def many(count, name):
    functions = tuple(
        Function(FunctionRef(3, at), at + 1, f"{name}{at}", at, 1)
        for at in range(1, count + 1)
    )
    edges = tuple(
        Edge("cause", one.ref, other.ref, one.ref.start)
        for one, other in pairwise(functions)
    )
    return base(functions=functions, edges=edges)


def left_out(text):
    found = re.search(r"%% left out.*: (\d+) callbacks, (\d+) arrows", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def test_what_mermaid_would_not_draw_is_left_out_and_counted(readers):
    text = mermaid(many(700, "f"), ALL)
    assert len(text) <= DRAWN_BY_DEFAULT
    read = readers.read("mermaid", text)
    assert len(read["arrows"]) <= MOST_ARROWS
    assert (700 - len(read["boxes"]), 699 - len(read["arrows"])) == left_out(text)
    counts = [int(arrow["text"]) for arrow in read["arrows"]]
    assert min(counts) > 699 - len(counts), "the least frequent go first"


def test_long_hostile_names_leave_it_readable(readers):
    text = mermaid(many(300, "\x1b" * 10_000), ALL)
    assert len(text) <= DRAWN_BY_DEFAULT
    read = readers.read("mermaid", text)
    assert read["arrows"]
    assert (300 - len(read["boxes"]), 299 - len(read["arrows"])) == left_out(text)
