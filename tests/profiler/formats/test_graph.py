"""The graph has who waits, who hands over, and how often one led to the other."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from profiler.formats.graph import graph
from store.facts import Edge
from tests.profiler.formats.making import FUNCTIONS, base, graphs, rupture

FIRST, MAPPED, LAST, PACKAGED, OTHER, _ = (one.ref for one in FUNCTIONS)


def arrows(found):
    """Arrows by the titles of their ends."""
    titles = {box.number: box.named.title for box in found.boxes}
    return [(a.type, titles[a.source], titles[a.target], a.count) for a in found.arrows]


def test_boxes_tell_kind_runs_and_registrar():
    recording = base(
        ruptures=(
            rupture(MAPPED, "post", 3, "fs.readFile"),
            rupture(MAPPED, "start", 2, "app.get"),
            rupture(MAPPED, "post", 1, "fs.readFile"),
            rupture(LAST, "internal", 50, ""),
            rupture(FIRST, "post", 40, ""),
        ),
        edges=(Edge("call", MAPPED, LAST, 9), Edge("cause", PACKAGED, FIRST, 2)),
    )
    found = graph(recording, fold=True)
    assert [box.lines() for box in found.boxes] == [
        ("f10", "server.js:10:3", "post, 40 runs"),
        ("wrote", "src/server.ts:4:2", "start by fs.readFile, app.get, 6 runs"),
        ("express", "node_modules/express", "internal"),
    ], "who is only called is not drawn"
    assert arrows(found) == [("cause", "express", "f10", 2)]


def test_within_a_package_nothing_is_drawn_unless_all_is_asked():
    edges = (
        Edge("cause", PACKAGED, OTHER, 5),
        Edge("cause", OTHER, FIRST, 1),
        Edge("cause", PACKAGED, FIRST, 2),
        Edge("cause", FIRST, FIRST, 1),
    )
    recording = base(edges=edges)
    assert arrows(graph(recording, fold=True)) == [
        ("cause", "express", "f10", 3),
        ("cause", "f10", "f10", 1),
    ]
    assert len(graph(recording, fold=False).arrows) == 4


@given(graphs())
def test_every_edge_is_an_arrow(recording):
    found = graph(recording, fold=False)
    assert len(found.boxes) == len({box.named for box in found.boxes})
    assert Counter(a.count for a in found.arrows) == Counter(
        edge.count for edge in recording.edges
    )
    assert sum(box.runs for box in found.boxes) == sum(
        point.activations for point in recording.ruptures
    )
