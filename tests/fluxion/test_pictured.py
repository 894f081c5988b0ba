"""A picture as text: the table, the details; no name breaks a line."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fluxion.pictured import details, loop_text, text_of
from profiler.seconds import Loop
from tests.fluxion.pictures import LINES, line, picture

WROTE, _, _, NEVER = LINES


def harmless(text: str) -> bool:
    """Tell whether nothing in it moves a cursor or turns the direction."""
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return not bad & {unicodedata.category(character) for character in text}


def test_the_table():
    loop = "loop: 87% busy, late 4.2 ms (p99 610 ms)"
    assert text_of(picture()) == [
        "server.js  (pid 4711, Node 22.3.0)",
        f"00:12  {loop}  8,214 runs  3 dropped  0.6 % for the probe",
        "",
        "cpu ms/s  runs/s      p50      p99  kind      callback",
        f"   846.0     2.0   423 ms   927 ms  start     {WROTE.name}  {WROTE.place}",
        "     4.8    40.0  0.12 ms  0.80 ms  start     saveBody  server.js:8:1",
        "     1.2    39.5  0.03 ms  0.09 ms  post      (anonymous)  server.js:9:1",
        "       -     0.3        -        -  internal  never  server.js:70:1",
    ]
    assert text_of(picture(), most=1)[-1] == "and 3 more (--json has all)"


def test_all_that_is_known_of_one():
    told = list(details(WROTE))
    assert told[:2] == ["writeTextToImages", "  at        server.js:23:1"]
    assert "  a run     p50 423 ms, p99 927 ms, the longest 927 ms" in told
    assert told[-1] == "    Server.emit  node:events:518:28"
    nobody = replace(NEVER, pace=replace(NEVER.pace, callers=()))
    assert list(details(nobody))[-1].strip().startswith("the event loop")


def test_what_is_said_of_a_loop():
    assert loop_text(None) == "loop: not heard yet"
    stuck = Loop(3, None, 7, 7, 3_000_000)
    assert loop_text(stuck) == "loop: does not turn since 3 s"
    assert loop_text(Loop(1, None, None, None)) == "loop: - busy, late - (p99 -)"


def test_nothing_seen_is_said():
    assert text_of(replace(picture(), lines=()))[-1] == "no callback has run yet"


@given(st.text(st.characters(), max_size=300))
def test_no_name_breaks_a_line(name):
    for text in text_of(picture(line(name, file=name))):
        assert harmless(text)
