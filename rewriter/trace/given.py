"""Which arguments a twin may pass as the twin of what they name.

In: a call's callee and arguments. Out: whether to ask the probe, which alone knows
whether the callee is what its name says. What a twin calls by its name it calls as a
twin already (twin.py); what it hands over may be compared by whoever gets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

KEEPERS = frozenset(
    {"then", "catch", "finally", "setTimeout", "setInterval", "setImmediate"}
    | {"nextTick", "queueMicrotask"}
)
"""What the language and Node call functions that call what they are given later."""


def is_kept_by(callee: Node) -> bool:
    """Tell whether something is called as those are that only keep a function."""
    if callee.type == "MemberExpression" and not callee.flag("computed"):
        callee = callee.the("property")
    return callee.type == "Identifier" and callee.name in KEEPERS


def is_outside(w: Writer, node: Node) -> bool:
    """Tell whether a name means something outside of the twin that is written."""
    if w.twin is None or node.type != "Identifier":
        return False
    variable = w.scopes.resolve(node)
    return variable is not None and not variable.scope.within(w.twin)
