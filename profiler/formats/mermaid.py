"""The graph of callbacks for Mermaid, which GitHub and others draw in Markdown.

In: a Recording. Out: a flowchart: round ends are a ``start`` callback, a solid arrow is
a hand-over, a dotted one a call; numbers say how often. Mermaid draws no more than 500
arrows and 50,000 characters: what is the least frequent is left out, and a comment says
so.
"""

from __future__ import annotations

import re

from profiler.formats.graph import Arrow, Box, Graph, graph
from profiler.formats.named import Asked
from store.facts import Recording

MOST_ARROWS = 500
MOST_TEXT = 49_000
SHAPES = {"start": ('(["', '"])'), "post": ('["', '"]'), "internal": ('("', '")')}

_UNSAFE = re.compile(r"^[^A-Za-z]|[^A-Za-z0-9 .,:/()$@-]")


def mermaid(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    found = graph(recording, fold=asked.fold)
    boxes, arrows = _drawn(found)
    lines = [
        "flowchart LR",
        "  %% round ends: start; solid: handed over; dotted: called",
        *boxes,
        *arrows,
    ]
    left_out = len(found.boxes) - len(boxes), len(found.arrows) - len(arrows)
    if any(left_out):
        lines.append(
            f"  %% left out, as Mermaid would not draw them: {left_out[0]} callbacks, "
            f"{left_out[1]} arrows"
        )
    return "\n".join(lines) + "\n"


def _drawn(found: Graph) -> tuple[list[str], list[str]]:
    """Return the lines of boxes and of arrows, the busiest, as many as fit."""
    written: dict[int, str] = {}
    arrows: list[str] = []
    room = MOST_TEXT
    for arrow in found.arrows[:MOST_ARROWS]:
        new = {
            number: _box(found.boxes[number - 1])
            for number in (arrow.source, arrow.target)
            if number not in written
        }
        line = _arrow(arrow)
        needed = sum(len(text) + 1 for text in (line, *new.values()))
        if needed > room:
            break
        room -= needed
        written |= new
        arrows.append(line)
    for box in found.boxes:
        if box.number not in written:
            line = _box(box)
            room -= len(line) + 1
            if room < 0:
                break
            written[box.number] = line
    return [written[number] for number in sorted(written)], arrows


def _box(box: Box) -> str:
    before, after = SHAPES[box.kind]
    return f"  n{box.number}{before}{'<br/>'.join(map(_text, box.lines()))}{after}"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.type == "call" else "-->"
    return f'  n{arrow.source} {line}|"{arrow.count}"| n{arrow.target}'


def _text(text: str) -> str:
    """Write as a number what could be a quote, a tag, an entity or Markdown."""
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", text)
