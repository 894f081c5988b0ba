"""A profile by callback, as rows and as a table."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from fluxion.burnt import header, rows_of, table
from profiler.callbacks import Callbacks
from profiler.chained import Ways
from profiler.formats.named import Names
from store.facts import Edge
from tests.profiler.formats.making import (
    FUNCTIONS,
    ROOT,
    base,
    frame,
    native,
    package,
)
from tests.profiler.telling import PROCESS

EVIL = "evil\x1b[31m\n" + "n" * 10_000
A, B = FUNCTIONS[0], FUNCTIONS[1]
FRAMES = (
    ROOT,
    frame(2, 1, "f20", 30_000, line=20, column=3, function=B.ref),
    frame(3, 2, EVIL, 50_000),
    package(4, 2, "inner", 1_000),
    package(5, 1, "next", 19_000),
    native(6, "(idle)", 900_000),
)
SEEN = base(edges=(Edge("cause", A.ref, B.ref, 3),))


def told(*, seen=None, frames=FRAMES):
    recording = replace(base(frames=frames), origins=())
    names = Names(recording, fold=True)
    rows = Callbacks(recording, fold=True).rows()
    return rows_of(rows, names, None if seen is None else Ways(seen))


def test_rows_have_every_amount_and_the_share_of_what_is_not_idle():
    rows = {row["function"]["name"]: row for row in told()}
    row = rows["f20"]
    assert row["callback"] is True
    assert (row["amount"], row["self"], row["inclusive"]) == (81_000, 30_000, 81_000)
    assert row["share"] == 0.81
    assert row["hottest"][0]["amount"] == 50_000
    assert "chains" not in row
    assert rows["express"]["package"] == "express"
    assert rows["express"]["share"] == 0.19
    assert rows["(idle)"]["share"] == 0.0
    assert rows["(idle)"]["callback"] is False


def test_chains_are_those_of_the_recording():
    rows = {row["function"]["name"]: row for row in told(seen=SEEN)}
    (way,) = rows["f20"]["chains"]
    assert [one["name"] for one in way["callbacks"]] == ["f10"]
    assert way["share"] == 1.0
    assert rows["express"]["chains"] is None, "nobody has seen it"


def test_the_table_is_inert_and_short():
    lines = list(table(told(seen=SEEN), heap=False))
    assert lines[0].split() == ["share", "cpu", "self", "inclusive", "callback"]
    assert lines[1].split()[:5] == ["81.0%", "81.0", "ms", "30.0", "ms"]
    assert lines[1].endswith("f20  server.js:20:3")
    assert lines[2].strip().startswith("50.0 ms in evil␛[31m␊nnn")
    assert lines[3].strip() == "after f10"
    assert not any("idle" in line for line in lines)
    assert all(unicodedata.category(c) != "Cc" for line in lines for c in line)
    assert max(map(len, lines)) < 250


def test_bytes_are_told_as_such():
    lines = list(table(told(), heap=True))
    assert "bytes" in lines[0]
    assert "0.1 MB" in lines[1]


def test_no_more_than_a_screen():
    frames = [ROOT, *(frame(n, 1, f"f{n}", 1000) for n in range(2, 60))]
    lines = list(table(told(frames=tuple(frames)), heap=False))
    assert lines[-1] == "and 43 more (--json has all)"
    assert len(lines) == 17


def test_the_header_is_inert():
    process = replace(PROCESS, argv=("node", EVIL), node="v\x1b")
    line = header(process, 1.5, 1200, "CPU")
    assert "1.5 s, 1,200 samples, CPU" in line
    assert all(unicodedata.category(c) != "Cc" for c in line)
    assert "process 1" in header(replace(PROCESS, argv=("node",)), 1, 2, "CPU")
