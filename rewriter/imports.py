"""What a name brings in: from which module, which export, which values.

In: a binding, a ``require`` call, a use of either. Out: modules and names of exports;
``*`` stands for all that a module has, ``""`` for the exports object itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.modules import LITERALS, Module, Spot, plain, static_name
from rewriter.values import namespace, only_value, pattern_source, written_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

ALL = "*"


DECLARATOR = "VariableDeclarator"


def imported(
    program: Program, module: Module, variable: Variable
) -> list[tuple[int | str, str | None]]:
    """Return what a binding imports: (module, name), name None for all of it."""
    value = only_value(module, variable)
    if value is not None:
        target = namespace(program, value)
        if target is not None:
            return [(target, None)]
        inner = plain(value.node)
        if inner.type == "MemberExpression":
            target = namespace(program, Spot(module, inner.the("object")))
            if target is not None:
                return [(target, static_name(inner) or ALL)]
    found: list[tuple[int | str, str | None]] = []
    for declared in variable.declarations:
        source = pattern_source(pattern_value(declared))
        if source is None:
            pattern = next((n for n in declared.above() if n.type == DECLARATOR), None)
            whole = pattern.one("init") if pattern is not None else None
            if whole is None or written_value(declared) is not None:
                continue
            source = (ALL, whole)
        target = namespace(program, Spot(module, source[1]))
        if target is not None:
            found.append((target, source[0]))
    return found


def values_of(module: Module, variable: Variable) -> Iterator[Spot]:
    """Yield the code of everything that a variable is ever given."""
    for declared in variable.declarations:
        above = declared.parent
        if (
            above is not None
            and above.type != "ArrowFunctionExpression"
            and (above.type in LITERALS or above.type.startswith("Class"))
            and above.one("id") == declared
        ):
            yield Spot(module, above)
    for reference in variable.references:
        if not reference.write:
            continue
        value = written_value(reference.node)
        if value is None:
            above = reference.node.parent
            while above is not None and above.type.endswith(("Pattern", "Property")):
                above = above.parent
            if above is not None and above.type == "VariableDeclarator":
                value = above.one("init")
            elif above is not None and above.type == "AssignmentExpression":
                value = above.the("right")
        if value is not None:
            yield Spot(module, value)


def pattern_value(declared: Node) -> Node:
    """Return the pattern element of a name: with its default, if it has one."""
    above = declared.parent
    if above is not None and above.type == "AssignmentPattern":
        return above
    return declared


def exports_root(node: Node) -> Node | None:
    """Return the exports object that ``module`` or ``exports`` stands for here."""
    if node.name == "exports":
        return node
    above = node.parent
    if above is None or above.type != "MemberExpression":
        return node
    return above if static_name(above) == "exports" else None


def member_name(node: Node) -> str | None:
    """Return ``x`` of ``node.x``, ``""`` when it is called, ``*`` when unknown.

    None: nothing is read.
    """
    above = node.parent
    while above is not None and above.type == "ChainExpression":
        above = above.parent
    if above is None:
        return ALL
    if above.type == "MemberExpression" and above.the("object") == node:
        grand = above.parent
        if (
            grand is not None
            and grand.type == "AssignmentExpression"
            and grand.the("left") == above
        ):
            return None
        return static_name(above) or ALL
    if above.type in {"CallExpression", "NewExpression"}:
        return "" if above.the("callee") == node else ALL
    if above.type == "AssignmentExpression" and above.the("left") == node:
        return None
    if above.type == "UnaryExpression" and above.operator == "typeof":
        return None
    return ALL


def required_names(module: Module, call: Node) -> list[str]:
    """Return the exports that a require call itself uses.

    A top-level binding is followed by its own uses: nothing here.
    """
    above = call.parent
    if above is None or above.type == "ExpressionStatement":
        return []
    if above.type != DECLARATOR:
        name = member_name(call)
        return [ALL if name is None else name]
    pattern = above.the("id")
    top = module.scopes.of(call).function() is module.scopes.top.function()
    if top and above.parent in module.statements:
        return []
    if pattern.type != "Identifier":
        return [ALL]
    variable = module.variable(pattern)
    if variable is None or variable.assigned:
        return [ALL]
    names = (member_name(r.node) for r in variable.references if r.read)
    return [ALL if name is None else name for name in names]
