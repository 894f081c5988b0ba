"""Guards in main's copies of functions whose state moves.

In: the functions that a plan calls dead, patches. Out: a first statement in each that
throws once the state lives in a worker, and the text by which a closure is recognised.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from rewriter.emit.access import literal_span, reach
from rewriter.emit.tokens import body_start

if TYPE_CHECKING:
    from rewriter.emit.patch import Patch
    from rewriter.syntax.tree import Node, Tree


def bury(patch: Patch, literal: Node, group: str, fx: str) -> None:
    """Make main's copy throw once the group's state lives in a worker."""
    insert_at_start(patch, literal, f"{fx}.dead({json.dumps(group)});")


def insert_at_start(patch: Patch, function: Node, code: str) -> None:
    """Insert statements where the body of a function begins."""
    at = body_start(function)
    patch.insert(at, code if patch.units[at - 1] == "{" else f";{code}")


def named(tree: Tree, name: str) -> list[Node]:
    """Return the function that a name of the module's top level is bound to.

    None when the name stands for something else, which then cannot be guarded.
    """
    found = []
    for function in tree.functions():
        if function.the("body").type != "BlockStatement":
            continue
        access = reach(function)
        if access is not None and access.within is None and access.expression == name:
            found.append(function)
    return found


def text_hash(patch: Patch, literal: Node) -> str:
    """Return the hash of what the overlay's closure says as its source text."""
    start, end = literal_span(literal)
    text = patch.part(start, end)
    return hashlib.sha256(text.encode("utf-16-le", "surrogatepass")).hexdigest()
