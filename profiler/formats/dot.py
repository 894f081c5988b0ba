"""The graph of callbacks for Graphviz.

In: a Recording. Out: a directed graph: a double border is a ``start`` callback, a solid
arrow a hand-over, a dashed one a call; numbers say how often.
"""

from __future__ import annotations

from profiler.formats.graph import Arrow, Box, graph
from profiler.formats.named import Asked
from store.facts import Recording

STYLES = {"start": "box, peripheries=2", "post": "box", "internal": "plaintext"}


def dot(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    found = graph(recording, fold=asked.fold)
    return "\n".join(
        [
            "digraph fluxion {",
            "  // double border: start; solid: handed over; dashed: called",
            "  rankdir=LR",
            '  node [fontname="sans-serif", fontsize=11]',
            '  edge [fontname="sans-serif", fontsize=10]',
            *map(_box, found.boxes),
            *map(_arrow, found.arrows),
            "}\n",
        ]
    )


def _box(box: Box) -> str:
    label = "\\n".join(map(_text, box.lines()))
    return f'  n{box.number} [label="{label}", shape={STYLES[box.kind]}]'


def _arrow(arrow: Arrow) -> str:
    dashed = ", style=dashed" if arrow.type == "call" else ""
    return f'  n{arrow.source} -> n{arrow.target} [label="{arrow.count}"{dashed}]'


def _text(text: str) -> str:
    """Write text so that nothing in it is a quote, an escape or an entity."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return plain.replace("&", "&amp;")
