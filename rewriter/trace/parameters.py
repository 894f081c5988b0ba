"""What comes in: arguments that parameters name, take apart, or share.

In: function nodes. Out: expressions and reports for their prologue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.patterns import PATTERNS, declared_writes, take
from rewriter.trace.variables import is_used_inside

if TYPE_CHECKING:
    from rewriter.scopes import Scope
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer


def argument_list(w: Writer, node: Node) -> str:
    """Return the arguments as far as parameters name them, for an arrow."""
    parts: list[str] = []
    for parameter in node.all("params"):
        target = parameter
        spread = ""
        if target.type == "AssignmentPattern":
            target = target.the("left")
        elif target.type == "RestElement":
            target, spread = target.the("argument"), "..."
        if target.type == "Identifier":
            parts.append(spread + w.text(target.start, target.end))
        else:
            if target.type in PATTERNS and not spread:
                w.open_frame().opaque["destructured parameter"] = parameter.start
            parts.append("...[]" if spread else "void 0")
    return f"[{','.join(parts)}]"


def taken(w: Writer, node: Node, arguments: str) -> str:
    """Return the reports for what patterns of parameters took out of the arguments."""
    if arguments != "arguments":
        return ""
    reports: list[str] = []
    for at, parameter in enumerate(node.all("params")):
        target = parameter
        if target.type == "AssignmentPattern":
            target = target.the("left")
        if target.type in PATTERNS:
            reports.append(take(w, parameter, target, f"arguments[{at}]"))
    return "".join(f"{report};" for report in reports)


def kept_parameters(w: Writer, node: Node) -> str:
    """Return the reports for what parameters make and functions further in use."""
    reports: list[str] = []
    for parameter in node.all("params"):
        if parameter.type != "Identifier":
            reports += declared_writes(w, parameter, parameter)
    return "".join(f"{report};" for report in reports)


def aliased(w: Writer, node: Node, scope: Scope) -> bool:
    """Tell whether a write to ``arguments`` may change a captured parameter."""
    if node.type.startswith("Arrow"):
        return _writes_outer(node, scope)
    if scope.strict or not scope.uses_arguments:
        return False
    if any(p.type != "Identifier" for p in node.all("params")):
        return False
    if not any(is_used_inside(w, v) for v in scope.variables.values()):
        return False
    own = scope.variables.get("arguments")
    uses = [] if own is None else own.references
    return any(not _looks_only(use.node) for use in uses)


def _writes_outer(node: Node, scope: Scope) -> bool:
    """Tell whether an arrow may change parameters of the function around it so."""
    home = scope.function()
    while home.node.type.startswith("Arrow") and home.parent is not None:
        home = home.parent.function()
    own = home.variables.get("arguments")
    if home.strict or own is None:
        return False
    return any(
        node.start <= use.node.start < node.end and not _looks_only(use.node)
        for use in own.references
    )


def _looks_only(node: Node) -> bool:
    """Tell whether a use of ``arguments`` only reads what is in it."""
    parent = node.parent
    assert parent is not None
    if parent.type == "SpreadElement":
        return True
    if parent.type != "MemberExpression" or node.field != "object":
        return False
    above = parent.parent
    assert above is not None
    if above.type in {"AssignmentExpression", "ForInStatement", "ForOfStatement"}:
        return parent.field != "left"
    if above.type == "Property":
        return above.parent is not None and above.parent.type != "ObjectPattern"
    if above.type in {"ArrayPattern", "AssignmentPattern", "RestElement"}:
        return above.type == "AssignmentPattern" and parent.field != "left"
    return above.type not in {"UpdateExpression", "CallExpression"} and not (
        above.type == "UnaryExpression" and above.operator == "delete"
    )
