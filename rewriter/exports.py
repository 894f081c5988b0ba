"""What a CommonJS module exports, read from its source.

In: a ``Module``. Out: ``Exports``: an expression for each name, the statements that
make them, and whether that is certainly all. Knows plain assignments, object
literals, ``Object.defineProperty`` and helpers that do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.modules import LITERALS, enclosing, plain, static_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.modules import Module
    from rewriter.syntax.tree import Node


@dataclass(slots=True)
class Exports:
    """The export table of one module."""

    names: dict[str, Node] = field(default_factory=dict)
    """Name -> expression whose value it has (of the last assignment)."""
    makers: dict[str, list[Node]] = field(default_factory=dict)
    """Name -> top-level statements that set it."""
    whole: Node | None = None
    """``module.exports = f``: the expression, when it is no object literal."""
    whole_statements: list[Node] = field(default_factory=list)
    object: Node | None = None
    """``module.exports = {...}``: the literal."""
    statements: list[Node] = field(default_factory=list)
    """All top-level statements that only make exports."""
    helpers: list[Node] = field(default_factory=list)
    """Statements that hand the exports to a helper: keep them all or none."""
    exact: bool = True
    """False: something else may add, change or read exports."""
    culprit: Node | None = None
    """Why it is not exact."""


def exports_of(module: Module) -> Exports:
    """Return the table of a parsed module; computed once."""
    found = module.tree.memo.get("exports")
    if not isinstance(found, Exports):
        found = module.tree.memo["exports"] = _collect(module)
    return found


def roots(module: Module) -> Iterator[Node]:
    """Yield every expression that is the module's exports object itself."""
    for reference in module.scopes.references():
        node = reference.node
        if node.type != "Identifier" or module.variable(node) is not None:
            continue
        if node.name == "exports":
            yield node
        elif node.name == "module":
            above = node.parent
            if (
                above is not None
                and above.type == "MemberExpression"
                and above.the("object") == node
                and static_name(above) == "exports"
            ):
                yield above


def _collect(module: Module) -> Exports:
    table = Exports()
    for root in roots(module):
        if not _use(module, table, root):
            table.exact = False
            table.culprit = table.culprit or root
    return table


def _use(module: Module, table: Exports, root: Node) -> bool:
    """Enter one use of the exports object; False when it is not understood."""
    above = root.parent
    if above is None:
        return False
    if above.type == "UnaryExpression" and above.operator == "typeof":
        return True
    if above.type == "MemberExpression" and above.the("object") == root:
        return _member(module, table, above)
    if above.type == "AssignmentExpression" and above.the("left") == root:
        return _replace(module, table, above)
    if above.type == "CallExpression" and root in above.all("arguments"):
        return _helper(module, table, above)
    return False


def _member(module: Module, table: Exports, member: Node) -> bool:
    name, above = static_name(member), member.parent
    if name is None or above is None:
        return False
    if above.type == "AssignmentExpression" and above.the("left") == member:
        if above.operator != "=":
            return False
        value = plain(above.the("right"))
        while value.type == "AssignmentExpression":
            value = plain(value.the("right"))
        return _enter(module, table, name, value, above)
    return not (
        above.type == "UpdateExpression"
        or (above.type == "UnaryExpression" and above.operator == "delete")
    )


def _enter(module: Module, table: Exports, name: str, value: Node, where: Node) -> bool:
    """Note that a name gets a value, if this happens once, at the top level."""
    statement = module.statement(where)
    top = enclosing(where) is None and statement.type == "ExpressionStatement"
    former = table.names.get(name)
    certain = top and (former is None or _void(former))
    table.names[name] = value
    table.makers.setdefault(name, []).append(statement)
    if top and statement not in table.statements:
        table.statements.append(statement)
    return certain


def _void(value: Node) -> bool:
    return value.type in {"UnaryExpression", "Literal"} or (
        value.type == "Identifier" and value.name == "undefined"
    )


def _replace(module: Module, table: Exports, assignment: Node) -> bool:
    """Enter ``module.exports = value``."""
    value = plain(assignment.the("right"))
    while value.type == "AssignmentExpression":
        value = plain(value.the("right"))
    statement = module.statement(assignment)
    if enclosing(assignment) is not None or statement.type != "ExpressionStatement":
        return False
    if statement in table.whole_statements:
        return True
    if table.whole_statements or table.names:
        return False
    table.whole_statements.append(statement)
    table.statements.append(statement)
    if value.type != "ObjectExpression":
        table.whole = value
        return True
    table.object = value
    for item in value.all("properties"):
        name = static_name(item) if item.type == "Property" else None
        if name is None:
            return False
        getter = item.kind == "get"
        shown = _returned(item.the("value")) if getter else item.the("value")
        if shown is None or item.kind == "set":
            return False
        table.names[name] = plain(shown)
        table.makers[name] = [statement]
    return True


def _helper(module: Module, table: Exports, call: Node) -> bool:
    """Enter ``Object.defineProperty(exports, ...)`` and helpers around it."""
    statement = module.statement(call)
    if enclosing(call) is not None or statement.type != "ExpressionStatement":
        return False
    arguments = call.all("arguments")
    if is_define(module, call.the("callee")):
        done = _defined(module, table, arguments, call)
    else:
        done = _through(module, table, call, arguments)
    if done:
        table.statements.append(statement)
        table.helpers.append(statement)
    return done


def _defined(module: Module, table: Exports, arguments: list[Node], at: Node) -> bool:
    if len(arguments) != 3 or arguments[1].type != "Literal":
        return False
    name = str(arguments[1].value)
    if name == "__esModule":
        return True
    if arguments[2].type != "ObjectExpression":
        return False
    for item in arguments[2].all("properties"):
        key = static_name(item) if item.type == "Property" else None
        if key == "value":
            return _enter(module, table, name, plain(item.the("value")), at)
        if key == "get":
            shown = _returned(item.the("value"))
            return shown is not None and _enter(module, table, name, shown, at)
    return False


def _through(module: Module, table: Exports, call: Node, arguments: list[Node]) -> bool:
    """Enter a helper that defines each getter of an object literal on its target."""
    helper = helper_of(module, call.the("callee"))
    if helper is None or not _only_defines(module, helper):
        return False
    if len(arguments) == 1:
        return True
    if len(arguments) != 2 or arguments[1].type != "ObjectExpression":
        return False
    for item in arguments[1].all("properties"):
        name = static_name(item) if item.type == "Property" else None
        shown = _returned(item.the("value")) if name is not None else None
        if name is None or shown is None:
            return False
        if not _enter(module, table, name, shown, call):
            return False
    return True


def helper_of(module: Module, callee: Node) -> Node | None:
    """Return the function that a never reassigned name of this module holds."""
    if callee.type != "Identifier":
        return None
    variable = module.variable(callee)
    if variable is None or variable.assigned or len(variable.declared) != 1:
        return None
    above = variable.declarations[0].parent
    if above is not None and above.type == "VariableDeclarator":
        above = above.one("init")
    return above if above is not None and above.type in LITERALS else None


def is_define(module: Module, callee: Node) -> bool:
    """Tell whether this is ``Object.defineProperty`` or a constant name for it."""
    callee = plain(callee)
    if callee.type == "Identifier":
        variable = module.variable(callee)
        if variable is None or variable.assigned or len(variable.declared) != 1:
            return False
        above = variable.declarations[0].parent
        if above is None or above.type != "VariableDeclarator":
            return False
        value = above.one("init")
        return (
            value is not None
            and above.the("id").type == "Identifier"
            and is_define(module, value)
        )
    return (
        callee.type == "MemberExpression"
        and callee.the("object").type == "Identifier"
        and callee.the("object").name in {"Object", "Reflect"}
        and module.variable(callee.the("object")) is None
        and static_name(callee) == "defineProperty"
    )


def _only_defines(module: Module, helper: Node) -> bool:
    """Tell whether a helper calls nothing but ``Object.defineProperty``."""
    calls = list(module.tree.of_type("CallExpression", "NewExpression", within=helper))
    writes = list(
        module.tree.of_type("AssignmentExpression", "UpdateExpression", within=helper)
    )
    return (
        bool(calls)
        and not writes
        and all(
            call.type == "CallExpression" and is_define(module, call.the("callee"))
            for call in calls
        )
    )


def _returned(function: Node) -> Node | None:
    """Return the expression of a getter ``() => x`` or ``{ return x }``."""
    if function.type not in LITERALS:
        return None
    body = function.the("body")
    if body.type != "BlockStatement":
        return plain(body)
    statements = body.all("body")
    if len(statements) == 1 and statements[0].type == "ReturnStatement":
        value = statements[0].one("argument")
        return plain(value) if value is not None else None
    return None
