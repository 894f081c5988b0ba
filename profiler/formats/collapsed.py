"""A profile as collapsed stacks, for flamegraph.pl, inferno and others.

In: a Recording. Out: one line for each stack: its frames, outermost first, between
semicolons, a blank, and its self time in microseconds, or the bytes that it allocated.
"""

from __future__ import annotations

from profiler.formats.named import Asked, Named
from profiler.formats.tree import call_tree
from store.facts import Recording


def collapsed(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    tree = call_tree(recording, fold=asked.fold)
    return "".join(
        f"{';'.join(stack)} {self_us}\n" for stack, self_us in tree.stacks(_text)
    )


def _text(named: Named) -> str:
    text = f"{named.title} ({named.where})" if named.where else named.title
    return text.replace(";", "\\u{3b}")
