"""A plan in words, every name inert."""

from __future__ import annotations

from dataclasses import replace

from fluxion.decisions import obstacles, plan_lines, summary_lines
from store.facts import FunctionRef, Refusal
from store.plans import Cut, Fluxion, Plan, Stay, Stream, Where

EVIL = "\x1b[1m\nf"
WHERE = Where("app.js", 3, 4, EVIL, FunctionRef(1, 2))
CUT = Cut(FunctionRef(1, 2), 3, 4, None, "f", (), "none", (), (), stateful=False)
MOVES = Fluxion(
    id="f_1",
    shape="call",
    function=WHERE,
    kind="post",
    tags=("isolated",),
    context=("cache",),
    streams=(Stream("->", "main", ("a", "b")),),
    decision="guarded",
    guards=("plain data",),
    group="g",
    bytes=120,
    gain_ms=410.5,
    confidence=0.9,
    unseen=tuple(f"app.js:{n}:5-44:6 (if {EVIL})" for n in range(40, 47)),
    cut=CUT,
    unwatched=("deep", EVIL),
)
STAYS = Stay(
    WHERE,
    Refusal("FX020", WHERE.ref, None, EVIL, ("db is written by post",), "own it"),
    "f_2",
)


def test_what_moves_and_what_stays_is_said_with_evidence():
    lines = list(plan_lines(Plan((MOVES,), (STAYS,))))
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert lines[0] == "app.js:3:4: ␛[1m␊f: moves as f_1 (call, post, guarded)"
    assert "  saves 410 ms of main CPU a second, confidence 90%" in text
    assert "  never ran: app.js:40:5-44:6 (if ␛[1m␊f)" in lines
    assert "  and 2 more never ran (--json has all)" in lines
    assert "  branches not watched in: deep, ␛[1m␊f" in lines
    assert "  -> main [a, b]" in lines
    assert "app.js:3:4: ␛[1m␊f: FX020: ␛[1m␊f (--only f_2)" in lines
    assert "  db is written by post" in lines
    assert "  what helps: own it" in lines
    assert lines[-1] == "1 of 2 callbacks move"


def test_the_summary_has_one_line_each():
    lines = list(summary_lines(Plan((MOVES,), (STAYS,))))
    assert [line.split()[0] for line in lines] == ["moved", "stayed"]


def test_being_cheap_is_no_obstacle():
    cheap = replace(STAYS, refusal=replace(STAYS.refusal, code="FX001"))
    assert obstacles(Plan((), (STAYS, cheap))) == [STAYS]
