"""How a function can be entered: its calls, and everywhere else it is named.

In: a program and a function literal. Out: its calls, or None when it goes where it
cannot be followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.exports import exports_of
from rewriter.modules import Module, Spot

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node


def callers(program: Program, function: Spot) -> list[Spot] | None:
    """Return every call that can enter a function, None when it may have others."""
    module, node = function.module, function.node
    own = node.one("id") if node.type != "ArrowFunctionExpression" else None
    declared = own
    above = node.parent
    if node.type != "FunctionDeclaration" and above is not None:
        if above.type != "VariableDeclarator" or above.the("id").type != "Identifier":
            return None
        declared = above.the("id")
    variable = module.variable(declared) if declared is not None else None
    if variable is None or variable.assigned:
        return None
    return _calls_of(program, module, variable)


def _calls_of(
    program: Program, module: Module, variable: Variable
) -> list[Spot] | None:
    found: list[Spot] = []
    for reference in variable.references:
        if not reference.read:
            continue
        call = reference.node.parent
        if (
            call is not None
            and call.type == "CallExpression"
            and call.the("callee") == reference.node
        ):
            found.append(Spot(module, call))
            continue
        exported = _exported_calls(program, module, reference.node)
        if exported is None:
            return None
        found.extend(exported)
    return found


def _exported_calls(program: Program, module: Module, node: Node) -> list[Spot] | None:
    """Return the calls through an export, None when it goes anywhere else."""
    table = exports_of(module)
    names = [name for name, value in table.names.items() if value == node]
    if table.whole == node:
        names.append("")
    if not names or not table.exact or module.number in program.opaque:
        return None
    found: list[Spot] = []
    for use in program.uses(module.number):
        if use.kind in {"escape", "all"}:
            return None
        if use.name not in names:
            continue
        if use.kind == "alias" and use.variable is not None:
            inner = _calls_of(program, use.spot.module, use.variable)
            if inner is None:
                return None
            found.extend(inner)
            continue
        call = use.spot.node.parent
        if call is None or call.type != "CallExpression":
            return None
        if call.the("callee") != use.spot.node:
            return None
        found.append(Spot(use.spot.module, call))
    return found


def uses_of(program: Program, module: Module, variable: Variable | None) -> list[Spot]:
    """Return where a function is named: in its module, and through its exports."""
    if variable is None:
        return []
    found = [Spot(module, r.node) for r in variable.references if r.read]
    table = exports_of(module)
    nodes = {spot.node for spot in found}
    names = {name for name, value in table.names.items() if value in nodes}
    if table.whole in nodes:
        names.add("")
    for use in program.uses(module.number) if names else ():
        if use.name not in names:
            continue
        if use.kind == "alias" and use.variable is not None:
            found.extend(
                Spot(use.spot.module, r.node) for r in use.variable.references if r.read
            )
        elif use.kind == "value":
            found.append(use.spot)
    return found
