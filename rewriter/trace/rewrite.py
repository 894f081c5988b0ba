"""Instrument a live function or a whole file.

In: an open ``Syntax`` and a ``FunctionSource``. Out: a ``Rewrite``, or the ``Refusal``
that says why not; of a function that is only watched, which literal it is. Same input,
same output.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rewriter.scopes import analyse
from rewriter.syntax.units import from_units
from rewriter.trace.functions import described
from rewriter.trace.header import (
    file_header,
    global_name,
    module_header,
    module_names,
)
from rewriter.trace.limits import refusal
from rewriter.trace.positions import literal_at_offset
from rewriter.trace.rules import RULES
from rewriter.trace.twin import only_called, write_twin
from rewriter.trace.writer import Writer
from store.facts import FunctionSource, Refusal, Rewrite

if TYPE_CHECKING:
    from collections.abc import Generator

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Kind, Tree

BIGGEST_FILE = 300_000
"""Units; a bigger file is not instrumented as a whole."""
DEEPEST = 20_000


def rewrite(syntax: Syntax, source: FunctionSource) -> Rewrite | Refusal:
    """Return the instrumented text of a function (twin) or of a file (load)."""
    kind: Kind = "module" if source.module else "commonjs"
    tree = syntax.try_parse(source.text, kind, source.script)
    if isinstance(tree, Refusal) and kind == "commonjs":
        other = syntax.try_parse(source.text, "script", source.script)
        tree = tree if isinstance(other, Refusal) else other
    if isinstance(tree, Refusal):
        return tree
    if source.mode == "watch":
        node = literal_at_offset(tree, source.start)
        known = () if node is None else (described(tree, source.script, node),)
        return Rewrite("", functions=known)
    writer = Writer(tree, analyse(tree), source.script, RULES)
    try:
        with deep_recursion():
            return (
                _twin(writer, tree, source)
                if source.mode == "twin"
                else _file(writer, tree)
            )
    except RecursionError:
        return refusal(writer, tree.root, "FX076", "nested too deeply")


def _twin(w: Writer, tree: Tree, source: FunctionSource) -> Rewrite | Refusal:
    node = tree.function_at(source.start)
    if node is None:
        return refusal(w, tree.root, "FX078", f"offset {source.start}")
    made = write_twin(w, node)
    if isinstance(made, Refusal):
        return made
    text, hoisted = made
    return Rewrite(
        from_units(text),
        hoisted,
        tuple(w.functions),
        tuple(w.left_alone),
        tuple(w.calls),
        only_called(w, node, hoisted),
    )


def _file(w: Writer, tree: Tree) -> Rewrite | Refusal:
    if len(tree.units) > BIGGEST_FILE:
        return refusal(w, tree.root, "FX076", f"{len(tree.units)} characters")
    root = global_name(w.scopes.top)
    if root is None:
        return refusal(w, tree.root, "FX077")
    is_module = tree.kind == "module"
    w.marks = True
    if is_module:
        w.local = module_names(w)
    statements = tree.root.all("body")
    directives = [s for s in statements if s.flag("directive")]
    rest = statements[len(directives) :]
    at = directives[-1].end if directives else (rest[0].start if rest else 0)
    if not statements:
        return Rewrite(tree.text)
    body = w.span(at, len(tree.units), rest)
    header = module_header(w, root) if is_module else file_header(w, root)
    text = f"{w.text(0, at)}{';' if directives else ''}{header}{body}"
    return Rewrite(
        from_units(text), (), tuple(w.functions), tuple(w.left_alone), tuple(w.calls)
    )


@contextmanager
def deep_recursion() -> Generator[None]:
    """Let deep trees be walked: each level of source takes a few of Python's."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
